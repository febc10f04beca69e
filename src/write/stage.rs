//! The new site in the spare folder, and the swap.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::tree::{Seen, folders_of, parent};
use super::{Output, WriteError, system};
use crate::render::{MANIFEST, Site};

/// How a file comes into the spare folder.
#[derive(Debug, Clone, Copy)]
enum Way<'s> {
    /// It is there.
    Leave(Seen),
    /// It is that of the output folder.
    Link(Seen),
    /// It is written.
    Write(&'s [u8]),
}

/// Makes the spare into the site and swaps it in; if that fails, the old site is still there. Returns how the files look.
pub(super) fn swap(site: &Site, output: Output) -> Result<BTreeMap<String, Seen>, WriteError> {
    let ways = ways(site, &output)?;
    if let Some(outside) = ways.keys().find(|path| !is_below(path)) {
        return Err(WriteError::Outside((*outside).to_owned()));
    }
    for folder in [output.out.parent(), Some(output.spare.as_path())]
        .into_iter()
        .flatten()
    {
        if !folder.as_os_str().is_empty() {
            fs::create_dir_all(folder).map_err(|source| system("make", folder, source))?;
        }
    }
    let made = fill(site, &output, &ways).and_then(|looks| {
        exchange(&output.spare, &output.out)?;
        Ok(looks)
    });
    if !output.keeps_spare {
        let gone = remove_tree(&output.spare);
        return made.and_then(|looks| gone.map(|()| looks));
    }
    made
}

fn ways<'s>(site: &'s Site, output: &'s Output) -> Result<BTreeMap<&'s str, Way<'s>>, WriteError> {
    let mut ways = BTreeMap::new();
    for (path, file) in site {
        let is_right = |seen: &&Seen| seen.hash == Some(file.hash);
        let here = output.here.files.get(path).filter(is_right);
        let there = output.there.files.get(path).filter(is_right);
        let way = match (here, there, file.bytes()) {
            (Some(here), Some(there), _) if here.is_as_good_as(there) => Way::Leave(*there),
            (Some(here), _, _) => Way::Link(*here),
            (None, Some(there), _) => Way::Leave(*there),
            (None, None, Some(bytes)) => Way::Write(bytes),
            (None, None, None) => return Err(WriteError::Moved(path.clone())),
        };
        ways.insert(path.as_str(), way);
    }
    for (path, here) in output.foreign(site) {
        let there = output.there.files.get(path).filter(|there| there.is_same_file(here));
        ways.insert(path, there.map_or(Way::Link(*here), |there| Way::Leave(*there)));
    }
    Ok(ways)
}

/// Makes the site in the spare folder.
fn fill(site: &Site, output: &Output, ways: &BTreeMap<&str, Way<'_>>) -> Result<BTreeMap<String, Seen>, WriteError> {
    let foreign = output.foreign_folders(site);
    clear(output, ways, &foreign)?;
    let spare = &output.spare;
    let is_new = |(_, way): &(&&str, &Way<'_>)| !matches!(way, Way::Leave(_));
    let new = ways.iter().filter(is_new).map(|(path, _)| *path);
    let folders: BTreeSet<&str> = new.filter_map(parent).chain(foreign.iter().copied()).collect();
    folders.into_par_iter().try_for_each(|folder| {
        let folder = spare.join(folder);
        fs::create_dir_all(&folder).map_err(|source| system("make", &folder, source))
    })?;
    let looks = ways.par_iter().map(|(path, way)| {
        let (from, to) = (output.out.join(path), spare.join(path));
        let seen = match way {
            Way::Leave(seen) => *seen,
            Way::Link(seen) => {
                keep(&from, &to)?;
                *seen
            }
            Way::Write(bytes) => write(&to, bytes)?,
        };
        Ok(((*path).to_owned(), seen))
    });
    let looks = looks.collect::<Result<BTreeMap<String, Seen>, WriteError>>()?;
    let unnamed = output.here.unnamed.iter();
    unnamed
        .clone()
        .try_for_each(|path| take_over(&output.out.join(path), &spare.join(path)))?;
    let mut manifest = String::new();
    for path in site.keys() {
        manifest.push_str(path);
        manifest.push('\n');
    }
    let path = spare.join(MANIFEST);
    remove(&path)?;
    write(&path, manifest.as_bytes())?;
    foreign
        .into_iter()
        .chain([""])
        .try_for_each(|folder| permit(output, folder))?;
    Ok(looks)
}

/// Removes from the spare what will be there no longer, or not as it is.
fn clear(output: &Output, ways: &BTreeMap<&str, Way<'_>>, foreign: &[&str]) -> Result<(), WriteError> {
    let files = output.there.files.par_iter();
    let gone = files.filter(|(path, _)| !matches!(ways.get(path.as_str()), Some(Way::Leave(_))));
    gone.try_for_each(|(path, _)| remove(&output.spare.join(path)))?;
    let unnamed = output.there.unnamed.iter().map(|path| output.spare.join(path));
    unnamed.into_iter().try_for_each(|path| {
        if path.is_dir() && !path.is_symlink() {
            remove_tree(&path)
        } else {
            remove(&path)
        }
    })?;
    let mut kept = folders_of(ways.keys().copied());
    kept.extend(foreign);
    // What is in a folder goes before it. One that cannot go is in nobody's way.
    let folders = output.there.folders.iter().rev();
    for folder in folders.filter(|folder| !kept.contains(folder.as_str())) {
        let _ = fs::remove_dir(output.spare.join(folder));
    }
    Ok(())
}

/// Gives a folder of the spare the permissions that it has in the output folder, if it is there.
fn permit(output: &Output, folder: &str) -> Result<(), WriteError> {
    let Ok(metadata) = fs::metadata(output.out.join(folder)) else {
        return Ok(());
    };
    let to = output.spare.join(folder);
    fs::set_permissions(&to, metadata.permissions()).map_err(|source| system("change", &to, source))
}

fn write(to: &Path, bytes: &[u8]) -> Result<Seen, WriteError> {
    let written = || -> io::Result<Seen> {
        // Only a new file may be written: one that is there may be the output's as well.
        let mut file = fs::File::create_new(to)?;
        file.write_all(bytes)?;
        Ok(Seen::of(&file.metadata()?))
    };
    written().map_err(|source| system("write", to, source))
}

/// Takes a file over into the spare: a hard link, or a copy with its time where links are not to be had.
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

/// Takes over a file, or a folder with all that is in it, whatever the names are.
fn take_over(from: &Path, to: &Path) -> Result<(), WriteError> {
    let failed = |source| system("read", from, source);
    let metadata = fs::symlink_metadata(from).map_err(failed)?;
    if !metadata.is_dir() {
        return keep(from, to);
    }
    fs::create_dir_all(to).map_err(|source| system("make", to, source))?;
    for entry in fs::read_dir(from).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        take_over(&from.join(&name), &to.join(&name))?;
    }
    fs::set_permissions(to, metadata.permissions()).map_err(|source| system("change", to, source))
}

/// Puts `new` in the place of `out`, and what was there in the place of `new`.
fn exchange(new: &Path, out: &Path) -> Result<(), WriteError> {
    if !out.exists() {
        return fs::rename(new, out).map_err(|source| system("rename", new, source));
    }
    if renameat_with(CWD, new, CWD, out, RenameFlags::EXCHANGE).is_ok() {
        return Ok(());
    }
    // Not every file system can do that in one step.
    let old = beside(out, "old");
    remove_tree(&old)?;
    fs::rename(out, &old).map_err(|source| match source.kind() {
        io::ErrorKind::ResourceBusy | io::ErrorKind::CrossesDevices => WriteError::MountPoint(out.to_owned()),
        _ => system("rename", out, source),
    })?;
    if let Err(source) = fs::rename(new, out) {
        // Nothing is lost: put the old site back where it was.
        let _ = fs::rename(&old, out);
        return Err(system("rename", new, source));
    }
    fs::rename(&old, new).map_err(|source| system("rename", &old, source))
}

fn is_below(path: &str) -> bool {
    !path.is_empty()
        && path
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != "..")
        && !path.contains(['\0', '\n'])
}

/// `public` → `.public.docgen-new`, in the same folder and so on the same file system.
pub(super) fn beside(out: &Path, what: &str) -> PathBuf {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    out.with_file_name(format!(".{name}.docgen-{what}"))
}

fn remove(path: &Path) -> Result<(), WriteError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(system("remove", path, source)),
        _ => Ok(()),
    }
}

fn remove_tree(path: &Path) -> Result<(), WriteError> {
    match fs::remove_dir_all(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(system("remove", path, source)),
        _ => Ok(()),
    }
}
