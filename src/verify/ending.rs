//! Blocks that did not end as a block should: out of time, out of bounds, or with their shell. Pure.

use std::time::Duration;

use crate::check;
use crate::model::block::Role;
use crate::plan::Paste;
use crate::report::failure::{Code, Failure};
use crate::report::results::Status;
use crate::transcript::{Cause, Transcript};
use crate::verify::judge::{Context, body_line, failure, with_output};

/// It did not end, or it took its shell along against the rule.
pub(super) fn ended_badly(context: Context<'_>, paste: &Paste, transcript: &Transcript) -> Option<(Status, Failure)> {
    match transcript.cause {
        Cause::Finished | Cause::Closed => None,
        Cause::TimedOut => {
            let message = format!("the block did not end within {}", spelled(context.step.timeout));
            let mut failure = failure(context, Code::TimedOut, paste.lines.start, message);
            "still running when its time was up".clone_into(&mut failure.label);
            hang(&mut failure, transcript);
            Some((Status::TimedOut, with_output(failure, transcript)))
        }
        Cause::OutputLimit => {
            let message = format!(
                "the block printed {} bytes, more than a block may, and was ended",
                transcript.output.total
            );
            let mut failure = failure(context, Code::TooMuchOutput, paste.lines.start, message);
            failure.help.push(
                "let it print less, or into a file; a program that never ends is a block with `background=NAME`"
                    .to_owned(),
            );
            Some((Status::Failed, with_output(failure, transcript)))
        }
        Cause::ShellExited
            if context
                .step
                .exit
                .as_ref()
                .is_some_and(|rule| rule.accepts(transcript.status)) =>
        {
            None
        }
        Cause::ShellExited => Some((Status::Failed, shell_ended(context, paste, transcript))),
    }
}

fn shell_ended(context: Context<'_>, paste: &Paste, transcript: &Transcript) -> Failure {
    let message = format!("the block ended its shell with status {}", transcript.status);
    let line = transcript
        .failed
        .last()
        .map_or(paste.lines.end.saturating_sub(1), |failed| {
            body_line(paste, failed.line)
        });
    let mut failure = failure(context, Code::ShellEnded, line, message);
    if transcript.out_of_memory {
        failure
            .notes
            .push("the machine ran out of memory; give it more with `memory:`".to_owned());
    }
    failure.notes.extend(strict(context));
    failure.notes.push(
        "a reader's terminal would close here: by `exit`, by `set -e` and a failure, by `exec`, or by a signal"
            .to_owned(),
    );
    failure
        .help
        .push(format!("if that is meant, say `exit={}`", transcript.status));
    with_output(failure, transcript)
}

/// Says what is known about a hang.
fn hang(failure: &mut Failure, transcript: &Transcript) {
    let text = transcript.output.to_text();
    let last = check::normalize(&text).text;
    let last = last
        .lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default()
        .to_owned();
    if let Some(waiting) = transcript.waiting.as_ref().filter(|waiting| waiting.reads_terminal) {
        failure.notes.push(format!(
            "`{}` waits for input at the terminal; its last line is `{last}`",
            waiting.program
        ));
        failure
            .help
            .push("answer it with `answer=\"PROMPT => TEXT\"`, or use an option that does not ask (`-y`)".to_owned());
    } else if let Some(waiting) = &transcript.waiting {
        let silent = waiting.silent.as_secs();
        failure.notes.push(format!(
            "`{}` was in the foreground and silent for {silent} s",
            waiting.program
        ));
    }
    if transcript.shell_gone {
        failure.notes.push("its shell had to be killed with it".to_owned());
    }
    failure.help.push(
        "give it more time with `timeout=`, or start a program that never ends with `background=NAME`".to_owned(),
    );
}

/// The earlier block of this terminal, if there is one, that told the shell to end with the first failure.
fn strict(context: Context<'_>) -> Option<String> {
    let blocks = &context.document.blocks;
    let same = |index: &usize| {
        let (here, there) = (&context.block.keys, &blocks[*index].keys);
        here.machine == there.machine && here.terminal == there.terminal
    };
    let index = (0..context.step.block).rev().filter(same).find(|index| {
        let runs = matches!(blocks[*index].role, Role::Script | Role::Console(_));
        runs && blocks[*index].commands_text().lines().any(sets_errexit)
    })?;
    let line = blocks[index].file_line(&context.document.source, 0);
    let id = &blocks[index].id;
    Some(format!(
        "block `{id}` (line {line}) says `set -e`, which ends the shell with the first failure"
    ))
}

/// Returns whether a line holds `set -e`, `set -eu`, `set -o errexit` or the like.
fn sets_errexit(line: &str) -> bool {
    let mut words = line.trim().split([' ', ';']).filter(|word| !word.is_empty());
    let flags = |word: &str| word.starts_with('-') && !word.starts_with("--") && word.contains('e');
    words.next() == Some("set") && words.any(|word| flags(word) || word == "errexit")
}

/// A time as authors write it: `60 s`, `1.5 s`.
fn spelled(time: Duration) -> String {
    format!("{} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::sets_errexit;

    #[test]
    fn set_e_is_known_by_its_flags() {
        for line in ["set -e", "  set -euo pipefail", "set -o errexit", "set -ue; cd /tmp"] {
            assert!(sets_errexit(line), "{line}");
        }
        for line in ["set +e", "set -u", "echo set -e", "set --enable", "unset -e"] {
            assert!(!sets_errexit(line), "{line}");
        }
    }
}
