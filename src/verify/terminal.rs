//! The terminals of a guide: shells that stay open from block to block.

use std::collections::BTreeMap;

use crate::sandbox::Machine;
use crate::session::{Running, Session, SessionError};

/// Name of a terminal: machine and name on it.
pub(super) type Name = (usize, String);

/// One terminal.
pub(super) struct Terminal {
    /// Its shell.
    pub session: Session,
    /// The block that opened a shell inside, while that shell is open.
    pub entered: Option<Running>,
}

/// All terminals that were opened so far.
#[derive(Default)]
pub(super) struct Terminals {
    open: BTreeMap<Name, Terminal>,
    /// Why a terminal is gone.
    gone: BTreeMap<Name, String>,
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
