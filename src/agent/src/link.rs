//! The way back to docgen: reports on the agent's standard output.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::RawFd;
use std::time::Instant;

use crate::frame::HEADER;
use crate::message::{Report, Stream};
use crate::sys;

/// Bytes read from a FIFO at once.
const CHUNK: usize = 64 << 10;

/// Bytes between a frame's header and its output: the time.
const TIME: usize = 8;

/// Sends reports. A failure means that docgen is gone; the end of standard input tells it as well.
pub struct Link {
    out: File,
    started: Instant,
    buffer: Vec<u8>,
}

impl Link {
    /// Makes the link on `out`.
    pub fn new(out: File) -> Self {
        Self {
            out,
            started: Instant::now(),
            buffer: vec![0; HEADER + TIME + CHUNK],
        }
    }

    /// Sends a report.
    pub fn send(&mut self, report: &Report) {
        // Nobody could be told of a failure.
        let _ = self.out.write_all(&report.to_frame().encode());
    }

    /// Microseconds since the start.
    pub fn now_us(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Reads once from `fd` and sends it as output, without copying it; returns the count of bytes.
    pub fn copy(&mut self, fd: RawFd, block: u32, stream: Stream) -> io::Result<usize> {
        let count = sys::read(fd, &mut self.buffer[HEADER + TIME..])?;
        if count > 0 {
            let time = self.now_us().to_be_bytes();
            self.buffer[0] = b'O';
            self.buffer[1] = stream as u8 + 1;
            self.buffer[2..6].copy_from_slice(&block.to_be_bytes());
            self.buffer[6..HEADER].copy_from_slice(&((TIME + count) as u32).to_be_bytes());
            self.buffer[HEADER..HEADER + TIME].copy_from_slice(&time);
            let _ = self.out.write_all(&self.buffer[..HEADER + TIME + count]);
        }
        Ok(count)
    }
}
