//! When nothing would be run: why.

use super::targets::Targets;
use super::terminal::Terminal;
use crate::diagnostic::Diagnostic;
use crate::verify::Job;

/// Says that nothing would be run, and why.
pub(super) fn tell(terminal: &Terminal, targets: &Targets, jobs: &[Job]) {
    let refused = targets.guides.iter().filter_map(|guide| {
        let front = &guide.revised.front;
        let reason = front.verify_reason.clone().unwrap_or_default();
        (front.verify == Some(false)).then(|| format!("`{}` says `verify: false`: {reason}", guide.name))
    });
    let mut diagnostic = Diagnostic::error("nothing-to-verify", None, "there is nothing to verify");
    diagnostic.notes.extend(refused);
    diagnostic.notes.extend(jobs.iter().flat_map(not_run));
    diagnostic
        .notes
        .extend(targets.readings.values().flat_map(|reading| reading.notes.clone()));
    let help = "blocks that run are fences of the languages sh, bash, shell and console, without `skip`";
    terminal.diagnostics(&[diagnostic.help(help)]);
}

/// Why each block of a job is not run.
fn not_run(job: &Job) -> Vec<String> {
    let steps = job.plan.steps.iter().filter_map(|step| {
        let block = &job.document.blocks[step.block];
        let why = step.not_run.as_ref()?.words();
        let line = job.document.source.line(block.fence.start);
        Some(format!("block `{}` (line {line}): {why}", block.id))
    });
    steps.collect()
}
