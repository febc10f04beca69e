//! `docgen verify --audit`: would anybody notice if the guide were wrong? Makes mistakes in a guide that passes, one at
//! a time, runs what must be run, and lists the mistakes that nobody noticed.
#![expect(clippy::disallowed_methods, reason = "edge: the report is a file")]

use std::collections::BTreeSet;
use std::path::PathBuf;

use tokio::sync::{mpsc, watch};

use super::exit::Verdict;
use super::terminal::Terminal;
use super::{interrupt, reporting, targets};
use crate::audit::report::{AuditReport, By, Fate, GuideAudit, Judged, VERSION};
use crate::audit::{self, Applied, Mutant, Usual, weak};
use crate::model::guide::Side;
use crate::parse::Strictness;
use crate::report::human;
use crate::report::results::{self, BlockReport, GuideReport, Report};
use crate::sandbox::SandboxError;
use crate::verify::{self, Heard, Job, Trial, Tried};

/// What an audit is asked for.
pub(super) struct Audit<'a> {
    pub(super) terminal: &'a Terminal,
    /// How guides are run.
    pub(super) options: verify::Options,
    /// Mutants that are run for each guide, at most.
    pub(super) limit: usize,
    /// Where the outcome goes as JSON.
    pub(super) json: Option<PathBuf>,
    /// The block in which mistakes are made; `None` is all.
    pub(super) only: Option<&'a str>,
    pub(super) targets: &'a targets::Targets,
}

/// Why there is no outcome.
enum Stop {
    Error(SandboxError),
    /// The guide as it is does not pass.
    Unsound(Box<Report>),
    /// Somebody interrupted it; what is known by then.
    Interrupted(AuditReport),
}

impl From<SandboxError> for Stop {
    fn from(error: SandboxError) -> Self {
        Self::Error(error)
    }
}

impl Audit<'_> {
    /// Audits the guides of `jobs`, one after the other.
    pub(super) fn run(&self, jobs: &[Job]) -> Verdict {
        let runtime = match tokio::runtime::Runtime::new() {
            Ok(runtime) => runtime,
            Err(error) => {
                self.terminal.error(&error, None);
                return Verdict::CouldNotTell;
            }
        };
        match runtime.block_on(self.guides(jobs)) {
            Ok(report) => self.tell(&report),
            Err(Stop::Error(error)) => {
                self.terminal.error(&error, None);
                Verdict::CouldNotTell
            }
            Err(Stop::Unsound(report)) => {
                self.terminal
                    .result(human::write(&report, self.terminal.out_look).trim_end());
                self.terminal
                    .say("nothing was audited: only a guide that passes can be");
                Verdict::CouldNotTell
            }
            Err(Stop::Interrupted(report)) => {
                self.tell(&report);
                Verdict::Interrupted
            }
        }
    }

    fn tell(&self, report: &AuditReport) -> Verdict {
        self.terminal.result(&report.table());
        let verdict = if report.is_enough() {
            Verdict::AsStated
        } else {
            Verdict::Wrong
        };
        let Some(path) = &self.json else { return verdict };
        match std::fs::write(path, report.json()) {
            Ok(()) => verdict,
            Err(error) => {
                let text = format!("could not write `{}`: {error}", path.display());
                self.terminal.error(&std::io::Error::new(error.kind(), text), None);
                Verdict::CouldNotTell
            }
        }
    }

    async fn guides(&self, jobs: &[Job]) -> Result<AuditReport, Stop> {
        let (cancel, cancelled) = watch::channel(false);
        let signals = tokio::spawn(interrupt::watch(*self.terminal, cancel));
        let mut report = AuditReport {
            version: VERSION,
            docgen: env!("CARGO_PKG_VERSION").to_owned(),
            guides: Vec::new(),
        };
        for (number, job) in jobs.iter().enumerate() {
            let guide = self.guide(job, &jobs[..number], &cancelled).await;
            if *cancelled.borrow() {
                report.guides.extend(guide.ok());
                return Err(Stop::Interrupted(report));
            }
            report.guides.push(guide?);
        }
        signals.abort();
        Ok(report)
    }

    async fn guide(&self, job: &Job, before: &[Job], cancelled: &watch::Receiver<bool>) -> Result<GuideAudit, Stop> {
        let (sound, heard) = self.sound(job, cancelled).await?;
        let mut mutants = audit::mutants(&job.document, &job.plan);
        // Runs of alternatives have blocks in common; a mistake in one of them is made once.
        let done = blocks_of(job, before);
        mutants.retain(|mutant| !done.contains(&mutant.block));
        let block = |mutant: &Mutant| job.document.blocks[mutant.block].id.as_str();
        mutants.retain(|mutant| self.only.is_none_or(|only| only == block(mutant)));
        let possible = mutants.len();
        let (run, judge): (Vec<Mutant>, Vec<Mutant>) = mutants.into_iter().partition(Mutant::needs_run);
        let run: Vec<Mutant> = audit::sample(&run, self.limit)
            .into_iter()
            .map(|index| run[index].clone())
            .collect();
        self.terminal.say(&format!(
            "{}: {possible} mistakes could be made; judging {} in expectations, running {} in commands",
            job.plan.guide,
            judge.len(),
            run.len()
        ));
        let mut judged: Vec<Judged> = judge
            .iter()
            .map(|mutant| told(job, mutant, self.rejudged(job, mutant, &heard)))
            .collect();
        judged.extend(self.ran(job, &run, &sound, cancelled).await?);
        judged.sort_by_key(|judged| judged.line);
        let mut loose = weak::accepts_anything(&job.document, &job.plan);
        loose.extend(weak::by_trial(
            &job.document,
            &job.plan,
            &verify::accepting(job, &heard),
        ));
        loose.sort_by_key(|weak| weak.line);
        Ok(GuideAudit {
            guide: match &job.plan.alternative {
                Some(name) => format!("{} (tab {name})", job.plan.guide),
                None => job.plan.guide.clone(),
            },
            path: job.document.source.path.clone(),
            possible,
            mutants: judged,
            loose,
            without_expectation: weak::without_expectation(&job.document, &job.plan),
        })
    }

    /// Runs the guide as it is, which must pass.
    async fn sound(&self, job: &Job, cancelled: &watch::Receiver<bool>) -> Result<(GuideReport, Vec<Heard>), Stop> {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        let options = verify::Options {
            heard: Some(sender),
            ..self.options.clone()
        };
        let (events, received) = mpsc::unbounded_channel();
        let consumer = tokio::spawn(reporting::consume(*self.terminal, received));
        let result = verify::run(vec![job.clone()], &options, &events, cancelled, reporting::now()).await;
        drop((events, options));
        let report = consumer.await.unwrap_or_default().report();
        result?;
        let guide = report.guides.first().cloned();
        let Some(guide) = guide.filter(|guide| guide.verdict == results::Verdict::Passed) else {
            return Err(Stop::Unsound(Box::new(report)));
        };
        let mut heard = Vec::new();
        while let Ok(one) = receiver.try_recv() {
            heard.push(one);
        }
        Ok((guide, heard))
    }

    fn applied(&self, job: &Job, mutant: &Mutant) -> Result<Applied, Fate> {
        let of_site = |site: &super::site::Site| site.guides.iter().any(|guide| guide.name == job.plan.guide);
        let ours = job.plan.side == Side::Revised && self.targets.site.as_ref().is_some_and(of_site);
        let strictness = if ours { Strictness::Guide } else { Strictness::Foreign };
        let applied = mutant.applied(&job.document, &job.plan, &job.plan.machines, strictness);
        match applied.errors.first() {
            Some(error) => Err(Fate::Caught {
                by: By::Text,
                message: error.message.clone(),
            }),
            None => Ok(applied),
        }
    }

    /// Judges what the guide printed by an expectation with a mistake.
    fn rejudged(&self, job: &Job, mutant: &Mutant, heard: &[Heard]) -> Fate {
        let applied = match self.applied(job, mutant) {
            Ok(applied) => applied,
            Err(fate) => return fate,
        };
        let changed = Job {
            plan: applied.plan,
            document: applied.document,
        };
        match verify::rejudge(&changed, heard) {
            Some((_, failure)) => Fate::Caught {
                by: By::Comparison,
                message: failure.message,
            },
            None => Fate::Survived {
                reason: audit::report::Reason::Accepted,
                message: "the same output passes with this expectation as well".to_owned(),
            },
        }
    }

    /// Runs the mutants, several at a time; each ends at the first block that is not as stated.
    async fn ran(
        &self,
        job: &Job,
        mutants: &[Mutant],
        sound: &GuideReport,
        cancelled: &watch::Receiver<bool>,
    ) -> Result<Vec<Judged>, Stop> {
        let mut judged = Vec::new();
        let (mut trials, mut tried) = (Vec::new(), Vec::new());
        for mutant in mutants {
            match self.applied(job, mutant) {
                Err(fate) => judged.push(told(job, mutant, fate)),
                Ok(Applied { plan, document, .. }) => {
                    trials.push(Trial::new(Job { plan, document }, job));
                    tried.push(mutant);
                }
            }
        }
        let (outcomes, mut received) = mpsc::unbounded_channel();
        let running = async {
            let result = verify::trials(job, &trials, &self.options, &outcomes, cancelled).await;
            drop(outcomes);
            result
        };
        let telling = async {
            let (mut usual, mut unnoticed) = (Usual::of(&sound.blocks), Vec::new());
            while let Some(news) = received.recv().await {
                let (trial, outcome) = match news {
                    verify::Told::Trial(trial, outcome) => (trial, outcome),
                    verify::Told::Itself(block) => {
                        usual.add(&block);
                        continue;
                    }
                };
                let mutant = tried[trial];
                let (done, all) = (judged.len() + unnoticed.len() + 1, mutants.len());
                let fate = match outcome {
                    Tried::Unnoticed(blocks) => {
                        let change = told(job, mutant, Fate::Unclear { message: String::new() });
                        self.terminal.say(&format!(
                            "{done} of {all}: survived: line {}, {}",
                            change.line,
                            change.change()
                        ));
                        unnoticed.push((mutant, blocks));
                        continue;
                    }
                    Tried::Noticed(block) => noticed(*block),
                    Tried::Unclear(message) => Fate::Unclear { message },
                };
                let judgement = told(job, mutant, fate);
                self.terminal.say(&format!("{done} of {all}: {}", line(&judgement)));
                judged.push(judgement);
            }
            // Only now it is known what the guide itself prints otherwise each time.
            judged.extend(unnoticed.into_iter().map(|(mutant, blocks)| {
                let (reason, message) = audit::explain(mutant, &job.document, &job.plan, &usual, &blocks);
                told(job, mutant, Fate::Survived { reason, message })
            }));
        };
        let (result, ()) = tokio::join!(running, telling);
        result?;
        Ok(judged)
    }
}

/// The blocks that other runs of the same text have run before.
fn blocks_of(job: &Job, before: &[Job]) -> BTreeSet<usize> {
    let same = |other: &&Job| other.plan.guide == job.plan.guide && other.plan.side == job.plan.side;
    let steps = before.iter().filter(same).flat_map(|other| &other.plan.steps);
    steps
        .filter(|step| step.not_run.is_none())
        .map(|step| step.block)
        .collect()
}

/// The mistakes that could be made in a guide, for people: one line each.
pub(super) fn dry_run(job: &Job) -> String {
    let mutants = audit::mutants(&job.document, &job.plan);
    let lines = mutants.iter().map(|mutant| {
        let block = &job.document.blocks[mutant.block].id;
        let judged = told(job, mutant, Fate::Unclear { message: String::new() });
        let place = format!("{}:{}", job.document.source.path, mutant.line);
        format!("{place}  {block}  {}: {}", mutant.kind.words(), judged.change())
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A mistake that a block's run brought to light.
fn noticed(block: BlockReport) -> Fate {
    Fate::Caught {
        by: By::Run,
        message: format!("{}: {}", block.id, block.reason.unwrap_or_default()),
    }
}

fn told(job: &Job, mutant: &Mutant, fate: Fate) -> Judged {
    Judged {
        kind: mutant.kind,
        block: job.document.blocks[mutant.block].id.clone(),
        line: mutant.line,
        before: mutant.before.clone(),
        after: mutant.after.clone(),
        fate,
    }
}

fn line(judged: &Judged) -> String {
    let (word, message) = match &judged.fate {
        Fate::Caught { message, .. } => ("noticed", message),
        Fate::Survived { message, .. } => ("survived", message),
        Fate::Unclear { message } => ("unclear", message),
    };
    format!("{word}: line {}, {}: {message}", judged.line, judged.change())
}
