//! Two Markdown files as the sides of one guide, for the commands that need no site.

use std::path::{Path, PathBuf};

use crate::diagnostic::Parsed;
use crate::load::{self, LoadError};
use crate::model::guide::{Guide, Side};
use crate::parse::{self, Strictness};

/// Reads an original and the text that revises it. Neither need have been written for docgen.
///
/// # Errors
/// If one of them cannot be read.
pub(super) fn read(old: &Path, new: &Path) -> Result<Parsed<Guide>, LoadError> {
    let old = parse::document_with(text(old)?, Side::Original, Strictness::Foreign);
    let new = parse::document_with(text(new)?, Side::Revised, Strictness::Foreign);
    let guide = Guide {
        name: "comparison".to_owned(),
        revised: new.value,
        original: Some(old.value),
        machines: Vec::new(),
        original_machines: Vec::new(),
        compare: None,
        recorded: None,
    };
    let mut diagnostics = old.diagnostics;
    diagnostics.extend(new.diagnostics);
    Ok(Parsed {
        value: guide,
        diagnostics,
    })
}

fn text(path: &Path) -> Result<std::sync::Arc<crate::source::SourceFile>, LoadError> {
    if path.is_dir() {
        return Err(LoadError::Read {
            path: PathBuf::from(path),
            source: std::io::Error::new(std::io::ErrorKind::IsADirectory, "it is a folder, not a Markdown file"),
        });
    }
    load::text(path)
}
