//! The loop: plan, sandbox, session, check, events.
//!
//! 1. [`run`] takes the guides one by one, or several at a time, and tells everything in events.
//! 2. `guide` makes the machines of one guide, runs its steps, and removes the machines, whatever happened.
//! 3. `runner` runs one step after the other in the guide's terminals; `commands`, `service` and `browser`
//!    (with `act`) do the kinds of steps.
//! 4. `fast` leaves out steps that are known from a snapshot, if that is asked for.
//! 5. `judge` decides what came of a paste, `spot` says where; both are pure. [`rejudge`] decides once more, by other
//!    expectations.
//! 5. [`trials`] runs a guide with other steps in it, to see whether anybody would notice; `pool` says which are left,
//!    `warm` installs packages only once.
//!
//! A failed block does not end a guide: what follows runs as it would for a reader who went on. Blocks whose terminal
//! or machine is gone are unreachable; blocks that need a value which was not captured are skipped.

mod act;
mod beside;
mod browser;
mod commands;
mod ending;
mod fast;
mod guide;
mod judge;
mod missing;
mod planned;
mod pool;
mod rejudge;
mod runner;
mod service;
mod spot;
mod stream;
mod used;
mod taking;
mod terminal;
mod trial;
mod unattended;
mod warm;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use tokio::sync::{mpsc, oneshot, watch};

use crate::model::guide::Document;
use crate::model::machine::NetworkPolicy;
use crate::plan::Plan;
use crate::report::event::{Event, GuideKey};
use crate::sandbox::{Engine, SandboxError};
use crate::update::Edit;

pub use rejudge::{Heard, accepting, rejudge};
pub use stream::Printed;
pub use trial::{Told, Trial, Tried, trials};

/// One side of one guide to be run.
#[derive(Debug, Clone)]
pub struct Job {
    /// What is executed.
    pub plan: Plan,
    /// The text it comes from.
    pub document: Document,
}

impl Job {
    /// Returns the name under which reports know it.
    pub fn key(&self) -> GuideKey {
        GuideKey {
            guide: self.plan.guide.clone(),
            side: self.plan.side,
            alternative: self.plan.alternative.clone(),
        }
    }
}

/// How guides are run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Address of the engine; `None` looks in the usual places.
    pub engine: Option<String>,
    /// The docgen program, started once more as the watchdog.
    pub watchdog: Option<PathBuf>,
    /// Guides run at the same time.
    pub jobs: usize,
    /// Default memory limit of a machine in bytes.
    pub memory: Option<u64>,
    /// What machines may reach, over what guides say.
    pub network: Option<NetworkPolicy>,
    /// End a guide at its first block that is not as stated.
    pub fail_fast: bool,
    /// Do not run again what is known from a snapshot, and make one after commands of this much time; `None` runs cold.
    pub fast: Option<Duration>,
    /// Tell the output of blocks while they run.
    pub output: bool,
    /// Where goes all that blocks print, without secrets; what is not taken holds them up. `None` is nowhere.
    pub logs: Option<mpsc::Sender<Printed>>,
    /// Where edits of texts go that make them show what was printed. `None` judges only.
    pub rewrites: Option<mpsc::UnboundedSender<Rewrite>>,
    /// Where goes what each paste printed, as it came; `None` is nowhere.
    pub heard: Option<mpsc::UnboundedSender<Heard>>,
    /// Who looks at the machines of a guide before they are removed; `None` is nobody.
    pub hold: Option<mpsc::UnboundedSender<Held>>,
}

/// What makes a text show what a run of it printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// The run.
    pub run: GuideKey,
    /// Path of the text.
    pub path: String,
    /// Edits of it.
    pub edits: Vec<Edit>,
}

/// The machines of a guide that has run, still there until `release` is dropped or sent to.
#[derive(Debug)]
pub struct Held {
    /// Which guide.
    pub guide: GuideKey,
    /// Whether a block was not as stated.
    pub failed: bool,
    /// Name of the machine of the last block that ran.
    pub machine: String,
    /// The engine's id of its container.
    pub container: String,
    /// The user of its shells; `None` is root.
    pub user: Option<String>,
    /// Working directory of the terminal that ran the last block, if known.
    pub cwd: Option<String>,
    /// Ends the wait.
    pub release: oneshot::Sender<()>,
}

/// Runs guides. Everything that happens is told in `events`; the last one is [`Event::RunFinished`] unless the
/// engine could not be reached at all. `cancelled` turning true ends the run: machines are removed, the rest is
/// reported as not reached.
///
/// # Errors
/// If no engine answers.
pub async fn run(
    jobs: Vec<Job>,
    options: &Options,
    events: &mpsc::UnboundedSender<Event>,
    cancelled: &watch::Receiver<bool>,
    started: jiff::Timestamp,
) -> Result<(), SandboxError> {
    let clock = Instant::now();
    let engine = Engine::connect(options.engine.as_deref()).await?;
    let tell = |event: Event| drop(events.send(event));
    tell(Event::RunStarted {
        docgen: env!("CARGO_PKG_VERSION").to_owned(),
        started,
        guides: jobs.iter().map(Job::key).collect(),
    });
    let engine = &engine;
    let runs = jobs
        .into_iter()
        .map(|job| async move { guide::run(engine, &job, options, events, cancelled.clone()).await });
    let left: Vec<Vec<String>> = futures_util::stream::iter(runs)
        .buffer_unordered(options.jobs.max(1))
        .collect()
        .await;
    tell(Event::RunFinished {
        duration_ms: millis(clock.elapsed()),
        left_behind: left.concat(),
    });
    Ok(())
}

/// Whole milliseconds.
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
