//! What `compare.toml` says about a comparison whose original may not be edited.

use std::sync::Arc;

use crate::model::annotation::{Note, OriginalRef};
use crate::model::guide::Document;
use crate::source::{SourceFile, Span};

/// A `compare.toml`, typed.
#[derive(Debug, Clone, PartialEq)]
pub struct CompareFile {
    /// The file.
    pub source: Arc<SourceFile>,
    /// Its entries, in order.
    pub entries: Vec<CompareEntry>,
    /// The text of all its notes as one Markdown text: the spans within [`Note`]s are bytes of it.
    pub remarks: Document,
}

/// One `[[block]]`: what is said about one block of the original, or about a revised block that is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompareEntry {
    /// Which block of the original.
    pub original: Said<OriginalRef>,
    /// What became of it; `None` leaves that to the automatic pairing.
    pub revised: Option<Said<Revised>>,
    /// Author's label, in place of the generated one.
    pub label: Option<String>,
    /// Id of the revised block that does the step instead.
    pub see: Option<Said<String>>,
    /// What the block is, where its fence does not say or says it wrong.
    pub role: Option<OriginalRole>,
    /// Notes on the block, each with its place in the file.
    pub notes: Vec<Said<Note>>,
}

/// A value and where it stands in `compare.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<T> {
    /// The value.
    pub value: T,
    /// Bytes of the file.
    pub span: Span,
}

/// What became of a block of the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revised {
    /// The block with this id revises it.
    Block(String),
    /// The revised text has no such step, on purpose.
    Nothing,
}

/// What a block of an original is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OriginalRole {
    /// Commands, with or without prompts.
    Command,
    /// Output of the commands above it.
    Output,
    /// A file, or anything else that is only shown.
    File,
}
