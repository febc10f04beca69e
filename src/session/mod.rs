//! One persistent shell on a machine.
//!
//! [`link::Link`] is the connection to the agent of a machine (its bytes: [`frame`], their meaning:
//! [`message`]); a [`shell::Session`] is a terminal with a shell, opened over it; it runs one block after
//! the other and returns a [`crate::transcript::Transcript`] of each.

pub mod frame;
pub mod message;
mod collect;
mod ending;
pub mod link;
pub mod shell;
mod answer;
#[cfg(test)]
mod codec_tests;

pub use self::link::Link;
pub use self::message::{Mode, Stdin, Stream};
pub use self::shell::{Request, Running, Session, SessionOptions};

/// A piece of output as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Which stream.
    pub stream: Stream,
    /// Microseconds since the agent started.
    pub at_us: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Why the connection to a machine ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loss {
    /// The run stopped the machine.
    Stopped,
    /// The machine ended by itself.
    MachineDied {
        /// Exit status of its first process, if the engine told.
        exit: Option<i64>,
        /// Whether it ran out of memory.
        out_of_memory: bool,
    },
    /// The engine does not answer any more.
    EngineLost(
        /// What it said last.
        String,
    ),
    /// The agent said something that docgen does not understand.
    Protocol(
        /// What was wrong.
        String,
    ),
}

impl std::fmt::Display for Loss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stopped => f.write_str("the machine was stopped"),
            Self::MachineDied {
                out_of_memory: true, ..
            } => f.write_str("the machine died: it ran out of memory"),
            Self::MachineDied { exit: Some(exit), .. } => write!(f, "the machine died with status {exit}"),
            Self::MachineDied { exit: None, .. } => f.write_str("the machine died"),
            Self::EngineLost(reason) => write!(f, "the engine does not answer any more: {reason}"),
            Self::Protocol(reason) => write!(f, "docgen and its agent do not understand each other: {reason}"),
        }
    }
}

/// Why docgen could not find out how a block ends; never the guide's fault, except that it may have
/// ended its machine.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SessionError {
    /// The connection is gone.
    #[error("{0}")]
    Lost(Loss),
    /// The agent could not do it.
    #[error("{0}")]
    Refused(String),
    /// The shell of this session ended earlier.
    #[error("the session's shell has ended; open a new session")]
    Ended,
    /// The agent did not tell of a block's end in time.
    #[error("the agent did not answer within {0:?} after the block's time was over")]
    Silent(std::time::Duration),
    /// The two ends speak differently.
    #[error("docgen and its agent do not understand each other: {0}")]
    Protocol(String),
}
