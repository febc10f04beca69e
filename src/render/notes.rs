//! Notes on a block: numbered, tied to the lines that they quote.

use std::ops::Range;

use serde::Serialize;

use crate::model::annotation::{About, Note, NoteList, Quote};
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

/// A target found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Number of the note.
    pub number: usize,
    /// Bytes of the text.
    pub range: Range<usize>,
}

/// Returns the notes of a list that are about `about`, with their numbers in the list.
pub(crate) fn about(list: &NoteList, about: About) -> impl Iterator<Item = (usize, &Note)> {
    let shown = list
        .notes
        .iter()
        .filter(|note| note.about != About::Original)
        .enumerate();
    shown
        .map(|(index, note)| (index + 1, note))
        .filter(move |(_, note)| note.about == about)
}

/// Finds what the notes quote in `text`.
pub(crate) fn hits<'n>(notes: impl Iterator<Item = (usize, &'n Note)>, text: &str) -> Vec<Hit> {
    notes
        .flat_map(|(number, note)| {
            note.targets.iter().filter_map(move |quote| {
                Some(Hit {
                    number,
                    range: find(quote, text)?,
                })
            })
        })
        .collect()
}

/// Finds a quote: as a whole word first, then anywhere.
fn find(quote: &Quote, text: &str) -> Option<Range<usize>> {
    let words: Vec<usize> = positions(&quote.text, text)
        .filter(|at| is_word(text, *at, quote.text.len()))
        .collect();
    let all: Vec<usize> = if words.is_empty() {
        positions(&quote.text, text).collect()
    } else {
        words
    };
    let start = *all.get(quote.nth.unwrap_or(1).checked_sub(1)?)?;
    let end = start + quote.text.len();
    match &quote.to {
        None => Some(start..end),
        Some(to) => text[end..].find(to.as_str()).map(|at| start..end + at + to.len()),
    }
}

fn positions<'t>(needle: &'t str, text: &'t str) -> impl Iterator<Item = usize> + 't {
    text.match_indices(needle)
        .map(|(at, _)| at)
        .filter(move |_| !needle.is_empty())
}

fn is_word(text: &str, at: usize, len: usize) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    !text[..at].chars().next_back().is_some_and(is_part) && !text[at + len..].chars().next().is_some_and(is_part)
}

/// Returns the marks that underline what notes are tied to.
pub(crate) fn marks(hits: &[Hit]) -> Vec<Mark> {
    hits.iter()
        .map(|hit| Mark::new(hit.range.clone(), "<span class=\"tied\">", "</span>"))
        .collect()
}

/// Returns the 0-based line of each hit's end, with the note's number, each pair once, in order.
pub(crate) fn lines(hits: &[Hit], text: &str) -> Vec<(usize, usize)> {
    let line = |hit: &Hit| text[..hit.range.end].matches('\n').count();
    let mut lines: Vec<(usize, usize)> = hits.iter().map(|hit| (line(hit), hit.number)).collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}

/// Splits a note's Markdown after its first sentence; code spans are not looked into.
pub(crate) fn split_sentence(text: &str) -> (&str, &str) {
    let mut in_code = false;
    for (at, c) in text.char_indices() {
        match c {
            '`' => in_code = !in_code,
            '.' | '!' | '?' if !in_code => {
                let rest = &text[at + 1..];
                let next = rest.trim_start().chars().next();
                if rest.starts_with(char::is_whitespace) && next.is_some_and(|c| !c.is_lowercase()) {
                    return (&text[..=at], rest.trim());
                }
            }
            _ => {}
        }
    }
    (text.trim_end(), "")
}

/// Returns the notes of the block with this index.
pub(crate) fn of_block(document: &Document, block: usize) -> Option<&NoteList> {
    document.note_lists.iter().find(|list| list.block == block)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quote(text: &str, nth: Option<usize>, to: Option<&str>) -> Quote {
        Quote {
            text: text.into(),
            nth,
            to: to.map(str::to_owned),
            span: 0..0,
        }
    }

    #[test]
    fn a_flag_is_found_as_a_word_first() {
        let text = "docker run --redirect x -d \\\n  --detach-keys y\n";
        assert_eq!(find(&quote("-d", None, None), text), Some(24..26));
        assert_eq!(find(&quote("run", None, Some("x")), text), Some(7..23));
        assert_eq!(find(&quote("gone", None, None), text), None);
        assert_eq!(find(&quote("", None, None), text), None);
    }

    #[test]
    fn the_first_sentence_is_the_label() {
        assert_eq!(split_sentence("Run it. The rest."), ("Run it.", "The rest."));
        assert_eq!(
            split_sentence("See `a. b` and e.g. this"),
            ("See `a. b` and e.g. this", "")
        );
    }
}
