//! Where the files of a folder are: links are followed to what is below the site's root, and nowhere else.

use std::collections::BTreeMap;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

use super::LoadError;
use crate::diagnostic::Diagnostic;

/// Places of all files below `root/folder` by their path from there. What a link keeps from being read is a problem.
pub(super) fn below(
    root: &Path,
    folder: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<BTreeMap<String, PathBuf>, LoadError> {
    let Some((root, base)) = within(root, folder, diagnostics)? else {
        return Ok(BTreeMap::new());
    };
    let mut walk = Walk {
        root: &root,
        folder,
        trail: Vec::new(),
        found: BTreeMap::new(),
        diagnostics,
    };
    walk.read(&base, "")?;
    Ok(walk.found)
}

/// The root, and the place of what is at `path` below it, links resolved; a problem if that leads out.
pub(super) fn within(
    root: &Path,
    path: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<(PathBuf, PathBuf)>, LoadError> {
    let whole = |path: &Path| path.canonicalize().map_err(|source| failed(path, source));
    let (root, place) = (whole(root)?, whole(&root.join(path))?);
    if place.starts_with(&root) {
        return Ok(Some((root, place)));
    }
    diagnostics.push(outside(path, &place));
    Ok(None)
}

/// A walk through a folder and what its links lead to.
struct Walk<'w> {
    root: &'w Path,
    folder: &'w str,
    /// The folders that the walk is in, links resolved.
    trail: Vec<PathBuf>,
    found: BTreeMap<String, PathBuf>,
    diagnostics: &'w mut Vec<Diagnostic>,
}

impl Walk<'_> {
    /// Finds what is in the folder at `place`, whose path ends with `/` unless it is the first.
    fn read(&mut self, place: &Path, path: &str) -> Result<(), LoadError> {
        let entries = fs::read_dir(place).map_err(|source| failed(place, source))?;
        let mut entries = entries
            .collect::<io::Result<Vec<DirEntry>>>()
            .map_err(|source| failed(place, source))?;
        // Problems come in the same order everywhere.
        entries.sort_by_key(DirEntry::file_name);
        self.trail.push(place.to_owned());
        for entry in entries {
            let place = entry.path();
            let kind = entry.file_type().map_err(|source| failed(&place, source))?;
            let path = format!("{path}{}", entry.file_name().to_string_lossy());
            if path.contains('\n') {
                self.diagnostics.push(broken_name(self.folder, &path));
            } else if kind.is_dir() {
                self.read(&place, &format!("{path}/"))?;
            } else if kind.is_file() {
                self.found.insert(path, place);
            } else if kind.is_symlink() && !is_lock(&entry) {
                self.follow(&place, path)?;
            }
        }
        self.trail.pop();
        Ok(())
    }

    fn follow(&mut self, link: &Path, path: String) -> Result<(), LoadError> {
        let shown = format!("{}/{path}", self.folder);
        let target = match link.canonicalize() {
            Ok(target) => target,
            Err(source) => {
                let fact = format!("the link `{shown}` leads nowhere: {source}");
                let problem = Diagnostic::error("file-link", None, fact);
                self.diagnostics
                    .push(problem.help("make it lead to what is there, or remove it"));
                return Ok(());
            }
        };
        if !target.starts_with(self.root) {
            self.diagnostics.push(outside(&shown, &target));
        } else if target.is_file() {
            self.found.insert(path, target);
        } else if self.trail.iter().any(|folder| folder.starts_with(&target)) {
            let fact = format!("the link `{shown}` leads to a folder that it is in");
            let problem = Diagnostic::error("file-link", None, fact);
            self.diagnostics.push(problem.help("remove it: the folder has no end"));
        } else if target.is_dir() {
            self.read(&target, &format!("{path}/"))?;
        }
        Ok(())
    }
}

/// Whether an entry is the lock of an editor: a link to nothing, as Emacs makes while a text has unsaved changes.
fn is_lock(entry: &DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with(".#")
}

/// Lists of addresses have one in each line: the sitemap, the feed, the list of what docgen wrote.
fn broken_name(folder: &str, path: &str) -> Diagnostic {
    let fact = format!("{:?} has a line break in its name", format!("{folder}/{path}"));
    Diagnostic::error("file-name", None, fact).help("rename it")
}

fn outside(shown: &str, target: &Path) -> Diagnostic {
    let fact = format!(
        "`{shown}` leads to `{}`, which is outside of the site's folder",
        target.display()
    );
    let problem = Diagnostic::error("file-link", None, fact);
    problem.help("put what it leads to into the site's folder, or give a copy instead of the link")
}

fn failed(path: &Path, source: io::Error) -> LoadError {
    LoadError::Read {
        path: path.to_owned(),
        source,
    }
}
