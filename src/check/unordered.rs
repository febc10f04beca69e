//! Compares lines in any order.
//!
//! Lines without holes choose first, then those that say most; each takes the first real line left that fits. Lines with the
//! same pattern go on where the last of them stopped. Which real lines can fit a pattern at all is looked up by a few bytes that
//! it needs: those of its text that are rarest in the output.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::check::explain::Stop;
use crate::check::matcher::Comparison;
use crate::check::rule::{Kind, Line};

impl Comparison<'_> {
    /// Compares the lines in any order.
    pub(super) fn unordered(&mut self) -> Result<(), Stop> {
        let mut met: Vec<Option<usize>> = vec![None; self.lines.len()];
        let mut free = vec![true; self.real.len()];
        self.choose_literals(&mut met, &mut free);
        self.choose_patterns(&mut met, &mut free);
        let others = self.lines.iter().any(|line| line.kind == Kind::AnyLines);
        let missing = |index: usize| met[index].is_none() && self.lines[index].kind != Kind::AnyLines;
        let nothing_missing = !(0..self.lines.len()).any(missing);
        let left: Vec<usize> = (0..self.real.len()).filter(|at| free[*at]).collect();
        if nothing_missing && (others || left.is_empty()) {
            return Ok(());
        }
        Err(Stop::Unordered { met, left, others })
    }

    /// Lines without holes take equal real lines. Equal lines can stand for each other, so no choice is a wrong one.
    fn choose_literals(&self, met: &mut [Option<usize>], free: &mut [bool]) {
        let mut wanted: HashMap<&str, VecDeque<usize>> = HashMap::new();
        for (index, line) in self.lines.iter().enumerate() {
            if let Kind::Literal(text) = &line.kind {
                wanted.entry(text).or_default().push_back(index);
            }
        }
        for (at, real) in self.real.iter().enumerate() {
            if let Some(index) = wanted.get_mut(real).and_then(VecDeque::pop_front) {
                met[index] = Some(at);
                free[at] = false;
            }
        }
    }

    fn choose_patterns(&mut self, met: &mut [Option<usize>], free: &mut [bool]) {
        let order = self.order_of_choice();
        let places = Places::of(order.iter().map(|index| &self.lines[*index]), self.real);
        // For each pattern: how many of its places were passed over, and how many lines had captured values by then.
        let mut passed: HashMap<&str, (usize, usize)> = HashMap::new();
        let mut captured = 0;
        for index in order {
            let line = &self.lines[index];
            let Kind::Pattern(source) = &line.kind else { continue };
            let go_on = passed.entry(source).or_default();
            if line.is_bound() && go_on.1 != captured {
                *go_on = (0, captured);
            }
            let start = go_on.0;
            let choice = places.of_line(line).skip(start).enumerate().find_map(|(skipped, at)| {
                let fits = free[at].then(|| line.take(self.real[at], &self.own)).flatten();
                fits.map(|taking| (skipped, at, taking))
            });
            go_on.0 = choice.as_ref().map_or(usize::MAX, |(skipped, ..)| start + skipped + 1);
            if let Some((_, at, taking)) = choice {
                captured += usize::from(!taking.captures.is_empty());
                self.own.extend(taking.captures);
                free[at] = false;
                met[index] = Some(at);
            }
        }
    }

    /// The lines with patterns: those that need a value captured here come last, else those that say most come first.
    fn order_of_choice(&self) -> Vec<usize> {
        let is_pattern = |index: &usize| matches!(self.lines[*index].kind, Kind::Pattern(_));
        let mut order: Vec<usize> = (0..self.lines.len()).filter(is_pattern).collect();
        order.sort_by_key(|index| {
            let line = &self.lines[*index];
            (line.is_bound(), std::cmp::Reverse(line.weight()), *index)
        });
        order
    }
}

/// Where the grams stand that patterns need: one for each pattern, that of its text which is rarest in the output.
struct Places {
    lines: usize,
    /// For each length of the grams that are looked up: how often each of their hashes was met.
    counts: BTreeMap<usize, Vec<u32>>,
    /// For each gram that is looked up, the real lines that hold it, in order.
    at: HashMap<Gram, Vec<usize>>,
}

/// A few bytes that stand side by side: how many, and their hash.
type Gram = (usize, usize);

/// The length of a gram, unless the text is shorter.
const LENGTH: usize = 4;

impl Places {
    fn of<'a>(patterns: impl Iterator<Item = &'a Line<'a>>, real: &[&str]) -> Self {
        let mut places = Self {
            lines: real.len(),
            counts: BTreeMap::new(),
            at: HashMap::new(),
        };
        let needed: Vec<&str> = patterns.filter_map(Line::needs).collect();
        for length in needed.iter().map(|text| text.len().min(LENGTH)) {
            places.counts.entry(length).or_insert_with(|| counted(real, length));
        }
        places.at = needed.iter().map(|text| (places.rarest(text), Vec::new())).collect();
        for length in places.counts.keys() {
            fill(&mut places.at, real, *length);
        }
        places
    }

    /// The gram of a needed text that is rarest in the output.
    fn rarest(&self, text: &str) -> Gram {
        let length = text.len().min(LENGTH);
        let count = |hash: &usize| self.counts.get(&length).map_or(0, |counts| counts[*hash]);
        (length, hashes(text, length).min_by_key(count).unwrap_or_default())
    }

    /// The real lines that a pattern can fit, in order.
    fn of_line(&self, line: &Line<'_>) -> impl Iterator<Item = usize> {
        let known = line.needs().and_then(|text| self.at.get(&self.rarest(text)));
        let all = if known.is_none() { 0..self.lines } else { 0..0 };
        known.into_iter().flatten().copied().chain(all)
    }
}

fn counted(real: &[&str], length: usize) -> Vec<u32> {
    let mut counts: Vec<u32> = vec![0; HASHES];
    for hash in real.iter().flat_map(|line| hashes(line, length)) {
        counts[hash] = counts[hash].saturating_add(1);
    }
    counts
}

/// Notes the real lines that hold the wanted grams of one length.
fn fill(wanted: &mut HashMap<Gram, Vec<usize>>, real: &[&str], length: usize) {
    let mut is_wanted = vec![false; HASHES];
    for (_, hash) in wanted.keys().filter(|gram| gram.0 == length) {
        is_wanted[*hash] = true;
    }
    for (at, line) in real.iter().enumerate() {
        for hash in hashes(line, length).filter(|hash| is_wanted[*hash]) {
            let known = wanted.entry((length, hash)).or_default();
            if known.last() != Some(&at) {
                known.push(at);
            }
        }
    }
}

const HASHES: usize = 1 << u16::BITS;

fn hashes(text: &str, length: usize) -> impl Iterator<Item = usize> {
    text.as_bytes().windows(length).map(|bytes| {
        let word = bytes.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte));
        (word.wrapping_mul(0x9e37_79b1) >> u16::BITS) as usize
    })
}
