//! The agent's end of a session's terminal.

use std::collections::VecDeque;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use crate::marker::{Piece, Scanner};
use crate::sys;

/// Bytes typed at once at most: a terminal that waits for whole lines drops what is beyond 4 KiB.
const BURST: usize = 2 << 10;

/// A terminal: what its programs show, what is typed into it.
pub struct Terminal {
    master: OwnedFd,
    path: String,
    scanner: Scanner,
    typing: VecDeque<u8>,
    saved: Option<sys::Modes>,
    /// The modes when its shell was ready.
    first: Option<sys::Modes>,
}

impl Terminal {
    /// Takes a new terminal over; marks carry `nonce`.
    pub fn new(master: OwnedFd, path: String, nonce: &str) -> Self {
        Self {
            master,
            path,
            scanner: Scanner::new(nonce),
            typing: VecDeque::new(),
            saved: None,
            first: None,
        }
    }

    /// Path of the programs' end.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The descriptor to wait for.
    pub fn fd(&self) -> RawFd {
        self.master.as_raw_fd()
    }

    /// Whether there is something left to type.
    pub fn is_typing(&self) -> bool {
        !self.typing.is_empty()
    }

    /// Types bytes, now or as soon as they fit.
    pub fn type_in(&mut self, bytes: &[u8]) {
        self.typing.extend(bytes);
        self.go_on_typing();
    }

    /// Types what fits.
    pub fn go_on_typing(&mut self) {
        while self.is_typing() {
            let burst: Vec<u8> = self.typing.iter().copied().take(BURST).collect();
            match sys::write(self.fd(), &burst) {
                Ok(count @ 1..) => drop(self.typing.drain(..count)),
                _ => return,
            }
        }
    }

    /// Forgets what is not typed yet and types ^C.
    pub fn interrupt(&mut self) {
        self.typing.clear();
        self.type_in(&[3]);
    }

    /// Returns what programs showed since the last call; nothing after the shell's end.
    pub fn read(&mut self) -> Vec<Piece> {
        let mut buffer = [0; 16 << 10];
        let mut pieces = Vec::new();
        while let Ok(count @ 1..) = sys::read(self.fd(), &mut buffer) {
            pieces.extend(self.scanner.push(&buffer[..count]));
            if count < buffer.len() {
                break;
            }
        }
        pieces
    }

    /// The foreground process group, if there is one.
    pub fn foreground(&self) -> Option<i32> {
        sys::foreground(&self.master)
    }

    /// Whether a password is asked for.
    pub fn hides_a_line(&self) -> bool {
        sys::modes(&self.master).is_ok_and(|modes| modes.hides_a_line())
    }

    /// Keeps the modes for [`Terminal::reset`].
    pub fn save(&mut self) {
        self.saved = sys::modes(&self.master).ok();
    }

    /// Sets the saved modes again and forgets what was typed and not read.
    pub fn reset(&mut self) {
        self.typing.clear();
        if let Some(modes) = self.saved.take() {
            // The terminal may be gone with its shell.
            let _ = sys::reset(&self.path, &modes);
        }
    }

    /// Keeps the modes for [`Terminal::is_changed`].
    pub fn settle(&mut self) {
        self.first = sys::modes(&self.master).ok();
    }

    /// Whether the modes are others than when the shell was ready, or cannot be told.
    pub fn is_changed(&self) -> bool {
        let now = sys::modes(&self.master).ok();
        !now.zip(self.first.as_ref())
            .is_some_and(|(now, first)| now.is_same(first))
    }

    /// Sets the size.
    pub fn resize(&self, rows: u16, cols: u16) {
        sys::resize(&self.master, rows, cols);
    }
}
