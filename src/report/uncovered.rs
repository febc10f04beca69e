//! What a run of a text that nobody wrote for docgen does not cover, and what would change that.

use anstyle::Style;

use crate::check::visible::visible;
use crate::diagnostic::Look;
use crate::report::draw::paint;
use crate::report::results::{BlockReport, GuideReport, Status};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// What is not covered of one block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Uncovered {
    /// The fact.
    pub fact: String,
    /// What to write where, to have it covered.
    pub advice: Vec<String>,
}

/// Returns what is not covered of a block of which something ran or might; `None` if there is nothing to be said.
pub(super) fn of_block(block: &BlockReport) -> Option<Uncovered> {
    if !matches!(block.status, Status::Passed | Status::NotVerified) || block.advice.is_empty() {
        return None;
    }
    let reason = block.reason.iter().filter(|_| block.status == Status::NotVerified);
    let facts: Vec<&str> = reason.chain(&block.notes).map(String::as_str).collect();
    let place = |advice: &String| match advice.strip_prefix("line ") {
        Some(at) => format!("{}:{at}", block.path),
        None => advice.clone(),
    };
    Some(Uncovered {
        fact: facts.join("; "),
        advice: block.advice.iter().map(place).collect(),
    })
}

/// Returns the end of the report for people: each fact, and below it what to do. Empty if there is nothing to be said.
pub(super) fn list(report: &GuideReport, look: Look) -> String {
    let entries: Vec<String> = report
        .blocks
        .iter()
        .filter_map(|block| Some(entry(&block.id, &of_block(block)?, look)))
        .chain(report.notes.iter().map(|note| format!("  {}\n", visible(note, false))))
        .collect();
    if entries.is_empty() {
        return String::new();
    }
    format!("\n{}\n{}", paint("not verified:", BOLD, look), entries.concat())
}

fn entry(id: &str, uncovered: &Uncovered, look: Look) -> String {
    let mut text = format!("  {id}  {}\n", visible(&uncovered.fact, false));
    for advice in &uncovered.advice {
        text.push_str(&format!("    {}\n", paint(&visible(advice, false), DIM, look)));
    }
    text
}
