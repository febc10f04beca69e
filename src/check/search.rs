//! Finds a run of expected lines in a real output: the lines between two `...`.
//!
//! The time is linear in the output however the lines repeat. Runs of plain text are found as Knuth, Morris and Pratt do
//! (Fast pattern matching in strings, 1977), with whole lines as letters. Where patterns are among them, the set of all
//! started runs is kept as bits and moved on by one real line at a time, as Baeza-Yates and Gonnet do (A new approach to text
//! searching, 1992); each distinct pattern judges a real line at most once, and only if some started run needs it.

use std::collections::{BTreeMap, HashMap};

use crate::check::rule::{Kind, Line};

/// Where a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// The run begins at this real line.
    At(usize),
    /// Not found. The longest started run has this many lines and begins at this real line.
    Best(usize, usize),
}

/// Finds the first run of `wanted` (none of which is `...`, at least one) in `real[from..]`.
pub(super) fn find(wanted: &[Line<'_>], real: &[&str], from: usize) -> Found {
    let literals: Option<Vec<&str>> = wanted
        .iter()
        .map(|line| match &line.kind {
            Kind::Literal(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    match literals {
        Some(literals) => find_literal(&literals, real, from),
        None => find_pattern(wanted, real, from),
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

fn find_pattern(wanted: &[Line<'_>], real: &[&str], from: usize) -> Found {
    let mut literals: HashMap<&str, Positions> = HashMap::new();
    let mut patterns: BTreeMap<&str, (&Line<'_>, Positions)> = BTreeMap::new();
    for (at, line) in wanted.iter().enumerate() {
        match &line.kind {
            Kind::Literal(text) => mark(literals.entry(text).or_default(), at),
            Kind::Pattern(source) => mark(&mut patterns.entry(source).or_insert((line, Vec::new())).1, at),
            // Nothing fits, so no run gets past it.
            Kind::AnyLines | Kind::Impossible { .. } => {}
        }
    }
    let mut started = vec![0u64; wanted.len().div_ceil(64)];
    let mut next = started.clone();
    let (last_word, last_bit) = ((wanted.len() - 1) / 64, (wanted.len() - 1) % 64);
    let mut best = (0, from);
    for (at, line) in real.iter().enumerate().skip(from) {
        shift(&mut started);
        next.fill(0);
        if let Some(positions) = literals.get(line) {
            advance(&started, positions, &mut next);
        }
        for (pattern, positions) in patterns.values() {
            let needed = positions.iter().any(|(word, bits)| started[*word] & bits != 0);
            if needed && pattern.accepts(line) {
                advance(&started, positions, &mut next);
            }
        }
        std::mem::swap(&mut started, &mut next);
        if started[last_word] >> last_bit & 1 == 1 {
            return Found::At(at + 1 - wanted.len());
        }
        if let Some(length) = longest(&started)
            && length > best.0
        {
            best = (length, at + 1 - length);
        }
    }
    Found::Best(best.0, best.1)
}

fn mark(positions: &mut Positions, at: usize) {
    let (word, bit) = (at / 64, 1u64 << (at % 64));
    match positions.last_mut() {
        Some((last, bits)) if *last == word => *bits |= bit,
        _ => positions.push((word, bit)),
    }
}

/// Moves every started run on by one line, and starts a new one.
fn shift(started: &mut [u64]) {
    let mut carry = 1;
    for word in started {
        let out = *word >> 63;
        *word = *word << 1 | carry;
        carry = out;
    }
}

fn advance(started: &[u64], positions: &Positions, next: &mut [u64]) {
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
        (find(&lines, real, from), naive)
    }

    #[test]
    fn the_longest_start_is_told() {
        let wanted = ["a", "a", "b"].map(str::to_owned);
        assert_eq!(found(&wanted, &["a", "x", "a", "a", "c"], 0).0, Found::Best(2, 2));
        assert_eq!(found(&wanted, &["a", "a", "a", "b"], 0).0, Found::At(1));
    }

    proptest! {
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
