//! Notices that come by chance: of an interactive shell about the ends of its background jobs (`[1]+  Done    sleep 1`), which a
//! reader's terminal prints at the next prompt; of `docker run -it`, where its program is quicker than the size of the terminal.
//!
//! They are left out of a comparison, unless the guide itself shows one.

use std::borrow::Cow;

use crate::check::{Filter, Normal};
use crate::model::expectation::Expectation;

/// What a job can have come to, as bash and dash say it.
const ENDS: [&str; 14] = [
    "Done",
    "Exit ",
    "Terminated",
    "Killed",
    "Hangup",
    "Interrupt",
    "Quit",
    "Aborted",
    "Broken pipe",
    "Segmentation fault",
    "Bus error",
    "Illegal instruction",
    "Alarm clock",
    "User defined signal",
];

/// What `docker` says of the terminal's size.
const RESIZE: &str = "failed to resize tty, using default size";

/// Takes the lines that are such notices out of an output, if the expectation shows none of their kind.
pub(super) fn leave_out(expectation: &Expectation, output: &mut Normal<'_>) {
    let begins = output.text.starts_with('[') || output.text.contains("\n[");
    if begins {
        leave_out_kind(expectation, output, Filter::JobNotice, is_notice);
    }
    if output.text.contains(RESIZE) {
        leave_out_kind(expectation, output, Filter::ResizeNotice, |line| line.trim() == RESIZE);
    }
}

fn leave_out_kind(expectation: &Expectation, output: &mut Normal<'_>, filter: Filter, is_kind: fn(&str) -> bool) {
    if !output.text.lines().any(is_kind) || expectation.lines.iter().any(|line| is_kind(line)) {
        return;
    }
    let kept = output
        .text
        .split_inclusive('\n')
        .filter(|line| !is_kind(line))
        .collect();
    output.text = Cow::Owned(kept);
    output.filters.push(filter);
}

/// `[`, a number, `]`, one of `+`, `-` and blank, two blanks, what it came to.
fn is_notice(line: &str) -> bool {
    let Some((number, rest)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
        return false;
    };
    let numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let mark = rest.strip_prefix(['+', '-', ' ']);
    let end = mark.and_then(|rest| rest.strip_prefix("  ").or_else(|| rest.strip_prefix(' ')));
    numbered && end.is_some_and(|end| ENDS.iter().any(|word| end.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use super::is_notice;

    #[test]
    fn only_ends_of_jobs_are_notices() {
        for line in [
            "[1]+  Done                    sleep 1",
            "[12]-  Exit 3                  (exit 3)",
            "[2]   Terminated              sleep 30\n",
        ] {
            assert!(is_notice(line), "{line}");
        }
        for line in [
            "[1]+  Running                 sleep 30 &",
            "[1] 1234",
            "[ok]+  Done",
            "[1/3] Done",
            "Done",
            "[]+  Done",
        ] {
            assert!(!is_notice(line), "{line}");
        }
    }
}
