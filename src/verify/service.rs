//! Programs that keep a terminal: started, awaited, watched until the guide ends.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::check;
use crate::plan::{Background, Step};
use crate::report::failure::{Code, Excerpt, Log};
use crate::report::results::{BlockReport, Status};
use crate::sandbox::{self, Machine};
use crate::session::shell::Progress;
use crate::session::{Chunk, Mode, Request, Running, Session, SessionError};
use crate::verify::judge;
use crate::verify::missing::not_filled;
use crate::verify::runner::{Runner, fail, readable, set};
use crate::verify::taking::{keep_secrets, secrets, take};
use crate::verify::terminal::{Name, Unavailable};

/// Between two looks at ready conditions.
const PAUSE: Duration = Duration::from_millis(50);
/// A program without ready conditions must live at least this long.
const SETTLE: Duration = Duration::from_millis(300);
/// Time that what a program prints may come after it is ready.
const LAG: Duration = Duration::from_secs(2);
/// Time for one command or request that tells whether a program is ready.
const PROBE: Duration = Duration::from_secs(5);

/// Bytes of log that are kept of a program: the last ones.
const LOG: usize = 256 << 10;

/// All programs that were started so far.
#[derive(Default)]
pub(super) struct Services {
    list: Vec<Service>,
}

/// What a program's watcher tells: its log so far, and its status once it ended.
#[derive(Default)]
struct Watched {
    log: Vec<u8>,
    ended: Option<i32>,
    /// Why nobody can tell any more whether it runs.
    lost: Option<SessionError>,
}

type Shared = Arc<Mutex<Watched>>;

struct Service {
    name: String,
    /// It may end with status 0: that it keeps running is a guess.
    may_end: bool,
    block: String,
    watched: Shared,
    /// Its end was told already.
    told: bool,
    watcher: JoinHandle<()>,
    /// Keeps its terminal open.
    _session: Session,
}

/// A program that ended while it should run.
pub(super) struct Ended {
    /// Its name.
    pub name: String,
    /// What started it, in words.
    pub origin: String,
    /// How it ended: `ended with status 1`.
    pub state: String,
    /// What it printed.
    pub log: String,
}

impl Ended {
    /// The end of its log.
    pub(super) fn log(&self) -> Log {
        Log {
            name: self.name.clone(),
            state: self.state.clone(),
            text: Excerpt::tail(&self.log),
        }
    }
}

impl Services {
    /// Returns the programs that ended since the last call.
    pub(super) fn ended(&mut self) -> Vec<Ended> {
        let mut ended = Vec::new();
        for service in self.list.iter_mut().filter(|service| !service.told) {
            if let Some(status) = service.status() {
                service.told = true;
                if status == 0 && service.may_end {
                    continue;
                }
                ended.push(Ended {
                    name: service.name.clone(),
                    origin: format!("it was started by block `{}`", service.block),
                    state: format!("ended with status {status}"),
                    log: service.log(),
                });
            }
        }
        ended
    }

    /// Returns the ends of the logs of what is running.
    pub(super) fn logs(&self) -> Vec<Log> {
        let running = self.list.iter().filter(|service| service.status().is_none());
        let log = |service: &Service| Log {
            name: service.name.clone(),
            state: "running".to_owned(),
            text: Excerpt::tail(&service.log()),
        };
        running.map(log).collect()
    }
}

impl Service {
    fn status(&self) -> Option<i32> {
        look(&self.watched).ended
    }

    fn log(&self) -> String {
        readable(&look(&self.watched).log)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.watcher.abort();
    }
}

/// A watcher that panicked has told what it knew.
fn look(watched: &Shared) -> MutexGuard<'_, Watched> {
    watched.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a program and waits until it is ready.
pub(super) async fn start(
    runner: &mut Runner<'_>,
    step: &Step,
    background: &Background,
    machine: &Machine,
    report: &mut BlockReport,
) {
    report.attempts = 1;
    let name = runner.terminal(step);
    let service = match launch(runner, step, background, machine, &name).await {
        Ok(service) => service,
        Err(Launch::NotFilled(error)) => return not_filled(runner, step, 0, &error, report),
        Err(Launch::Unavailable(Unavailable::Gone(reason))) => return set(report, Status::Unreachable, &reason),
        Err(Launch::Unavailable(Unavailable::Session(error))) => return runner.broken(step, &error, report),
    };
    let ready = wait(&service, background, machine, step.timeout).await;
    report.output = service.log();
    report.output_bytes = look(&service.watched).log.len() as u64;
    let problem = match ready {
        Ok(()) => {
            compare(runner, step, background, &service, report).await;
            None
        }
        Err(NotReady::Ended(0)) if background.guessed => {
            report.exit = Some(0);
            report.notes = vec!["it ended by itself with status 0".to_owned()];
            None
        }
        Err(NotReady::Ended(status)) => {
            report.exit = Some(status);
            let message = format!("`{}` ended with status {status} instead of running on", background.name);
            Some((Status::Failed, Code::ServiceEnded, message))
        }
        Err(NotReady::TimedOut(condition)) => {
            let seconds = step.timeout.as_secs();
            let message = format!("`{}` was not ready within {seconds} s: {condition}", background.name);
            Some((Status::TimedOut, Code::NotReady, message))
        }
        Err(NotReady::Session(error)) => return runner.broken(step, &error, report),
    };
    if let Some((status, code, message)) = problem {
        let mut failure = runner.failure(step, code, message);
        let state = service
            .status()
            .map_or_else(|| "running".to_owned(), |status| format!("ended with status {status}"));
        failure.logs.push(Log {
            name: background.name.clone(),
            state,
            text: Excerpt::tail(&service.log()),
        });
        fail(report, status, failure);
        return;
    }
    runner.services.list.push(service);
}

/// Compares what a program printed with what the guide shows; its log may lag a little behind its being ready.
async fn compare(
    runner: &mut Runner<'_>,
    step: &Step,
    background: &Background,
    service: &Service,
    report: &mut BlockReport,
) {
    let declared = secrets(runner, step, &background.expected);
    let clock = Instant::now();
    let mut judged = loop {
        let log = look(&service.watched).log.clone();
        let is_last = clock.elapsed() >= LAG;
        let mut context = runner.context(step);
        // Half a log is not what the guide should show.
        context.rewrite &= is_last && declared.is_empty();
        let judged = judge::log(context, &background.expected, &log, &runner.captures);
        if judged.failure.is_none() || is_last {
            break judged;
        }
        tokio::time::sleep(PAUSE).await;
    };
    report.output = service.log();
    keep_secrets(runner, &declared, &judged);
    take(runner, &mut judged, report);
    if let Some((status, failure)) = judged.failure {
        fail(report, status, failure);
    }
}

enum Launch {
    NotFilled(check::FillError),
    Unavailable(Unavailable),
}

/// Starts the program in a terminal of its own that begins where the step's terminal is: same directory, variables,
/// functions. A reader's terminal would be taken by the program; what follows is typed into another one.
async fn launch(
    runner: &mut Runner<'_>,
    step: &Step,
    background: &Background,
    machine: &Machine,
    name: &Name,
) -> Result<Service, Launch> {
    let script = check::fill(&background.script, &step.fills, &runner.captures).map_err(Launch::NotFilled)?;
    let lost = |error: SessionError| Launch::Unavailable(Unavailable::Session(error));
    let terminal = runner.terminals.get(name, machine).await.map_err(Launch::Unavailable)?;
    let state = terminal
        .session
        .run(Request::script(STATE, PROBE))
        .await
        .map_err(lost)?;
    let mut session = machine.open(&machine.options()).await.map_err(lost)?;
    let restore = format!("{{ {}\n}} 2>/dev/null\n:", state.output.to_text());
    session.run(Request::script(restore, PROBE)).await.map_err(lost)?;
    let (sender, receiver) = mpsc::channel(64);
    let mode = if background.tty { Mode::Tty } else { Mode::Merged };
    let request = Request {
        script,
        mode,
        live: Some(sender),
        ..Request::default()
    };
    let running = session.start(request).map_err(lost)?;
    let watched = Shared::default();
    let watcher = tokio::spawn(watch(running, receiver, Arc::clone(&watched)));
    let block = runner.block(step).id.clone();
    Ok(Service {
        name: background.name.clone(),
        may_end: background.guessed,
        block,
        watched,
        told: false,
        watcher,
        _session: session,
    })
}

/// Prints commands that bring another shell to the same state; left out are variables that cannot be set again, what
/// belongs to the shell itself, and what the agent put into it: the other shell would tell its end in the wrong place.
const STATE: &str = r#"{ declare -p | grep -v -E '^declare -([a-zA-Z]*r[a-zA-Z]*|[-a-zA-Z]+ (BASH[A-Z0-9_]*|PS[0-4]|PROMPT_COMMAND|HIST[A-Z]*|FUNCNAME|DIRSTACK|GROUPS|_|__dg[a-z_]*))(=| |$)'
for __dg_f in $(compgen -A function); do [[ $__dg_f == __dg* ]] || declare -f "$__dg_f"; done; printf 'cd -- %q\n' "$PWD"; }"#;

/// Collects the log until the program ends. A connection that is lost is told by the next block.
async fn watch(mut running: Running, mut chunks: mpsc::Receiver<Chunk>, watched: Shared) {
    let log = async {
        while let Some(chunk) = chunks.recv().await {
            keep(&watched, &chunk.bytes);
        }
    };
    let end = async move {
        loop {
            match running.progress().await {
                Ok(Progress::Ended(transcript)) => return Ok(transcript.status),
                Ok(Progress::Entered) => {}
                Err(error) => return Err(error),
            }
        }
    };
    // The log ends when `running` is dropped; only then is it complete.
    let (end, ()) = tokio::join!(end, log);
    let mut watched = look(&watched);
    match end {
        Ok(status) => watched.ended = Some(status),
        Err(error) => watched.lost = Some(error),
    }
}

fn keep(watched: &Shared, bytes: &[u8]) {
    let log = &mut look(watched).log;
    log.extend_from_slice(bytes);
    let surplus = log.len().saturating_sub(LOG);
    log.drain(..surplus);
}

enum NotReady {
    Ended(i32),
    TimedOut(String),
    Session(SessionError),
}

/// Waits until all conditions hold at the same look, or for a while if there are none.
async fn wait(service: &Service, background: &Background, machine: &Machine, most: Duration) -> Result<(), NotReady> {
    let clock = Instant::now();
    loop {
        let lost = look(&service.watched).lost.clone();
        if let Some(error) = lost {
            return Err(NotReady::Session(error));
        }
        if let Some(status) = service.status() {
            return Err(NotReady::Ended(status));
        }
        let missing = sandbox::unmet(machine, &background.ready, &service.log())
            .await
            .map_err(NotReady::Session)?;
        match missing {
            None if !background.ready.is_empty() || clock.elapsed() >= SETTLE => return Ok(()),
            Some(condition) if clock.elapsed() >= most => return Err(NotReady::TimedOut(condition)),
            _ => tokio::time::sleep(PAUSE).await,
        }
    }
}
