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

/// Returns the sections in the order of the page.
pub(super) fn sections(linked: &Linked<'_>) -> Vec<Section> {
    let mut grouping = Grouping::new(linked);
    grouping.revised_blocks();
    grouping.original_fragments();
    grouping.outputs();
    grouping.ordered()
}

/// A place on the page: after which revised section, then in which order.
pub(super) type Place = (usize, usize, usize);

pub(super) struct Grouping<'a> {
    pub(super) linked: &'a Linked<'a>,
    pub(super) steady: Vec<Match>,
    pub(super) moving: Vec<Match>,
    pub(super) sections: Vec<(Place, Section)>,
    /// Section of each revised block.
    pub(super) of_new: BTreeMap<usize, usize>,
    /// Lines of the original that are shown as outputs of their own.
    pub(super) cut_outputs: BTreeSet<usize>,
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

    pub(super) fn old_block(&self, found: &Match) -> usize {
        self.linked.old_units.list[found.old].block
    }

    pub(super) fn new_block(&self, found: &Match) -> usize {
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
                && self.may_join(last, block, role)
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
    fn may_join(&self, last: usize, block: usize, role: PairRole) -> bool {
        let section = &self.sections[self.of_new[&last]].1;
        let olds: BTreeSet<usize> = self
            .steady
            .iter()
            .filter(|found| section.new.contains(&self.new_block(found)) || self.new_block(found) == block)
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
