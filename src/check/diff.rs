//! Which expected line met which real one.

use serde::{Deserialize, Serialize};

use crate::check::normalize::Filter;

/// How an output differs from its expectation, as data for messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diff {
    /// The expected line (0-based) that the message points at; 0 if nothing is expected.
    pub line: usize,
    /// What is said at that line: ``the program printed `…` ``.
    pub label: String,
    /// The lines around the difference, both sides, in order.
    pub rows: Vec<Row>,
    /// Further facts.
    pub notes: Vec<String>,
    /// What was ignored to make the output comparable.
    pub filters: Vec<Filter>,
}

/// One line of a drawn difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Row {
    /// An expected line met a real one that it accepts.
    Same {
        /// The expected line, 0-based.
        line: usize,
        /// The line as the guide shows it.
        expected: String,
        /// What its holes took.
        holes: Vec<Taken>,
    },
    /// `...` took these real lines.
    Any {
        /// The expected line, 0-based.
        line: usize,
        /// How many lines it took.
        count: usize,
    },
    /// An expected line stands where the program printed another.
    Changed {
        /// The expected line, 0-based.
        line: usize,
        /// The line as the guide shows it.
        expected: String,
        /// The line as the program printed it.
        real: String,
        /// True if they differ in white space only, which must then be made visible.
        white_space: bool,
    },
    /// The program did not print an expected line.
    Missing {
        /// The expected line, 0-based.
        line: usize,
        /// The line as the guide shows it.
        expected: String,
    },
    /// The program printed a line that the guide does not show.
    Unexpected {
        /// The line as the program printed it.
        real: String,
    },
    /// Lines left out of the drawing.
    LeftOut {
        /// How many expected lines.
        expected: usize,
        /// How many real lines.
        real: usize,
    },
}

/// What a hole took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The hole as written, braces included.
    pub hole: String,
    /// The text it took.
    pub value: String,
}
