//! `docgen build`: content to site. Nothing to install, no network, no engine.

use std::path::{Path, PathBuf};
use std::time::Instant;

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::exit::Verdict;
use super::site::{self, Site};
use super::terminal::Terminal;
use crate::align;
use crate::cache::Cache;
use crate::diagnostic::Parsed;
use crate::model::guide::{Document, Guide};
use crate::pack::Hash;
use crate::render::status::GuideStatus;
use crate::render::{self, Before, GuideWork, Memo, Rendered, SiteInput, Text, Words, Work};
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
        check(terminal, &rendered.site, &out)
    } else {
        write(terminal, &rendered.site, &out, clock)
    }
}

/// Renders the site; what is wrong with it is added to its diagnostics.
pub(super) fn pages(site: &mut Site, colours: &Memo, base_url: Option<String>, drafts: bool) -> Rendered {
    let words = Words::default();
    let options = align::Options {
        max_unexplained: site.source.settings.max_unexplained,
    };
    let guides = std::mem::take(&mut site.guides);
    let pages = std::mem::take(&mut site.pages);
    let guides = guides
        .into_par_iter()
        .map(|guide| (format!("{}/", guide.name), whole_guide(guide, options)));
    let pages = pages
        .into_par_iter()
        .map(|page| (page.address, whole_page(page.document)));
    let texts: Vec<Text<'_>> = guides
        .chain(pages)
        .map(|(address, work)| Text::new(address, Hash::default(), work, &words))
        .collect();
    site.diagnostics
        .extend(texts.iter().flat_map(|text| text.diagnostics().to_vec()));
    let mut rendered = render::site(&SiteInput {
        settings: &site.source.settings,
        texts: &texts,
        words: &words,
        before: &Before::default(),
        assets: &site.source.assets,
        theme: &site.source.theme,
        changes: &site.source.changes,
        options: &render::Options { base_url, drafts },
        colours,
    });
    site.diagnostics.append(&mut rendered.diagnostics);
    rendered
}

/// Compares the sides of a guide, and reads its recorded results.
fn whole_guide(guide: Guide, options: align::Options) -> Parsed<Work> {
    let mut diagnostics = Vec::new();
    let comparison = align::comparison(&guide, options).map(|parsed| {
        diagnostics.extend(parsed.diagnostics);
        parsed.value
    });
    if guide.original.is_none() {
        diagnostics.extend(align::notes::check(&guide.revised));
    }
    let status = GuideStatus::of(&guide);
    diagnostics.extend(status.diagnostics);
    let work = GuideWork {
        guide,
        comparison,
        status: status.value,
    };
    Parsed {
        value: Work::Guide(Box::new(work)),
        diagnostics,
    }
}

fn whole_page(document: Document) -> Parsed<Work> {
    Parsed {
        diagnostics: align::notes::check(&document),
        value: Work::Page(Box::new(document)),
    }
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
