//! Edge: reads a site from disk. Links are not followed, so nothing outside the site's folder is read.
#![expect(clippy::disallowed_methods, reason = "edge: this is where a site is read")]

mod changes;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::WalkDir;

use self::changes::Changes;
use crate::diagnostic::Diagnostic;
use crate::model::settings::Settings;
use crate::parse::{GuideSource, front_matter, values};
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
    pub guides: Vec<GuideSource>,
    /// Other pages, by address.
    pub pages: Vec<PageSource>,
    /// Files copied verbatim, by their path below the output folder.
    pub assets: BTreeMap<String, Vec<u8>>,
    /// The site's own theme files, by their path below its theme folder.
    pub theme: BTreeMap<String, Vec<u8>>,
    /// Time of the last change of each text that git knows, by its path (`content/a.md`).
    pub changes: BTreeMap<String, String>,
}

/// An ordinary page, read but not parsed.
#[derive(Debug)]
pub struct PageSource {
    /// Address below the site's root, with a final `/`; empty for the home page.
    pub address: String,
    /// True for `_index.md`.
    pub is_section: bool,
    /// The text.
    pub source: Arc<SourceFile>,
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

/// Reads a whole site. Problems of its texts are diagnostics; what could not be read at all is an error.
///
/// # Errors
/// If a file or folder cannot be read.
pub fn site(root: &Path) -> Result<(SiteSource, Vec<Diagnostic>), LoadError> {
    let mut diagnostics = Vec::new();
    let (settings, settings_file) = settings(root, &mut diagnostics)?;
    let changes = settings
        .git_dates
        .unwrap_or(true)
        .then(|| Changes::start(root))
        .flatten();
    let files = files(root, "content")?;
    let folders: Vec<String> = files
        .keys()
        .filter_map(|path| path.strip_suffix("guide.md"))
        .map(str::to_owned)
        .collect();
    let folders: Vec<String> = folders.into_iter().filter(|folder| folder.ends_with('/')).collect();
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
    let mut texts = Texts {
        files,
        diagnostics: &mut diagnostics,
    };
    for folder in &folders {
        site.guides.extend(texts.guide(folder));
    }
    for (path, bytes) in std::mem::take(&mut texts.files) {
        match path.strip_suffix(".md") {
            Some(stem) => site.pages.extend(page(stem, &path, bytes, texts.diagnostics)),
            None if !path.split('/').any(|part| part.starts_with('.')) => drop(site.assets.insert(path, bytes)),
            None => {}
        }
    }
    diagnostics.extend(unknown_in_nav(&site, &settings_file));
    if let Some(changes) = changes {
        let guides = site.guides.iter().map(|guide| guide.revised.path.clone());
        let pages = site.pages.iter().map(|page| page.source.path.clone());
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
) -> Result<BTreeMap<String, Vec<u8>>, LoadError> {
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
fn files_below(root: &Path, folder: &str) -> Result<BTreeMap<String, Vec<u8>>, LoadError> {
    if folder.split('/').any(|part| part == "..") || Path::new(folder).is_absolute() || !root.join(folder).is_dir() {
        return Ok(BTreeMap::new());
    }
    files(root, folder)
}

fn files(root: &Path, folder: &str) -> Result<BTreeMap<String, Vec<u8>>, LoadError> {
    let base = root.join(folder);
    let mut files = BTreeMap::new();
    for entry in WalkDir::new(&base).follow_links(false).sort_by_file_name() {
        let entry = entry.map_err(|error| LoadError::Read {
            path: error.path().unwrap_or(&base).to_owned(),
            source: error.into(),
        })?;
        if !entry.file_type().is_file() {
            continue;
        }
        let bytes = fs::read(entry.path()).map_err(|source| LoadError::Read {
            path: entry.path().to_owned(),
            source,
        })?;
        let relative = entry.path().strip_prefix(&base).unwrap_or(entry.path());
        let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
        files.insert(parts.join("/"), bytes);
    }
    Ok(files)
}

struct Texts<'a> {
    files: BTreeMap<String, Vec<u8>>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Texts<'_> {
    fn guide(&mut self, folder: &str) -> Option<GuideSource> {
        let mut take = |name: &str| {
            let path = format!("{folder}{name}");
            let bytes = self.files.remove(&path)?;
            utf8(&format!("content/{path}"), bytes, self.diagnostics)
        };
        let revised = take("guide.md")?;
        let original = take("original.md");
        let compare = take("compare.toml");
        let recorded = take("verified.json");
        let prefix = format!("{folder}files/");
        let names: Vec<String> = self
            .files
            .keys()
            .filter(|path| path.starts_with(&prefix))
            .cloned()
            .collect();
        let mut files = BTreeMap::new();
        for name in names {
            let bytes = self.files.remove(&name).unwrap_or_default();
            if let Some(text) = utf8(&format!("content/{name}"), bytes, self.diagnostics) {
                files.insert(name[folder.len()..].to_owned(), text);
            }
        }
        Some(GuideSource {
            name: folder.trim_end_matches('/').to_owned(),
            revised,
            original,
            compare,
            files,
            recorded,
        })
    }
}

fn page(stem: &str, path: &str, bytes: Vec<u8>, diagnostics: &mut Vec<Diagnostic>) -> Option<PageSource> {
    let source = utf8(&format!("content/{path}"), bytes, diagnostics)?;
    let (folder, name) = stem
        .rsplit_once('/')
        .map_or(("", stem), |(folder, name)| (folder, name));
    let is_section = name == "_index";
    let address = match (folder, name) {
        ("", "_index" | "index") => String::new(),
        (folder, "_index" | "index") => format!("{folder}/"),
        ("", name) => format!("{name}/"),
        (folder, name) => format!("{folder}/{name}/"),
    };
    Some(PageSource {
        address,
        is_section,
        source,
    })
}

fn utf8(path: &str, bytes: Vec<u8>, diagnostics: &mut Vec<Diagnostic>) -> Option<Arc<SourceFile>> {
    match String::from_utf8(bytes) {
        Ok(text) => Some(SourceFile::new(path, text.strip_prefix('\u{FEFF}').unwrap_or(&text))),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let message = format!("`{path}` is not UTF-8: byte {at} begins no character");
            diagnostics.push(Diagnostic::error("not-utf8", None, message).help("save the file as UTF-8"));
            None
        }
    }
}
