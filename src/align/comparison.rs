//! The product: what a comparison page prints and `compare.json` says. Plain data, serialisable, stable.
//!
//! Indices and byte ranges that only the renderer needs are not serialised.

use std::ops::Range;

use serde::Serialize;

use crate::model::annotation::Mark;
use crate::model::guide::Side;
use crate::source::{Place, Span};

/// Two sides of a guide, compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Version of this format: 1.
    pub version: u32,
    /// The original.
    pub old: DocumentRef,
    /// The revised text.
    pub new: DocumentRef,
    /// Which logical commands, outputs and files correspond, in the order of the revised text.
    pub links: Vec<Link>,
    /// What the page shows, from top to bottom.
    pub pairs: Vec<Pair>,
    /// Changed lines that no note speaks of.
    pub unexplained: Vec<Unexplained>,
    /// The counts of the overview.
    pub summary: Summary,
}

/// A document that takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentRef {
    /// Its path, relative to the site's root.
    pub path: String,
}

/// Two units that correspond: two logical commands, two outputs or two files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The unit of the original.
    pub old: LinkEnd,
    /// The unit of the revised text.
    pub new: LinkEnd,
    /// How they were paired.
    pub how: How,
    /// Similarity in thousandths.
    pub score: u16,
    /// Similarity of the next best candidate on either side, in thousandths.
    pub second: u16,
    /// How many steps the unit moved up (+) or down (-); 0 if it stands in order.
    pub moved: i32,
}

/// One end of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkEnd {
    /// 1-based line of the file on which the unit begins.
    pub line: usize,
    /// How many lines it has.
    pub lines: usize,
    /// Id of its block.
    pub block: String,
    /// Index of its block in `Document::blocks`.
    #[serde(skip)]
    pub index: usize,
    /// Its lines within the block, 0-based, half open.
    #[serde(skip)]
    pub range: Range<usize>,
}

/// How two units were paired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// The author said so.
    Explicit,
    /// Their text is the same but for layout.
    Exact,
    /// They are similar.
    Fuzzy,
}

/// A section of the page: blocks that face each other, or a block that faces a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// Ids of the original's blocks shown here; empty if the left side is a gap. A pair without rows only points
    /// from the old place of a block to where its text is shown.
    pub old: Vec<String>,
    /// Ids of the revised blocks shown here; empty if the right side is a gap.
    pub new: Vec<String>,
    /// How many blocks face how many.
    pub shape: Shape,
    /// What the blocks are.
    pub role: PairRole,
    /// Where the blocks, or the parts of them that are shown here, come from.
    pub parts: Parts,
    /// What is said where one side is empty, or about the way the blocks moved.
    pub gap: Option<Gap>,
    /// The author's label for the pair; for a gap it is in the gap.
    pub label: Option<String>,
    /// Steps that the blocks moved up (+) or down (-); 0 if they stand in order.
    pub moved: i32,
    /// The lines, level with each other.
    pub rows: Vec<Row>,
    /// The notes on these blocks.
    pub notes: Vec<BoundNote>,
}

/// How many blocks of each side a pair has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// One and one.
    One,
    /// One of the original, several of the revised text.
    Split,
    /// Several of the original, one of the revised text.
    Merge,
    /// Several and several.
    Many,
    /// Only the original's side is shown.
    OnlyOld,
    /// Only the revised side is shown.
    OnlyNew,
}

/// What the blocks of a pair are. Blocks of different roles are never paired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PairRole {
    /// Commands, with or without prompts and their output.
    Command,
    /// Output of the pair above it.
    Output,
    /// A file, or anything else that is shown.
    File,
}

/// The parts of blocks on each side of a pair.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Parts {
    /// Parts of the original.
    pub old: Vec<Part>,
    /// Parts of the revised text.
    pub new: Vec<Part>,
}

/// A block, or some lines of it where its partners stand apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Id of the block.
    pub block: String,
    /// Index of the block in `Document::blocks`.
    #[serde(skip)]
    pub index: usize,
    /// Its lines within the block, 0-based, half open.
    #[serde(skip)]
    pub range: Range<usize>,
    /// 1-based number of the block among the steps of its side; an output has the number of its command.
    pub step: usize,
    /// 1-based number of this part of the block.
    pub part: usize,
    /// How many parts the block was cut into; 1 if it is whole.
    pub of: usize,
}

/// What is said about an empty side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// Why it is empty.
    pub why: GapWhy,
    /// What the page says: the author's words, else generated ones.
    pub label: String,
    /// Id of the block that the label leads to, and its side.
    pub see: Option<See>,
}

/// Where a gap's label leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct See {
    /// Which side.
    pub side: Side,
    /// Id of the block.
    pub block: String,
    /// Number of its step.
    pub step: usize,
}

/// Why a side is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapWhy {
    /// The original has no such step.
    New,
    /// The revised text has no such step.
    LeftOut,
    /// Shown at the revised place: the original has the step elsewhere.
    MovedFrom,
    /// Shown at the original's place: the revised text has the step further down.
    MovedTo,
    /// Shown at the original's place: the revised text has done the step before.
    AlreadyDone,
}

/// Lines that stand level with each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What happened to the line.
    pub kind: RowKind,
    /// The original's line.
    pub old: Option<Line>,
    /// The revised line.
    pub new: Option<Line>,
    /// For a line that moved within the pair: index of the row with its other end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<usize>,
}

/// What happened to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowKind {
    /// Nothing.
    Same,
    /// Only prompt, indentation, blanks at the end or a continuation mark differ.
    Layout,
    /// Parts differ; the boxes say which.
    Changed,
    /// Other text stands in its place; no relation is claimed.
    Replaced,
    /// Only the revised text has it.
    Added,
    /// Only the original has it.
    Removed,
    /// The same line stands elsewhere in this pair, or the whole block elsewhere on the page.
    Moved,
}

/// A line of one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// 1-based line of the file.
    pub line: usize,
    /// Its text, without line end.
    pub text: String,
    /// What changed in it, as bytes of `text`, in order; each begins and ends with a token.
    pub boxes: Vec<Range<usize>>,
    /// Index of its block in `Document::blocks`.
    #[serde(skip)]
    pub block: usize,
    /// Its index in the block's text, 0-based.
    #[serde(skip)]
    pub index: usize,
}

/// A note, tied to what it speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BoundNote {
    /// 1-based number on the page.
    pub id: usize,
    /// The side that its targets stand on.
    pub side: Side,
    /// Id of the block that its targets stand in.
    pub block: String,
    /// What it points at; empty if it speaks of the whole block.
    pub targets: Vec<Target>,
    /// What the author claims.
    #[serde(serialize_with = "mark_word")]
    pub mark: Option<Mark>,
    /// The first sentence, as Markdown.
    pub label: String,
    /// What follows it, as Markdown; may be empty.
    pub more: String,
    /// 1-based line of the note in its file.
    pub line: usize,
    /// Whether it was written in `compare.toml`, not in the revised text.
    pub beside: bool,
    /// The first sentence, as bytes of the revised text, or of `CompareFile::remarks`.
    #[serde(skip)]
    pub label_span: Span,
    /// The rest of the note, likewise.
    #[serde(skip)]
    pub more_span: Span,
    /// Where it was written.
    #[serde(skip)]
    pub place: Place,
    /// Index of the block in `Document::blocks` of its side.
    #[serde(skip)]
    pub index: usize,
}

/// A quoted target and where it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Target {
    /// What the author quoted.
    pub quote: String,
    /// The lines it covers; one but for ranges and quotes over several lines.
    pub hits: Vec<Hit>,
}

/// The part of a line that a target covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// 1-based line of the file.
    pub line: usize,
    /// Bytes within the line.
    pub bytes: Range<usize>,
    /// Index of the line in the block's text, 0-based.
    #[serde(skip)]
    pub index: usize,
}

/// A changed line that no note speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unexplained {
    /// The side that has the line.
    pub side: Side,
    /// Id of its block.
    pub block: String,
    /// 1-based line of the file.
    pub line: usize,
    /// What happened to it.
    pub kind: RowKind,
}

/// The counts of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Summary {
    /// Steps of the original.
    pub old_steps: usize,
    /// Steps of the revised text.
    pub new_steps: usize,
    /// Revised steps that say the same, in order.
    pub same: usize,
    /// Revised steps with changed lines, in order or moved.
    pub changed: usize,
    /// Revised steps that the original has not.
    pub new: usize,
    /// Steps of the original that the revised text has not.
    pub left_out: usize,
    /// Revised steps that stand elsewhere in the original; those with changed lines also count as changed.
    pub moved: usize,
    /// Lines of commands and files that changed, were added or removed.
    pub changes: usize,
    /// Those that a note, a label or a gap speaks of.
    pub explained: usize,
    /// Those that nothing speaks of.
    pub unexplained: usize,
}

fn mark_word<S: serde::Serializer>(mark: &Option<Mark>, serializer: S) -> Result<S::Ok, S::Error> {
    let word = mark.map(|mark| match mark {
        Mark::New => "new",
        Mark::Changed => "changed",
        Mark::Removed => "removed",
        Mark::Moved => "moved",
    });
    word.serialize(serializer)
}
