//! Lines level with each other: an alignment of the lines of one pair.
//!
//! Needleman and Wunsch's method over the similarity of lines, where links of commands help; lines that stand for
//! each other without being alike are `Replaced`; equal lines out of order are `Moved`.

use super::comparison::{Line, Row, RowKind};
use super::inline::{Cut, boxes};
use super::line_tokens::{command_tokens, is_word, text_tokens};
use super::unit::normal_line;
use crate::source::Span;

/// Lines pair up from this similarity on (thousandths).
const ALIKE: i32 = 400;
/// What it adds that the lines belong to commands that are linked.
const LINKED: i32 = 150;
/// Larger tables are first cut at equal lines by a line diff.
const MAX_CELLS: usize = 200_000;
/// A line that moved within its pair has at least this many letters and digits, and stands once on each side.
const MOVED_WEIGHT: usize = 8;

/// A line to be placed.
#[derive(Debug, Clone)]
pub(super) struct Input {
    /// Where it comes from and its text; the boxes are empty.
    pub(super) line: Line,
    /// The link of its unit, if it has one.
    pub(super) link: Option<InLink>,
    /// The text without prompt, outer blanks and continuation mark.
    normal: String,
    tokens: Vec<Span>,
    weights: Vec<(String, i32)>,
}

/// The link that a line's unit has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InLink {
    /// Its number; equal on both sides.
    pub(super) number: usize,
    /// The line is the whole unit.
    pub(super) whole: bool,
}

impl Input {
    /// Prepares a line; `command` tells whether it is read as shell.
    pub(super) fn new(line: Line, link: Option<InLink>, command: bool) -> Self {
        let normal = if command {
            normal_line(&line.text).0
        } else {
            line.text.trim().to_owned()
        };
        let tokens = line_cut(&line.text, &normal, command);
        let mut weights: Vec<(String, i32)> = tokens
            .iter()
            .map(|span| {
                (
                    line.text[span.clone()].to_owned(),
                    if is_word(&line.text[span.clone()]) { 10 } else { 2 },
                )
            })
            .collect();
        weights.sort_unstable();
        Self {
            line,
            link,
            normal,
            tokens,
            weights,
        }
    }
}

/// The tokens of the part of the line that is compared.
fn line_cut(text: &str, normal: &str, command: bool) -> Vec<Span> {
    let start = text.find(normal).unwrap_or(0);
    let tokens = if command {
        command_tokens(normal)
    } else {
        text_tokens(normal)
    };
    tokens
        .into_iter()
        .map(|span| span.start + start..span.end + start)
        .collect()
}

/// Places the lines of both sides.
pub(super) fn rows(old: &[Input], new: &[Input]) -> Vec<Row> {
    let mut pairs = Vec::new();
    for (old_range, new_range) in hunks(old, new, &mut pairs) {
        if old_range.len().saturating_mul(new_range.len()) <= MAX_CELLS {
            let found = align(&old[old_range.clone()], &new[new_range.clone()]);
            pairs.extend(
                found
                    .into_iter()
                    .map(|(a, b)| (a + old_range.start, b + new_range.start)),
            );
        }
    }
    pairs.sort_unstable();
    let mut rows = Vec::new();
    let (mut at_old, mut at_new) = (0, 0);
    for (a, b) in pairs {
        between(&old[at_old..a], &new[at_new..b], &mut rows);
        rows.push(facing(&old[a], &new[b]));
        (at_old, at_new) = (a + 1, b + 1);
    }
    between(&old[at_old..], &new[at_new..], &mut rows);
    mark_moved(&mut rows);
    rows
}

/// Cuts large inputs at equal lines; those are added to `pairs`. Small inputs are one hunk.
fn hunks(
    old: &[Input],
    new: &[Input],
    pairs: &mut Vec<(usize, usize)>,
) -> Vec<(std::ops::Range<usize>, std::ops::Range<usize>)> {
    if old.len().saturating_mul(new.len()) <= MAX_CELLS {
        return vec![(0..old.len(), 0..new.len())];
    }
    let texts = |side: &[Input]| side.iter().map(|input| input.normal.clone()).collect::<Vec<_>>();
    let ops = similar::capture_diff_slices(similar::Algorithm::Patience, &texts(old), &texts(new));
    let mut hunks = Vec::new();
    for op in ops {
        if op.tag() == similar::DiffTag::Equal {
            pairs.extend(op.old_range().zip(op.new_range()));
        } else {
            hunks.push((op.old_range(), op.new_range()));
        }
    }
    hunks
}

/// The best alignment in order, by index.
fn align(old: &[Input], new: &[Input]) -> Vec<(usize, usize)> {
    let (rows, columns) = (old.len(), new.len());
    let cell = |row: usize, column: usize| row * (columns + 1) + column;
    let mut gains = vec![0_i32; rows * columns];
    let mut best = vec![0_i32; (rows + 1) * (columns + 1)];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            let gain = gain(&old[row], &new[column]);
            gains[row * columns + column] = gain;
            let apart = best[cell(row + 1, column)].max(best[cell(row, column + 1)]);
            best[cell(row, column)] = apart.max(best[cell(row + 1, column + 1)] + gain);
        }
    }
    let (mut row, mut column) = (0, 0);
    let mut pairs = Vec::new();
    while row < rows && column < columns {
        let gain = gains[row * columns + column];
        if gain > 0 && best[cell(row, column)] == best[cell(row + 1, column + 1)] + gain {
            pairs.push((row, column));
            (row, column) = (row + 1, column + 1);
        } else if best[cell(row, column)] == best[cell(row + 1, column)] {
            row += 1;
        } else {
            column += 1;
        }
    }
    pairs
}

/// What it is worth to put two lines opposite each other; 0 if they are not alike. Longer equal lines are better anchors.
fn gain(old: &Input, new: &Input) -> i32 {
    let (linked, least) = match (old.link, new.link) {
        (Some(a), Some(b)) if a.number == b.number => (LINKED, i32::from(a.whole && b.whole)),
        _ => (0, 0),
    };
    if old.normal == new.normal {
        let length = i32::try_from(new.normal.chars().count()).unwrap_or(i32::MAX);
        return if length == 0 {
            10
        } else {
            600 + linked + 100 * (1 + length.min(1 << 20)).ilog2() as i32 / 2
        };
    }
    let (mut a, mut b, mut common) = (0, 0, 0);
    while a < old.weights.len() && b < new.weights.len() {
        match old.weights[a].0.cmp(&new.weights[b].0) {
            std::cmp::Ordering::Less => a += 1,
            std::cmp::Ordering::Greater => b += 1,
            std::cmp::Ordering::Equal => {
                common += old.weights[a].1;
                (a, b) = (a + 1, b + 1);
            }
        }
    }
    let mass: i32 = old.weights.iter().chain(&new.weights).map(|weight| weight.1).sum();
    let alike = (2000 * common).checked_div(mass).unwrap_or(0) + linked;
    (alike - ALIKE).max(least)
}

/// Two lines that stand for each other.
fn facing(old: &Input, new: &Input) -> Row {
    let (mut old_line, mut new_line) = (old.line.clone(), new.line.clone());
    let kind = if old_line.text == new_line.text {
        RowKind::Same
    } else if old.normal == new.normal {
        RowKind::Layout
    } else {
        let cut = |input: &'_ Input| -> (String, Vec<Span>) { (input.line.text.clone(), input.tokens.clone()) };
        let ((old_text, old_tokens), (new_text, new_tokens)) = (cut(old), cut(new));
        (old_line.boxes, new_line.boxes) = boxes(
            Cut {
                text: &old_text,
                tokens: &old_tokens,
            },
            Cut {
                text: &new_text,
                tokens: &new_tokens,
            },
        );
        RowKind::Changed
    };
    Row {
        kind,
        old: Some(old_line),
        new: Some(new_line),
        other: None,
    }
}

/// Lines between two pairs: as many on both sides stand opposite each other, else the shorter run comes first.
fn between(old: &[Input], new: &[Input], rows: &mut Vec<Row>) {
    if old.len() == new.len() {
        let replaced = old.iter().zip(new).map(|(old, new)| Row {
            kind: RowKind::Replaced,
            old: Some(old.line.clone()),
            new: Some(new.line.clone()),
            other: None,
        });
        rows.extend(replaced);
        return;
    }
    let removed = old.iter().map(|input| Row {
        kind: RowKind::Removed,
        old: Some(input.line.clone()),
        new: None,
        other: None,
    });
    let added = new.iter().map(|input| Row {
        kind: RowKind::Added,
        old: None,
        new: Some(input.line.clone()),
        other: None,
    });
    if old.len() < new.len() {
        rows.extend(removed.chain(added));
    } else {
        rows.extend(added.chain(removed));
    }
}

/// Equal lines that stand on one side each, and once there, are one line that moved.
fn mark_moved(rows: &mut [Row]) {
    let normal = |line: &Line| normal_line(&line.text).0;
    let only = |rows: &[Row], kind: RowKind, text: &str| -> Option<usize> {
        let mut found = rows
            .iter()
            .enumerate()
            .filter(|(_, row)| row.kind == kind && row.old.iter().chain(&row.new).any(|line| normal(line) == text));
        found.next().filter(|_| found.next().is_none()).map(|(index, _)| index)
    };
    for from in 0..rows.len() {
        let Some(text) = rows[from]
            .old
            .as_ref()
            .filter(|_| rows[from].kind == RowKind::Removed)
            .map(normal)
        else {
            continue;
        };
        if text.chars().filter(|c| c.is_alphanumeric()).count() < MOVED_WEIGHT
            || only(rows, RowKind::Removed, &text).is_none()
        {
            continue;
        }
        if let Some(to) = only(rows, RowKind::Added, &text) {
            (rows[from].kind, rows[from].other) = (RowKind::Moved, Some(to));
            (rows[to].kind, rows[to].other) = (RowKind::Moved, Some(from));
        }
    }
}
