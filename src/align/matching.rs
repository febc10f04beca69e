//! Units to links: the author's pairs, equal texts, the best assignment of the rest, and what moved.

use std::collections::{BTreeMap, BTreeSet};

use super::assignment::assignment;
use super::comparison::{How, PairRole};
use super::explicit::Overrides;
use super::gaps::Gaps;
use super::moves::surely_in_order;
use super::similarity::Features;
use super::unit::{Unit, Units};

/// A fuzzy pair needs this similarity (thousandths).
pub(super) const SIMILAR: u16 = 350;
/// A fuzzy pair between the same neighbours, which are paired and in order, needs no more than this (thousandths).
pub(super) const SIMILAR_BETWEEN: u16 = 250;
/// What it adds to the similarity of two outputs that their commands are paired.
const OWNERS_PAIRED: u16 = 200;

/// What it takes from an edge, less than a thousandth of likeness, that no other link joins its two blocks.
const ALIEN: i64 = 1 << 21;

/// Two units that correspond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    /// Index of the unit of the original.
    pub(super) old: usize,
    /// Index of the revised unit.
    pub(super) new: usize,
    /// How they were paired.
    pub(super) how: How,
    /// Similarity in thousandths.
    pub(super) score: u16,
    /// Steps up (+) or down (-).
    pub(super) moved: i32,
}

/// The state of the matching.
pub(super) struct Matcher<'a> {
    pub(super) old: &'a Units,
    pub(super) new: &'a Units,
    scores: &'a [Vec<(usize, u16)>],
    features: &'a Features,
    pub(super) old_free: Vec<bool>,
    pub(super) new_free: Vec<bool>,
    pub(super) matches: Vec<Match>,
    /// Revised units that moved along with a neighbour; they need no weight of their own.
    pub(super) followed: BTreeSet<usize>,
}

/// Pairs the units of both documents. The result is sorted by the revised unit.
pub(super) fn matches(
    old: &Units,
    new: &Units,
    features: &Features,
    scores: &[Vec<(usize, u16)>],
    overrides: &Overrides,
) -> Vec<Match> {
    let mut matcher = Matcher {
        old,
        new,
        scores,
        features,
        old_free: vec![true; old.list.len()],
        new_free: vec![true; new.list.len()],
        matches: Vec::new(),
        followed: BTreeSet::new(),
    };
    matcher.author(overrides);
    matcher.equal();
    let anchors = matcher.in_order();
    matcher.similar(&anchors, |old, new, score| {
        old.role != PairRole::Output && score >= SIMILAR && old.role == new.role
    });
    matcher.drop_weak_moves();
    matcher.follow_moves();
    matcher.fill_gaps();
    matcher.drop_weak_moves();
    matcher.count_moves();
    matcher.outputs();
    matcher.matches.sort_by_key(|found| found.new);
    matcher.matches
}

impl Matcher<'_> {
    pub(super) fn link(&mut self, old: usize, new: usize, how: How) {
        let equal = self.old.list[old].text == self.new.list[new].text;
        let how = if how == How::Fuzzy && equal { How::Exact } else { how };
        self.old_free[old] = false;
        self.new_free[new] = false;
        let score = if equal {
            1000
        } else {
            self.features.score(old, new).min(999)
        };
        self.matches.push(Match {
            old,
            new,
            how,
            score,
            moved: 0,
        });
    }

    /// The author's pairs and gaps.
    fn author(&mut self, overrides: &Overrides) {
        for pair in &overrides.blocks {
            let free =
                |flags: &[bool], range: std::ops::Range<usize>| range.filter(|unit| flags[*unit]).collect::<Vec<_>>();
            let olds = free(&self.old_free, self.old.of_block[pair.old].clone());
            let news = free(&self.new_free, self.new.of_block[pair.new].clone());
            let edges = self.all_edges(&olds, &news);
            let pairs = assignment(&edges);
            let focus = pairs.iter().find(|found| found.0 == pair.focus).map(|found| found.1);
            let focus = focus.or(news.first().copied()).filter(|_| olds.contains(&pair.focus));
            if let Some(new) = focus {
                self.link(pair.focus, new, How::Explicit);
            }
            for (old, new) in pairs {
                if self.old_free[old] && self.new_free[new] && self.features.score(old, new) >= SIMILAR {
                    self.link(old, new, How::Fuzzy);
                }
            }
        }
        overrides.left_out.keys().for_each(|unit| self.old_free[*unit] = false);
        for block in &overrides.new_blocks {
            self.new.of_block[*block]
                .clone()
                .for_each(|unit| self.new_free[unit] = false);
        }
    }

    fn all_edges(&self, olds: &[usize], news: &[usize]) -> Vec<(usize, usize, i64)> {
        let cells = olds.iter().flat_map(|old| news.iter().map(move |new| (*old, *new)));
        cells
            .map(|(old, new)| (old, new, self.edge(old, new, self.features.score(old, new) + 1, 0)))
            .collect()
    }

    /// Equal texts that stand once on each side.
    fn equal(&mut self) {
        let index = |units: &Units, free: &[bool]| {
            let mut index: BTreeMap<(PairRole, String), Vec<usize>> = BTreeMap::new();
            for (at, unit) in units
                .list
                .iter()
                .enumerate()
                .filter(|(at, unit)| free[*at] && unit.role != PairRole::Output)
            {
                index.entry((unit.role, unit.text.clone())).or_default().push(at);
            }
            index
        };
        let olds = index(self.old, &self.old_free);
        let news = index(self.new, &self.new_free);
        for (text, old) in olds {
            if let ([old], Some([new])) = (&old[..], news.get(&text).map(Vec::as_slice)) {
                self.link(*old, *new, How::Exact);
            }
        }
    }

    /// The best assignment of what is free, over the edges that are `wanted`.
    fn similar(&mut self, anchors: &[(usize, usize)], wanted: impl Fn(&Unit, &Unit, u16) -> bool) {
        let gaps = Gaps::new(anchors);
        let fences = self.linked_blocks();
        let mut edges = Vec::new();
        for (old, row) in self.scores.iter().enumerate().filter(|(old, _)| self.old_free[*old]) {
            for (new, score) in row.iter().filter(|(new, _)| self.new_free[*new]) {
                let (old_unit, new_unit) = (&self.old.list[old], &self.new.list[*new]);
                if wanted(old_unit, new_unit, *score) {
                    let alien = if fences.contains(&(old_unit.block, new_unit.block)) {
                        0
                    } else {
                        ALIEN
                    };
                    edges.push((
                        old,
                        *new,
                        self.edge(old, *new, *score, gaps.distance(old, *new)) - alien,
                    ));
                }
            }
        }
        for (old, new) in assignment(&edges) {
            self.link(old, new, How::Fuzzy);
        }
    }

    /// The blocks that links join.
    fn linked_blocks(&self) -> BTreeSet<(usize, usize)> {
        self.matches.iter().map(|found| self.blocks(*found)).collect()
    }

    pub(super) fn blocks(&self, found: Match) -> (usize, usize) {
        (self.old.list[found.old].block, self.new.list[found.new].block)
    }

    /// The weight of an edge: its score, then nearness. Squares make pairs that do not cross the better ones.
    fn edge(&self, old: usize, new: usize, score: u16, gaps: usize) -> i64 {
        let place = |at: usize, count: usize| (at * 1023).checked_div(count.saturating_sub(1)).unwrap_or(0);
        let shift = place(old, self.old.list.len()).abs_diff(place(new, self.new.list.len()));
        let gaps = gaps.min(31);
        let far = gaps * gaps * 1024 + shift * shift;
        (i64::from(score) << 22) - i64::try_from(far).unwrap_or(i64::MAX)
    }

    /// The links between commands or files that surely stand in order, by unit.
    pub(super) fn in_order(&self) -> Vec<(usize, usize)> {
        let (order, sure) = self.run(surely_in_order);
        let kept = order.iter().zip(sure).filter(|(_, sure)| *sure);
        kept.map(|(index, _)| (self.matches[*index].old, self.matches[*index].new))
            .collect()
    }

    /// The matches sorted by the original, and what `judge` says of each: whether it stands in order.
    pub(super) fn run(&self, judge: fn(&[(usize, u64)]) -> Vec<bool>) -> (Vec<usize>, Vec<bool>) {
        let mut order: Vec<usize> = (0..self.matches.len()).collect();
        order.retain(|index| self.old.list[self.matches[*index].old].role != PairRole::Output);
        order.sort_by_key(|index| self.matches[*index].old);
        let items: Vec<(usize, u64)> = order.iter().map(|index| self.weighted(self.matches[*index])).collect();
        let kept = judge(&items);
        (order, kept)
    }

    /// Among runs of equal similarity the one with more text stays; this does not depend on which side is which.
    fn weighted(&self, found: Match) -> (usize, u64) {
        let text = self.old.list[found.old].weight() + self.new.list[found.new].weight();
        (
            found.new,
            (u64::from(found.score) + 1) * (1 << 20) + text.min(1 << 10) as u64,
        )
    }

    /// The similarity of two units as it was scored before; 0 if it was too low to be kept.
    pub(super) fn score(&self, old: usize, new: usize) -> u16 {
        let found = self.scores[old].binary_search_by_key(&new, |(other, _)| *other);
        found.map_or(0, |at| self.scores[old][at].1)
    }

    /// Pairs what is left between two neighbours in order: similar units, and assignments to the same variable.
    fn fill_gaps(&mut self) {
        let anchors = self.in_order();
        let gaps = Gaps::new(&anchors);
        let mut edges = Vec::new();
        let free = |flags: &[bool], units: &Units| -> Vec<usize> {
            (0..units.list.len())
                .filter(|at| flags[*at] && units.list[*at].role != PairRole::Output)
                .collect()
        };
        let mut by_gap: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for new in free(&self.new_free, self.new) {
            by_gap.entry(gaps.of_new(new)).or_default().push(new);
        }
        for old in free(&self.old_free, self.old) {
            for new in by_gap.get(&gaps.of_old(old)).into_iter().flatten() {
                let score = self.score(old, *new);
                let (old_unit, new_unit) = (&self.old.list[old], &self.new.list[*new]);
                let same_name =
                    assigned(&old_unit.text).is_some() && assigned(&old_unit.text) == assigned(&new_unit.text);
                if old_unit.role == new_unit.role && (score >= SIMILAR_BETWEEN || same_name) {
                    edges.push((old, *new, self.edge(old, *new, score.max(1), 0)));
                }
            }
        }
        for (old, new) in assignment(&edges) {
            self.link(old, new, How::Fuzzy);
        }
    }

    /// Outputs are paired last: those of paired commands belong together.
    fn outputs(&mut self) {
        let owners: BTreeMap<usize, Match> = self.matches.iter().map(|found| (found.old, *found)).collect();
        let mut edges = Vec::new();
        for (old, row) in self.scores.iter().enumerate().filter(|(old, _)| self.old_free[*old]) {
            for (new, score) in row.iter().filter(|(new, _)| self.new_free[*new]) {
                let (old_unit, new_unit) = (&self.old.list[old], &self.new.list[*new]);
                let outputs = old_unit.role == PairRole::Output && new_unit.role == PairRole::Output;
                let owned = old_unit
                    .owner
                    .and_then(|owner| owners.get(&owner))
                    .is_some_and(|found| Some(found.new) == new_unit.owner);
                let score = score + if owned { OWNERS_PAIRED } else { 0 };
                if outputs && score >= SIMILAR {
                    edges.push((old, *new, self.edge(old, *new, score, 0)));
                }
            }
        }
        for (old, new) in assignment(&edges) {
            self.link(old, new, How::Fuzzy);
            let owner = self.old.list[old].owner.and_then(|owner| owners.get(&owner));
            let moved = owner
                .filter(|found| Some(found.new) == self.new.list[new].owner)
                .map_or(0, |found| found.moved);
            if let Some(last) = self.matches.last_mut() {
                last.moved = moved;
            }
        }
    }
}

/// The name that a command assigns to, with `export` and without.
fn assigned(text: &str) -> Option<&str> {
    let text = text.strip_prefix("export ").unwrap_or(text);
    let (name, _) = text.split_once('=')?;
    let valid = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    valid.then_some(name)
}
