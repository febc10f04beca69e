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

pub(crate) struct Case {
    pub(crate) name: String,
    old: Document,
    new: Document,
    labels: BTreeSet<Label>,
}

/// Reads all cases.
pub(crate) fn cases() -> Vec<Case> {
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

/// Compares the two texts of a case.
pub(crate) fn compared(case: &Case) -> Parsed<Comparison> {
    align::documents(&case.old, &case.new, align::Options::default())
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
        let Parsed { value, diagnostics } = compared(&case);
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

/// A text with `count` commands that differ as those of real guides do: few programs, many names and numbers.
fn long_text(count: usize, host: &str) -> String {
    let programs = [
        "docker run -d --name",
        "curl -fsS -X POST --data @body.json",
        "sudo systemctl enable --now",
        "kubectl apply -n shop -f",
    ];
    let mut text = String::from("# Long\n");
    for index in 0..count {
        let (program, step) = (programs[index % programs.len()], index * 7919 % 1009);
        text += &format!(
            "```sh\n{program} part{step} http://{host}:{}/v{}/item-{index} --label step={step}\n```\n",
            8000 + index % 50,
            index % 7
        );
    }
    text
}

/// The same commands in another order, with other hosts, and so alike that all are candidates for all.
fn shuffled_text(count: usize, host: &str, stride: usize) -> String {
    let commands = (0..count).map(|index| {
        let part = index * stride % count;
        format!("```sh\ndocker run -d --network backbone --name part-{part} -p {part}:80 http://{host}/image\n```\n")
    });
    commands.collect()
}

/// `cargo test --release --test suite -- --ignored --nocapture pairing_of_1000`
#[test]
#[ignore = "a benchmark: prints the time of 1,000 units against 1,000"]
fn pairing_of_1000_units_against_1000() {
    for (name, old, new) in [
        (
            "in order",
            long_text(1000, "10.0.0.1"),
            long_text(1000, "shop.example.test"),
        ),
        (
            "shuffled, alike",
            shuffled_text(1000, "10.0.0.1", 1),
            shuffled_text(1000, "shop.example.test", 387),
        ),
    ] {
        let old = document("original.md", &old, Side::Original);
        let new = document("guide.md", &new, Side::Revised);
        let mut times: Vec<u128> = Vec::new();
        for _ in 0..5 {
            let start = std::time::Instant::now();
            let comparison = align::documents(&old, &new, align::Options::default()).value;
            times.push(start.elapsed().as_millis());
            assert_eq!(comparison.links.len(), 1000);
        }
        times.sort_unstable();
        println!("1,000 x 1,000 units, {name}: median {} ms of {times:?}", times[2]);
    }
}
