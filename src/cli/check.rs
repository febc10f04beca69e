//! `docgen check`: everything that can be said without containers.

use std::path::Path;

use super::exit::Verdict;
use super::site;
use super::terminal::Terminal;
use super::texts;
use crate::cache::Cache;
use crate::load;
use crate::render::{self, Before};

/// Options of `docgen check`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Treat warnings as errors
    #[arg(long)]
    strict: bool,
}

pub(super) fn run(terminal: &Terminal, root: Option<&Path>, options: &Options) -> Verdict {
    let read = load::root(root.unwrap_or(Path::new(".")))
        .and_then(|root| Ok((load::site(&root, &load::nothing_known)?, Cache::open(&root))));
    let ((source, mut diagnostics), mut cache) = match read {
        Ok(read) => read,
        Err(error) => {
            site::explain(terminal, &error);
            return Verdict::CouldNotTell;
        }
    };
    let how = render::Options {
        base_url: None,
        drafts: true,
    };
    // Links, anchors and pairings are looked at while rendering.
    let rendered = texts::rendered(&source, &mut cache, &Before::default(), &how, 0);
    diagnostics.extend(rendered.diagnostics);
    terminal.diagnostics(&diagnostics);
    terminal.count(&diagnostics);
    if site::is_fatal(&diagnostics, options.strict) {
        Verdict::Wrong
    } else {
        Verdict::AsStated
    }
}
