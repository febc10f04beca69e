//! Guides and comparisons to a site: a map from path to bytes. No I/O.
//!
//! 1. [`index`] puts pages and guides into one tree; [`links`] knows where a link may lead.
//! 2. [`prose`] makes a text into HTML; [`block`] its fences, with [`highlight`], [`expected`], [`notes`] painted over
//!    the code by [`paint`], and the state of the recorded run ([`status`], [`summary`]).
//! 3. [`page`] builds the typed views ([`view`]) that the templates of [`theme`] print; [`nav`] is made once per folder.
//! 4. [`compare`] makes the comparison pages.
//! 5. [`feeds`] writes what machines read, [`search`] the index for readers.
//! 6. [`single`] makes a comparison page of two texts that are no part of a site.

pub mod status;

mod abstract_text;
mod address;
mod alert;
mod anchors;
mod block;
mod compare;
mod console;
mod expected;
mod feeds;
mod footnotes;
mod highlight;
mod image;
mod index;
mod labels;
mod links;
mod lists;
mod nav;
mod notes;
mod page;
mod paint;
mod prose;
mod raw_html;
mod search;
mod single;
mod summary;
mod table;
mod tabs;
mod tags;
mod theme;
mod view;

pub use highlight::Memo;
pub use single::{comparison_json, comparison_page};

use std::collections::BTreeMap;

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use crate::align::Comparison;
use crate::diagnostic::{Diagnostic, Parsed};
use crate::model::guide::{Guide, Page};
use crate::model::settings::Settings;
use crate::render::index::Index;
use crate::render::links::{File, Links};
use crate::render::nav::Navigation;
use crate::render::page::Scenery;
use crate::render::status::GuideStatus;
use crate::render::tags::Tags;
use crate::render::theme::Theme;
use crate::source::Place;

/// A site: bytes by their path below the output folder.
pub type Site = BTreeMap<String, Vec<u8>>;

/// Everything that a site is made of.
#[derive(Debug, Clone, Copy)]
pub struct SiteInput<'a> {
    /// `docgen.toml`.
    pub settings: &'a Settings,
    /// Ordinary pages.
    pub pages: &'a [Page],
    /// Guides.
    pub guides: &'a [Guide],
    /// Comparisons by the guide's name.
    pub comparisons: &'a BTreeMap<String, Comparison>,
    /// Recorded results by the guide's name.
    pub statuses: &'a BTreeMap<String, GuideStatus>,
    /// Files to copy, by their path below the output folder.
    pub assets: &'a BTreeMap<String, Vec<u8>>,
    /// The site's own theme files, by their path below the theme folder.
    pub theme: &'a BTreeMap<String, Vec<u8>>,
    /// Time of the last change of a text, by its path; none for texts that nobody knows it of.
    pub changes: &'a BTreeMap<String, String>,
    /// How to build.
    pub options: &'a Options,
    /// Colours of blocks that are known.
    pub colours: &'a Memo,
}

/// How to build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Address of the published site; `None` takes the settings'.
    pub base_url: Option<String>,
    /// Whether drafts are part of the site.
    pub drafts: bool,
}

/// Renders the whole site. The same input gives the same bytes, whatever the number of threads.
pub fn site(input: &SiteInput<'_>) -> Parsed<Site> {
    let folder = input.settings.theme.as_deref().unwrap_or("theme");
    let mut theme = match Theme::new(folder, input.theme) {
        Ok(theme) => theme,
        Err(problem) => {
            return Parsed {
                value: Site::new(),
                diagnostics: vec![problem],
            };
        }
    };
    theme.add_file("rows.css", compare::row_rules(input.comparisons.values()).into_bytes());
    let addresses: Vec<String> = input.guides.iter().map(|guide| format!("{}/", guide.name)).collect();
    let index = Index::new(
        input.settings,
        input.pages,
        input.guides,
        &addresses,
        input.options.drafts,
    );
    let tags = Tags::new(&index);
    let tag_pages = tags.addresses();
    let scenery = Scenery {
        input,
        base: base_url(input),
        links: links(input, &index),
        nav: Navigation::new(&index, !tag_pages.is_empty()),
        tags,
        neighbours: index.neighbours(),
        index: &index,
        theme: &theme,
    };
    let mut site: Site = input.assets.clone();
    let mut diagnostics = same_addresses(input, &addresses);
    // A page of the author's at the address of a tag's page takes its place.
    let addresses: Vec<&String> = tag_pages
        .iter()
        .filter(|address| !index.entries.contains_key(address.as_str()))
        .chain(&index.order)
        .collect();
    let pages: Vec<Parsed<page::Files>> = addresses
        .par_iter()
        .map(|address| page::files(&scenery, address))
        .collect();
    for page in pages {
        diagnostics.extend(page.diagnostics);
        for (path, bytes) in page.value {
            add(&mut site, &mut diagnostics, path, bytes);
        }
    }
    add(
        &mut site,
        &mut diagnostics,
        search::PATH.to_owned(),
        search::script(&index),
    );
    let extra = page::extra(&scenery);
    diagnostics.extend(extra.diagnostics);
    for (path, bytes) in extra
        .value
        .into_iter()
        .chain(feeds::files(&scenery))
        .chain(theme.files.clone())
    {
        add(&mut site, &mut diagnostics, path, bytes);
    }
    Parsed {
        value: site,
        diagnostics,
    }
}

/// Two texts for one address: only one of them could be shown.
fn same_addresses(input: &SiteInput<'_>, guide_addresses: &[String]) -> Vec<Diagnostic> {
    let guides = input
        .guides
        .iter()
        .zip(guide_addresses)
        .map(|(guide, address)| (address, &guide.revised));
    let pages = input.pages.iter().map(|page| (&page.address, &page.document));
    let mut first = BTreeMap::new();
    let mut problems = Vec::new();
    for (address, document) in guides.chain(pages) {
        if let Some(other) = first.insert(address, &document.source.path) {
            let place = Place {
                file: document.source.clone(),
                span: 0..0,
            };
            let message = format!(
                "`{}` and `{other}` would be at the same address, `/{address}`",
                document.source.path
            );
            problems.push(Diagnostic::error("same-address", Some(place), message).help("rename one of them"));
        }
    }
    problems
}

/// Adds a file. Two files for one path are the author's mistake, and silence would lose one of them.
fn add(site: &mut Site, diagnostics: &mut Vec<Diagnostic>, path: String, bytes: Vec<u8>) {
    if let Some(before) = site.insert(path.clone(), bytes)
        && site.get(&path) != Some(&before)
    {
        let problem = Diagnostic::error(
            "same-address",
            None,
            format!("two files of the site would be at `{path}`"),
        );
        diagnostics.push(problem.help("rename one of them, or take away the alias"));
    }
}

fn base_url(input: &SiteInput<'_>) -> Option<String> {
    let base = input.options.base_url.as_ref().or(input.settings.base_url.as_ref())?;
    Some(format!("{}/", base.trim_end_matches('/')))
}

fn links<'a>(input: &SiteInput<'a>, index: &Index<'a>) -> Links<'a> {
    let files = input.assets.iter().flat_map(|(path, bytes)| {
        let file = File {
            path: path.clone(),
            size: image::size(path, bytes),
        };
        ["content", "assets"].map(|folder| (format!("{folder}/{path}"), file.clone()))
    });
    let mut links = Links::new(files.collect());
    for entry in index.entries.values() {
        links.add(&entry.document.source.path, entry.address, Some(entry.document));
        if let Some((guide, original)) = entry.guide.and_then(|guide| Some((guide, guide.original.as_ref()?)))
            && input.comparisons.contains_key(&guide.name)
        {
            links.add(&original.source.path, &compare::address(guide), None);
        }
    }
    links
}

#[cfg(test)]
mod tests;
