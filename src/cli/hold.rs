//! `--keep` and `--shell`: somebody looks at the machines before they are removed.

use tokio::sync::mpsc;

use super::terminal::Terminal;
use crate::verify::Held;

/// What is done with the machines of a guide that has run.
pub(super) struct Hold {
    shell: bool,
    keep: bool,
    sender: mpsc::UnboundedSender<Held>,
    receiver: mpsc::UnboundedReceiver<Held>,
}

impl Hold {
    /// Returns what the options ask for; `None` is nothing.
    pub(super) fn new(keep: bool, shell: bool) -> Option<Self> {
        let (sender, receiver) = mpsc::unbounded_channel();
        (keep || shell).then_some(Self {
            shell,
            keep,
            sender,
            receiver,
        })
    }

    /// Returns where the run sends machines that are to be looked at.
    pub(super) fn sender(&self) -> mpsc::UnboundedSender<Held> {
        self.sender.clone()
    }

    /// Serves one guide after the other until it is aborted.
    pub(super) async fn serve(mut self, terminal: Terminal) {
        while let Some(held) = self.receiver.recv().await {
            if self.shell {
                shell(&terminal, &held).await;
            } else if self.keep && held.failed {
                wait(&terminal, &held).await;
            }
            // Whoever waits may be gone already.
            let _ = held.release.send(());
        }
    }
}

fn command(held: &Held) -> Vec<String> {
    let mut words = vec!["exec".to_owned(), "-it".to_owned()];
    if let Some(user) = &held.user {
        words.extend(["--user".to_owned(), user.clone()]);
    }
    if let Some(cwd) = &held.cwd {
        words.extend(["--workdir".to_owned(), cwd.clone()]);
    }
    words.extend([held.container.clone(), "bash".to_owned()]);
    words
}

async fn shell(terminal: &Terminal, held: &Held) {
    terminal.say(&format!(
        "a shell on machine `{}` of {}; its end removes the machine",
        held.machine, held.guide.guide
    ));
    match tokio::process::Command::new("docker")
        .args(command(held))
        .status()
        .await
    {
        Ok(_) => {}
        Err(error) => {
            terminal.say(&format!("the program `docker` could not be started: {error}"));
            wait(terminal, held).await;
        }
    }
}

async fn wait(terminal: &Terminal, held: &Held) {
    terminal.say(&format!(
        "machine `{}` is kept; look inside with: docker {}\npress Enter or Ctrl-C to remove it",
        held.machine,
        command(held).join(" ")
    ));
    let typed = tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await;
    if !matches!(typed, Ok(Ok(1..))) {
        // Without a keyboard only Ctrl-C ends the wait.
        std::future::pending::<()>().await;
    }
}
