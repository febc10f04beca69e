//! What can happen during a run: the vocabulary between the engine and the reporters.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::guide::Side;
use crate::report::results::{BlockReport, MachineReport};

/// Something that happened. The events of one guide are in order; those of several may be mixed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The first event.
    RunStarted {
        /// docgen's own version.
        docgen: String,
        /// When.
        started: Timestamp,
        /// The guides that will be run, in the order of the report.
        guides: Vec<GuideKey>,
    },
    /// A guide's machines are being made.
    GuidePreparing {
        /// Which guide.
        guide: GuideKey,
        /// What is being done: `starting machine host`, `pulling debian:12`, …
        doing: String,
    },
    /// A guide's machines are up; or they did not come up, then it has none and no block of it runs.
    GuideStarted {
        /// Which guide.
        guide: GuideKey,
        /// Its machines.
        machines: Vec<MachineReport>,
        /// What was changed on them.
        deviations: Vec<String>,
        /// What is to be said of the whole text.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        notes: Vec<String>,
        /// Its blocks, each of which gets exactly one status.
        planned: Vec<PlannedBlock>,
    },
    /// A command runs.
    BlockStarted {
        /// Which guide.
        guide: GuideKey,
        /// Which block.
        id: String,
        /// The command that runs now, for a progress line.
        command: String,
    },
    /// A block that runs has printed something; only told if it was asked for.
    BlockOutput {
        /// Which guide.
        guide: GuideKey,
        /// Which block.
        id: String,
        /// Whole lines, readable, secrets masked.
        text: String,
    },
    /// A block has its status.
    BlockFinished {
        /// Which guide.
        guide: GuideKey,
        /// The result.
        block: Box<BlockReport>,
    },
    /// A guide has ended, its machines are gone.
    GuideFinished {
        /// Which guide.
        guide: GuideKey,
        /// How long it took, machines included.
        duration_ms: u64,
        /// Why docgen could not tell, if it could not. May come without [`Event::GuideStarted`].
        error: Option<String>,
    },
    /// The last event.
    RunFinished {
        /// How long it took.
        duration_ms: u64,
        /// Containers, networks and volumes that were kept or could not be removed.
        left_behind: Vec<String>,
    },
}

/// Which text of which guide.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GuideKey {
    /// The guide's name.
    pub guide: String,
    /// Which side.
    pub side: Side,
    /// Name of the tab that the run takes, if it takes other alternatives than the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternative: Option<String>,
}

impl std::fmt::Display for GuideKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tab = self.alternative.as_ref().map(|name| format!(", tab {name}"));
        write!(f, "{} ({}{})", self.guide, self.side.word(), tab.unwrap_or_default())
    }
}

/// A block that will get a status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedBlock {
    /// The block's stable name.
    pub id: String,
    /// The file it stands in.
    pub path: String,
    /// Line (1-based) of the first command.
    pub line: usize,
    /// The machine it will run on.
    pub machine: String,
    /// The terminal it will run in.
    pub terminal: String,
    /// The rule for its status.
    pub expected_exit: String,
    /// True for a block that the reader does not see.
    pub hidden: bool,
    /// The commands as the guide shows them.
    pub commands: String,
}

impl PlannedBlock {
    /// Starts the report of this block: passed, nothing printed; the caller changes what was otherwise.
    pub fn report(&self) -> BlockReport {
        BlockReport {
            id: self.id.clone(),
            path: self.path.clone(),
            line: self.line,
            machine: self.machine.clone(),
            terminal: self.terminal.clone(),
            status: crate::report::results::Status::Passed,
            reason: None,
            instead: None,
            exit: None,
            expected_exit: self.expected_exit.clone(),
            duration_ms: 0,
            attempts: 0,
            hidden: self.hidden,
            cached: false,
            output: String::new(),
            output_bytes: 0,
            log: None,
            captures: Vec::new(),
            commands: self.commands.clone(),
            filters: Vec::new(),
            notes: Vec::new(),
            advice: Vec::new(),
            screenshots: Vec::new(),
            failure: None,
        }
    }
}
