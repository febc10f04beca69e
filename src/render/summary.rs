//! The state of a whole guide, counted from its blocks.

use std::collections::BTreeMap;

use crate::model::guide::Document;
use crate::render::status::{BlockStatus, State};
use crate::render::view::Summary;

/// Counts the visible steps of a text by their recorded state.
pub(crate) fn of(document: &Document, statuses: &BTreeMap<String, BlockStatus>) -> Summary {
    let steps: Vec<_> = document
        .blocks
        .iter()
        .filter(|block| block.is_step() && !block.hidden)
        .collect();
    let known: Vec<&BlockStatus> = steps.iter().filter_map(|block| statuses.get(&block.id)).collect();
    let count = |state: State| known.iter().filter(|status| status.state == state).count();
    let good = count(State::Verified) + count(State::Waived);
    let (failed, stale) = (count(State::Failed), count(State::Stale));
    let skipped = steps.len() - good - failed - stale;
    let state = if failed > 0 {
        State::Failed
    } else if stale > 0 {
        State::Stale
    } else if good == 0 {
        State::NotRun
    } else if count(State::Waived) > 0 {
        State::Waived
    } else {
        State::Verified
    };
    let mut text = format!("{good} of {} steps verified", steps.len());
    for (number, words) in [
        (failed, "failed"),
        (stale, "changed since the last run"),
        (skipped, "not run"),
    ] {
        if number > 0 {
            text.push_str(&format!(", {number} {words}"));
        }
    }
    if steps.is_empty() {
        text = "nothing to verify".to_owned();
    } else if good == steps.len() {
        text = format!("all {} steps verified", steps.len());
    } else if known.is_empty() {
        text = format!("{} steps, not run yet", steps.len());
    }
    let date = known.iter().filter_map(|status| status.date.as_deref()).max();
    Summary {
        badge: state.badge(date, None),
        text,
    }
}
