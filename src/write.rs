//! Edge: writes a site to disk, staged and swapped.
//!
//! 1. What is there is compared with what should be there; if nothing differs, nothing is touched.
//! 2. The whole new tree is put together beside the old one. Unchanged files are hard links, so they keep their times;
//!    so do files that docgen did not make.
//! 3. Two renames swap the trees. A crash leaves the old site, the new one, or (between the renames) the old one under
//!    its other name, from which the next run brings it back.
#![expect(clippy::disallowed_methods, reason = "edge: this is where a site is written")]

mod stage;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};
use walkdir::WalkDir;

use crate::pack::hash;
use crate::render::{File, Site};
use stage::{beside, swap};

/// The file by which docgen knows its own output; it lists what docgen wrote.
const MANIFEST: &str = ".docgen-manifest";

/// What became of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes {
    /// New or different.
    pub written: usize,
    /// The same as before, and not touched.
    pub unchanged: usize,
    /// No longer part of the site.
    pub removed: usize,
}

/// How an output folder differs from the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The file is not there.
    Missing(String),
    /// The file has other bytes.
    Changed(String),
    /// The file is no longer part of the site.
    Stale(String),
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "`{path}` is missing"),
            Self::Changed(path) => write!(f, "`{path}` differs"),
            Self::Stale(path) => write!(f, "`{path}` is no longer part of the site"),
        }
    }
}

/// Why a site could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The folder holds something that docgen did not make.
    #[error(
        "`{}` is not empty and was not made by docgen; nothing was written (choose another folder with --out, or empty this one)",
        .0.display()
    )]
    NotOurs(PathBuf),
    /// The path is a file.
    #[error("`{}` is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// The site has a path that leads out of its folder.
    #[error("the site holds a file at `{0}`, which is not below its folder")]
    Outside(String),
    /// The operating system refused.
    #[error("could not {action} `{}`: {source}", path.display())]
    System {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Writes the site to the folder `out`.
///
/// # Errors
/// If the folder is not docgen's, or the system refuses; the old site is then still there.
pub fn site(site: &Site, out: &Path) -> Result<Changes, WriteError> {
    let out = settle(out)?;
    let before = Before::read(&out)?;
    let found = differences_from(site, &out, &before)?;
    let count = |kind: fn(&Difference) -> bool| found.iter().filter(|difference| kind(difference)).count();
    let removed = count(|difference| matches!(difference, Difference::Stale(_)));
    let written = found.len() - removed;
    let changes = Changes {
        written,
        unchanged: site.len() - written,
        removed,
    };
    if !found.is_empty() || before.manifest.is_none() {
        swap(site, &out, &before, &found)?;
    }
    Ok(changes)
}

/// Compares the folder `out` with the site and changes nothing.
///
/// # Errors
/// If the folder is not docgen's or cannot be read.
pub fn differences(site: &Site, out: &Path) -> Result<Vec<Difference>, WriteError> {
    let before = Before::read(out)?;
    differences_from(site, out, &before)
}

/// What was in the output folder before.
struct Before {
    /// All files by their path below the folder, except the manifest.
    files: BTreeSet<String>,
    /// Files that docgen wrote; `None` if there is no manifest.
    manifest: Option<BTreeSet<String>>,
}

impl Before {
    fn read(out: &Path) -> Result<Self, WriteError> {
        if !out.exists() {
            return Ok(Self {
                files: BTreeSet::new(),
                manifest: None,
            });
        }
        if !out.is_dir() {
            return Err(WriteError::NotAFolder(out.to_owned()));
        }
        let mut files = BTreeSet::new();
        for entry in WalkDir::new(out).min_depth(1).follow_links(false) {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(out).to_owned();
                system("read", &path, error.into())
            })?;
            if !entry.file_type().is_dir() {
                files.insert(relative(out, entry.path()));
            }
        }
        let is_ours = files.remove(MANIFEST);
        if !is_ours && !files.is_empty() {
            return Err(WriteError::NotOurs(out.to_owned()));
        }
        let path = out.join(MANIFEST);
        let manifest = is_ours.then(|| fs::read_to_string(&path)).transpose();
        let manifest = manifest.map_err(|source| system("read", &path, source))?;
        Ok(Self {
            files,
            manifest: manifest.map(|text| text.lines().map(str::to_owned).collect()),
        })
    }

    fn is_stale(&self, path: &str, site: &Site) -> bool {
        !site.contains_key(path) && self.manifest.as_ref().is_some_and(|manifest| manifest.contains(path))
    }
}

fn differences_from(site: &Site, out: &Path, before: &Before) -> Result<Vec<Difference>, WriteError> {
    let compare = |(path, wanted): (&String, &File)| -> Result<Option<Difference>, WriteError> {
        if !before.files.contains(path) {
            return Ok(Some(Difference::Missing(path.clone())));
        }
        let file = out.join(path);
        let there = fs::read(&file).map_err(|source| system("read", &file, source))?;
        Ok((hash(&there) != wanted.hash).then(|| Difference::Changed(path.clone())))
    };
    let found: Result<Vec<Option<Difference>>, WriteError> = site.par_iter().map(compare).collect();
    let mut found: Vec<Difference> = found?.into_iter().flatten().collect();
    let stale = before.files.iter().filter(|path| before.is_stale(path, site));
    found.extend(stale.map(|path| Difference::Stale(path.clone())));
    Ok(found)
}

/// Follows a link at `out`, and brings back the old site if a run was cut off between the two renames.
fn settle(out: &Path) -> Result<PathBuf, WriteError> {
    if out.as_os_str().is_empty() || out.file_name().is_none() && !out.exists() {
        return Err(WriteError::NotAFolder(out.to_owned()));
    }
    if !out.exists() {
        let old = beside(out, "old");
        if old.is_dir() {
            fs::rename(&old, out).map_err(|source| system("bring back", &old, source))?;
        }
    }
    if out.exists() {
        return out.canonicalize().map_err(|source| system("read", out, source));
    }
    Ok(out.to_owned())
}

fn relative(base: &Path, path: &Path) -> String {
    let parts = path.strip_prefix(base).unwrap_or(path);
    parts
        .iter()
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

fn system(action: &'static str, path: &Path, source: io::Error) -> WriteError {
    WriteError::System {
        action,
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site_of(files: &[(&str, &str)]) -> Site {
        files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), File::new(text.as_bytes().to_vec())))
            .collect()
    }

    #[test]
    fn unchanged_files_keep_their_times_and_stale_ones_go() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("a/public");
        let first = site_of(&[("index.html", "1"), ("x/index.html", "x"), ("gone.html", "g")]);
        assert_eq!(
            site(&first, &out).unwrap(),
            Changes {
                written: 3,
                unchanged: 0,
                removed: 0
            }
        );
        let time = |name: &str| fs::metadata(out.join(name)).unwrap().modified().unwrap();
        let before = time("x/index.html");
        fs::write(out.join("CNAME"), "mine").unwrap();
        assert_eq!(
            site(&first, &out).unwrap(),
            Changes {
                written: 0,
                unchanged: 3,
                removed: 0
            }
        );
        let second = site_of(&[("index.html", "2"), ("x/index.html", "x")]);
        assert_eq!(differences(&second, &out).unwrap().len(), 2);
        assert_eq!(
            site(&second, &out).unwrap(),
            Changes {
                written: 1,
                unchanged: 1,
                removed: 1
            }
        );
        assert_eq!(time("x/index.html"), before);
        assert!(!out.join("gone.html").exists());
        assert_eq!(fs::read_to_string(out.join("CNAME")).unwrap(), "mine");
        assert_eq!(
            fs::read_dir(folder.path().join("a")).unwrap().count(),
            1,
            "no stage is left"
        );
    }

    #[test]
    fn a_folder_of_somebody_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("thesis.txt"), "x").unwrap();
        let refused = site(&site_of(&[("index.html", "1")]), folder.path());
        assert!(matches!(refused, Err(WriteError::NotOurs(_))));
        let refused = site(&site_of(&[("index.html", "1")]), &folder.path().join("thesis.txt"));
        assert!(matches!(refused, Err(WriteError::NotAFolder(_))));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn paths_out_of_the_folder_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("public");
        assert!(matches!(
            site(&site_of(&[("../x", "1")]), &out),
            Err(WriteError::Outside(_))
        ));
        assert!(!out.exists() && !folder.path().join("x").exists());
    }

    #[test]
    fn a_run_cut_off_between_the_renames_is_repaired() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("public");
        let first = site_of(&[("index.html", "1")]);
        site(&first, &out).unwrap();
        fs::rename(&out, folder.path().join(".public.docgen-old")).unwrap();
        fs::create_dir(folder.path().join(".public.docgen-new")).unwrap();
        assert_eq!(
            site(&first, &out).unwrap(),
            Changes {
                written: 0,
                unchanged: 1,
                removed: 0
            }
        );
    }
}
