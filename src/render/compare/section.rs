//! Pairs to sections: a step of the page, with the outputs that follow it.

use std::ops::Range;

use crate::align::{BoundNote, Comparison, Gap, GapWhy, Pair, PairRole, Part, RowKind, See};
use crate::model::block::{Block, Role};
use crate::model::guide::{Document, Guide, Side};
use crate::render::anchors;
use crate::render::block::remark;
use crate::render::compare::lines::{Sides, sides};
use crate::render::compare::margin::{self, Wish};
use crate::render::compare::view::{CellView, GapView, GridView, NoteCell, SectionView, Wire};
use crate::render::compare::{Places, statuses};
use crate::render::page::Scenery;
use crate::render::prose::{self, Setting};
use crate::render::status::{GuideStatus, State};

/// What sections are made from.
struct Stage<'a> {
    scenery: &'a Scenery<'a>,
    guide: &'a Guide,
    original: &'a Document,
    statuses: GuideStatus,
    at: &'a str,
    places: Places,
}

/// Returns the sections of a comparison.
pub(super) fn views(
    scenery: &Scenery<'_>,
    guide: &Guide,
    original: &Document,
    comparison: &Comparison,
    at: &str,
) -> Vec<SectionView> {
    let anchors = anchors_of(comparison);
    let mut places = Places::new();
    for (pair, anchor) in comparison.pairs.iter().zip(&anchors) {
        let ends = pair
            .old
            .iter()
            .map(|id| (true, id))
            .chain(pair.new.iter().map(|id| (false, id)));
        for (is_old, id) in ends {
            places.entry((is_old, id.clone())).or_default().push(anchor.clone());
        }
    }
    let stage = Stage {
        scenery,
        guide,
        original,
        statuses: statuses(scenery, guide),
        at,
        places,
    };
    let mut sections: Vec<SectionView> = Vec::new();
    for (at, (pair, anchor)) in comparison.pairs.iter().zip(anchors).enumerate() {
        let mut grid = stage.grid(pair, &anchor);
        match sections.last_mut() {
            Some(section) if pair.role == PairRole::Output => {
                Stage::only_side(section, &mut grid);
                section.grids.push(grid);
            }
            _ => {
                let others = comparison.pairs[at + 1..].iter();
                let outputs = others.take_while(|pair| pair.role == PairRole::Output);
                let notes = pair.notes.len() + outputs.map(|pair| pair.notes.len()).sum::<usize>();
                sections.push(stage.section(pair, anchor, grid, notes));
            }
        }
    }
    sections
}

/// Names each pair after its revised block, else after its original one; a block that is shown twice gets a number.
fn anchors_of(comparison: &Comparison) -> Vec<String> {
    let mut taken = std::collections::BTreeMap::<String, usize>::new();
    let mut name = |pair: &Pair| {
        let base = match (pair.new.first(), pair.old.first()) {
            (Some(new), _) => new.clone(),
            (None, Some(old)) => format!("original-{old}"),
            (None, None) => "empty".to_owned(),
        };
        let count = taken.entry(base.clone()).or_default();
        *count += 1;
        if *count == 1 { base } else { format!("{base}-{count}") }
    };
    comparison.pairs.iter().map(&mut name).collect()
}

impl Stage<'_> {
    fn section(&self, pair: &Pair, id: String, grid: GridView, notes: usize) -> SectionView {
        let (change, word) = change(pair);
        let (document, part, prefix) = match (pair.parts.new.first(), pair.parts.old.first()) {
            (Some(part), _) => (&self.guide.revised, Some(part), ""),
            (None, part) => (self.original, part, "Original step "),
        };
        let title = part.map(|part| section_title(document, part.index)).unwrap_or_default();
        let number = part.map(|part| format!("{prefix}{}", part.step)).unwrap_or_default();
        SectionView {
            id,
            number,
            title,
            change,
            word,
            sum: sum(pair, notes),
            grids: vec![grid],
        }
    }

    /// Where a side has no such step, nothing is said about its output.
    fn only_side(section: &SectionView, grid: &mut GridView) {
        let step = &section.grids[0];
        for (cell, step) in [(&mut grid.old, &step.old), (&mut grid.new, &step.new)] {
            if step.code.is_none() && cell.code.is_none() {
                cell.head.clear();
                cell.gap = None;
            }
        }
    }

    fn grid(&self, pair: &Pair, id: &str) -> GridView {
        let sides = sides(self.scenery.input.colours, pair, self.original, &self.guide.revised);
        let (notes, wires) = self.notes(pair, &sides);
        let below = notes.iter().map(|note| note.row + note.span - 1).max().unwrap_or(0);
        GridView {
            id: format!("{id}-r"),
            role: match pair.role {
                PairRole::Command => "command",
                PairRole::Output => "output",
                PairRole::File => "file",
            },
            rows: sides.rows.max(below).max(1),
            old: self.cell(pair, true, sides.old, id),
            new: self.cell(pair, false, sides.new, id),
            notes,
            wires,
        }
    }

    fn cell(&self, pair: &Pair, is_old: bool, code: String, id: &str) -> CellView {
        let (parts, document) = if is_old {
            (&pair.parts.old, self.original)
        } else {
            (&pair.parts.new, &self.guide.revised)
        };
        let block = parts.first().and_then(|part| document.blocks.get(part.index));
        let is_empty = code.is_empty();
        let is_script = block.is_some_and(|block| matches!(block.role, Role::Script | Role::Console(_)));
        let guide = crate::render::address::link(self.at, &format!("{}/", self.guide.name));
        let statuses = if is_old {
            &self.statuses.original
        } else {
            &self.statuses.revised
        };
        CellView {
            head: head(pair, parts, is_old) + &tab(block) + &aside(block),
            href: block
                .filter(|_| !is_old)
                .map(|block| format!("{guide}#{}", anchors::of_block(document, block))),
            script: block
                .filter(|_| !is_old && is_script)
                .map(|block| format!("{}.sh", block.id)),
            // A side that never ran says so once, in the overview.
            badge: block
                .filter(|block| block.is_step() && !is_empty && !statuses.is_empty())
                .map(|block| match statuses.get(&block.id) {
                    Some(status) => status.badge(),
                    None => State::NotRun.badge(None, block.keys.skip.clone()),
                }),
            gap: is_empty.then(|| match &pair.gap {
                Some(gap) if is_old && !parts.is_empty() => self.elsewhere(gap, id),
                Some(gap) => self.gap(gap, id),
                None => GapView {
                    change: "same",
                    label: if pair.role == PairRole::Output {
                        "No output shown"
                    } else {
                        "Nothing here"
                    }
                    .to_owned(),
                    href: None,
                },
            }),
            code: (!is_empty).then_some(code),
        }
    }

    fn gap(&self, gap: &Gap, here: &str) -> GapView {
        let change = match gap.why {
            GapWhy::New => "new",
            GapWhy::LeftOut => "left-out",
            GapWhy::MovedFrom | GapWhy::MovedTo | GapWhy::AlreadyDone => "moved",
        };
        GapView {
            change,
            label: gap.label.clone(),
            href: gap.see.as_ref().and_then(|see| self.place_of(see, here)),
        }
    }

    /// The original's side of a step whose text is shown beside its revised text.
    fn elsewhere(&self, gap: &Gap, here: &str) -> GapView {
        let step = gap.see.as_ref().map_or(0, |see| see.step);
        GapView {
            label: format!("Shown beside step {step}"),
            ..self.gap(gap, here)
        }
    }

    /// The section that shows a block, if it is another one than `here`.
    fn place_of(&self, see: &See, here: &str) -> Option<String> {
        let places = self.places.get(&(see.side == Side::Original, see.block.clone()))?;
        places
            .iter()
            .find(|place| *place != here)
            .map(|place| format!("#{place}"))
    }

    fn notes(&self, pair: &Pair, sides: &Sides) -> (Vec<NoteCell>, Vec<Wire>) {
        let row_of = |note: &BoundNote| {
            let hits = note.targets.iter().flat_map(|target| &target.hits);
            let is_old = note.side == Side::Original;
            hits.filter_map(|hit| sides.places.get(&(is_old, note.index, hit.index)).copied())
                .min()
        };
        let wishes: Vec<Wish> = pair
            .notes
            .iter()
            .map(|note| Wish {
                row: row_of(note).unwrap_or(1),
                height: margin::height(&note.label, !note.more.is_empty()),
            })
            .collect();
        let mut cells = Vec::new();
        let mut wires = Vec::new();
        let mut bends = 0;
        for (note, (row, span)) in pair.notes.iter().zip(margin::places(&wishes)) {
            let is_old = note.side == Side::Original;
            let target = row_of(note).filter(|_| !is_old);
            let bent = target.is_some_and(|target| target < row);
            // Each bent line runs nearer to the code than the one above it: so they never cross.
            let lane = if bent { bends % 4 + 1 } else { 0 };
            bends += usize::from(bent);
            wires.extend(target.map(|target| Wire {
                row: target,
                span: row - target,
                lane,
            }));
            cells.push(NoteCell {
                number: note.id,
                row,
                span,
                lane,
                side: if is_old { "old" } else { "new" },
                href: self.line_of(note),
                label: self.inline(note, note.label_span.clone()),
                more: self.inline(note, note.more_span.clone()),
            });
        }
        cells.sort_by_key(|cell| cell.row);
        (cells, wires)
    }

    fn line_of(&self, note: &BoundNote) -> Option<String> {
        let hit = note.targets.iter().flat_map(|target| &target.hits).next()?;
        (note.side == Side::Revised).then(|| format!("#{}.L{}", note.block, hit.index + 1))
    }

    /// Notes are written in the revised text or in `compare.toml`, whichever side they speak of. Links of the former
    /// were checked on its page.
    fn inline(&self, note: &BoundNote, range: Range<usize>) -> String {
        let remarks = self.guide.compare.as_ref().map(|file| &file.remarks);
        let setting = Setting {
            document: remarks.filter(|_| note.beside).unwrap_or(&self.guide.revised),
            address: self.at,
            links: &self.scenery.links,
        };
        prose::inline(&setting, range).0
    }
}

fn section_title(document: &Document, block: usize) -> String {
    let section = document
        .blocks
        .get(block)
        .and_then(|block| document.sections.get(block.section));
    section
        .map(|section| section.title.clone())
        .filter(|title| !title.is_empty())
        .unwrap_or_else(|| document.title())
}

fn head(pair: &Pair, parts: &[Part], is_old: bool) -> String {
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
fn tab(block: Option<&Block>) -> String {
    let tab = block.and_then(|block| block.tab.as_ref());
    tab.map(|tab| format!(", for {}", tab.name)).unwrap_or_default()
}

/// That an output is not the real one, and why.
fn aside(block: Option<&Block>) -> String {
    let mocked = block.filter(|block| block.keys.mocked.is_some());
    let remark = mocked.and_then(remark);
    remark.map(|remark| format!(" ({remark})")).unwrap_or_default()
}

/// Returns the class and the words for what became of a step.
fn change(pair: &Pair) -> (&'static str, String) {
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
fn sum(pair: &Pair, notes: usize) -> String {
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
