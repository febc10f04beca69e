//! The report in the Test Anything Protocol, version 14.

use crate::report::results::{BlockReport, GuideReport, Report, Status};
use crate::report::uncovered;

/// Returns the report as TAP: one test a block, over all guides.
pub fn write(report: &Report) -> String {
    let mut text = String::from("TAP version 14\n");
    let mut number = 0;
    for guide in &report.guides {
        for block in &guide.blocks {
            number += 1;
            text.push_str(&test(number, guide, block));
        }
        if let Some(error) = &guide.error {
            number += 1;
            let name = escape(&guide.key().to_string());
            text.push_str(&format!(
                "not ok {number} - {name}\n{}",
                detail(&[("message", error.clone())])
            ));
        }
    }
    text.push_str(&format!("1..{number}\n"));
    text
}

fn test(number: usize, guide: &GuideReport, block: &BlockReport) -> String {
    let name = escape(&format!("{}: {}", guide.key(), block.id));
    let reason = || escape(block.reason.as_deref().unwrap_or(block.status.word()));
    match block.status {
        Status::Passed => format!("ok {number} - {name}\n{}", not_verified(block)),
        Status::Skipped => format!("ok {number} - {name} # SKIP {}\n", reason()),
        // Not green: TAP knows a failing test that is known to fail.
        Status::NotVerified => format!("not ok {number} - {name} # TODO not verified: {}\n", reason()),
        Status::Failed | Status::TimedOut | Status::Unreachable | Status::Error => {
            let mut facts = vec![("status", block.status.word().to_owned())];
            match &block.failure {
                Some(failure) => {
                    facts.push(("message", failure.message.clone()));
                    facts.push(("at", format!("{}:{}", failure.spot.path, failure.spot.line)));
                    facts.push(("fact", failure.label.clone()));
                    facts.extend(failure.help.last().map(|help| ("help", help.clone())));
                }
                None => {
                    facts.push(("message", block.reason.clone().unwrap_or_default()));
                    facts.push(("at", format!("{}:{}", block.path, block.line)));
                }
            }
            format!("not ok {number} - {name}\n{}", detail(&facts))
        }
    }
}

/// What a test that passed does not cover: a comment, as TAP has no word for it.
fn not_verified(block: &BlockReport) -> String {
    uncovered::of_block(block).map_or_else(String::new, |uncovered| {
        let lines = [vec![format!("not verified: {}", uncovered.fact)], uncovered.advice].concat();
        let lines = lines.iter().flat_map(|line| line.lines());
        lines.map(|line| format!("  # {line}\n")).collect()
    })
}

/// A YAML block; JSON strings are YAML strings.
fn detail(facts: &[(&str, String)]) -> String {
    let mut text = String::from("  ---\n");
    for (key, value) in facts {
        text.push_str(&format!("  {key}: {}\n", serde_json::Value::from(value.as_str())));
    }
    text + "  ...\n"
}

/// A description is one line in which `#` and `\` are escaped.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('#', "\\#")
        .replace(['\n', '\r'], " ")
}
