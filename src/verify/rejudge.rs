//! Judges a run once more, by other expectations: what was printed is known, so nothing is executed. Pure.

use crate::check::Captures;
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

fn failed(job: &Job, number: usize, step: &Step, heard: &[Heard], captures: &mut Captures) -> Option<Failure> {
    let Action::Commands(commands) = &step.action else {
        return None;
    };
    let context = Context::known(job, step);
    for (index, paste) in commands.pastes.iter().enumerate() {
        let last = heard
            .iter()
            .rev()
            .find(|heard| heard.step == number && heard.paste == index);
        let Some(last) = last else { continue };
        let judged = judge::paste(context, paste, &last.transcript, captures);
        if let Some((_, failure)) = judged.failure {
            return Some(failure);
        }
        captures.extend(judged.captures);
    }
    None
}
