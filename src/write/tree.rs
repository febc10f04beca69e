//! A folder with all its files, as they look from outside.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use super::{Stamps, WriteError, system};
use crate::pack::Hash;

/// The files below a folder.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// By their path from there.
    pub files: BTreeMap<String, Seen>,
    /// Paths of the folders in it; that of a folder comes before those of what is in it.
    pub folders: BTreeSet<String>,
    /// Paths of files and folders whose names are no text; docgen has made none of those, nor what is in them.
    pub unnamed: Vec<PathBuf>,
}

/// A file, from outside.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub size: u64,
    pub modified: u64,
    /// File system and number.
    identity: (u64, u64),
    /// Hash of what is in it, if that is known.
    pub hash: Option<Hash>,
}

impl Seen {
    pub(super) fn of(metadata: &Metadata) -> Self {
        let modified = metadata.mtime().saturating_mul(1_000_000_000);
        let modified = modified.saturating_add(metadata.mtime_nsec());
        Self {
            size: metadata.len(),
            modified: modified.try_into().unwrap_or(0),
            identity: (metadata.dev(), metadata.ino()),
            hash: None,
        }
    }

    /// Whether both are one file under two names.
    pub(super) fn is_same_file(&self, other: &Self) -> bool {
        self.identity == other.identity
    }

    /// Whether it makes no difference which of both stands for the other.
    pub(super) fn is_as_good_as(&self, other: &Self) -> bool {
        self.is_same_file(other) || (self.size, self.modified) == (other.size, other.modified)
    }
}

impl Tree {
    /// Reads what there is; nothing if there is no folder.
    pub(super) fn read(base: &Path) -> Result<Self, WriteError> {
        if !base.exists() {
            return Ok(Self::default());
        }
        if !base.is_dir() {
            return Err(WriteError::NotAFolder(base.to_owned()));
        }
        below(base, "")
    }

    /// Takes those files for known that look as they were left.
    pub(super) fn know(&mut self, stamps: &Stamps) {
        for (path, seen) in &mut self.files {
            let stamp = stamps.get(path);
            let stamp = stamp.filter(|stamp| (stamp.size, stamp.modified) == (seen.size, seen.modified));
            seen.hash = stamp.map(|stamp| stamp.hash);
        }
    }
}

fn below(base: &Path, folder: &str) -> Result<Tree, WriteError> {
    let place = base.join(folder);
    let failed = |source| system("read", &place, source);
    let mut tree = Tree::default();
    for entry in fs::read_dir(&place).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let Ok(name) = entry.file_name().into_string() else {
            tree.unnamed.push(Path::new(folder).join(entry.file_name()));
            continue;
        };
        let path = format!("{folder}{name}");
        if entry.file_type().map_err(failed)?.is_dir() {
            tree.folders.insert(path);
        } else {
            let seen = Seen::of(&entry.metadata().map_err(failed)?);
            tree.files.insert(path, seen);
        }
    }
    let folders = tree.folders.par_iter();
    let deeper: Result<Vec<Tree>, WriteError> = folders.map(|folder| below(base, &format!("{folder}/"))).collect();
    for below in deeper? {
        tree.files.extend(below.files);
        tree.folders.extend(below.folders);
        tree.unnamed.extend(below.unnamed);
    }
    Ok(tree)
}

/// Returns the folder that holds the file or folder at `path`; `None` at the top.
pub(super) fn parent(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}

/// Returns the folders that hold these files, and the folders above them.
pub(super) fn folders_of<'p>(files: impl Iterator<Item = &'p str>) -> BTreeSet<&'p str> {
    let mut folders = BTreeSet::new();
    for file in files {
        let mut at = file;
        // Above a folder that is in the set, all are.
        while let Some(folder) = parent(at).filter(|folder| folders.insert(*folder)) {
            at = folder;
        }
    }
    folders
}

/// Whether another file system than that of the folder above begins at `folder`. What is bound from the same one is found out
/// when the folders are exchanged.
pub(super) fn is_mount_point(folder: &Path) -> bool {
    let above = folder.parent().and_then(device);
    above.is_some() && device(folder).is_some_and(|own| Some(own) != above)
}

/// The file system that a folder is on.
pub(super) fn device(folder: &Path) -> Option<u64> {
    fs::metadata(folder).ok().map(|metadata| metadata.dev())
}
