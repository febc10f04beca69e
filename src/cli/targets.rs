//! Which guides a command is about: all of the site, some by name, or a Markdown file without a site.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::phases::today;
use super::site::{self, Site};
use crate::diagnostic::{Diagnostic, Parsed};
use crate::foreign::{self, Reading};
use crate::load::{self, LoadError};
use crate::model::block::{Block, Role};
use crate::model::guide::{Alternatives, Document, Guide, Page, Side};
use crate::model::settings::Settings;
use crate::parse::values::suggestion;
use crate::parse::{self, GuideSource, Strictness, expected};

/// The guides that a command is about.
#[derive(Debug)]
pub(super) struct Targets {
    /// The site, if there is one.
    pub site: Option<Site>,
    /// The guides.
    pub guides: Vec<Guide>,
    /// What is known of those that are not written for docgen, by name.
    pub readings: BTreeMap<String, Reading>,
    /// Problems of these guides, and of the site's settings.
    pub diagnostics: Vec<Diagnostic>,
}

/// Why the guides could not be found.
#[derive(Debug, thiserror::Error)]
pub(super) enum TargetError {
    /// The site or a file could not be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A path at which there is no file.
    #[error("there is no file `{0}`")]
    NoFile(String),
    /// A file or folder that is no Markdown file.
    #[error("`{0}` is no Markdown file")]
    NotMarkdown(String),
    /// A name that no guide has.
    #[error("the site has no guide `{name}`")]
    Unknown {
        /// The name.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
}

impl TargetError {
    /// Returns what to do.
    pub(super) fn help(&self) -> Option<String> {
        match self {
            Self::Load(LoadError::NoSite(_)) => {
                Some("name a Markdown file (`docgen verify README.md`) or the site (`--site DIR`), or make one: `docgen init DIR`".to_owned())
            }
            Self::Load(_) => None,
            Self::NoFile(_) => Some("paths begin in the folder that you are in".to_owned()),
            Self::NotMarkdown(_) => {
                Some("name a file that ends in .md, .mdx or .markdown, or a guide of the site".to_owned())
            }
            Self::Unknown { name, known } => {
                let names: Vec<&str> = known.iter().map(String::as_str).collect();
                Some(match suggestion(name, &names) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("its guides are {}", known.join(", ")),
                })
            }
        }
    }
}

/// Finds the guides that `names` name; all verifiable ones of the site if there are none.
pub(super) fn find(site: Option<&Path>, names: &[String], options: &foreign::Options) -> Result<Targets, TargetError> {
    let around = names.iter().find_map(|name| place_in_site(name)).map(|(root, _)| root);
    // Editors and commit hooks name guides by whole paths, wherever they work.
    let found = site
        .map(Path::to_owned)
        .or_else(|| load::root(Path::new(".")).ok())
        .or(around);
    let names: Vec<String> = names.iter().map(|name| in_site(name, found.as_deref())).collect();
    let site = site.or(found.as_deref());
    let is_text = |name: &&String| is_file(name) && !(names_a_guide(name) && site::open(site).is_ok());
    let (files, names): (Vec<&String>, Vec<&String>) = names.iter().partition(is_text);
    let mut targets = Targets {
        site: None,
        guides: Vec::new(),
        readings: BTreeMap::new(),
        diagnostics: Vec::new(),
    };
    let missing = |name: &&&String| has_text_ending(name) && !is_guide_path(name);
    if let Some(name) = names.iter().find(missing) {
        return Err(TargetError::NoFile((*name).clone()));
    }
    if files.is_empty() || !names.is_empty() {
        of_site(site, &names, &mut targets).map_err(|error| not_markdown(error, &names))?;
    }
    for file in files {
        of_file(Path::new(file), options, &mut targets)?;
    }
    Ok(targets)
}

/// Finds the one guide of the site that `name` names.
pub(super) fn guide(root: Option<&Path>, name: &str) -> Result<Parsed<Guide>, TargetError> {
    let mut found = Targets {
        site: None,
        guides: Vec::new(),
        readings: BTreeMap::new(),
        diagnostics: Vec::new(),
    };
    of_site(root, &[&name.to_owned()], &mut found)?;
    let unknown = || TargetError::Unknown {
        name: name.to_owned(),
        known: Vec::new(),
    };
    Ok(Parsed {
        value: found.guides.into_iter().next().ok_or_else(unknown)?,
        diagnostics: found.diagnostics,
    })
}

/// A name is a file if it ends like one and is there; so a guide may have any other name.
pub(super) fn is_file(name: &str) -> bool {
    has_text_ending(name) && Path::new(name).is_file()
}

fn has_text_ending(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("md" | "mdx" | "markdown"))
}

/// A name that is no guide may be meant as a path: then the error is about what is there.
fn not_markdown(error: TargetError, names: &[&String]) -> TargetError {
    let there = names.iter().find(|name| Path::new(name).exists());
    match (&error, there) {
        (TargetError::Unknown { .. } | TargetError::Load(LoadError::NoSite(_)), Some(name)) => {
            TargetError::NotMarkdown((*name).clone())
        }
        _ => error,
    }
}

fn of_site(root: Option<&Path>, names: &[&String], targets: &mut Targets) -> Result<(), TargetError> {
    let site = site::open(root)?;
    let mut guides: Vec<Guide> = site.guides.clone();
    guides.extend(
        site.pages
            .iter()
            .filter(|page| page.document.front.verify == Some(true))
            .map(page_guide),
    );
    let known: Vec<String> = guides.iter().map(|guide| guide.name.clone()).collect();
    for name in names {
        let plain = plain_name(name);
        if !known.contains(&plain) {
            return Err(TargetError::Unknown {
                name: (*name).clone(),
                known,
            });
        }
    }
    let wanted: Vec<String> = names.iter().map(|name| plain_name(name)).collect();
    targets.guides = guides
        .into_iter()
        .filter(|guide| wanted.is_empty() || wanted.contains(&guide.name))
        .collect();
    targets.diagnostics = site
        .diagnostics
        .iter()
        .filter(|diagnostic| is_about(diagnostic, &targets.guides))
        .cloned()
        .collect();
    targets.site = Some(site);
    Ok(())
}

/// `content/NAME/`, `NAME/` and `content/NAME/guide.md` mean `NAME`, so that shells can complete them.
fn plain_name(name: &str) -> String {
    let name = name.strip_prefix("./").unwrap_or(name);
    let name = name.strip_prefix("content/").unwrap_or(name);
    let name = name.strip_suffix("guide.md").unwrap_or(name);
    name.trim_end_matches('/').to_owned()
}

/// Returns whether a name is the path of a guide of the site, as shells complete it.
pub(super) fn is_guide_path(name: &str) -> bool {
    plain_name(name) != name && name.ends_with("guide.md")
}

/// A problem of another guide does not stop this one.
fn is_about(diagnostic: &Diagnostic, guides: &[Guide]) -> bool {
    let Some(place) = &diagnostic.place else { return true };
    let path = &place.file.path;
    let of = |guide: &Guide| {
        let original = guide.original.as_ref().map(|document| document.source.path.as_str());
        *path == guide.revised.source.path || original == Some(path)
    };
    !path.starts_with("content/") || guides.iter().any(of)
}

fn page_guide(page: &Page) -> Guide {
    let machines = parse::guide::machines_of(&page.document);
    Guide {
        name: page.address.trim_end_matches('/').to_owned(),
        revised: page.document.clone(),
        original: None,
        original_machines: Vec::new(),
        machines,
        compare: None,
        recorded: None,
    }
}

/// Reads a file that belongs to no site. One that says what docgen is to compare or to paste is written for docgen and
/// read as strictly as a guide of a site; any other is read as what it is.
fn of_file(path: &Path, options: &foreign::Options, targets: &mut Targets) -> Result<(), LoadError> {
    let source = load::text(path)?;
    let name = path.to_string_lossy().into_owned();
    let parsed = parse::document_with(Arc::clone(&source), Side::Revised, Strictness::Foreign);
    if is_ours(&parsed.value) {
        let texts = GuideSource {
            name,
            revised: source,
            original: None,
            files: BTreeMap::new(),
            compare: None,
            recorded: None,
        };
        let guide = parse::guide(texts, &Settings::default());
        targets.diagnostics.extend(guide.diagnostics);
        let expired = parse::expiry::check(&guide.value.revised, &today());
        targets.diagnostics.extend(expired);
        targets.guides.push(guide.value);
        return Ok(());
    }
    let read = foreign::read(source, options);
    targets.diagnostics.extend(read.diagnostics);
    let document = read.value.document.clone();
    targets.readings.insert(name.clone(), read.value);
    targets.guides.push(Guide {
        machines: parse::guide::machines_of(&document),
        name,
        revised: document,
        original: None,
        original_machines: Vec::new(),
        compare: None,
        recorded: None,
    });
    Ok(())
}

/// Whether a text was written for docgen: by its front matter, by what is pasted into a block, or by how an output is
/// compared.
fn is_ours(document: &Document) -> bool {
    let front = &document.front;
    let marked = |block: &Block| {
        let keys = &block.keys;
        let is_output = matches!(block.role, Role::Output(_));
        !keys.fills.is_empty()
            || keys.matching.is_some()
            || keys.mocked.is_some()
            || (is_output
                && !expected::of_block(block, 0..block.text.lines().count())
                    .0
                    .holes()
                    .is_empty())
    };
    front.verify == Some(true)
        || front.alternatives == Alternatives::Each
        || !front.machines.is_empty()
        || names_machines(&document.source.text[front.span.clone()])
        || document.blocks.iter().any(marked)
}

/// Whether the settings at the head name machines, even if something in them cannot be read: then that is said, and the
/// text does not run on other machines than its author gave it.
fn names_machines(settings: &str) -> bool {
    settings
        .lines()
        .any(|line| line.starts_with("machines:") || line.starts_with("[machines"))
}

/// The name of a guide of the site in `root` if this is the path of its text, wherever one works; else the name as it is.
fn in_site(name: &str, root: Option<&Path>) -> String {
    match (place_in_site(name), root.map(Path::canonicalize)) {
        (Some((around, guide)), Some(Ok(root))) if around == root => guide,
        _ => name.to_owned(),
    }
}

/// The site around the text of a guide, and the guide's name in it.
fn place_in_site(name: &str) -> Option<(PathBuf, String)> {
    let path = Path::new(name).canonicalize().ok().filter(|path| path.is_file())?;
    let root = load::root(path.parent()?).ok()?;
    let folder = path.strip_prefix(root.join("content")).ok()?.parent()?;
    let is_guide = path.ends_with("guide.md") && folder != Path::new("");
    let parts: Vec<_> = folder.iter().map(|part| part.to_string_lossy()).collect();
    is_guide.then(|| (root, parts.join("/")))
}

/// `content/NAME/guide.md`: the site's guide, not a text that stands alone.
fn names_a_guide(name: &str) -> bool {
    let name = name.strip_prefix("./").unwrap_or(name);
    name.starts_with("content/") && name.ends_with("/guide.md")
}
