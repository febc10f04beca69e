//! The labelled cases of `tests/cases/align` and `align-held-out`: which commands correspond, and which of them moved.

use std::path::{Path, PathBuf};

use docgen::align::{self, Comparison};
use docgen::diagnostic::Parsed;
use docgen::model::guide::{Document, Side};
use docgen::parse;
use docgen::source::SourceFile;

/// A link that a person would draw, by the lines of the files on which its commands begin.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Label {
    old: Option<usize>,
    new: Option<usize>,
    #[serde(default)]
    pub(crate) moved: Moved,
    /// Some would draw it, others not: it counts neither way.
    #[serde(default)]
    may: bool,
    /// Any link of the one line that is given counts neither way.
    #[serde(default)]
    any: bool,
}

/// Whether a person would say that the command stands elsewhere. Of two that changed places either may be said to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Moved {
    #[default]
    No,
    Yes,
    May,
}

impl Label {
    /// The link that must be found.
    pub(crate) fn wanted(&self) -> Option<(usize, usize)> {
        Some((self.old?, self.new?)).filter(|_| !self.may && !self.any)
    }

    /// Returns whether the label leaves it open that there is such a link.
    pub(crate) fn leaves_open(&self, old: usize, new: usize) -> bool {
        let same = |own: Option<usize>, other: usize| own == Some(other);
        if self.any {
            same(self.old, old) || same(self.new, new)
        } else {
            self.may && same(self.old, old) && same(self.new, new)
        }
    }
}

/// Lines that a person would put level, and what of them has changed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RowLabel {
    pub(crate) old: usize,
    pub(crate) new: usize,
    pub(crate) boxes: Option<Boxes>,
}

/// The texts in the boxes of a row.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Boxes {
    pub(crate) old: Vec<String>,
    pub(crate) new: Vec<String>,
}

/// A line that only one side has, and why.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GapLabel {
    pub(crate) old: Option<usize>,
    pub(crate) new: Option<usize>,
    pub(crate) why: String,
}

pub(crate) struct Case {
    pub(crate) name: String,
    old: Document,
    new: Document,
    pub(crate) labels: Vec<Label>,
    pub(crate) rows: Vec<RowLabel>,
    pub(crate) gaps: Vec<GapLabel>,
}

/// Reads all cases of a folder of `tests/cases`.
pub(crate) fn cases(set: &str) -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(set);
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
        rows: optional(&folder.join("rows.json")),
        gaps: optional(&folder.join("gaps.json")),
    }
}

/// The labels of a file that not every case has.
fn optional<T: serde::de::DeserializeOwned>(path: &Path) -> Vec<T> {
    std::fs::read_to_string(path).map_or_else(|_| Vec::new(), |text| serde_json::from_str(&text).unwrap())
}

fn document(path: &str, text: &str, side: Side) -> Document {
    parse::document(SourceFile::new(path, text), side).value
}

/// Compares the two texts of a case.
pub(crate) fn compared(case: &Case) -> Parsed<Comparison> {
    align::documents(&case.old, &case.new, align::Options::default())
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
