//! What a result proves if the block asked for somebody who was not there. Pure.

use crate::plan::{Commands, Paste};
use crate::report::failure::{Code, Failure};
use crate::report::results::Status;
use crate::shell;
use crate::transcript::{Cause, Input, Transcript};

/// A result that proves nothing.
pub(super) struct Unproven {
    /// Why.
    pub(super) reason: String,
    /// What would change that.
    pub(super) advice: &'static str,
}

/// What helps a block that reads its input.
const ADVICE: &str =
    "give what it asks for with `answer=\"PROMPT => TEXT\"`, or take its input away with `</dev/null` if it needs none";

/// Signs of questions that an option answers: to leave it out is a fault of the text, not a wish for a person.
const QUESTIONS: [&str; 4] = ["[Y/n]", "[y/N]", "(y/n)", "conffile"];

/// Returns why the result of a paste proves nothing, if it does not.
///
/// An author who wrote a guide for docgen knows that nobody types: what fails has failed, and an output that is as shown
/// proves what it shows, whatever was read before it.
pub(super) fn unproven(
    commands: &Commands,
    paste: &Paste,
    transcript: &Transcript,
    failure: Option<&(Status, Failure)>,
) -> Option<Unproven> {
    if commands.unattended {
        return no_proof(&paste.script, transcript, failure);
    }
    let is_judged = failure.is_some() || !paste.expected.is_empty();
    let reason = reads_nothing(transcript).filter(|_| !is_judged)?;
    Some(Unproven { reason, advice: ADVICE })
}

/// The note on a block of a guide that read its input.
pub(super) fn met_the_end(commands: &Commands, transcript: &Transcript) -> Option<String> {
    let has_read = matches!(transcript.input, Input::Read | Input::ReadLate);
    (has_read && !commands.unattended).then(|| "it read its input, and met the end at once".to_owned())
}

fn reads_nothing(transcript: &Transcript) -> Option<String> {
    let has_read = matches!(transcript.input, Input::Read | Input::ReadLate);
    (has_read && transcript.cause == Cause::Finished).then(|| {
        format!(
            "it asked for input that nobody gave: that it ended with status {} proves nothing",
            transcript.status
        )
    })
}

/// The same for texts that nobody wrote for docgen.
///
/// A program that met the end of an input that nobody gave may end with any status. A command that failed before
/// anything read the input failed for a reason of its own, and what a package manager asks is answered by `-y`.
fn no_proof(script: &str, transcript: &Transcript, failure: Option<&(Status, Failure)>) -> Option<Unproven> {
    let output = transcript.output.to_text();
    let asks_to_go_on = QUESTIONS.iter().any(|sign| output.contains(sign));
    let reason = match (transcript.cause, transcript.input, failure) {
        (Cause::TimedOut, _, _) => {
            let waiting = transcript.waiting.as_ref().filter(|waiting| waiting.reads_terminal)?;
            format!("`{}` waited for somebody to type", waiting.program)
        }
        (Cause::Finished, Input::Read | Input::ReadLate, None) => reads_nothing(transcript)?,
        (Cause::Finished, Input::Read, Some((Status::Failed, failure)))
            if !asks_to_go_on && failure.code != Code::Syntax =>
        {
            format!(
                "it asked for input that nobody gave, and ended with status {}",
                transcript.status
            )
        }
        (Cause::Finished, _, None) => return failed_download(script, &output),
        _ => return None,
    };
    Some(Unproven { reason, advice: ADVICE })
}

/// A download that failed into a pipe, such as `curl … | sh`: the shell read nothing, and that went well.
fn failed_download(script: &str, output: &str) -> Option<Unproven> {
    let program = shell::piped_download(script)?;
    let said = format!("{program}: ");
    let why = output
        .lines()
        .find_map(|line| line.strip_prefix("bash: ").unwrap_or(line).strip_prefix(&said))?;
    Some(Unproven {
        reason: format!("`{program}` failed, though its pipeline did not: {}", why.trim()),
        advice: "say `set -o pipefail` first, or download into a file",
    })
}
