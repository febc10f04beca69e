//! What the author says about the pairing: it comes first, and what it speaks of leaves the pool.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::unit::Units;
use crate::diagnostic::Diagnostic;
use crate::model::annotation::{OriginalRef, Pairing};
use crate::model::guide::Document;
use crate::source::Place;

/// The author's overrides, by unit and block.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Overrides {
    /// Blocks that belong together.
    pub(super) blocks: Vec<BlockPair>,
    /// Units of the original that have no partner on purpose, by the index of their gap.
    pub(super) left_out: BTreeMap<usize, usize>,
    /// The gaps.
    pub(super) gaps: Vec<AuthorGap>,
    /// Blocks of the revised text that are new on purpose.
    pub(super) new_blocks: BTreeSet<usize>,
    /// The author's labels of revised blocks.
    pub(super) labels: BTreeMap<usize, String>,
}

/// A block of the original and the revised block that the author pairs with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BlockPair {
    /// Index of the block of the original.
    pub(super) old: usize,
    /// Index of the revised block.
    pub(super) new: usize,
    /// The unit of the original that the quoted text stands in.
    pub(super) focus: usize,
}

/// A gap that the author announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AuthorGap {
    /// What the page says there.
    pub(super) label: Option<String>,
    /// Index of the revised block that does the step.
    pub(super) see: Option<usize>,
}

/// Reads the pairings of the revised document.
pub(super) fn overrides(
    old: &Document,
    old_units: &Units,
    new: &Document,
    diagnostics: &mut Vec<Diagnostic>,
) -> Overrides {
    let mut found = Overrides::default();
    for pairing in &new.pairings {
        if let (Some(block), Some(label)) = (pairing.block, &pairing.label) {
            found.labels.insert(block, label.clone());
        }
        match (&pairing.original, pairing.block) {
            (OriginalRef::New, Some(block)) => {
                found.new_blocks.insert(block);
            }
            (OriginalRef::New, None) => {}
            (OriginalRef::Text(text), block) => match named_block(old, old_units, text) {
                Err(lines) => diagnostics.push(not_named(old, new, pairing, text, &lines)),
                Ok(named) => apply(
                    &mut found,
                    old,
                    old_units,
                    new,
                    pairing,
                    (text, named, block),
                    diagnostics,
                ),
            },
        }
    }
    found
}

fn apply(
    found: &mut Overrides,
    old: &Document,
    units: &Units,
    new: &Document,
    pairing: &Pairing,
    (text, named, block): (&str, usize, Option<usize>),
    diagnostics: &mut Vec<Diagnostic>,
) {
    let with_text = units_with(old, units, named, text);
    if let Some(block) = block {
        found.blocks.push(BlockPair {
            old: named,
            new: block,
            focus: with_text[0],
        });
        return;
    }
    let see = pairing
        .see
        .as_ref()
        .and_then(|id| new.blocks.iter().position(|block| block.id == *id));
    if let (Some(id), None) = (&pairing.see, see) {
        let message = format!("`see={id}` names no block of this guide");
        diagnostics.push(
            Diagnostic::error("pair-gone", Some(place(new, pairing)), message)
                .help("give the id of the block that does the step, as in the block's `id=`"),
        );
    }
    for unit in with_text {
        found.left_out.insert(unit, found.gaps.len());
    }
    found.gaps.push(AuthorGap {
        label: pairing.label.clone(),
        see,
    });
}

/// The units of `block` that hold `text`; all of them if it goes over several. Never empty.
fn units_with(document: &Document, units: &Units, block: usize, text: &str) -> Vec<usize> {
    let of_block = units.of_block[block].clone();
    let lines: Vec<&str> = document.blocks[block].text.lines().collect();
    let holds = |unit: &usize| {
        let own = &units.list[*unit];
        contains(&lines[own.lines.clone()].join("\n"), text) || contains(&own.text, text)
    };
    let found: Vec<usize> = of_block.clone().filter(holds).collect();
    if found.is_empty() { of_block.collect() } else { found }
}

/// Returns the block of the original that has `text`; else the 1-based lines of all that have it.
fn named_block(document: &Document, units: &Units, text: &str) -> Result<usize, Vec<usize>> {
    let shown = (0..document.blocks.len()).filter(|index| !units.of_block[*index].is_empty());
    let found: Vec<usize> = shown
        .filter(|index| {
            contains(&document.blocks[*index].text, text)
                || units.of_block[*index]
                    .clone()
                    .any(|unit| contains(&units.list[unit].text, text))
        })
        .collect();
    match found[..] {
        [one] => Ok(one),
        _ => Err(found
            .iter()
            .map(|index| document.blocks[*index].file_line(&document.source, 0))
            .collect()),
    }
}

fn contains(text: &str, part: &str) -> bool {
    text.contains(part)
}

fn not_named(old: &Document, new: &Document, pairing: &Pairing, text: &str, lines: &[usize]) -> Diagnostic {
    let place = Some(place(new, pairing));
    let path = &old.source.path;
    if lines.is_empty() {
        return Diagnostic::error(
            "pair-gone",
            place,
            format!("no block of the original has the text `{text}`"),
        )
        .help(format!(
            "quote a part of a code block in {path} as it stands there, or use `original=\"none\"`"
        ));
    }
    let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
    let message = format!("{} blocks of the original have the text `{text}`", lines.len());
    Diagnostic::error("pair-ambiguous", place, message)
        .note(format!("they begin on the lines {} of {path}", lines.join(", ")))
        .help("quote a longer part, which only one of them has")
}

fn place(document: &Document, pairing: &Pairing) -> Place {
    Place {
        file: Arc::clone(&document.source),
        span: pairing.span.clone(),
    }
}
