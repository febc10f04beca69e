//! How alike two units are: weighted Dice over words, parts of words and pairs of words.
//!
//! Rare features weigh more: idf = ln(1 + N / df) over the units of both documents. What one document alone has, and
//! most of its units have, says nothing about which of them a unit belongs to: a program that got another name, an
//! option that every request needs now. Such features weigh ln((N + 1) / df) over the units of their document.
//! All arithmetic after the logarithm is on integers, so that every machine finds the same scores.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::renames::MARK;

/// Scores below this are not kept: no rule asks for them.
pub(super) const KEEP: u16 = 100;
/// Scores that are kept at most, of all units together: thousands of equal commands would fill the memory.
const MOST: usize = 4_000_000;
/// Of each unit at least so many scores are kept.
const LEAST_OF_UNIT: usize = 64;

/// A feature and twice how often the unit has it; a pair of words counts half.
type Counts = Vec<(usize, u64)>;

/// The features of both documents, weighted.
pub(super) struct Features {
    names: Vec<String>,
    weights: Vec<u64>,
    frequency: Vec<u32>,
    old: Vec<Counts>,
    new: Vec<Counts>,
}

impl Features {
    /// Collects and weighs the features of the units of both documents, by their texts.
    pub(super) fn new<T: AsRef<str>>(old: &[T], new: &[T]) -> Self {
        let mut names = Vec::new();
        let mut ids = HashMap::new();
        let mut collect = |texts: &[T]| -> Vec<Counts> {
            let texts = texts.iter().map(AsRef::as_ref);
            texts.map(|text| counts(text, &mut ids, &mut names)).collect()
        };
        let (old, new) = (collect(old), collect(new));
        let (of_old, of_new) = (frequencies(&old, names.len()), frequencies(&new, names.len()));
        let both = || of_old.iter().copied().zip(of_new.iter().copied());
        let weights = both().map(|df| weight((old.len(), new.len()), df)).collect();
        Self {
            names,
            weights,
            frequency: both().map(|(old, new)| old + new).collect(),
            old,
            new,
        }
    }

    /// Returns the similarity of two units in thousandths.
    pub(super) fn score(&self, old: usize, new: usize) -> u16 {
        let common: u64 = shared(&self.old[old], &self.new[new])
            .map(|(id, count)| count * self.weights[id])
            .sum();
        dice(common, self.mass(&self.old[old]) + self.mass(&self.new[new]))
    }

    /// Returns, for each unit of the original, the units of the revised text with a score of at least [`KEEP`], in order.
    /// Of texts with so many units that not all can be kept, the best, and of equal ones those at about the same place.
    pub(super) fn scores(&self) -> Vec<Vec<(usize, u16)>> {
        let mut postings: Vec<Vec<(usize, u64)>> = vec![Vec::new(); self.names.len()];
        for (unit, counts) in self.new.iter().enumerate() {
            for (id, count) in counts {
                postings[*id].push((unit, *count));
            }
        }
        let masses: Vec<u64> = self.new.iter().map(|counts| self.mass(counts)).collect();
        let mut common = vec![0_u64; self.new.len()];
        let mut rows = Vec::with_capacity(self.old.len());
        let most = (MOST / self.old.len().max(1)).max(LEAST_OF_UNIT);
        for (old, counts) in self.old.iter().enumerate() {
            common.fill(0);
            for (id, count) in counts {
                for (unit, other) in &postings[*id] {
                    common[*unit] += count.min(other) * self.weights[*id];
                }
            }
            let mass = self.mass(counts);
            let scored = common
                .iter()
                .zip(&masses)
                .map(|(common, other)| dice(*common, mass + other));
            let mut row: Vec<(usize, u16)> = scored.enumerate().filter(|(_, score)| *score >= KEEP).collect();
            keep_best(&mut row, most, old * self.new.len() / self.old.len());
            rows.push(row);
        }
        rows
    }

    /// Returns the rarest features that two units share, rarest first, and how many units of both documents have each.
    pub(super) fn rarest_shared(&self, old: usize, new: usize, count: usize) -> Vec<(String, u32)> {
        let is_word = |id: &usize| !self.names[*id].starts_with(PAIR) && !self.names[*id].contains(MARK);
        let words = shared(&self.old[old], &self.new[new]).filter(|(id, _)| is_word(id));
        let mut ids: Vec<usize> = words.map(|(id, _)| id).collect();
        ids.sort_by_key(|id| (self.frequency[*id], *id));
        let mut found: Vec<(String, u32)> = Vec::new();
        for id in ids {
            let name = self.names[id].chars().skip(KIND).collect::<String>();
            if found.len() < count && found.iter().all(|(other, _)| !other.contains(&name)) {
                found.push((name, self.frequency[id]));
            }
        }
        found
    }

    fn mass(&self, counts: &Counts) -> u64 {
        counts.iter().map(|(id, count)| count * self.weights[*id]).sum()
    }
}

/// Keeps the `most` best of a row, of equal ones those that are nearest to the place `near`; the order stays.
fn keep_best(row: &mut Vec<(usize, u16)>, most: usize, near: usize) {
    if row.len() > most {
        row.select_nth_unstable_by_key(most, |(unit, score)| (Reverse(*score), unit.abs_diff(near), *unit));
        row.truncate(most);
        row.sort_unstable();
        row.shrink_to_fit();
    }
}

/// How many characters at the beginning of a feature's name say of which kind it is.
const KIND: usize = 1;
/// A word, or a part of one: `docker-compose` has parts that `docker compose` has as words.
const WORD: char = 'w';
const PAIR: char = 'b';

/// In how many units each feature stands.
fn frequencies(units: &[Counts], features: usize) -> Vec<u32> {
    let mut frequencies = vec![0; features];
    units.iter().flatten().for_each(|(id, _)| frequencies[*id] += 1);
    frequencies
}

/// The weight of a feature, in thousandths; `units` and `df` are those of the original and of the revised text.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positive and below 100,000"
)]
fn weight(units: (usize, usize), df: (u32, u32)) -> u64 {
    let share = match df {
        (0, df) => (units.1 + 1) as f64 / f64::from(df),
        (df, 0) => (units.0 + 1) as f64 / f64::from(df),
        (old, new) => 1.0 + (units.0 + units.1) as f64 / f64::from(old + new),
    };
    (share.ln() * 1000.0).round() as u64
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "at most 1000, as what is common is part of both masses"
)]
fn dice(common: u64, masses: u64) -> u16 {
    (2000 * common).checked_div(masses).unwrap_or(0) as u16
}

/// The features that both have, with the smaller of their counts.
fn shared(old: &Counts, new: &Counts) -> impl Iterator<Item = (usize, u64)> {
    old.iter().filter_map(|(id, count)| {
        let found = new.binary_search_by_key(id, |(other, _)| *other).ok()?;
        Some((*id, new[found].1.min(*count)))
    })
}

fn counts(text: &str, ids: &mut HashMap<String, usize>, names: &mut Vec<String>) -> Counts {
    let mut found: Vec<(usize, u64)> = Vec::new();
    let mut add = |kind: char, name: &[&str], count: u64| {
        let name = format!("{kind}{}", name.join(" "));
        let id = *ids.entry(name.clone()).or_insert_with(|| {
            names.push(name);
            names.len() - 1
        });
        found.push((id, count));
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    for word in &words {
        add(WORD, &[word], 2);
        let parts: Vec<&str> = word
            .split(|c: char| !c.is_alphanumeric())
            .filter(|part| !part.is_empty())
            .collect();
        if parts.len() > 1 || parts.first().is_some_and(|part| part != word) {
            parts.iter().for_each(|part| add(WORD, &[part], 2));
        }
    }
    words.windows(2).for_each(|pair| add(PAIR, pair, 1));
    found.sort_unstable();
    found.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    found
}

#[cfg(test)]
mod tests {
    use super::keep_best;

    #[test]
    fn the_best_and_the_nearest_are_kept_in_order() {
        let mut row: Vec<(usize, u16)> = (0..100).map(|unit| (unit, 500)).collect();
        row[7].1 = 900;
        row[90].1 = 200;
        keep_best(&mut row, 4, 50);
        assert_eq!(row, [(7, 900), (49, 500), (50, 500), (51, 500)]);
        let before = row.clone();
        keep_best(&mut row, 4, 0);
        assert_eq!(row, before);
    }
}
