//! The first half of a comparison: which units correspond. `explain` shows the same data that `comparison` builds on.

use std::collections::BTreeMap;

use super::agreement::agreed;
use super::ambiguity::{self, Doubt, doubts};
use super::beside::Beside;
use super::comparison::{Link, LinkEnd};
use super::explicit::{Overrides, overrides};
use super::matching::{Match, matches};
use super::renames::Renames;
use super::similarity::Features;
use super::unit::{Units, units};
use crate::diagnostic::Diagnostic;
use crate::model::compare::CompareFile;
use crate::model::guide::Document;

/// Two documents, cut into units and linked.
pub(super) struct Linked<'a> {
    /// The original.
    pub(super) old: &'a Document,
    /// The revised text.
    pub(super) new: &'a Document,
    /// What `compare.toml` says.
    pub(super) beside: Option<Beside<'a>>,
    /// Units of the original.
    pub(super) old_units: Units,
    /// Units of the revised text.
    pub(super) new_units: Units,
    /// What the units are made of.
    pub(super) features: Features,
    /// What the author says.
    pub(super) overrides: Overrides,
    /// The links, by the revised unit.
    pub(super) matches: Vec<Match>,
    /// What speaks against each link.
    pub(super) doubts: Vec<Doubt>,
}

impl<'a> Linked<'a> {
    /// Links two documents and says what is wrong or in doubt about the author's pairings.
    pub(super) fn new(
        old: &'a Document,
        new: &'a Document,
        compare: Option<&'a CompareFile>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let unguided = units(old, &BTreeMap::new());
        let beside = compare.map(|file| Beside::new(file, old, &unguided, diagnostics));
        let roles = beside.as_ref().map(Beside::roles).unwrap_or_default();
        let (old_roles, new_roles) = agreed(old, new, &roles);
        let old_units = if old_roles.is_empty() {
            unguided
        } else {
            units(old, &old_roles)
        };
        let new_units = units(new, &new_roles);
        let overrides = overrides(old, &old_units, new, beside.as_ref(), diagnostics);
        let link = |renames: &Renames<'_>| {
            let features = Features::new(&renames.of_old(&old_units.list), &renames.of_new(&new_units.list));
            let scores = features.scores();
            let matches = matches(&old_units, &new_units, &features, &scores, &overrides);
            (features, scores, matches)
        };
        let (mut features, mut scores, mut matches) = link(&Renames::default());
        let renames = Renames::learn(&old_units, &new_units, &matches);
        if !renames.is_empty() {
            (features, scores, matches) = link(&renames);
        }
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
            beside,
            old_units,
            new_units,
            features,
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
