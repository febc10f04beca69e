//! The expectation that lines of a block state.

use std::ops::Range;

use crate::model::block::{Block, Role};
use crate::model::expectation::Expectation;
use crate::parse::expectation::{Finding, expectation, loose};

/// Parses `lines` (0-based, half open) of a block as expected output, in the block's own mode.
/// The findings' lines count from `lines.start`.
pub fn of_block(block: &Block, lines: Range<usize>) -> (Expectation, Vec<Finding>) {
    let text: String = block
        .text
        .lines()
        .take(lines.end)
        .skip(lines.start)
        .map(|line| format!("{line}\n"))
        .collect();
    let (parsed, mut findings) = expectation(&text, block.keys.matching.unwrap_or_default());
    // A transcript's command that shows no output says so; an empty fence does too.
    if matches!(block.role, Role::Output(_)) {
        findings.extend(loose(&parsed));
    }
    (parsed, findings)
}
