//! Files of a site: which there are, and what is in them, read now or when somebody asks.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::{Known, LoadError};
use crate::diagnostic::{Diagnostic, Parsed};
use crate::pack::{Hash, hash as hash_of};
use crate::parse::GuideSource;
use crate::source::SourceFile;

/// What a file looks like from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Nanoseconds of its last change since 1970.
    pub modified: u64,
    /// The same as the system notes it: nobody can set that, as `cp -p` and `tar` set the other.
    pub changed: (i64, i64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        let modified = metadata.mtime().saturating_mul(1_000_000_000);
        let modified = modified.saturating_add(metadata.mtime_nsec());
        Self {
            size: metadata.len(),
            modified: modified.try_into().unwrap_or(0),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

/// A file that is there.
#[derive(Debug)]
pub struct Found {
    place: PathBuf,
    /// What it looks like from outside.
    pub stamp: Stamp,
    /// Hash of what is in it.
    pub hash: Hash,
    /// What is in it, until somebody takes it; `None` if that is known.
    bytes: Mutex<Option<Vec<u8>>>,
}

impl Found {
    /// Returns what is in the file.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, LoadError> {
        let kept = self.bytes.lock().unwrap_or_else(PoisonError::into_inner).take();
        kept.map_or_else(|| read(&self.place), Ok)
    }

    /// The same file for somebody else, who reads it when needed.
    fn again(&self) -> Self {
        Self {
            place: self.place.clone(),
            stamp: self.stamp,
            hash: self.hash,
            bytes: Mutex::new(None),
        }
    }

    /// Returns the text in the file `name`; a file that holds none is a problem.
    fn text(&self, name: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Arc<SourceFile>> {
        match self.bytes() {
            Ok(bytes) => utf8(name, bytes, diagnostics),
            Err(error) => {
                diagnostics.push(Diagnostic::error(
                    "unreadable",
                    None,
                    crate::diagnostic::with_causes(&error),
                ));
                None
            }
        }
    }
}

/// The files of a guide.
#[derive(Debug)]
pub struct GuideFiles {
    /// Name of its folder below `content/`.
    pub name: String,
    /// By their path from the guide's folder.
    pub files: BTreeMap<String, Found>,
}

impl GuideFiles {
    /// Returns the path of the text that readers follow, from the site's root.
    pub fn path(&self) -> String {
        format!("content/{}/guide.md", self.name)
    }

    /// Returns the texts of the guide.
    pub fn read(&self) -> Parsed<GuideSource> {
        let mut diagnostics = Vec::new();
        let mut text = |name: &str| {
            let path = format!("content/{}/{name}", self.name);
            self.files.get(name)?.text(&path, &mut diagnostics)
        };
        let others = self.files.keys().filter(|name| name.starts_with("files/"));
        let value = GuideSource {
            name: self.name.clone(),
            revised: text("guide.md").unwrap_or_else(|| SourceFile::new(self.path(), "")),
            original: text("original.md"),
            compare: text("compare.toml"),
            recorded: text("verified.json"),
            files: others.filter_map(|name| Some((name.clone(), text(name)?))).collect(),
        };
        Parsed { value, diagnostics }
    }
}

/// An ordinary page.
#[derive(Debug)]
pub struct PageFile {
    /// Address below the site's root, with a final `/`; empty for the home page.
    pub address: String,
    /// True for `_index.md`.
    pub is_section: bool,
    /// Path from the site's root.
    pub path: String,
    /// The file.
    pub file: Found,
}

impl PageFile {
    /// Returns its text.
    pub fn read(&self) -> Parsed<Arc<SourceFile>> {
        let mut diagnostics = Vec::new();
        let text = self.file.text(&self.path, &mut diagnostics);
        Parsed {
            value: text.unwrap_or_else(|| SourceFile::new(self.path.as_str(), "")),
            diagnostics,
        }
    }
}

/// All files at `places` by their path; those that are not known are read.
pub(super) fn found(
    folder: &str,
    places: BTreeMap<String, PathBuf>,
    known: Known<'_>,
) -> Result<BTreeMap<String, Found>, LoadError> {
    let find = |(path, place)| {
        let file = find(place, |stamp| known(&format!("{folder}/{path}"), stamp))?;
        Ok((path, file))
    };
    places.into_par_iter().map(find).collect()
}

/// The stamp is taken before the file is read: who changes it in between changes it for the next build.
fn find(place: PathBuf, known: impl FnOnce(Stamp) -> Option<Hash>) -> Result<Found, LoadError> {
    let metadata = fs::symlink_metadata(&place).map_err(|source| LoadError::Read {
        path: place.clone(),
        source,
    })?;
    let stamp = Stamp::of(&metadata);
    let (hash, bytes) = match known(stamp) {
        Some(hash) => (hash, None),
        None => {
            let bytes = read(&place)?;
            (hash_of(&bytes), Some(bytes))
        }
    };
    Ok(Found {
        place,
        stamp,
        hash,
        bytes: Mutex::new(bytes),
    })
}

fn read(place: &Path) -> Result<Vec<u8>, LoadError> {
    fs::read(place).map_err(|source| LoadError::Read {
        path: place.to_owned(),
        source,
    })
}

/// Whether a file or a folder around it has a name that begins with a dot: such are notes of tools and people.
pub(super) fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.'))
}

/// Takes the files of guides out of the content.
pub(super) fn guides(mut files: BTreeMap<String, Found>, guides: &mut Vec<GuideFiles>) -> BTreeMap<String, Found> {
    let folders: Vec<String> = files
        .keys()
        .filter_map(|path| path.strip_suffix("guide.md"))
        .filter(|folder| folder.ends_with('/') && !is_hidden(folder))
        .map(str::to_owned)
        .collect();
    for folder in &folders {
        guides.push(guide(folder, &mut files));
    }
    files
}

fn guide(folder: &str, files: &mut BTreeMap<String, Found>) -> GuideFiles {
    let own = ["guide.md", "original.md", "compare.toml", "verified.json"].map(|name| format!("{folder}{name}"));
    let prefix = format!("{folder}files/");
    let others = files.range(prefix.clone()..).map(|(path, _)| path.clone());
    let others = others.take_while(|path| path.starts_with(&prefix));
    let paths: Vec<String> = own.into_iter().chain(others).collect();
    let taken = paths.into_iter().filter_map(|path| {
        // A link of the guide may lead to a file that it includes, so that is copied as well; it is no page of its own.
        let is_linked = path.starts_with(&prefix) && !path.ends_with(".md");
        let file = match is_linked {
            true => files.get(&path).map(Found::again),
            false => files.remove(&path),
        }?;
        Some((path[folder.len()..].to_owned(), file))
    });
    GuideFiles {
        files: taken.collect(),
        name: folder.trim_end_matches('/').to_owned(),
    }
}

/// The page in `content/STEM.md`.
pub(super) fn page(stem: &str, file: Found) -> PageFile {
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    let address = match (folder, name) {
        ("", "_index" | "index") => String::new(),
        (folder, "_index" | "index") => format!("{folder}/"),
        ("", name) => format!("{name}/"),
        (folder, name) => format!("{folder}/{name}/"),
    };
    PageFile {
        address,
        is_section: name == "_index",
        path: format!("content/{stem}.md"),
        file,
    }
}

fn utf8(path: &str, bytes: Vec<u8>, diagnostics: &mut Vec<Diagnostic>) -> Option<Arc<SourceFile>> {
    match String::from_utf8(bytes) {
        Ok(mut text) => {
            if text.starts_with('\u{FEFF}') {
                text.remove(0);
            }
            Some(SourceFile::new(path, text))
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let message = format!("`{path}` is not UTF-8: byte {at} begins no character");
            diagnostics.push(Diagnostic::error("not-utf8", None, message).help("save the file as UTF-8"));
            None
        }
    }
}
