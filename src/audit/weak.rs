//! Expectations that would notice nothing.

use super::report::Weak;
use super::survivor::expects_output;
use crate::model::block::ExitRule;
use crate::model::guide::Document;
use crate::parse::expectation::loose;
use crate::plan::{Action, Plan, Step};

/// Returns the expectations of the plan's steps that accept anything, in order.
pub fn accepts_anything(document: &Document, plan: &Plan) -> Vec<Weak> {
    let mut found = Vec::new();
    for step in running(plan) {
        if step.exit == Some(ExitRule::Any) {
            let place = document.blocks[step.block].info.start;
            found.push(weak(document, step, place, "`exit=any` accepts every status"));
        }
        let Action::Commands(commands) = &step.action else {
            continue;
        };
        for expected in commands.pastes.iter().flat_map(|paste| &paste.expected) {
            if let Some(finding) = loose(&expected.expectation) {
                let place = document.blocks[expected.block].fence.start;
                found.push(weak(document, step, place, &finding.message));
            }
        }
    }
    found
}

/// Makes entries of what was found by trial: the step and the block of each expectation, and what it accepts.
pub fn by_trial(document: &Document, plan: &Plan, accepting: &[(usize, usize, &str)]) -> Vec<Weak> {
    let entry = |(step, block, why): &(usize, usize, &str)| {
        let place = document.blocks[*block].fence.start;
        Some(weak(document, plan.steps.get(*step)?, place, why))
    };
    accepting.iter().filter_map(entry).collect()
}

/// Returns the blocks with commands of which only the status is judged, in order.
pub fn without_expectation(document: &Document, plan: &Plan) -> Vec<Weak> {
    running(plan)
        .filter(|step| matches!(step.action, Action::Commands(_)) && !expects_output(step) && step.exit.is_none())
        .map(|step| {
            let place = document.blocks[step.block].fence.start;
            weak(
                document,
                step,
                place,
                "no expected output: only failing commands are noticed",
            )
        })
        .collect()
}

fn running(plan: &Plan) -> impl Iterator<Item = &Step> {
    plan.steps.iter().filter(|step| step.not_run.is_none())
}

fn weak(document: &Document, step: &Step, place: usize, why: &str) -> Weak {
    Weak {
        block: document.blocks[step.block].id.clone(),
        line: document.source.line(place),
        why: why.to_owned(),
    }
}
