//! Trials: would a run notice if one step of a guide were another one? Many are decided by few runs.
//!
//! A trial is a text that is like the guide's up to one of its steps. A run follows the guide itself; before a step it
//! does that step of the trials that begin there, one after the other:
//!
//! - One that is not as stated has been noticed. The guide's own step is then run in the same state. If that passes,
//!   nothing that the trial left behind is to blame; if not, the trial is decided once more, in a run of its own.
//! - One that passes has changed something. If no other was tried on these machines before, the run follows its text from
//!   there on, to the first block that is not as stated, or to the end; then nobody has noticed it. Else what the others
//!   left behind might help it, or be noticed in its place: it is decided in a run of its own, and this one is over.

use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::future::join_all;
use tokio::sync::{mpsc, watch};

use crate::diagnostic::with_causes;
use crate::plan::Step;
use crate::report::results::{BlockReport, Status};
use crate::sandbox::{Engine, SandboxError};
use crate::verify::pool::{Course, Pool};
use crate::verify::runner::Runner;
use crate::verify::warm::{self, Warm};
use crate::verify::{Job, Options, guide};

/// A guide with something else in one step.
#[derive(Debug, Clone)]
pub struct Trial {
    /// All of it.
    pub job: Job,
    /// Index in `Plan::steps` of the first step that is not the guide's.
    pub step: usize,
}

impl Trial {
    /// Makes a trial of `job`, which is like `guide` up to some step.
    pub fn new(job: Job, guide: &Job) -> Self {
        let pairs = job.plan.steps.iter().zip(&guide.plan.steps);
        let same = pairs.take_while(|(one, other)| one == other).count();
        let last = guide.plan.steps.len().saturating_sub(1);
        Self {
            job,
            step: same.min(last),
        }
    }

    fn first(&self) -> Option<&Step> {
        self.job.plan.steps.get(self.step)
    }
}

/// What came of a trial.
#[derive(Debug, Clone, PartialEq)]
pub enum Tried {
    /// A block was not as stated.
    Noticed(Box<BlockReport>),
    /// All blocks were as stated.
    Unnoticed(Vec<BlockReport>),
    /// docgen could not find out, and why.
    Unclear(String),
}

/// What is told while trials are decided.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// What came of a trial, by its index.
    Trial(usize, Tried),
    /// The guide's own block passed once more: what it prints may be another thing each time.
    Itself(Box<BlockReport>),
}

/// Decides `trials` of `guide`, which passes. Each outcome is told as soon as it is known.
/// `cancelled` turning true ends all runs; what is not decided then is not told.
///
/// # Errors
/// If no engine answers.
pub async fn trials(
    guide: &Job,
    trials: &[Trial],
    options: &Options,
    outcomes: &mpsc::UnboundedSender<Told>,
    cancelled: &watch::Receiver<bool>,
) -> Result<(), SandboxError> {
    let engine = Engine::connect(options.engine.as_deref()).await?;
    let mut interrupted = cancelled.clone();
    let warm = tokio::select! {
        biased;
        _ = interrupted.wait_for(|cancelled| *cancelled) => return Ok(()),
        warm = warm::warm(&engine, guide, options) => warm,
    };
    // Without a head start it only takes longer.
    let warm = warm.ok().flatten().unwrap_or_else(|| Warm::cold(guide));
    let begins: Vec<usize> = trials.iter().map(|trial| trial.step).collect();
    let tried = Trying {
        engine: &engine,
        guide,
        trials,
        options,
        outcomes,
        pool: Mutex::new(Pool::new(begins, warm.done)),
        warm: &warm,
    };
    // Runs of their own may become due while the last of the others end.
    while !*cancelled.borrow() && tried.pool().has_more() {
        join_all((0..options.jobs.max(1)).map(|_| tried.work(cancelled))).await;
    }
    for image in &warm.images {
        engine.forget(image).await;
    }
    Ok(())
}

struct Trying<'a> {
    engine: &'a Engine,
    guide: &'a Job,
    trials: &'a [Trial],
    options: &'a Options,
    outcomes: &'a mpsc::UnboundedSender<Told>,
    pool: Mutex<Pool>,
    warm: &'a Warm,
}

/// Trials that were noticed by a run, until it is known that it was not for what others left behind.
type Pending = Vec<(usize, BlockReport)>;

impl<'a> Trying<'a> {
    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, trial: usize, tried: Tried) {
        drop(self.outcomes.send(Told::Trial(trial, tried)));
    }

    /// One run after the other, as long as there is something to decide.
    async fn work(&self, cancelled: &watch::Receiver<bool>) {
        while !*cancelled.borrow() {
            let Some(course) = self.pool().next() else { return };
            let mut cancelled = cancelled.clone();
            let done = self.machines(course, &mut cancelled).await;
            let error = done.err().filter(|_| !*cancelled.borrow());
            let given_up = self.pool().ended(course, error.is_none());
            for trial in given_up {
                let reason = error.clone();
                let reason = reason.unwrap_or_else(|| "the guide itself did not pass any more".to_owned());
                self.tell(trial, Tried::Unclear(reason));
            }
        }
    }

    /// Makes the machines, runs a course on them, and removes them.
    async fn machines(&self, course: Course, cancelled: &mut watch::Receiver<bool>) -> Result<(), String> {
        let (slow, _) = mpsc::unbounded_channel();
        let begins_late = match course {
            Course::Shared => true,
            Course::Alone(trial) => self.trials[trial].step >= self.warm.done,
        };
        let (job, from) = if begins_late {
            (&self.warm.job, self.warm.done)
        } else {
            (self.guide, 0)
        };
        let sandbox = guide::start(self.engine, job, self.options, slow).await;
        let sandbox = sandbox.map_err(|error| with_causes(&error))?;
        let work = async {
            let machines = guide::machines(&sandbox, job).await;
            let machines = machines.map_err(|error| with_causes(&error))?;
            let (events, _) = mpsc::unbounded_channel();
            let mut runner = Runner::new(self.guide, &machines, &events, self.options);
            match course {
                Course::Alone(trial) => self.alone(&mut runner, trial, from).await,
                Course::Shared => self.shared(&mut runner, from).await,
            }
        };
        let result = tokio::select! {
            biased;
            _ = cancelled.wait_for(|cancelled| *cancelled) => Err("the run was interrupted".to_owned()),
            result = work => result,
        };
        let stopped = match &result {
            Ok(()) => sandbox.stop().await,
            Err(_) => sandbox.abandon().await,
        };
        // What could not be removed is swept by the next run; it does not change what was found out.
        drop(stopped);
        result
    }

    /// One trial in a run of its own: what it prints is its own doing.
    async fn alone(&self, runner: &mut Runner<'a>, number: usize, from: usize) -> Result<(), String> {
        let trial = &self.trials[number];
        let mut before = Vec::new();
        for step in &self.guide.plan.steps[from..trial.step] {
            let report = runner.step(step).await;
            if !as_planned(step, &report) {
                return Err(not_passing(&report));
            }
            before.push(report);
        }
        runner.follow(&trial.job);
        self.tell(number, follow(runner, trial, trial.step, before).await);
        Ok(())
    }

    /// The guide, with the trials that begin at each step tried before it.
    async fn shared(&self, runner: &mut Runner<'a>, from: usize) -> Result<(), String> {
        let mut before = Vec::new();
        let mut pending = Pending::new();
        let mut touched = false;
        for (at, step) in self.guide.plan.steps.iter().enumerate().skip(from) {
            if pending.is_empty() && !self.pool().has_from(at) {
                return Ok(());
            }
            if self.tried_at(runner, at, &before, &mut pending, &mut touched).await {
                return Ok(());
            }
            let report = runner.step(step).await;
            if !as_planned(step, &report) {
                let spoilt = pending.iter().map(|(trial, _)| *trial).collect::<Vec<_>>();
                self.pool().set_apart(&spoilt);
                return if spoilt.is_empty() {
                    Err(not_passing(&report))
                } else {
                    Ok(())
                };
            }
            let (proven, open) = pending.into_iter().partition(|(trial, _)| {
                self.trials[*trial]
                    .first()
                    .is_some_and(|first| first.block == step.block)
            });
            pending = open;
            self.noticed(proven);
            drop(self.outcomes.send(Told::Itself(Box::new(report.clone()))));
            before.push(report);
        }
        let open: Vec<usize> = pending.iter().map(|(trial, _)| *trial).collect();
        self.pool().set_apart(&open);
        Ok(())
    }

    /// Tries what begins at a step; returns whether the run is over, because a trial passed there. `touched` says whether
    /// any was tried on these machines before.
    async fn tried_at(
        &self,
        runner: &mut Runner<'a>,
        at: usize,
        before: &[BlockReport],
        pending: &mut Pending,
        touched: &mut bool,
    ) -> bool {
        loop {
            let Some(number) = self.pool().take(at) else {
                return false;
            };
            let trial = &self.trials[number];
            let Some(first) = trial.first() else {
                self.tell(number, Tried::Unclear("nothing of it would be run".to_owned()));
                continue;
            };
            let captures = runner.captures.clone();
            runner.follow(&trial.job);
            let report = runner.step(first).await;
            let touched = std::mem::replace(touched, true);
            if report.status == Status::Error {
                self.pool().set_apart(&[number]);
            } else if as_planned(first, &report) {
                let open: Vec<usize> = pending.drain(..).map(|(trial, _)| trial).collect();
                self.pool().put_back(&open);
                if touched {
                    self.pool().set_apart(&[number]);
                    return true;
                }
                let before = before.iter().cloned().chain([report]).collect();
                self.tell(number, follow(runner, trial, at + 1, before).await);
                return true;
            } else {
                pending.push((number, report));
            }
            runner.captures = captures;
            runner.follow(self.guide);
        }
    }

    fn noticed(&self, proven: Pending) {
        for (trial, report) in proven {
            self.tell(trial, Tried::Noticed(Box::new(report)));
        }
    }
}

/// Runs the steps of a trial from `from` on, up to the first that is not as stated.
async fn follow(runner: &mut Runner<'_>, trial: &Trial, from: usize, mut blocks: Vec<BlockReport>) -> Tried {
    for step in trial.job.plan.steps.iter().skip(from) {
        let report = runner.step(step).await;
        if report.status == Status::Error {
            return Tried::Unclear(not_passing(&report));
        }
        if !as_planned(step, &report) {
            return Tried::Noticed(Box::new(report));
        }
        blocks.push(report);
    }
    Tried::Unnoticed(blocks)
}

/// A step is as stated, or was not to be run at all.
pub(super) fn as_planned(step: &Step, report: &BlockReport) -> bool {
    report.status == Status::Passed || step.not_run.is_some()
}

pub(super) fn not_passing(report: &BlockReport) -> String {
    format!("{}: {}", report.id, report.reason.as_deref().unwrap_or_default())
}
