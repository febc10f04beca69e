//! Where the page shows the text of the original: beside its partners, or by itself at its own place.

use std::collections::BTreeSet;
use std::ops::Range;

use super::comparison::PairRole;
use super::group::{Fragment, Grouping, Place, Section, Why};

/// Where the text of a unit of the original is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Home {
    /// In a section with a revised side.
    Section(usize),
    /// By itself at the original's place.
    Alone(Reason),
}

/// Why a unit of the original stands by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    LeftOut(Option<usize>),
    MovedTo(usize),
}

impl Grouping<'_> {
    /// Decides where each unit of the original is shown; outputs follow their commands.
    fn homes(&self) -> Vec<Option<Home>> {
        let units = &self.linked.old_units;
        let mut homes: Vec<Option<Home>> = vec![None; units.list.len()];
        for found in &self.steady {
            homes[found.old] = self
                .of_new
                .get(&self.new_block(found))
                .map(|section| Home::Section(*section));
        }
        for found in &self.moving {
            let to = self.new_block(found);
            let section = self.of_new.get(&to).copied();
            let shown_there = section.filter(|section| {
                let section = &self.sections[*section].1;
                section.why == Why::Facing && section.moved != 0
            });
            homes[found.old] = Some(shown_there.map_or(Home::Alone(Reason::MovedTo(to)), Home::Section));
        }
        for (unit, gap) in &self.linked.overrides.left_out {
            homes[*unit] = Some(Home::Alone(Reason::LeftOut(Some(*gap))));
        }
        for range in &units.of_block {
            self.settle(range.clone(), &mut homes);
        }
        homes
    }

    /// A unit without partner stays with its neighbours in the block, if one of them is in a section in order.
    fn settle(&self, range: Range<usize>, homes: &mut [Option<Home>]) {
        let in_order = |home: &Option<Home>| match home {
            Some(Home::Section(section)) => self.sections[*section].1.moved == 0,
            _ => false,
        };
        let steady: Vec<usize> = range.clone().filter(|unit| in_order(&homes[*unit])).collect();
        for unit in range {
            let moved_alone = matches!(homes[unit], Some(Home::Alone(Reason::MovedTo(_))));
            if homes[unit].is_none() || moved_alone {
                let near = steady.iter().rfind(|other| **other < unit).or(steady.first());
                match near {
                    Some(near) => homes[unit] = homes[*near],
                    None if moved_alone => {}
                    None => homes[unit] = Some(Home::Alone(Reason::LeftOut(None))),
                }
            }
        }
    }

    /// Cuts the blocks of the original into fragments and hands them to their sections.
    pub(super) fn original_fragments(&mut self) {
        let homes = self.homes();
        let units = &self.linked.old_units;
        let mut anchor: Place = (0, 0, 0);
        for block in 0..units.of_block.len() {
            if !matches!(units.roles[block], Some(PairRole::Command | PairRole::File)) {
                continue;
            }
            let inline = self.keeps_outputs(block, &homes);
            let mut moved_whole: Option<usize> = None;
            for (home, fragment) in self.cut(block, &homes, inline) {
                match home {
                    Home::Section(section) => {
                        let (place, target) = &mut self.sections[section];
                        if target.moved == 0 {
                            anchor = (place.0.max(anchor.0), 1, 0);
                        } else {
                            moved_whole = target.new.first().copied();
                        }
                        target.old.push(fragment);
                    }
                    Home::Alone(reason) => {
                        anchor = (anchor.0, 1, anchor.2 + 1);
                        self.alone(reason, fragment, anchor);
                    }
                }
            }
            if let Some(to) = moved_whole {
                anchor = (anchor.0, 1, anchor.2 + 1);
                self.pointer(block, to, anchor);
            }
        }
    }

    fn alone(&mut self, reason: Reason, fragment: Fragment, place: Place) {
        let role = self.linked.old_units.roles[fragment.block].unwrap_or(PairRole::Command);
        let (why, moved) = match reason {
            Reason::LeftOut(gap) => (Why::LeftOut(gap), 0),
            Reason::MovedTo(to) => {
                let moved = self
                    .moving
                    .iter()
                    .find(|found| self.new_block(found) == to)
                    .map_or(0, |found| found.moved);
                (Why::MovedAway { to }, moved)
            }
        };
        self.sections.push((
            place,
            Section {
                role,
                old: vec![fragment],
                new: Vec::new(),
                why,
                moved,
                pointer: None,
            },
        ));
    }

    /// One line at the place of the original, whose text is shown beside its revised text.
    fn pointer(&mut self, block: usize, to: usize, place: Place) {
        let role = self.linked.old_units.roles[block].unwrap_or(PairRole::Command);
        let moved = self
            .of_new
            .get(&to)
            .map_or(0, |section| self.sections[*section].1.moved);
        let section = Section {
            role,
            old: Vec::new(),
            new: Vec::new(),
            why: Why::MovedAway { to },
            moved,
            pointer: Some(block),
        };
        self.sections.push((place, section));
    }

    /// Outputs of a transcript stay among its commands if it faces a transcript, or stands alone.
    fn keeps_outputs(&self, block: usize, homes: &[Option<Home>]) -> bool {
        let units = &self.linked.old_units;
        let facing = units.of_block[block].clone().filter_map(|unit| match homes[unit] {
            Some(Home::Section(section)) if units.list[unit].role != PairRole::Output => Some(section),
            _ => None,
        });
        let sections: BTreeSet<usize> = facing.collect();
        let new_units = &self.linked.new_units;
        let transcript = |block: &usize| {
            new_units.of_block[*block]
                .clone()
                .any(|unit| new_units.list[unit].role == PairRole::Output)
        };
        sections.is_empty()
            || sections
                .iter()
                .any(|section| self.sections[*section].1.new.iter().any(transcript))
    }

    /// Returns the fragments of a block of the original with their homes, in order.
    fn cut(&mut self, block: usize, homes: &[Option<Home>], inline: bool) -> Vec<(Home, Fragment)> {
        let units = &self.linked.old_units;
        let count = self.linked.old.blocks[block].text.lines().count();
        let mut of_line: Vec<Option<usize>> = vec![None; count];
        for unit in units.of_block[block].clone() {
            units.list[unit]
                .lines
                .clone()
                .for_each(|line| of_line[line] = Some(unit));
        }
        // Lines of no unit are comments: they belong to the command that follows them, the last ones to the last.
        let mut next = None;
        for line in of_line.iter_mut().rev() {
            next = line.or(next);
            *line = next;
        }
        let last = of_line.iter().rev().find_map(|line| *line);
        let mut fragments: Vec<(Home, Fragment)> = Vec::new();
        let mut command = None;
        for (line, unit) in of_line.iter().map(|unit| unit.or(last)).enumerate() {
            let Some(unit) = unit else { continue };
            if units.list[unit].role == PairRole::Output {
                if !inline {
                    self.cut_outputs.insert(unit);
                    continue;
                }
            } else {
                command = Some(unit);
            }
            let Some(home) = homes[command.unwrap_or(unit)] else {
                continue;
            };
            match fragments.last_mut() {
                Some((same, fragment)) if *same == home && fragment.lines.end == line => fragment.lines.end += 1,
                _ => fragments.push((
                    home,
                    Fragment {
                        block,
                        lines: line..line + 1,
                    },
                )),
            }
        }
        fragments
    }
}
