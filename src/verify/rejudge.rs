//! Judges a run once more, by other expectations: what was printed is known, so nothing is executed. Pure.

use crate::check::{self, Captures, Outcome};
use crate::model::expectation::Expectation;
use crate::parse::expectation::loose;
use crate::plan::{Action, Step};
use crate::report::failure::Failure;
use crate::transcript::Transcript;
use crate::verify::Job;
use crate::verify::judge::{self, Context};

/// What was printed by one paste of a guide that was run.
#[derive(Debug, Clone)]
pub struct Heard {
    /// Index in `Plan::steps`.
    pub step: usize,
    /// Index of the paste in its step.
    pub paste: usize,
    /// What came back. Of a step that was tried several times, the last one counts.
    pub transcript: Transcript,
}

/// Returns the first step of `job` (by its index) that is not as stated, if its commands print what was `heard`.
/// The commands of `job` must be those that were run; only what is expected of them may differ.
pub fn rejudge(job: &Job, heard: &[Heard]) -> Option<(usize, Failure)> {
    let mut captures = Captures::new();
    for (number, step) in job.plan.steps.iter().enumerate() {
        if let Some(failure) = failed(job, number, step, heard, &mut captures) {
            return Some((number, failure));
        }
    }
    None
}

/// Returns the expectations that would not notice another output: the step (its index), the block that shows the
/// output (its index), and what is accepted. Those that anybody sees to be loose ([`loose`]) are not among them.
pub fn accepting(job: &Job, heard: &[Heard]) -> Vec<(usize, usize, &'static str)> {
    let mut captures = Captures::new();
    let mut found = Vec::new();
    for (number, step) in job.plan.steps.iter().enumerate() {
        if let Action::Commands(commands) = &step.action {
            for (index, paste) in commands.pastes.iter().enumerate() {
                let Some(printed) = printed(heard, number, index) else {
                    continue;
                };
                let accepted = paste.expected.iter().filter_map(|expected| {
                    let why = accepts(&expected.expectation, &printed.output.to_text(), &captures)?;
                    Some((number, expected.block, why))
                });
                found.extend(accepted);
            }
        }
        // The step passed, so this only notes its captures.
        failed(job, number, step, heard, &mut captures);
    }
    found
}

fn accepts(expectation: &Expectation, output: &str, captures: &Captures) -> Option<&'static str> {
    let other: String = output
        .chars()
        .map(|c| if c.is_alphanumeric() { 'q' } else { c })
        .collect();
    let passes = |text: &str| {
        matches!(
            check::outcome(expectation, text.as_bytes(), captures),
            Outcome::Matched(_)
        )
    };
    if loose(expectation).is_some() || expectation.lines.is_empty() {
        return None;
    }
    let empty = !output.trim().is_empty() && passes("");
    if empty {
        return Some("it passes though nothing is printed");
    }
    (other != output && passes(&other)).then_some("it passes with `q` in place of each letter and digit of the output")
}

fn printed(heard: &[Heard], step: usize, paste: usize) -> Option<&Transcript> {
    let last = heard
        .iter()
        .rev()
        .find(|heard| heard.step == step && heard.paste == paste);
    last.map(|heard| &heard.transcript)
}

fn failed(job: &Job, number: usize, step: &Step, heard: &[Heard], captures: &mut Captures) -> Option<Failure> {
    let Action::Commands(commands) = &step.action else {
        return None;
    };
    let context = Context::known(job, step);
    for (index, paste) in commands.pastes.iter().enumerate() {
        let Some(printed) = printed(heard, number, index) else {
            continue;
        };
        let judged = judge::paste(context, paste, printed, captures);
        if let Some((_, failure)) = judged.failure {
            return Some(failure);
        }
        captures.extend(judged.captures);
    }
    None
}
