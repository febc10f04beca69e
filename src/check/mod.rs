//! Judges what a block printed against what the guide shows. Pure: text in, result out.
//!
//! 1. [`normalize`] makes both sides comparable and lists what it ignored.
//! 2. [`outcome`] compares: [`matcher`] for lines, [`json`] for JSON. Both ways: missing and unexpected both fail.
//! 3. [`diff`] says of a mismatch which expected line met which real one, and at which line the message points.
//! 4. [`capture`] carries values on: into later commands (quoted for the shell) and later expectations (as they are).

pub(crate) mod align;
pub mod capture;
mod day;
pub mod diff;
mod explain;
pub mod hole;
pub mod json;
mod masker;
pub mod matcher;
mod needed;
pub mod normalize;
mod notice;
mod parts;
mod places;
mod pointer;
mod quoting;
pub(crate) mod rule;
mod screen;
mod search;
mod text;
mod unordered;
pub mod visible;

pub use capture::{Captures, FillError, Secrets, fill, mask};
pub use diff::{Diff, Row};
pub use masker::Masker;
pub use normalize::{Filter, Normal, normalize};
pub use quoting::shell_quote;

use crate::model::expectation::{Body, Expectation};

/// What a comparison found.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The output is what the guide shows.
    Matched(Match),
    /// It is not.
    Mismatch(Diff),
}

/// The yield of an output that is as expected.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Match {
    /// The values captured by this expectation alone.
    pub captures: Captures,
    /// What was ignored to make the output comparable.
    pub filters: Vec<Filter>,
}

/// Compares `output` (bytes as the program wrote them; read as UTF-8, what is not is replaced) with `expectation`.
/// `captures` holds the values of earlier blocks, for `{{name}}`.
pub fn outcome(expectation: &Expectation, output: &[u8], captures: &Captures) -> Outcome {
    let text = String::from_utf8_lossy(output);
    let mut normal = normalize(&text);
    notice::leave_out(expectation, &mut normal);
    match &expectation.body {
        Body::Lines(rules) => matcher::lines(expectation, rules, &normal, captures),
        Body::Json(node) => json::value(expectation, node, &normal, captures),
    }
}

#[cfg(test)]
mod tests;
