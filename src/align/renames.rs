//! What got another name throughout: a host, a path, a program.
//!
//! Commands that correspond tell it: a part of words that only the original's have, wherever only the revised ones have
//! another, names the same thing. What would otherwise look unlike is then scored with one name for both.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::comparison::{How, PairRole};
use super::matching::Match;
use super::unit::{Unit, Units};

/// So many commands must agree.
const AGREE: usize = 2;
/// Shorter parts stand in each other's place by chance.
const MIN_LETTERS: usize = 3;
/// Begins the one name that stands for both; no word of a text begins so.
pub(super) const MARK: char = 'ʼ';

/// Parts of words, each with the number of what it names.
type Names<'u> = BTreeMap<&'u str, usize>;

/// What has one name in the original and another in the revised text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Renames<'u> {
    old: Names<'u>,
    new: Names<'u>,
}

impl<'u> Renames<'u> {
    /// Learns names from the commands that are linked though their texts differ.
    pub(super) fn learn(old: &'u Units, new: &'u Units, matches: &[Match]) -> Self {
        let mut together: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let (mut of_old, mut of_new) = (BTreeMap::<&str, usize>::new(), BTreeMap::<&str, usize>::new());
        let changed = |found: &&Match| found.how != How::Exact && old.list[found.old].role == PairRole::Command;
        for found in matches.iter().filter(changed) {
            let (old, new) = own_parts(&old.list[found.old].text, &new.list[found.new].text);
            old.iter().for_each(|part| *of_old.entry(part).or_default() += 1);
            new.iter().for_each(|part| *of_new.entry(part).or_default() += 1);
            for old in &old {
                new.iter().for_each(|new| *together.entry((old, new)).or_default() += 1);
            }
        }
        let mut renames = Self::default();
        for ((old, new), count) in together {
            if count >= AGREE && count * 4 >= 3 * of_old[old].max(of_new[new]) {
                renames.add(old, new);
            }
        }
        renames
    }

    /// Gives two parts, and all that names what either names, one number.
    fn add(&mut self, old: &'u str, new: &'u str) {
        let next = self.old.len() + self.new.len();
        let known = [self.old.get(old).copied(), self.new.get(new).copied()];
        let number = known.into_iter().flatten().min().unwrap_or(next);
        for stale in known.into_iter().flatten() {
            let names = self.old.values_mut().chain(self.new.values_mut());
            names.filter(|own| **own == stale).for_each(|own| *own = number);
        }
        self.old.insert(old, number);
        self.new.insert(new, number);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.old.is_empty()
    }

    /// The texts of the original's units, with one name for what got another.
    pub(super) fn of_old<'t>(&self, units: &'t [Unit]) -> Vec<Cow<'t, str>> {
        units.iter().map(|unit| renamed(&unit.text, &self.old)).collect()
    }

    /// The texts of the revised units, with one name for what got another.
    pub(super) fn of_new<'t>(&self, units: &'t [Unit]) -> Vec<Cow<'t, str>> {
        units.iter().map(|unit| renamed(&unit.text, &self.new)).collect()
    }
}

/// The letters and digits that stand together, with what follows them up to the next.
fn parts(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let next = rest[end..]
            .find(char::is_alphanumeric)
            .map_or(rest.len(), |at| end + at);
        let found = (&rest[..end], &rest[end..next]);
        let more = !rest.is_empty();
        rest = &rest[next..];
        more.then_some(found)
    })
}

/// The parts that each text has and the other has not.
fn own_parts<'t>(old: &'t str, new: &'t str) -> (BTreeSet<&'t str>, BTreeSet<&'t str>) {
    let long = |text: &'t str| -> BTreeSet<&'t str> {
        let parts = parts(text).map(|(part, _)| part);
        parts.filter(|part| part.chars().count() >= MIN_LETTERS).collect()
    };
    let (old, new) = (long(old), long(new));
    (&old - &new, &new - &old)
}

/// The text with mark and number in the place of each name. A name of several parts is one.
fn renamed<'t>(text: &'t str, names: &Names<'_>) -> Cow<'t, str> {
    if !parts(text).any(|(part, _)| names.contains_key(part)) {
        return Cow::Borrowed(text);
    }
    let mut renamed = String::new();
    let mut last = None;
    for (part, between) in parts(text) {
        let number = names.get(part);
        match number {
            Some(number) if last == Some(number) => {
                let blank = renamed.len() - renamed.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
                renamed.truncate(renamed.len() - blank);
            }
            Some(number) => {
                renamed.push(MARK);
                renamed.push_str(&number.to_string());
            }
            None => renamed.push_str(part),
        }
        renamed.push_str(between);
        last = number.filter(|_| !between.contains(char::is_whitespace));
    }
    Cow::Owned(renamed)
}

#[cfg(test)]
mod tests {
    use super::{Names, Renames, own_parts, parts, renamed};

    #[test]
    fn parts_are_cut_from_what_is_between() {
        let found: Vec<_> = parts("--ab=c/漢").collect();
        assert_eq!(found, [("", "--"), ("ab", "="), ("c", "/"), ("漢", "")]);
        assert_eq!(parts("").count(), 0);
    }

    #[test]
    fn only_what_one_text_has_is_a_new_name() {
        let (old, new) = own_parts("yarn lint --max 3", "pnpm --recursive lint --max 40");
        assert_eq!(
            (old.into_iter().collect(), new.into_iter().collect()),
            (vec!["yarn"], vec!["pnpm", "recursive"])
        );
    }

    #[test]
    fn a_name_of_several_parts_is_one() {
        let names: Names<'_> = [("user", 0), ("store", 0), ("main", 1)].into();
        assert_eq!(renamed("get user@store:/x.main user 2", &names), "get ʼ0:/x.ʼ1 ʼ0 2");
        assert_eq!(renamed("nothing", &names), "nothing");
    }

    #[test]
    fn what_names_the_same_has_one_number() {
        let mut renames = Renames::default();
        renames.add("a", "x");
        renames.add("b", "y");
        renames.add("a", "y");
        let numbers: Vec<usize> = renames.old.values().chain(renames.new.values()).copied().collect();
        assert!(numbers.iter().all(|number| *number == numbers[0]), "{renames:?}");
    }
}
