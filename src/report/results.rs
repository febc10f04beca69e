//! The report of a run: the JSON that others read (version 1), as types.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::check::Filter;
use crate::model::guide::Side;
use crate::model::machine::MachineKind;
use crate::report::event::GuideKey;
use crate::report::failure::Failure;

/// The version of the report's format.
pub const VERSION: u32 = 1;

/// A whole run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`VERSION`].
    pub version: u32,
    /// docgen's own version.
    pub docgen: String,
    /// When the run began.
    pub started: Timestamp,
    /// How long it took.
    pub duration_ms: u64,
    /// One report a guide and side, in the order of the plan.
    pub guides: Vec<GuideReport>,
    /// Containers, networks and volumes that were kept or could not be removed.
    #[serde(default)]
    pub left_behind: Vec<String>,
    /// Which part of a run it was; `None` is the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// How many blocks have which status.
    pub summary: Summary,
}

/// A part of a run (`--shard`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Its number, from 1 on.
    pub part: usize,
    /// How many there are.
    pub parts: usize,
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "shard {} of {}", self.part, self.parts)
    }
}

/// One side of a guide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GuideReport {
    /// The guide's name.
    pub guide: String,
    /// Which text was run.
    pub side: Side,
    /// Name of the tab that the run takes, if it takes other alternatives than the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternative: Option<String>,
    /// What came of it.
    pub verdict: Verdict,
    /// Why docgen could not tell, if it could not.
    #[serde(default)]
    pub error: Option<String>,
    /// How long it took, machines included.
    #[serde(default)]
    pub duration_ms: u64,
    /// The machines that it ran on.
    pub machines: Vec<MachineReport>,
    /// What was changed on the machines to make steps provable.
    pub deviations: Vec<String>,
    /// What is to be said of the whole text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// One report a planned block, in the guide's order.
    pub blocks: Vec<BlockReport>,
}

/// A machine of a guide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MachineReport {
    /// Its name in the guide.
    pub name: String,
    /// Image that it was made from, for example `debian:12`.
    pub image: String,
    /// The image's id: `sha256:…`.
    pub image_id: String,
    /// The image's digest in its registry; `None` for an image built here.
    pub digest: Option<String>,
    /// True if the image was built on this computer.
    pub local_build: bool,
    /// How it was run.
    #[serde(default)]
    pub kind: MachineKind,
    /// What the image is, if it only stands in for the one of that name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stand_in: Option<String>,
    /// The images that its own engine was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<ImageReport>,
}

pub use crate::model::record::RecordedImage as ImageReport;

/// One block of a guide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BlockReport {
    /// The block's stable name.
    pub id: String,
    /// The file it stands in.
    pub path: String,
    /// Line (1-based) of the first command; for a block without commands, of the fence.
    pub line: usize,
    /// The machine it runs on.
    pub machine: String,
    /// The terminal it runs in.
    pub terminal: String,
    /// What came of it.
    pub status: Status,
    /// Why it was skipped, not verified or not reached; for a failure, the fact in one line.
    pub reason: Option<String>,
    /// Name of the tab that was run instead of its own, if it is one of several alternatives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
    /// The status it ended with; `None` if it did not end by itself.
    pub exit: Option<i32>,
    /// The rule for that status, as written: `0`, `any`, `0,2`.
    pub expected_exit: String,
    /// How long it took.
    pub duration_ms: u64,
    /// How often it was run (`eventually=`).
    pub attempts: u32,
    /// True for a block that the reader does not see.
    pub hidden: bool,
    /// True if the result came from a snapshot.
    pub cached: bool,
    /// What it printed, secrets masked; the middle of a long output is left out.
    pub output: String,
    /// How many bytes it printed.
    pub output_bytes: u64,
    /// File with all that it printed, secrets masked; only if that was asked for (`--logs`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    /// Names of the values it captured.
    pub captures: Vec<String>,
    /// The commands as the guide shows them.
    #[serde(default)]
    pub commands: String,
    /// What was ignored when its output was compared.
    #[serde(default)]
    pub filters: Vec<Filter>,
    /// Facts worth knowing about a block that passed, for example that it ended its shell as expected.
    #[serde(default)]
    pub notes: Vec<String>,
    /// What would let docgen verify more of it, each with its line; only for texts that were not written for docgen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<String>,
    /// Pictures of what a browser showed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub screenshots: Vec<Screenshot>,
    /// What went wrong.
    #[serde(default)]
    pub failure: Option<Failure>,
}

/// Name of the picture of a page at which a block failed; no guide can give it.
pub const FAILURE_SHOT: &str = "failure";

/// A picture of what a browser showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screenshot {
    /// Its name in the block; [`FAILURE_SHOT`] if the block failed there.
    pub name: String,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// The PNG file; it is stored beside a record, never in a report.
    #[serde(skip)]
    pub png: Vec<u8>,
}

/// What came of a block. Every planned block has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It ran, and everything is as the guide says.
    Passed,
    /// It ran, and something is not as the guide says.
    Failed,
    /// It did not end in time.
    TimedOut,
    /// It was not run, as the author or the command line asked, or because a value it needs was not captured.
    Skipped,
    /// Its session or machine was gone, or a block before it failed.
    Unreachable,
    /// It cannot be executed here.
    NotVerified,
    /// docgen, the engine or the network could not do its part.
    Error,
}

impl Status {
    /// All statuses, in the order of the summary.
    pub const ALL: [Self; 7] = [
        Self::Passed,
        Self::Failed,
        Self::TimedOut,
        Self::Skipped,
        Self::Unreachable,
        Self::NotVerified,
        Self::Error,
    ];

    /// Returns whether the text is wrong, as far as this block goes.
    pub fn is_wrong(self) -> bool {
        matches!(self, Self::Failed | Self::TimedOut)
    }

    /// Returns the word of reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::TimedOut => "timed-out",
            Self::Skipped => "skipped",
            Self::Unreachable => "unreachable",
            Self::NotVerified => "not-verified",
            Self::Error => "error",
        }
    }
}

/// What came of a guide or a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Everything that ran is as stated, and something ran.
    Passed,
    /// The text is wrong.
    Failed,
    /// docgen could not tell.
    Error,
}

/// How many blocks have which status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
#[expect(missing_docs, reason = "each field is named after its status")]
pub struct Summary {
    pub passed: usize,
    pub failed: usize,
    pub timed_out: usize,
    pub skipped: usize,
    pub unreachable: usize,
    pub not_verified: usize,
    pub error: usize,
}

impl Summary {
    /// Counts the blocks of all `guides`.
    pub fn of(guides: &[GuideReport]) -> Self {
        let mut summary = Self::default();
        for block in guides.iter().flat_map(|guide| &guide.blocks) {
            *summary.slot(block.status) += 1;
        }
        summary
    }

    /// Returns how many blocks have `status`.
    pub fn count(mut self, status: Status) -> usize {
        *self.slot(status)
    }

    /// Returns how many blocks there are.
    pub fn total(self) -> usize {
        Status::ALL.into_iter().map(|status| self.count(status)).sum()
    }

    fn slot(&mut self, status: Status) -> &mut usize {
        match status {
            Status::Passed => &mut self.passed,
            Status::Failed => &mut self.failed,
            Status::TimedOut => &mut self.timed_out,
            Status::Skipped => &mut self.skipped,
            Status::Unreachable => &mut self.unreachable,
            Status::NotVerified => &mut self.not_verified,
            Status::Error => &mut self.error,
        }
    }
}

impl Verdict {
    /// Judges a guide by its blocks. A wrong text outweighs a failing engine; a guide of which nothing ran proves nothing.
    pub fn of_blocks(blocks: &[BlockReport]) -> Self {
        let any = |wanted: &[Status]| blocks.iter().any(|block| wanted.contains(&block.status));
        if blocks.iter().any(|block| block.status.is_wrong()) {
            Self::Failed
        } else if any(&[Status::Error]) {
            Self::Error
        } else if any(&[Status::Unreachable]) {
            Self::Failed
        } else if any(&[Status::Passed]) {
            Self::Passed
        } else {
            Self::Error
        }
    }

    /// Judges a run by its guides; no guide proves nothing.
    pub fn of_guides(guides: &[GuideReport]) -> Self {
        let any = |wanted| guides.iter().any(|guide| guide.verdict == wanted);
        if any(Self::Failed) {
            Self::Failed
        } else if any(Self::Error) || guides.is_empty() {
            Self::Error
        } else {
            Self::Passed
        }
    }

    /// Returns the word of reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Error => "error",
        }
    }
}

impl GuideReport {
    /// Returns the name of the run.
    pub fn key(&self) -> GuideKey {
        GuideKey {
            guide: self.guide.clone(),
            side: self.side,
            alternative: self.alternative.clone(),
        }
    }
}

impl Report {
    /// Returns what came of the run.
    pub fn verdict(&self) -> Verdict {
        Verdict::of_guides(&self.guides)
    }
}
