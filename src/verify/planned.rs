//! The blocks of a plan as reports name them, and what is said of them before they run.

use crate::model::guide::Document;
use crate::plan::{Action, NotRun, Plan, Step};
use crate::report::event::PlannedBlock;
use crate::report::results::{BlockReport, Status};
use crate::verify::runner::set;

/// Returns one entry per step of the plan, in order.
pub(super) fn blocks(document: &Document, plan: &Plan) -> Vec<PlannedBlock> {
    plan.steps.iter().map(|step| block(document, plan, step)).collect()
}

/// Returns the report of a step before it runs: not passed already if it will not run.
pub(super) fn report(planned: &PlannedBlock, step: &Step) -> BlockReport {
    let mut report = planned.report();
    report.notes.clone_from(&step.notes);
    report.advice.clone_from(&step.advice);
    match &step.not_run {
        Some(why @ (NotRun::Skipped(_) | NotRun::NotSelected(_))) => set(&mut report, Status::Skipped, &why.reason()),
        Some(why @ NotRun::NotVerifiable(_)) => set(&mut report, Status::NotVerified, &why.reason()),
        Some(why @ NotRun::Alternative(name)) => {
            set(&mut report, Status::NotVerified, &why.reason());
            report.instead = Some(name.clone());
        }
        None => {}
    }
    report
}

fn block(document: &Document, plan: &Plan, step: &Step) -> PlannedBlock {
    let block = &document.blocks[step.block];
    let first = match &step.action {
        Action::Commands(commands) => commands.pastes.first().map_or(0, |paste| paste.lines.start),
        Action::Browser(steps) => steps.first().map_or(0, |step| step.line),
        _ => 0,
    };
    PlannedBlock {
        id: block.id.clone(),
        path: document.source.path.clone(),
        line: block.file_line(&document.source, first),
        machine: plan
            .machines
            .get(step.machine)
            .map(|machine| machine.name.clone())
            .unwrap_or_default(),
        terminal: step.terminal.clone(),
        expected_exit: step.exit.as_ref().map_or_else(|| "0".to_owned(), ToString::to_string),
        hidden: block.hidden,
        commands: block.commands_text(),
    }
}
