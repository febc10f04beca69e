//! Splits a real line at the plain parts of an expected one: a quick answer for most lines, without a regular expression.
//!
//! Each hole takes the text up to the first place of the plain part after it. If all plain parts stand there in order and each
//! value is of its type, that is a match. If a plain part is missing, there is none. In between, the line's pattern decides.

use crate::check::hole;
use crate::model::expectation::HoleType;

/// A part of an expected line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Exactly this text.
    Text(String),
    /// A value of this type.
    Hole(HoleType),
}

/// What a split found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Split<'r> {
    /// The line fits; the values of the holes in order.
    Values(Vec<&'r str>),
    /// The line does not fit.
    No,
    /// Not decided.
    Unsure,
}

/// How many places of a plain part are tried for one hole; a bound keeps the time linear.
const TRIES: usize = 4;

/// Splits `real` at the plain parts. Unless `keep` is set, the values are left out.
pub(crate) fn split<'r>(parts: &[Part], real: &'r str, keep: bool) -> Split<'r> {
    let mut rest = real;
    let mut parts = parts;
    if let [Part::Text(text), after @ ..] = parts {
        let Some(tail) = rest.strip_prefix(text.as_str()) else {
            return Split::No;
        };
        (rest, parts) = (tail, after);
    }
    if let [before @ .., Part::Text(text)] = parts {
        let Some(head) = rest.strip_suffix(text.as_str()) else {
            return Split::No;
        };
        (rest, parts) = (head, before);
    }
    let mut values = Vec::new();
    let mut first = true;
    let mut holes = 0;
    while let [Part::Hole(kind), after @ ..] = parts {
        let [Part::Text(text), next @ ..] = after else {
            if !after.is_empty() {
                return Split::Unsure;
            }
            values.extend(keep.then_some(rest));
            return match hole::is(*kind, rest) {
                true => Split::Values(values),
                // With no hole before it, nothing else could stand in this one.
                false if holes == 0 => Split::No,
                false => Split::Unsure,
            };
        };
        let mut places = rest
            .match_indices(text.as_str())
            .map(|(at, _)| at)
            .take(TRIES)
            .peekable();
        if places.peek().is_none() {
            // Certain only while every part before stands at its first place.
            return if first { Split::No } else { Split::Unsure };
        }
        let mut tried = 0;
        let fits = places.find(|at| {
            tried += 1;
            hole::is(*kind, &rest[..*at])
        });
        let Some(at) = fits else { return Split::Unsure };
        first &= tried == 1;
        values.extend(keep.then_some(&rest[..at]));
        holes += 1;
        (rest, parts) = (&rest[at + text.len()..], next);
    }
    if rest.is_empty() {
        Split::Values(values)
    } else {
        Split::Unsure
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> Part {
        Part::Text(text.to_owned())
    }

    #[test]
    fn the_three_answers() {
        let parts = [
            text("id "),
            Part::Hole(HoleType::Int),
            text(" at "),
            Part::Hole(HoleType::Word),
        ];
        assert_eq!(split(&parts, "id 7 at x", true), Split::Values(vec!["7", "x"]));
        assert_eq!(split(&parts, "id 7 on x", true), Split::No);
        assert_eq!(split(&parts, "id x at x", true), Split::Unsure);
        let parts = [
            Part::Hole(HoleType::Int),
            text("a"),
            Part::Hole(HoleType::Any),
            text("b"),
        ];
        assert_eq!(split(&parts, "7aab", true), Split::Values(vec!["7", "a"]));
    }

    proptest! {
        #[test]
        fn agrees_with_the_pattern(
            kinds in proptest::collection::vec((0usize..6, "[ab1]{1,2}"), 1..4),
            head in "[ab]{0,1}",
            real in "[ab1 ]{0,10}",
        ) {
            let known = [HoleType::Any, HoleType::Word, HoleType::Int, HoleType::Hex, HoleType::Str, HoleType::Float];
            let mut parts = vec![text(&head)];
            let mut pattern = format!("^{head}");
            for (kind, after) in &kinds {
                parts.extend([Part::Hole(known[*kind]), text(after)]);
                pattern.push_str(&format!("{}{after}", hole::pattern(known[*kind])));
            }
            let fits = regex::Regex::new(&(pattern + "$")).unwrap().is_match(&real);
            match split(&parts, &real, true) {
                Split::Values(values) => prop_assert!(fits && values.len() == kinds.len()),
                Split::No => prop_assert!(!fits),
                Split::Unsure => {}
            }
        }
    }
}
