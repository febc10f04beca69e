//! The expectation that lines of a block state.

use std::ops::Range;

use crate::model::block::Block;
use crate::model::expectation::Expectation;
use crate::parse::expectation::{Finding, expectation};

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
    expectation(&text, block.keys.matching.unwrap_or_default())
}
