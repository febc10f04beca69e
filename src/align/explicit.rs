//! What the author says about the pairing: it comes first, and what it speaks of leaves the pool.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::beside::Beside;
use super::unit::Units;
use crate::diagnostic::Diagnostic;
use crate::model::annotation::OriginalRef;
use crate::model::compare::Revised;
use crate::model::guide::Document;
use crate::parse::values::suggestion;
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

/// A pairing or a gap whose block of the original is known.
struct Announced<'a> {
    place: Place,
    /// The part of the block that was quoted.
    text: &'a str,
    /// Index of the block of the original.
    old: usize,
    /// Index of the revised block; `None` for a gap.
    block: Option<usize>,
    label: Option<&'a str>,
    see: Option<&'a str>,
}

/// Reads the pairings of the revised document, then those of `compare.toml`.
pub(super) fn overrides(
    old: &Document,
    old_units: &Units,
    new: &Document,
    beside: Option<&Beside<'_>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Overrides {
    let mut found = Overrides::default();
    for pairing in &new.pairings {
        let place = Place {
            file: Arc::clone(&new.source),
            span: pairing.span.clone(),
        };
        let label = pairing.label.as_deref();
        match (&pairing.original, pairing.block) {
            (OriginalRef::New, Some(block)) => new_block(&mut found, block, label),
            (OriginalRef::New, None) => {}
            (OriginalRef::Text(text), block) => match named_block(old, old_units, text) {
                Err(lines) => diagnostics.push(not_named(old, place, text, &lines)),
                Ok(named) => {
                    let announced = Announced {
                        place,
                        text,
                        old: named,
                        block,
                        label,
                        see: pairing.see.as_deref(),
                    };
                    apply(&mut found, (old, old_units), new, &announced, diagnostics);
                }
            },
        }
    }
    if let Some(beside) = beside {
        entries(&mut found, (old, old_units), new, beside, diagnostics);
    }
    found
}

fn entries(
    found: &mut Overrides,
    old: (&Document, &Units),
    new: &Document,
    beside: &Beside<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (entry, named) in beside.file.entries.iter().zip(&beside.named) {
        let Some(revised) = &entry.revised else { continue };
        let block = match &revised.value {
            Revised::Nothing => None,
            Revised::Block(id) => match new.blocks.iter().position(|block| block.id == *id) {
                Some(block) => Some(block),
                None => {
                    let place = beside.place(&revised.span);
                    diagnostics.push(no_block(new, place, &format!("revised = \"{id}\""), id));
                    continue;
                }
            },
        };
        let label = entry.label.as_deref();
        match (&entry.original.value, named, block) {
            (OriginalRef::New, _, Some(block)) => new_block(found, block, label),
            (OriginalRef::Text(text), Some(named), block) => {
                let see = entry.see.as_ref();
                let announced = Announced {
                    place: beside.place(&see.map_or(revised.span.clone(), |see| see.span.clone())),
                    text,
                    old: *named,
                    block,
                    label,
                    see: see.map(|see| see.value.as_str()),
                };
                apply(found, old, new, &announced, diagnostics);
            }
            _ => {}
        }
    }
}

fn new_block(found: &mut Overrides, block: usize, label: Option<&str>) {
    found.new_blocks.insert(block);
    if let Some(label) = label {
        found.labels.insert(block, label.to_owned());
    }
}

fn apply(
    found: &mut Overrides,
    (old, units): (&Document, &Units),
    new: &Document,
    announced: &Announced<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let with_text = units_with(old, units, announced.old, announced.text);
    if let Some(block) = announced.block {
        if let Some(label) = announced.label {
            found.labels.insert(block, label.to_owned());
        }
        found.blocks.push(BlockPair {
            old: announced.old,
            new: block,
            focus: with_text[0],
        });
        return;
    }
    let see = announced.see.and_then(|id| {
        let found = new.blocks.iter().position(|block| block.id == id);
        if found.is_none() {
            diagnostics.push(no_block(new, announced.place.clone(), &format!("see={id}"), id));
        }
        found
    });
    for unit in with_text {
        found.left_out.insert(unit, found.gaps.len());
    }
    found.gaps.push(AuthorGap {
        label: announced.label.map(str::to_owned),
        see,
    });
}

/// Says that an id names no revised block.
fn no_block(new: &Document, place: Place, said: &str, id: &str) -> Diagnostic {
    let ids: Vec<&str> = new.blocks.iter().map(|block| block.id.as_str()).collect();
    let problem = Diagnostic::error(
        "pair-gone",
        Some(place),
        format!("`{said}` names no block of this guide"),
    );
    match suggestion(id, &ids) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("give the id of the block that does the step, as in the block's `id=`"),
    }
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
pub(super) fn named_block(document: &Document, units: &Units, text: &str) -> Result<usize, Vec<usize>> {
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

/// Says that a quoted part names no block of the original, or several.
pub(super) fn not_named(old: &Document, place: Place, text: &str, lines: &[usize]) -> Diagnostic {
    let place = Some(place);
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
