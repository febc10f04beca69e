//! What `compare.toml` says, with the blocks of the original that it names.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::explicit::{named_block, not_named};
use super::unit::Units;
use crate::diagnostic::Diagnostic;
use crate::model::annotation::{Note, OriginalRef};
use crate::model::compare::{CompareFile, OriginalRole, Said};
use crate::model::guide::Document;
use crate::source::{Place, Span};

/// A `compare.toml` and the blocks that its entries name.
pub(super) struct Beside<'a> {
    /// The file.
    pub(super) file: &'a CompareFile,
    /// For each entry the index of its block of the original; `None` if it names none.
    pub(super) named: Vec<Option<usize>>,
}

impl<'a> Beside<'a> {
    /// Finds the blocks. An entry that names no block, or several, is a diagnostic.
    pub(super) fn new(file: &'a CompareFile, old: &Document, units: &Units, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut named = Vec::with_capacity(file.entries.len());
        for entry in &file.entries {
            named.push(match &entry.original.value {
                OriginalRef::New => None,
                OriginalRef::Text(text) => match named_block(old, units, text) {
                    Ok(block) => Some(block),
                    Err(lines) => {
                        let place = place(file, &entry.original.span);
                        diagnostics.push(not_named(old, place, text, &lines));
                        None
                    }
                },
            });
        }
        Self { file, named }
    }

    /// The roles that entries give to blocks of the original.
    pub(super) fn roles(&self) -> BTreeMap<usize, OriginalRole> {
        let entries = self.file.entries.iter().zip(&self.named);
        entries
            .filter_map(|(entry, named)| Some(((*named)?, entry.role?)))
            .collect()
    }

    /// The notes with the blocks that they are about.
    pub(super) fn notes(&self) -> impl Iterator<Item = (usize, &'a Said<Note>)> {
        let entries = self.file.entries.iter().zip(&self.named);
        entries.flat_map(|(entry, named)| {
            named
                .iter()
                .flat_map(|block| entry.notes.iter().map(|note| (*block, note)))
        })
    }

    /// A place in the file.
    pub(super) fn place(&self, span: &Span) -> Place {
        place(self.file, span)
    }
}

fn place(file: &CompareFile, span: &Span) -> Place {
    Place {
        file: Arc::clone(&file.source),
        span: span.clone(),
    }
}
