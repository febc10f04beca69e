//! One terminal with one shell, which runs one block after the other.
//!
//! 1. [`Session::open`] makes the terminal and starts the shell, whose standard input is a private pipe.
//! 2. [`Session::run`] writes the block to a file and one line to the pipe that sources it.
//! 3. The shell tells of failed commands and of the end over the control FIFO; the terminal shows marks.
//! 4. [`Session::tick`] ends what takes too long.
//!
//! While an enter block runs, later blocks are typed into what it opened (see [`crate::inside`]).

mod enter;
mod output;

use std::fs;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::control::{Ended, Records};
use crate::input::Input;
use crate::inside::Inside;
use crate::line;
use crate::link::Link;
use crate::message::{Cause, Inner, Mode, Open, Report, Run, Stdin, Stream, Waiting};
use crate::running::{Deed, Running, is_ours};
use crate::shell::{self, Shell};
use crate::sink::Sink;
use crate::sys;
use crate::waiting;

/// How long a shell may take to start.
const START: Duration = Duration::from_secs(30);

/// How long a block is silent before the agent looks what it waits for, and how often it looks.
const SILENCE: Duration = Duration::from_millis(1000);

/// One terminal with its shell.
pub struct Session {
    id: u32,
    shell: Shell,
    records: Records,
    /// The deadline of the start, until the shell answered.
    starting: Option<Instant>,
    /// The first words of a shell that does not start.
    greeting: Vec<u8>,
    running: Option<Running>,
    /// What the running block opened, and the block that runs in there.
    inside: Option<Inside>,
    inner: Option<Running>,
    lingering: Vec<Sink>,
    /// The last block, and whether what the terminal shows now is its own.
    block: u32,
    shown: bool,
    /// What the terminal showed after the block's end and before that was reported.
    after: Vec<u8>,
    last: Ended,
    look: Instant,
}

impl Session {
    /// Starts the shell; it is ready when it answered and told so.
    pub fn open(open: &Open) -> Result<Self, String> {
        let mut session = Self {
            id: open.session,
            shell: shell::start(open)?,
            records: Records::default(),
            starting: Some(Instant::now() + START),
            greeting: Vec::new(),
            running: None,
            inside: None,
            inner: None,
            lingering: Vec::new(),
            block: 0,
            shown: false,
            after: Vec::new(),
            last: Ended {
                block: 0,
                status: 0,
                flags: String::new(),
                cwd: String::new(),
                trap: String::new(),
            },
            look: Instant::now(),
        };
        let first = line::first(&session.file("start"), &session.shell.directory, session.shell.is_bash);
        session.feed(&first);
        Ok(session)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.shell.directory.join(name)
    }

    /// Writes to the command pipe. It is all but empty whenever the shell is idle, so nothing blocks.
    fn feed(&mut self, text: &str) {
        // A broken pipe means that the shell is gone, which its end will tell.
        let _ = self.shell.commands.write_all(text.as_bytes());
    }

    /// Number of the session.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Process of the shell.
    pub fn shell(&self) -> i32 {
        self.shell.pid
    }

    /// Says why a copy of the machine's files would not do for this terminal, if so: something runs in it, or its shell
    /// holds what no file holds.
    pub fn unrest(&self) -> Option<String> {
        if self.running.is_some() || self.starting.is_some() || self.inside.is_some() {
            return Some("a block runs".to_owned());
        }
        if !self.lingering.is_empty() {
            return Some("a block that ended may still print".to_owned());
        }
        if self.last.status != 0 {
            return Some(format!("the last status of a terminal is {}", self.last.status));
        }
        if self.shell.terminal.is_changed() {
            return Some("the modes of a terminal were changed".to_owned());
        }
        None
    }

    /// All descriptors to read from.
    pub fn descriptors(&self) -> Vec<RawFd> {
        let sinks = self
            .running
            .iter()
            .flat_map(|running| &running.sinks)
            .chain(&self.lingering);
        [self.shell.terminal.fd(), self.shell.control.as_raw_fd()]
            .into_iter()
            .chain(sinks.map(Sink::fd))
            .collect()
    }

    /// The descriptor to write to, if something waits for that.
    pub fn writable(&self) -> Option<RawFd> {
        Some(self.shell.terminal.fd()).filter(|_| self.shell.terminal.is_typing())
    }

    /// When [`Session::tick`] is due.
    pub fn due(&self) -> Option<Instant> {
        let blocks = || self.running.iter().chain(&self.inner);
        let look = blocks().any(|running| running.ended.is_none()).then_some(self.look);
        let inside = self.inside.as_ref().and_then(Inside::due);
        blocks()
            .filter_map(Running::due)
            .chain(look)
            .chain(inside)
            .chain(self.starting)
            .min()
    }

    /// Starts a block.
    pub fn run(&mut self, run: Run, link: &mut Link) {
        let block = run.block;
        if self.inside.as_ref().is_some_and(Inside::is_ready) && self.inner.is_none() {
            return self.begin_inside(run);
        }
        if self.running.is_some() || self.starting.is_some() {
            return link.send(&Report::Failed(block, "the session is busy".to_owned()));
        }
        if let Err(error) = self.begin(run) {
            link.send(&Report::Failed(block, format!("cannot start the block: {error}")));
        }
    }

    fn begin(&mut self, run: Run) -> io::Result<()> {
        let (block, is_bash) = (run.block, self.shell.is_bash);
        let strict =
            self.last.flags.contains('e') || (is_bash && !is_ours(&self.last.trap)) || line::may_be_strict(&run.script);
        let path = self.file(&format!("{block}.sh"));
        fs::write(&path, line::file(&run.script, strict && is_bash))?;
        let mut watched = None;
        let input = match &run.stdin {
            Stdin::Null if run.mode != Mode::Tty => "/dev/null".to_owned(),
            Stdin::Bytes(bytes) => {
                let path = self.file(&format!("{block}.in"));
                fs::write(&path, bytes)?;
                path.display().to_string()
            }
            Stdin::Watched if run.mode != Mode::Tty => {
                let input = watched.insert(Input::new(&self.shell.directory, &format!("{block}.in"))?);
                input.path().display().to_string()
            }
            _ => self.shell.terminal.path().to_owned(),
        };
        let user = &self.shell.user;
        let sink = |name: &str, stream| Sink::new(self.file(&format!("{block}.{name}")), stream, block, user);
        let sinks = match run.mode {
            Mode::Merged => vec![sink("out", Stream::Out)?],
            Mode::Split => vec![sink("out", Stream::Out)?, sink("err", Stream::Err)?],
            Mode::Tty => Vec::new(),
        };
        let paths: Vec<_> = sinks.iter().map(Sink::path).collect();
        let text = line::block(block, &path, &input, &paths, &self.shell.directory, is_bash, strict);
        let trace = self.last.flags.contains('x');
        self.shell.terminal.save();
        self.inside = (run.enter != Inner::None).then(|| Inside::new(run.enter, run.answers));
        self.running = Some(Running::new(run, sinks, watched, trace));
        self.look = Instant::now() + SILENCE;
        self.feed(&text);
        Ok(())
    }

    /// Types into the terminal.
    pub fn input(&mut self, bytes: &[u8]) {
        if let Some(inside) = &mut self.inside {
            inside.typed();
        }
        self.shell.terminal.type_in(bytes);
    }

    /// Sets the terminal's size.
    pub fn resize(&self, rows: u16, cols: u16) {
        self.shell.terminal.resize(rows, cols);
    }

    /// Signals the foreground group.
    pub fn signal(&self, signal: i32) {
        sys::kill(-self.foreground(), signal);
    }

    fn foreground(&self) -> i32 {
        self.shell.terminal.foreground().unwrap_or(self.shell.pid)
    }

    /// Ends the session like a terminal that is closed.
    pub fn close(&mut self) {
        for running in self.running.iter_mut().chain(&mut self.inner) {
            running.end_for(Cause::Closed);
            running.sent(libc::SIGHUP);
        }
        self.signal(libc::SIGHUP);
        sys::kill(-self.shell.pid, libc::SIGHUP);
        sys::kill(self.shell.pid, libc::SIGKILL);
    }

    /// Handles a descriptor that is ready.
    pub fn ready(&mut self, fd: RawFd, link: &mut Link) {
        if fd == self.shell.terminal.fd() {
            self.shell.terminal.go_on_typing();
            self.read_terminal(link);
        } else if fd == self.shell.control.as_raw_fd() {
            self.read_control(link);
        } else {
            self.read_sink(fd, link);
        }
    }

    fn finish_if_over(&mut self, link: &mut Link) {
        if self.running.as_ref().is_some_and(Running::is_over) {
            self.finish(None, link);
        }
    }

    /// Reports the end of the block and keeps reading what its background programs print.
    fn finish(&mut self, gone: Option<i32>, link: &mut Link) {
        let Some(mut running) = self.running.take() else { return };
        // What it opened has ended with it, and so has the block in there: by `exit`, most often.
        if self.inside.take().is_some() {
            self.shell.terminal.reset();
        }
        let status = running
            .ended
            .as_ref()
            .map_or(gone.unwrap_or(-1), |(ended, _)| ended.status);
        for sink in &mut running.sinks {
            sink.drain(link);
            sink.let_end();
        }
        link.send(&Report::Done(running.done(gone, self.shell.is_bash)));
        // After that: whoever hears that the block inside ended can know that what it ran in did.
        self.finish_inner(Some(status), String::new(), link);
        let after = std::mem::take(&mut self.after);
        self.terminal_text(after, link);
        self.lingering.append(&mut running.sinks);
    }

    /// Does what is due: ends blocks, looks what they wait for, gives up a shell that does not start.
    pub fn tick(&mut self, link: &mut Link) {
        let now = Instant::now();
        if self.starting.is_some_and(|deadline| deadline <= now) {
            sys::kill(self.shell.pid, libc::SIGKILL);
            return;
        }
        if let Some(deed) = self.running.as_mut().and_then(Running::next_deed) {
            self.act(deed);
        }
        if let Some(deed) = self.inner.as_mut().and_then(Running::next_deed) {
            self.act(deed);
        }
        self.finish_if_over(link);
        self.go_on_inside(link);
        if self.look <= now {
            self.look = now + SILENCE / 2;
            self.look_for_waiting(link);
        }
    }

    fn act(&mut self, deed: Deed) {
        let group = self.foreground();
        let sent = match deed {
            Deed::Type => {
                self.shell.terminal.interrupt();
                if let (Some(inside), Some(inner)) = (&mut self.inside, &self.inner) {
                    inside.interrupted(inner.run.block);
                }
                0
            }
            Deed::Signal(_, own) if group == self.shell.pid => {
                sys::kill(-group, own);
                own
            }
            Deed::Signal(signal, _) => {
                // The shell must not go on with the block's next command.
                sys::kill(self.shell.pid, libc::SIGINT);
                sys::kill(-group, signal);
                signal
            }
            Deed::KillShell => {
                sys::kill(self.shell.pid, libc::SIGKILL);
                libc::SIGKILL
            }
        };
        if let Some(running) = self.inner.as_mut().or(self.running.as_mut()) {
            running.sent(sent);
        }
    }

    fn look_for_waiting(&mut self, link: &mut Link) {
        let group = self.foreground();
        let running = self.inner.as_mut().or(self.running.as_mut());
        // What is being ended waits for nothing any more.
        let silent = |running: &&mut Running| running.heard.elapsed() >= SILENCE && !running.is_ending();
        let Some(running) = running.filter(silent) else {
            return;
        };
        let Some(found) = waiting::look(group, self.shell.terminal.path()) else {
            return;
        };
        let report = Waiting { silent_ms: 0, ..found };
        if running.waiting.as_ref() != Some(&report) {
            let silent_ms = u64::try_from(running.heard.elapsed().as_millis()).unwrap_or(u64::MAX);
            link.send(&Report::Waiting(
                running.run.block,
                Waiting {
                    silent_ms,
                    ..report.clone()
                },
            ));
            running.waiting = Some(report);
        }
    }

    /// The shell ended: tells it, and returns the FIFOs that background programs may still write to.
    pub fn exited(mut self, status: i32, link: &mut Link) -> Vec<Sink> {
        self.read_terminal(link);
        self.read_control(link);
        if self.starting.is_some() {
            let words = String::from_utf8_lossy(&self.greeting);
            let reason = format!(
                "the shell ended before it was ready (status {status}): {}",
                words.trim()
            );
            link.send(&Report::Failed(self.id, reason));
        } else {
            self.finish(Some(status), link);
            link.send(&Report::Closed(self.id, status));
        }
        self.lingering
    }
}
