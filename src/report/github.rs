//! The report as workflow commands of GitHub Actions: annotations on the lines of the Markdown files.

use crate::diagnostic::{Diagnostic, Severity};
use crate::report::results::{BlockReport, GuideReport, Report, Status, Verdict};
use crate::report::uncovered::{self, Uncovered};

/// Returns one line an annotation: errors for what is wrong, notices for what was not verified.
pub fn write(report: &Report) -> String {
    let mut text = String::new();
    for guide in &report.guides {
        if let (Some(error), Verdict::Error) = (&guide.error, guide.verdict) {
            let title = guide.key().to_string();
            text.push_str(&command("error", &[("title", &title)], error));
        }
        for block in guide.blocks.iter().filter(|block| !ran_elsewhere(report, guide, block)) {
            text.push_str(&annotation(guide, block));
        }
        for note in &guide.notes {
            text.push_str(&command(
                "notice",
                &[("title", &format!("{}: not verified", guide.key()))],
                note,
            ));
        }
    }
    text
}

/// Returns one line an annotation of what is wrong with texts.
pub fn diagnostics(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(diagnostic).collect()
}

fn diagnostic(diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let Diagnostic {
        message,
        label,
        notes,
        help,
        ..
    } = diagnostic;
    let message = explained(message, label, notes, help);
    let Some(place) = &diagnostic.place else {
        return command(level, &[("title", diagnostic.code)], &message);
    };
    let (line, column) = place.file.line_column(place.span.start);
    let properties = [
        ("file", place.file.path.as_str()),
        ("line", &line.to_string()),
        ("col", &column.to_string()),
        ("title", diagnostic.code),
    ];
    command(level, &properties, &message)
}

/// A fact with all that belongs to it.
fn explained(message: &str, label: &str, notes: &[String], help: &[String]) -> String {
    let mut text = message.to_owned();
    if !label.is_empty() {
        text.push_str(&format!(": {label}"));
    }
    text.extend(notes.iter().map(|note| format!("\nnote: {note}")));
    text.extend(help.iter().map(|help| format!("\nhelp: {help}")));
    text
}

/// Whether a block that this run left to an alternative has a result in another run of the guide.
fn ran_elsewhere(report: &Report, guide: &GuideReport, block: &BlockReport) -> bool {
    let others = report
        .guides
        .iter()
        .filter(|other| other.guide == guide.guide && other.side == guide.side);
    let has_result = |other: &BlockReport| other.id == block.id && other.instead.is_none();
    block.instead.is_some() && others.flat_map(|other| &other.blocks).any(has_result)
}

fn annotation(guide: &GuideReport, block: &BlockReport) -> String {
    let tab = guide.alternative.as_ref().map(|name| format!(" ({name})"));
    let name = format!("{}{}", guide.guide, tab.unwrap_or_default());
    let title = format!("{name}: {} {}", block.id, block.status.word());
    if let Some(uncovered) = uncovered::of_block(block) {
        return notice(block, &title, &uncovered);
    }
    match (block.status, &block.failure) {
        (Status::Passed | Status::Unreachable | Status::Skipped, None) => String::new(),
        // The error of the guide says it once for all of its blocks.
        (Status::Error, None) if block.attempts == 0 && guide.error.is_some() => String::new(),
        (_, Some(failure)) => {
            let message = explained(&failure.message, &failure.label, &failure.notes, &failure.help);
            let spot = &failure.spot;
            let column = |byte: usize| spot.text.get(..byte).map_or(byte, |head| head.chars().count()) + 1;
            let (line, start, end) = (spot.line.to_string(), column(spot.start), column(spot.end));
            let (start, end) = (start.to_string(), end.to_string());
            let properties = [
                ("file", spot.path.as_str()),
                ("line", &line),
                ("col", &start),
                ("endColumn", &end),
                ("title", &title),
            ];
            command("error", &properties, &message)
        }
        (status, None) => {
            let level = if status == Status::NotVerified {
                "notice"
            } else {
                "error"
            };
            let line = block.line.to_string();
            let properties = [("file", block.path.as_str()), ("line", &line), ("title", &title)];
            command(level, &properties, block.reason.as_deref().unwrap_or(status.word()))
        }
    }
}

/// What was not verified of a block, and what would change that.
fn notice(block: &BlockReport, title: &str, uncovered: &Uncovered) -> String {
    let title = match block.status {
        Status::Passed => format!("{title}, but not all of it was verified"),
        _ => title.to_owned(),
    };
    let help = uncovered.advice.iter().map(|advice| format!("\nhelp: {advice}"));
    let message = format!("{}{}", uncovered.fact, help.collect::<String>());
    let line = block.line.to_string();
    let properties = [("file", block.path.as_str()), ("line", &line), ("title", &title)];
    command("notice", &properties, &message)
}

fn command(level: &str, properties: &[(&str, &str)], message: &str) -> String {
    let properties: Vec<String> = properties
        .iter()
        .map(|(key, value)| format!("{key}={}", escape(value).replace(':', "%3A").replace(',', "%2C")))
        .collect();
    format!("::{level} {}::{}\n", properties.join(","), escape(message))
}

/// A percent sign and line ends would end the command.
fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
