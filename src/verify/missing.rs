//! Steps that need a value which no block captured, or which cannot be pasted where they need it.

use std::collections::BTreeSet;

use crate::check::{Captures, FillError};
use crate::plan::{Commands, Step};
use crate::report::failure::Code;
use crate::report::results::{BlockReport, Status};
use crate::verify::judge;
use crate::verify::runner::{Runner, fail, set};

/// Returns the value that a step needs and that no block captured: a text to paste, or one that is expected again. What
/// it captures itself further up is not missing.
pub(super) fn needed(step: &Step, commands: &Commands, captures: &Captures) -> Option<String> {
    let mut own = BTreeSet::new();
    for paste in &commands.pastes {
        let fills = step.fills.iter().filter(|fill| paste.script.contains(&fill.literal));
        let pasted = fills.map(|fill| fill.capture.clone());
        let expected = paste.expected.iter().map(|expected| &expected.expectation);
        let missing = |name: &String| !captures.contains_key(name) && !own.contains(name);
        if let Some(name) = pasted.into_iter().find(missing) {
            return Some(name);
        }
        for expectation in expected {
            own.extend(expectation.captures().into_iter().map(|(_, name)| name));
            let again = expectation.references().into_iter().map(|(_, name)| name);
            let missing = |name: &String| !captures.contains_key(name) && !own.contains(name);
            if let Some(name) = again.into_iter().find(missing) {
                return Some(name);
            }
        }
    }
    None
}

pub(super) fn needs(name: &str) -> String {
    format!("needs `{name}`, which was not captured")
}

/// A value cannot be pasted. One that was not captured is the fault of the block that should have made it: this one only
/// needs it. `first` is the line of the block's body where the script begins.
pub(super) fn not_filled(runner: &Runner<'_>, step: &Step, first: usize, error: &FillError, report: &mut BlockReport) {
    let context = runner.context(step);
    let failure = match error {
        FillError::CaptureMissing { name } => {
            return set(report, Status::Skipped, &needs(name));
        }
        FillError::LiteralMissing { .. } => judge::failure(context, Code::CaptureMissing, first, error.to_string()),
        FillError::Unquotable { number, .. } => {
            let mut failure = judge::failure(context, Code::FillUnquotable, first + number - 1, error.to_string());
            failure.label = "here a shell might execute or expand it".to_owned();
            failure
                .help
                .push("let the reader put it into a variable, `value='TEXT'`, and write `\"$value\"` here".to_owned());
            failure
        }
    };
    fail(report, Status::Failed, failure);
}
