//! Takes in what came of a judgement: values, facts, edits of the guide, and what must not be shown.

use crate::plan::{Expected, Step};
use crate::report::results::BlockReport;
use crate::verify::judge::Judged;
use crate::verify::runner::Runner;

/// Takes in what was captured and noticed.
pub(super) fn take(runner: &mut Runner<'_>, judged: &mut Judged, report: &mut BlockReport) {
    report.captures.extend(judged.captures.keys().cloned());
    runner.captures.append(&mut judged.captures);
    report.filters.append(&mut judged.filters);
    report.filters.sort();
    report.filters.dedup();
    report.notes.append(&mut judged.notes);
    if let Some(edits) = &mut runner.edits {
        edits.append(&mut judged.edits);
    }
}

/// Masks from here on what was captured and is declared to be secret.
pub(super) fn keep_secrets(runner: &mut Runner<'_>, declared: &[&String], judged: &Judged) {
    for (capture, value) in judged.captures.iter().filter(|(name, _)| declared.contains(name)) {
        runner.secrets.add(capture, value);
    }
}

/// The names of captured values that a block or what is expected of it declares to be secret.
pub(super) fn secrets<'a>(runner: &Runner<'a>, step: &Step, expected: &[Expected]) -> Vec<&'a String> {
    let blocks = &runner.job.document.blocks;
    let shown = expected.iter().map(|expected| &blocks[expected.block]);
    shown
        .chain([runner.block(step)])
        .flat_map(|block| &block.keys.secrets)
        .collect()
}
