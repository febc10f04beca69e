//! The agent's words for a block's end, as transcripts have them.

use crate::session::message;
use crate::transcript::{Cause, Input};

/// Why it ended.
pub(super) fn cause(cause: message::Cause) -> Cause {
    match cause {
        message::Cause::Finished => Cause::Finished,
        message::Cause::TimedOut => Cause::TimedOut,
        message::Cause::ShellExited => Cause::ShellExited,
        message::Cause::OutputLimit => Cause::OutputLimit,
        message::Cause::Closed => Cause::Closed,
    }
}

/// What came of its input.
pub(super) fn input(input: message::Input) -> Input {
    match input {
        message::Input::Unwatched => Input::Unwatched,
        message::Input::Untouched => Input::Untouched,
        message::Input::Read => Input::Read,
        message::Input::ReadLate => Input::ReadLate,
    }
}
