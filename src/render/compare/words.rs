//! What the page says of a pair in words: titles, heads, what became of a step, what changed in it.

use crate::align::{GapWhy, Pair, PairRole, Part, RowKind};
use crate::model::block::Block;
use crate::model::guide::Document;
use crate::render::block::remark;

/// The title of the section of the text in which a block stands.
pub(super) fn section_title(document: &Document, block: usize) -> String {
    let section = document
        .blocks
        .get(block)
        .and_then(|block| document.sections.get(block.section));
    section
        .map(|section| section.title.clone())
        .filter(|title| !title.is_empty())
        .unwrap_or_else(|| document.title())
}

/// What stands above a side.
pub(super) fn head(pair: &Pair, parts: &[Part], is_old: bool) -> String {
    let side = if is_old { "Original" } else { "Revised" };
    let Some(first) = parts.first() else {
        return side.to_owned();
    };
    if pair.role == PairRole::Output {
        return format!("{side}: output");
    }
    let last = parts.last().unwrap_or(first);
    let steps = if first.step == last.step {
        format!("step {}", first.step)
    } else {
        format!("steps {} to {}", first.step, last.step)
    };
    let part = if first.of > 1 {
        format!(", part {} of {}", first.part, first.of)
    } else {
        String::new()
    };
    format!("{side}, {steps}{part}")
}

/// The alternative that a step is part of; empty if it is none.
pub(super) fn tab(block: Option<&Block>) -> String {
    let tab = block.and_then(|block| block.tab.as_ref());
    tab.map(|tab| format!(", for {}", tab.name)).unwrap_or_default()
}

/// That an output is not the real one, and why.
pub(super) fn aside(block: Option<&Block>) -> String {
    let mocked = block.filter(|block| block.keys.mocked.is_some());
    let remark = mocked.and_then(remark);
    remark.map(|remark| format!(" ({remark})")).unwrap_or_default()
}

/// Returns the class and the words for what became of a step.
pub(super) fn change(pair: &Pair) -> (&'static str, String) {
    match pair.gap.as_ref().map(|gap| gap.why) {
        Some(GapWhy::New) if pair.old.is_empty() => return ("new", "new".to_owned()),
        Some(GapWhy::LeftOut) if pair.new.is_empty() => return ("left-out", "left out".to_owned()),
        Some(GapWhy::MovedTo | GapWhy::AlreadyDone) if pair.new.is_empty() => {
            return ("moved", "stands elsewhere".to_owned());
        }
        _ => {}
    }
    let moved = match pair.moved {
        0 => None,
        up @ 1.. => Some(format!("moved up {up}")),
        down => Some(format!("moved down {}", -down)),
    };
    let changed = pair
        .rows
        .iter()
        .any(|row| !matches!(row.kind, RowKind::Same | RowKind::Layout | RowKind::Moved));
    match (moved, changed && !pair.old.is_empty()) {
        (Some(moved), true) => ("moved", format!("{moved} and changed")),
        (Some(moved), false) => ("moved", moved),
        (None, true) => ("changed", "changed".to_owned()),
        (None, false) if pair.old.is_empty() => ("new", "new".to_owned()),
        (None, false) => ("same", "the same".to_owned()),
    }
}

/// Returns what changed in a sentence, for those who cannot see it at a glance.
pub(super) fn sum(pair: &Pair, notes: usize) -> String {
    let count = |kinds: &[RowKind]| pair.rows.iter().filter(|row| kinds.contains(&row.kind)).count();
    let lines = |number: usize, word: &str| match number {
        0 => None,
        1 => Some(format!("1 line {word}")),
        _ => Some(format!("{number} lines {word}")),
    };
    let mut parts = Vec::new();
    if let Some(label) = &pair.label {
        parts.push(label.clone());
    }
    if let (Some(gap), false, false) = (&pair.gap, pair.old.is_empty(), pair.new.is_empty()) {
        parts.push(gap.label.clone());
    }
    if !pair.old.is_empty() && !pair.new.is_empty() {
        let found = [
            lines(count(&[RowKind::Changed, RowKind::Replaced]), "changed"),
            lines(count(&[RowKind::Added]), "added"),
            lines(count(&[RowKind::Removed]), "removed"),
            lines(count(&[RowKind::Moved]), "moved"),
            lines(count(&[RowKind::Same, RowKind::Layout]), "the same"),
        ];
        parts.push(found.into_iter().flatten().collect::<Vec<_>>().join(", "));
    }
    match notes {
        0 => {}
        1 => parts.push("1 note".to_owned()),
        number => parts.push(format!("{number} notes")),
    }
    parts.retain(|part| !part.is_empty());
    parts.join("; ")
}
