//! One terminal with one shell, which runs one block after the other.
//!
//! 1. [`Session::open`] makes the terminal and starts the shell, whose standard input is a private pipe.
//! 2. [`Session::run`] writes the block to a file and one line to the pipe that sources it.
//! 3. The shell tells of failed commands and of the end over the control FIFO; the terminal shows marks.
//! 4. [`Session::tick`] ends what takes too long.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::control::{Ended, Record, Records};
use crate::line;
use crate::link::Link;
use crate::marker::{Mark, Piece, Scanner};
use crate::message::{Cause, Mode, Open, Opened, Output, Report, Run, Stdin, Stream, Waiting};
use crate::running::{Deed, Running, is_ours};
use crate::sink::Sink;
use crate::sys;
use crate::users::{self, User};
use crate::waiting;

/// Where the agent and its sessions live on a machine.
const HOME: &str = "/.docgen";

/// Path of programs for a user whose profile sets none.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// How long a shell may take to start.
const START: Duration = Duration::from_secs(30);

/// How long a block is silent before the agent looks what it waits for, and how often it looks.
const SILENCE: Duration = Duration::from_millis(1000);

/// One terminal with its shell.
pub struct Session {
    id: u32,
    user: User,
    directory: PathBuf,
    terminal: String,
    master: OwnedFd,
    commands: File,
    control: OwnedFd,
    records: Records,
    scanner: Scanner,
    shell: i32,
    is_bash: bool,
    /// The deadline of the start, until the shell answered.
    starting: Option<Instant>,
    /// The first words of a shell that does not start.
    greeting: Vec<u8>,
    running: Option<Running>,
    lingering: Vec<Sink>,
    /// The last block, and whether what the terminal shows now is its own.
    block: u32,
    inside: bool,
    /// What the terminal showed after the block's end and before that was reported.
    after: Vec<u8>,
    last: Ended,
    look: Instant,
}

impl Session {
    /// Starts the shell; it is ready when it answered and told so.
    pub fn open(open: &Open) -> Result<Self, String> {
        let user = users::find(&open.user)?;
        let nonce = sys::random_name();
        let directory = PathBuf::from(format!("{HOME}/s{}", sys::random_name()));
        let failed = |what: &str| {
            let what = what.to_owned();
            move |error: io::Error| format!("cannot {what}: {error}")
        };
        fs::create_dir_all(&directory).map_err(failed("make the session's directory"))?;
        sys::chmod(&directory, 0o755).map_err(failed("open the session's directory"))?;
        let control = directory.join("control");
        sys::fifo(&control, 0o600, &user).map_err(failed("make the control FIFO"))?;
        let control = sys::hold_fifo(&control).map_err(failed("open the control FIFO"))?;
        let terminal = sys::terminal(open.rows, open.cols, &user).map_err(failed("make a terminal"))?;
        let (shell, is_bash) = line::shell(&user).ok_or("the machine has neither bash nor sh")?;
        let (reader, writer) = io::pipe().map_err(failed("make the command pipe"))?;
        let slave = |what| terminal.slave.try_clone().map_err(failed(what));
        let mut command = Command::new(&shell);
        command.args(line::arguments(is_bash, open.login));
        command.stdin(reader).stdout(Stdio::from(slave("share the terminal")?));
        command.stderr(Stdio::from(slave("share the terminal")?));
        environment(&mut command, &user, &shell, &open.env);
        let start = if open.cwd.is_empty() { user.home.clone() } else { PathBuf::from(&open.cwd) };
        sys::log_in(&mut command, &user, &start).map_err(failed("prepare the shell"))?;
        let child = command.spawn().map_err(failed("start the shell"))?;
        let mut session = Self {
            id: open.session,
            shell: child.id().cast_signed(),
            commands: File::from(OwnedFd::from(writer)),
            scanner: Scanner::new(&nonce),
            terminal: terminal.path,
            master: terminal.master,
            control,
            records: Records::default(),
            is_bash,
            starting: Some(Instant::now() + START),
            greeting: Vec::new(),
            running: None,
            lingering: Vec::new(),
            block: 0,
            inside: false,
            after: Vec::new(),
            last: Ended { block: 0, status: 0, flags: String::new(), cwd: String::new(), trap: String::new() },
            look: Instant::now(),
            user,
            directory,
        };
        let text = line::start(is_bash, &session.directory, &nonce);
        let path = session.file("start");
        fs::write(&path, text).map_err(failed("write the start file"))?;
        sys::unblock(session.commands.as_fd());
        session.feed(&line::first(&path, &session.directory, is_bash));
        Ok(session)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// Writes to the command pipe. It is all but empty whenever the shell is idle, so nothing blocks.
    fn feed(&mut self, text: &str) {
        // A broken pipe means that the shell is gone, which its end will tell.
        let _ = self.commands.write_all(text.as_bytes());
    }

    /// Number of the session.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Process of the shell.
    pub fn shell(&self) -> i32 {
        self.shell
    }

    /// All descriptors to wait for.
    pub fn descriptors(&self) -> Vec<RawFd> {
        let sinks = self.running.iter().flat_map(|running| &running.sinks).chain(&self.lingering);
        [self.master.as_raw_fd(), self.control.as_raw_fd()].into_iter().chain(sinks.map(Sink::fd)).collect()
    }

    /// When [`Session::tick`] is due.
    pub fn due(&self) -> Option<Instant> {
        let running = self.running.as_ref();
        let look = running.filter(|running| running.ended.is_none()).map(|_| self.look);
        running.and_then(Running::due).into_iter().chain(look).chain(self.starting).min()
    }

    /// Starts a block.
    pub fn run(&mut self, run: Run, link: &mut Link) {
        let block = run.block;
        if self.running.is_some() || self.starting.is_some() {
            return link.send(&Report::Failed(block, "the session is busy".to_owned()));
        }
        if let Err(error) = self.begin(run) {
            link.send(&Report::Failed(block, format!("cannot start the block: {error}")));
        }
    }

    fn begin(&mut self, run: Run) -> io::Result<()> {
        let block = run.block;
        let strict = self.last.flags.contains('e')
            || (self.is_bash && !is_ours(&self.last.trap))
            || line::may_be_strict(&run.script);
        let path = self.file(&format!("{block}.sh"));
        fs::write(&path, line::file(&run.script, strict && self.is_bash))?;
        let input = match &run.stdin {
            Stdin::Null if run.mode != Mode::Tty => "/dev/null".to_owned(),
            Stdin::Bytes(bytes) => {
                let path = self.file(&format!("{block}.in"));
                fs::write(&path, bytes)?;
                path.display().to_string()
            }
            _ => self.terminal.clone(),
        };
        let sink = |name: &str, stream| Sink::new(self.file(&format!("{block}.{name}")), stream, block, &self.user);
        let sinks = match run.mode {
            Mode::Merged => vec![sink("out", Stream::Out)?],
            Mode::Split => vec![sink("out", Stream::Out)?, sink("err", Stream::Err)?],
            Mode::Tty => Vec::new(),
        };
        let paths: Vec<_> = sinks.iter().map(Sink::path).collect();
        let text = line::block(block, &path, &input, &paths, &self.directory, self.is_bash, strict);
        let trace = self.last.flags.contains('x');
        self.running = Some(Running::new(run, sinks, trace));
        self.look = Instant::now() + SILENCE;
        self.feed(&text);
        Ok(())
    }

    /// Types into the terminal.
    pub fn input(&mut self, bytes: &[u8]) {
        let mut master = self.master.as_fd().try_clone_to_owned().map(File::from);
        if let Ok(master) = &mut master {
            // A terminal that nobody reads takes 4 KiB; more than that cannot be typed ahead.
            let _ = master.write_all(bytes);
        }
    }

    /// Sets the terminal's size.
    pub fn resize(&self, rows: u16, cols: u16) {
        sys::resize(&self.master, rows, cols);
    }

    /// Signals the foreground group.
    pub fn signal(&self, signal: i32) {
        sys::kill(-sys::foreground(&self.master).unwrap_or(self.shell), signal);
    }

    /// Ends the session like a terminal that is closed.
    pub fn close(&mut self) {
        if let Some(running) = &mut self.running {
            running.end_for(Cause::Closed);
            running.sent(libc::SIGHUP);
        }
        self.signal(libc::SIGHUP);
        sys::kill(-self.shell, libc::SIGHUP);
        sys::kill(self.shell, libc::SIGKILL);
    }

    /// Handles a descriptor that is ready.
    pub fn ready(&mut self, fd: RawFd, link: &mut Link) {
        if fd == self.master.as_raw_fd() {
            self.read_terminal(link);
        } else if fd == self.control.as_raw_fd() {
            self.read_control(link);
        } else {
            self.read_sink(fd, link);
        }
    }

    fn read_sink(&mut self, fd: RawFd, link: &mut Link) {
        if let Some(running) = &mut self.running
            && let Some(sink) = running.sinks.iter_mut().find(|sink| sink.fd() == fd)
        {
            let (count, _) = sink.forward(link);
            running.count(count);
        } else if let Some(at) = self.lingering.iter().position(|sink| sink.fd() == fd)
            && self.lingering[at].forward(link).1
        {
            self.lingering.remove(at);
        }
    }

    fn read_terminal(&mut self, link: &mut Link) {
        // What the block printed before it spoke to the terminal stands before that.
        if let Some(running) = &mut self.running {
            let count = running.sinks.iter_mut().map(|sink| sink.forward(link).0).sum();
            running.count(count);
        }
        let mut buffer = [0; 16 << 10];
        // After the shell's end a read fails; there is nothing more to come then.
        while let Ok(count @ 1..) = sys::read(self.master.as_raw_fd(), &mut buffer) {
            for piece in self.scanner.push(&buffer[..count]) {
                match piece {
                    Piece::Text(bytes) => self.terminal_text(bytes, link),
                    Piece::Mark(mark) => self.mark(mark, link),
                }
            }
            if count < buffer.len() {
                break;
            }
        }
    }

    fn mark(&mut self, mark: Mark, link: &mut Link) {
        match mark {
            Mark::Start(block) => {
                self.block = block;
                self.inside = true;
            }
            Mark::Prompt => self.inside = false,
            Mark::End(block) => {
                self.inside = false;
                if let Some(running) = self.running.as_mut().filter(|running| running.run.block == block) {
                    running.flushed = true;
                    self.finish_if_over(link);
                }
            }
            Mark::Inside(..) => {}
        }
    }

    fn terminal_text(&mut self, mut bytes: Vec<u8>, link: &mut Link) {
        if self.starting.is_some() {
            self.greeting.extend(bytes.iter().take(4096_usize.saturating_sub(self.greeting.len())));
            return;
        }
        if let Some(running) = self.running.as_mut().filter(|running| self.inside && running.run.block == self.block) {
            if let Some(held) = &mut running.trace {
                held.append(&mut bytes);
                let Some(whole) = line::without_trace(held, self.block) else { return };
                bytes = whole;
                running.trace = None;
            }
            running.count(bytes.len() as u64);
        } else if self.running.as_ref().is_some_and(|running| running.run.block == self.block) {
            return self.after.append(&mut bytes);
        }
        if self.block > 0 && !bytes.is_empty() {
            let at_us = link.now_us();
            link.send(&Report::Output(Output { block: self.block, stream: Stream::Tty, at_us, bytes }));
        }
    }

    fn read_control(&mut self, link: &mut Link) {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = sys::read(self.control.as_raw_fd(), &mut buffer) {
            for record in self.records.push(&buffer[..count]) {
                self.record(record, link);
            }
        }
    }

    fn record(&mut self, record: Record, link: &mut Link) {
        match (record, &mut self.running) {
            (Record::Failed { line, status }, Some(running)) => running.fail(line, status),
            (Record::Ended(ended), Some(running)) if ended.block == running.run.block => {
                self.last = ended.clone();
                running.ended = Some((ended, Instant::now()));
                self.finish_if_over(link);
            }
            (Record::Ended(ended), None) if self.starting.is_some() && ended.block == 0 => {
                self.starting = None;
                self.greeting.clear();
                link.send(&Report::Opened(Opened {
                    session: self.id,
                    directory: self.directory.display().to_string(),
                    cwd: ended.cwd.clone(),
                    watches_commands: self.is_bash,
                }));
                self.last = ended;
            }
            _ => {}
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
        for sink in &mut running.sinks {
            sink.drain(link);
            sink.let_end();
        }
        link.send(&Report::Done(running.done(gone, self.is_bash)));
        let after = std::mem::take(&mut self.after);
        self.terminal_text(after, link);
        self.lingering.append(&mut running.sinks);
    }

    /// Does what is due: ends blocks, looks what they wait for, gives up a shell that does not start.
    pub fn tick(&mut self, link: &mut Link) {
        let now = Instant::now();
        if self.starting.is_some_and(|deadline| deadline <= now) {
            sys::kill(self.shell, libc::SIGKILL);
            return;
        }
        if let Some(deed) = self.running.as_mut().and_then(Running::next_deed) {
            self.act(deed);
        }
        self.finish_if_over(link);
        if self.look <= now {
            self.look = now + SILENCE / 2;
            self.look_for_waiting(link);
        }
    }

    fn act(&mut self, deed: Deed) {
        let group = sys::foreground(&self.master).unwrap_or(self.shell);
        let sent = match deed {
            Deed::Type => {
                self.input(&[3]);
                0
            }
            Deed::Signal(_, own) if group == self.shell => {
                sys::kill(-group, own);
                own
            }
            Deed::Signal(signal, _) => {
                // The shell must not go on with the block's next command.
                sys::kill(self.shell, libc::SIGINT);
                sys::kill(-group, signal);
                signal
            }
            Deed::KillShell => {
                sys::kill(self.shell, libc::SIGKILL);
                libc::SIGKILL
            }
        };
        if let Some(running) = &mut self.running {
            running.sent(sent);
        }
    }

    fn look_for_waiting(&mut self, link: &mut Link) {
        let Some(running) = self.running.as_mut().filter(|running| running.heard.elapsed() >= SILENCE) else { return };
        let group = sys::foreground(&self.master).unwrap_or(self.shell);
        let Some(found) = waiting::look(group, &self.terminal) else { return };
        let report = Waiting { silent_ms: 0, ..found };
        if running.waiting.as_ref() != Some(&report) {
            let silent_ms = u64::try_from(running.heard.elapsed().as_millis()).unwrap_or(u64::MAX);
            link.send(&Report::Waiting(running.run.block, Waiting { silent_ms, ..report.clone() }));
            running.waiting = Some(report);
        }
    }

    /// The shell ended: tells it, and returns the FIFOs that background programs may still write to.
    pub fn exited(mut self, status: i32, link: &mut Link) -> Vec<Sink> {
        self.read_terminal(link);
        self.read_control(link);
        if self.starting.is_some() {
            let words = String::from_utf8_lossy(&self.greeting);
            let reason = format!("the shell ended before it was ready (status {status}): {}", words.trim());
            link.send(&Report::Failed(self.id, reason));
        } else {
            self.finish(Some(status), link);
            link.send(&Report::Closed(self.id, status));
        }
        self.lingering
    }
}

/// Gives the shell what a login gives, and what was asked for on top.
fn environment(command: &mut Command, user: &User, shell: &str, extra: &[(String, String)]) {
    command.env("HOME", &user.home).env("USER", &user.name).env("LOGNAME", &user.name).env("SHELL", shell);
    command.env("TERM", "xterm-256color");
    for (name, value) in [("PATH", PATH), ("LANG", "C.UTF-8")] {
        if std::env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
    command.envs(extra.iter().map(|(name, value)| (name, value)));
}
