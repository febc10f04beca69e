//! What was sent to a shell and what came back: data.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The exact record of one block's run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    /// Status of the block: that of its last command, or of the shell if that ended.
    pub status: i32,
    /// Why it ended.
    pub cause: Cause,
    /// Everything it printed, in the order of arrival: what a reader sees.
    pub output: Output,
    /// The two streams apart; only in split mode.
    pub split: Option<Split>,
    /// How long it ran.
    pub duration: Duration,
    /// Commands of the block that failed, as `set -e` would judge, in order.
    pub failed: Vec<FailedCommand>,
    /// Failed commands beyond those listed.
    pub more_failed: u32,
    /// True if failing commands could not be noticed from some point on: the block set a trap on ERR of
    /// its own, or the shell is not bash.
    pub reduced: bool,
    /// True if it ran in a program with a prompt, which tells no status; then `status` means nothing.
    #[serde(default)]
    pub untold: bool,
    /// The last sign that it waited for somebody to type.
    pub waiting: Option<Waiting>,
    /// Signals sent to end it, in order; 0 stands for ^C typed into the terminal.
    pub signals: Vec<i32>,
    /// Answers given to its prompts: indices into the request's answers.
    pub answered: Vec<usize>,
    /// The shell's working directory afterwards; `None` if unknown.
    pub cwd: Option<String>,
    /// True if the shell is gone: variables, working directory and jobs with it.
    pub shell_gone: bool,
    /// True if the machine ran out of memory while the block ran.
    pub out_of_memory: bool,
    /// What came of its empty standard input.
    pub input: Input,
    /// Path of the block's file on the machine, which shows in messages about syntax errors.
    pub script_path: String,
}

/// Why a block ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// All of it ran.
    Finished,
    /// It took too long and was ended.
    TimedOut,
    /// The shell ended with it: `exit`, `set -e` and a failure, `exec`, a signal.
    ShellExited,
    /// It printed more than allowed and was ended.
    OutputLimit,
    /// It was ended because the run asked for it.
    Closed,
}

/// What came of a block's empty standard input. A program that reads it meets the end at once, where a reader would be
/// asked to type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Input {
    /// Nobody looked, or the machine's files do not tell.
    #[default]
    Unwatched,
    /// Nothing read it.
    Untouched,
    /// Something read it, before any command failed.
    Read,
    /// Something read it, but only after a command had failed.
    ReadLate,
}

/// A command that failed while its block went on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedCommand {
    /// Line in the block, 1-based.
    pub line: usize,
    /// Its status.
    pub status: i32,
}

/// A sign that a block waits for input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Name of the program in the foreground.
    pub program: String,
    /// True if it was seen reading the terminal; false if only its silence speaks for it.
    pub reads_terminal: bool,
    /// How long it had been silent.
    pub silent: Duration,
}

/// The streams of a split run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Split {
    /// Standard output.
    pub out: Output,
    /// Standard error.
    pub err: Output,
}

/// Output of any size in bounded memory: its head and tail, its size and its hash.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Output {
    /// The first bytes; all of them if `tail` is empty.
    pub head: Vec<u8>,
    /// The last bytes, if there were more than `head` holds.
    pub tail: Vec<u8>,
    /// Count of all bytes.
    pub total: u64,
    /// BLAKE3 hash of all bytes; zero for no output.
    pub hash: [u8; 32],
}

impl Output {
    /// Returns the count of bytes between head and tail that were not kept.
    pub fn omitted(&self) -> u64 {
        self.total.saturating_sub((self.head.len() + self.tail.len()) as u64)
    }

    /// Returns the bytes as one piece, with a line that tells of an omission.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.head.clone();
        if self.omitted() > 0 {
            bytes.extend_from_slice(format!("\n[... {} bytes omitted ...]\n", self.omitted()).as_bytes());
        }
        bytes.extend_from_slice(&self.tail);
        bytes
    }

    /// Returns the text for display; bytes that are not UTF-8 are replaced.
    pub fn to_text(&self) -> String {
        String::from_utf8_lossy(&self.to_bytes()).into_owned()
    }

    /// Returns whether nothing was printed.
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }
}

impl Transcript {
    /// Returns what bash says about a block that it cannot parse, and the line (1-based) where it noticed.
    ///
    /// The message names the block's file, which the reader's terminal would not.
    pub fn syntax_error(&self) -> Option<(usize, String)> {
        let text = self.output.to_text();
        let mark = format!("{}: line ", self.script_path);
        text.lines().find_map(|line| {
            let (_, rest) = line.split_once(&mark)?;
            let (number, message) = rest.split_once(": ")?;
            let is_syntax = ["syntax error", "unexpected EOF", "unexpected end"]
                .iter()
                .any(|sign| message.contains(sign));
            is_syntax.then(|| Some((number.parse().ok()?, message.to_owned())))?
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Output;

    #[test]
    fn an_omission_is_told() {
        let output = Output {
            head: b"ab".to_vec(),
            tail: b"yz".to_vec(),
            total: 10,
            hash: [0; 32],
        };
        assert_eq!(output.to_text(), "ab\n[... 6 bytes omitted ...]\nyz");
    }
}
