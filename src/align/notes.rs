//! Notes tied to what they quote. Works for any guide; only notes on the original need a comparison.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::comparison::{BoundNote, Pair, Target};
use super::quote::{Haystack, Miss};
use crate::diagnostic::{Diagnostic, Parsed};
use crate::model::annotation::{About, Note, Quote};
use crate::model::block::{Block, Role};
use crate::model::guide::{Document, Side};
use crate::shell;
use crate::source::{Place, Span};

/// Binds the notes on one block of a guide to its text and its expected output. Notes on the original are left out.
///
/// They are numbered from 1. A quote that is not there, or there more than once, is a diagnostic.
pub fn bind(document: &Document, block: usize) -> Parsed<Vec<BoundNote>> {
    let mut diagnostics = Vec::new();
    let mut notes = Vec::new();
    for (item, note) in of_block(document, block).filter(|(_, note)| note.about != About::Original) {
        notes.extend(bound(document, block, item, note, notes.len() + 1, &mut diagnostics));
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

/// Binds all notes of a comparison: those of a revised block go to the pair that shows the block.
pub(super) fn bind_pairs(old: &Document, new: &Document, pairs: &mut [Pair], diagnostics: &mut Vec<Diagnostic>) {
    let mut id = 1;
    for pair in pairs.iter_mut() {
        let parts = pair.parts.new.clone();
        for part in parts {
            for (item, note) in of_block(new, part.index) {
                let found = match note.about {
                    About::Original => on_original(old, new, pair, item, note, id, diagnostics),
                    _ => bound(new, part.index, item, note, id, diagnostics),
                };
                id += usize::from(found.is_some());
                pair.notes.extend(found);
            }
        }
    }
}

fn of_block(document: &Document, block: usize) -> impl Iterator<Item = ((usize, usize), &Note)> {
    let lists = document
        .note_lists
        .iter()
        .enumerate()
        .filter(move |(_, list)| list.block == block);
    lists.flat_map(|(at, list)| {
        list.notes
            .iter()
            .enumerate()
            .map(move |(index, note)| ((at, index), note))
    })
}

/// A note on the revised block or its output.
fn bound(
    document: &Document,
    block: usize,
    item: (usize, usize),
    note: &Note,
    id: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<BoundNote> {
    let output = document
        .blocks
        .iter()
        .position(|other| other.role == Role::Output(Some(block)));
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
    let targets = targets(document, note, &hay, place, diagnostics)?;
    Some(made(
        document,
        &document.blocks[index],
        document.side,
        (id, index, item),
        note,
        targets,
    ))
}

/// A note on the original: its quotes stand in the original's lines of the pair.
fn on_original(
    old: &Document,
    new: &Document,
    pair: &Pair,
    item: (usize, usize),
    note: &Note,
    id: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<BoundNote> {
    let Some(first) = pair.parts.old.first() else {
        let span = note
            .targets
            .first()
            .map_or(note.span.clone(), |quote| quote.span.clone());
        diagnostics.push(
            Diagnostic::error(
                "quote-gone",
                at(new, span),
                "the block above has no counterpart in the original",
            )
            .help("pair it: <!-- docgen: original=\"a part of the original's block\" -->, or remove the note"),
        );
        return None;
    };
    let parts: Vec<_> = pair.parts.old.iter().filter(|part| part.index == first.index).collect();
    let hits = |part: &super::comparison::Part| {
        let whole = whole(old, part.index);
        note.targets
            .iter()
            .all(|quote| found(&whole, quote).is_ok())
            .then_some(part.index)
    };
    let index = pair.parts.old.iter().find_map(hits).unwrap_or(parts[0].index);
    let hay = whole(old, index);
    let targets = targets(new, note, &hay, "the original's block", diagnostics)?;
    Some(made(
        new,
        &old.blocks[index],
        Side::Original,
        (id, index, item),
        note,
        targets,
    ))
}

fn made(
    document: &Document,
    block: &Block,
    side: Side,
    (id, index, item): (usize, usize, (usize, usize)),
    note: &Note,
    targets: Vec<Target>,
) -> BoundNote {
    let text = &document.source.text;
    let (label_span, more_span) = sentences(text, &note.text);
    BoundNote {
        id,
        side,
        block: block.id.clone(),
        targets,
        mark: note.mark,
        label: text[label_span.clone()].to_owned(),
        more: text[more_span.clone()].to_owned(),
        line: document.source.line(note.span.start),
        label_span,
        more_span,
        item,
        index,
    }
}

/// Finds all targets; `None` if one of them has no place, which is then said.
fn targets(
    document: &Document,
    note: &Note,
    hay: &Haystack,
    place: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<Target>> {
    let mut targets = Some(Vec::new());
    for quote in &note.targets {
        match (found(hay, quote), &mut targets) {
            (Ok(span), Some(list)) => list.push(Target {
                quote: quote.text.clone(),
                hits: hay.hits(&span),
            }),
            (Ok(_), None) => {}
            (Err(miss), _) => {
                diagnostics.push(missed(document, quote, place, &miss));
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

fn missed(document: &Document, quote: &Quote, place: &str, miss: &Miss) -> Diagnostic {
    let (text, at) = (&quote.text, at(document, quote.span.clone()));
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

fn at(document: &Document, span: Span) -> Option<Place> {
    Some(Place {
        file: Arc::clone(&document.source),
        span,
    })
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

/// Splits a note into its first sentence and the rest.
fn sentences(source: &str, text: &Span) -> (Span, Span) {
    let whole = &source[text.clone()];
    let mut in_code = false;
    let mut end = whole.len();
    let mut chars = whole.char_indices().peekable();
    while let Some((index, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        match c {
            '`' => in_code = !in_code,
            '.' | '!' | '?'
                if !in_code && next.is_none_or(char::is_whitespace) && !is_abbreviation(&whole[..index]) =>
            {
                end = index + 1;
                break;
            }
            '。' | '！' | '？' if !in_code => {
                end = index + c.len_utf8();
                break;
            }
            '\n' if !in_code && next == Some('\n') => {
                end = index;
                break;
            }
            _ => {}
        }
    }
    let rest = &whole[end..];
    let start = text.start + end + (rest.len() - rest.trim_start().len());
    (text.start..text.start + end, start.min(text.end)..text.end)
}

/// Returns whether the dot after `head` belongs to a short form, not to the end of a sentence.
fn is_abbreviation(head: &str) -> bool {
    ["e.g", "i.e", "etc", "cf", "vs", "approx", "no"].iter().any(|word| {
        head.strip_suffix(word)
            .is_some_and(|before| !before.ends_with(char::is_alphanumeric))
    })
}

#[cfg(test)]
mod tests {
    use super::sentences;

    #[test]
    fn the_first_sentence_is_the_label() {
        let split = |text: &'static str| {
            let (label, more) = sentences(text, &(0..text.len()));
            (&text[label], &text[more])
        };
        assert_eq!(
            split("Runs on. Stop it with `a. b`."),
            ("Runs on.", "Stop it with `a. b`.")
        );
        assert_eq!(split("Use `a. b` e.g. here"), ("Use `a. b` e.g. here", ""));
        assert_eq!(
            split("Version 1.2 is old.\n  So is 1.1."),
            ("Version 1.2 is old.", "So is 1.1.")
        );
        assert_eq!(split(""), ("", ""));
    }
}
