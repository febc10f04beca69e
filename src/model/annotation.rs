//! What authors say about blocks without touching them: notes, pairings, gaps.

use crate::source::Span;

/// A list directly after a fence, whose items quote parts of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteList {
    /// The whole list in the source.
    pub span: Span,
    /// Index of the block above it.
    pub block: usize,
    /// Its items, in order.
    pub notes: Vec<Note>,
}

/// One item of a note list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The item in the source.
    pub span: Span,
    /// Which text the quotes are looked up in.
    pub about: About,
    /// What is pointed at; empty for a note on the whole block (`**All:**`).
    pub targets: Vec<Quote>,
    /// `(new)`, `(changed)`, `(removed)` or `(moved)`: what the author claims the target is.
    pub mark: Option<Mark>,
    /// The remark, as Markdown in the source: bytes after the dash.
    pub text: Span,
}

/// Which text a note's quotes are looked up in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum About {
    /// The block itself.
    #[default]
    Block,
    /// The original's paired block.
    Original,
    /// The expected output after the block.
    Output,
}

/// A quoted target: `` `QUOTE`[#n] `` or `` `from` … `to` ``.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The quoted text.
    pub text: String,
    /// Which occurrence is meant (1-based); `None` demands that there is exactly one (as a token, else as text).
    pub nth: Option<usize>,
    /// Last part of a range.
    pub to: Option<String>,
    /// Where the quote stands, for diagnostics.
    pub span: Span,
}

/// What a note claims about its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The original has nothing like it.
    New,
    /// The original has it differently.
    Changed,
    /// Only the original has it.
    Removed,
    /// The original has it elsewhere.
    Moved,
}

/// A pairing override before a fence: `<!-- docgen: original="…" label="…" -->`, or a gap of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairing {
    /// The comment in the source.
    pub span: Span,
    /// Which block of the original.
    pub original: OriginalRef,
    /// Author's label, in place of the generated one.
    pub label: Option<String>,
    /// Block that the pairing is for (the next fence); `None` for a gap, where the original's block has no partner.
    pub block: Option<usize>,
    /// For a gap: id of the block that does the original's step instead.
    pub see: Option<String>,
}

/// How a pairing names a block of the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OriginalRef {
    /// A part of the block's text that no other block of the original has.
    Text(String),
    /// None: the block is new on purpose.
    New,
}
