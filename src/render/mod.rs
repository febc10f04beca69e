//! Guides and comparisons to a site: a map from path to bytes. No I/O.
//!
//! 1. [`index`] puts pages and guides into one tree; [`links`] knows where a link may lead.
//! 2. [`prose`] makes a text into HTML; [`fences`] its fences, each by [`block`], with [`highlight`], [`expected`], [`notes`] painted over
//!    the code by [`paint`], and the state of the recorded run ([`status`], [`summary`]).
//! 3. [`page`] builds the typed views ([`view`]) that the templates of [`theme`] print; [`nav`] is made once per folder.
//! 4. [`compare`] makes the comparison pages.
//! 5. [`facts`] is what texts need to know of each other; [`text`] a text that is parsed only if that is not enough; [`keep`]
//!    finds out which pages the last build made as this one would.
//! 6. [`feeds`] writes what machines read, [`search`] the index for readers.
//! 7. [`single`] makes a comparison page of two texts that are no part of a site.

pub mod status;

mod abstract_text;
mod address;
mod alert;
mod anchors;
mod autolink;
mod block;
mod compare;
mod console;
mod excerpt;
mod expected;
mod facts;
mod feeds;
mod fences;
mod footnotes;
mod guide_page;
mod highlight;
mod image;
mod index;
mod keep;
mod labels;
mod links;
mod lists;
mod nav;
mod notes;
mod page;
mod paint;
mod prose;
mod raw_html;
mod redirect;
mod search;
mod single;
mod summary;
mod table;
mod tabs;
mod tags;
mod template_tags;
mod text;
mod theme;
mod view;
mod words;

pub use facts::Facts;
pub use highlight::Memo;
pub use keep::{Before, Record};
pub use single::{comparison_json, comparison_page};
pub use text::{GuideWork, Text, Work};
pub use words::Words;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use rayon::prelude::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::diagnostic::Diagnostic;
use crate::model::settings::Settings;
use crate::pack::{Hash, hash};
use crate::render::index::Index;
use crate::render::keep::Asked;
use crate::render::links::Links;
use crate::render::nav::Navigation;
use crate::render::page::Scenery;
use crate::render::tags::Tags;
use crate::render::theme::Theme;
use crate::source::{Place, SourceFile};

/// The file by which docgen knows its own output; a site has no other at its path.
pub const MANIFEST: &str = ".docgen-manifest";

/// A site: files by their path below the output folder.
pub type Site = BTreeMap<String, File>;

/// A file of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Hash of what is in it.
    pub hash: Hash,
    /// What is in it; `None` if that is what the last build left there, see [`Before`].
    pub bytes: Option<Bytes>,
}

/// A text as the bytes of a file, without a copy.
struct TextBytes(Arc<SourceFile>);

impl AsRef<[u8]> for TextBytes {
    fn as_ref(&self) -> &[u8] {
        self.0.text.as_bytes()
    }
}

impl File {
    /// A file that was made.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self {
            hash: hash(&bytes),
            bytes: Some(bytes),
        }
    }

    /// A file with a text as its author wrote it.
    fn twin(text: &Arc<SourceFile>) -> Self {
        Self::new(Bytes::from_owner(TextBytes(Arc::clone(text))))
    }

    /// A file that is there.
    fn kept(hash: Hash) -> Self {
        Self { hash, bytes: None }
    }

    /// Returns what is in it, if it was made.
    pub fn bytes(&self) -> Option<&[u8]> {
        self.bytes.as_deref()
    }
}

/// A site, with what is wrong with it and what the next build can use.
#[derive(Debug, Default)]
pub struct Rendered {
    /// Its files; none if it could not be made.
    pub site: Site,
    /// What each page was made from, by address.
    pub records: BTreeMap<String, Record>,
    /// Problems.
    pub diagnostics: Vec<Diagnostic>,
}

/// Everything that a site is made of.
#[derive(Debug, Clone, Copy)]
pub struct SiteInput<'a> {
    /// `docgen.toml`.
    pub settings: &'a Settings,
    /// Guides and pages.
    pub texts: &'a [Text<'a>],
    /// The words of their facts.
    pub words: &'a Words,
    /// What the last build made.
    pub before: &'a Before,
    /// Files to copy, by their path below the output folder.
    pub assets: &'a BTreeMap<String, Bytes>,
    /// The site's own theme files, by their path below the theme folder.
    pub theme: &'a BTreeMap<String, Bytes>,
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

/// Renders the whole site. The same input gives the same bytes, whatever the number of threads, and whatever the last build
/// left: what is taken over from it is what would be made anew.
pub fn site(input: &SiteInput<'_>) -> Rendered {
    let theme = match theme(input) {
        Ok(theme) => theme,
        Err(problem) => {
            return Rendered {
                diagnostics: vec![problem],
                ..Rendered::default()
            };
        }
    };
    let index = Index::new(input.settings, input.texts, input.options.drafts);
    let tags = Tags::new(&index);
    let links = links(input, &index);
    let scenery = Scenery {
        input,
        common: keep::common(input),
        base: base_url(input),
        links: Asked::new(&links, input),
        nav: &Navigation::new(&index, !tags.addresses().is_empty()),
        tags: &tags,
        neighbours: &index.neighbours(),
        index: &index,
        theme: &theme,
    };
    let assets = input.assets.par_iter();
    let mut rendered = Rendered {
        site: assets
            .map(|(path, bytes)| (path.clone(), File::new(bytes.clone())))
            .collect(),
        records: BTreeMap::new(),
        diagnostics: theme.unused(),
    };
    rendered.diagnostics.extend(same_addresses(input));
    let taken = taken_aliases(&index);
    let (pages, searches) = rayon::join(|| pages(&scenery), || search_files(&scenery));
    for (address, page) in pages {
        rendered.add_page(address, page, &taken);
    }
    rendered.diagnostics.extend(taken.into_values());
    for (path, (record, file)) in searches {
        rendered.records.insert(path.to_owned(), record);
        rendered.add(path.to_owned(), file);
    }
    let lost = page::not_found(&scenery);
    rendered.diagnostics.extend(lost.diagnostics);
    let feeds = feeds::files(&scenery)
        .into_iter()
        .map(|(path, text)| (path, File::new(text)));
    let own = theme
        .files
        .iter()
        .map(|(path, bytes)| (path.clone(), File::new(bytes.clone())));
    for (path, file) in lost.value.into_iter().chain(feeds).chain(own) {
        rendered.add(path, file);
    }
    rendered.diagnostics.extend(unplaceable(&rendered.site));
    rendered
}

/// Files that cannot be written: a folder would be at the same path, or docgen's own list of files.
fn unplaceable(site: &Site) -> Vec<Diagnostic> {
    let folders = site.keys().filter_map(|path| Some((path.rsplit_once('/')?.0, path)));
    let folders: BTreeMap<&str, &String> = folders.collect();
    let taken = folders.into_iter().filter_map(|(folder, path)| {
        let file = Path::new(folder)
            .ancestors()
            .filter_map(Path::to_str)
            .find(|above| site.contains_key(*above))?;
        Some(format!(
            "a file of the site would be at `{file}`, and `{path}` in a folder of that name"
        ))
    });
    let listed = site.contains_key(MANIFEST);
    let listed = listed.then(|| format!("a file of the site would be at `{MANIFEST}`, where docgen lists its own"));
    let problem = |fact| Diagnostic::error("same-address", None, fact).help("rename one of them");
    taken.chain(listed).map(problem).collect()
}

/// The theme of the site, with the rules for as many rows as its comparisons have.
fn theme(input: &SiteInput<'_>) -> Result<Theme, Diagnostic> {
    let folder = input.settings.theme.as_deref().unwrap_or("theme");
    let mut theme = Theme::new(folder, input.theme)?;
    let guides = input.texts.iter().filter_map(|text| text.facts.guide.as_ref());
    let rows = guides.map(|guide| guide.rows).max().unwrap_or(0);
    theme.add_file("rows.css", compare::row_rules(rows).into());
    Ok(theme)
}

/// Makes all pages. A page of the author's at the address of a tag's page takes its place.
fn pages(scenery: &Scenery<'_>) -> Vec<(String, page::Made)> {
    let is_free = |address: &String| !scenery.index.entries.contains_key(address.as_str());
    let tags = scenery.tags.addresses().into_iter().filter(is_free);
    let addresses: Vec<String> = tags.chain(scenery.index.order.iter().cloned()).collect();
    let make = |address: String| {
        let page = page::made(scenery, &address);
        (address, page)
    };
    addresses.into_par_iter().map(make).collect()
}

/// Makes the search index and what it shows of what it finds.
fn search_files<'p>(scenery: &Scenery<'_>) -> [(&'p str, (Record, File)); 2] {
    let Scenery { index, input, .. } = scenery;
    let asked = scenery.links.anew();
    let words = asked.file_of(search::PATH, search::key(index, input.words), || {
        search::script(index, input.words)
    });
    let excerpts = asked.file_of(excerpt::PATH, excerpt::key(index), || excerpt::script(index));
    [(search::PATH, words), (excerpt::PATH, excerpts)]
}

/// Two texts for one address: only one of them could be shown.
fn same_addresses(input: &SiteInput<'_>) -> Vec<Diagnostic> {
    let mut first = BTreeMap::new();
    let mut problems = Vec::new();
    for text in input.texts {
        if let Some(other) = first.insert(&text.address, &text.path) {
            let place = Place {
                file: text.document().source.clone(),
                span: 0..0,
            };
            let message = format!(
                "`{}` and `{other}` would be at the same address, `/{}`",
                text.path, text.address
            );
            problems.push(Diagnostic::error("same-address", Some(place), message).help("rename one of them"));
        }
    }
    problems
}

/// Old addresses that are not free, by their file: a page is there, or another page claims them too.
fn taken_aliases(index: &Index<'_>) -> BTreeMap<String, Diagnostic> {
    let pages = index.entries.values();
    let mut owners: BTreeMap<String, &str> = pages
        .map(|entry| (address::file(entry.address), entry.text.path.as_str()))
        .collect();
    let mut problems = BTreeMap::new();
    for entry in index.entries.values() {
        let aliases = entry.facts.aliases.iter();
        for (alias, at) in aliases.filter_map(|alias| Some((alias, address::file(&redirect::old_address(alias)?)))) {
            if let Some(owner) = owners.insert(at.clone(), &entry.text.path) {
                problems.insert(at, redirect::alias_taken(entry.document(), alias, owner));
            }
        }
    }
    problems
}

impl Rendered {
    /// Adds a page, but for the files whose addresses are taken.
    fn add_page(&mut self, address: String, page: page::Made, taken: &BTreeMap<String, Diagnostic>) {
        self.diagnostics.extend(page.diagnostics);
        self.records.extend(page.record.map(|record| (address, record)));
        for (path, file) in page.files {
            if !taken.contains_key(&path) {
                self.add(path, file);
            }
        }
    }

    /// Adds a file. Two files for one path are the author's mistake, and silence would lose one of them.
    fn add(&mut self, path: String, file: File) {
        let hash = file.hash;
        let Some(before) = self.site.insert(path.clone(), file) else {
            return;
        };
        if before.hash != hash {
            let fact = format!("two files of the site would be at `{path}`");
            let problem = Diagnostic::error("same-address", None, fact);
            self.diagnostics
                .push(problem.help("rename one of them, or take away the alias"));
        }
    }
}

fn base_url(input: &SiteInput<'_>) -> Option<String> {
    let base = input.options.base_url.as_ref().or(input.settings.base_url.as_ref())?;
    Some(format!("{}/", base.trim_end_matches('/')))
}

fn links<'a>(input: &SiteInput<'a>, index: &Index<'a>) -> Links<'a> {
    let files = input.assets.iter().flat_map(|(path, bytes)| {
        let file = links::File {
            path: path.clone(),
            size: image::size(path, bytes),
        };
        ["content", "assets"].map(|folder| (format!("{folder}/{path}"), file.clone()))
    });
    let mut links = Links::new(files.collect());
    for entry in index.entries.values() {
        links.add(&entry.text.path, entry.address, Some(&entry.facts.anchors));
        if let Some(original) = entry.facts.guide.as_ref().and_then(|guide| guide.original.as_ref()) {
            links.add(original, &compare::address_at(entry.address), None);
        }
    }
    links
}

#[cfg(test)]
mod tests;
