//! Finds a run of expected lines in a real output: the lines between two `...`.
//!
//! The time is linear in the output however the lines repeat. Runs of plain text are found as Knuth, Morris and Pratt do
//! (Fast pattern matching in strings, 1977), with whole lines as letters. Where patterns are among them, the set of all
//! started runs is kept as bits and moved on by one real line at a time, as Baeza-Yates and Gonnet do (A new approach to text
//! searching, 1992); each distinct pattern judges a real line at most once, and only if some started run needs it. A run is
//! started only where its [`anchor`] stands, so that a run of which most lines fit anything costs no more than another.

use std::cell::Cell;
use std::collections::HashMap;

use crate::check::rule::{Kind, Line};

/// Where a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// The run begins at this real line.
    At(usize),
    /// Not found. The longest started run has this many lines and begins at this real line.
    Best(usize, usize),
}

/// Finds the first run of `wanted` (none of which is `...`, at least one) in `real[from..]` whose values agree: `binds` is
/// asked for each place where the lines fit one by one, and returns the first whose values do not.
pub(super) fn find(
    wanted: &[Line<'_>],
    real: &[&str],
    from: usize,
    binds: impl FnMut(usize) -> Result<(), usize>,
) -> Found {
    let literals: Option<Vec<&str>> = wanted
        .iter()
        .map(|line| match &line.kind {
            Kind::Literal(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    match literals {
        Some(literals) => find_literal(&literals, real, from),
        None => find_pattern(wanted, real, from, binds),
    }
}

fn find_literal(wanted: &[&str], real: &[&str], from: usize) -> Found {
    let fallback = borders(wanted);
    let (mut length, mut best) = (0, (0, from));
    for (at, line) in real.iter().enumerate().skip(from) {
        while length > 0 && wanted[length] != *line {
            length = fallback[length - 1];
        }
        if wanted[length] == *line {
            length += 1;
        }
        if length == wanted.len() {
            return Found::At(at + 1 - length);
        }
        if length > best.0 {
            best = (length, at + 1 - length);
        }
    }
    Found::Best(best.0, best.1)
}

/// For each prefix, the length of its longest proper border.
fn borders(wanted: &[&str]) -> Vec<usize> {
    let mut table = vec![0; wanted.len()];
    let mut length = 0;
    for at in 1..wanted.len() {
        while length > 0 && wanted[length] != wanted[at] {
            length = table[length - 1];
        }
        if wanted[length] == wanted[at] {
            length += 1;
        }
        table[at] = length;
    }
    table
}

/// The positions of one distinct rule among the wanted lines, as bits: words that are not zero, with their index.
type Positions = Vec<(usize, u64)>;

/// The most judgements that are made to tell where a run that is not there comes nearest.
const EFFORT: usize = 200_000;

fn find_pattern(
    wanted: &[Line<'_>],
    real: &[&str],
    from: usize,
    mut binds: impl FnMut(usize) -> Result<(), usize>,
) -> Found {
    let rules = Rules::of(wanted);
    let anchor = anchor(wanted, &real[from..]);
    let is_anchored = |start: usize| {
        real.get(start + anchor)
            .is_some_and(|line| wanted[anchor].accepts(line))
    };
    let mut nearest = (0, from);
    let found = rules.walk(real, from, is_anchored, |length, start| {
        let bound = if length < wanted.len() { Ok(()) } else { binds(start) };
        nearest = bound.err().map_or(nearest, |length| nearest.max((length, start)));
        length == wanted.len() && bound.is_ok()
    });
    if let Some(start) = found {
        return Found::At(start);
    }
    let mut best = nearest;
    rules.effort.set(EFFORT);
    rules.walk(
        real,
        from,
        |_| true,
        |length, start| {
            if length > best.0 && length < wanted.len() {
                best = (length, start);
            }
            best.0 + 1 == wanted.len() || rules.effort.get() == 0
        },
    );
    Found::Best(best.0, best.1)
}

/// The line of a run by which to look for it: the one that fits the fewest of some real lines, and says most.
fn anchor(wanted: &[Line<'_>], real: &[&str]) -> usize {
    if wanted.len() == 1 {
        return 0;
    }
    let sample: Vec<&str> = real.iter().copied().step_by(real.len() / SAMPLE + 1).collect();
    let fits = |line: &Line<'_>| sample.iter().filter(|real| line.accepts(real)).count();
    let rank = |at: &usize| (fits(&wanted[*at]), std::cmp::Reverse(wanted[*at].weight()));
    (0..wanted.len()).min_by_key(rank).unwrap_or_default()
}

/// How many real lines tell which line of a run is the rarest.
const SAMPLE: usize = 16;

/// The distinct rules of the wanted lines, with the positions of each.
struct Rules<'a> {
    literals: HashMap<&'a str, Positions>,
    patterns: Vec<(&'a Line<'a>, Positions)>,
    /// For each position, its pattern.
    pattern_at: Vec<Option<usize>>,
    /// How many more judgements are worth the while.
    effort: Cell<usize>,
}

impl<'a> Rules<'a> {
    fn of(wanted: &'a [Line<'a>]) -> Self {
        let mut index: HashMap<&str, usize> = HashMap::new();
        let mut rules = Self {
            literals: HashMap::new(),
            patterns: Vec::new(),
            pattern_at: vec![None; wanted.len()],
            effort: Cell::new(usize::MAX),
        };
        for (at, line) in wanted.iter().enumerate() {
            match &line.kind {
                Kind::Literal(text) => mark(rules.literals.entry(text).or_default(), at),
                Kind::Pattern(source) => {
                    let number = *index.entry(source).or_insert(rules.patterns.len());
                    if number == rules.patterns.len() {
                        rules.patterns.push((line, Vec::new()));
                    }
                    mark(&mut rules.patterns[number].1, at);
                    rules.pattern_at[at] = Some(number);
                }
                // Nothing fits, so no run gets past it.
                Kind::AnyLines | Kind::Impossible { .. } => {}
            }
        }
        rules
    }

    /// Walks over the real lines and tells `reached` the length and the start of the longest run started where `may_start`
    /// allows it, until `reached` says that this is it.
    fn walk(
        &self,
        real: &[&str],
        from: usize,
        may_start: impl Fn(usize) -> bool,
        mut reached: impl FnMut(usize, usize) -> bool,
    ) -> Option<usize> {
        let mut started = vec![0u64; self.pattern_at.len().div_ceil(64)];
        let mut next = started.clone();
        let mut idle = true;
        for (at, line) in real.iter().enumerate().skip(from) {
            let starts = may_start(at);
            if idle && !starts {
                continue;
            }
            shift(&mut started, starts);
            next.fill(0);
            self.advance(line, &started, &mut next);
            std::mem::swap(&mut started, &mut next);
            let longest = longest(&started);
            idle = longest.is_none();
            if let Some(length) = longest
                && reached(length, at + 1 - length)
            {
                return Some(at + 1 - length);
            }
        }
        None
    }

    fn fits(&self, pattern: usize, line: &str) -> bool {
        self.effort.set(self.effort.get().saturating_sub(1));
        self.patterns[pattern].0.accepts(line)
    }

    /// Moves on the started runs that the real line fits.
    fn advance(&self, line: &str, started: &[u64], next: &mut [u64]) {
        if let Some(positions) = self.literals.get(line) {
            keep(started, positions, next);
        }
        let count: usize = started.iter().map(|word| word.count_ones() as usize).sum();
        if count > self.patterns.len() {
            for (number, (_, positions)) in self.patterns.iter().enumerate() {
                let needed = positions.iter().any(|(word, bits)| started[*word] & bits != 0);
                if needed && self.fits(number, line) {
                    keep(started, positions, next);
                }
            }
            return;
        }
        for (number, word) in started.iter().enumerate().filter(|(_, word)| **word != 0) {
            let mut bits = *word;
            while bits != 0 {
                let at = number * 64 + bits.trailing_zeros() as usize;
                let bit = bits & bits.wrapping_neg();
                bits ^= bit;
                let pattern = self.pattern_at.get(at).copied().flatten();
                let fits = pattern.is_some_and(|pattern| self.fits(pattern, line));
                next[number] |= if fits { bit } else { 0 };
            }
        }
    }
}

fn mark(positions: &mut Positions, at: usize) {
    let (word, bit) = (at / 64, 1u64 << (at % 64));
    match positions.last_mut() {
        Some((last, bits)) if *last == word => *bits |= bit,
        _ => positions.push((word, bit)),
    }
}

/// Moves every started run on by one line, and starts a new one or not.
fn shift(started: &mut [u64], starts: bool) {
    let mut carry = u64::from(starts);
    for word in started {
        let out = *word >> 63;
        *word = *word << 1 | carry;
        carry = out;
    }
}

fn keep(started: &[u64], positions: &Positions, next: &mut [u64]) {
    for (word, bits) in positions {
        next[*word] |= started[*word] & bits;
    }
}

/// The length of the longest started run.
fn longest(started: &[u64]) -> Option<usize> {
    let word = started.iter().rposition(|word| *word != 0)?;
    Some(word * 64 + 64 - started[word].leading_zeros() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::capture::Captures;
    use crate::check::rule;
    use crate::model::block::MatchMode;
    use crate::model::expectation::Body;
    use crate::parse::expectation::expectation;
    use proptest::prelude::*;

    fn found(wanted: &[String], real: &[&str], from: usize) -> (Found, Option<usize>) {
        let (expected, _) = expectation(&wanted.join("\n"), MatchMode::Lines);
        let Body::Lines(rules) = &expected.body else {
            panic!("not lines")
        };
        let lines = rule::lines(&expected, rules, &Captures::new());
        let naive = (from..(real.len() + 1).saturating_sub(lines.len()))
            .find(|start| lines.iter().zip(&real[*start..]).all(|(line, real)| line.accepts(real)));
        (find(&lines, real, from, |_| Ok(())), naive)
    }

    #[test]
    fn the_longest_start_is_told() {
        let wanted = ["a", "a", "b"].map(str::to_owned);
        assert_eq!(found(&wanted, &["a", "x", "a", "a", "c"], 0).0, Found::Best(2, 2));
        assert_eq!(found(&wanted, &["a", "a", "a", "b"], 0).0, Found::At(1));
    }

    proptest! {
        #[test]
        fn goes_on_where_values_do_not_agree(
            real in proptest::collection::vec("[ab]", 0..40),
            every in 1usize..6,
        ) {
            let (expected, _) = expectation("{{word}}\n{{any}}b\na", MatchMode::Lines);
            let Body::Lines(rules) = &expected.body else { unreachable!() };
            let lines = rule::lines(&expected, rules, &Captures::new());
            let real: Vec<&str> = real.iter().map(String::as_str).collect();
            let agrees = |start: usize| start % every == every - 1;
            let naive = (0..(real.len() + 1).saturating_sub(3))
                .find(|start| agrees(*start) && real[start + 1] == "b" && real[start + 2] == "a");
            match (find(&lines, &real, 0, |start| if agrees(start) { Ok(()) } else { Err(1) }), naive) {
                (Found::At(start), Some(wanted)) => prop_assert_eq!(start, wanted),
                (Found::Best(length, _), None) => prop_assert!(length < 3),
                (found, _) => prop_assert!(false, "{:?} instead of {:?}", found, naive),
            }
        }

        #[test]
        fn finds_what_trying_every_line_finds(
            wanted in proptest::collection::vec("[ab]|\\{\\{int\\}\\}|\\{\\{word\\}\\}|a\\{\\{any\\}\\}", 1..70),
            real in proptest::collection::vec("[ab1]", 0..160),
            repeat in 1usize..4,
        ) {
            let wanted: Vec<String> = wanted.into_iter().take(if repeat == 1 { 70 } else { 3 }).collect();
            let mut real: Vec<&str> = real.iter().map(String::as_str).collect();
            if repeat == 3 {
                // Long starts that almost fit.
                real = vec!["a"; real.len()];
            }
            let (found, naive) = found(&wanted, &real, 0);
            match naive {
                Some(start) => prop_assert_eq!(found, Found::At(start)),
                None => prop_assert!(matches!(found, Found::Best(..))),
            }
        }
    }
}
