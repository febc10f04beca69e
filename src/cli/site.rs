//! Opens the site that a command works on.

use std::path::Path;

use super::phases::today;
use super::terminal::Terminal;
use crate::diagnostic::{Diagnostic, Severity};
use crate::load::{self, LoadError, SiteSource};
use crate::model::guide::{Guide, Page, Side};
use crate::parse;

/// A site, read and parsed, with everything that is wrong with it so far.
#[derive(Debug)]
pub struct Site {
    /// What was read.
    pub source: SiteSource,
    /// Its guides, by name.
    pub guides: Vec<Guide>,
    /// Its other pages, by address.
    pub pages: Vec<Page>,
    /// Problems.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads and parses the site in `site`, or the one around the working directory.
///
/// # Errors
/// If it cannot be found or read.
pub fn open(site: Option<&Path>) -> Result<Site, LoadError> {
    let root = load::root(site.unwrap_or(Path::new(".")))?;
    let (mut source, mut diagnostics) = load::site(&root, &load::nothing_known)?;
    let today = today();
    let mut guides = Vec::new();
    for files in std::mem::take(&mut source.guides) {
        let texts = files.read();
        diagnostics.extend(texts.diagnostics);
        let parsed = parse::guide(texts.value, &source.settings);
        diagnostics.extend(parsed.diagnostics);
        diagnostics.extend(parse::expiry::check(&parsed.value.revised, &today));
        guides.push(parsed.value);
    }
    let mut pages = Vec::new();
    for page in std::mem::take(&mut source.pages) {
        let text = page.read();
        diagnostics.extend(text.diagnostics);
        let parsed = parse::document_with(text.value, Side::Revised, parse::Strictness::Foreign);
        diagnostics.extend(parsed.diagnostics);
        diagnostics.extend(parse::lint::marks(&parsed.value));
        pages.push(Page {
            address: page.address,
            is_section: page.is_section,
            document: parsed.value,
        });
    }
    Ok(Site {
        source,
        guides,
        pages,
        diagnostics,
    })
}

/// Says that a site could not be opened, and what to do.
pub fn explain(terminal: &Terminal, error: &LoadError) {
    let help = match error {
        LoadError::NoSite(_) => {
            Some("make a new site with `docgen init DIR`, or name the one you mean with `--site DIR`")
        }
        LoadError::Read { .. } => None,
    };
    terminal.error(error, help);
}

/// Returns whether a problem stops a command: an error, or with `strict` a warning as well.
pub fn is_fatal(diagnostics: &[Diagnostic], strict: bool) -> bool {
    diagnostics
        .iter()
        .any(|diagnostic| strict || diagnostic.severity == Severity::Error)
}
