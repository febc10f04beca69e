//! What `compare.html` gets to see.

use serde::Serialize;

use crate::render::status::Badge;
use crate::render::view::{Frame, Summary};

/// The comparison page.
#[derive(Debug, Clone, Serialize)]
pub(super) struct CompareView {
    /// What every page has.
    #[serde(flatten)]
    pub frame: Frame,
    /// Title of the guide.
    pub heading: String,
    /// Link to the guide's page.
    pub guide_href: String,
    /// Link to `compare.json`.
    pub json_href: String,
    /// The original.
    pub old: SideView,
    /// The revised text.
    pub new: SideView,
    /// Steps by what became of them.
    pub counts: Vec<CountView>,
    /// How many changes are explained.
    pub explained: String,
    /// List of the sections.
    pub map: Vec<MapItem>,
    /// The sections, in the order of the revised text.
    pub sections: Vec<SectionView>,
}

/// One side as a whole.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SideView {
    /// Title of its text.
    pub title: String,
    /// Where it is.
    pub href: Option<String>,
    /// Where it comes from.
    pub facts: Vec<String>,
    /// State of its recorded run.
    pub summary: Summary,
}

/// A number with its word.
#[derive(Debug, Clone, Serialize)]
pub(super) struct CountView {
    /// How many steps.
    pub number: usize,
    /// For example `left out`.
    pub word: &'static str,
    /// Class name.
    pub change: &'static str,
}

/// A line of the list of sections.
#[derive(Debug, Clone, Serialize)]
pub(super) struct MapItem {
    /// Link to the section.
    pub href: String,
    /// Number of the revised step; empty if there is none.
    pub number: String,
    /// Title of the section.
    pub title: String,
    /// Class name.
    pub change: &'static str,
    /// What became of the step.
    pub word: String,
}

/// A step, with the outputs that belong to it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SectionView {
    /// Anchor.
    pub id: String,
    /// Number of the revised step; empty if there is none.
    pub number: String,
    /// Title of the section of the text.
    pub title: String,
    /// Class name: `same`, `changed`, `new`, `left-out`, `moved`.
    pub change: &'static str,
    /// What became of the step.
    pub word: String,
    /// What changed, in a sentence.
    pub sum: String,
    /// The code, then its outputs.
    pub grids: Vec<GridView>,
}

/// Two sides, level with each other.
#[derive(Debug, Clone, Serialize)]
pub(super) struct GridView {
    /// Anchor of the revised side's code.
    pub id: String,
    /// `command`, `output` or `file`.
    pub role: &'static str,
    /// Number of rows.
    pub rows: usize,
    /// The original.
    pub old: CellView,
    /// The revised text.
    pub new: CellView,
    /// Notes, in order.
    pub notes: Vec<NoteCell>,
    /// Lines between code and notes.
    pub wires: Vec<Wire>,
}

/// One side of a grid.
#[derive(Debug, Clone, Serialize)]
pub(super) struct CellView {
    /// For example `Original, step 3`.
    pub head: String,
    /// Link to the block in its text.
    pub href: Option<String>,
    /// Name of the script to download.
    pub script: Option<String>,
    /// State of the recorded run.
    pub badge: Option<Badge>,
    /// The lines, as HTML; `None` if nothing is there.
    pub code: Option<String>,
    /// What is said where nothing is there.
    pub gap: Option<GapView>,
}

/// A label on an empty side.
#[derive(Debug, Clone, Serialize)]
pub(super) struct GapView {
    /// Class name: `new`, `left-out`, `moved`.
    pub change: &'static str,
    /// What it says.
    pub label: String,
    /// Link to the block's other place.
    pub href: Option<String>,
}

/// A note beside the code.
#[derive(Debug, Clone, Serialize)]
pub(super) struct NoteCell {
    /// Its number on the page.
    pub number: usize,
    /// First row beside which it stands.
    pub row: usize,
    /// How many rows it takes.
    pub span: usize,
    /// Lane of its line: 0 is straight, 1 to 4 from the margin to the code.
    pub lane: usize,
    /// `old` or `new`: the side that it speaks of.
    pub side: &'static str,
    /// Where its line is.
    pub href: Option<String>,
    /// First sentence, as HTML.
    pub label: String,
    /// The rest, as HTML.
    pub more: String,
}

/// A line from a row of code to a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Wire {
    /// Row of the code.
    pub row: usize,
    /// How many rows further down the note stands.
    pub span: usize,
    /// As in [`NoteCell`].
    pub lane: usize,
}
