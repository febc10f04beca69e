//! Links of a text: which page or file they mean, and whether it is there.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::model::guide::{Document, Side};
use crate::parse::values;
use crate::render::address::{link, resolve};
use crate::render::image;
use crate::source::{Place, Span};

/// Everything that a link of a text may lead to.
pub(crate) struct Links<'a> {
    /// Address by source path.
    pages: BTreeMap<String, String>,
    /// Addresses of pages.
    addresses: BTreeSet<String>,
    /// Other files by source path.
    files: BTreeMap<String, File>,
    /// Anchors of each page by its address.
    anchors: BTreeMap<String, &'a BTreeSet<String>>,
}

/// A file that is copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// Path below the output folder.
    pub path: String,
    /// Set if it is an image.
    pub size: Option<image::Size>,
}

impl<'a> Links<'a> {
    /// Starts with the files that are copied, by source path.
    pub(crate) fn new(files: BTreeMap<String, File>) -> Self {
        Self {
            pages: BTreeMap::new(),
            addresses: BTreeSet::new(),
            files,
            anchors: BTreeMap::new(),
        }
    }

    /// Adds a page. Without anchors those of its links are not checked.
    pub(crate) fn add(&mut self, source_path: &str, address: &str, anchors: Option<&'a BTreeSet<String>>) {
        self.pages.insert(source_path.to_owned(), address.to_owned());
        self.addresses.insert(address.to_owned());
        if let Some(anchors) = anchors {
            self.anchors.insert(address.to_owned(), anchors);
        }
    }

    /// Returns the file that the destination `dest` in the text at `source` means, if it is one.
    pub(crate) fn file(&self, source: &str, dest: &str) -> Option<&File> {
        let path = dest.split(['?', '#']).next().unwrap_or(dest);
        match self.target(source, &decoded(path)) {
            Target::File(file) if !is_outside(dest) => Some(file),
            _ => None,
        }
    }

    /// Returns the link to write in the page at `from` for the destination `dest` in `document`.
    pub(crate) fn resolve(
        &self,
        document: &Document,
        from: &str,
        dest: &str,
        span: &Span,
        problems: &mut Vec<Diagnostic>,
    ) -> String {
        let found = self.find(&document.source.path, from, dest);
        // A text of somebody else's links to pages of its own site: nothing to say about them.
        if let Some(fault) = found.fault.filter(|_| document.side == Side::Revised) {
            let place = document.place(span.clone());
            problems.push(self.problem(&fault, dest, place));
        }
        found.href
    }

    /// Finds out where the destination `dest` in the text at `source` leads, seen from the page at `from`.
    pub(crate) fn find(&self, source: &str, from: &str, dest: &str) -> Found {
        if is_program(dest) {
            return Found::wrong(String::new(), Fault::Program);
        }
        if dest.is_empty() || is_outside(dest) {
            return Found::right(dest.to_owned());
        }
        let (path, anchor) = dest
            .split_once('#')
            .map_or((dest, None), |(path, anchor)| (path, Some(anchor)));
        let path = path.split('?').next().unwrap_or(path);
        let address = if path.is_empty() {
            from.to_owned()
        } else {
            match self.target(source, &decoded(path)) {
                Target::Page(address) => address,
                Target::File(file) => return Found::right(link(from, &file.path)),
                Target::Outside => return Found::wrong(dest.to_owned(), Fault::Outside),
                Target::Gone(tried) => return Found::wrong(dest.to_owned(), Fault::Gone(tried)),
            }
        };
        let Some(anchor) = anchor else {
            return Found::right(link(from, &address));
        };
        let href = if path.is_empty() {
            format!("#{anchor}")
        } else {
            format!("{}#{anchor}", link(from, &address))
        };
        let page = if path.is_empty() { "the page" } else { path };
        match self.anchors.get(&address) {
            Some(known) if !known.contains(&decoded(anchor)) => Found::wrong(
                href,
                Fault::Anchor {
                    page: page.to_owned(),
                    address,
                    anchor: anchor.to_owned(),
                },
            ),
            _ => Found::right(href),
        }
    }

    fn problem(&self, fault: &Fault, dest: &str, place: Place) -> Diagnostic {
        let source = place.file.path.clone();
        let place = Some(place);
        match fault {
            Fault::Program => {
                let fact = "this link leads nowhere: what it would run or show is in the link itself";
                Diagnostic::error("link-unsafe", place, fact)
                    .help("link to a page, a file, or an address that begins with `https:`")
            }
            Fault::Outside => {
                let fact = format!("the link `{dest}` leaves the site's folder");
                Diagnostic::error("file-outside", place, fact)
                    .help("link to something below the site's root, or give a full address")
            }
            Fault::Gone(tried) => {
                let problem = Diagnostic::error("link-broken", place, format!("nothing is at `{dest}`"))
                    .label("there is no such file");
                let Some(near) = self.nearest(tried) else {
                    return problem;
                };
                let folder = source.rsplit_once('/').map_or(0, |(folder, _)| folder.len() + 1);
                let near = link(&source[..folder], near);
                problem.help(format!("did you mean `{near}`?"))
            }
            Fault::Anchor { page, address, anchor } => {
                let fact = format!("{page} has no anchor `#{anchor}`");
                let problem = Diagnostic::error("anchor-broken", place, fact);
                match self.anchors.get(address) {
                    Some(known) => problem.help(anchor_help(&decoded(anchor), known)),
                    None => problem,
                }
            }
        }
    }

    fn target(&self, source: &str, path: &str) -> Target<'_> {
        // A path from the root means the site's root, which is the content folder.
        let base = if path.starts_with('/') { "content/x" } else { source };
        let joined = if path.starts_with('/') {
            resolve("", path).map(|path| format!("content/{path}"))
        } else {
            resolve(base, path)
        };
        let Some(full) = joined else {
            return Target::Outside;
        };
        if let Some(address) = self.pages.get(&full) {
            return Target::Page(address.clone());
        }
        if let Some(file) = self.files.get(&full) {
            return Target::File(file);
        }
        let folder = format!(
            "{}/",
            full.trim_end_matches("/index.html").trim_start_matches("content/")
        );
        if full == "content" {
            return Target::Page(String::new());
        }
        if self.addresses.contains(&folder) {
            return Target::Page(folder);
        }
        Target::Gone(full)
    }

    /// The file that was most likely meant: one in the same folder that is spelled alike, else one of the same name
    /// elsewhere. Cheap for each path that is known, because a site that was just moved has thousands of broken links.
    fn nearest(&self, path: &str) -> Option<&str> {
        let (folder, name) = folder_and_name(path);
        let known = || self.pages.keys().chain(self.files.keys());
        let here = known()
            .filter(|known| folder_and_name(known).0 == folder)
            .map(|known| (strsim::normalized_damerau_levenshtein(path, known), known))
            .filter(|(score, _)| *score > 0.8)
            .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)));
        let elsewhere = || {
            let shared = |known: &str| folder.split('/').filter(|part| has_part(known, part)).count();
            known()
                .filter(|known| folder_and_name(known).1 == name)
                .max_by_key(|known| (shared(known), Reverse(*known)))
        };
        here.map(|(_, known)| known).or_else(elsewhere).map(String::as_str)
    }
}

/// `a/b/c.md` is `c.md` in `a/b`.
fn folder_and_name(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// Whether one of the folders on a path has this name.
fn has_part(path: &str, part: &str) -> bool {
    folder_and_name(path).0.split('/').any(|folder| folder == part)
}

/// An anchor that is spelled alike, else what anchors there are.
fn anchor_help(anchor: &str, known: &BTreeSet<String>) -> String {
    const SHOWN: usize = 8;
    if let Some(near) = closest(anchor, known.iter()) {
        return format!("did you mean `#{near}`?");
    }
    let shown: Vec<String> = known.iter().take(SHOWN).map(|anchor| format!("`#{anchor}`")).collect();
    match known.len() {
        0 => "it has no headings and no blocks to link to".to_owned(),
        count if count > SHOWN => format!("its anchors are {} and {} more", shown.join(", "), count - SHOWN),
        _ => format!("its anchors are {}", shown.join(", ")),
    }
}

/// Where a link leads.
#[derive(Debug)]
pub(crate) struct Found {
    /// What to write.
    pub href: String,
    /// What is wrong with it.
    pub fault: Option<Fault>,
}

/// What is wrong with a link.
#[derive(Debug)]
pub(crate) enum Fault {
    /// It holds what it leads to, so that a reader's browser would run it.
    Program,
    /// It leaves the site's folder.
    Outside,
    /// Nothing is at this path.
    Gone(String),
    /// The page at this address has no such anchor; `page` is how the author calls it.
    Anchor {
        page: String,
        address: String,
        anchor: String,
    },
}

impl Found {
    fn right(href: String) -> Self {
        Self { href, fault: None }
    }

    fn wrong(href: String, fault: Fault) -> Self {
        Self {
            href,
            fault: Some(fault),
        }
    }
}

enum Target<'l> {
    Page(String),
    File(&'l File),
    Gone(String),
    Outside,
}

/// A script or a page in the address itself; a picture there does no harm.
fn is_program(dest: &str) -> bool {
    match values::scheme(dest).as_deref() {
        Some("javascript" | "vbscript") => true,
        Some("data") => !dest.trim_start().to_ascii_lowercase().starts_with("data:image/"),
        _ => false,
    }
}

fn is_outside(dest: &str) -> bool {
    let scheme = dest.split(['/', '?', '#']).next().unwrap_or_default();
    dest.starts_with("//") || scheme.contains(':')
}

fn closest<'n>(name: &str, known: impl Iterator<Item = &'n String>) -> Option<&'n str> {
    known
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(score, _)| *score > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate.as_str())
}

/// Undoes percent encoding; what is not valid stays.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = text
            .get(at + 1..at + 3)
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (bytes[at], hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 3;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}
