//! A block that runs: what is known of it, and how it is ended when it takes too long.

use std::time::{Duration, Instant};

use crate::control::Ended;
use crate::input::Input;
use crate::memory;
use crate::message::{Cause, Done, Mode, Run, Waiting};
use crate::sink::Sink;

/// Failed commands that are listed; more are counted.
const LISTED: usize = 100;

/// How long ^C in a terminal is given before signals follow.
const TYPED: Duration = Duration::from_millis(300);

/// Time between the last tries to end what goes on starting.
const SWEEP: Duration = Duration::from_millis(100);

/// How often those are made before the shell itself is killed.
const SWEEPS: u32 = 10;

/// How long the terminal may take to show a block's end after its shell told of it.
const FLUSH: Duration = Duration::from_millis(500);

/// A block that runs.
pub struct Running {
    /// What was ordered.
    pub run: Run,
    /// When it began.
    pub started: Instant,
    /// When it last printed something.
    pub heard: Instant,
    /// Where its output arrives; empty in a terminal.
    pub sinks: Vec<Sink>,
    /// What the shell told of its end, and when.
    pub ended: Option<(Ended, Instant)>,
    /// Whether the terminal showed its end.
    pub flushed: bool,
    /// The line in which `set -x` shows the agent's own command, held back until it is whole.
    pub trace: Option<Vec<u8>>,
    /// The empty file that it reads, if anybody wants to know whether it does.
    pub input: Option<Input>,
    /// Whether it runs in a program that tells no status.
    pub untold: bool,
    /// The last report that it waits.
    pub waiting: Option<Waiting>,
    /// Processes that were killed for want of memory before it began.
    killed_before: Option<u64>,
    ending: Option<Ending>,
    produced: u64,
    failed: Vec<(u32, i32)>,
    more_failed: u32,
    signals: Vec<i32>,
}

struct Ending {
    cause: Cause,
    step: Step,
    at: Instant,
}

/// What is done to end a block, in this order.
#[derive(Clone, Copy)]
enum Step {
    Type,
    Interrupt,
    Terminate,
    Kill,
    Sweep(u32),
}

/// A deed that the session does for its block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Types ^C into the terminal.
    Type,
    /// Sends a signal to the foreground group; if that is the shell's own, the second one instead.
    Signal(i32, i32),
    /// Kills the shell.
    KillShell,
}

impl Running {
    /// Makes the record of a block that begins now.
    pub fn new(run: Run, sinks: Vec<Sink>, input: Option<Input>, trace: bool) -> Self {
        let now = Instant::now();
        let ending = (run.timeout_ms > 0).then(|| Ending {
            cause: Cause::TimedOut,
            step: first_step(run.mode),
            at: now + Duration::from_millis(run.timeout_ms),
        });
        Self {
            run,
            started: now,
            heard: now,
            sinks,
            ended: None,
            flushed: false,
            trace: trace.then(Vec::new),
            input,
            untold: false,
            waiting: None,
            killed_before: memory::killed(),
            ending,
            produced: 0,
            failed: Vec::new(),
            more_failed: 0,
            signals: Vec::new(),
        }
    }

    /// Counts output; too much of it ends the block.
    pub fn count(&mut self, bytes: u64) {
        if bytes == 0 {
            return;
        }
        self.heard = Instant::now();
        self.produced += bytes;
        if self.run.output_limit > 0 && self.produced > self.run.output_limit && !self.is_ending() {
            self.end_for(Cause::OutputLimit);
        }
    }

    /// Starts to end the block.
    pub fn end_for(&mut self, cause: Cause) {
        self.ending = Some(Ending {
            cause,
            step: first_step(self.run.mode),
            at: Instant::now(),
        });
    }

    /// Lets the block take as long as it wants: what it opened is used by others.
    pub fn unlimit(&mut self) {
        if !self.is_ending() {
            self.ending = None;
        }
    }

    /// Whether it was told to end.
    pub fn is_ending(&self) -> bool {
        !self.signals.is_empty()
    }

    /// Notes a failed command.
    pub fn fail(&mut self, line: u32, status: i32, input_read: bool) {
        if let Some(input) = &mut self.input {
            input.command_failed(input_read);
        }
        if self.failed.len() < LISTED {
            self.failed.push((line, status));
        } else {
            self.more_failed += 1;
        }
    }

    /// Whether the block is over and all of its output was seen.
    pub fn is_over(&self) -> bool {
        self.ended
            .as_ref()
            .is_some_and(|(_, at)| self.flushed || at.elapsed() >= FLUSH)
    }

    /// When something is due.
    pub fn due(&self) -> Option<Instant> {
        match &self.ended {
            Some((_, at)) => Some(*at + FLUSH),
            None => self.ending.as_ref().map(|ending| ending.at),
        }
    }

    /// Returns what is to be done now to end the block, if anything.
    pub fn next_deed(&mut self) -> Option<Deed> {
        let ending = self
            .ending
            .as_mut()
            .filter(|ending| self.ended.is_none() && ending.at <= Instant::now())?;
        let grace = Duration::from_millis(self.run.grace_ms.max(1));
        let (deed, next, pause) = match ending.step {
            Step::Type => (Deed::Type, Step::Interrupt, TYPED.min(grace)),
            Step::Interrupt => (Deed::Signal(libc::SIGINT, libc::SIGINT), Step::Terminate, grace),
            Step::Terminate => (Deed::Signal(libc::SIGTERM, libc::SIGINT), Step::Kill, grace),
            Step::Kill => (Deed::Signal(libc::SIGKILL, libc::SIGKILL), Step::Sweep(0), SWEEP),
            Step::Sweep(SWEEPS) => (Deed::KillShell, Step::Sweep(SWEEPS), SWEEP),
            Step::Sweep(count) => (Deed::Signal(libc::SIGKILL, libc::SIGINT), Step::Sweep(count + 1), SWEEP),
        };
        ending.step = next;
        ending.at = Instant::now() + pause;
        Some(deed)
    }

    /// Notes a signal that was sent; 0 is a typed ^C.
    pub fn sent(&mut self, signal: i32) {
        self.signals.push(signal);
    }

    /// Returns the report of the end; `gone` is the shell's status if it ended.
    pub fn done(&mut self, gone: Option<i32>, watched: bool) -> Done {
        let ended = self.ended.take().map(|(ended, _)| ended);
        let asked = self
            .ending
            .as_ref()
            .filter(|_| self.is_ending())
            .map(|ending| ending.cause);
        let quiet = if gone.is_some() {
            Cause::ShellExited
        } else {
            Cause::Finished
        };
        Done {
            block: self.run.block,
            status: gone.or(ended.as_ref().map(|ended| ended.status)).unwrap_or(-1),
            cause: asked.unwrap_or(quiet),
            shell_gone: gone.is_some(),
            micros: u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX),
            cwd: ended.as_ref().map(|ended| ended.cwd.clone()).unwrap_or_default(),
            failed: std::mem::take(&mut self.failed),
            more_failed: self.more_failed,
            reduced: !watched || ended.is_some_and(|ended| !is_ours(&ended.trap)),
            untold: self.untold,
            signals: std::mem::take(&mut self.signals),
            out_of_memory: memory::killed() > self.killed_before,
            input: self.input.as_ref().map(Input::fate).unwrap_or_default(),
        }
    }
}

/// Whether a trap on failing commands still reports to the agent.
pub fn is_ours(trap: &str) -> bool {
    trap.contains("__dg_err")
}

fn first_step(mode: Mode) -> Step {
    if mode == Mode::Tty { Step::Type } else { Step::Interrupt }
}
