//! Edge: writes a site to disk, staged and swapped.
//!
//! 1. [`Output::look`] looks at what is there: the output folder, and its spare, which is the output folder as it was one
//!    build ago. What looks from outside as docgen left it is known without reading.
//! 2. If anything differs, the spare is made into the new site: what changed is written, what did not change is a hard link
//!    to the output's file and so keeps its times; so do files that docgen did not make ([`stage`]).
//! 3. The two folders are exchanged at once. A crash at any moment leaves the old site or the new one; where the system
//!    cannot exchange, the old one may be left under its other name, from which the next run brings it back.
//!
//! A file in one of the folders may be the same file in the other, so nothing is ever written into a file that is there.
#![expect(clippy::disallowed_methods, reason = "edge: this is where a site is written")]

mod stage;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use crate::pack::{Hash, hash};
use crate::render::{MANIFEST, Site};
use stage::{beside, swap};
use tree::{Seen, Tree, folders_of};

/// A file as docgen left it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Hash of what is in it.
    pub hash: Hash,
    /// Bytes.
    pub size: u64,
    /// Nanoseconds of its last change since 1970.
    pub modified: u64,
}

/// Files as docgen left them, by their path below the output folder.
pub type Stamps = BTreeMap<String, Stamp>;

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
    /// The folder cannot be exchanged.
    #[error(
        "`{}` is where a file system is mounted, so a new site cannot be put in its place at once; nothing was written (choose a folder below it with --out)",
        .0.display()
    )]
    MountPoint(PathBuf),
    /// The site has a path that leads out of its folder.
    #[error("the site holds a file at `{0}`, which is not below its folder")]
    Outside(String),
    /// A file that was there a moment ago.
    #[error("`{0}` changed while the site was built; build it again")]
    Moved(String),
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

/// An output folder as it is before a build.
#[derive(Debug)]
pub struct Output {
    out: PathBuf,
    spare: PathBuf,
    keeps_spare: bool,
    /// What is in the folder, but for the manifest.
    here: Tree,
    /// What is in the spare.
    there: Tree,
    /// Files that docgen wrote; `None` if there is no manifest.
    manifest: Option<BTreeSet<String>>,
}

impl Output {
    /// Looks at the folder `out`. The spare is kept at `spare`, if that is on the same file system; else there is one only
    /// for a moment, beside the folder. `stamps` is how docgen left the files.
    ///
    /// # Errors
    /// If the folder is not docgen's, or cannot be read.
    pub fn look(out: &Path, spare: Option<PathBuf>, stamps: &Stamps) -> Result<Self, WriteError> {
        let out = settle(out)?;
        if tree::is_mount_point(&out) {
            return Err(WriteError::MountPoint(out));
        }
        let spare = spare.filter(|spare| on_one_file_system(&out, spare));
        let keeps_spare = spare.is_some();
        let spare = spare.unwrap_or_else(|| beside(&out, "new"));
        let (here, there) = rayon::join(|| Tree::read(&out), || Tree::read(&spare));
        let (mut here, mut there) = (here?, there?);
        let is_ours = here.files.remove(MANIFEST).is_some();
        there.files.remove(MANIFEST);
        if !(is_ours || here.files.is_empty() && here.unnamed.is_empty()) {
            return Err(WriteError::NotOurs(out));
        }
        let path = out.join(MANIFEST);
        let manifest = is_ours.then(|| fs::read_to_string(&path)).transpose();
        let manifest = manifest.map_err(|source| system("read", &path, source))?;
        let mut output = Self {
            out,
            spare,
            keeps_spare,
            here,
            there,
            manifest: manifest.map(|text| text.split_terminator('\n').map(str::to_owned).collect()),
        };
        output.know(stamps)?;
        Ok(output)
    }

    /// Finds out what is in the files: from outside where that is enough, else by reading.
    fn know(&mut self, stamps: &Stamps) -> Result<(), WriteError> {
        self.here.know(stamps);
        self.there.know(stamps);
        let listed = self.manifest.iter().flatten();
        let unknown: Vec<&String> = listed
            .filter(|path| self.here.files.get(*path).is_some_and(|seen| seen.hash.is_none()))
            .collect();
        let read = |path: &&String| {
            let file = self.out.join(path);
            let bytes = fs::read(&file).map_err(|source| system("read", &file, source))?;
            Ok(((*path).clone(), hash(&bytes)))
        };
        let found: Result<Vec<(String, Hash)>, WriteError> = unknown.par_iter().map(read).collect();
        for (path, hash) in found? {
            self.here.files.entry(path).and_modify(|seen| seen.hash = Some(hash));
        }
        for (path, seen) in &mut self.there.files {
            let same = self.here.files.get(path).filter(|here| here.is_same_file(seen));
            seen.hash = seen.hash.or(same.and_then(|here| here.hash));
        }
        Ok(())
    }

    /// Returns where the folder is: links are followed.
    pub fn place(&self) -> &Path {
        &self.out
    }

    /// Returns what need not be made again, and what is in it.
    pub fn present(&self) -> BTreeMap<String, Hash> {
        let known = |tree: &Tree| -> Vec<(String, Hash)> {
            let files = tree.files.iter();
            files
                .filter_map(|(path, seen)| Some((path.clone(), seen.hash?)))
                .collect()
        };
        let mut present: BTreeMap<String, Hash> = known(&self.there).into_iter().collect();
        present.extend(known(&self.here));
        present
    }

    /// Compares the folder with the site.
    pub fn differences(&self, site: &Site) -> Vec<Difference> {
        let compare = |(path, file): (&String, &crate::render::File)| match self.here.files.get(path) {
            None => Some(Difference::Missing(path.clone())),
            Some(seen) if seen.hash != Some(file.hash) => Some(Difference::Changed(path.clone())),
            Some(_) => None,
        };
        let stale = self.manifest.iter().flatten();
        let stale = stale.filter(|path| !site.contains_key(*path) && self.here.files.contains_key(*path));
        let mut found: Vec<Difference> = site.iter().filter_map(compare).collect();
        found.extend(stale.map(|path| Difference::Stale(path.clone())));
        found
    }

    /// Writes the site. Returns what changed, and how the files look now.
    ///
    /// # Errors
    /// If the system refuses; the old site is then still there.
    pub fn write(self, site: &Site) -> Result<(Changes, Stamps), WriteError> {
        let found = self.differences(site);
        let is_stale = |difference: &&Difference| matches!(difference, Difference::Stale(_));
        let removed = found.iter().filter(is_stale).count();
        let written = found.len() - removed;
        let changes = Changes {
            written,
            unchanged: site.len() - written,
            removed,
        };
        let looks = if found.is_empty() && self.manifest.is_some() {
            self.here.files
        } else {
            swap(site, self)?
        };
        let stamp = |(path, file): (&String, &crate::render::File)| {
            let seen = looks.get(path)?;
            let stamp = Stamp {
                hash: file.hash,
                size: seen.size,
                modified: seen.modified,
            };
            Some((path.clone(), stamp))
        };
        Ok((changes, site.iter().filter_map(stamp).collect()))
    }

    /// Files of the folder that docgen did not make.
    fn foreign<'o>(&'o self, site: &'o Site) -> impl Iterator<Item = (&'o String, &'o Seen)> {
        let is_ours = |path: &String| {
            site.contains_key(path) || self.manifest.as_ref().is_some_and(|manifest| manifest.contains(path))
        };
        self.here.files.iter().filter(move |(path, _)| !is_ours(path))
    }

    /// Folders of the folder that docgen did not make: it has never had a file in them.
    fn foreign_folders(&self, site: &Site) -> Vec<&str> {
        let files = site.keys().chain(self.manifest.iter().flatten());
        let own = folders_of(files.map(String::as_str));
        let folders = self.here.folders.iter().map(String::as_str);
        folders.filter(|folder| !own.contains(folder)).collect()
    }
}

/// Follows a link at `out`, and brings back the old site if a run was cut off between two renames.
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

/// Whether files can be moved and linked between the two: they are in folders of one file system.
fn on_one_file_system(out: &Path, spare: &Path) -> bool {
    let device = |path: &Path| {
        let there = path.ancestors().skip(1).find(|folder| folder.is_dir())?;
        tree::device(there)
    };
    let own = if out.is_dir() { tree::device(out) } else { device(out) };
    own.is_some() && device(out) == own && device(spare) == own
}

fn system(action: &'static str, path: &Path, source: io::Error) -> WriteError {
    WriteError::System {
        action,
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests;
