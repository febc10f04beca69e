//! What a run of a text that nobody wrote for docgen does not cover, and what would change that: the end of its report.

use anstyle::Style;

use crate::check::visible::visible;
use crate::diagnostic::Look;
use crate::report::draw::paint;
use crate::report::results::{BlockReport, GuideReport, Status};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Returns the list: each fact, and below it what to write where. Empty if there is nothing to be said.
pub(super) fn list(report: &GuideReport, look: Look) -> String {
    let entries: Vec<String> = report
        .blocks
        .iter()
        .filter(|block| matches!(block.status, Status::Passed | Status::NotVerified) && !block.advice.is_empty())
        .map(|block| entry(block, look))
        .chain(report.notes.iter().map(|note| format!("  {}\n", visible(note, false))))
        .collect();
    if entries.is_empty() {
        return String::new();
    }
    format!("\n{}\n{}", paint("not verified:", BOLD, look), entries.concat())
}

fn entry(block: &BlockReport, look: Look) -> String {
    let reason = block.reason.iter().filter(|_| block.status == Status::NotVerified);
    let facts: Vec<String> = reason.chain(&block.notes).map(|fact| visible(fact, false)).collect();
    let mut text = format!("  {}  {}\n", block.id, facts.join("; "));
    for advice in &block.advice {
        let advice = match advice.strip_prefix("line ") {
            Some(at) => format!("{}:{at}", block.path),
            None => advice.clone(),
        };
        text.push_str(&format!("    {}\n", paint(&visible(&advice, false), DIM, look)));
    }
    text
}
