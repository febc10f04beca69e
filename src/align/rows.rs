//! Lines level with each other: an alignment of the lines of one pair.
//!
//! Needleman and Wunsch's method over the similarity of lines, where links of commands help; lines that stand for
//! each other without being alike are `Replaced`; equal lines out of order are `Moved`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::comparison::{Line, Row, RowKind};
use super::inline::{Cut, boxes};
use super::moves::in_order;
use super::reflow::{Reflow, reflows};
use super::row_input::{Input, gain};
use crate::source::Span;

/// Larger tables are first cut at equal lines by a line diff.
const MAX_CELLS: usize = 200_000;
/// A line that moved within its pair has at least this many letters and digits, and stands once on each side.
const MOVED_WEIGHT: usize = 8;

/// Places the lines of both sides.
pub(super) fn rows(old: &[Input], new: &[Input]) -> Vec<Row> {
    let mut rows = Vec::new();
    let (mut at_old, mut at_new) = (0, 0);
    for reflow in reflows(old, new) {
        let Reflow {
            old: old_lines,
            new: new_lines,
        } = reflow.clone();
        segment(&old[at_old..old_lines.start], &new[at_new..new_lines.start], &mut rows);
        rows.extend(reflow.rows(old, new));
        (at_old, at_new) = (old_lines.end, new_lines.end);
    }
    segment(&old[at_old..], &new[at_new..], &mut rows);
    mark_moved(&mut rows, old, new);
    rows
}

fn segment(old: &[Input], new: &[Input], rows: &mut Vec<Row>) {
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
    let (mut at_old, mut at_new) = (0, 0);
    for (a, b) in pairs {
        between(&old[at_old..a], &new[at_new..b], rows);
        rows.push(facing(&old[a], &new[b]));
        (at_old, at_new) = (a + 1, b + 1);
    }
    between(&old[at_old..], &new[at_new..], rows);
}

/// Cuts large inputs at the first lines of linked commands, then at equal lines; those are added to `pairs`.
/// Small inputs are one hunk.
fn hunks(old: &[Input], new: &[Input], pairs: &mut Vec<(usize, usize)>) -> Vec<(Range<usize>, Range<usize>)> {
    if old.len().saturating_mul(new.len()) <= MAX_CELLS {
        return vec![(0..old.len(), 0..new.len())];
    }
    let anchors = linked_lines(old, new);
    let mut hunks = Vec::new();
    let (mut at_old, mut at_new) = (0, 0);
    for (a, b) in anchors.iter().copied().chain([(old.len(), new.len())]) {
        equal_lines(old, new, (at_old..a, at_new..b), pairs, &mut hunks);
        (at_old, at_new) = (a + 1, b + 1);
    }
    pairs.extend(anchors);
    hunks
}

/// The first lines of linked commands that stand in order on both sides.
fn linked_lines(old: &[Input], new: &[Input]) -> Vec<(usize, usize)> {
    let first = |side: &[Input]| {
        let mut first: BTreeMap<usize, usize> = BTreeMap::new();
        for (at, input) in side.iter().enumerate() {
            input.link.iter().for_each(|link| {
                first.entry(link.number).or_insert(at);
            });
        }
        first
    };
    let news = first(new);
    let mut both: Vec<(usize, usize)> = first(old)
        .into_iter()
        .filter_map(|(link, at)| Some((at, *news.get(&link)?)))
        .collect();
    both.sort_unstable();
    let items: Vec<(usize, u64)> = both.iter().map(|pair| (pair.1, 1)).collect();
    both.into_iter()
        .zip(in_order(&items))
        .filter(|(_, kept)| *kept)
        .map(|(pair, _)| pair)
        .collect()
}

/// Cuts a hunk that is still large by a line diff.
fn equal_lines(
    old: &[Input],
    new: &[Input],
    (old_range, new_range): (Range<usize>, Range<usize>),
    pairs: &mut Vec<(usize, usize)>,
    hunks: &mut Vec<(Range<usize>, Range<usize>)>,
) {
    if old_range.len().saturating_mul(new_range.len()) <= MAX_CELLS {
        hunks.push((old_range, new_range));
        return;
    }
    let texts = |side: &[Input]| side.iter().map(|input| input.normal.clone()).collect::<Vec<_>>();
    let (old_texts, new_texts) = (texts(&old[old_range.clone()]), texts(&new[new_range.clone()]));
    let shift = |range: Range<usize>, by: usize| range.start + by..range.end + by;
    for op in similar::capture_diff_slices(similar::Algorithm::Patience, &old_texts, &new_texts) {
        let (a, b) = (
            shift(op.old_range(), old_range.start),
            shift(op.new_range(), new_range.start),
        );
        if op.tag() == similar::DiffTag::Equal {
            pairs.extend(a.zip(b));
        } else {
            hunks.push((a, b));
        }
    }
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

/// Two lines that stand for each other.
fn facing(old: &Input, new: &Input) -> Row {
    let (mut old_line, mut new_line) = (old.line.clone(), new.line.clone());
    let kind = if old_line.text == new_line.text {
        RowKind::Same
    } else if old.same(new) {
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
fn mark_moved(rows: &mut [Row], old: &[Input], new: &[Input]) {
    let index = |side: &[Input]| -> BTreeMap<(usize, usize), String> {
        side.iter()
            .map(|input| ((input.line.block, input.line.index), input.normal.clone()))
            .collect()
    };
    let (old, new) = (index(old), index(new));
    let mut alone: BTreeMap<&str, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        let key = |line: &Line| (line.block, line.index);
        match (row.kind, &row.old, &row.new) {
            (RowKind::Removed, Some(line), _) => alone.entry(&old[&key(line)]).or_default().0.push(at),
            (RowKind::Added, _, Some(line)) => alone.entry(&new[&key(line)]).or_default().1.push(at),
            _ => {}
        }
    }
    for (text, ends) in alone {
        let weight = text.chars().filter(|c| c.is_alphanumeric()).count();
        if let (true, ([from], [to])) = (weight >= MOVED_WEIGHT, (&ends.0[..], &ends.1[..])) {
            (rows[*from].kind, rows[*from].other) = (RowKind::Moved, Some(*to));
            (rows[*to].kind, rows[*to].other) = (RowKind::Moved, Some(*from));
        }
    }
}
