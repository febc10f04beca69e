//! What a session's shell says: over its FIFOs, its terminal and the control FIFO.

use std::os::fd::{AsRawFd, RawFd};
use std::time::Instant;

use super::Session;
use crate::control::Record;
use crate::line;
use crate::link::Link;
use crate::marker::{Mark, Piece};
use crate::message::{Opened, Output, Report, Stream};
use crate::sys;

impl Session {
    pub(super) fn read_sink(&mut self, fd: RawFd, link: &mut Link) {
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

    pub(super) fn read_terminal(&mut self, link: &mut Link) {
        // What the block printed before it spoke to the terminal stands before that.
        if let Some(running) = &mut self.running {
            let count = running.sinks.iter_mut().map(|sink| sink.forward(link).0).sum();
            running.count(count);
        }
        for piece in self.shell.terminal.read() {
            match piece {
                Piece::Text(bytes) => self.terminal_text(bytes, link),
                Piece::Mark(mark) => self.mark(mark, link),
            }
        }
    }

    fn mark(&mut self, mark: Mark, link: &mut Link) {
        match mark {
            Mark::Start(block) => {
                self.block = block;
                self.shown = true;
            }
            Mark::Prompt => self.shown = false,
            Mark::End(block) => {
                self.shown = false;
                if let Some(running) = self.running.as_mut().filter(|running| running.run.block == block) {
                    running.flushed = true;
                    self.finish_if_over(link);
                }
            }
            Mark::Inside { block, status, cwd } => self.inside_mark(block, status, cwd, link),
        }
    }

    pub(super) fn terminal_text(&mut self, mut bytes: Vec<u8>, link: &mut Link) {
        if self.starting.is_some() {
            self.greeting
                .extend(bytes.iter().take(4096_usize.saturating_sub(self.greeting.len())));
            return;
        }
        if let Some(inside) = &mut self.inside {
            inside.heard(&mut bytes, &self.shell.nonce);
        }
        let mut block = self.block;
        if let Some(inner) = &mut self.inner {
            inner.count(bytes.len() as u64);
            block = inner.run.block;
        } else if let Some(running) = self.running.as_mut().filter(|running| running.run.block == block) {
            if !self.shown {
                return self.after.append(&mut bytes);
            }
            if let Some(held) = &mut running.trace {
                held.append(&mut bytes);
                let Some(whole) = line::without_trace(held, block) else {
                    return;
                };
                bytes = whole;
                running.trace = None;
            }
            running.count(bytes.len() as u64);
        }
        if block > 0 && !bytes.is_empty() {
            let at_us = link.now_us();
            link.send(&Report::Output(Output {
                block,
                stream: Stream::Tty,
                at_us,
                bytes,
            }));
        }
    }

    pub(super) fn read_control(&mut self, link: &mut Link) {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = sys::read(self.shell.control.as_raw_fd(), &mut buffer) {
            for record in self.records.push(&buffer[..count]) {
                self.record(record, link);
            }
        }
    }

    fn record(&mut self, record: Record, link: &mut Link) {
        match (record, &mut self.running) {
            (
                Record::Failed {
                    line,
                    status,
                    input_read,
                },
                Some(running),
            ) => running.fail(line, status, input_read),
            (Record::Ended(ended), Some(running)) if ended.block == running.run.block => {
                self.last = ended.clone();
                running.ended = Some((ended, Instant::now()));
                self.finish_if_over(link);
            }
            (Record::Ended(ended), None) if self.starting.is_some() && ended.block == 0 => {
                self.starting = None;
                self.greeting.clear();
                self.shell.terminal.settle();
                link.send(&Report::Opened(Opened {
                    session: self.id,
                    directory: self.shell.directory.display().to_string(),
                    cwd: ended.cwd.clone(),
                    watches_commands: self.shell.is_bash,
                }));
                self.last = ended;
            }
            _ => {}
        }
    }
}
