//! Mistakes in what a reader does and sees in a browser.
//!
//! An `expect` that is left out is no mistake of a text: nothing could notice that somebody looks at less.

use std::ops::Range;

use super::names::misspelt;
use super::{Change, Kind, Mutant};
use crate::model::guide::Document;
use crate::source::Span;
use crate::update::Edit;

/// Returns the mistakes in the instructions of a browser block.
pub(super) fn of_block(document: &Document, index: usize) -> Vec<Mutant> {
    let block = &document.blocks[index];
    let mut found = Vec::new();
    for line in &block.lines {
        let Some(text) = document.source.text.get(line.clone()) else {
            continue;
        };
        let verb = text.split_whitespace().next().unwrap_or_default();
        if matches!(verb, "open" | "click" | "type" | "check") {
            let said = text.trim_end();
            let span = line.start..line.start + said.len();
            found.push(mutant(document, index, Kind::DropInstruction, span, String::new()));
        }
        for part in parts(verb, text) {
            let span = line.start + part.start..line.start + part.end;
            found.push(mutant(document, index, Kind::Instruction, span, misspelt(&text[part])));
        }
    }
    found
}

/// The last word of the address, or the first of each quoted text.
fn parts(verb: &str, line: &str) -> Vec<Range<usize>> {
    match verb {
        "open" | "expect-url" => words(line, verb.len()..line.len()).pop().into_iter().collect(),
        "click" | "type" | "check" | "expect" | "wait" | "capture" => {
            let marks: Vec<usize> = line.match_indices('"').map(|(at, _)| at).collect();
            let quoted = marks.chunks_exact(2).map(|pair| pair[0] + 1..pair[1]);
            quoted
                .filter_map(|range| words(line, range).into_iter().next())
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Words of three letters or more; what stands in braces is a value.
fn words(line: &str, within: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = within.start;
    for piece in line[within].split_inclusive(|c: char| !c.is_ascii_alphabetic()) {
        let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphabetic());
        if word.len() >= 3 && !line[..start].ends_with(['{', '\\']) {
            found.push(start..start + word.len());
        }
        start += piece.len();
    }
    found
}

fn mutant(document: &Document, block: usize, kind: Kind, span: Span, after: String) -> Mutant {
    Mutant {
        kind,
        block,
        line: document.source.line(span.start),
        before: document.source.text[span.clone()].to_owned(),
        after: after.clone(),
        change: Change::Text(Edit { span, text: after }),
    }
}
