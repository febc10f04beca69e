//! The FIFOs that blocks write to.

use std::fs;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::path::{Path, PathBuf};

use crate::link::Link;
use crate::message::Stream;
use crate::sys;
use crate::users::User;

/// Bytes read at most before others get their turn.
const FAIR_SHARE: usize = 1 << 20;

/// One FIFO of one block. It is read as long as anybody may write to it: a background program never
/// blocks, and what it says late still carries its block's number.
pub struct Sink {
    fd: OwnedFd,
    path: PathBuf,
    stream: Stream,
    block: u32,
}

impl Sink {
    /// Makes the FIFO at `path`.
    pub fn new(path: PathBuf, stream: Stream, block: u32, user: &User) -> io::Result<Self> {
        // Others may write too: a block's `sudo -u amy` may open /dev/stdout anew.
        sys::fifo(&path, 0o622, user)?;
        let fd = sys::hold_fifo(&path)?;
        Ok(Self {
            fd,
            path,
            stream,
            block,
        })
    }

    /// The descriptor to wait for.
    pub fn fd(&self) -> RawFd {
        self.fd.as_raw_fd()
    }

    /// The FIFO's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Passes on what is there; returns the bytes passed and whether the last writer is gone.
    pub fn forward(&mut self, link: &mut Link) -> (u64, bool) {
        let mut total = 0;
        while total < FAIR_SHARE {
            match link.copy(self.fd(), self.block, self.stream) {
                Ok(0) => return (total as u64, true),
                Ok(count) => total += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return (total as u64, error.kind() != io::ErrorKind::WouldBlock),
            }
        }
        (total as u64, false)
    }

    /// Passes on all that is there when a block ended.
    pub fn drain(&mut self, link: &mut Link) -> u64 {
        let mut total = 0;
        // A background program may write without end; its output need not be complete.
        for _ in 0..64 {
            let (count, _) = self.forward(link);
            total += count;
            if count < FAIR_SHARE as u64 {
                break;
            }
        }
        total
    }

    /// From now on the FIFO ends when the last writer closes it.
    pub fn let_end(&mut self) {
        if let Ok(fd) = sys::read_fifo(&self.path) {
            self.fd = fd;
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // A file that is already gone is as good.
        let _ = fs::remove_file(&self.path);
    }
}
