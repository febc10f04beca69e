//! Joins the reports of shards into one.

use std::collections::BTreeSet;

use crate::report::event::GuideKey;
use crate::report::results::{GuideReport, Report, Shard, Summary, VERSION};

/// Joins reports: the earliest start, the longest duration, all guides by name and side.
///
/// # Errors
/// No report, a guide that two reports hold, or shards of other runs: then one of them is not of this run. A shard that is
/// missing: then nobody knows what came of its guides.
pub fn merge(reports: Vec<Report>) -> Result<Report, MergeError> {
    let started = reports
        .iter()
        .map(|report| report.started)
        .min()
        .ok_or(MergeError::Nothing)?;
    all_shards(&reports)?;
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
        shard: None,
        summary: Summary::of(&guides),
        guides,
    })
}

/// The shards are those of one run, and all of them are there. What is no shard is a run of its own, or already merged.
fn all_shards(reports: &[Report]) -> Result<(), MergeError> {
    let shards: Vec<Shard> = reports.iter().filter_map(|report| report.shard).collect();
    let Some(first) = shards.first() else {
        return Ok(());
    };
    if let Some(other) = shards.iter().find(|shard| shard.parts != first.parts) {
        return Err(MergeError::OtherRun(*first, *other));
    }
    let here: BTreeSet<usize> = shards.iter().map(|shard| shard.part).collect();
    match (1..=first.parts).find(|part| !here.contains(part)) {
        Some(part) => Err(MergeError::Missing(Shard { part, ..*first })),
        None => Ok(()),
    }
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
    /// Two reports are shards of runs that were parted differently.
    #[error("{0} and {1} are not of one run")]
    OtherRun(Shard, Shard),
    /// A shard has no report.
    #[error("the report of {0} is missing, so nobody knows what came of its guides")]
    Missing(Shard),
}
