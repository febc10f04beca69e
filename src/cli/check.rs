//! `docgen check`: everything that can be said without containers.

use std::path::Path;

use super::build;
use super::exit::Verdict;
use super::site;
use super::terminal::Terminal;
use crate::render::Memo;

/// Options of `docgen check`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Treat warnings as errors
    #[arg(long)]
    strict: bool,
}

pub(super) fn run(terminal: &Terminal, root: Option<&Path>, options: &Options) -> Verdict {
    let mut site = match site::open(root) {
        Ok(site) => site,
        Err(error) => {
            site::explain(terminal, &error);
            return Verdict::CouldNotTell;
        }
    };
    // Links, anchors and pairings are looked at while rendering.
    drop(build::pages(&mut site, &Memo::default(), None, true));
    terminal.diagnostics(&site.diagnostics);
    terminal.count(&site.diagnostics);
    if site::is_fatal(&site.diagnostics, options.strict) {
        Verdict::Wrong
    } else {
        Verdict::AsStated
    }
}
