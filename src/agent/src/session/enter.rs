//! Blocks that run in what an enter block opened: the session's part of [`crate::inside`].

use std::time::Instant;

use super::{SILENCE, Session};
use crate::control::Ended;
use crate::inside::Due;
use crate::link::Link;
use crate::message::{Mode, Report, Run, Stdin};
use crate::running::Running;

impl Session {
    /// Starts a block inside what the running one opened. All of its output comes over the terminal.
    pub(super) fn begin_inside(&mut self, run: Run) {
        let Some(inside) = &mut self.inside else { return };
        let reads_terminal = run.mode == Mode::Tty || run.stdin == Stdin::Tty;
        let text = inside.run(run.block, &run.script, reads_terminal);
        self.inner = Some(Running::new(Run { mode: Mode::Tty, ..run }, Vec::new(), None, false));
        self.look = Instant::now() + SILENCE;
        self.shell.terminal.type_in(&text);
    }

    /// The shell inside tells that it is ready (block 0), or that a block ended.
    pub(super) fn inside_mark(&mut self, block: u32, status: i32, cwd: String, link: &mut Link) {
        let Some(inside) = &mut self.inside else { return };
        let became_ready = inside.answered();
        if became_ready {
            self.entered(link);
        }
        if self.inner.as_ref().is_some_and(|inner| inner.run.block == block) {
            self.finish_inner(Some(status), cwd, link);
        }
    }

    pub(super) fn entered(&mut self, link: &mut Link) {
        if let Some(running) = &mut self.running {
            running.unlimit();
            link.send(&Report::Entered(running.run.block));
        }
    }

    /// Reports the end of the block inside; a program with a prompt tells no status.
    pub(super) fn finish_inner(&mut self, status: Option<i32>, cwd: String, link: &mut Link) {
        let Some(mut inner) = self.inner.take() else { return };
        let (flags, trap) = (String::new(), String::new());
        inner.untold = status.is_none();
        inner.ended = Some((
            Ended {
                block: inner.run.block,
                status: status.unwrap_or(0),
                flags,
                cwd,
                trap,
            },
            Instant::now(),
        ));
        link.send(&Report::Done(inner.done(None, false)));
    }

    pub(super) fn go_on_inside(&mut self, link: &mut Link) {
        let Some(inside) = &mut self.inside else { return };
        let due = inside.next(self.shell.terminal.hides_a_line(), &self.shell.nonce);
        match due {
            Some(Due::Type(text)) => self.shell.terminal.type_in(&text),
            Some(Due::Ready) => self.entered(link),
            Some(Due::Ended) => self.finish_inner(None, String::new(), link),
            None => {}
        }
    }
}
