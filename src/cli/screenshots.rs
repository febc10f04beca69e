//! Pictures of what browsers showed: beside the record, and of failures.
#![expect(clippy::disallowed_methods, reason = "edge: pictures are files")]

use std::collections::BTreeMap;
use std::path::Path;

use super::reporting::save;
use super::terminal::Terminal;
use crate::model::record::Recorded;
use crate::report::results::{FAILURE_SHOT, Report};

/// Writes the pictures of a record into the guide's folder, and removes those of the record before it that are gone.
/// `pictures` are by the file's path from the folder.
pub(super) fn store(
    terminal: &Terminal,
    folder: &Path,
    pictures: &BTreeMap<String, &[u8]>,
    old: Option<&Recorded>,
    new: &Recorded,
) -> bool {
    let kept: Vec<&str> = new.pictures().collect();
    // The record is a file that anybody may edit: only pictures are removed, and none outside their folder.
    let is_ours = |file: &str| {
        let name = file
            .strip_prefix("screenshots/")
            .and_then(|name| name.strip_suffix(".png"));
        name.is_some_and(|name| !name.contains(['/', '\\']))
    };
    for file in old.into_iter().flat_map(Recorded::pictures) {
        if is_ours(file) && !kept.contains(&file) {
            // One that is gone already is as good.
            drop(std::fs::remove_file(folder.join(file)));
        }
    }
    if !pictures.is_empty() {
        drop(std::fs::create_dir_all(folder.join("screenshots")));
    }
    pictures.iter().fold(true, |fine, (file, png)| {
        save(terminal, &folder.join(file), png) && fine
    })
}

/// Saves the pages at which blocks failed where the system keeps temporary files, and says where.
pub(super) fn of_failures(terminal: &Terminal, report: &Report) {
    let blocks = report
        .guides
        .iter()
        .flat_map(|guide| guide.blocks.iter().map(move |block| (guide, block)));
    for (guide, block) in blocks {
        let Some(shot) = block.screenshots.iter().find(|shot| shot.name == FAILURE_SHOT) else {
            continue;
        };
        let plain = |c: char| if c.is_alphanumeric() || c == '-' { c } else { '_' };
        let name: String = format!("{}-{}", guide.guide, block.id).chars().map(plain).collect();
        let saved = tempfile::Builder::new()
            .prefix(&format!("docgen-{name}-"))
            .suffix(".png")
            .tempfile()
            .and_then(|file| {
                std::fs::write(file.path(), &shot.png)?;
                file.keep().map_err(std::io::Error::from)
            });
        match saved {
            Ok((_, path)) => terminal.say(&format!("the page at which `{}` failed: {}", block.id, path.display())),
            Err(error) => terminal.say(&format!(
                "the page at which `{}` failed could not be saved: {error}",
                block.id
            )),
        }
    }
}
