//! `docgen compare`: two Markdown files side by side on one page, without a site.

use std::path::{Path, PathBuf};

use super::exit::Verdict;
use super::terminal::Terminal;
use super::{output, pair, site};
use crate::align;
use crate::render;

/// Options of `docgen compare`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The original
    #[arg(value_name = "OLD.md")]
    old: PathBuf,
    /// The text that revises it
    #[arg(value_name = "NEW.md")]
    new: PathBuf,
    /// Where to write; else standard output
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Write the comparison as data instead of a page
    #[arg(long)]
    json: bool,
}

pub(super) fn run(terminal: &Terminal, options: &Options) -> Verdict {
    if let Some(path) = options
        .output
        .as_deref()
        .filter(|path| is_same(path, &options.old) || is_same(path, &options.new))
    {
        let error = std::io::Error::other(format!(
            "`{}` is one of the two texts, and would be replaced by the page",
            path.display()
        ));
        terminal.error(&error, Some("write the page to another file: `-o page.html`"));
        return Verdict::CouldNotTell;
    }
    let parsed = match pair::read(&options.old, &options.new) {
        Ok(parsed) => parsed,
        Err(error) => {
            terminal.error(
                &error,
                Some("docgen compare takes two Markdown files: the original, then the text that revises it"),
            );
            return Verdict::CouldNotTell;
        }
    };
    let guide = parsed.value;
    let mut diagnostics = parsed.diagnostics;
    let Some(comparison) = align::comparison(&guide, align::Options::default()) else {
        return Verdict::CouldNotTell;
    };
    diagnostics.extend(comparison.diagnostics);
    let text = if options.json {
        render::comparison_json(&comparison.value)
    } else {
        let page = render::comparison_page(&guide, &comparison.value);
        diagnostics.extend(page.diagnostics);
        page.value
    };
    terminal.diagnostics(&diagnostics);
    terminal.count(&diagnostics);
    let verdict = if site::is_fatal(&diagnostics, false) {
        Verdict::Wrong
    } else {
        Verdict::AsStated
    };
    verdict.max(output::write(terminal, options.output.as_deref(), &text))
}

/// Whether two paths lead to one file; a path that leads nowhere yet is no other's.
fn is_same(one: &Path, other: &Path) -> bool {
    one == other || matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}
