//! The labelled cases of `tests/cases/align`: which commands correspond, and which of them moved.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use docgen::align::{self, Comparison};
use docgen::diagnostic::{Diagnostic, Parsed};
use docgen::model::guide::{Document, Side};
use docgen::parse;
use docgen::source::SourceFile;

/// A link that a person would draw, by the lines of the files on which its commands begin.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
struct Label {
    old: usize,
    new: usize,
    #[serde(default)]
    moved: bool,
}

struct Case {
    name: String,
    old: Document,
    new: Document,
    labels: BTreeSet<Label>,
}

fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/align");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    folders.iter().map(|folder| case(folder)).collect()
}

fn case(folder: &Path) -> Case {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    Case {
        name: folder.file_name().unwrap().to_string_lossy().into_owned(),
        old: document("original.md", &read("original.md"), Side::Original),
        new: document("guide.md", &read("revised.md"), Side::Revised),
        labels: serde_json::from_str(&read("links.json")).unwrap(),
    }
}

fn document(path: &str, text: &str, side: Side) -> Document {
    parse::document(SourceFile::new(path, text), side).value
}

fn found(comparison: &Comparison) -> BTreeSet<(usize, usize)> {
    comparison
        .links
        .iter()
        .map(|link| (link.old.line, link.new.line))
        .collect()
}

fn doubted(diagnostics: &[Diagnostic]) -> BTreeSet<usize> {
    let doubts = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.code == "pair-ambiguous");
    doubts
        .filter_map(|diagnostic| diagnostic.place.as_ref())
        .map(docgen::source::Place::line)
        .collect()
}

#[test]
fn labelled_links_are_found_and_no_wrong_one_goes_unmentioned() {
    let (mut right, mut wrong, mut missed) = (0, 0, 0);
    let (mut moved, mut moved_found) = (0, 0);
    let mut report = String::new();
    for case in cases() {
        let Parsed { value, diagnostics } = align::documents(&case.old, &case.new);
        let labels: BTreeSet<(usize, usize)> = case.labels.iter().map(|label| (label.old, label.new)).collect();
        let found = found(&value);
        let doubted = doubted(&diagnostics);
        for (old, new) in found.difference(&labels) {
            wrong += 1;
            let said = if doubted.contains(new) {
                ""
            } else {
                " WITHOUT A WARNING"
            };
            report += &format!("{}: {old} -> {new} is wrong{said}\n", case.name);
        }
        for (old, new) in labels.difference(&found) {
            missed += 1;
            report += &format!("{}: {old} -> {new} is missed\n", case.name);
        }
        right += labels.intersection(&found).count();
        for label in case.labels.iter().filter(|label| label.moved) {
            moved += 1;
            let hit = value
                .links
                .iter()
                .any(|link| (link.old.line, link.new.line) == (label.old, label.new) && link.moved != 0);
            moved_found += usize::from(hit);
            if !hit {
                report += &format!("{}: {} -> {} is not seen as moved\n", case.name, label.old, label.new);
            }
        }
        let marked = case.labels.iter().any(|label| label.moved) || case.name == "reversed";
        for link in value.links.iter().filter(|link| link.moved != 0 && !marked) {
            report += &format!("{}: {} -> {} is not moved\n", case.name, link.old.line, link.new.line);
        }
    }
    let f1 = 2.0 * f64::from(right_as(right)) / f64::from(right_as(2 * right) + wrong + missed);
    let summary =
        format!("{right} right, {wrong} wrong, {missed} missed, F1 {f1:.3}, moved {moved_found} of {moved}\n{report}");
    println!("{summary}");
    assert!(f1 >= 0.95, "{summary}");
    assert!(moved_found * 10 >= moved * 9, "{summary}");
    assert!(!report.contains("WITHOUT A WARNING"), "{summary}");
}

fn right_as(count: usize) -> i32 {
    i32::try_from(count).unwrap()
}
