//! The report for people: one line a guide that passed; for one that did not, its blocks, and what went wrong where.

use std::collections::BTreeMap;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use crate::check::visible::visible;
use crate::diagnostic::Look;
use crate::model::machine::MachineKind;
use crate::report::brief::{brief, cut};
use crate::report::draw::{self, paint};
use crate::report::results::{BlockReport, GuideReport, MachineReport, Report, Status, Verdict};
use crate::report::uncovered;

pub use crate::report::draw::failure;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const GREEN: Style = AnsiColor::Green.on_default().bold();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();

/// Columns in which a line of a list is laid out.
const WIDTH: usize = 80;

/// Returns the whole report; each part ends with a newline.
pub fn write(report: &Report, look: Look) -> String {
    let guides: String = report.guides.iter().map(|one| guide(one, look)).collect();
    format!("{guides}{}", summary(report, look))
}

/// Returns what is wrong, and nothing if all is as stated and nothing was left behind.
pub fn wrong(report: &Report, look: Look) -> String {
    if report.verdict() == Verdict::Passed && report.left_behind.is_empty() {
        return String::new();
    }
    let wrong = report.guides.iter().filter(|one| one.verdict != Verdict::Passed);
    let guides: String = wrong.map(|one| guide(one, look)).collect();
    format!("{guides}{}", summary(report, look))
}

/// Returns the part of one guide: a line if it passed, else its blocks and failures. Ends with a newline.
pub fn guide(report: &GuideReport, look: Look) -> String {
    if report.verdict == Verdict::Passed {
        return passed(report, look);
    }
    let mut text = format!("{}\n{}", head(report, look), stand_ins(report));
    text.push_str(&list(report, look));
    for block in &report.blocks {
        if let Some(failure) = &block.failure {
            text.push_str(&format!("\n{}\n", draw::failure(failure, look)));
        }
    }
    if let Some(error) = &report.error {
        text.push_str(&format!("\n{}: {}\n", paint("error", RED, look), error_lines(error)));
    }
    text.push_str(&uncovered::list(report, look));
    text.push('\n');
    text
}

/// Returns the last line: the verdict and the counts. Ends with a newline.
pub fn summary(report: &Report, look: Look) -> String {
    let verdict = report.verdict();
    let style = if verdict == Verdict::Passed { GREEN } else { RED };
    let took = duration(report.duration_ms);
    let counts = match counts(report) {
        counts if counts.is_empty() => "nothing was verified".to_owned(),
        counts => counts,
    };
    let rest = match report.left_behind.as_slice() {
        [] => "everything was cleaned up".to_owned(),
        kept => format!("left: {}", kept.join(", ")),
    };
    let shard = report.shard.map(|shard| format!(" ({shard})")).unwrap_or_default();
    format!(
        "{}{shard}: {counts} in {took}; {rest}\n",
        paint(verdict.word(), style, look)
    )
}

fn counts(report: &Report) -> String {
    let order = [
        (Status::Failed, "failed"),
        (Status::TimedOut, "timed out"),
        (Status::Error, "could not be judged"),
        (Status::Passed, "passed"),
        (Status::Unreachable, "unreachable"),
        (Status::Skipped, "skipped"),
        (Status::NotVerified, "not verified"),
    ];
    let mut parts: Vec<String> = Vec::new();
    for (status, word) in order {
        let count = report.summary.count(status);
        match (count, parts.is_empty()) {
            (0, _) => {}
            (_, true) => parts.push(format!("{count} of {} blocks {word}", report.summary.total())),
            (_, false) => parts.push(format!("{count} {word}")),
        }
        let blocks = report.guides.iter().flat_map(|guide| &guide.blocks);
        let cached = blocks.filter(|block| block.cached && block.status == status).count();
        if let Some(part) = parts.last_mut().filter(|_| cached > 0) {
            part.push_str(&format!(" ({cached} from a snapshot, not run again)"));
        }
    }
    parts.join(", ")
}

/// An error of several lines: the fact, then below it what to do.
fn error_lines(error: &str) -> String {
    error
        .lines()
        .map(|line| visible(line, false))
        .collect::<Vec<_>>()
        .join("\n       ")
}

/// One line for the images that are not what their names say; empty if all are.
fn stand_ins(report: &GuideReport) -> String {
    let inner = report.machines.iter().flat_map(|machine| &machine.images);
    let inner = inner.map(|image| (&image.image, &image.stand_in));
    let own = report
        .machines
        .iter()
        .map(|machine| (&machine.image, &machine.stand_in));
    let named: BTreeMap<&String, &String> = own
        .chain(inner)
        .filter_map(|(name, stand_in)| Some((name, stand_in.as_ref()?)))
        .collect();
    let lines = named
        .into_iter()
        .map(|(name, what)| format!("  = stand-in: {name} is {what}\n"));
    lines.collect()
}

fn head(report: &GuideReport, look: Look) -> String {
    let mut text = format!("{}  {}", paint(&report.guide, BOLD, look), report.side.word());
    if let Some(name) = &report.alternative {
        text.push_str(&format!("  tab {}", paint(name, BOLD, look)));
    }
    if !report.machines.is_empty() {
        let mut machines: Vec<String> = report.machines.iter().map(machine).collect();
        machines.dedup();
        text.push_str(&format!("  on {}", machines.join(", ")));
    }
    text
}

fn machine(machine: &MachineReport) -> String {
    let kind = match machine.kind {
        MachineKind::Plain => "",
        MachineKind::Docker => " + docker",
        MachineKind::Systemd => " + systemd",
    };
    let id: String = match machine.image_id.strip_prefix("sha256:") {
        Some(hex) => format!("sha256:{}…", hex.chars().take(4).collect::<String>()),
        None => machine.image_id.clone(),
    };
    let local = if machine.local_build { ", local build" } else { "" };
    format!("{}{kind} ({id}{local})", machine.image)
}

fn passed(report: &GuideReport, look: Look) -> String {
    let passed = report
        .blocks
        .iter()
        .filter(|block| block.status == Status::Passed)
        .count();
    let mut text = format!(
        "{} {}  {passed} of {} blocks  {}\n",
        paint("✓", GREEN, look),
        head(report, look),
        report.blocks.len(),
        duration(report.duration_ms)
    );
    text.push_str(&stand_ins(report));
    let ids = id_width(report);
    for block in listed(report).filter(|block| block.status != Status::Passed) {
        text.push_str(&line(block, ids, look));
    }
    text.push_str(&other_tabs(report, look));
    text.push_str(&uncovered::list(report, look));
    text
}

/// The blocks, one a line; those that did not run because of one before them are counted in one.
fn list(report: &GuideReport, look: Look) -> String {
    let ids = id_width(report);
    let mut text = String::new();
    let blocks: Vec<&BlockReport> = listed(report).collect();
    // The error of the guide says why a block of it could not even be tried.
    let untried = |block: &BlockReport| {
        block.status == Status::Unreachable
            || (block.status == Status::Error && block.attempts == 0 && report.machines.is_empty())
    };
    for group in blocks.chunk_by(|a, b| untried(a) && untried(b)) {
        match group {
            [first, ..] if untried(first) => {
                let noun = if group.len() == 1 { "block" } else { "blocks" };
                let after = if text.is_empty() { "" } else { " after it" };
                let note = format!("  · {} {noun}{after} did not run", group.len());
                text.push_str(&format!("{}\n", paint(&note, DIM, look)));
            }
            group => group.iter().for_each(|block| text.push_str(&line(block, ids, look))),
        }
    }
    text + &other_tabs(report, look)
}

/// Whether a block is in another tab than the one that the whole run is about.
fn is_of_other_tab(report: &GuideReport, block: &BlockReport) -> bool {
    report.alternative.is_some() && block.instead.is_some()
}

fn listed(report: &GuideReport) -> impl Iterator<Item = &BlockReport> {
    report.blocks.iter().filter(|block| !is_of_other_tab(report, block))
}

/// One line for the blocks of other tabs, which have runs of their own; empty if there are none.
fn other_tabs(report: &GuideReport, look: Look) -> String {
    match report.blocks.len() - listed(report).count() {
        0 => String::new(),
        1 => format!("{}\n", paint("  · 1 block of other tabs did not run", DIM, look)),
        count => format!(
            "{}\n",
            paint(&format!("  · {count} blocks of other tabs did not run"), DIM, look)
        ),
    }
}

fn id_width(report: &GuideReport) -> usize {
    let longest = report.blocks.iter().map(|block| block.id.width()).max().unwrap_or(0);
    longest.clamp(12, 28) + 2
}

fn line(block: &BlockReport, ids: usize, look: Look) -> String {
    let (mark, style) = match block.status {
        Status::Passed => ("✓", GREEN),
        Status::Failed | Status::TimedOut | Status::Error => ("✗", RED),
        Status::Skipped | Status::Unreachable => ("-", DIM),
        Status::NotVerified => ("?", YELLOW),
    };
    let id = cut(&block.id, ids - 2);
    let room = WIDTH.saturating_sub(4 + ids + 8);
    let ran = matches!(
        block.status,
        Status::Passed | Status::Failed | Status::TimedOut | Status::Error
    );
    let text = match &block.reason {
        Some(reason) if !ran => format!("{}: {}", block.status.word().replace('-', " "), visible(reason, false)),
        _ => {
            let mut text = visible(&brief(&block.commands, &block.id, room), false);
            if block.hidden {
                text = cut(&format!("(hidden) {text}"), room);
            }
            text
        }
    };
    let fill = |text: &str, width: usize| " ".repeat(width.saturating_sub(text.width()));
    let mut line = format!("  {} {id}{}{text}", paint(mark, style, look), fill(&id, ids));
    if ran {
        let mut took = duration(block.duration_ms);
        if block.attempts > 1 {
            took.push_str(&format!(", {} attempts", block.attempts));
        }
        if block.cached {
            took.push_str(", from a snapshot");
        }
        line.push_str(&format!("{}  {took}", fill(&text, room)));
    }
    line + "\n"
}

/// A duration for people: `0.2 s`, `12.4 s`, `2 min 5 s`.
pub fn duration(ms: u64) -> String {
    if ms < 60_000 {
        let tenths = (ms + 50) / 100;
        return format!("{}.{} s", tenths / 10, tenths % 10);
    }
    let seconds = (ms + 500) / 1000;
    format!("{} min {} s", seconds / 60, seconds % 60)
}
