//! Notes on a block: numbered, tied to the lines that they quote. Where the quotes stand is for [`crate::align`] to say.

use serde::Serialize;

use crate::align::{BoundNote, Hit, notes};
use crate::model::block::Role;
use crate::model::guide::Document;
use crate::render::paint::Mark;

/// A note as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct NoteView {
    /// Its number in the block, from 1.
    pub number: usize,
    /// Its anchor.
    pub id: String,
    /// First sentence, as HTML.
    pub label: String,
    /// The rest, as HTML; may be empty.
    pub more: String,
    /// Lines (1-based) of the block that it is tied to; none for a note on the whole block.
    pub lines: Vec<LineRef>,
}

/// A line that a note is tied to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct LineRef {
    /// 1-based line of the block.
    pub line: usize,
    /// Anchor of the line.
    pub href: String,
}

/// Returns the block under which the notes on the block with this index stand: an output's stand under its command.
pub(crate) fn owner(document: &Document, index: usize) -> usize {
    match document.blocks[index].role {
        Role::Output(Some(of)) => of,
        _ => index,
    }
}

/// Returns the notes that may be tied to the block with this index.
pub(crate) fn of_block(document: &Document, index: usize) -> Vec<BoundNote> {
    let has_list = |block: usize| document.note_lists.iter().any(|list| list.block == block);
    let owner = owner(document, index);
    // What is wrong with the notes is said once, when the site is checked.
    if has_list(owner) {
        notes::bind(document, owner).value
    } else {
        Vec::new()
    }
}

/// Returns the parts of the block with this index that notes quote, with the numbers of the notes.
pub(crate) fn hits(notes: &[BoundNote], index: usize) -> Vec<(usize, &Hit)> {
    let here = notes.iter().filter(|note| note.index == index);
    here.flat_map(|note| note.targets.iter().map(move |target| (note.id, target)))
        .flat_map(|(number, target)| target.hits.iter().map(move |hit| (number, hit)))
        .collect()
}

/// Returns the marks that underline what notes are tied to, in bytes of `text`.
pub(crate) fn marks(hits: &[(usize, &Hit)], text: &str) -> Vec<Mark> {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let start = |hit: &Hit| starts.get(hit.index).copied();
    hits.iter()
        .filter_map(|(_, hit)| Some((start(hit)?, &hit.bytes)))
        .map(|(start, bytes)| {
            let range = start + bytes.start..start + bytes.end;
            Mark::new(range, "<span class=\"tied\">", "</span>")
        })
        .collect()
}

/// Returns the 0-based lines of the block with this index at whose ends numbers stand: the last line of each target,
/// with the note's number; each pair once, in order.
pub(crate) fn lines(notes: &[BoundNote], index: usize) -> Vec<(usize, usize)> {
    let here = notes.iter().filter(|note| note.index == index);
    let ends = here.flat_map(|note| note.targets.iter().map(|target| (target.hits.last(), note.id)));
    let mut lines: Vec<(usize, usize)> = ends.filter_map(|(hit, number)| Some((hit?.index, number))).collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}
