//! Folds the events of a run into its report.

use jiff::Timestamp;

use crate::report::event::{Event, GuideKey, PlannedBlock};
use crate::report::results::{BlockReport, GuideReport, Report, Status, Summary, VERSION, Verdict};

/// A report in the making. Feed it every event, then take the report: also after an interruption.
#[derive(Debug, Clone)]
pub struct Collector {
    docgen: String,
    started: Timestamp,
    duration_ms: u64,
    left_behind: Vec<String>,
    guides: Vec<Pending>,
}

#[derive(Debug, Clone)]
struct Pending {
    key: GuideKey,
    planned: Vec<PlannedBlock>,
    report: GuideReport,
    finished: bool,
}

impl Collector {
    /// Starts with nothing known.
    pub fn new() -> Self {
        Self {
            docgen: String::new(),
            started: Timestamp::UNIX_EPOCH,
            duration_ms: 0,
            left_behind: Vec::new(),
            guides: Vec::new(),
        }
    }

    /// Takes one event in.
    pub fn event(&mut self, event: &Event) {
        match event {
            Event::RunStarted {
                docgen,
                started,
                guides,
            } => {
                self.docgen.clone_from(docgen);
                self.started = *started;
                for key in guides {
                    self.guide(key);
                }
            }
            Event::GuidePreparing { .. } | Event::BlockStarted { .. } | Event::BlockOutput { .. } => {}
            Event::GuideStarted {
                guide,
                machines,
                deviations,
                notes,
                planned,
            } => {
                let pending = self.guide(guide);
                pending.planned.clone_from(planned);
                pending.report.machines.clone_from(machines);
                pending.report.deviations.clone_from(deviations);
                pending.report.notes.clone_from(notes);
            }
            Event::BlockFinished { guide, block } => self.guide(guide).report.blocks.push((**block).clone()),
            Event::GuideFinished {
                guide,
                duration_ms,
                error,
            } => {
                let pending = self.guide(guide);
                pending.finished = true;
                pending.report.duration_ms = *duration_ms;
                pending.report.error.clone_from(error);
            }
            Event::RunFinished {
                duration_ms,
                left_behind,
            } => {
                self.duration_ms = *duration_ms;
                self.left_behind.clone_from(left_behind);
            }
        }
    }

    /// Returns the report of what is known so far. A planned block without a result is an error, never left out.
    pub fn report(&self) -> Report {
        let guides: Vec<GuideReport> = self.guides.iter().map(Pending::close).collect();
        Report {
            version: VERSION,
            docgen: self.docgen.clone(),
            started: self.started,
            duration_ms: self.duration_ms,
            left_behind: self.left_behind.clone(),
            shard: None,
            summary: Summary::of(&guides),
            guides,
        }
    }

    /// Returns the report of one guide so far.
    pub fn guide_report(&self, key: &GuideKey) -> Option<GuideReport> {
        self.guides
            .iter()
            .find(|pending| pending.key == *key)
            .map(Pending::close)
    }

    fn guide(&mut self, key: &GuideKey) -> &mut Pending {
        let index = match self.guides.iter().position(|pending| pending.key == *key) {
            Some(index) => index,
            None => {
                self.guides.push(Pending::new(key.clone()));
                self.guides.len() - 1
            }
        };
        &mut self.guides[index]
    }
}

impl Default for Collector {
    fn default() -> Self {
        Self::new()
    }
}

impl Pending {
    fn new(key: GuideKey) -> Self {
        let report = GuideReport {
            guide: key.guide.clone(),
            side: key.side,
            alternative: key.alternative.clone(),
            verdict: Verdict::Error,
            error: None,
            duration_ms: 0,
            machines: Vec::new(),
            deviations: Vec::new(),
            notes: Vec::new(),
            blocks: Vec::new(),
        };
        Self {
            key,
            planned: Vec::new(),
            report,
            finished: false,
        }
    }

    /// The guide's report with its blocks in planned order. Results that nobody planned are kept: they are a bug to be seen.
    fn close(&self) -> GuideReport {
        let mut rest = self.report.blocks.clone();
        let mut blocks: Vec<BlockReport> = Vec::with_capacity(self.planned.len());
        for planned in &self.planned {
            match rest.iter().position(|block| block.id == planned.id) {
                Some(index) => blocks.push(rest.remove(index)),
                None => blocks.push(self.without_result(planned)),
            }
        }
        blocks.append(&mut rest);
        let error = match (&self.report.error, self.finished) {
            (None, false) => Some("the run was interrupted".to_owned()),
            (error, _) => error.clone(),
        };
        let verdict = match Verdict::of_blocks(&blocks) {
            // What was not reached for want of an engine or of time says nothing about the text.
            _ if error.is_some() && !blocks.iter().any(|block| block.status.is_wrong()) => Verdict::Error,
            verdict => verdict,
        };
        GuideReport {
            verdict,
            error,
            blocks,
            ..self.report.clone()
        }
    }

    fn without_result(&self, planned: &PlannedBlock) -> BlockReport {
        let (status, reason) = if self.finished && self.report.error.is_none() {
            (Status::Error, "the run reported no result for this block")
        } else {
            (Status::Unreachable, "the run ended before this block")
        };
        BlockReport {
            status,
            reason: Some(reason.to_owned()),
            ..planned.report()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::guide::Side;

    fn key() -> GuideKey {
        GuideKey {
            guide: "a".into(),
            side: Side::Revised,
            alternative: None,
        }
    }

    fn planned(id: &str) -> PlannedBlock {
        PlannedBlock {
            id: id.into(),
            path: "a.md".into(),
            line: 1,
            machine: "host".into(),
            terminal: "main".into(),
            expected_exit: "0".into(),
            hidden: false,
            commands: "true\n".into(),
        }
    }

    fn run(results: &[&str], finish: bool) -> Report {
        let mut collector = Collector::new();
        let plan = vec![planned("one"), planned("two")];
        collector.event(&Event::GuideStarted {
            guide: key(),
            machines: vec![],
            deviations: vec![],
            notes: vec![],
            planned: plan,
        });
        for id in results {
            collector.event(&Event::BlockFinished {
                guide: key(),
                block: Box::new(planned(id).report()),
            });
        }
        if finish {
            collector.event(&Event::GuideFinished {
                guide: key(),
                duration_ms: 5,
                error: None,
            });
        }
        collector.report()
    }

    #[test]
    fn a_planned_block_without_a_result_is_never_green() {
        assert_eq!(run(&["two", "one"], true).verdict(), Verdict::Passed);
        let report = run(&["one"], true);
        assert_eq!(report.verdict(), Verdict::Error);
        assert_eq!((report.summary.passed, report.summary.error), (1, 1));
    }

    #[test]
    fn an_interrupted_guide_is_not_passed() {
        assert_eq!(run(&["one", "two"], false).verdict(), Verdict::Error);
        assert_eq!(run(&["one"], false).summary.unreachable, 1);
    }
}
