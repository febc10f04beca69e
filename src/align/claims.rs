//! Notes against rows: claims that do not hold, and changes that nobody explains.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::comparison::{BoundNote, GapWhy, Hit, Pair, PairRole, Row, RowKind, Summary, Unexplained};
use super::explicit::Overrides;
use crate::diagnostic::Diagnostic;
use crate::model::annotation::Mark;
use crate::model::guide::{Document, Side};
use crate::source::Place;

/// Says which notes claim a change where both sides are equal.
pub(super) fn false_claims(pairs: &[Pair], diagnostics: &mut Vec<Diagnostic>) {
    for pair in pairs {
        for note in pair
            .notes
            .iter()
            .filter(|note| note.mark.is_some() && !holds(pair, note, pairs))
        {
            let word = match note.mark {
                Some(Mark::New) => "new",
                Some(Mark::Removed) => "removed",
                Some(Mark::Moved) => "moved",
                _ => "changed",
            };
            let message = format!("the note says `({word})`, but both sides are equal there");
            diagnostics.push(
                Diagnostic::warning("note-same", Some(note.place.clone()), message).help(format!(
                    "remove `({word})`, or quote what is {word}; `docgen explain` shows what was compared"
                )),
            );
        }
    }
}

/// Returns whether a part of what the note points at is what it claims. A note on the whole block needs any change.
fn holds(pair: &Pair, note: &BoundNote, pairs: &[Pair]) -> bool {
    let Some(mark) = note.mark else {
        return true;
    };
    // A note on output speaks of the pair that shows the output.
    let pair = pairs.iter().find(|other| shows(other, note)).unwrap_or(pair);
    let any_row = |wanted: &dyn Fn(&Row) -> bool| {
        let hits: Vec<&Hit> = note.targets.iter().flat_map(|target| &target.hits).collect();
        let rows = pair
            .rows
            .iter()
            .filter(|row| hits.is_empty() || hits.iter().any(|hit| covers(row, note.side, hit)));
        rows.clone().any(wanted)
    };
    let differs = |row: &Row| !matches!(row.kind, RowKind::Same | RowKind::Layout);
    match mark {
        Mark::Moved => pair.moved != 0 || any_row(&|row| row.kind == RowKind::Moved),
        Mark::New => any_row(&|row| {
            differs(row)
                && (row.old.is_none() || row.kind != RowKind::Changed || boxed(row, note) || note.targets.is_empty())
        }),
        Mark::Changed | Mark::Removed => any_row(&differs),
    }
}

fn shows(pair: &Pair, note: &BoundNote) -> bool {
    let parts = if note.side == Side::Original {
        &pair.parts.old
    } else {
        &pair.parts.new
    };
    parts
        .iter()
        .any(|part| part.index == note.index && !part.range.is_empty())
}

fn line(row: &Row, side: Side) -> Option<&super::comparison::Line> {
    if side == Side::Original {
        row.old.as_ref()
    } else {
        row.new.as_ref()
    }
}

fn covers(row: &Row, side: Side, hit: &Hit) -> bool {
    line(row, side).is_some_and(|line| line.line == hit.line && line.index == hit.index)
}

/// Returns whether a box of the row touches a target, or the row has none and is changed as a whole.
fn boxed(row: &Row, note: &BoundNote) -> bool {
    let Some(line) = line(row, note.side) else {
        return false;
    };
    let whole = row.old.iter().chain(&row.new).all(|line| line.boxes.is_empty());
    let hits = note
        .targets
        .iter()
        .flat_map(|target| &target.hits)
        .filter(|hit| hit.index == line.index);
    whole
        || hits.clone().any(|hit| {
            line.boxes
                .iter()
                .any(|span| span.start < hit.bytes.end && hit.bytes.start < span.end)
        })
}

/// Lists the changed lines of commands and files that no note speaks of, and counts all.
///
/// A block without partner counts once. The author's label explains what it stands on, and so does a move.
pub(super) fn unexplained(pairs: &[Pair], overrides: &Overrides, summary: &mut Summary) -> Vec<Unexplained> {
    let mut list = Vec::new();
    let known = explained_changes(pairs);
    let commands = pairs
        .iter()
        .enumerate()
        .filter(|(_, pair)| pair.role != PairRole::Output);
    for (at, pair) in commands {
        let whole = pair.notes.iter().any(|note| note.targets.is_empty()) || pair.label.is_some();
        let spoken = whole || by_author(pair, overrides);
        let alone = pair.gap.is_some();
        let rows = pair.rows.iter().filter(|row| is_change(row));
        for row in rows.take(if alone { 1 } else { usize::MAX }) {
            summary.changes += 1;
            if spoken
                || (alone && has_notes(&pairs[at..]))
                || pair.notes.iter().any(|note| speaks(note, row))
                || change(row).is_some_and(|change| known.contains(&change))
            {
                summary.explained += 1;
            } else {
                summary.unexplained += 1;
                list.extend(entry(pair, row));
            }
        }
    }
    list
}

/// Returns whether the first pair, or an output that belongs to it, has notes.
fn has_notes(pairs: &[Pair]) -> bool {
    let (first, others) = pairs.split_first().unzip();
    let outputs = others
        .into_iter()
        .flatten()
        .take_while(|pair| pair.role == PairRole::Output);
    first.into_iter().chain(outputs).any(|pair| !pair.notes.is_empty())
}

/// What a changed line had and has in its boxes.
type Change = (Vec<String>, Vec<String>);

/// The changes that a note speaks of: the same change elsewhere on the page needs no second note.
fn explained_changes(pairs: &[Pair]) -> BTreeSet<Change> {
    let spoken = pairs.iter().flat_map(|pair| {
        pair.rows
            .iter()
            .filter(|row| pair.notes.iter().any(|note| speaks(note, row)))
    });
    spoken.filter_map(change).collect()
}

fn change(row: &Row) -> Option<Change> {
    let boxed = |line: &super::comparison::Line| -> Vec<String> {
        line.boxes
            .iter()
            .map(|span| line.text[span.clone()].to_owned())
            .collect()
    };
    let (old, new) = (boxed(row.old.as_ref()?), boxed(row.new.as_ref()?));
    (!(old.is_empty() && new.is_empty())).then_some((old, new))
}

/// Returns whether a reader would see a difference in what the row says.
pub(super) fn is_change(row: &Row) -> bool {
    let text = |line: &super::comparison::Line| !line.text.trim().is_empty();
    !matches!(row.kind, RowKind::Same | RowKind::Layout | RowKind::Moved) && row.old.iter().chain(&row.new).any(text)
}

fn speaks(note: &BoundNote, row: &Row) -> bool {
    note.targets.iter().flat_map(|target| &target.hits).any(|hit| {
        line(row, note.side)
            .is_some_and(|line| line.line == hit.line && line.index == hit.index && line.block == note.index)
    })
}

/// Returns whether a comment of the author speaks of the pair's gap.
fn by_author(pair: &Pair, overrides: &Overrides) -> bool {
    let new = pair
        .parts
        .new
        .iter()
        .any(|part| overrides.new_blocks.contains(&part.index) || overrides.labels.contains_key(&part.index));
    let why = pair.gap.as_ref().map(|gap| gap.why);
    let label = pair.gap.as_ref().is_some_and(|gap| {
        overrides.gaps.iter().any(|author| {
            author.label.as_deref() == Some(gap.label.as_str()) || author.see.is_some() && gap.see.is_some()
        })
    });
    new || (matches!(why, Some(GapWhy::LeftOut | GapWhy::AlreadyDone)) && label)
}

fn entry(pair: &Pair, row: &Row) -> Option<Unexplained> {
    let (side, line, parts) = match (&row.new, &row.old) {
        (Some(line), _) => (Side::Revised, line, &pair.parts.new),
        (None, Some(line)) => (Side::Original, line, &pair.parts.old),
        (None, None) => return None,
    };
    let block = parts.iter().find(|part| part.index == line.block)?.block.clone();
    Some(Unexplained {
        side,
        block,
        line: line.line,
        kind: row.kind,
    })
}

/// Warns of unexplained changes if there are more than the site allows.
pub(super) fn too_many(
    old: &Document,
    new: &Document,
    list: &[Unexplained],
    limit: Option<u32>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(limit) = limit.filter(|limit| list.len() > usize::try_from(*limit).unwrap_or(usize::MAX)) else {
        return;
    };
    let count = match list.len() {
        1 => "1 change is unexplained".to_owned(),
        count => format!("{count} changes are unexplained"),
    };
    for change in list {
        let file = if change.side == Side::Original {
            &old.source
        } else {
            &new.source
        };
        let place = Place {
            file: Arc::clone(file),
            span: file.line_span(change.line),
        };
        let message = match change.kind {
            RowKind::Removed => "the revised text has not this line, and no note says why",
            RowKind::Added => "the original has not this line, and no note says why",
            _ => "this line differs from the original, and no note says why",
        };
        diagnostics.push(
            Diagnostic::warning("unexplained-change", Some(place), message)
                .note(format!("{count}, `max_unexplained` is {limit}"))
                .help("add an item to the list after the code block: - `what changed` — Why."),
        );
    }
}
