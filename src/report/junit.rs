//! The report as JUnit XML, valid against the schema of Jenkins' xUnit plugin (`junit-10.xsd`) in its edition of 2014 to 2018.
//! Later editions know no `file` and `line` of a test case; those who draw results beside the text need them.
//!
//! A guide's side is a test suite, a block a test case with `file` and `line`. `system-out` is what the block printed,
//! `system-err` what docgen has to say of it: what was not compared. Written by hand: seven elements need no library.

use std::fmt::Write;

use crate::report::failure::Failure;
use crate::report::human;
use crate::report::results::{BlockReport, GuideReport, Report, Status};
use crate::report::uncovered::{self, Uncovered};

/// Returns the report as JUnit XML.
pub fn write(report: &Report) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let counts = report
        .guides
        .iter()
        .map(Counts::of)
        .fold(Counts::default(), Counts::plus);
    let _ = writeln!(
        xml,
        "<testsuites name=\"docgen\" time=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
        seconds(report.duration_ms),
        counts.tests,
        counts.failures,
        counts.errors
    );
    for guide in &report.guides {
        suite(&mut xml, report, guide);
    }
    xml + "</testsuites>\n"
}

/// What the attributes of a suite count.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn of(guide: &GuideReport) -> Self {
        let count = |wanted: &[Status]| guide.blocks.iter().filter(|b| wanted.contains(&b.status)).count();
        let own = usize::from(guide.error.is_some());
        Self {
            tests: guide.blocks.len() + own,
            failures: count(&[Status::Failed, Status::TimedOut]),
            errors: count(&[Status::Error, Status::Unreachable]) + own,
            skipped: count(&[Status::Skipped, Status::NotVerified]),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            tests: self.tests + other.tests,
            failures: self.failures + other.failures,
            errors: self.errors + other.errors,
            skipped: self.skipped + other.skipped,
        }
    }
}

fn suite(xml: &mut String, report: &Report, guide: &GuideReport) {
    let counts = Counts::of(guide);
    let name = guide.key().to_string();
    let _ = writeln!(
        xml,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\" timestamp=\"{}\">",
        attribute(&name),
        counts.tests,
        counts.failures,
        counts.errors,
        counts.skipped,
        seconds(guide.duration_ms),
        report.started.strftime("%Y-%m-%dT%H:%M:%S")
    );
    properties(xml, guide);
    for block in &guide.blocks {
        case(xml, &name, block);
    }
    if let Some(error) = &guide.error {
        let (name, error) = (attribute(&name), attribute(error));
        let _ = writeln!(
            xml,
            "    <testcase name=\"run\" classname=\"{name}\" time=\"0.000\">\n      <error type=\"error\" message=\"{error}\"/>\n    </testcase>"
        );
    }
    xml.push_str("  </testsuite>\n");
}

fn properties(xml: &mut String, guide: &GuideReport) {
    let machines = guide.machines.iter().map(|machine| {
        let name = format!("machine.{}", machine.name);
        (name, format!("{} {}", machine.image, machine.image_id))
    });
    let deviations = guide
        .deviations
        .iter()
        .map(|text| ("deviation".to_owned(), text.clone()));
    let notes = guide.notes.iter().map(|text| ("not verified".to_owned(), text.clone()));
    let all: Vec<(String, String)> = machines.chain(deviations).chain(notes).collect();
    if all.is_empty() {
        return;
    }
    xml.push_str("    <properties>\n");
    for (name, value) in all {
        let (name, value) = (attribute(&name), attribute(&value));
        let _ = writeln!(xml, "      <property name=\"{name}\" value=\"{value}\"/>");
    }
    xml.push_str("    </properties>\n");
}

fn case(xml: &mut String, suite: &str, block: &BlockReport) {
    let place = block
        .failure
        .as_ref()
        .map(|failure| (&failure.spot.path, failure.spot.line));
    let (file, line) = place.unwrap_or((&block.path, block.line));
    let _ = write!(
        xml,
        "    <testcase name=\"{}\" classname=\"{}\" time=\"{}\" file=\"{}\" line=\"{line}\"",
        attribute(&block.id),
        attribute(suite),
        seconds(block.duration_ms),
        attribute(file),
    );
    let result = result(block);
    let uncovered = uncovered::of_block(block);
    if result.is_empty() && block.output.is_empty() && uncovered.is_none() {
        xml.push_str("/>\n");
        return;
    }
    xml.push_str(">\n");
    xml.push_str(&result);
    if !block.output.is_empty() {
        let _ = writeln!(xml, "      <system-out>{}</system-out>", text(&block.output));
    }
    if let Some(Uncovered { fact, advice }) = uncovered {
        let lines = [vec![format!("not verified: {fact}")], advice].concat();
        let _ = writeln!(xml, "      <system-err>{}</system-err>", text(&lines.join("\n")));
    }
    xml.push_str("    </testcase>\n");
}

fn result(block: &BlockReport) -> String {
    let reason = block.reason.as_deref().unwrap_or(block.status.word());
    let plain = |element: &str| {
        let (kind, reason) = (block.status.word(), attribute(reason));
        format!("      <{element} type=\"{kind}\" message=\"{reason}\"/>\n")
    };
    match (block.status, &block.failure) {
        (Status::Passed, _) => String::new(),
        (Status::Skipped | Status::NotVerified, _) => plain("skipped"),
        (Status::Failed | Status::TimedOut, Some(failure)) => full("failure", failure),
        (Status::Failed | Status::TimedOut, None) => plain("failure"),
        (Status::Unreachable | Status::Error, Some(failure)) => full("error", failure),
        (Status::Unreachable | Status::Error, None) => plain("error"),
    }
}

fn full(element: &str, failure: &Failure) -> String {
    let message = match failure.label.as_str() {
        "" => failure.message.clone(),
        label => format!("{}: {label}", failure.message),
    };
    let drawn = human::failure(failure, crate::diagnostic::Look::Plain);
    format!(
        "      <{element} type=\"{}\" message=\"{}\">{}</{element}>\n",
        failure.code.word(),
        attribute(&message),
        text(&drawn)
    )
}

fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1000, ms % 1000)
}

fn attribute(value: &str) -> String {
    text(value)
        .replace('"', "&quot;")
        .replace('\n', "&#10;")
        .replace('\t', "&#9;")
}

/// Escapes text; characters that XML 1.0 cannot hold in any form are shown as in Rust.
fn text(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\t' | '\n' => escaped.push(c),
            // A parser would read a bare carriage return as a line end.
            '\r' => escaped.push_str("&#13;"),
            '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => escaped.extend(c.escape_default()),
            c => escaped.push(c),
        }
    }
    escaped
}
