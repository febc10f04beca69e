//! Sections to pairs: rows, parts, gaps with their labels, and the counts.

use std::collections::BTreeMap;

use super::claims::is_change;
use super::comparison::{Gap, GapWhy, Line, Pair, PairRole, Part, Parts, Row, RowKind, See, Shape, Summary};
use super::group::{Fragment, Section, Why};
use super::linked::Linked;
use super::row_input::{InLink, Input};
use super::rows::rows;
use super::unit::Units;
use crate::model::guide::{Document, Side};

/// Makes the pairs of the page, without notes.
pub(super) fn pairs(linked: &Linked<'_>, sections: &[Section]) -> Vec<Pair> {
    let cuts = Cuts::new(sections);
    sections.iter().map(|section| pair(linked, section, &cuts)).collect()
}

fn pair(linked: &Linked<'_>, section: &Section, cuts: &Cuts) -> Pair {
    let old: Vec<Part> = hulls(&section.old)
        .into_iter()
        .map(|part| cuts.part(linked, section.role, part))
        .collect();
    let new: Vec<Part> = section.new.iter().map(|block| whole(linked, *block)).collect();
    let label = section
        .new
        .iter()
        .find_map(|block| linked.overrides.labels.get(block).cloned());
    let ids = |parts: &[Part]| {
        let mut ids: Vec<String> = parts.iter().map(|part| part.block.clone()).collect();
        ids.dedup();
        ids
    };
    let (old_ids, new_ids) = (ids(&old), ids(&new));
    let shape = match (old_ids.len(), new_ids.len()) {
        (_, 0) => Shape::OnlyOld,
        (0, _) => Shape::OnlyNew,
        (1, 1) => Shape::One,
        (1, _) => Shape::Split,
        (_, 1) => Shape::Merge,
        _ => Shape::Many,
    };
    // A pointer names the block whose text is shown elsewhere.
    let pointer = section.pointer.map(|block| linked.old.blocks[block].id.clone());
    let old = match section.pointer {
        Some(block) => vec![Part {
            range: 0..0,
            step: linked.old_units.steps[block],
            ..cuts.part(linked, section.role, Fragment { block, lines: 0..0 })
        }],
        None => old,
    };
    let gap = gap(linked, section);
    Pair {
        shape,
        role: section.role,
        rows: pair_rows(linked, section),
        moved: section.moved,
        label: label.filter(|_| gap.as_ref().is_none_or(|gap| gap.why != GapWhy::New)),
        gap,
        old: pointer.map_or(old_ids, |id| vec![id]),
        new: new_ids,
        parts: Parts { old, new },
        notes: Vec::new(),
    }
}

/// Into how many parts each block of the original was cut: the sections that show some of its commands.
struct Cuts(BTreeMap<usize, Vec<usize>>);

impl Cuts {
    fn new(sections: &[Section]) -> Self {
        let mut starts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for section in sections.iter().filter(|section| section.role != PairRole::Output) {
            for part in hulls(&section.old) {
                starts.entry(part.block).or_default().push(part.lines.start);
            }
        }
        starts.values_mut().for_each(|list| list.sort_unstable());
        Self(starts)
    }

    fn part(&self, linked: &Linked<'_>, role: PairRole, part: Fragment) -> Part {
        let starts = self.0.get(&part.block).filter(|_| role != PairRole::Output);
        let position = starts.and_then(|starts| starts.iter().position(|start| *start == part.lines.start));
        Part {
            block: linked.old.blocks[part.block].id.clone(),
            index: part.block,
            step: linked.old_units.steps[part.block],
            part: position.map_or(1, |at| at + 1),
            of: starts.map_or(1, Vec::len),
            range: part.lines,
        }
    }
}

/// One fragment a block: outputs between its commands are shown elsewhere, but do not cut it.
fn hulls(fragments: &[Fragment]) -> Vec<Fragment> {
    let mut hulls: Vec<Fragment> = Vec::new();
    for fragment in fragments {
        match hulls.last_mut() {
            Some(last) if last.block == fragment.block => last.lines.end = fragment.lines.end,
            _ => hulls.push(fragment.clone()),
        }
    }
    hulls
}

fn whole(linked: &Linked<'_>, block: usize) -> Part {
    Part {
        block: linked.new.blocks[block].id.clone(),
        index: block,
        range: 0..linked.new.blocks[block].text.lines().count(),
        step: linked.new_units.steps[block],
        part: 1,
        of: 1,
    }
}

fn pair_rows(linked: &Linked<'_>, section: &Section) -> Vec<Row> {
    let old_links = linked
        .matches
        .iter()
        .enumerate()
        .map(|(index, found)| (found.old, index))
        .collect();
    let new_links = linked
        .matches
        .iter()
        .enumerate()
        .map(|(index, found)| (found.new, index))
        .collect();
    let whole = |block: usize| Fragment {
        block,
        lines: 0..linked.new.blocks[block].text.lines().count(),
    };
    let new_parts: Vec<Fragment> = section.new.iter().map(|block| whole(*block)).collect();
    let old = inputs(linked.old, &linked.old_units, &section.old, &old_links);
    let new = inputs(linked.new, &linked.new_units, &new_parts, &new_links);
    let mut rows = rows(&old, &new);
    if section.role == PairRole::Output {
        rows = face_from_top(rows);
    }
    let moved_lines = Moved { linked, section };
    rows.iter_mut()
        .filter(|row| moved_lines.has(row))
        .for_each(|row| row.kind = RowKind::Moved);
    rows
}

/// Outputs of which no line is like any other begin on the same level; no relation of their lines is claimed.
fn face_from_top(rows: Vec<Row>) -> Vec<Row> {
    let one_sided = |row: &Row| matches!(row.kind, RowKind::Removed | RowKind::Added);
    let (old, new): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.old.is_some());
    if !rows.iter().all(one_sided) || old.is_empty() || new.is_empty() {
        return rows;
    }
    let facing = |at: usize| {
        let (old, new) = (old.get(at), new.get(at));
        Row {
            kind: match (old, new) {
                (Some(_), Some(_)) => RowKind::Replaced,
                (Some(_), None) => RowKind::Removed,
                _ => RowKind::Added,
            },
            old: old.and_then(|row| row.old.clone()),
            new: new.and_then(|row| row.new.clone()),
            other: None,
        }
    };
    (0..old.len().max(new.len())).map(facing).collect()
}

/// Lines whose command stands, unchanged, elsewhere on the page.
struct Moved<'a> {
    linked: &'a Linked<'a>,
    section: &'a Section,
}

impl Moved<'_> {
    fn has(&self, row: &Row) -> bool {
        if matches!(self.section.why, Why::MovedHere { .. } | Why::MovedAway { .. }) {
            return true;
        }
        let found = match (row.kind, &row.old, &row.new) {
            (RowKind::Removed, Some(line), _) => {
                let units = &self.linked.old_units;
                self.linked.matches.iter().find(|found| holds(units, found.old, line))
            }
            (RowKind::Added, _, Some(line)) => {
                let units = &self.linked.new_units;
                self.linked.matches.iter().find(|found| holds(units, found.new, line))
            }
            _ => None,
        };
        found.is_some_and(|found| found.moved != 0 && found.score == 1000)
    }
}

fn holds(units: &Units, unit: usize, line: &Line) -> bool {
    let unit = &units.list[unit];
    unit.block == line.block && unit.lines.contains(&line.index)
}

fn inputs(document: &Document, units: &Units, parts: &[Fragment], links: &BTreeMap<usize, usize>) -> Vec<Input> {
    let mut inputs = Vec::new();
    for part in parts {
        let block = &document.blocks[part.block];
        let lines = block
            .text
            .lines()
            .enumerate()
            .skip(part.lines.start)
            .take(part.lines.len());
        for (index, text) in lines {
            let unit = units.of_block[part.block]
                .clone()
                .find(|unit| units.list[*unit].lines.contains(&index));
            let line = Line {
                line: included_line(document, part.block, index),
                text: text.to_owned(),
                boxes: Vec::new(),
                block: part.block,
                index,
            };
            let link = unit.and_then(|unit| {
                let own = &units.list[unit];
                links.get(&unit).map(|number| InLink {
                    number: *number,
                    whole: own.lines.len() == 1,
                    command: own.role == PairRole::Command,
                })
            });
            inputs.push(Input::new(line, link, units.styles[part.block]));
        }
    }
    inputs
}

fn included_line(document: &Document, block: usize, index: usize) -> usize {
    document.blocks[block].file_line(&document.source, index)
}

/// What is said where a side is empty.
fn gap(linked: &Linked<'_>, section: &Section) -> Option<Gap> {
    let old_step = |block: usize| linked.old_units.steps[block];
    let new_step = |block: usize| linked.new_units.steps[block];
    let see_new = |block: usize| See {
        side: Side::Revised,
        block: linked.new.blocks[block].id.clone(),
        step: new_step(block),
    };
    let author = section
        .new
        .iter()
        .find_map(|block| linked.overrides.labels.get(block).cloned());
    let (why, label, see) = match section.why {
        Why::Facing | Why::Output => return None,
        Why::New => (GapWhy::New, author.unwrap_or_else(|| "New".to_owned()), None),
        Why::MovedHere { from } => {
            let (old, new) = (old_step(from), new_step(section.new[0]));
            let to = if old == new {
                String::new()
            } else {
                format!(" to step {new}")
            };
            let way = if section.moved > 0 { "up" } else { "down" };
            let see = See {
                side: Side::Original,
                block: linked.old.blocks[from].id.clone(),
                step: old,
            };
            let label = author.unwrap_or_else(|| format!("Original step {old}, moved {way}{to}"));
            (GapWhy::MovedFrom, label, Some(see))
        }
        Why::LeftOut(gap) => {
            let gap = gap.map(|gap| &linked.overrides.gaps[gap]);
            let see = gap.and_then(|gap| gap.see);
            let why = if see.is_some() {
                GapWhy::AlreadyDone
            } else {
                GapWhy::LeftOut
            };
            let generated = see.map_or_else(
                || "Left out".to_owned(),
                |block| format!("Done in step {}", new_step(block)),
            );
            (
                why,
                gap.and_then(|gap| gap.label.clone()).unwrap_or(generated),
                see.map(see_new),
            )
        }
        Why::MovedAway { to } => {
            let step = new_step(to);
            let (why, label) = if section.moved > 0 {
                (GapWhy::AlreadyDone, format!("Already done in step {step}"))
            } else {
                (GapWhy::MovedTo, format!("Moved down to step {step}"))
            };
            (why, label, Some(see_new(to)))
        }
    };
    Some(Gap { why, label, see })
}

/// Counts the steps of both sides; the counts of lines come with the notes.
pub(super) fn summary(linked: &Linked<'_>, pairs: &[Pair]) -> Summary {
    let mut summary = Summary {
        old_steps: linked.old_units.step_count(),
        new_steps: linked.new_units.step_count(),
        ..Summary::default()
    };
    for pair in pairs.iter().filter(|pair| pair.role != PairRole::Output) {
        let why = pair.gap.as_ref().map(|gap| gap.why);
        let changed = pair.rows.iter().any(is_change);
        match why {
            Some(GapWhy::New) => summary.new += pair.new.len(),
            Some(GapWhy::LeftOut) => summary.left_out += pair.old.len(),
            Some(GapWhy::MovedFrom) => summary.moved += pair.new.len(),
            Some(GapWhy::MovedTo | GapWhy::AlreadyDone) => {}
            None => {
                summary.moved += if pair.moved != 0 { pair.new.len() } else { 0 };
                *(if changed {
                    &mut summary.changed
                } else {
                    &mut summary.same
                }) += pair.new.len();
            }
        }
    }
    summary
}
