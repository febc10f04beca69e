//! Mistakes in expected outputs and expected statuses.

use std::ops::Range;

use super::names::misspelt;
use super::{Change, Kind, Mutant};
use crate::model::block::ExitRule;
use crate::model::guide::Document;
use crate::plan::{Action, Expected, Step};
use crate::source::Span;
use crate::update::Edit;

/// Returns the mistakes in what a step expects.
pub(super) fn of_step(document: &Document, step: &Step) -> Vec<Mutant> {
    let mut found: Vec<Mutant> = status(document, step).into_iter().collect();
    if let Action::Commands(commands) = &step.action {
        let expected = commands.pastes.iter().flat_map(|paste| &paste.expected);
        found.extend(expected.flat_map(|expected| output(document, step.block, expected)));
    }
    found
}

/// Another number after `exit=`.
fn status(document: &Document, step: &Step) -> Option<Mutant> {
    let Some(ExitRule::OneOf(statuses)) = &step.exit else {
        return None;
    };
    let info = document.blocks[step.block].info.clone();
    let text = document.source.text.get(info.clone())?;
    let key = format!("exit={}", ExitRule::OneOf(statuses.clone()));
    let start = info.start + text.find(&key)? + "exit=".len();
    let before = statuses.first()?.to_string();
    let after = (1..).find(|status| !statuses.contains(status))?.to_string();
    let span = start..info.start + text.find(&key)? + key.len();
    Some(mutant(document, step.block, Kind::ExpectedStatus, span, before, after))
}

/// In each line the first digit, the first word and the last one.
fn output(document: &Document, block: usize, expected: &Expected) -> Vec<Mutant> {
    let shown = &document.blocks[expected.block];
    let lines = shown.lines.get(expected.lines.clone()).unwrap_or_default();
    let mut found = Vec::new();
    for line in lines {
        let Some(text) = document.source.text.get(line.clone()) else {
            continue;
        };
        let parts = literal(text);
        let at = |range: &Range<usize>| line.start + range.start..line.start + range.end;
        let words = words(text, &parts);
        let chosen = [words.first(), words.last().filter(|_| words.len() > 1)];
        for word in chosen.into_iter().flatten() {
            let before = text[word.clone()].to_owned();
            let after = other_word(&before);
            found.push(mutant(document, block, Kind::ExpectedWord, at(word), before, after));
        }
        let digit = parts.iter().find_map(|part| {
            let offset = text[part.clone()].find(|c: char| c.is_ascii_digit())?;
            Some(part.start + offset..part.start + offset + 1)
        });
        if let Some(digit) = digit {
            let before = text[digit.clone()].to_owned();
            let after = if before == "9" {
                "8".to_owned()
            } else {
                before.parse::<u8>().map_or(0, |digit| digit + 1).to_string()
            };
            found.push(mutant(document, block, Kind::ExpectedDigit, at(&digit), before, after));
        }
    }
    found
}

/// The parts of a line that are taken as they are: what lies between holes, without the mark of a pattern.
fn literal(line: &str) -> Vec<Range<usize>> {
    let trimmed = line.trim_end();
    if trimmed.trim_start() == "..." {
        return Vec::new();
    }
    let end = [" (re)", " (glob)"]
        .iter()
        .find_map(|mark| trimmed.strip_suffix(mark))
        .map_or(trimmed.len(), str::len);
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(open) = line[at..end].find("{{").map(|found| at + found) {
        let Some(close) = line[open..end].find("}}").map(|found| open + found + 2) else {
            break;
        };
        parts.push(at..open);
        at = close;
    }
    parts.push(at..end);
    parts
}

/// Words of three letters or more.
fn words(line: &str, parts: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for part in parts {
        let mut start = part.start;
        for piece in line[part.clone()].split_inclusive(|c: char| !c.is_ascii_alphabetic()) {
            let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphabetic());
            let escaped = line[..start].ends_with('\\');
            if word.len() >= 3 && !escaped {
                found.push(start..start + word.len());
            }
            start += piece.len();
        }
    }
    found
}

fn other_word(word: &str) -> String {
    match word {
        "true" => "false".to_owned(),
        "false" => "true".to_owned(),
        _ => misspelt(word),
    }
}

fn mutant(document: &Document, block: usize, kind: Kind, span: Span, before: String, after: String) -> Mutant {
    Mutant {
        kind,
        block,
        line: document.source.line(span.start),
        before,
        after: after.clone(),
        change: Change::Text(Edit { span, text: after }),
    }
}
