//! The first process of a machine: docgen's hand inside the container.
//!
//! One thread and one loop: wait for orders on standard input, for signals, for terminals and FIFOs;
//! pass on what they say as reports on standard output. When standard input ends, docgen is gone: the
//! agent exits, the kernel ends every process of the container, and the engine removes it.
//!
//! With the argument `beside` the agent is not the first process (systemd is); it then asks the first
//! process to shut down when docgen is gone.

#![allow(
    clippy::disallowed_methods,
    reason = "the agent is an edge as a whole: files and processes are its work"
)]

mod control;
mod files;
mod input;
mod inside;
#[path = "../../session/frame.rs"]
mod frame;
mod line;
mod link;
mod marker;
mod memory;
mod outside;
mod prompt;
#[path = "../../session/message.rs"]
#[allow(dead_code, reason = "each end of the connection uses its half")]
mod message;
mod running;
mod session;
mod shell;
mod sink;
mod sys;
mod terminal;
mod users;
mod waiting;

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::process::ExitCode;
use std::time::Instant;

use crate::frame::Decoder;
use crate::link::Link;
use crate::message::{Looked, Order, Report, VERSION};
use crate::session::Session;
use crate::sink::Sink;
use crate::sys::Interest;

/// Signal that makes systemd halt the machine: SIGRTMIN+3, as the C library counts it.
const HALT: i32 = 34 + 3;

/// Why the agent ends.
enum End {
    /// docgen is gone, or asked for it.
    Orderly,
    /// docgen speaks something else.
    Confused,
}

struct Agent {
    link: Link,
    orders: OwnedFd,
    signals: OwnedFd,
    decoder: Decoder,
    sessions: BTreeMap<u32, Session>,
    /// FIFOs of sessions that are over.
    lingering: Vec<Sink>,
}

fn main() -> ExitCode {
    let beside = std::env::args().nth(1).is_some_and(|argument| argument == "beside");
    let end = match Agent::start() {
        Ok(mut agent) => agent.serve(),
        Err(error) => Err(error),
    };
    if beside {
        sys::kill(1, HALT);
    }
    match end {
        Ok(End::Orderly) => ExitCode::SUCCESS,
        Ok(End::Confused) => ExitCode::from(3),
        Err(error) => {
            eprintln!("docgen agent: {error}");
            ExitCode::from(2)
        }
    }
}

impl Agent {
    fn start() -> io::Result<Self> {
        sys::adopt_orphans();
        let orders = io::stdin().as_fd().try_clone_to_owned()?;
        let out = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        let signals = sys::signals()?;
        let (decoder, sessions, lingering) = (Decoder::default(), BTreeMap::new(), Vec::new());
        Ok(Self {
            link: Link::new(out),
            orders,
            signals,
            decoder,
            sessions,
            lingering,
        })
    }

    fn serve(&mut self) -> io::Result<End> {
        loop {
            let mut interests = vec![
                Interest::readable(self.orders.as_raw_fd()),
                Interest::readable(self.signals.as_raw_fd()),
            ];
            let sessions = self.sessions.values().flat_map(Session::descriptors);
            interests.extend(
                sessions
                    .chain(self.lingering.iter().map(Sink::fd))
                    .map(Interest::readable),
            );
            interests.extend(
                self.sessions
                    .values()
                    .filter_map(Session::writable)
                    .map(Interest::writable),
            );
            sys::wait(&mut interests, self.patience())?;
            // What programs wrote goes first, so that it stands before the end of its block.
            for interest in interests.iter().skip(2).filter(|interest| interest.is_ready()) {
                self.dispatch(interest.fd());
            }
            for session in self.sessions.values_mut() {
                session.tick(&mut self.link);
            }
            if interests[1].is_ready() && self.handle_signals() {
                return Ok(End::Orderly);
            }
            if interests[0].is_ready()
                && let Some(end) = self.take_orders()?
            {
                return Ok(end);
            }
        }
    }

    /// Milliseconds until something is due; -1 if nothing is.
    fn patience(&self) -> i32 {
        let due = self.sessions.values().filter_map(Session::due).min();
        due.map_or(-1, |due| {
            let left = due.saturating_duration_since(Instant::now());
            i32::try_from(left.as_micros().div_ceil(1000)).unwrap_or(i32::MAX)
        })
    }

    fn dispatch(&mut self, fd: RawFd) {
        if let Some(session) = self
            .sessions
            .values_mut()
            .find(|session| session.descriptors().contains(&fd))
        {
            session.ready(fd, &mut self.link);
        } else if let Some(at) = self.lingering.iter().position(|sink| sink.fd() == fd)
            && self.lingering[at].forward(&mut self.link).1
        {
            self.lingering.remove(at);
        }
    }

    /// Collects ended children; returns whether the agent was asked to end.
    fn handle_signals(&mut self) -> bool {
        let mut end = false;
        while let Some(signal) = sys::next_signal(&self.signals) {
            end |= signal != libc::SIGCHLD && signal != libc::SIGPIPE;
        }
        while let Some((pid, status)) = sys::reap() {
            let id = self
                .sessions
                .values()
                .find(|session| session.shell() == pid)
                .map(Session::id);
            if let Some(session) = id.and_then(|id| self.sessions.remove(&id)) {
                self.lingering.extend(session.exited(status, &mut self.link));
            }
        }
        end
    }

    fn take_orders(&mut self) -> io::Result<Option<End>> {
        let mut buffer = vec![0; 64 << 10];
        let count = match sys::read(self.orders.as_raw_fd(), &mut buffer) {
            Ok(0) => return Ok(Some(End::Orderly)),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(None),
            Err(error) => return Err(error),
        };
        self.decoder.push(&buffer[..count]);
        loop {
            match self.decoder.next_frame() {
                Ok(None) => return Ok(None),
                Err(_) => return Ok(Some(End::Confused)),
                Ok(Some(frame)) => match Order::from_frame(&frame) {
                    Some(order) => self.obey(order),
                    None => return Ok(Some(End::Confused)),
                },
            }
        }
    }

    fn obey(&mut self, order: Order) {
        let link = &mut self.link;
        match order {
            Order::Hello(_) => link.send(&Report::Hello(VERSION)),
            Order::Open(open) => match Session::open(&open) {
                Ok(session) => drop(self.sessions.insert(open.session, session)),
                Err(reason) => link.send(&Report::Failed(open.session, reason)),
            },
            Order::Run(run) => match self.sessions.get_mut(&run.session) {
                Some(session) => session.run(run, link),
                None => link.send(&Report::Failed(run.block, "the session is gone".to_owned())),
            },
            Order::Input(id, bytes) => self.with(id, |session| session.input(&bytes)),
            Order::Resize(id, rows, cols) => self.with(id, |session| session.resize(rows, cols)),
            Order::Signal(id, signal) => self.with(id, |session| session.signal(signal)),
            Order::Close(id) => self.with(id, Session::close),
            Order::Write(write) => {
                let report = match files::write(&write) {
                    Ok(path) => Report::Written(write.request, path),
                    Err(reason) => Report::Failed(write.request, reason),
                };
                link.send(&report);
            }
            Order::Ports(request) => link.send(&Report::Ports(request, files::listening_ports())),
            Order::Look(request) => {
                let looked = self.look();
                self.link.send(&Report::Looked(request, looked));
            }
        }
    }

    fn look(&self) -> Looked {
        let own = i32::try_from(std::process::id()).ok();
        let known: Vec<i32> = self.sessions.values().map(Session::shell).chain(own).collect();
        let mut busy = outside::programs(&known);
        busy.extend(self.sessions.values().filter_map(Session::unrest));
        Looked {
            busy,
            outside: outside::things(),
        }
    }

    /// Does something with a session; one that is gone has told so already.
    fn with(&mut self, id: u32, deed: impl FnOnce(&mut Session)) {
        if let Some(session) = self.sessions.get_mut(&id) {
            deed(session);
        }
    }
}
