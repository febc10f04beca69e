//! What a fence is for where one text leaves it open and the other does not.

use std::collections::BTreeMap;

use super::matching::SIMILAR;
use super::role::{Guess, Reading, guesses};
use super::similarity::Features;
use crate::model::compare::OriginalRole;
use crate::model::guide::Document;

/// What is said of blocks, by their index.
pub(super) type Roles = BTreeMap<usize, OriginalRole>;

/// Returns the roles of blocks of both documents that their own text leaves open: that of the block of the other text
/// that is most like it. `told` says what blocks of the original are.
pub(super) fn agreed(old: &Document, new: &Document, told: &Roles) -> (Roles, Roles) {
    let (old_guesses, new_guesses) = (guesses(old, told), guesses(new, &Roles::new()));
    let mut roles = (told.clone(), Roles::new());
    if old_guesses.iter().chain(&new_guesses).all(|guess| guess.sure) {
        return roles;
    }
    let texts = |document: &Document| -> Vec<String> {
        let blocks = document.blocks.iter();
        blocks
            .map(|block| {
                if block.hidden {
                    String::new()
                } else {
                    block.text.clone()
                }
            })
            .collect()
    };
    let scores = Features::new(&texts(old), &texts(new)).scores();
    let mut best_old = vec![None; old_guesses.len()];
    let mut best_new = vec![None; new_guesses.len()];
    for (at, row) in scores.iter().enumerate() {
        for (other, score) in row.iter().filter(|(_, score)| *score >= SIMILAR) {
            keep(&mut best_old[at], *score, *other);
            keep(&mut best_new[*other], *score, at);
        }
    }
    for (roles, own, best, others) in [
        (&mut roles.0, &old_guesses, &best_old, &new_guesses),
        (&mut roles.1, &new_guesses, &best_new, &old_guesses),
    ] {
        for (at, (guess, best)) in own.iter().zip(best).enumerate() {
            let other = best.map(|(_, other): (u16, usize)| &others[other]);
            roles.extend(other.and_then(|other| role(guess, other)).map(|role| (at, role)));
        }
    }
    roles
}

fn keep(best: &mut Option<(u16, usize)>, score: u16, at: usize) {
    if best.is_none_or(|(known, _)| known < score) {
        *best = Some((score, at));
    }
}

/// The role that a block takes on from the block that is most like it.
fn role(own: &Guess, other: &Guess) -> Option<OriginalRole> {
    let yields = !own.sure && (other.sure || rank(own.reading) < rank(other.reading));
    let role = match other.reading {
        Reading::Script | Reading::Transcript { .. } => OriginalRole::Command,
        Reading::Output => OriginalRole::Output,
        Reading::File => OriginalRole::File,
    };
    let same = rank(own.reading) == rank(other.reading);
    (yields && !same).then_some(role)
}

/// Of two guesses the one with more to it: an output is what follows commands and looks like none.
fn rank(reading: Reading) -> u8 {
    match reading {
        Reading::Output => 0,
        Reading::File => 1,
        Reading::Script | Reading::Transcript { .. } => 2,
    }
}
