//! The new tree beside the old one, and the swap.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use super::{Before, Difference, MANIFEST, WriteError, system};
use crate::render::Site;

/// Puts the new tree together and swaps it in; if that fails, the old one is still there.
///
/// # Errors
/// If the system refuses.
pub(super) fn swap(site: &Site, out: &Path, before: &Before, found: &[Difference]) -> Result<(), WriteError> {
    let (stage, old) = (beside(out, "new"), beside(out, "old"));
    if let Some(parent) = out.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent).map_err(|source| system("make", parent, source))?;
    }
    remove_tree(&stage)?;
    fs::create_dir(&stage).map_err(|source| system("make", &stage, source))?;
    let result = fill(site, out, &stage, before, found).and_then(|()| {
        remove_tree(&old)?;
        if out.exists() {
            fs::rename(out, &old).map_err(|source| system("rename", out, source))?;
        }
        fs::rename(&stage, out).map_err(|source| {
            // Nothing is lost: put the old site back where it was.
            let _ = fs::rename(&old, out);
            system("rename", &stage, source)
        })
    });
    if result.is_err() {
        let _ = remove_tree(&stage);
        return result;
    }
    remove_tree(&old)
}

/// Makes the new tree in `stage`.
fn fill(site: &Site, out: &Path, stage: &Path, before: &Before, found: &[Difference]) -> Result<(), WriteError> {
    let changed: BTreeSet<&str> = found
        .iter()
        .map(|difference| match difference {
            Difference::Missing(path) | Difference::Changed(path) | Difference::Stale(path) => path.as_str(),
        })
        .collect();
    let mut sources: BTreeMap<&str, Option<&[u8]>> = BTreeMap::new();
    sources.extend(
        before
            .files
            .iter()
            .filter(|path| !changed.contains(path.as_str()))
            .map(|path| (path.as_str(), None)),
    );
    sources.extend(
        site.iter()
            .filter(|(path, _)| changed.contains(path.as_str()))
            .map(|(path, file)| (path.as_str(), file.bytes())),
    );
    let folders: BTreeSet<&Path> = sources.keys().filter_map(|path| Path::new(path).parent()).collect();
    for folder in folders {
        let folder = stage.join(folder);
        fs::create_dir_all(&folder).map_err(|source| system("make", &folder, source))?;
    }
    sources.par_iter().try_for_each(|(path, bytes)| {
        if !is_below(path) {
            return Err(WriteError::Outside((*path).to_owned()));
        }
        let (from, to) = (out.join(path), stage.join(path));
        match bytes {
            Some(bytes) => fs::write(&to, bytes).map_err(|source| system("write", &to, source)),
            None => keep(&from, &to),
        }
    })?;
    let mut manifest = String::new();
    for path in site.keys() {
        manifest.push_str(path);
        manifest.push('\n');
    }
    let path = stage.join(MANIFEST);
    fs::write(&path, manifest).map_err(|source| system("write", &path, source))
}

/// Takes a file over into the new tree: a hard link, or a copy with its time where links are not to be had.
fn keep(from: &Path, to: &Path) -> Result<(), WriteError> {
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    let copy = || -> io::Result<()> {
        fs::copy(from, to)?;
        fs::File::options()
            .write(true)
            .open(to)?
            .set_modified(from.metadata()?.modified()?)
    };
    copy().map_err(|source| system("copy", from, source))
}

fn is_below(path: &str) -> bool {
    !path.is_empty()
        && path
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != "..")
        && !path.contains('\0')
}

/// `public` → `.public.docgen-new`, in the same folder and so on the same file system.
pub(super) fn beside(out: &Path, what: &str) -> PathBuf {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    out.with_file_name(format!(".{name}.docgen-{what}"))
}

fn remove_tree(path: &Path) -> Result<(), WriteError> {
    match fs::remove_dir_all(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(system("remove", path, source)),
        _ => Ok(()),
    }
}
