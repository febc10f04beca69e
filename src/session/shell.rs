//! Sessions: open a shell, run blocks in it.

use std::time::Duration;

use tokio::sync::mpsc;

use crate::session::answer::Prompts;
use crate::session::ending::{cause, input};
use crate::session::link::Event;
use crate::session::message::{self, Done, Inner, Order, Report};
use crate::session::{Chunk, Link, Mode, SessionError, Stdin, Stream};
use crate::transcript::{FailedCommand, Output, Transcript, Waiting};

/// How long the agent may take beyond a block's own time: it is idle or dead after that.
const PATIENCE: Duration = Duration::from_secs(15);

/// How a session is opened.
#[derive(Debug, Clone)]
pub struct SessionOptions {
    /// User; `None` is root. Groups are read anew, as at a login.
    pub user: Option<String>,
    /// Whether the shell reads the login profile.
    pub login: bool,
    /// Directory to start in; `None` is the user's home.
    pub cwd: Option<String>,
    /// Variables on top of the usual ones.
    pub env: Vec<(String, String)>,
    /// Terminal height in characters.
    pub rows: u16,
    /// Terminal width in characters.
    pub cols: u16,
}

impl Default for SessionOptions {
    /// A login of root at a terminal of 24 lines and 80 columns.
    fn default() -> Self {
        Self {
            user: None,
            login: true,
            cwd: None,
            env: Vec::new(),
            rows: 24,
            cols: 80,
        }
    }
}

/// What is run.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The text, as pasted.
    pub script: String,
    /// Where its output goes.
    pub mode: Mode,
    /// What it reads. With [`Mode::Tty`], `Null` means the terminal too.
    pub stdin: Stdin,
    /// Time it may take; `None` is no limit.
    pub timeout: Option<Duration>,
    /// Time between the signals that end it; zero is one second.
    pub grace: Duration,
    /// Bytes of output after which it is ended; 0 is no limit.
    pub output_limit: u64,
    /// Prompts and what is typed then, without the Enter key; each once.
    pub answers: Vec<(String, String)>,
    /// Where its output is passed on while it runs; what nobody takes holds the block up.
    pub live: Option<mpsc::Sender<Chunk>>,
    /// Whether it opens a shell inside, which later blocks run in.
    pub enter: bool,
}

impl Request {
    /// A block as most are: merged output, no input, ended after `timeout`.
    pub fn script(script: impl Into<String>, timeout: Duration) -> Self {
        Self {
            script: script.into(),
            timeout: Some(timeout),
            ..Self::default()
        }
    }
}

/// A terminal with a shell.
pub struct Session {
    link: Link,
    id: u32,
    directory: String,
    cwd: String,
    watches_commands: bool,
    ended: bool,
}

/// A block that runs.
pub struct Running {
    link: Link,
    session: u32,
    block: u32,
    directory: String,
    events: mpsc::Receiver<Event>,
    prompts: Prompts,
    answers: Vec<String>,
    live: Option<mpsc::Sender<Chunk>>,
    patience: Option<Duration>,
    waiting: Option<Waiting>,
    answered: Vec<usize>,
}

/// What a running block came to.
#[derive(Debug)]
pub enum Progress {
    /// It ended.
    Ended(Box<Transcript>),
    /// The shell inside an enter block answers.
    Entered,
}

impl Session {
    /// Opens a session on the machine behind `link`.
    pub async fn open(link: &Link, options: &SessionOptions) -> Result<Self, SessionError> {
        let id = link.number();
        let open = message::Open {
            session: id,
            user: options.user.clone().unwrap_or_default(),
            login: options.login,
            env: options.env.clone(),
            cwd: options.cwd.clone().unwrap_or_default(),
            rows: options.rows,
            cols: options.cols,
        };
        match link.ask(id, &Order::Open(open)).await? {
            Report::Opened(opened) => Ok(Self {
                link: link.clone(),
                id,
                directory: opened.directory,
                cwd: opened.cwd,
                watches_commands: opened.watches_commands,
                ended: false,
            }),
            other => Err(SessionError::Protocol(format!("the agent answered {other:?}"))),
        }
    }

    /// Runs a block to its end.
    pub async fn run(&mut self, request: Request) -> Result<Transcript, SessionError> {
        let mut running = self.start(request)?;
        loop {
            if let Progress::Ended(transcript) = running.progress().await? {
                self.note(&transcript);
                return Ok(*transcript);
            }
        }
    }

    /// Starts a block and returns at once; the session is busy until it ended. Whoever waits for its end
    /// tells the session by [`Session::note`].
    pub fn start(&mut self, request: Request) -> Result<Running, SessionError> {
        if self.ended {
            return Err(SessionError::Ended);
        }
        let block = self.link.number();
        let grace = if request.grace.is_zero() {
            Duration::from_secs(1)
        } else {
            request.grace
        };
        let streams = request.live.is_some() || !request.answers.is_empty();
        let events = self.link.follow(block, request.mode, streams);
        // Whoever follows a block after the connection is lost would wait for news that never come.
        if let Some(loss) = self.link.lost_now() {
            return Err(SessionError::Lost(loss));
        }
        let order = message::Run {
            session: self.id,
            block,
            script: request.script.clone().into_bytes(),
            mode: request.mode,
            stdin: request.stdin,
            timeout_ms: request.timeout.map_or(0, |timeout| millis(timeout).max(1)),
            grace_ms: millis(grace),
            output_limit: request.output_limit,
            enter: if request.enter {
                inner_of(&request.script)
            } else {
                Inner::None
            },
            answers: u32::try_from(request.answers.len()).unwrap_or(u32::MAX),
        };
        self.link.send(&Order::Run(order));
        let (prompts, answers): (Vec<String>, Vec<String>) = request.answers.into_iter().unzip();
        Ok(Running {
            link: self.link.clone(),
            session: self.id,
            block,
            directory: self.directory.clone(),
            events,
            prompts: Prompts::new(prompts.iter().map(String::as_str)),
            answers,
            live: request.live,
            patience: request.timeout.map(|timeout| timeout + 4 * grace + PATIENCE),
            waiting: None,
            answered: Vec::new(),
        })
    }

    /// Notes where a block left the shell.
    pub fn note(&mut self, transcript: &Transcript) {
        self.ended |= transcript.shell_gone;
        if let Some(cwd) = &transcript.cwd {
            self.cwd.clone_from(cwd);
        }
    }

    /// Returns the shell's working directory.
    pub fn cwd(&self) -> &str {
        &self.cwd
    }

    /// Returns whether the shell has ended; a new session must be opened then.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// Returns whether failing commands inside a block are noticed (bash only).
    pub fn watches_commands(&self) -> bool {
        self.watches_commands
    }

    /// Ends the session like a terminal that is closed.
    pub fn close(self) {
        self.link.send(&Order::Close(self.id));
    }
}

impl Running {
    /// Returns the block's number, by which [`Link::late`] knows it.
    pub fn block(&self) -> u32 {
        self.block
    }

    /// Returns what it printed so far.
    pub fn output(&self) -> Output {
        self.link.output(self.block).0
    }

    /// Types into its terminal.
    pub fn type_in(&self, bytes: &[u8]) {
        self.link.send(&Order::Input(self.session, bytes.to_vec()));
    }

    /// Sends a signal to its foreground group, by number.
    pub fn signal(&self, signal: i32) {
        self.link.send(&Order::Signal(self.session, signal));
    }

    /// Ends it and its session like a terminal that is closed.
    pub fn close(&self) {
        self.link.send(&Order::Close(self.session));
    }

    /// Returns the last sign that it waits for somebody to type.
    pub fn waiting(&self) -> Option<&Waiting> {
        self.waiting.as_ref()
    }

    /// Waits until it ended, or until the shell inside an enter block answers. It may be dropped and
    /// called again.
    pub async fn progress(&mut self) -> Result<Progress, SessionError> {
        loop {
            let event = match self.patience {
                None => self.events.recv().await,
                Some(patience) => match tokio::time::timeout(patience, self.events.recv()).await {
                    Ok(event) => event,
                    Err(_) => return Err(SessionError::Silent(patience)),
                },
            };
            match event {
                Some(Event::Output(chunk)) => self.hear(chunk).await,
                Some(Event::Waiting(waiting)) => {
                    self.waiting = Some(Waiting {
                        program: waiting.program,
                        reads_terminal: waiting.reads_terminal,
                        silent: Duration::from_millis(waiting.silent_ms),
                    });
                }
                Some(Event::Entered) => return Ok(Progress::Entered),
                Some(Event::Done(done)) => return Ok(Progress::Ended(Box::new(self.transcript(done)))),
                Some(Event::Refused(reason)) => return Err(SessionError::Refused(reason)),
                Some(Event::Lost(loss)) => return Err(SessionError::Lost(loss)),
                None => return Err(SessionError::Lost(self.link.loss().await)),
            }
        }
    }

    async fn hear(&mut self, chunk: Chunk) {
        if chunk.stream == Stream::Tty {
            for index in self.prompts.push(&chunk.bytes) {
                self.type_in(format!("{}\r", self.answers[index]).as_bytes());
                self.answered.push(index);
            }
        }
        if let Some(live) = &self.live
            && live.send(chunk).await.is_err()
        {
            self.live = None;
        }
    }

    fn transcript(&mut self, done: Done) -> Transcript {
        let (output, split) = self.link.output(self.block);
        Transcript {
            status: done.status,
            cause: cause(done.cause),
            output,
            split,
            duration: Duration::from_micros(done.micros),
            failed: done
                .failed
                .iter()
                .map(|&(line, status)| FailedCommand {
                    line: line as usize,
                    status,
                })
                .collect(),
            more_failed: done.more_failed,
            reduced: done.reduced,
            untold: done.untold,
            waiting: self.waiting.take(),
            signals: done.signals,
            answered: std::mem::take(&mut self.answered),
            cwd: Some(done.cwd).filter(|cwd| !cwd.is_empty()),
            shell_gone: done.shell_gone,
            out_of_memory: done.out_of_memory,
            input: input(done.input),
            script_path: format!("{}/{}.sh", self.directory, self.block),
        }
    }
}

/// Programs with a prompt that is not a shell's.
const PROMPTS: [&str; 16] = [
    "psql",
    "mysql",
    "mariadb",
    "sqlite3",
    "redis-cli",
    "mongosh",
    "python",
    "python3",
    "node",
    "irb",
    "lua",
    "ghci",
    "R",
    "bc",
    "ftp",
    "sftp",
];

/// Tells from an enter block's last command what it opens.
fn inner_of(script: &str) -> Inner {
    let command = script
        .lines()
        .map(str::trim)
        .rfind(|line| !line.is_empty() && !line.starts_with('#'));
    let mut words = command.unwrap_or_default().split_whitespace();
    let name = |word: &str| word.rsplit('/').next().is_some_and(|name| PROMPTS.contains(&name));
    if words.any(name) { Inner::Prompt } else { Inner::Shell }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::inner_of;
    use crate::session::message::Inner;

    #[test]
    fn what_a_command_opens() {
        for shell in [
            "su - amy",
            "sudo -i",
            "ssh -t host",
            "docker exec -it db sh",
            "newgrp docker",
        ] {
            assert_eq!(inner_of(shell), Inner::Shell, "{shell}");
        }
        for prompt in [
            "python3",
            "docker exec -it db psql -U postgres",
            "# now\n/usr/bin/sqlite3 a.db\n",
        ] {
            assert_eq!(inner_of(prompt), Inner::Prompt, "{prompt}");
        }
    }
}
