//! Two documents to one comparison: pairs, rows, boxes, notes, gaps. Pure; never fails.
//!
//! 1. `unit` cuts both documents into logical commands, outputs and files; `role` guesses what a fence does not say, and
//!    `agreement` lets the other text tell what a fence leaves open.
//! 2. `explicit` reads what the author says about the pairing, `beside` what `compare.toml` adds.
//! 3. `similarity` scores units, `assignment` and `matching` link them, `renames` learns from the links what has another
//!    name now, after which all is scored and linked anew; `moves` and `moving` tell which links are out of order,
//!    `ambiguity` which are in doubt. [`explain()`] shows this half.
//! 4. `group`, `originals` and `outputs` make sections of the links, `rows` and `reflow` level their lines, `inline` boxes what changed in a line.
//! 5. `pairs` words the gaps; [`notes`] ties notes to what they quote; `claims` checks notes against rows.
//!
//! All scores are integers and all ties are broken by position: the same input gives the same bytes everywhere.

mod agreement;
mod ambiguity;
mod assignment;
mod beside;
mod claims;
mod comparison;
mod explain;
mod explicit;
mod fingerprint;
mod gaps;
mod group;
mod inline;
mod line_tokens;
mod linked;
mod matching;
mod moves;
mod moving;
pub mod notes;
mod originals;
mod outputs;
mod pairs;
mod quote;
mod reflow;
mod renames;
mod role;
mod row_input;
mod rows;
mod sentence;
mod similarity;
mod unit;

use std::sync::Arc;

pub use comparison::{
    BoundNote, Comparison, DocumentRef, Gap, GapWhy, Hit, How, Line, Link, LinkEnd, Pair, PairRole, Part, Parts, Row,
    RowKind, See, Shape, Summary, Target, Unexplained,
};
pub use explain::{Candidate, Explanation, explain};
pub use fingerprint::sha256;

use self::linked::Linked;
use crate::diagnostic::{Diagnostic, Parsed};
use crate::model::compare::CompareFile;
use crate::model::guide::{Document, Guide};
use crate::source::Place;

/// The JSON schema (draft 2020-12) of a [`Comparison`], published by `docgen schema compare`.
pub const SCHEMA: &str = include_str!("compare.schema.json");

/// What a site allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Unexplained changes up to this number raise no warning; `None` never warns.
    pub max_unexplained: Option<u32>,
}

/// Compares the two sides of a guide; `None` if it has no original.
///
/// The diagnostics include those of its notes, so [`notes::bind`] need not be asked for them again.
pub fn comparison(guide: &Guide, options: Options) -> Option<Parsed<Comparison>> {
    let original = guide.original.as_ref()?;
    Some(documents_with(
        original,
        &guide.revised,
        guide.compare.as_ref(),
        options,
    ))
}

/// Compares two documents: an original and the text that revises it.
pub fn documents(old: &Document, new: &Document, options: Options) -> Parsed<Comparison> {
    documents_with(old, new, None, options)
}

/// Compares two documents; `compare` says what the texts themselves do not.
pub fn documents_with(
    old: &Document,
    new: &Document,
    compare: Option<&CompareFile>,
    options: Options,
) -> Parsed<Comparison> {
    let mut diagnostics = Vec::new();
    original_changed(old, new, &mut diagnostics);
    let linked = Linked::new(old, new, compare, &mut diagnostics);
    let mut pairs = pairs::pairs(&linked, &group::sections(&linked));
    notes::bind_pairs(old, new, linked.beside.as_ref(), &mut pairs, &mut diagnostics);
    claims::false_claims(&pairs, &mut diagnostics);
    let mut summary = pairs::summary(&linked, &pairs);
    let unexplained = claims::unexplained(&pairs, &linked.overrides, &mut summary);
    claims::too_many(old, new, &unexplained, options.max_unexplained, &mut diagnostics);
    let value = Comparison {
        version: 1,
        old: DocumentRef {
            path: old.source.path.clone(),
        },
        new: DocumentRef {
            path: new.source.path.clone(),
        },
        links: linked.links(),
        pairs,
        unexplained,
        summary,
    };
    Parsed { value, diagnostics }
}

/// Says that the original is not the text that the notes were written for.
fn original_changed(old: &Document, new: &Document, diagnostics: &mut Vec<Diagnostic>) {
    let Some(expected) = new.front.original.as_ref().and_then(|info| info.sha256.as_ref()) else {
        return;
    };
    let actual = fingerprint::sha256(old.source.text.as_bytes());
    let is = |hash: &str| expected.eq_ignore_ascii_case(hash);
    // A byte order mark is no part of the text, but of the file that an author takes the sum of.
    let with_mark = || fingerprint::sha256(format!("\u{FEFF}{}", old.source.text).as_bytes());
    if !is(&actual) && !is(&with_mark()) {
        let front = new.front.span.clone();
        let at = new.source.text[front.clone()].find(expected.as_str());
        let place = Place {
            file: Arc::clone(&new.source),
            span: at.map_or(front.clone(), |at| front.start + at..front.start + at + expected.len()),
        };
        let message = format!("{} is not the text that the notes were written for", old.source.path);
        diagnostics.push(
            Diagnostic::error("original-changed", Some(place), message)
                .note(format!("its SHA-256 is {actual}, the guide expects {expected}"))
                .help(format!(
                    "check the notes and pairings, then set `sha256: {actual}` under `original:`"
                )),
        );
    }
}
