//! The first half of a comparison: which units correspond. `explain` shows the same data that `comparison` builds on.

use super::ambiguity::{self, Doubt, doubts};
use super::comparison::{Link, LinkEnd};
use super::explicit::{Overrides, overrides};
use super::matching::{Match, matches};
use super::similarity::Features;
use super::unit::{Units, units};
use crate::diagnostic::Diagnostic;
use crate::model::guide::Document;

/// Two documents, cut into units and linked.
pub(super) struct Linked<'a> {
    /// The original.
    pub(super) old: &'a Document,
    /// The revised text.
    pub(super) new: &'a Document,
    /// Units of the original.
    pub(super) old_units: Units,
    /// Units of the revised text.
    pub(super) new_units: Units,
    /// What the units are made of.
    pub(super) features: Features,
    /// For each unit of the original, the revised units that are anything like it, with their scores.
    pub(super) scores: Vec<Vec<(usize, u16)>>,
    /// What the author says.
    pub(super) overrides: Overrides,
    /// The links, by the revised unit.
    pub(super) matches: Vec<Match>,
    /// What speaks against each link.
    pub(super) doubts: Vec<Doubt>,
}

impl<'a> Linked<'a> {
    /// Links two documents and says what is wrong or in doubt about the author's pairings.
    pub(super) fn new(old: &'a Document, new: &'a Document, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let (old_units, new_units) = (units(old), units(new));
        let features = Features::new(&old_units.list, &new_units.list);
        let scores = features.scores();
        let overrides = overrides(old, &old_units, new, diagnostics);
        let matches = matches(&old_units, &new_units, &features, &scores, &overrides);
        let doubts = doubts(&old_units, &new_units, &scores, &matches);
        for (found, doubt) in matches.iter().zip(&doubts) {
            if let Some(rival) = doubt.rival {
                diagnostics.push(ambiguity::diagnostic(
                    (old, &old_units),
                    (new, &new_units),
                    found,
                    rival,
                ));
            }
        }
        Self {
            old,
            new,
            old_units,
            new_units,
            features,
            scores,
            overrides,
            matches,
            doubts,
        }
    }

    /// Returns the links as they are published.
    pub(super) fn links(&self) -> Vec<Link> {
        let links = self.matches.iter().zip(&self.doubts).map(|(found, doubt)| Link {
            old: end(self.old, &self.old_units, found.old),
            new: end(self.new, &self.new_units, found.new),
            how: found.how,
            score: found.score,
            second: doubt.second,
            moved: found.moved,
        });
        links.collect()
    }
}

/// Returns the place of a unit.
pub(super) fn end(document: &Document, units: &Units, unit: usize) -> LinkEnd {
    let unit = &units.list[unit];
    let block = &document.blocks[unit.block];
    LinkEnd {
        line: block.file_line(&document.source, unit.lines.start),
        lines: unit.lines.len(),
        block: block.id.clone(),
        index: unit.block,
        range: unit.lines.clone(),
    }
}
