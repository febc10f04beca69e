//! `--fast`: blocks whose results are known from a snapshot are not run again, at somebody's desk only.
//!
//! A snapshot is an image of the machine's files between two blocks, with what the blocks before it printed and the
//! states of the shells. One is made only where nothing would be lost that a later block could see: [`Fast::after`].
//! One is used only if all that led to it is the same, and if what was printed then is as stated now: [`start`].
//! When in doubt a guide runs cold, and so does its last block always.

mod key;
mod state;

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::check::Captures;
use crate::diagnostic::with_causes;
use crate::model::machine::MachineSpec;
use crate::plan::{Action, Step};
use crate::report::results::{BlockReport, Status};
use crate::sandbox::{Machine, Sandbox, SandboxError, Shelf, Snapshot};
use crate::session::Session;
use crate::transcript::Transcript;
use crate::verify::judge::{self, Context};
use crate::verify::runner::Runner;
use crate::verify::{Job, guide, unattended};

/// Snapshots that a run makes at most: each holds all that was written since the machine came up.
const MOST: usize = 5;

/// Bytes of output that are kept with a snapshot.
const KEPT: usize = 4 << 20;

/// Looks at a machine that is not at rest yet, and the time between them.
const REST: usize = 10;
const PAUSE: Duration = Duration::from_millis(20);

/// What is known of a step that was run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Known {
    /// Key of what it led to.
    key: String,
    /// What its pastes printed.
    pub pastes: Vec<Transcript>,
    /// How long it took.
    pub duration_ms: u64,
}

/// What is kept with an image.
#[derive(Debug, Serialize, Deserialize)]
struct Data {
    steps: Vec<Known>,
    /// Terminals by name, and the states of their shells.
    terminals: Vec<(String, String)>,
}

/// The machines of a guide, some of its steps perhaps done already.
pub(super) struct Started {
    pub machines: Vec<Option<Machine>>,
    /// The first steps, if they need not be run.
    pub known: Vec<Known>,
    /// When those were run.
    pub made: String,
    /// Terminals that are open on the machine with this index.
    pub terminals: Vec<((usize, String), Session)>,
    /// Makes snapshots; `None` if there can be none.
    pub fast: Option<Fast>,
}

impl Started {
    /// All steps are still to be run.
    pub(super) fn cold(machines: Vec<Option<Machine>>) -> Self {
        Self {
            machines,
            known: Vec::new(),
            made: String::new(),
            terminals: Vec::new(),
            fast: None,
        }
    }
}

/// Makes snapshots while a guide runs.
pub(super) struct Fast {
    shelf: Shelf,
    origin: String,
    /// Index of the machine.
    machine: usize,
    /// Time of commands for which a snapshot pays.
    pays: Duration,
    /// What the machine had outside of its files when it came up.
    outside: Vec<String>,
    /// The steps so far.
    steps: Vec<Known>,
    /// Key of the step that runs.
    running: Option<String>,
    /// Why there can be no more.
    over: Option<String>,
    spent: Duration,
    made: usize,
}

/// Starts the machines of a guide, from a snapshot if one fits; `tell` is told what was decided.
pub(super) async fn start(
    sandbox: &Sandbox,
    job: &Job,
    pays: Duration,
    tell: impl Fn(String),
) -> Result<Started, SandboxError> {
    let (index, shelf) = match (key::machine(job), Shelf::find()) {
        (Ok(index), Some(shelf)) => (index, shelf),
        (Err(reason), _) => {
            tell(format!("--fast does nothing for this guide: {reason}"));
            return Ok(Started::cold(guide::machines(sandbox, job).await?));
        }
        (Ok(_), None) => {
            tell("--fast does nothing: there is no folder for a cache (HOME is not set)".to_owned());
            return Ok(Started::cold(guide::machines(sandbox, job).await?));
        }
    };
    let spec = &job.plan.machines[index];
    let origin = sandbox.origin(spec).await?;
    let mut fast = Fast {
        shelf,
        origin,
        machine: index,
        pays,
        outside: Vec::new(),
        steps: Vec::new(),
        running: None,
        over: None,
        spent: Duration::ZERO,
        made: 0,
    };
    let mut started = match fast.resume(sandbox, job, spec, &tell).await? {
        Some(started) => started,
        None => Started::cold(guide::machines(sandbox, job).await?),
    };
    if let Some(machine) = &started.machines[index] {
        let failed = |source| SandboxError::Session {
            machine: spec.name.clone(),
            source,
        };
        fast.outside = machine.look().await.map_err(failed)?.outside;
    }
    fast.steps.clone_from(&started.known);
    started.fast = Some(fast);
    Ok(started)
}

impl Fast {
    /// Starts the machine from the snapshot that saves most, if any fits.
    async fn resume(
        &self,
        sandbox: &Sandbox,
        job: &Job,
        spec: &MachineSpec,
        tell: &impl Fn(String),
    ) -> Result<Option<Started>, SandboxError> {
        let kept = self.shelf.of(sandbox.engine(), &self.origin).await?;
        let read = |snapshot: Snapshot| Some((serde_json::from_str::<Data>(&snapshot.data).ok()?, snapshot));
        let fitting = kept
            .into_iter()
            .filter_map(read)
            .filter(|(data, _)| fits(job, &self.origin, &data.steps));
        let Some((data, snapshot)) = fitting.max_by_key(|(data, _)| data.steps.len()) else {
            return Ok(None);
        };
        let last = &job.plan.steps[data.steps.len() - 1];
        let id = &job.document.blocks[last.block].id;
        match self.wake(sandbox, job, spec, data, &snapshot).await {
            Ok(started) => {
                self.shelf.touch(&snapshot);
                tell(format!(
                    "going on after block `{id}`, from a snapshot of {}",
                    started.made
                ));
                Ok(Some(started))
            }
            Err(reason) => {
                tell(format!(
                    "running cold: the snapshot after block `{id}` is of no use: {reason}"
                ));
                Ok(None)
            }
        }
    }

    /// Starts the machine from a snapshot and brings its terminals to where they were.
    async fn wake(
        &self,
        sandbox: &Sandbox,
        job: &Job,
        spec: &MachineSpec,
        data: Data,
        snapshot: &Snapshot,
    ) -> Result<Started, String> {
        let machine = sandbox.machine_from(spec, &snapshot.image).await;
        let machine = machine.map_err(|error| with_causes(&error))?;
        let mut terminals = Vec::new();
        for (name, state) in &data.terminals {
            match state::bring(&machine, state).await {
                Ok(session) => terminals.push(((self.machine, name.clone()), session)),
                Err(reason) => {
                    drop(terminals);
                    sandbox.discard(machine).await.map_err(|error| with_causes(&error))?;
                    return Err(reason);
                }
            }
        }
        let mut machines: Vec<Option<Machine>> = job.plan.machines.iter().map(|_| None).collect();
        machines[self.machine] = Some(machine);
        let made = i64::try_from(snapshot.made)
            .ok()
            .and_then(|made| Timestamp::from_second(made).ok());
        Ok(Started {
            machines,
            known: data.steps,
            made: made.map(|made| made.to_string()).unwrap_or_default(),
            terminals,
            fast: None,
        })
    }

    /// Notes what a step depends on, before it runs.
    pub(super) fn before(&mut self, step: &Step, runner: &mut Runner<'_>) {
        let before = self.steps.last().map_or(&self.origin, |known| &known.key);
        match key::after(before, step, &runner.captures) {
            Ok(key) => self.running = Some(key),
            Err(reason) => {
                self.running = None;
                self.over.get_or_insert(reason);
            }
        }
        runner.recorded = Some(Vec::new());
    }

    /// Takes in what came of a step, and makes a snapshot where that pays and is possible; returns what there is to say.
    pub(super) async fn after(
        &mut self,
        sandbox: &Sandbox,
        step: &Step,
        report: &BlockReport,
        runner: &mut Runner<'_>,
    ) -> Option<String> {
        let pastes = runner.recorded.take().unwrap_or_default();
        let key = self.running.take()?;
        if self.over.is_none() {
            self.over = taint(step, report);
        }
        self.steps.push(Known {
            key,
            pastes,
            duration_ms: report.duration_ms,
        });
        self.spent += Duration::from_millis(report.duration_ms);
        let rest = &runner.job.plan.steps[self.steps.len()..];
        let is_last = !rest.iter().any(|step| step.not_run.is_none());
        if step.not_run.is_some() || is_last || self.spent < self.pays || self.made == MOST {
            return None;
        }
        Some(match self.keep(sandbox, runner).await {
            Ok(()) => {
                self.spent = Duration::ZERO;
                self.made += 1;
                "[kept a snapshot after it]".to_owned()
            }
            Err(reason) => format!("[no snapshot after it: {reason}]"),
        })
    }

    async fn keep(&self, sandbox: &Sandbox, runner: &mut Runner<'_>) -> Result<(), String> {
        if let Some(reason) = &self.over {
            return Err(reason.clone());
        }
        let printed = self.steps.iter().flat_map(|known| &known.pastes);
        if printed
            .map(|paste| paste.output.head.len() + paste.output.tail.len())
            .sum::<usize>()
            > KEPT
        {
            return Err("the blocks before it printed too much to be kept".to_owned());
        }
        let machine = runner.machines.get(self.machine).and_then(Option::as_ref);
        let machine = machine.ok_or("its machine is gone")?;
        let outside = at_rest(machine).await?;
        if let Some(reason) = state::outside(&self.outside, &outside) {
            return Err(reason);
        }
        let mut terminals = Vec::new();
        for ((_, name), terminal) in runner.terminals.all() {
            if !terminal.session.watches_commands() {
                return Err("its shell is not bash".to_owned());
            }
            let state = state::read(&mut terminal.session).await?;
            // What cannot be done now cannot be done later.
            state::bring(machine, &state).await?.close();
            terminals.push((name.clone(), state));
        }
        let steps = self.steps.clone();
        let key = steps.last().map(|known| known.key.clone()).unwrap_or_default();
        let data = serde_json::to_string(&Data { steps, terminals }).map_err(|error| error.to_string())?;
        let made = sandbox.snapshot(machine, &key).await;
        let (image, bytes) = made.map_err(|error| with_causes(&error))?;
        let snapshot = Snapshot {
            key,
            origin: self.origin.clone(),
            image,
            engine: sandbox.engine().url().to_owned(),
            made: Snapshot::now(),
            bytes,
            data,
        };
        let put = self.shelf.put(sandbox.engine(), &snapshot).await;
        put.map_err(|error| format!("it could not be written down: {error}"))
    }
}

/// Waits a moment until a machine is at rest, and returns what it has outside of its files; an error says what goes on.
async fn at_rest(machine: &Machine) -> Result<Vec<String>, String> {
    let mut looked = machine.look().await;
    for _ in 0..REST {
        // A shell that has told of a block's end is still tidying up.
        if looked.as_ref().is_ok_and(|looked| !looked.busy.is_empty()) {
            tokio::time::sleep(PAUSE).await;
            looked = machine.look().await;
        }
    }
    let looked = looked.map_err(|error| error.to_string())?;
    match looked.busy.into_iter().next() {
        Some(reason) => Err(reason),
        None => Ok(looked.outside),
    }
}

/// Why nothing after a step can come from a snapshot: only what passed at once is known.
fn taint(step: &Step, report: &BlockReport) -> Option<String> {
    match report.status {
        Status::Passed if report.attempts <= 1 => None,
        Status::Passed => Some(format!("block `{}` passed only when it was tried again", report.id)),
        _ if step.not_run.is_some() => None,
        other => Some(format!("block `{}` is {}", report.id, other.word())),
    }
}

/// Whether the first steps of a guide are those that are known, and pass with what was printed then. At least one step
/// is left to be run.
fn fits(job: &Job, origin: &str, known: &[Known]) -> bool {
    let steps = &job.plan.steps;
    let is_proper = !known.is_empty() && steps.iter().skip(known.len()).any(|step| step.not_run.is_none());
    let mut captures = Captures::new();
    let mut key = origin.to_owned();
    is_proper
        && steps.iter().zip(known).all(|(step, known)| {
            let reached = key::after(&key, step, &captures);
            let is_same = reached.as_ref() == Ok(&known.key);
            key.clone_from(&known.key);
            is_same && passes(job, step, known, &mut captures)
        })
}

/// Whether a step passes with what is known of it.
fn passes(job: &Job, step: &Step, known: &Known, captures: &mut Captures) -> bool {
    let Action::Commands(commands) = &step.action else {
        return true;
    };
    if step.not_run.is_some() {
        return true;
    }
    let context = Context::known(job, step);
    let pastes = commands.pastes.iter().zip(&known.pastes);
    commands.pastes.len() == known.pastes.len()
        && pastes.into_iter().all(|(paste, transcript)| {
            let judged = judge::paste(context, paste, transcript, captures);
            captures.extend(judged.captures);
            let proves = unattended::unproven(commands, paste, transcript, None).is_none();
            judged.failure.is_none() && proves
        })
}
