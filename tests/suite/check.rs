//! tests/cases/check/CASE: `expected.txt` as in an output fence, `output.txt` as a program printed it, and `result.txt`, the
//! message. An optional `keys` has the fence's mode (`match=json`) and earlier captures (`token=abc`), one a line.

use std::fs;
use std::path::Path;

use docgen::check::{Captures, Outcome, outcome};
use docgen::diagnostic::Look;
use docgen::model::block::MatchMode;
use docgen::parse::expectation::expectation;
use docgen::report::failure::{Failure, Spot};
use docgen::report::human;

use crate::golden;

#[test]
fn outputs_are_judged_as_recorded() {
    let problems = golden::cases("check").iter().filter_map(|case| judge(case)).collect();
    golden::report(problems);
}

fn judge(case: &Path) -> Option<String> {
    let expected = fs::read_to_string(case.join("expected.txt")).unwrap();
    let output = fs::read(case.join("output.txt")).unwrap();
    let keys = fs::read_to_string(case.join("keys")).unwrap_or_default();
    let (mode, captures) = read_keys(&keys);
    let (expectation, findings) = expectation(&expected, mode);
    let mut result: String = findings
        .iter()
        .map(|f| {
            format!(
                "{}[{}] line {}: {}\n",
                if f.severity == docgen::diagnostic::Severity::Error {
                    "error"
                } else {
                    "warning"
                },
                f.code,
                f.line + 1,
                f.message
            )
        })
        .collect();
    match outcome(&expectation, &output, &captures) {
        Outcome::Matched(matched) => {
            result.push_str("matched\n");
            for (name, value) in &matched.captures {
                result.push_str(&format!("captured {name} = {value}\n"));
            }
            for filter in &matched.filters {
                result.push_str(&format!("ignored {}\n", filter.describe()));
            }
        }
        Outcome::Mismatch(diff) => {
            let text = expected.lines().nth(diff.line).unwrap_or("```output").to_owned();
            let spot = Spot {
                path: "guide.md".into(),
                line: diff.line + 1,
                start: 0,
                end: text.len(),
                text,
            };
            let failure = Failure::output_differs(spot.trimmed(), diff);
            result.push_str(&human::failure(&failure, Look::Plain));
            result.push('\n');
        }
    }
    golden::compare(&case.join("result.txt"), &result)
}

fn read_keys(text: &str) -> (MatchMode, Captures) {
    let mut mode = MatchMode::Lines;
    let mut captures = Captures::new();
    for line in text.lines() {
        match line.split_once('=').unwrap() {
            ("match", "json") => mode = MatchMode::Json,
            ("match", "unordered") => mode = MatchMode::Unordered,
            ("match", "contains") => mode = MatchMode::Contains,
            (name, value) => {
                captures.insert(name.to_owned(), value.to_owned());
            }
        }
    }
    (mode, captures)
}
