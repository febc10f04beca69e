//! Machines that are just a service beside the guide: their command, and when they are ready.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::model::block::Ready;
use crate::sandbox::prepare::last_lines;
use crate::sandbox::{Machine, SandboxError};
use crate::session::shell::Progress;
use crate::session::{Link, Request, Running, SessionError};
use crate::transcript::{Cause, Output};

/// How long a service may take to be ready.
const PATIENCE: Duration = Duration::from_secs(120);

/// Between two looks.
const POLL: Duration = Duration::from_millis(50);

/// How long one look may take.
const LOOK: Duration = Duration::from_secs(5);

/// A command that keeps a session busy as long as its machine lives.
pub(super) struct Service {
    link: Link,
    block: u32,
    status: Arc<Mutex<Option<i32>>>,
    watcher: JoinHandle<()>,
}

impl Service {
    /// Watches a block that runs.
    pub(super) fn watch(link: &Link, mut running: Running) -> Self {
        let status = Arc::new(Mutex::new(None));
        let (block, shared) = (running.block(), Arc::clone(&status));
        let watcher = tokio::spawn(async move {
            // A connection that is lost is told by whatever runs on the machine next.
            while let Ok(progress) = running.progress().await {
                if let Progress::Ended(transcript) = progress {
                    *shared.lock().unwrap_or_else(PoisonError::into_inner) = Some(transcript.status);
                    return;
                }
            }
        });
        Self {
            link: link.clone(),
            block,
            status,
            watcher,
        }
    }

    /// Returns what it printed so far.
    pub(super) fn log(&self) -> Output {
        self.link.output(self.block).0
    }

    /// Returns its status, once it ended.
    pub(super) fn status(&self) -> Option<i32> {
        *self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.watcher.abort();
    }
}

/// Starts the command of a service machine and waits until all conditions hold at the same look.
pub(super) async fn start(machine: &Machine, command: &str, ready: &[Ready]) -> Result<Service, SandboxError> {
    let name = &machine.facts.machine;
    let failed = |source| SandboxError::Session {
        machine: name.clone(),
        source,
    };
    let mut session = machine.open(&machine.options()).await.map_err(failed)?;
    let request = Request {
        script: command.to_owned(),
        ..Request::default()
    };
    let service = Service::watch(&machine.link, session.start(request).map_err(failed)?);
    let started = Instant::now();
    loop {
        let missing = unmet(machine, ready, &service.log().to_text()).await.map_err(failed)?;
        let what = match (service.status(), missing) {
            (Some(status), _) => format!("`{command}` ended with status {status}"),
            (None, None) => return Ok(service),
            (None, Some(what)) if started.elapsed() > PATIENCE => format!("{what} within {} s", PATIENCE.as_secs()),
            _ => {
                tokio::time::sleep(POLL).await;
                continue;
            }
        };
        let output = last_lines(&service.log().to_text());
        return Err(SandboxError::NotReady {
            machine: name.clone(),
            what,
            output,
        });
    }
}

/// Returns the first ready condition that does not hold on a machine, in words; `log` is what the
/// program printed so far.
pub async fn unmet(machine: &Machine, ready: &[Ready], log: &str) -> Result<Option<String>, SessionError> {
    for condition in ready {
        let (holds, words) = match condition {
            Ready::Port(port) => (
                machine.listening_ports().await?.contains(port),
                format!("nothing listens on port {port}"),
            ),
            Ready::Log(text) => (log.contains(text), format!("it did not print `{text}`")),
            Ready::Http(url) => (succeeds(machine, &http(url)).await?, format!("`{url}` does not answer")),
            Ready::Command(command) => (
                succeeds(machine, command).await?,
                format!("`{command}` does not succeed"),
            ),
        };
        if !holds {
            return Ok(Some(words));
        }
    }
    Ok(None)
}

/// Runs a command in a terminal of its own.
async fn succeeds(machine: &Machine, command: &str) -> Result<bool, SessionError> {
    let mut session = machine.open(&machine.options()).await?;
    let transcript = session.run(Request::script(command, LOOK)).await?;
    session.close();
    Ok(transcript.status == 0 && transcript.cause == Cause::Finished)
}

/// A request by curl where there is one, else by bash itself, which speaks plain HTTP only.
fn http(url: &str) -> String {
    let quoted = url.replace('\'', "'\\''");
    format!("url='{quoted}'\n{}", include_str!("http.sh"))
}
