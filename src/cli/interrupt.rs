//! Ctrl-C and the polite signal: once to stop and clean up, twice to leave at once.
#![expect(
    clippy::exit,
    reason = "the second Ctrl-C asks for just that; agent and watchdog clean up"
)]

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::terminal::Terminal;

/// Waits for signals until it is aborted.
pub(super) async fn watch(terminal: Terminal, cancel: watch::Sender<bool>) {
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return;
    };
    loop {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        if cancel.send_replace(true) {
            std::process::exit(130);
        }
        terminal.say("interrupted: removing the machines (press Ctrl-C once more to leave at once)");
    }
}
