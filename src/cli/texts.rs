//! From the files of a site to its texts, and from these to the site: what `build`, `serve` and `check` have in common.

use std::sync::Arc;

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use super::phases::today;
use crate::align;
use crate::cache::{Cache, Input};
use crate::diagnostic::{Diagnostic, Parsed};
use crate::load::{Found, GuideFiles, PageFile, SiteSource};
use crate::model::guide::{Document, Guide, Side};
use crate::model::settings::Settings;
use crate::pack::{Hash, hash, hash_of};
use crate::parse;
use crate::render::status::GuideStatus;
use crate::render::{self, Before, GuideWork, Rendered, SiteInput, Text, Work};

/// Renders the site; what is wrong with its texts comes before what is wrong with its pages. `seen` is when its files were
/// looked at, in nanoseconds since 1970.
pub(super) fn rendered(
    source: &SiteSource,
    cache: &mut Cache,
    before: &Before,
    options: &render::Options,
    seen: u64,
) -> Rendered {
    let texts = texts(source, cache);
    let mut rendered = render::site(&SiteInput {
        settings: &source.settings,
        texts: &texts,
        words: &cache.texts.words,
        before,
        assets: &source.assets,
        theme: &source.theme,
        changes: &source.changes,
        options,
        colours: &cache.colours,
    });
    let own = texts.iter().flat_map(|text| text.diagnostics().to_vec());
    rendered.diagnostics.splice(0..0, own);
    remember(source, &texts, cache, seen);
    rendered
}

/// Returns the texts of a site, guides first. Those that the cache knows are parsed only if somebody asks; guides also once
/// a day, as a block may be left out until then only.
fn texts<'s>(source: &'s SiteSource, cache: &Cache) -> Vec<Text<'s>> {
    let settings = &source.settings;
    let common = hash(format!("{settings:?}").as_bytes());
    let today = today();
    let of_today = hash_of([&common[..], today.as_bytes()]);
    let guides = source.guides.par_iter().map(|files| {
        let today = today.clone();
        let inputs = inputs(of_today, files.files.iter().map(|(name, file)| (name.as_str(), file)));
        let address = format!("{}/", files.name);
        text(cache, address, files.path(), inputs, move || {
            whole_guide(files, settings, &today)
        })
    });
    let pages = source.pages.par_iter().map(|page| {
        let inputs = inputs(common, std::iter::once((page.path.as_str(), &page.file)));
        text(cache, page.address.clone(), page.path.clone(), inputs, || {
            whole_page(page)
        })
    });
    guides.chain(pages).collect()
}

fn text<'s>(
    cache: &Cache,
    address: String,
    path: String,
    inputs: Hash,
    make: impl Fn() -> Parsed<Work> + Send + Sync + 's,
) -> Text<'s> {
    match cache.texts.facts(&path, inputs) {
        Some(facts) => Text::known(address, path, inputs, Arc::clone(facts), Box::new(make)),
        None => Text::new(address, inputs, make(), &cache.texts.words),
    }
}

fn inputs<'f>(common: Hash, files: impl Iterator<Item = (&'f str, &'f Found)>) -> Hash {
    let parts = files.flat_map(|(name, file)| [name.as_bytes(), &file.hash]);
    hash_of(std::iter::once(&common[..]).chain(parts))
}

/// A text with problems is not remembered: every build has to say them.
fn remember(source: &SiteSource, texts: &[Text<'_>], cache: &mut Cache, seen: u64) {
    let guides = source.guides.iter().map(|guide| {
        let folder = format!("content/{}", guide.name);
        let files = guide.files.iter();
        files
            .map(|(name, file)| input(format!("{folder}/{name}"), file))
            .collect()
    });
    let pages = source
        .pages
        .iter()
        .map(|page| vec![input(page.path.clone(), &page.file)]);
    let files: Vec<Vec<Input>> = guides.chain(pages).collect();
    for (text, files) in texts.iter().zip(files) {
        if text.diagnostics().is_empty() {
            cache.texts.remember(&text.path, text.inputs, seen, files, &text.facts);
        } else {
            cache.texts.forget(&text.path);
        }
    }
    let there: std::collections::BTreeSet<&str> = texts.iter().map(|text| text.path.as_str()).collect();
    cache.texts.retain(|path| there.contains(path));
}

fn input(path: String, file: &Found) -> Input {
    Input {
        path,
        size: file.stamp.size,
        modified: file.stamp.modified,
        changed: file.stamp.changed,
        hash: file.hash,
    }
}

/// Parses a guide, compares its sides, and reads its recorded results.
fn whole_guide(files: &GuideFiles, settings: &Settings, today: &str) -> Parsed<Work> {
    let texts = files.read();
    let mut parsed = parse::guide(texts.value, settings);
    parsed
        .diagnostics
        .extend(parse::expiry::check(&parsed.value.revised, today));
    let mut work = compared(parsed.value, settings);
    work.diagnostics
        .splice(0..0, texts.diagnostics.into_iter().chain(parsed.diagnostics));
    work
}

fn compared(guide: Guide, settings: &Settings) -> Parsed<Work> {
    let options = align::Options {
        max_unexplained: settings.max_unexplained,
    };
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
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

fn whole_page(page: &PageFile) -> Parsed<Work> {
    let text = page.read();
    let document: Parsed<Document> = parse::document_with(text.value, Side::Revised, parse::Strictness::Foreign);
    let mut diagnostics = text.diagnostics;
    diagnostics.extend(document.diagnostics);
    diagnostics.extend(parse::lint::marks(&document.value));
    diagnostics.extend(align::notes::check(&document.value));
    Parsed {
        value: Work::Page(Box::new(document.value)),
        diagnostics,
    }
}
