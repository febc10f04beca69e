//! The watchdog: a process that outlives docgen by a moment and removes what it left.
//!
//! docgen starts itself once more, in a session of its own, with a pipe as standard input. When docgen
//! ends, however it ends, the pipe closes, and the watchdog removes everything that carries the label of
//! the run. After an orderly end there is nothing left to remove.

use std::io::Read;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};

use crate::sandbox::{Engine, RunId, SandboxError, Scope, Swept, sweep};

/// Name of the hidden command that runs the watchdog.
pub const COMMAND: &str = "__watch";

/// Pauses before each attempt to clean up.
const PAUSES: [Duration; 9] = [
    Duration::ZERO,
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
];

/// What an orderly end writes to the pipe.
const DISMISSED: u8 = b'.';

/// The running watchdog of a sandbox.
pub(super) struct Watchdog(Child);

impl Watchdog {
    /// Starts `program __watch RUN`; without it two layers of cleaning up remain, so a failure is none.
    pub(super) fn start(program: &Path, run: &RunId, engine: &Engine) -> Option<Self> {
        let mut command = Command::new(program);
        command.arg(COMMAND).arg(run.as_str()).arg("--engine").arg(engine.url());
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // A group of its own: ^C at docgen's terminal must not reach it.
        command.process_group(0).kill_on_drop(false);
        command.spawn().ok().map(Self)
    }

    /// Tells it that nothing is left, and waits for its end.
    pub(super) async fn dismiss(mut self) {
        if let Some(mut pipe) = self.0.stdin.take() {
            let _ = pipe.write_all(&[DISMISSED]).await;
        }
        let _ = tokio::time::timeout(Duration::from_secs(2), self.0.wait()).await;
    }
}

/// Runs as the watchdog of `run`: waits until standard input ends, then removes everything of the run.
pub async fn run(run: RunId, engine: Option<&str>) -> Result<(), SandboxError> {
    let engine = Engine::connect(engine).await;
    if tokio::task::spawn_blocking(was_dismissed).await.unwrap_or(false) {
        return Ok(());
    }
    let engine = engine?;
    clean(&engine, &run).await
}

/// Removes everything of a run until nothing is found twice: a container that docgen was creating when it
/// died appears a moment later, and a network cannot go while a container is still leaving it.
async fn clean(engine: &Engine, run: &RunId) -> Result<(), SandboxError> {
    let mut result = Ok(());
    let mut found_nothing = 0;
    for pause in PAUSES {
        tokio::time::sleep(pause).await;
        result = match sweep(engine, Scope::Run(run.clone())).await {
            Ok(swept) => {
                found_nothing += usize::from(swept == Swept::default());
                Ok(())
            }
            Err(error) => Err(error),
        };
        if found_nothing == 2 {
            return Ok(());
        }
    }
    result
}

/// Waits until standard input ends; a failure to read means the same.
fn was_dismissed() -> bool {
    let mut heard = Vec::new();
    let _ = std::io::stdin().read_to_end(&mut heard);
    heard.contains(&DISMISSED)
}
