//! Notes tied to what they quote. Works for any guide; only notes on the original need a comparison.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::beside::Beside;
use super::comparison::{BoundNote, Pair, Part, Row, Target};
use super::quote::{Haystack, Miss};
use super::sentence::sentences;
use crate::diagnostic::{Diagnostic, Parsed};
use crate::model::annotation::{About, Note, Quote};
use crate::model::block::Role;
use crate::model::guide::{Document, Side};
use crate::shell;
use crate::source::{Place, Span};

/// A note and the text that it was written in.
struct Written<'a> {
    note: &'a Note,
    /// The text that the spans of the note are bytes of.
    document: &'a Document,
    /// Its place in `compare.toml`, if it was written there.
    beside: Option<Place>,
}

impl Written<'_> {
    /// The place of a part of the note.
    fn place(&self, span: &Span) -> Place {
        self.beside.clone().unwrap_or_else(|| Place {
            file: Arc::clone(&self.document.source),
            span: span.clone(),
        })
    }
}

/// Binds the notes on one block of a guide to its text and its expected output. Notes on the original are left out.
///
/// They are numbered from 1. A quote that is not there, or there more than once, is a diagnostic.
pub fn bind(document: &Document, block: usize) -> Parsed<Vec<BoundNote>> {
    let mut diagnostics = Vec::new();
    let mut notes = Vec::new();
    for written in of_block(document, block).filter(|written| written.note.about != About::Original) {
        notes.extend(bound(&written, block, notes.len() + 1, &mut diagnostics));
    }
    Parsed {
        value: notes,
        diagnostics,
    }
}

/// Returns what is wrong with the notes of a text that revises none: quotes that are gone or stand many times.
pub fn check(document: &Document) -> Vec<Diagnostic> {
    let blocks: BTreeSet<usize> = document.note_lists.iter().map(|list| list.block).collect();
    blocks
        .into_iter()
        .flat_map(|block| bind(document, block).diagnostics)
        .collect()
}

/// Binds all notes of a comparison to the pairs that show what they speak of, and numbers them down the page.
pub(super) fn bind_pairs(
    old: &Document,
    new: &Document,
    beside: Option<&Beside<'_>>,
    pairs: &mut [Pair],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut found: Vec<(usize, BoundNote)> = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        for part in &pair.parts.new {
            for written in of_block(new, part.index) {
                let note = match written.note.about {
                    About::Original => on_original(old, pair, &written, 0, diagnostics),
                    _ => bound(&written, part.index, 0, diagnostics),
                };
                // A note on an output stands beside the output, not beside its command.
                let place = |note: &BoundNote| pairs.iter().position(|pair| shows(pair, note));
                found.extend(note.map(|note| (place(&note).filter(|_| note.index != part.index).unwrap_or(at), note)));
            }
        }
    }
    for note in beside.iter().flat_map(|beside| notes_beside(old, beside, diagnostics)) {
        found.extend(pairs.iter().position(|pair| shows(pair, &note)).map(|at| (at, note)));
    }
    for (at, note) in found {
        pairs[at].notes.push(note);
    }
    let mut id = 0;
    for pair in pairs {
        let rows = &pair.rows;
        pair.notes.sort_by_key(|note| first_row(rows, note));
        for note in &mut pair.notes {
            id += 1;
            note.id = id;
        }
    }
}

/// Index of the first row that a note points at; 0 for a note on the whole block.
fn first_row(rows: &[Row], note: &BoundNote) -> usize {
    let side = |row: &Row| match note.side {
        Side::Original => row.old.as_ref().map(|line| (line.block, line.index)),
        Side::Revised => row.new.as_ref().map(|line| (line.block, line.index)),
    };
    let mut hits = note.targets.iter().flat_map(|target| &target.hits);
    let found = rows
        .iter()
        .position(|row| hits.clone().any(|hit| side(row) == Some((note.index, hit.index))));
    hits.next().and(found).unwrap_or(0)
}

/// The notes of `compare.toml`, not yet numbered.
fn notes_beside(old: &Document, beside: &Beside<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<BoundNote> {
    let mut notes = Vec::new();
    for (block, said) in beside.notes() {
        let written = Written {
            note: &said.value,
            document: &beside.file.remarks,
            beside: Some(beside.place(&said.span)),
        };
        let targets = targets(&written, &whole(old, block), "the original's block", diagnostics);
        notes.extend(targets.map(|targets| made(&written, old, block, 0, targets)));
    }
    notes
}

/// Returns whether a pair shows what a note points at.
fn shows(pair: &Pair, note: &BoundNote) -> bool {
    let first = note.targets.iter().flat_map(|target| &target.hits).next();
    let mut lines = pair.rows.iter().filter_map(|row| match note.side {
        Side::Original => row.old.as_ref(),
        Side::Revised => row.new.as_ref(),
    });
    lines.any(|line| line.block == note.index && first.is_none_or(|hit| hit.index == line.index))
}

fn of_block(document: &Document, block: usize) -> impl Iterator<Item = Written<'_>> {
    let lists = document.note_lists.iter().filter(move |list| list.block == block);
    lists.flat_map(|list| &list.notes).map(|note| Written {
        note,
        document,
        beside: None,
    })
}

/// A note on the revised block or its output.
fn bound(written: &Written<'_>, block: usize, id: usize, diagnostics: &mut Vec<Diagnostic>) -> Option<BoundNote> {
    let (document, note) = (written.document, written.note);
    let output = document.outputs_of(block).map(|(index, _)| index).next();
    let (index, hay) = match (note.about, output) {
        (About::Output, Some(output)) => (output, whole(document, output)),
        (About::Output, None) => (block, printed(document, block)),
        (_, Some(output)) if !all_found(&whole(document, block), note) && all_found(&whole(document, output), note) => {
            (output, whole(document, output))
        }
        _ => (block, whole(document, block)),
    };
    let place = if note.about == About::Output {
        "the output of the block above"
    } else {
        "the block above"
    };
    let targets = targets(written, &hay, place, diagnostics)?;
    Some(made(written, document, index, id, targets))
}

/// A note on the original: its quotes stand in the original's lines of the pair.
fn on_original(
    old: &Document,
    pair: &Pair,
    written: &Written<'_>,
    id: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<BoundNote> {
    let note = written.note;
    let Some(first) = pair.parts.old.first() else {
        let span = note.targets.first().map_or(&note.span, |quote| &quote.span);
        diagnostics.push(
            Diagnostic::error(
                "quote-gone",
                Some(written.place(span)),
                "the block above has no counterpart in the original",
            )
            .help("pair it: <!-- docgen: original=\"a part of the original's block\" -->, or remove the note"),
        );
        return None;
    };
    let hits = |part: &Part| {
        let whole = whole(old, part.index);
        note.targets
            .iter()
            .all(|quote| found(&whole, quote).is_ok())
            .then_some(part.index)
    };
    let index = pair.parts.old.iter().find_map(hits).unwrap_or(first.index);
    let targets = targets(written, &whole(old, index), "the original's block", diagnostics)?;
    Some(made(written, old, index, id, targets))
}

/// A note on the block of `document` with this index.
fn made(written: &Written<'_>, document: &Document, index: usize, id: usize, targets: Vec<Target>) -> BoundNote {
    let note = written.note;
    let text = &written.document.source.text;
    let (label_span, more_span) = sentences(text, &note.text);
    let place = written.place(&note.span);
    BoundNote {
        id,
        side: document.side,
        block: document.blocks[index].id.clone(),
        targets,
        mark: note.mark,
        label: text[label_span.clone()].to_owned(),
        more: text[more_span.clone()].to_owned(),
        line: place.line(),
        beside: written.beside.is_some(),
        label_span,
        more_span,
        place,
        index,
    }
}

/// Finds all targets; `None` if one of them has no place, which is then said.
fn targets(
    written: &Written<'_>,
    hay: &Haystack,
    place: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<Target>> {
    let mut targets = Some(Vec::new());
    for quote in &written.note.targets {
        match (found(hay, quote), &mut targets) {
            (Ok(span), Some(list)) => list.push(Target {
                quote: quote.text.clone(),
                hits: hay.hits(&span),
            }),
            (Ok(_), None) => {}
            (Err(miss), _) => {
                diagnostics.push(missed(written.place(&quote.span), quote, place, &miss));
                targets = None;
            }
        }
    }
    targets
}

fn found(hay: &Haystack, quote: &Quote) -> Result<Span, Miss> {
    match &quote.to {
        Some(to) => hay.find_range(&quote.text, quote.nth, to),
        None => hay.find(&quote.text, quote.nth),
    }
}

fn all_found(hay: &Haystack, note: &Note) -> bool {
    note.targets
        .iter()
        .all(|quote| !matches!(found(hay, quote), Err(Miss::Gone(_))))
}

fn missed(at: Place, quote: &Quote, place: &str, miss: &Miss) -> Diagnostic {
    let (text, at) = (&quote.text, Some(at));
    match miss {
        Miss::Gone(near) => {
            let gone = Diagnostic::error("quote-gone", at, format!("{place} does not have `{text}`"));
            match near {
                Some(near) => gone.help(format!("did you mean `{near}`?")),
                None => gone.help("quote the code as it stands there now, or remove the note"),
            }
        }
        Miss::Many(lines) => {
            let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
            Diagnostic::error("quote-many", at, format!("{place} has `{text}` {} times", lines.len()))
                .note(format!("it stands on the lines {}", lines.join(", ")))
                .help(format!(
                    "say which one is meant: `{text}`#1 is the first; or quote more of the line"
                ))
        }
        Miss::TooFew(count) => {
            let times = if *count == 1 {
                "once".to_owned()
            } else {
                format!("{count} times")
            };
            Diagnostic::error("quote-gone", at, format!("{place} has `{text}` only {times}"))
                .help(format!("the number after the quote can be at most {count}"))
        }
    }
}

fn whole(document: &Document, block: usize) -> Haystack {
    let count = document.blocks[block].text.lines().count();
    lines(document, block, |index| index < count)
}

/// The lines of a transcript that its commands print.
fn printed(document: &Document, block: usize) -> Haystack {
    let outputs: Vec<_> = match &document.blocks[block].role {
        Role::Console(commands) => commands.iter().map(|command| command.output.clone()).collect(),
        _ => Vec::new(),
    };
    lines(document, block, |index| {
        outputs.iter().any(|range| range.contains(&index))
    })
}

fn lines(document: &Document, index: usize, wanted: impl Fn(usize) -> bool) -> Haystack {
    let block = &document.blocks[index];
    let command = matches!(block.role, Role::Script | Role::Console(_)) || shell::is_shell(&block.lang);
    let lines = block.text.lines().enumerate().filter(|(line, _)| wanted(*line));
    Haystack::new(
        lines.map(|(line, text)| (block.file_line(&document.source, line), line, text)),
        command,
    )
}
