//! Explains a mismatch of lines: which expected line met which real one, and where the message points.

use std::ops::Range;

use crate::check::align::{self, Step};
use crate::check::diff::{Diff, Row};
use crate::check::matcher::Comparison;
use crate::check::normalize::Normal;
use crate::check::pointer::{pointer, refusal};
use crate::check::rule::Kind;
use crate::check::visible::{clip, likeness};

/// Lines shown before and after a difference.
const CONTEXT: usize = 3;
/// The most lines of one side that are aligned; the work is their product.
const WINDOW: usize = 120;
/// How many real lines are searched for one that is like the missing line.
const HORIZON: usize = 20_000;

/// Where a comparison came to its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// This expected line (one past the last: nothing more) did not fit this real line, nor is there anywhere to look further.
    Ordered { line: usize, real: usize },
    /// This expected line was searched from this real line on and not found at all.
    Absent { line: usize, from: usize },
    /// Lines in any order: what each expected line met, which real lines are left over, and whether others are allowed.
    Unordered {
        met: Vec<Option<usize>>,
        left: Vec<usize>,
        others: bool,
    },
}

impl Stop {
    pub(super) fn ordered(line: usize, real: usize) -> Self {
        Self::Ordered { line, real }
    }

    pub(super) fn absent(line: usize, from: usize) -> Self {
        Self::Absent { line, from }
    }
}

/// Explains where and how a comparison failed.
pub(super) fn diff(comparison: &Comparison<'_>, stop: &Stop, normal: &Normal<'_>) -> Diff {
    let mut notes = Vec::new();
    let rows = match stop {
        Stop::Ordered { line, real } => ordered(comparison, *line, *real),
        Stop::Absent { line, from } => {
            notes.extend(earlier(comparison, *line, *from));
            absent(comparison, *line, *from)
        }
        Stop::Unordered { met, left, others } => unordered(comparison, met, left, *others, &mut notes),
    };
    let (line, label) = pointer(comparison, &rows);
    notes.extend(refusal(comparison, &rows));
    if normal.is_open_ended() && matches!(rows.last(), Some(Row::Unexpected { .. } | Row::Changed { .. })) {
        notes.push("the last line has no line end".to_owned());
    }
    Diff {
        line,
        label,
        rows,
        notes,
        filters: normal.filters.clone(),
    }
}

/// The rows around a real line at which the next expected one does not fit.
fn ordered(comparison: &Comparison<'_>, line: usize, real: usize) -> Vec<Row> {
    let mut rows = context(comparison, line, Some(real));
    // What fits at the ends of both sides need not be aligned.
    let (mut line_end, mut real_end) = (comparison.lines.len(), comparison.real.len());
    while line_end > line && real_end > real && fits(comparison, line_end - 1, real_end - 1) {
        (line_end, real_end) = (line_end - 1, real_end - 1);
    }
    let lines = line..line_end.min(line + WINDOW);
    let reals = real..real_end.min(real + WINDOW);
    rows.extend(aligned(comparison, lines.clone(), reals.clone()));
    let skipped = (line_end - lines.end, real_end - reals.end);
    if skipped != (0, 0) {
        let (expected, real) = skipped;
        rows.push(Row::LeftOut { expected, real });
    } else {
        let after = line_end..(line_end + CONTEXT).min(comparison.lines.len());
        let reals = real_end..comparison.real.len();
        rows.extend(after.zip(reals).map(|(line, real)| same(comparison, line, real)));
    }
    shorten(rows)
}

/// The rows around an expected line that is nowhere, paired with the real line that is most like it.
fn absent(comparison: &Comparison<'_>, line: usize, from: usize) -> Vec<Row> {
    let text = comparison.lines[line].text;
    let rest = &comparison.real[from.min(comparison.real.len())..];
    let near = rest
        .iter()
        .take(HORIZON)
        .enumerate()
        .map(|(at, real)| (likeness(text, real), std::cmp::Reverse(at)))
        .max()
        .filter(|(score, _)| *score >= 500);
    let Some((_, std::cmp::Reverse(skipped))) = near else {
        let mut rows = context(comparison, line, None);
        rows.push(missing(comparison, line));
        let shown = rest.len().min(2 * CONTEXT);
        rows.extend(rest[..shown].iter().map(|real| unexpected(real)));
        rows.extend((rest.len() > shown).then(|| Row::LeftOut {
            expected: 0,
            real: rest.len() - shown,
        }));
        return rows;
    };
    let mut rows = context(comparison, line, None);
    rows.extend((skipped > 0).then_some(Row::LeftOut {
        expected: 0,
        real: skipped,
    }));
    rows.push(changed(comparison, line, from + skipped));
    rows
}

/// Says that a missing line is there after all, but before those that the guide shows before it.
fn earlier(comparison: &Comparison<'_>, line: usize, from: usize) -> Option<String> {
    let before = &comparison.real[..from.min(comparison.real.len())];
    let at = before.iter().position(|real| comparison.lines[line].accepts(real))?;
    Some(format!("it is line {} of the output: the order is another", at + 1))
}

fn unordered(
    comparison: &Comparison<'_>,
    met: &[Option<usize>],
    left: &[usize],
    others: bool,
    notes: &mut Vec<String>,
) -> Vec<Row> {
    let mut left: Vec<usize> = left.to_vec();
    let mut rows = Vec::new();
    for (line, met) in met.iter().enumerate() {
        if comparison.lines[line].kind == Kind::AnyLines {
            let count = left.len();
            rows.push(Row::Any { line, count });
            continue;
        }
        if let Some(real) = met {
            rows.push(same(comparison, line, *real));
            continue;
        }
        let text = comparison.lines[line].text;
        let near = left
            .iter()
            .take(WINDOW)
            .enumerate()
            .map(|(index, at)| (likeness(text, comparison.real[*at]), std::cmp::Reverse(index)))
            .max()
            .filter(|(score, _)| *score >= 500);
        match near {
            Some((_, std::cmp::Reverse(index))) => rows.push(changed(comparison, line, left.remove(index))),
            None => rows.push(missing(comparison, line)),
        }
    }
    if !others {
        rows.extend(left.iter().take(WINDOW).map(|at| unexpected(comparison.real[*at])));
    }
    notes.push("the order of the lines does not matter".to_owned());
    shorten(rows)
}

/// The last lines before `line` that fitted. `real` is the real line that `line` was compared with, if it was one.
fn context(comparison: &Comparison<'_>, line: usize, real: Option<usize>) -> Vec<Row> {
    let start = line.saturating_sub(CONTEXT);
    let mut rows = Vec::new();
    if start > 0 {
        rows.push(Row::LeftOut {
            expected: start,
            real: 0,
        });
    }
    for index in start..line {
        let between = &comparison.lines[index..line];
        // Up to a `...`, lines and real lines go side by side.
        let beside = real.and_then(|real| real.checked_sub(line - index));
        rows.push(match (&comparison.lines[index].kind, beside) {
            (Kind::AnyLines, _) => Row::Any { line: index, count: 0 },
            (_, Some(real)) if between.iter().all(|line| line.kind != Kind::AnyLines) => same(comparison, index, real),
            _ => Row::Same {
                line: index,
                expected: comparison.lines[index].text.to_owned(),
                holes: Vec::new(),
            },
        });
    }
    rows
}

fn aligned(comparison: &Comparison<'_>, lines: Range<usize>, reals: Range<usize>) -> Vec<Row> {
    let is_any = |line: usize| comparison.lines[lines.start + line].kind == Kind::AnyLines;
    let score = |line: usize, real: usize| {
        let (line, real) = (lines.start + line, reals.start + real);
        if fits(comparison, line, real) {
            return 1000;
        }
        // Even lines that are alike in everything visible are not the same.
        likeness(comparison.lines[line].text, comparison.real[real]).min(999)
    };
    align::steps(lines.len(), reals.len(), is_any, score)
        .into_iter()
        .map(|step| match step {
            Step::Same(line, real) => same(comparison, lines.start + line, reals.start + real),
            Step::Changed(line, real) => changed(comparison, lines.start + line, reals.start + real),
            Step::Missing(line) => missing(comparison, lines.start + line),
            Step::Unexpected(real) => unexpected(comparison.real[reals.start + real]),
            Step::Any(line, count) => Row::Any {
                line: lines.start + line,
                count,
            },
        })
        .collect()
}

fn fits(comparison: &Comparison<'_>, line: usize, real: usize) -> bool {
    comparison.lines[line].accepts(comparison.real[real])
        && (!comparison.lines[line].is_bound()
            || comparison.lines[line]
                .take(comparison.real[real], &comparison.own)
                .is_some())
}

fn same(comparison: &Comparison<'_>, line: usize, real: usize) -> Row {
    let taking = comparison.lines[line].take(comparison.real[real], &comparison.own);
    Row::Same {
        line,
        expected: comparison.lines[line].text.to_owned(),
        holes: taking.map(|taking| taking.holes).unwrap_or_default(),
    }
}

fn changed(comparison: &Comparison<'_>, line: usize, real: usize) -> Row {
    let (expected, real) = (comparison.lines[line].text, comparison.real[real]);
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    Row::Changed {
        line,
        expected: expected.to_owned(),
        real: clip(real),
        white_space: expected != real && squeezed(expected) == squeezed(real),
    }
}

fn missing(comparison: &Comparison<'_>, line: usize) -> Row {
    Row::Missing {
        line,
        expected: comparison.lines[line].text.to_owned(),
    }
}

fn unexpected(real: &str) -> Row {
    Row::Unexpected { real: clip(real) }
}

/// Leaves out the middle of long stretches of one kind.
fn shorten(rows: Vec<Row>) -> Vec<Row> {
    let kind = |row: &Row| match row {
        Row::Same { .. } => 1,
        Row::Missing { .. } => 2,
        Row::Unexpected { .. } => 3,
        Row::Changed { .. } => 4,
        Row::Any { .. } | Row::LeftOut { .. } => 0,
    };
    let mut short = Vec::new();
    for group in rows.chunk_by(|a, b| kind(a) == kind(b)) {
        let keep = if kind(&group[0]) == 1 { CONTEXT } else { 2 * CONTEXT };
        if kind(&group[0]) == 0 || group.len() <= 2 * keep + 1 {
            short.extend_from_slice(group);
            continue;
        }
        let hidden = &group[keep..group.len() - keep];
        let expected = hidden
            .iter()
            .filter(|row| !matches!(row, Row::Unexpected { .. }))
            .count();
        let real = hidden.iter().filter(|row| !matches!(row, Row::Missing { .. })).count();
        short.extend_from_slice(&group[..keep]);
        short.push(Row::LeftOut { expected, real });
        short.extend_from_slice(&group[group.len() - keep..]);
    }
    short
}
