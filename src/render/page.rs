//! One page of the site: its text, its frame, its twin.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Parsed};
use crate::pack::{Hash, hash_of};
use crate::render::address::{file, full, link, root};
use crate::render::compare;
use crate::render::fences;
use crate::render::guide_page;
use crate::render::index::{Entry, Index, Node};
use crate::render::keep::{Asked, Record};
use crate::render::lists;
use crate::render::nav::Navigation;
use crate::render::prose::{self, Setting};
use crate::render::redirect;
use crate::render::status::Day;
use crate::render::tags::Tags;
use crate::render::theme::Theme;
use crate::render::view::{Frame, LinkView, PageView};
use crate::render::{File, SiteInput};

/// What all pages of a build share.
pub(crate) struct Scenery<'a> {
    pub input: &'a SiteInput<'a>,
    /// Hash of what every page depends on.
    pub common: Hash,
    pub base: Option<String>,
    pub index: &'a Index<'a>,
    pub links: Asked<'a>,
    pub nav: &'a Navigation<'a>,
    pub neighbours: &'a BTreeMap<&'a str, (Option<&'a str>, Option<&'a str>)>,
    pub tags: &'a Tags<'a>,
    pub theme: &'a Theme,
}

impl Scenery<'_> {
    /// Returns when the text of an entry was last changed, as far as that is known.
    pub(crate) fn changed(&self, entry: &Entry<'_>) -> Option<&str> {
        self.input.changes.get(&entry.text.path).map(String::as_str)
    }

    /// Returns the same for a page that has asked for nothing yet.
    fn for_page(&self) -> Self {
        Self {
            base: self.base.clone(),
            links: self.links.anew(),
            ..*self
        }
    }
}

/// Files of one page, by their path.
pub(crate) type Files = Vec<(String, File)>;

/// A page, made or taken over.
pub(crate) struct Made {
    pub files: Files,
    pub diagnostics: Vec<Diagnostic>,
    /// What it was made from; `None` if something is wrong with it.
    pub record: Option<Record>,
}

/// Makes the page at `address` with what belongs to it, unless the last build has made the same.
pub(crate) fn made(scenery: &Scenery<'_>, address: &str) -> Made {
    let scenery = &scenery.for_page();
    let entry = scenery.index.entries.get(address);
    let view = match entry {
        Some(entry) => around(scenery, entry),
        None => lists::view(scenery, address),
    };
    let key = key(scenery, entry, &view);
    if let Some((record, files)) = scenery.links.kept(address, key) {
        return Made {
            files,
            diagnostics: Vec::new(),
            record: Some(record),
        };
    }
    let Parsed {
        value: files,
        diagnostics,
    } = files(scenery, address, view);
    let is_right = diagnostics.is_empty() && entry.is_none_or(|entry| entry.text.diagnostics().is_empty());
    Made {
        record: is_right.then(|| scenery.links.record(key, &files)),
        files,
        diagnostics,
    }
}

/// A hash of all that a page is made from, but for the answers to what its text asks about the rest of the site.
fn key(scenery: &Scenery<'_>, entry: Option<&Entry<'_>>, view: &PageView) -> Hash {
    // Texts, numbers and lists: there is nothing in a view that JSON cannot say.
    let view = serde_json::to_vec(view).unwrap_or_default();
    let Some(entry) = entry else {
        return hash_of([&scenery.common[..], &view]);
    };
    let compare = entry.facts.guide.as_ref().map(|_| {
        let at = compare::address_at(entry.address);
        serde_json::to_vec(&frame(scenery, &at, entry.address, String::new(), String::new())).unwrap_or_default()
    });
    hash_of([
        &scenery.common[..],
        &entry.text.inputs,
        &view,
        &compare.unwrap_or_default(),
    ])
}

/// Renders a page with what belongs to it; `view` is what stands around its text.
fn files(scenery: &Scenery<'_>, address: &str, mut view: PageView) -> Parsed<Files> {
    let mut diagnostics = Vec::new();
    let mut files = Files::new();
    let entry = scenery.index.entries.get(address);
    if let Some(entry) = entry {
        fill(scenery, entry, &mut view, &mut diagnostics);
    }
    push(scenery, &mut files, &mut diagnostics, file(address), "page.html", &view);
    if let Some(entry) = entry {
        files.push((format!("{address}index.md"), File::twin(&entry.document().source)));
        let guide = entry.guide();
        if let Some((guide, comparison)) = guide.and_then(|work| Some((&work.guide, work.comparison.as_ref()?))) {
            let page = compare::files(scenery, guide, comparison);
            files.extend(page.value);
            diagnostics.extend(page.diagnostics);
        }
        for alias in &entry.facts.aliases {
            match redirect::old_address(alias) {
                Some(at) => {
                    let view = redirect::view(scenery, &at, address, &view.frame.title);
                    push(scenery, &mut files, &mut diagnostics, file(&at), "redirect.html", &view);
                }
                None => diagnostics.push(redirect::alias_outside(entry.document(), alias)),
            }
        }
    }
    Parsed {
        value: files,
        diagnostics,
    }
}

/// Renders the page that a server shows where nothing is.
pub(crate) fn not_found(scenery: &Scenery<'_>) -> Parsed<Files> {
    let mut diagnostics = Vec::new();
    let mut files = Files::new();
    let mut frame = frame(scenery, "", "", "Not found".to_owned(), String::new());
    // A server shows this page at any address, so its links are those of the site's root.
    let base = scenery.base.as_deref().unwrap_or("/");
    let path = base
        .split_once("://")
        .and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]))
        .unwrap_or("/");
    for asset in frame.assets.values_mut() {
        *asset = format!("{path}{asset}");
    }
    frame.root = path.to_owned();
    frame.home = path.to_owned();
    frame.canonical = None;
    frame.nav = frame
        .nav
        .replace("href=\"", &format!("href=\"{path}"))
        .replace(" aria-current=\"page\"", "");
    push(
        scenery,
        &mut files,
        &mut diagnostics,
        "404.html".to_owned(),
        "404.html",
        &frame,
    );
    Parsed {
        value: files,
        diagnostics,
    }
}

fn push(
    scenery: &Scenery<'_>,
    files: &mut Files,
    diagnostics: &mut Vec<Diagnostic>,
    path: String,
    template: &str,
    view: &impl serde::Serialize,
) {
    match scenery.theme.render(template, view) {
        Ok(html) => files.push((path, File::new(html.into_bytes()))),
        Err(problem) => diagnostics.push(problem),
    }
}

/// Builds what every page has. `page` is the address of the page, `current` the node of the tree that it belongs to.
pub(crate) fn frame(scenery: &Scenery<'_>, page: &str, current: &str, title: String, description: String) -> Frame {
    let settings = scenery.input.settings;
    let crumb = |node: &Node| LinkView {
        href: node.is_page.then(|| link(page, &node.address)),
        title: if node.address.is_empty() {
            "Home".to_owned()
        } else {
            node.title.clone()
        },
    };
    Frame {
        site_title: settings.title.clone(),
        language: settings.language().to_owned(),
        title,
        description,
        alone: None,
        root: root(page),
        home: link(page, ""),
        assets: scenery
            .theme
            .names
            .iter()
            .map(|(name, path)| (name.clone(), link(page, path)))
            .collect(),
        canonical: scenery.base.as_ref().map(|base| full(base, page)),
        image: None,
        feed: scenery.base.as_ref().map(|_| link(page, "atom.xml")),
        nav: scenery.nav.html(page, current),
        breadcrumbs: scenery.index.above(current).into_iter().map(crumb).collect(),
        docgen: env!("CARGO_PKG_VERSION"),
    }
}

/// Builds the view of a page without its text. What stands here is part of the page's key, so it may speak of the rest of the
/// site, but it asks for facts only.
fn around(scenery: &Scenery<'_>, entry: &Entry<'_>) -> PageView {
    let facts = entry.facts;
    let neighbour = |address: Option<&str>| {
        let node = scenery.index.nodes.get(address?)?;
        Some(LinkView {
            href: Some(link(entry.address, &node.address)),
            title: node.title.clone(),
        })
    };
    let title = scenery
        .index
        .nodes
        .get(entry.address)
        .map(|node| node.title.clone())
        .unwrap_or_default();
    let (previous, next) = scenery.neighbours.get(entry.address).copied().unwrap_or_default();
    let description = facts.description().to_owned();
    PageView {
        frame: frame(scenery, entry.address, entry.address, title, description),
        title_anchor: None,
        content: String::new(),
        toc: Vec::new(),
        hero: lists::hero(scenery, entry.address, facts.description.as_ref()),
        cards: lists::cards(scenery, entry.address, scenery.index.below(entry.address)),
        previous: neighbour(previous),
        next: neighbour(next),
        edit: scenery
            .input
            .settings
            .edit_url
            .as_ref()
            .map(|url| url.replace("{path}", &entry.text.path)),
        day: facts.date.as_deref().map(Day::new),
        changed: scenery.changed(entry).map(Day::new),
        tags: scenery.tags.of(entry),
        has_text: true,
        has_tabs: false,
        guide: None,
    }
}

/// Adds what the text itself says. It may depend on the page's own inputs, and on what it asks through the scenery's links.
fn fill(scenery: &Scenery<'_>, entry: &Entry<'_>, view: &mut PageView, diagnostics: &mut Vec<Diagnostic>) {
    let setting = Setting {
        document: entry.document(),
        address: entry.address,
        links: &scenery.links,
    };
    view.has_tabs = setting.document.blocks.iter().any(|block| block.tab.is_some());
    let blocks = fences::render(scenery, entry, &setting, diagnostics);
    let prose = prose::render(&setting, &blocks);
    diagnostics.extend(prose.problems);
    let picture = scenery.base.as_ref().zip(prose.picture);
    view.frame.image = picture.map(|(base, picture)| full(base, &picture));
    view.title_anchor = prose.title_anchor;
    view.content = prose.html;
    view.toc = prose.toc;
    view.guide = entry.guide().map(guide_page::view);
}
