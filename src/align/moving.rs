//! Links out of order: which are too weak to be called moved, what moved along with them, and how far.

use std::collections::BTreeSet;

use super::comparison::{How, PairRole};
use super::matching::{Match, Matcher, SIMILAR_BETWEEN};
use super::moves::{in_order, surely_in_order};
use super::unit::Units;

/// A fuzzy pair that moved needs this similarity (thousandths) ...
pub(super) const SIMILAR_MOVED: u16 = 550;
/// ... and this many letters and digits: short commands are alike by chance.
const MOVED_WEIGHT: usize = 20;
/// Equal texts that no other unit has may move if they have this many letters and digits.
const MOVED_WEIGHT_EQUAL: usize = 4;

impl Matcher<'_> {
    /// Takes back pairs out of order that are too weak to be called moved. What changed places within a block that faces
    /// its partner is at no other place of the page, and needs no more likeness than in order.
    pub(super) fn drop_weak_moves(&mut self) {
        let (order, kept) = self.run(surely_in_order);
        let steady: BTreeSet<(usize, usize)> = order
            .iter()
            .zip(&kept)
            .filter(|(_, kept)| **kept)
            .map(|(index, _)| self.blocks(self.matches[*index]))
            .collect();
        let weak: BTreeSet<usize> = order
            .into_iter()
            .zip(kept)
            .filter(|(index, kept)| {
                let found = self.matches[*index];
                !kept && !steady.contains(&self.blocks(found)) && self.is_weak(found)
            })
            .map(|(index, _)| index)
            .collect();
        for index in weak.iter().rev() {
            let found = self.matches.remove(*index);
            self.old_free[found.old] = true;
            self.new_free[found.new] = true;
        }
    }

    fn is_weak(&self, found: Match) -> bool {
        let weight = self.old.list[found.old].weight().min(self.new.list[found.new].weight());
        match found.how {
            How::Explicit => false,
            _ if self.followed.contains(&found.new) => false,
            How::Exact if self.is_unique(found) => weight < MOVED_WEIGHT_EQUAL,
            _ => found.score < SIMILAR_MOVED || weight < MOVED_WEIGHT,
        }
    }

    fn is_unique(&self, found: Match) -> bool {
        let text = &self.old.list[found.old].text;
        let once = |units: &Units| units.list.iter().filter(|unit| unit.text == *text).count() == 1;
        once(self.old) && once(self.new)
    }

    /// What stands next to a command that moved moved along with it: needs no more likeness than between neighbours.
    pub(super) fn follow_moves(&mut self) {
        let steps = |units: &Units| -> Vec<usize> {
            let all = 0..units.list.len();
            all.filter(|at| units.list[*at].role != PairRole::Output).collect()
        };
        let (olds, news) = (steps(self.old), steps(self.new));
        let (order, kept) = self.run(surely_in_order);
        let moved: Vec<Match> = order
            .into_iter()
            .zip(kept)
            .filter(|(_, kept)| !kept)
            .map(|(at, _)| self.matches[at])
            .collect();
        for found in moved {
            // The author may have paired an output, which is no step: what follows it does so all the same.
            let after = |units: &[usize], unit: usize| units.partition_point(|at| *at <= unit);
            let before = |units: &[usize], unit: usize| units.partition_point(|at| *at < unit);
            let (old, new) = (after(&olds, found.old), after(&news, found.new));
            self.follow(olds[old..].iter().zip(&news[new..]));
            let (old, new) = (before(&olds, found.old), before(&news, found.new));
            self.follow(olds[..old].iter().rev().zip(news[..new].iter().rev()));
        }
    }

    fn follow<'u>(&mut self, neighbours: impl Iterator<Item = (&'u usize, &'u usize)>) {
        let alike = |(old, new): &(&usize, &usize)| {
            let free = self.old_free[**old] && self.new_free[**new];
            let same_role = self.old.list[**old].role == self.new.list[**new].role;
            free && same_role && self.score(**old, **new) >= SIMILAR_BETWEEN
        };
        let found: Vec<(&usize, &usize)> = neighbours.take_while(alike).collect();
        for (old, new) in found {
            self.link(*old, *new, How::Fuzzy);
            self.followed.insert(*new);
        }
    }

    /// How far a link moved: the steps of the revised text whose links it passed.
    pub(super) fn count_moves(&mut self) {
        let (order, kept) = self.run(in_order);
        let steady: Vec<(usize, usize)> = self.in_order();
        for (index, _) in order.into_iter().zip(kept).filter(|(_, kept)| !kept) {
            let found = self.matches[index];
            let passed = steady
                .iter()
                .filter(|(old, new)| (*old < found.old) != (*new < found.new));
            let steps: BTreeSet<usize> = passed
                .clone()
                .map(|(_, new)| self.new.steps[self.new.list[*new].block])
                .collect();
            let up = passed.clone().all(|(old, _)| *old < found.old);
            let steps = i32::try_from(steps.len().max(1)).unwrap_or(i32::MAX);
            self.matches[index].moved = if up { steps } else { -steps };
        }
    }
}
