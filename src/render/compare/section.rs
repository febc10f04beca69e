//! Pairs to sections: a step of the page, with the outputs that follow it.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::align::{BoundNote, Comparison, Gap, GapWhy, Link, Pair, PairRole, See};
use crate::model::block::Role;
use crate::model::guide::{Document, Guide, Side};
use crate::render::anchors;
use crate::render::compare::lines::{Ends, Sides, sides};
use crate::render::compare::margin::{self, Wish};
use crate::render::compare::view::{CellView, GapView, GridView, NoteCell, SectionView, Wire};
use crate::render::compare::words::{aside, change, head, section_title, sum, tab};
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
    moved: Vec<&'a Link>,
    /// Numbers of steps, as [`Places`].
    steps: BTreeMap<(bool, String), usize>,
}

/// Returns the sections of a comparison.
pub(super) fn views<'a>(
    scenery: &'a Scenery<'a>,
    guide: &'a Guide,
    original: &'a Document,
    comparison: &'a Comparison,
    at: &'a str,
) -> Vec<SectionView> {
    let anchors = anchors_of(comparison);
    let stage = Stage::new(scenery, guide, original, comparison, at, &anchors);
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

impl<'a> Stage<'a> {
    fn new(
        scenery: &'a Scenery<'a>,
        guide: &'a Guide,
        original: &'a Document,
        comparison: &'a Comparison,
        at: &'a str,
        anchors: &[String],
    ) -> Self {
        let mut places = Places::new();
        let mut steps = BTreeMap::new();
        for (pair, anchor) in comparison.pairs.iter().zip(anchors) {
            for (is_old, ids, parts) in [(true, &pair.old, &pair.parts.old), (false, &pair.new, &pair.parts.new)] {
                for id in ids {
                    places.entry((is_old, id.clone())).or_default().push(anchor.clone());
                }
                steps.extend(parts.iter().map(|part| ((is_old, part.block.clone()), part.step)));
            }
        }
        Self {
            scenery,
            guide,
            original,
            statuses: statuses(scenery, guide),
            at,
            places,
            moved: comparison.links.iter().filter(|link| link.moved != 0).collect(),
            steps,
        }
    }

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
        let moved = if pair.gap.is_none() {
            self.other_ends(id)
        } else {
            Ends::new()
        };
        let sides = sides(
            self.scenery.input.colours,
            pair,
            self.original,
            &self.guide.revised,
            &moved,
        );
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
            href: match block {
                // What moved is shown at its new place; its old place says so, and is one step away.
                Some(block) if is_old && pair.moved != 0 && !is_empty => self.other_place(true, &block.id, id),
                Some(block) if !is_old => Some(format!("{guide}#{}", anchors::of_block(document, block))),
                _ => None,
            },
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

    /// Where the other ends of moved commands stand, by the lines on which they begin.
    fn other_ends(&self, here: &str) -> Ends {
        let mut ends = Ends::new();
        for link in &self.moved {
            for (is_old, own, other) in [(true, &link.old, &link.new), (false, &link.new, &link.old)] {
                let place = self.other_place(!is_old, &other.block, here);
                let step = self
                    .steps
                    .get(&(!is_old, other.block.clone()))
                    .copied()
                    .unwrap_or_default();
                ends.extend(place.map(|place| ((is_old, own.line), (place, step))));
            }
        }
        ends
    }

    fn place_of(&self, see: &See, here: &str) -> Option<String> {
        self.other_place(see.side == Side::Original, &see.block, here)
    }

    /// The section that shows a block, if it is another one than `here`.
    fn other_place(&self, is_old: bool, block: &str, here: &str) -> Option<String> {
        let places = self.places.get(&(is_old, block.to_owned()))?;
        places
            .iter()
            .find(|place| *place != here)
            .map(|place| format!("#{place}"))
    }

    fn notes(&self, pair: &Pair, sides: &Sides) -> (Vec<NoteCell>, Vec<Wire>) {
        let wishes: Vec<Wish> = pair.notes.iter().map(|note| wish(note, sides)).collect();
        let mut cells = Vec::new();
        let mut wires = Vec::new();
        let mut bends = 0;
        for (note, (row, span)) in pair.notes.iter().zip(margin::places(&wishes)) {
            let target = row_of(note, sides).filter(|_| note.side == Side::Revised);
            let bent = target.is_some_and(|target| target < row);
            // Each bent line runs nearer to the code than the one above it: so they never cross.
            let lane = if bent { bends % 4 + 1 } else { 0 };
            bends += usize::from(bent);
            wires.extend(target.map(|target| Wire {
                row: target,
                span: row - target,
                lane,
            }));
            cells.push(self.note(note, row, span, lane));
        }
        cells.sort_by_key(|cell| cell.row);
        (cells, wires)
    }

    fn line_of(&self, note: &BoundNote) -> Option<String> {
        let hit = note.targets.iter().flat_map(|target| &target.hits).next()?;
        (note.side == Side::Revised).then(|| format!("#{}.L{}", note.block, hit.index + 1))
    }

    fn note(&self, note: &BoundNote, row: usize, span: usize, lane: usize) -> NoteCell {
        NoteCell {
            number: note.id,
            row,
            span,
            lane,
            side: if note.side == Side::Original { "old" } else { "new" },
            href: self.line_of(note),
            label: self.inline(note, note.label_span.clone()),
            more: self.inline(note, note.more_span.clone()),
        }
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

/// The first row that a note points at.
fn row_of(note: &BoundNote, sides: &Sides) -> Option<usize> {
    let hits = note.targets.iter().flat_map(|target| &target.hits);
    let is_old = note.side == Side::Original;
    hits.filter_map(|hit| sides.places.get(&(is_old, note.index, hit.index)).copied())
        .min()
}

fn wish(note: &BoundNote, sides: &Sides) -> Wish {
    Wish {
        row: row_of(note, sides).unwrap_or(1),
        height: margin::height(&note.label, !note.more.is_empty()),
    }
}
