//! The exit codes of docgen, all in one table.

use std::process::ExitCode;

/// What a command concluded. The order is that of badness: the worst of several counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// 0: all is as stated.
    AsStated,
    /// 1: a text is wrong: a failed block, a diagnostic of severity error, a difference found by `--check`.
    Wrong,
    /// 2: docgen could not tell: wrong usage, no engine, an image not to be had, nothing to verify.
    CouldNotTell,
    /// 130: somebody pressed Ctrl-C or ended the run from outside.
    Interrupted,
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        Self::from(match verdict {
            Verdict::AsStated => 0,
            Verdict::Wrong => 1,
            Verdict::CouldNotTell => 2,
            Verdict::Interrupted => 130,
        })
    }
}
