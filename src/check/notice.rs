//! Notices of an interactive shell about the ends of its background jobs: `[1]+  Done    sleep 1`.
//!
//! A reader's terminal prints them at the next prompt; where they come among a block's output is chance. So they are
//! left out of a comparison, unless the guide itself shows one.

use std::borrow::Cow;

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

/// Returns `text` without the lines that are such notices, if the expectation shows none.
pub(super) fn leave_out<'a>(expectation: &Expectation, text: Cow<'a, str>) -> (Cow<'a, str>, bool) {
    let begins = text.starts_with('[') || text.contains("\n[");
    if !begins || !text.lines().any(is_notice) || expectation.lines.iter().any(|line| is_notice(line)) {
        return (text, false);
    }
    let kept = text.split_inclusive('\n').filter(|line| !is_notice(line)).collect();
    (Cow::Owned(kept), true)
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
