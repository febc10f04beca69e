//! Joins the reports of shards into one.

use std::collections::BTreeSet;

use crate::report::event::GuideKey;
use crate::report::results::{GuideReport, Report, Summary, VERSION};

/// Joins reports: the earliest start, the longest duration, all guides by name and side.
///
/// # Errors
/// No report, or a guide that two reports hold: then one of them is not of this run.
pub fn merge(reports: Vec<Report>) -> Result<Report, MergeError> {
    let started = reports
        .iter()
        .map(|report| report.started)
        .min()
        .ok_or(MergeError::Nothing)?;
    let duration_ms = reports.iter().map(|report| report.duration_ms).max().unwrap_or(0);
    let docgen = reports[0].docgen.clone();
    let mut left_behind = Vec::new();
    let mut guides: Vec<GuideReport> = Vec::new();
    for report in reports {
        left_behind.extend(report.left_behind);
        guides.extend(report.guides);
    }
    // Alternatives keep the order in which they were run.
    guides.sort_by(|a, b| (&a.guide, a.side).cmp(&(&b.guide, b.side)));
    let mut seen = BTreeSet::new();
    for guide in &guides {
        let key = guide.key();
        if !seen.insert(key.clone()) {
            return Err(MergeError::Twice(key));
        }
    }
    Ok(Report {
        version: VERSION,
        docgen,
        started,
        duration_ms,
        left_behind,
        summary: Summary::of(&guides),
        guides,
    })
}

/// Why reports cannot be joined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// There is no report.
    #[error("there is no report to merge")]
    Nothing,
    /// Two reports hold the same run of a guide.
    #[error("two reports hold `{0}`; merge only the shards of one run")]
    Twice(GuideKey),
}
