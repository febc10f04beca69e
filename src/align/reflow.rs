//! A command on one line that the other side breaks into several: compared word by word across its lines.

use std::collections::BTreeMap;
use std::ops::Range;

use super::comparison::{Line, Row, RowKind};
use super::inline::{Cut, boxes};
use super::row_input::Input;
use crate::source::Span;

/// Lines of a command that is broken differently on the two sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reflow {
    /// Its lines on the original's side.
    pub(super) old: Range<usize>,
    /// Its lines on the revised side.
    pub(super) new: Range<usize>,
}

/// Returns the linked commands that are one line on one side and several on the other, where they stand in order.
pub(super) fn reflows(old: &[Input], new: &[Input]) -> Vec<Reflow> {
    let news = runs(new);
    let mut found: Vec<Reflow> = Vec::new();
    for (number, old) in runs(old) {
        let Some((_, new)) = news.iter().find(|(other, _)| *other == number) else {
            continue;
        };
        let after = found
            .last()
            .is_none_or(|last| last.old.end <= old.start && last.new.end <= new.start);
        if after && (old.len() == 1) != (new.len() == 1) {
            found.push(Reflow { old, new: new.clone() });
        }
    }
    found
}

/// The lines of each linked unit; a unit whose lines are apart is left out.
fn runs(side: &[Input]) -> Vec<(usize, Range<usize>)> {
    let mut runs: BTreeMap<usize, (Range<usize>, usize)> = BTreeMap::new();
    for (at, input) in side.iter().enumerate() {
        if let Some(link) = input.link.filter(|link| link.command) {
            let (range, count) = runs.entry(link.number).or_insert((at..at, 0));
            range.end = at + 1;
            *count += 1;
        }
    }
    let mut whole: Vec<(usize, Range<usize>)> = runs
        .into_iter()
        .filter(|(_, (range, count))| range.len() == *count)
        .map(|(number, (range, _))| (number, range))
        .collect();
    whole.sort_by_key(|(_, range)| range.start);
    whole
}

impl Reflow {
    /// Puts the first lines opposite each other; the other lines of the longer side follow. A line without a box is
    /// only laid out anew.
    pub(super) fn rows(&self, old: &[Input], new: &[Input]) -> Vec<Row> {
        let (old, new) = (Joined::new(&old[self.old.clone()]), Joined::new(&new[self.new.clone()]));
        let (old_boxes, new_boxes) = boxes(old.cut(), new.cut());
        let same = old.words() == new.words();
        let unlike = !same && old_boxes.is_empty() && new_boxes.is_empty();
        let (mut old_lines, mut new_lines) = (old.lines(&old_boxes).into_iter(), new.lines(&new_boxes).into_iter());
        let mut rows = Vec::new();
        loop {
            let (old, new) = (old_lines.next(), new_lines.next());
            if old.is_none() && new.is_none() {
                return rows;
            }
            let boxed = old.iter().chain(&new).any(|line| !line.boxes.is_empty());
            let kind = if boxed || unlike {
                RowKind::Changed
            } else {
                RowKind::Layout
            };
            rows.push(Row {
                kind,
                old,
                new,
                other: None,
            });
        }
    }
}

/// The lines of one side, joined.
struct Joined<'a> {
    inputs: &'a [Input],
    text: String,
    tokens: Vec<Span>,
    starts: Vec<usize>,
}

impl<'a> Joined<'a> {
    fn new(inputs: &'a [Input]) -> Self {
        let mut joined = Self {
            inputs,
            text: String::new(),
            tokens: Vec::new(),
            starts: Vec::new(),
        };
        for input in inputs {
            let start = joined.text.len();
            joined.starts.push(start);
            joined.text.push_str(&input.line.text);
            joined.text.push('\n');
            joined
                .tokens
                .extend(input.tokens.iter().map(|token| token.start + start..token.end + start));
        }
        joined
    }

    fn cut(&self) -> Cut<'_> {
        Cut {
            text: &self.text,
            tokens: &self.tokens,
        }
    }

    fn words(&self) -> Vec<&str> {
        self.tokens.iter().map(|token| &self.text[token.clone()]).collect()
    }

    /// The lines with their share of the boxes, which begin and end at tokens of the line.
    fn lines(&self, boxes: &[Span]) -> Vec<Line> {
        let lines = self.inputs.iter().zip(&self.starts).map(|(input, start)| {
            let mut line = input.line.clone();
            for span in boxes {
                let inside = |token: &&Span| token.start + start >= span.start && token.end + start <= span.end;
                let mut tokens = input.tokens.iter().filter(inside);
                if let Some(first) = tokens.next() {
                    let last = tokens.next_back().unwrap_or(first);
                    line.boxes.push(first.start..last.end);
                }
            }
            line
        });
        lines.collect()
    }
}
