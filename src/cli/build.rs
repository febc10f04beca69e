//! `docgen build`: content to site. Nothing to install, no network, no engine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use super::exit::Verdict;
use super::site::{self, Site};
use super::terminal::Terminal;
use crate::align::{self, Comparison};
use crate::cache::Cache;
use crate::diagnostic::Parsed;
use crate::render::status::GuideStatus;
use crate::render::{self, Memo, SiteInput};
use crate::write;

/// Options of `docgen build`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Folder of the site's pages, from the site's root
    #[arg(long, value_name = "DIR", default_value = "public")]
    out: PathBuf,
    /// Address at which the site is published, for feeds and the sitemap
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Build drafts too
    #[arg(long)]
    drafts: bool,
    /// Treat warnings as errors
    #[arg(long)]
    strict: bool,
    /// Compare with what is there and change nothing
    #[arg(long)]
    check: bool,
}

pub(super) fn run(terminal: &Terminal, root: Option<&Path>, options: &Options) -> Verdict {
    let clock = Instant::now();
    let mut site = match site::open(root) {
        Ok(site) => site,
        Err(error) => {
            site::explain(terminal, &error);
            return Verdict::CouldNotTell;
        }
    };
    let mut cache = Cache::open(&site.source.root);
    let rendered = pages(&mut site, &cache.colours, options.base_url.clone(), options.drafts);
    // Without a cache the next build is slower, and that is all.
    let _ = cache.save();
    terminal.diagnostics(&site.diagnostics);
    terminal.count(&site.diagnostics);
    if site::is_fatal(&site.diagnostics, options.strict) {
        terminal.say("nothing was written");
        return Verdict::Wrong;
    }
    let out = site.source.root.join(&options.out);
    if options.check {
        check(terminal, &rendered, &out)
    } else {
        write(terminal, &rendered, &out, clock)
    }
}

/// Renders the site; what is wrong with it is added to its diagnostics.
pub(super) fn pages(site: &mut Site, colours: &Memo, base_url: Option<String>, drafts: bool) -> render::Site {
    let options = align::Options {
        max_unexplained: site.source.settings.max_unexplained,
    };
    let comparisons: Vec<(String, Parsed<Comparison>)> = site
        .guides
        .par_iter()
        .filter_map(|guide| Some((guide.name.clone(), align::comparison(guide, options)?)))
        .collect();
    let comparisons = collect(comparisons, &mut site.diagnostics);
    let alone = site
        .guides
        .iter()
        .filter(|guide| guide.original.is_none())
        .map(|guide| &guide.revised);
    let texts = alone.chain(site.pages.iter().map(|page| &page.document));
    let stale: Vec<_> = texts.flat_map(align::notes::check).collect();
    site.diagnostics.extend(stale);
    let statuses = site
        .guides
        .iter()
        .map(|guide| (guide.name.clone(), GuideStatus::of(guide)))
        .collect();
    let statuses = collect(statuses, &mut site.diagnostics);
    let rendered = render::site(&SiteInput {
        settings: &site.source.settings,
        pages: &site.pages,
        guides: &site.guides,
        comparisons: &comparisons,
        statuses: &statuses,
        assets: &site.source.assets,
        theme: &site.source.theme,
        changes: &site.source.changes,
        options: &render::Options { base_url, drafts },
        colours,
    });
    site.diagnostics.extend(rendered.diagnostics);
    rendered.value
}

fn collect<T>(
    parsed: Vec<(String, Parsed<T>)>,
    diagnostics: &mut Vec<crate::diagnostic::Diagnostic>,
) -> BTreeMap<String, T> {
    let mut values = BTreeMap::new();
    for (name, one) in parsed {
        diagnostics.extend(one.diagnostics);
        values.insert(name, one.value);
    }
    values
}

fn write(terminal: &Terminal, rendered: &render::Site, out: &Path, clock: Instant) -> Verdict {
    match write::site(rendered, out) {
        Ok(changes) => {
            let seconds = clock.elapsed().as_secs_f64();
            terminal.say(&format!(
                "built {} files in {seconds:.2} s: {} written, {} unchanged, {} removed; in {}",
                rendered.len(),
                changes.written,
                changes.unchanged,
                changes.removed,
                out.display()
            ));
            Verdict::AsStated
        }
        Err(error) => {
            terminal.error(&error, None);
            Verdict::CouldNotTell
        }
    }
}

fn check(terminal: &Terminal, rendered: &render::Site, out: &Path) -> Verdict {
    match write::differences(rendered, out) {
        Ok(differences) if differences.is_empty() => {
            terminal.say(&format!("{} is what the content says", out.display()));
            Verdict::AsStated
        }
        Ok(differences) => {
            differences
                .iter()
                .for_each(|difference| terminal.result(&difference.to_string()));
            terminal.say("run `docgen build` to bring it up to date");
            Verdict::Wrong
        }
        Err(error) => {
            terminal.error(&error, None);
            Verdict::CouldNotTell
        }
    }
}
