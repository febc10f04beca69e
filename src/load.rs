//! Edge: reads a site from disk. A link is followed only to what is below the site's folder, so nothing outside of it is read.
#![expect(clippy::disallowed_methods, reason = "edge: this is where a site is read")]

mod changes;
mod files;
mod places;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use serde::de::IgnoredAny;
use toml::Spanned;

use self::changes::Changes;
pub use self::files::{Found, GuideFiles, PageFile, Stamp};
use crate::diagnostic::Diagnostic;
use crate::model::settings::Settings;
use crate::pack::Hash;
use crate::parse::{front_matter, values};
use crate::source::{Place, SourceFile};

/// The file that marks a site's root.
pub const SETTINGS_FILE: &str = "docgen.toml";

/// A site, read but not parsed.
#[derive(Debug)]
pub struct SiteSource {
    /// The folder that holds `docgen.toml`.
    pub root: PathBuf,
    /// `docgen.toml`, typed.
    pub settings: Settings,
    /// Guides, by name.
    pub guides: Vec<GuideFiles>,
    /// Other pages, by address.
    pub pages: Vec<PageFile>,
    /// Files copied verbatim, by their path below the output folder.
    pub assets: BTreeMap<String, Bytes>,
    /// The site's own theme files, by their path below its theme folder.
    pub theme: BTreeMap<String, Bytes>,
    /// Time of the last change of each text that git knows, by its path (`content/a.md`).
    pub changes: BTreeMap<String, String>,
}

/// Why a site could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// No `docgen.toml` here or above.
    #[error("there is no `{SETTINGS_FILE}` in `{}` or a folder above it", .0.display())]
    NoSite(PathBuf),
    /// The operating system refused.
    #[error("could not read `{}`: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Finds the site's root by walking up from `start`.
///
/// # Errors
/// If no folder up to the top holds `docgen.toml`.
pub fn root(start: &Path) -> Result<PathBuf, LoadError> {
    let absolute = start.canonicalize().map_err(|source| LoadError::Read {
        path: start.to_owned(),
        source,
    })?;
    let found = absolute.ancestors().find(|folder| folder.join(SETTINGS_FILE).is_file());
    found
        .map(Path::to_owned)
        .ok_or_else(|| LoadError::NoSite(start.to_owned()))
}

/// What is in a file of the content, for who knows it without reading: by its path from the site's root and its stamp.
pub type Known<'k> = &'k (dyn Fn(&str, Stamp) -> Option<Hash> + Sync);

/// Knows no file.
pub fn nothing_known(_: &str, _: Stamp) -> Option<Hash> {
    None
}

/// Reads a whole site, but for the texts that are `known`. Problems are diagnostics; what could not be read at all is an
/// error.
///
/// # Errors
/// If a file or folder cannot be read.
pub fn site(root: &Path, known: Known<'_>) -> Result<(SiteSource, Vec<Diagnostic>), LoadError> {
    let mut diagnostics = Vec::new();
    let (settings, written) = settings(root, &mut diagnostics)?;
    let changes = settings
        .git_dates
        .unwrap_or(true)
        .then(|| Changes::start(root))
        .flatten();
    let places = places::below(root, "content", &mut diagnostics)?;
    let files = files::found("content", places, known)?;
    let mut site = SiteSource {
        root: root.to_owned(),
        theme: match &settings.theme {
            Some(folder) => theme(root, folder, &written, &mut diagnostics)?,
            None => BTreeMap::new(),
        },
        settings,
        guides: Vec::new(),
        pages: Vec::new(),
        assets: files_below(root, "assets", &mut diagnostics)?,
        changes: BTreeMap::new(),
    };
    for (path, file) in files::guides(files, &mut site.guides) {
        match path.strip_suffix(".md") {
            _ if files::is_hidden(&path) => {}
            Some(stem) => site.pages.push(files::page(stem, file)),
            None => {
                let bytes = Bytes::from(file.bytes()?);
                if site.assets.get(&path).is_some_and(|other| *other != bytes) {
                    let fact = format!("`content/{path}` and `assets/{path}` would be at the same address");
                    diagnostics.push(Diagnostic::error("same-address", None, fact).help("rename one of them"));
                }
                site.assets.insert(path, bytes);
            }
        }
    }
    diagnostics.extend(unknown_in_nav(&site, &written));
    if let Some(changes) = changes {
        let guides = site.guides.iter().map(GuideFiles::path);
        let pages = site.pages.iter().map(|page| page.path.clone());
        site.changes = changes.of(guides.chain(pages).collect());
    }
    Ok((site, diagnostics))
}

/// Reads one text file for the commands that work without a site.
///
/// # Errors
/// If it cannot be read.
pub fn text(path: &Path) -> Result<Arc<SourceFile>, LoadError> {
    let bytes = fs::read(path).map_err(|source| LoadError::Read {
        path: path.to_owned(),
        source,
    })?;
    Ok(SourceFile::new(path.to_string_lossy(), String::from_utf8_lossy(&bytes)))
}

fn settings(root: &Path, diagnostics: &mut Vec<Diagnostic>) -> Result<(Settings, Written), LoadError> {
    let file = match places::within(root, SETTINGS_FILE, diagnostics)? {
        Some((_, place)) => SourceFile::new(SETTINGS_FILE, text(&place)?.text.as_str()),
        None => SourceFile::new(SETTINGS_FILE, ""),
    };
    let (settings, faults) = front_matter::settings(&file.text);
    diagnostics.extend(faults.into_iter().map(|fault| {
        let place = Place {
            span: fault.span.clone(),
            file: Arc::clone(&file),
        };
        fault.diagnostic(Some(place))
    }));
    let (spans, _) = front_matter::settings(&file.text);
    Ok((settings, Written { file, spans }))
}

/// The settings as their author wrote them.
struct Written {
    file: Arc<SourceFile>,
    spans: Spans,
}

/// Where values stand in the settings.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Spans {
    theme: Option<Spanned<IgnoredAny>>,
    nav: Vec<Spanned<IgnoredAny>>,
}

impl Written {
    fn place(&self, value: Option<&Spanned<IgnoredAny>>) -> Option<Place> {
        let span = value?.span();
        Some(Place {
            file: Arc::clone(&self.file),
            span,
        })
    }
}

/// The theme's files. A folder that is not there would silently give the built-in theme.
fn theme(
    root: &Path,
    folder: &str,
    written: &Written,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<BTreeMap<String, Bytes>, LoadError> {
    let before = diagnostics.len();
    let files = files_below(root, folder, diagnostics)?;
    if files.is_empty() && diagnostics.len() == before {
        let fact = format!("there is no folder `{folder}` with a theme's files below the site's root");
        let problem = Diagnostic::error("theme-missing", written.place(written.spans.theme.as_ref()), fact);
        diagnostics
            .push(problem.help("name a folder with files that replace the built-in theme's, such as `page.html`"));
    }
    Ok(files)
}

/// Entries of `nav` at which no page and no folder is.
fn unknown_in_nav(site: &SiteSource, written: &Written) -> Vec<Diagnostic> {
    let guides = site.guides.iter().map(|guide| guide.name.as_str());
    let pages = site.pages.iter().map(|page| page.address.trim_end_matches('/'));
    let known: Vec<&str> = guides.chain(pages).collect();
    let is_known = |name: &str| {
        known.iter().any(|known| {
            known
                .strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let unknown = site
        .settings
        .nav
        .iter()
        .enumerate()
        .filter(|(_, name)| !is_known(name.trim_matches('/')));
    unknown
        .map(|(at, name)| {
            let fact = format!("`nav` names `{name}`, but no page and no folder of `content/` has that address");
            let problem = Diagnostic::error("nav-unknown", written.place(written.spans.nav.get(at)), fact);
            match values::suggestion(name, &known) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help("write addresses below `content/`, such as `guides` or `guides/install`"),
            }
        })
        .collect()
}

/// All files below `root/folder` by their path from there; none if the folder is not there.
fn files_below(
    root: &Path,
    folder: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<BTreeMap<String, Bytes>, LoadError> {
    if folder.split('/').any(|part| part == "..") || Path::new(folder).is_absolute() || !root.join(folder).is_dir() {
        return Ok(BTreeMap::new());
    }
    let places = places::below(root, folder, diagnostics)?;
    let found = files::found(folder, places, &nothing_known)?;
    let read = |(path, file): (String, Found)| Ok((path, file.bytes()?.into()));
    found.into_iter().map(read).collect()
}
