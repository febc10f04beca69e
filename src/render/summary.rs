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
    let known_failures = count(State::FailsAsRecorded);
    let good = count(State::Verified) + known_failures;
    let (failed, stale) = (count(State::Failed), count(State::Stale));
    let skipped = steps.len() - good - failed - stale;
    let state = if failed > 0 {
        State::Failed
    } else if stale > 0 {
        State::Stale
    } else if good == 0 {
        State::NotRun
    } else if known_failures > 0 {
        State::FailsAsRecorded
    } else {
        State::Verified
    };
    let mut text = format!("{} of {} steps verified", good - known_failures, steps.len());
    for (number, words) in [
        (known_failures, "failed as recorded"),
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
    } else if good - known_failures == steps.len() {
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::of;
    use crate::model::guide::Side;
    use crate::parse;
    use crate::render::status::{BlockStatus, State};
    use crate::source::SourceFile;

    #[test]
    fn what_fails_as_recorded_is_not_counted_as_verified() {
        let text = "```sh id=a\nls\n```\n\n```sh id=b\nls\n```\n";
        let document = parse::document(SourceFile::new("original.md", text), Side::Original).value;
        let told = |states: [State; 2]| {
            let statuses = ["a", "b"].into_iter().zip(states).map(|(id, state)| {
                let status = BlockStatus {
                    state,
                    date: None,
                    reason: None,
                    output: None,
                    screenshots: Vec::new(),
                };
                (id.to_owned(), status)
            });
            let summary = of(&document, &statuses.collect::<BTreeMap<_, _>>());
            (summary.badge.state, summary.text)
        };
        assert_eq!(
            told([State::Verified, State::FailsAsRecorded]),
            (
                State::FailsAsRecorded,
                "1 of 2 steps verified, 1 failed as recorded".to_owned()
            )
        );
        assert_eq!(told([State::Verified, State::Verified]).1, "all 2 steps verified");
        assert_eq!(told([State::FailsAsRecorded, State::Failed]).0, State::Failed);
    }
}
