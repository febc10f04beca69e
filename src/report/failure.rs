//! Why a block is not green: the fact, its place, what was seen, what to do.

use serde::{Deserialize, Serialize};

use crate::check::Diff;

/// What went wrong with a block. The texts are complete sentences' parts, ready to be shown; secrets are masked later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// The kind.
    pub code: Code,
    /// The fact, in one line.
    pub message: String,
    /// Where the guide is wrong.
    pub spot: Spot,
    /// What is said right at that place.
    pub label: String,
    /// Further facts.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Vec<String>,
    /// Expected against real, for [`Code::OutputDiffers`].
    #[serde(default)]
    pub diff: Option<Diff>,
    /// The end of what the block printed, where there is no diff.
    #[serde(default)]
    pub output: Option<Excerpt>,
    /// The ends of the logs of what was running.
    #[serde(default)]
    pub logs: Vec<Log>,
}

/// The kinds of failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// The output is not what the guide shows.
    OutputDiffers,
    /// The block ended with another status than the guide says.
    Status,
    /// A command of the block failed, though the block went on.
    CommandFailed,
    /// The shell could not read the block.
    Syntax,
    /// The block did not end in time.
    TimedOut,
    /// The block ended its shell.
    ShellEnded,
    /// A value that is pasted was never captured.
    CaptureMissing,
    /// A program in the background ended.
    ServiceEnded,
    /// A program in the background was not ready in time.
    NotReady,
    /// A prompt that has an answer never came, or one came that has none.
    Prompt,
    /// The machine was gone.
    MachineDied,
    /// docgen, the engine or the network could not do its part.
    Engine,
}

impl Code {
    /// Returns the word of messages: `output-differs`.
    pub fn word(self) -> &'static str {
        match self {
            Self::OutputDiffers => "output-differs",
            Self::Status => "status",
            Self::CommandFailed => "command-failed",
            Self::Syntax => "syntax",
            Self::TimedOut => "timed-out",
            Self::ShellEnded => "shell-ended",
            Self::CaptureMissing => "capture-missing",
            Self::ServiceEnded => "service-ended",
            Self::NotReady => "not-ready",
            Self::Prompt => "prompt",
            Self::MachineDied => "machine-died",
            Self::Engine => "engine",
        }
    }
}

/// A place in a file together with its line, so that a report can be drawn without the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// The file's path from the site's root.
    pub path: String,
    /// Line, 1-based.
    pub line: usize,
    /// The line's text.
    pub text: String,
    /// First byte of `text` that is meant, 0-based.
    pub start: usize,
    /// End of the bytes of `text` that are meant.
    pub end: usize,
}

/// A part of a longer text: its end, which says most about a failure.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Excerpt {
    /// The last lines.
    pub lines: Vec<String>,
    /// How many lines before them are left out.
    pub left_out: usize,
}

/// The end of a log of something that was running.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// What wrote it: a service of the guide, or a machine.
    pub name: String,
    /// Its state: `running`, `ended with status 1 at 20:11:05`, …
    pub state: String,
    /// Its end.
    pub text: Excerpt,
}
