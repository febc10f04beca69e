//! Edge: reads a site from disk. Links are not followed, but for a folder of the site that is itself a link to another one in
//! the site; so nothing outside the site's folder is read.
#![expect(clippy::disallowed_methods, reason = "edge: this is where a site is read")]

mod changes;
mod files;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::changes::Changes;
pub use self::files::{Found, GuideFiles, PageFile, Stamp};
use bytes::Bytes;

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
    /// A folder of the site is a link to somewhere else.
    #[error("`{folder}` leads out of the site, to `{}`", target.display())]
    LinkOutside {
        /// The folder, from the site's root.
        folder: String,
        /// Where it leads.
        target: PathBuf,
    },
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
    let (settings, settings_file) = settings(root, &mut diagnostics)?;
    let changes = settings
        .git_dates
        .unwrap_or(true)
        .then(|| Changes::start(root))
        .flatten();
    let files = files::below(root, "content", known)?;
    let mut site = SiteSource {
        root: root.to_owned(),
        theme: match &settings.theme {
            Some(folder) => theme(root, folder, &settings_file, &mut diagnostics)?,
            None => BTreeMap::new(),
        },
        settings,
        guides: Vec::new(),
        pages: Vec::new(),
        assets: files_below(root, "assets")?,
        changes: BTreeMap::new(),
    };
    for (path, file) in files::guides(files, &mut site.guides) {
        match path.strip_suffix(".md") {
            Some(stem) => site.pages.push(files::page(stem, file)),
            None if !path.split('/').any(|part| part.starts_with('.')) => {
                site.assets.insert(path, file.bytes()?.into());
            }
            None => {}
        }
    }
    diagnostics.extend(unknown_in_nav(&site, &settings_file));
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

fn settings(root: &Path, diagnostics: &mut Vec<Diagnostic>) -> Result<(Settings, Arc<SourceFile>), LoadError> {
    let source = text(&root.join(SETTINGS_FILE))?;
    let source = SourceFile::new(SETTINGS_FILE, source.text.as_str());
    let settings = front_matter::from_toml(&source.text).unwrap_or_else(|fault| {
        let place = Place {
            span: fault.span.clone(),
            file: Arc::clone(&source),
        };
        diagnostics.push(fault.diagnostic(Some(place)));
        Settings::default()
    });
    Ok((settings, source))
}

/// Where a text value stands in the settings.
fn place_of(value: &str, settings: &Arc<SourceFile>) -> Option<Place> {
    let at = settings.text.find(&format!("\"{value}\"")).map_or(0, |at| at + 1);
    Some(Place {
        file: Arc::clone(settings),
        span: at..at + value.len(),
    })
}

/// The theme's files. A folder that is not there would silently give the built-in theme.
fn theme(
    root: &Path,
    folder: &str,
    settings: &Arc<SourceFile>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<BTreeMap<String, Bytes>, LoadError> {
    let files = files_below(root, folder)?;
    if files.is_empty() {
        let fact = format!("there is no folder `{folder}` with a theme's files below the site's root");
        let problem = Diagnostic::error("theme-missing", place_of(folder, settings), fact);
        diagnostics
            .push(problem.help("name a folder with files that replace the built-in theme's, such as `page.html`"));
    }
    Ok(files)
}

/// Entries of `nav` at which no page and no folder is.
fn unknown_in_nav(site: &SiteSource, settings: &Arc<SourceFile>) -> Vec<Diagnostic> {
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
        .filter(|name| !is_known(name.trim_matches('/')));
    unknown
        .map(|name| {
            let fact = format!("`nav` names `{name}`, but no page and no folder of `content/` has that address");
            let problem = Diagnostic::error("nav-unknown", place_of(name, settings), fact);
            match values::suggestion(name, &known) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help("write addresses below `content/`, such as `guides` or `guides/install`"),
            }
        })
        .collect()
}

/// All files below `root/folder` by their path from there; none if the folder is not there.
fn files_below(root: &Path, folder: &str) -> Result<BTreeMap<String, Bytes>, LoadError> {
    if folder.split('/').any(|part| part == "..") || Path::new(folder).is_absolute() || !root.join(folder).is_dir() {
        return Ok(BTreeMap::new());
    }
    let found = files::below(root, folder, &nothing_known)?;
    let read = |(path, file): (String, Found)| Ok((path, file.bytes()?.into()));
    found.into_iter().map(read).collect()
}
