//! Some of many mutants, spread over kinds and blocks.

use std::collections::BTreeMap;

use super::{Kind, Mutant};

/// Returns the indices of at most `limit` of `mutants`. Kinds take turns; each takes a mutant of the block that was taken
/// least so far, in which the most are left. So the first ones of a sample are a smaller sample, and the same mutants
/// always give the same one.
pub fn sample(mutants: &[Mutant], limit: usize) -> Vec<usize> {
    let mut left: Vec<usize> = (0..mutants.len()).collect();
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    let mut chosen = Vec::new();
    while !left.is_empty() && chosen.len() < limit {
        for kind in Kind::ALL {
            let remaining = |block| left.iter().filter(|index| mutants[**index].block == block).count();
            let next = left
                .iter()
                .copied()
                .filter(|index| mutants[*index].kind == kind)
                .min_by_key(|index| {
                    let block = mutants[*index].block;
                    (
                        taken.get(&block).copied().unwrap_or(0),
                        std::cmp::Reverse(remaining(block)),
                    )
                });
            let Some(next) = next.filter(|_| chosen.len() < limit) else {
                continue;
            };
            *taken.entry(mutants[next].block).or_default() += 1;
            left.retain(|index| *index != next);
            chosen.push(next);
        }
    }
    chosen
}
