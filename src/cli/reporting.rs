//! What becomes of a run's events: progress, reports in files and on the terminal, the record that the site shows.
#![expect(
    clippy::disallowed_methods,
    reason = "edge: reports are files, and a run has a beginning"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tokio::sync::mpsc;

use super::exit::Verdict;
use super::screenshots;
use super::targets::Targets;
use super::terminal::{Loudness, Terminal};
use crate::diagnostic::{Diagnostic, Look};
use crate::model::fingerprint::Fingerprint;
use crate::model::guide::{Document, Guide, Side};
use crate::model::record::Recorded;
use crate::plan::{self, NOT_SELECTED};
use crate::report::collect::Collector;
use crate::report::event::{Event, GuideKey};
use crate::report::live::Live;
use crate::report::results::{self, GuideReport, Report, Shard};
use crate::report::unread::{self, Unread};
use crate::report::{github, human, json, junit, record, tap};
use crate::verify::Job;

/// A kind of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Human,
    Json,
    Junit,
    Github,
    Tap,
}

impl Format {
    fn write(self, report: &Report, look: Look) -> String {
        match self {
            Self::Human => human::write(report, look),
            Self::Json => json::write(report),
            Self::Junit => junit::write(report),
            Self::Github => github::write(report),
            Self::Tap => tap::write(report),
        }
    }
}

/// A report that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReportTarget {
    format: Format,
    path: Option<PathBuf>,
}

impl ReportTarget {
    /// Returns the file it goes to; `None` is standard output.
    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }
}

/// Reads `FMT[:PATH]`.
pub(super) fn target(text: &str) -> Result<ReportTarget, String> {
    let (format, path) = text
        .split_once(':')
        .map_or((text, None), |(format, path)| (format, Some(PathBuf::from(path))));
    let format = match format {
        "human" => Format::Human,
        "json" => Format::Json,
        "junit" => Format::Junit,
        "github" => Format::Github,
        "tap" => Format::Tap,
        _ => return Err("there are human, json, junit, github and tap, each with `:PATH` or without".to_owned()),
    };
    if path.as_ref().is_some_and(|path| path.as_os_str().is_empty()) {
        return Err(format!("write the path after the colon: `{text}report.out`"));
    }
    Ok(ReportTarget { format, path })
}

/// The time now.
pub(super) fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Takes events until the run ends, and shows progress.
pub(super) async fn consume(terminal: Terminal, mut events: mpsc::UnboundedReceiver<Event>) -> Collector {
    let mut collector = Collector::new();
    let mut live = match terminal.loudness {
        Loudness::Quiet => Live::quiet(),
        _ if terminal.progress => Live::terminal(),
        _ => Live::plain(),
    };
    while let Some(event) = events.recv().await {
        // A standard error that is closed takes no progress; the report does not suffer.
        drop(live.event(&event, &mut std::io::stderr()));
        collector.event(&event);
    }
    collector
}

/// Makes the folders of the reports that were asked for; returns whether each can be written later, and says which not.
pub(super) fn make_room(terminal: &Terminal, paths: &[&Path]) -> bool {
    paths.iter().all(|path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let made = folder.map_or(Ok(()), std::fs::create_dir_all);
        let fact = match made {
            _ if path.is_dir() => "it is a folder".to_owned(),
            Err(error) => error.to_string(),
            Ok(()) => return true,
        };
        let error = std::io::Error::other(format!("could not write `{}`: {fact}", path.display()));
        terminal.error(&error, Some("nothing was run; name a file that docgen may write"));
        false
    })
}

/// Writes the reports that were asked for, and the human one unless another takes standard output.
pub(super) fn write(terminal: &Terminal, report: &Report, targets: &[ReportTarget]) -> bool {
    let taken = targets.iter().any(|target| target.path.is_none());
    let told = match terminal.loudness {
        _ if taken => String::new(),
        Loudness::Quiet => human::wrong(report, terminal.out_look),
        _ => human::write(report, terminal.out_look),
    };
    if !told.is_empty() {
        terminal.result(told.trim_end());
    }
    deliver(terminal, targets, |format, look| format.write(report, look))
}

/// Brings each report to where it was asked for; returns whether that worked.
fn deliver(terminal: &Terminal, targets: &[ReportTarget], text: impl Fn(Format, Look) -> String) -> bool {
    let mut fine = true;
    for target in targets {
        match &target.path {
            None => {
                let text = text(target.format, terminal.out_look);
                // Where a format has nothing to say, that is no empty line.
                if !text.is_empty() {
                    terminal.result(text.trim_end());
                }
            }
            Some(path) => fine &= save(terminal, path, text(target.format, Look::Plain).as_bytes()),
        }
    }
    fine
}

/// Writes the reports that were asked for of a run that did not begin, because a text is wrong: CI looks for them.
pub(super) fn write_unread(
    terminal: &Terminal,
    guides: &[Unread],
    diagnostics: &[Diagnostic],
    shard: Option<Shard>,
    targets: &[ReportTarget],
) -> bool {
    let files: Vec<&Path> = targets.iter().filter_map(ReportTarget::path).collect();
    if !make_room(terminal, &files) {
        return false;
    }
    let mut report = unread::report(guides, diagnostics, env!("CARGO_PKG_VERSION"), now());
    report.shard = shard;
    deliver(terminal, targets, |format, look| match format {
        Format::Github => github::diagnostics(diagnostics),
        format => format.write(&report, look),
    })
}

pub(super) fn save(terminal: &Terminal, path: &Path, bytes: &[u8]) -> bool {
    match std::fs::write(path, bytes) {
        Ok(()) => true,
        Err(error) => {
            let error = std::io::Error::new(error.kind(), format!("could not write `{}`: {error}", path.display()));
            terminal.error(&error, None);
            false
        }
    }
}

/// Stores what the site shows beside each guide that ran. A run that was cut short, or of a part of a guide, is no record.
/// If only some of the alternatives were `asked` for, the records of the others stay.
pub(super) fn record(terminal: &Terminal, report: &Report, targets: &Targets, asked: Asked) -> bool {
    let Some(site) = &targets.site else {
        terminal.say("nothing was recorded: results are stored beside the guides of a site, and this is a file");
        return false;
    };
    let mut fine = true;
    for guide in &targets.guides {
        let mut before = guide
            .recorded
            .as_ref()
            .and_then(|source| Recorded::read(&source.text).ok());
        let old = before.clone();
        let mut changed = false;
        let mut pictures = BTreeMap::new();
        for ran in report.guides.iter().filter(|ran| ran.guide == guide.name) {
            if let Some(why) = unrecorded(ran) {
                terminal.say(&format!("{}: not recorded, because {why}", guide.name));
                continue;
            }
            let is_known = |name: &str| plan::alternatives(document(guide, ran.side)).contains(&name);
            let kept = |alternative: Option<&str>| {
                let key = GuideKey {
                    alternative: alternative.map(str::to_owned),
                    ..ran.key()
                };
                let here = report.guides.iter().any(|other| other.key() == key);
                here || (asked == Asked::Some && alternative.is_none_or(is_known))
            };
            let all = fingerprints(guide, ran.side);
            before = Some(record::record(report, ran, &all, before.as_ref(), &kept));
            pictures.extend(record::pictures(ran));
            changed = true;
        }
        if let Some(recorded) = before.filter(|_| changed) {
            let folder = site.source.root.join("content").join(&guide.name);
            fine &= screenshots::store(terminal, &folder, &pictures, old.as_ref(), &recorded);
            fine &= save(
                terminal,
                &folder.join("verified.json"),
                record::write(&recorded).as_bytes(),
            );
        }
    }
    fine
}

/// Why a run is no record of its guide: it was cut short, or only a part of it ran.
fn unrecorded(ran: &GuideReport) -> Option<&'static str> {
    let left_out = |block: &results::BlockReport| {
        block.status == results::Status::Skipped
            && block
                .reason
                .as_deref()
                .is_some_and(|reason| reason.starts_with(NOT_SELECTED))
    };
    if ran.error.is_some() {
        Some("the run did not finish")
    } else if ran.blocks.iter().any(left_out) {
        Some("only a part of it was run")
    } else {
        None
    }
}

/// Which alternatives of the guides a run was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    All,
    Some,
}

fn document(guide: &Guide, side: Side) -> &Document {
    match (side, &guide.original) {
        (Side::Original, Some(original)) => original,
        _ => &guide.revised,
    }
}

fn fingerprints(guide: &Guide, side: Side) -> BTreeMap<String, Fingerprint> {
    let machines = match side {
        Side::Revised => &guide.machines,
        Side::Original => &guide.original_machines,
    };
    Fingerprint::of_steps(document(guide, side), machines)
}

/// The plan of a job, for people: one line a step.
pub(super) fn dry_run(job: &Job) -> String {
    let tab = job.plan.alternative.as_ref().map(|name| format!("  tab {name}"));
    let mut text = format!(
        "{}  {}{}\n",
        job.plan.guide,
        job.plan.side.word(),
        tab.unwrap_or_default()
    );
    for machine in &job.plan.machines {
        text.push_str(&format!("  machine {}: {} ({:?})\n", machine.name, machine.image, machine.kind).to_lowercase());
    }
    for step in &job.plan.steps {
        let block = &job.document.blocks[step.block];
        let place = format!(
            "{}:{}",
            job.document.source.path,
            job.document.source.line(block.fence.start)
        );
        let why = match &step.not_run {
            None => format!("{} s at most", step.timeout.as_secs()),
            Some(not_run) => not_run.words(),
        };
        let machine = job
            .plan
            .machines
            .get(step.machine)
            .map(|machine| machine.name.as_str())
            .unwrap_or_default();
        text.push_str(&format!(
            "  {:<24} {machine}/{:<8} {place}  {why}\n",
            block.id, step.terminal
        ));
    }
    for note in &job.plan.notes {
        text.push_str(&format!("  {note}\n"));
    }
    text.trim_end().to_owned()
}

/// What a report means for the exit code.
pub(super) fn verdict(report: &Report) -> Verdict {
    match report.verdict() {
        results::Verdict::Passed => Verdict::AsStated,
        results::Verdict::Failed => Verdict::Wrong,
        results::Verdict::Error => Verdict::CouldNotTell,
    }
}
