//! Links to sections: which blocks, or parts of blocks, face each other, and in which order the page shows them.
//!
//! The page follows the revised text. A block of the original whose partners stand apart is cut between commands, so
//! that every line of it is shown exactly once.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::comparison::PairRole;
use super::linked::Linked;
use super::matching::Match;

/// A section of more blocks on both sides is cut: several against several are hard to follow.
const MAX_MANY: usize = 3;

/// Lines of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fragment {
    /// Index of the block.
    pub(super) block: usize,
    /// Its lines, 0-based, half open.
    pub(super) lines: Range<usize>,
}

/// Why a section has one side only, or stands where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// Both sides, in order or moved.
    Facing,
    /// The original has no such step.
    New,
    /// Shown at its revised place; the equal text of the original stands at the original's place.
    MovedHere {
        /// Index of the original's block.
        from: usize,
    },
    /// The revised text has no such step; the index of the author's gap if there is one.
    LeftOut(Option<usize>),
    /// Shown at the original's place: the revised block has it. The text is shown there if it changed.
    MovedAway {
        /// Index of the revised block.
        to: usize,
    },
    /// An output; it follows the section of its commands.
    Output,
}

/// A section before its rows are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    /// What its blocks are.
    pub(super) role: PairRole,
    /// Parts of the original's blocks.
    pub(super) old: Vec<Fragment>,
    /// Revised blocks, always whole.
    pub(super) new: Vec<usize>,
    /// Why it looks as it does.
    pub(super) why: Why,
    /// Steps up (+) or down (-).
    pub(super) moved: i32,
    /// For `MovedAway` without text: the block that the pointer stands for.
    pub(super) pointer: Option<usize>,
}

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

/// Returns the sections in the order of the page.
pub(super) fn sections(linked: &Linked<'_>) -> Vec<Section> {
    let mut grouping = Grouping::new(linked);
    grouping.revised_blocks();
    let homes = grouping.homes();
    grouping.original_fragments(&homes);
    grouping.outputs();
    grouping.ordered()
}

/// A place on the page: after which revised section, then in which order.
type Place = (usize, usize, usize);

struct Grouping<'a> {
    linked: &'a Linked<'a>,
    steady: Vec<Match>,
    moving: Vec<Match>,
    sections: Vec<(Place, Section)>,
    /// Section of each revised block.
    of_new: BTreeMap<usize, usize>,
    /// Lines of the original that are shown as outputs of their own.
    cut_outputs: BTreeSet<usize>,
}

impl<'a> Grouping<'a> {
    fn new(linked: &'a Linked<'a>) -> Self {
        let step = |found: &&Match| linked.old_units.list[found.old].role != PairRole::Output;
        let (steady, moving) = linked.matches.iter().filter(step).partition(|found| found.moved == 0);
        Self {
            linked,
            steady,
            moving,
            sections: Vec::new(),
            of_new: BTreeMap::new(),
            cut_outputs: BTreeSet::new(),
        }
    }

    fn old_block(&self, found: &Match) -> usize {
        self.linked.old_units.list[found.old].block
    }

    fn new_block(&self, found: &Match) -> usize {
        self.linked.new_units.list[found.new].block
    }

    /// Gives each step of the revised text its section.
    fn revised_blocks(&mut self) {
        let component = components(
            self.steady
                .iter()
                .map(|found| (self.old_block(found), self.new_block(found))),
        );
        let mut last: Option<usize> = None;
        let roles = &self.linked.new_units.roles;
        for (block, role) in roles.iter().enumerate() {
            let Some(role) = role.filter(|role| *role != PairRole::Output) else {
                continue;
            };
            let own = component.get(&block);
            if let (Some(last), Some(own)) = (last, own)
                && component.get(&last) == Some(own)
                && self.may_join(last, role)
            {
                let section = self.of_new[&last];
                self.sections[section].1.new.push(block);
                self.of_new.insert(block, section);
            } else {
                let (why, moved) = if own.is_some() {
                    (Why::Facing, 0)
                } else {
                    self.not_in_order(block)
                };
                let section = Section {
                    role,
                    old: Vec::new(),
                    new: vec![block],
                    why,
                    moved,
                    pointer: None,
                };
                self.of_new.insert(block, self.sections.len());
                self.sections.push(((self.sections.len() + 1, 0, 0), section));
            }
            last = Some(block);
        }
    }

    /// One block of the original may face any number; several against several only if they are few.
    fn may_join(&self, last: usize, role: PairRole) -> bool {
        let section = &self.sections[self.of_new[&last]].1;
        let olds: BTreeSet<usize> = self
            .steady
            .iter()
            .filter(|found| section.new.contains(&self.new_block(found)) || self.new_block(found) == last + 1)
            .map(|found| self.old_block(found))
            .collect();
        section.role == role && (olds.len() <= 1 || (olds.len() <= MAX_MANY && section.new.len() < MAX_MANY))
    }

    /// A revised block without links in order: it moved, or it is new.
    fn not_in_order(&self, block: usize) -> (Why, i32) {
        let own: Vec<&Match> = self
            .moving
            .iter()
            .filter(|found| self.new_block(found) == block)
            .collect();
        let Some(first) = own.first() else {
            return (Why::New, 0);
        };
        let units = self.linked.new_units.of_block[block].clone();
        let commands = units
            .filter(|unit| self.linked.new_units.list[*unit].role != PairRole::Output)
            .count();
        let equal = own.len() == commands && own.iter().all(|found| found.score == 1000);
        let why = if equal {
            Why::MovedHere {
                from: self.old_block(first),
            }
        } else {
            Why::Facing
        };
        (why, first.moved)
    }

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
    fn original_fragments(&mut self, homes: &[Option<Home>]) {
        let units = &self.linked.old_units;
        let mut anchor: Place = (0, 0, 0);
        for block in 0..units.of_block.len() {
            if !matches!(units.roles[block], Some(PairRole::Command | PairRole::File)) {
                continue;
            }
            let inline = self.keeps_outputs(block, homes);
            let mut moved_whole: Option<usize> = None;
            for (home, fragment) in self.cut(block, homes, inline) {
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

    /// Outputs face each other if they are linked; they follow the section of their commands.
    fn outputs(&mut self) {
        let (old_units, new_units) = (&self.linked.old_units, &self.linked.new_units);
        let whole = |units: &super::unit::Units, block: usize| units.roles[block] == Some(PairRole::Output);
        let shown_old: Vec<usize> = (0..old_units.list.len())
            .filter(|unit| whole(old_units, old_units.list[*unit].block) || self.cut_outputs.contains(unit))
            .collect();
        let partner = |old: usize| {
            let found = self.linked.matches.iter().find(|found| found.old == old)?;
            let block = new_units.list[found.new].block;
            whole(new_units, block).then_some(block)
        };
        let faced: BTreeMap<usize, usize> = shown_old
            .iter()
            .filter_map(|old| Some((partner(*old)?, *old)))
            .collect();
        let fragment = |unit: usize| {
            let unit = &old_units.list[unit];
            Fragment {
                block: unit.block,
                lines: unit.lines.clone(),
            }
        };
        let section = |old: Vec<Fragment>, new: Vec<usize>| Section {
            role: PairRole::Output,
            old,
            new,
            why: Why::Output,
            moved: 0,
            pointer: None,
        };
        let mut found: Vec<(Place, Section)> = Vec::new();
        for block in (0..new_units.roles.len()).filter(|block| whole(new_units, *block)) {
            let owner = new_units.list[new_units.of_block[block].start].owner;
            let place = owner
                .and_then(|owner| self.of_new.get(&new_units.list[owner].block))
                .map_or(0, |at| self.sections[*at].0.0);
            let old = faced.get(&block).map(|unit| fragment(*unit));
            found.push((
                (place, 0, 2 * block + 2),
                section(old.into_iter().collect(), vec![block]),
            ));
        }
        let paired: BTreeSet<usize> = faced.values().copied().collect();
        for unit in shown_old.into_iter().filter(|unit| !paired.contains(unit)) {
            let (place, index) = self.output_place(unit);
            found.push((
                (place.0, place.1, place.2 + index),
                section(vec![fragment(unit)], Vec::new()),
            ));
        }
        self.sections.extend(found);
    }

    /// The place after the section that shows the commands of an output of the original.
    fn output_place(&self, unit: usize) -> (Place, usize) {
        let units = &self.linked.old_units;
        let Some(owner) = units.list[unit].owner else {
            return ((0, 0, 0), 0);
        };
        let (block, line) = (units.list[owner].block, units.list[owner].lines.start);
        let holds = |section: &Section| {
            section
                .old
                .iter()
                .any(|part| part.block == block && part.lines.contains(&line))
        };
        let place = self
            .sections
            .iter()
            .find(|(_, section)| holds(section))
            .map_or((0, 0, 0), |(place, _)| *place);
        (place, usize::from(place.1 == 0))
    }

    fn ordered(mut self) -> Vec<Section> {
        self.sections.sort_by_key(|(place, _)| *place);
        self.sections.into_iter().map(|(_, section)| section).collect()
    }
}

/// Returns the component of each revised block: blocks that links join, over whatever other blocks.
fn components(links: impl Iterator<Item = (usize, usize)>) -> BTreeMap<usize, usize> {
    let mut of_new: BTreeMap<usize, usize> = BTreeMap::new();
    let mut of_old: BTreeMap<usize, usize> = BTreeMap::new();
    for (next, (old, new)) in links.enumerate() {
        let known = [of_old.get(&old).copied(), of_new.get(&new).copied()];
        let component = known.into_iter().flatten().min().unwrap_or(next);
        for stale in known.into_iter().flatten().filter(|stale| *stale != component) {
            of_old
                .values_mut()
                .chain(of_new.values_mut())
                .filter(|own| **own == stale)
                .for_each(|own| *own = component);
        }
        of_old.insert(old, component);
        of_new.insert(new, component);
    }
    of_new
}
