//! One page of the site: its text, its frame, its twin.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use crate::diagnostic::{Diagnostic, Parsed};
use crate::model::guide::{Document, Guide};
use crate::render::SiteInput;
use crate::render::abstract_text;
use crate::render::address::{file, link, root};
use crate::render::block::{self, Scene};
use crate::render::compare;
use crate::render::highlight::{self, Plain};
use crate::render::index::{Entry, Index, Node};
use crate::render::links::Links;
use crate::render::lists;
use crate::render::nav::Navigation;
use crate::render::paint::{escaped, paint_lines};
use crate::render::prose::{self, Setting};
use crate::render::status::{BlockStatus, Day};
use crate::render::summary;
use crate::render::tabs;
use crate::render::tags::Tags;
use crate::render::theme::Theme;
use crate::render::view::{Frame, GuideView, LinkView, MachineView, PageView, Summary};
use crate::source::Place;

/// What all pages of a build share.
pub(crate) struct Scenery<'a> {
    pub input: &'a SiteInput<'a>,
    pub base: Option<String>,
    pub index: &'a Index<'a>,
    pub links: Links<'a>,
    pub nav: Navigation<'a>,
    pub neighbours: BTreeMap<&'a str, (Option<&'a str>, Option<&'a str>)>,
    pub tags: Tags<'a>,
    pub theme: &'a Theme,
}

impl Scenery<'_> {
    /// Returns when the text of an entry was last changed, as far as that is known.
    pub(crate) fn changed(&self, entry: &Entry<'_>) -> Option<&str> {
        self.input.changes.get(&entry.document.source.path).map(String::as_str)
    }
}

/// Files of one page, by their path.
pub(crate) type Files = Vec<(String, Vec<u8>)>;

/// Renders the page at `address` with what belongs to it.
pub(crate) fn files(scenery: &Scenery<'_>, address: &str) -> Parsed<Files> {
    let mut diagnostics = Vec::new();
    let mut files = Files::new();
    let entry = scenery.index.entries.get(address).copied();
    let view = match &entry {
        Some(entry) => entry_view(scenery, entry, &mut diagnostics),
        None => lists::view(scenery, address),
    };
    push(scenery, &mut files, &mut diagnostics, file(address), "page.html", &view);
    if let Some(entry) = entry {
        files.push((
            format!("{address}index.md"),
            entry.document.source.text.clone().into_bytes(),
        ));
        let comparison = entry
            .guide
            .and_then(|guide| Some((guide, scenery.input.comparisons.get(&guide.name)?)));
        if let Some((guide, comparison)) = comparison {
            let page = compare::files(scenery, guide, comparison);
            files.extend(page.value);
            diagnostics.extend(page.diagnostics);
        }
        for alias in &entry.document.front.aliases {
            let at = alias.trim_start_matches('/');
            let at = if at.is_empty() || at.ends_with('/') || at.ends_with(".html") {
                at.to_owned()
            } else {
                format!("{at}/")
            };
            let view = LinkView {
                href: Some(link(&at, address)),
                title: view.frame.title.clone(),
            };
            push(scenery, &mut files, &mut diagnostics, file(&at), "redirect.html", &view);
        }
    }
    Parsed {
        value: files,
        diagnostics,
    }
}

/// Renders the pages that belong to no text.
pub(crate) fn extra(scenery: &Scenery<'_>) -> Parsed<Files> {
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
        Ok(html) => files.push((path, html.into_bytes())),
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
        language: settings.language.clone().unwrap_or_else(|| "en".to_owned()),
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
        canonical: scenery.base.as_ref().map(|base| format!("{base}{page}")),
        image: None,
        feed: scenery.base.as_ref().map(|_| link(page, "atom.xml")),
        nav: scenery.nav.html(page, current),
        breadcrumbs: scenery.index.above(current).into_iter().map(crumb).collect(),
        docgen: env!("CARGO_PKG_VERSION"),
    }
}

fn entry_view(scenery: &Scenery<'_>, entry: &Entry<'_>, diagnostics: &mut Vec<Diagnostic>) -> PageView {
    let document = entry.document;
    let front = &document.front;
    let setting = Setting {
        document,
        address: entry.address,
        links: &scenery.links,
    };
    let blocks = blocks(scenery, entry, &setting, diagnostics);
    let prose = prose::render(&setting, &blocks);
    diagnostics.extend(prose.problems);
    let description = front.description.clone().unwrap_or_else(|| abstract_text::of(document));
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
    let mut frame = frame(scenery, entry.address, entry.address, title, description);
    frame.image = scenery
        .base
        .as_ref()
        .zip(prose.picture)
        .map(|(base, picture)| format!("{base}{picture}"));
    PageView {
        frame,
        title_anchor: prose.title_anchor,
        content: prose.html,
        toc: prose.toc,
        cards: lists::cards(scenery, entry.address, scenery.index.below(entry.address)),
        previous: neighbour(previous),
        next: neighbour(next),
        edit: scenery
            .input
            .settings
            .edit_url
            .as_ref()
            .map(|url| url.replace("{path}", &document.source.path)),
        day: front.date.as_deref().map(Day::new),
        changed: scenery.changed(entry).map(Day::new),
        tags: scenery.tags.of(entry),
        has_text: true,
        has_tabs: document.blocks.iter().any(|block| block.tab.is_some()),
        guide: entry.guide.map(|guide| guide_view(scenery, guide)),
    }
}

/// Renders the fences of a text, by their start in the source; each is a task of its own.
fn blocks(
    scenery: &Scenery<'_>,
    entry: &Entry<'_>,
    setting: &Setting<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<usize, String> {
    let document = entry.document;
    let statuses = entry.guide.and_then(|guide| scenery.input.statuses.get(&guide.name));
    let problems = Mutex::new(BTreeMap::new());
    let shown: Vec<usize> = (0..document.blocks.len())
        .filter(|index| !document.blocks[*index].hidden)
        .collect();
    let rendered: Vec<(usize, Result<String, Diagnostic>)> = shown
        .into_par_iter()
        .map(|index| {
            let inline = |range: Range<usize>| {
                let start = range.start;
                let (html, found) = prose::inline(setting, range);
                if !found.is_empty()
                    && let Ok(mut problems) = problems.lock()
                {
                    problems.insert(start, found);
                }
                html
            };
            let scene = Scene {
                colours: scenery.input.colours,
                document,
                is_guide: entry.guide.is_some(),
                many_machines: entry.guide.is_some_and(|guide| guide.machines.len() > 1),
                has_file: &|file| scenery.input.assets.contains_key(&format!("{}{file}", entry.address)),
                status: &|block| statuses?.revised.get(&block.id),
                inline: &inline,
            };
            let view = block::view(&scene, index);
            if let Some(plain) = view.plain
                && let Ok(mut problems) = problems.lock()
            {
                problems.insert(
                    document.blocks[index].fence.start,
                    vec![stays_plain(document, index, plain)],
                );
            }
            (
                document.blocks[index].fence.start,
                scenery.theme.render("block.html", &view),
            )
        })
        .collect();
    let found = problems.into_inner().unwrap_or_default();
    diagnostics.extend(found.into_values().flatten());
    let mut html = BTreeMap::new();
    for (start, result) in rendered {
        match result {
            Ok(text) => drop(html.insert(start, text)),
            Err(problem) => diagnostics.push(problem),
        }
    }
    diagnostics.extend(tabs::join(scenery.theme, document, &mut html));
    html
}

fn stays_plain(document: &Document, index: usize, plain: Plain) -> Diagnostic {
    let place = Place {
        file: document.source.clone(),
        span: document.blocks[index].info.clone(),
    };
    let fact = format!("this block is shown without colours: {}", plain.words());
    Diagnostic::warning("block-plain", Some(place), fact)
        .help("cut it down to what readers need, or give it the language `text`")
}

fn statuses_of<'a>(scenery: &Scenery<'a>, guide: &Guide) -> Option<&'a BTreeMap<String, BlockStatus>> {
    scenery.input.statuses.get(&guide.name).map(|status| &status.revised)
}

pub(crate) fn guide_summary(scenery: &Scenery<'_>, guide: &Guide) -> Summary {
    summary::of(&guide.revised, statuses_of(scenery, guide).unwrap_or(&BTreeMap::new()))
}

fn guide_view(scenery: &Scenery<'_>, guide: &Guide) -> GuideView {
    let recorded = scenery.input.statuses.get(&guide.name);
    GuideView {
        summary: guide_summary(scenery, guide),
        compare: scenery
            .input
            .comparisons
            .contains_key(&guide.name)
            .then(|| "compare/index.html".to_owned()),
        original: original_link(&guide.revised),
        machines: guide.machines.iter().map(machine_view).collect(),
        images: recorded.map(|status| status.images.clone()).unwrap_or_default(),
        deviations: recorded
            .into_iter()
            .flat_map(|status| &status.deviations)
            .map(|text| code_spans(text))
            .collect(),
    }
}

/// Escapes a message; what stands between backticks becomes code.
fn code_spans(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts
        .map(|(at, part)| {
            if at % 2 == 1 {
                format!("<code>{}</code>", escaped(part))
            } else {
                escaped(part)
            }
        })
        .collect()
}

fn original_link(document: &Document) -> Option<LinkView> {
    let original = document.front.original.as_ref()?;
    let title = original.title.clone().or_else(|| original.url.clone())?;
    Some(LinkView {
        href: original.url.clone(),
        title,
    })
}

fn machine_view(machine: &crate::model::machine::MachineSpec) -> MachineView {
    use crate::model::machine::{MachineKind, NetworkPolicy};
    let mut facts = Vec::new();
    match machine.kind {
        MachineKind::Plain => {}
        MachineKind::Docker => facts.push("with a Docker engine of its own".to_owned()),
        MachineKind::Systemd => facts.push("with systemd".to_owned()),
    }
    let tabs = machine.tabs.iter();
    facts.extend(tabs.map(|(name, image)| format!("from {image} where the tab {name} is run")));
    facts.extend(machine.user.as_ref().map(|user| format!("as user {user}")));
    if !machine.images.is_empty() {
        facts.push(format!("images at hand: {}", machine.images.join(", ")));
    }
    if !machine.aliases.is_empty() {
        facts.push(format!("reached as {}", machine.aliases.join(", ")));
    }
    facts.extend(machine.files.iter().map(|file| format!("file {}", file.path)));
    facts.extend(machine.run.iter().map(|run| format!("runs {run}")));
    match machine.network {
        NetworkPolicy::Full => {}
        NetworkPolicy::None => facts.push("without a network".to_owned()),
        NetworkPolicy::Internal => facts.push("without the outside network".to_owned()),
    }
    let prepare = machine
        .prepare
        .as_ref()
        .map(|text| paint_lines(text, highlight::shell_marks(text)).join("\n"));
    MachineView {
        name: machine.name.clone(),
        image: machine.image.clone(),
        facts,
        prepare,
    }
}
