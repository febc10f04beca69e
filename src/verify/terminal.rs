//! The terminals of a guide: shells that stay open from block to block.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::plan::Commands;
use crate::sandbox::Machine;
use crate::session::shell::Progress;
use crate::session::{Running, Session, SessionError};
use crate::shell;

/// Name of a terminal: machine and name on it.
pub(super) type Name = (usize, String);

/// One terminal.
pub(super) struct Terminal {
    /// Its shell.
    pub session: Session,
    /// The block that opened a shell inside, while that shell is open.
    pub entered: Option<Running>,
}

impl Terminal {
    /// Forgets the shell inside if it has ended by itself.
    pub(super) async fn look_inside(&mut self) {
        let Some(running) = &mut self.entered else { return };
        if let Ok(Ok(Progress::Ended(transcript))) = tokio::time::timeout(Duration::ZERO, running.progress()).await {
            self.session.note(&transcript);
            self.entered = None;
        }
    }
}

/// All terminals that were opened so far.
#[derive(Default)]
pub(super) struct Terminals {
    open: BTreeMap<Name, Terminal>,
    /// Why a terminal is gone.
    gone: BTreeMap<Name, String>,
    /// Blocks that were to open a shell inside, in which what follows is meant to run, and did not.
    missed: BTreeMap<Name, String>,
}

impl Terminals {
    /// Returns the terminal of this name, opened if it was not yet.
    ///
    /// # Errors
    /// `Gone` with the reason if a block took it away.
    pub(super) async fn get(&mut self, name: &Name, machine: &Machine) -> Result<&mut Terminal, Unavailable> {
        if let Some(reason) = self.gone.get(name) {
            return Err(Unavailable::Gone(reason.clone()));
        }
        if !self.open.contains_key(name) {
            let session = machine.open(&machine.options()).await.map_err(Unavailable::Session)?;
            self.open.insert(name.clone(), Terminal { session, entered: None });
        }
        self.open
            .get_mut(name)
            .ok_or_else(|| Unavailable::Gone("the terminal could not be opened".to_owned()))
    }

    /// Notes that a block did not open the shell inside that it promises: what is meant for that shell must not run outside.
    pub(super) fn miss(&mut self, name: Name, id: &str) {
        self.missed.insert(name, id.to_owned());
    }

    /// Returns why commands cannot run in a terminal if they are meant for a shell inside that was not opened. What leaves
    /// that shell is the last of them.
    pub(super) fn missing(&mut self, name: &Name, commands: &Commands) -> Option<String> {
        if commands.leave {
            self.missed.remove(name);
        }
        let id = self.missed.get(name)?;
        let reason = format!("it is meant for the shell inside that block `{id}` did not open");
        if commands.pastes.last().is_some_and(|paste| shell::leaves(&paste.script)) {
            self.missed.remove(name);
        }
        Some(reason)
    }

    /// Takes in terminals that are open already.
    pub(super) fn adopt(&mut self, terminals: Vec<(Name, Session)>) {
        let opened = terminals.into_iter();
        self.open
            .extend(opened.map(|(name, session)| (name, Terminal { session, entered: None })));
    }

    /// Returns all that are open, in order.
    pub(super) fn all(&mut self) -> impl Iterator<Item = (&Name, &mut Terminal)> {
        self.open.iter_mut()
    }

    /// Logs in anew: the terminal's shell ends, the next block opens another.
    pub(super) fn renew(&mut self, name: &Name) {
        self.gone.remove(name);
        self.missed.remove(name);
        if let Some(terminal) = self.open.remove(name) {
            terminal.session.close();
        }
    }

    /// Notes that a terminal is gone for good.
    pub(super) fn lose(&mut self, name: &Name, reason: String) {
        self.open.remove(name);
        self.gone.insert(name.clone(), reason);
    }

    /// Returns the working directory of a terminal, if it is open.
    pub(super) fn cwd(&self, name: &Name) -> Option<String> {
        self.open
            .get(name)
            .map(|terminal| terminal.session.cwd().to_owned())
            .filter(|cwd| !cwd.is_empty())
    }
}

/// Why a terminal cannot be used.
pub(super) enum Unavailable {
    /// A block took it away.
    Gone(String),
    /// It could not be opened.
    Session(SessionError),
}
