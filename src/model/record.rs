//! The recorded results of a guide (`content/<guide>/verified.json`): what the site may claim about its blocks.

use serde::{Deserialize, Serialize};

use crate::model::fingerprint::Fingerprint;
use crate::model::guide::Side;
use crate::model::machine::MachineKind;

/// The version of the record's format.
pub const VERSION: u32 = 1;

/// The last recorded run of a guide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// [`VERSION`].
    pub version: u32,
    /// The version of docgen that ran it.
    pub docgen: String,
    /// The sides that were run.
    pub sides: Vec<RecordedSide>,
}

/// One side of a recorded guide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedSide {
    /// Which side.
    pub side: Side,
    /// Name of the tab that the run took, if it took other alternatives than the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternative: Option<String>,
    /// ISO date of the run (UTC).
    pub date: String,
    /// `passed`, `failed` or `error`.
    pub verdict: String,
    /// The machines that it ran on.
    pub machines: Vec<RecordedMachine>,
    /// What was changed on the machines to make steps provable.
    pub deviations: Vec<String>,
    /// The blocks, in the guide's order.
    pub blocks: Vec<RecordedBlock>,
}

/// A machine of a recorded run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedMachine {
    /// Its name in the guide.
    pub name: String,
    /// Image that it was made from.
    pub image: String,
    /// The image's id.
    pub image_id: String,
    /// The image's digest in its registry.
    pub digest: Option<String>,
    /// True if the image was built on the computer of the run.
    pub local_build: bool,
    /// How it was run.
    pub kind: MachineKind,
    /// What the image is, if it only stands in for the one of that name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stand_in: Option<String>,
    /// The images that its own engine was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<RecordedImage>,
}

/// An image of a recorded run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedImage {
    /// Its name, for example `postgres:15`.
    pub image: String,
    /// Its id.
    pub image_id: String,
    /// Its digest in its registry.
    pub digest: Option<String>,
    /// True if it was built on the computer of the run.
    pub local_build: bool,
    /// What it is, if it only stands in for the image of that name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stand_in: Option<String>,
}

/// A block of a recorded run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedBlock {
    /// The block's stable name.
    pub id: String,
    /// What was run and compared.
    pub fingerprint: Fingerprint,
    /// The status of the report: `passed`, `failed`, …
    pub status: String,
    /// Why it was not run, or what was wrong.
    pub reason: Option<String>,
    /// Name of the tab that was run instead of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
    /// The status it ended with.
    pub exit: Option<i32>,
    /// How long it took.
    pub duration_ms: u64,
    /// True if the result came from a snapshot.
    pub cached: bool,
    /// What it printed, secrets masked.
    pub output: String,
    /// How many bytes it printed.
    pub output_bytes: u64,
    /// Pictures of what a browser showed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub screenshots: Vec<RecordedScreenshot>,
}

/// A picture of what a browser showed in a recorded run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedScreenshot {
    /// Its name in the block.
    pub name: String,
    /// The PNG file, from the guide's folder: `screenshots/login-form.png`.
    pub file: String,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

/// What the site may claim about a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum BlockState {
    /// It passed on this day.
    Verified {
        /// ISO date.
        date: String,
    },
    /// It was recorded, but its commands or its expected output have changed since.
    Stale {
        /// ISO date of the record.
        date: String,
    },
    /// It was red on this day.
    Failed {
        /// ISO date.
        date: String,
        /// What was wrong.
        reason: String,
    },
    /// It was not run, for this reason.
    NotRun {
        /// ISO date of the record.
        date: String,
        /// Why.
        reason: String,
    },
    /// Nothing is recorded about it.
    Unrecorded,
}

impl Recorded {
    /// Reads a record.
    ///
    /// # Errors
    /// Text that is not a record of this version; the message says what is wrong.
    pub fn read(text: &str) -> Result<Self, String> {
        let recorded: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if recorded.version != VERSION {
            return Err(format!("version {} is not known, expected {VERSION}", recorded.version));
        }
        Ok(recorded)
    }

    /// Returns the files of all pictures, from the guide's folder.
    pub fn pictures(&self) -> impl Iterator<Item = &str> {
        let blocks = self.sides.iter().flat_map(|side| &side.blocks);
        blocks
            .flat_map(|block| &block.screenshots)
            .map(|shot| shot.file.as_str())
    }

    /// Returns the runs of one side: one, or one for each alternative.
    pub fn runs(&self, side: Side) -> impl Iterator<Item = &RecordedSide> {
        self.sides.iter().filter(move |run| run.side == side)
    }

    /// Returns what may be claimed about a block of one side that is `now` as given, and the result that says so. Of
    /// several runs the worst counts; one that took another tab in place of the block's says nothing if others ran it.
    pub fn claim(&self, side: Side, id: &str, now: &Fingerprint) -> Option<(BlockState, &RecordedBlock)> {
        let results = self.runs(side).filter_map(|run| Some((run, run.block(id)?)));
        let (left_out, ran): (Vec<_>, Vec<_>) = results.partition(|(_, block)| block.instead.is_some());
        let counting = if ran.is_empty() { left_out } else { ran };
        let claims = counting.into_iter().map(|(run, block)| (run.state(id, now), block));
        claims.min_by_key(|(state, _)| state.rank())
    }
}

impl BlockState {
    /// The worst first.
    fn rank(&self) -> u8 {
        match self {
            Self::Failed { .. } => 0,
            Self::Stale { .. } => 1,
            Self::NotRun { .. } => 2,
            Self::Verified { .. } => 3,
            Self::Unrecorded => 4,
        }
    }
}

impl RecordedSide {
    /// Returns the record of a block.
    pub fn block(&self, id: &str) -> Option<&RecordedBlock> {
        self.blocks.iter().find(|block| block.id == id)
    }

    /// Returns what may be claimed about a block that is `now` as given. A result from a snapshot is no proof.
    pub fn state(&self, id: &str, now: &Fingerprint) -> BlockState {
        let Some(block) = self.block(id) else {
            return BlockState::Unrecorded;
        };
        let date = self.date.clone();
        let reason = || block.reason.clone().unwrap_or_else(|| block.status.clone());
        if block.fingerprint != *now {
            return BlockState::Stale { date };
        }
        match block.status.as_str() {
            "passed" if block.cached => BlockState::NotRun {
                date,
                reason: "taken from a snapshot".to_owned(),
            },
            "passed" => BlockState::Verified { date },
            "failed" | "timed-out" => BlockState::Failed { date, reason: reason() },
            _ => BlockState::NotRun { date, reason: reason() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(status: &str) -> RecordedSide {
        let block = RecordedBlock {
            id: "one".into(),
            fingerprint: Fingerprint::of("sh", "true\n", Some("ok\n"), []),
            status: status.into(),
            reason: None,
            instead: None,
            exit: Some(0),
            duration_ms: 1,
            cached: false,
            output: "ok\n".into(),
            output_bytes: 3,
            screenshots: vec![],
        };
        RecordedSide {
            side: Side::Revised,
            alternative: None,
            date: "2026-11-23".into(),
            verdict: "passed".into(),
            machines: vec![],
            deviations: vec![],
            blocks: vec![block],
        }
    }

    #[test]
    fn only_the_recorded_commands_and_expectation_are_verified() {
        let recorded = side("passed");
        let date = || "2026-11-23".to_owned();
        let state = |lang, commands, expected| recorded.state("one", &Fingerprint::of(lang, commands, expected, []));
        assert_eq!(
            state("sh", "true\n", Some("ok\n")),
            BlockState::Verified { date: date() }
        );
        assert_eq!(state("sh", "true \n", Some("ok\n")), BlockState::Stale { date: date() });
        assert_eq!(state("sh", "true\n", None), BlockState::Stale { date: date() });
        assert_eq!(
            recorded.state("two", &Fingerprint::of("sh", "", None, [])),
            BlockState::Unrecorded
        );
    }

    #[test]
    fn of_several_runs_the_worst_counts_among_those_that_took_the_block() {
        let now = Fingerprint::of("sh", "true\n", Some("ok\n"), []);
        let state = |sides: Vec<RecordedSide>| {
            let recorded = Recorded {
                version: VERSION,
                docgen: "1".into(),
                sides,
            };
            recorded.claim(Side::Revised, "one", &now).map(|(state, _)| state)
        };
        let mut other = side("not-verified");
        other.alternative = Some("Fedora".into());
        other.blocks[0].instead = Some("Fedora".into());
        assert!(matches!(
            state(vec![other.clone(), side("passed")]),
            Some(BlockState::Verified { .. })
        ));
        assert!(matches!(
            state(vec![side("passed"), other.clone(), side("failed")]),
            Some(BlockState::Failed { .. })
        ));
        assert!(matches!(state(vec![other]), Some(BlockState::NotRun { .. })));
        assert_eq!(state(vec![]), None);
    }

    #[test]
    fn what_did_not_run_is_not_claimed() {
        let now = Fingerprint::of("sh", "true\n", Some("ok\n"), []);
        assert!(matches!(
            side("unreachable").state("one", &now),
            BlockState::NotRun { .. }
        ));
        assert!(matches!(
            side("timed-out").state("one", &now),
            BlockState::Failed { .. }
        ));
    }
}
