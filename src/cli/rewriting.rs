//! `docgen verify --update`: writes the edits of a run into the guides' files.
#![expect(
    clippy::disallowed_methods,
    reason = "edge: authors' files are changed, as they asked for"
)]

use std::path::Path;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::targets::Targets;
use super::terminal::Terminal;
use crate::model::guide::Guide;
use crate::source::{SourceFile, Span};
use crate::update::{self, Edit};
use crate::verify::Rewrite;

/// Returns whether this is a CI machine, where nobody would see what was changed.
pub(super) fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// Applies all edits that were sent; returns whether that worked.
pub(super) fn apply(terminal: &Terminal, targets: &Targets, mut rewritten: mpsc::UnboundedReceiver<Rewrite>) -> bool {
    let mut fine = true;
    let mut runs = Vec::new();
    while let Ok(run) = rewritten.try_recv() {
        runs.push(run);
    }
    runs.sort_by(|one, other| (&one.path, &one.run).cmp(&(&other.path, &other.run)));
    for of_text in runs.chunk_by(|one, other| one.path == other.path) {
        let path = of_text[0].path.clone();
        let (edits, refused) = joined(of_text);
        if refused > 0 {
            terminal.say(&format!(
                "{path}: {refused} expected line{} not rewritten, because alternatives print different text there; use a hole",
                plural(refused)
            ));
        }
        if edits.is_empty() {
            continue;
        }
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

/// The edits of all runs of one text, in order, and how many are left out because an earlier run changes the same place
/// otherwise.
fn joined(runs: &[Rewrite]) -> (Vec<Edit>, usize) {
    let mut joined: Vec<Edit> = Vec::new();
    let mut refused = 0;
    for run in runs {
        let mut edits = run.edits.clone();
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        edits.dedup_by(|one, other| one.span == other.span);
        edits.retain(|edit| !joined.contains(edit));
        let before = edits.len();
        edits.retain(|edit| !joined.iter().any(|other| meet(&edit.span, &other.span)));
        refused += before - edits.len();
        joined.extend(edits);
    }
    joined.sort_by_key(|edit| (edit.span.start, edit.span.end));
    (joined, refused)
}

/// Whether two edits change the same bytes, or put something at the same place.
fn meet(one: &Span, other: &Span) -> bool {
    one.start == other.start || (one.start < other.end && other.start < one.end)
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

/// Replaces a file by its edited text, all at once, unless somebody changed it while the guide ran. Of a link, the file
/// that it leads to.
fn rewrite(path: &Path, source: &SourceFile, edits: &[Edit]) -> Result<(), String> {
    let failed = |what: &str, error: &std::io::Error| format!("could not {what} `{}`: {error}", path.display());
    let path = &path.canonicalize().map_err(|error| failed("read", &error))?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::guide::Side;
    use crate::report::event::GuideKey;

    #[test]
    fn the_edits_of_alternatives_are_joined_and_never_overlap() {
        let run = |name: &str, edits: &[(Span, &str)]| Rewrite {
            run: GuideKey {
                guide: "g".into(),
                side: Side::Revised,
                alternative: Some(name.into()),
            },
            path: "a.md".into(),
            edits: edits
                .iter()
                .map(|(span, text)| Edit {
                    span: span.clone(),
                    text: (*text).into(),
                })
                .collect(),
        };
        let (edits, refused) = joined(&[
            run("A", &[(0..3, "one"), (10..10, "new")]),
            run("B", &[(0..3, "one"), (2..5, "two"), (10..10, "other"), (20..21, "x")]),
        ]);
        let spans: Vec<Span> = edits.into_iter().map(|edit| edit.span).collect();
        assert_eq!((spans, refused), (vec![0..3, 10..10, 20..21], 2));
    }
}
