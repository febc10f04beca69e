//! `docgen verify --update`: writes the edits of a run into the guides' files.
#![expect(
    clippy::disallowed_methods,
    reason = "edge: authors' files are changed, as they asked for"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::mpsc;

use super::targets::Targets;
use super::terminal::Terminal;
use crate::model::guide::Guide;
use crate::source::SourceFile;
use crate::update::{self, Edit};

/// Returns whether this is a CI machine, where nobody would see what was changed.
pub(super) fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// Applies all edits that were sent; returns whether that worked.
pub(super) fn apply(
    terminal: &Terminal,
    targets: &Targets,
    mut rewritten: mpsc::UnboundedReceiver<(String, Vec<Edit>)>,
) -> bool {
    let mut fine = true;
    while let Ok((path, mut edits)) = rewritten.try_recv() {
        if edits.is_empty() {
            continue;
        }
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        edits.dedup_by(|one, other| one.span == other.span);
        let Some(source) = source(&targets.guides, &path) else {
            continue;
        };
        let root = targets.site.as_ref().map_or(Path::new(""), |site| &site.source.root);
        match rewrite(&root.join(&path), source, &edits) {
            Ok(()) => terminal.say(&format!(
                "{path}: {} expected line{} rewritten",
                edits.len(),
                plural(edits.len())
            )),
            Err(reason) => {
                terminal.error(&std::io::Error::other(reason), None);
                fine = false;
            }
        }
    }
    fine
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn source<'a>(guides: &'a [Guide], path: &str) -> Option<&'a Arc<SourceFile>> {
    let documents = guides
        .iter()
        .flat_map(|guide| [Some(&guide.revised), guide.original.as_ref()]);
    documents
        .flatten()
        .map(|document| &document.source)
        .find(|source| source.path == path)
}

/// Replaces a file by its edited text, all at once, unless somebody changed it while the guide ran.
fn rewrite(path: &PathBuf, source: &SourceFile, edits: &[Edit]) -> Result<(), String> {
    let failed = |what: &str, error: &std::io::Error| format!("could not {what} `{}`: {error}", path.display());
    let now = std::fs::read_to_string(path).map_err(|error| failed("read", &error))?;
    // A byte order mark is not part of the text that was parsed.
    let mark = if now.starts_with('\u{FEFF}') { "\u{FEFF}" } else { "" };
    if now[mark.len()..] != source.text {
        return Err(format!(
            "`{}` was changed while it ran, so its outputs were not rewritten",
            path.display()
        ));
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let staged = tempfile::NamedTempFile::new_in(folder).map_err(|error| failed("write beside", &error))?;
    let text = format!("{mark}{}", update::apply(&source.text, edits));
    std::fs::write(staged.path(), text).map_err(|error| failed("write", &error))?;
    let permissions = std::fs::metadata(path)
        .map_err(|error| failed("read", &error))?
        .permissions();
    std::fs::set_permissions(staged.path(), permissions).map_err(|error| failed("write", &error))?;
    staged.persist(path).map_err(|error| failed("write", &error.error))?;
    Ok(())
}
