//! One guide: its machines, its steps, and the end of both.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use futures_util::future::join_all;
use tokio::sync::{mpsc, oneshot, watch};

use crate::check::Secrets;
use crate::diagnostic::with_causes;
use crate::model::machine::{MachineSpec, NetworkPolicy};
use crate::parse::machine_place;
use crate::plan::Step;
use crate::report::event::Event;
use crate::report::masking;
use crate::report::results::{ImageReport, MachineReport, Status};
use crate::sandbox::{self, Engine, ImageFacts, Machine, RunId, Sandbox, SandboxError, SandboxEvent, SandboxOptions};
use crate::verify::fast::{self, Started};
use crate::verify::runner::{Runner, set};
use crate::verify::{Held, Job, Options, Rewrite, millis, planned};

/// Memory of a machine if nobody says, in bytes.
const MEMORY: u64 = 4 << 30;
/// Processes of a machine.
const PIDS: i64 = 4096;

/// Tells what happens to a guide as a whole; no value of its machines' secrets leaves.
struct Teller<'a> {
    events: &'a mpsc::UnboundedSender<Event>,
    secrets: Secrets,
}

impl<'a> Teller<'a> {
    fn new(job: &Job, events: &'a mpsc::UnboundedSender<Event>) -> Self {
        let mut secrets = Secrets::new();
        for value in job.plan.machines.iter().flat_map(sandbox::secrets) {
            secrets.add("secret", &value);
        }
        Self { events, secrets }
    }

    fn tell(&self, mut event: Event) {
        masking::event(&mut event, &self.secrets);
        drop(self.events.send(event));
    }
}

/// Runs one guide and returns what was left behind.
pub(super) async fn run(
    engine: &Engine,
    job: &Job,
    options: &Options,
    events: &mpsc::UnboundedSender<Event>,
    cancelled: watch::Receiver<bool>,
) -> Vec<String> {
    let clock = Instant::now();
    let teller = Teller::new(job, events);
    let (slow, forward) = slow_steps(job, events.clone());
    let outcome = match start(engine, job, options, slow).await {
        Ok(sandbox) => {
            let result = inside(&sandbox, job, options, &teller, cancelled).await;
            let stopped = match result {
                Ok(()) => sandbox.stop().await,
                Err(_) => sandbox.abandon().await,
            };
            (result.err(), stopped)
        }
        Err(error) => {
            let error = with_causes(&error);
            not_begun(job, &error, &teller);
            (Some(error), Ok(()))
        }
    };
    drop(forward);
    let (error, left) = match outcome {
        (error, Ok(())) => (error, Vec::new()),
        (error, Err(stop)) => (
            error.or_else(|| Some(with_causes(&stop))),
            vec![format!("perhaps: {}", with_causes(&stop))],
        ),
    };
    teller.tell(Event::GuideFinished {
        guide: job.key(),
        duration_ms: millis(clock.elapsed()),
        error,
    });
    left
}

/// Makes the machines and runs the steps, or says why docgen could not tell.
async fn inside(
    sandbox: &Sandbox,
    job: &Job,
    options: &Options,
    teller: &Teller<'_>,
    mut cancelled: watch::Receiver<bool>,
) -> Result<(), String> {
    let mut begun = false;
    let work = async {
        let mut started = started(sandbox, job, options, teller)
            .await
            .map_err(|error| told(job, &error))?;
        let machines = std::mem::take(&mut started.machines);
        begun = true;
        teller.tell(Event::GuideStarted {
            guide: job.key(),
            machines: job
                .plan
                .machines
                .iter()
                .zip(&machines)
                .filter_map(|(spec, m)| m.as_ref().map(|m| report(spec, m)))
                .collect(),
            deviations: deviations(job, &machines),
            notes: job.plan.notes.clone(),
            planned: planned::blocks(&job.document, &job.plan),
        });
        steps(sandbox, job, options, &machines, started, teller.events).await;
        Ok(())
    };
    let result = tokio::select! {
        biased;
        _ = cancelled.wait_for(|cancelled| *cancelled) => Err("the run was interrupted".to_owned()),
        result = work => result,
    };
    if let (Err(error), false) = (&result, begun) {
        not_begun(job, error, teller);
    }
    result
}

/// An error of the sandbox, and where the text describes the machine that it is about.
fn told(job: &Job, error: &SandboxError) -> String {
    let text = with_causes(error);
    let machine = job.plan.machines.iter().find(|machine| error.concerns(machine));
    let place = machine.and_then(|machine| Some((machine, machine_place::place(&job.document, &machine.name)?)));
    match place {
        Some((machine, span)) => {
            let (source, name) = (&job.document.source, &machine.name);
            let line = source.line(span.start);
            format!("{text}\nmachine `{name}` is described at {}:{line}", source.path)
        }
        None => text,
    }
}

/// Tells the blocks of a guide whose machines did not come up: what is planned is reported.
fn not_begun(job: &Job, error: &str, teller: &Teller<'_>) {
    let planned = planned::blocks(&job.document, &job.plan);
    let reason = format!("it was not run: {}", error.lines().next().unwrap_or_default());
    teller.tell(Event::GuideStarted {
        guide: job.key(),
        machines: Vec::new(),
        deviations: Vec::new(),
        notes: job.plan.notes.clone(),
        planned: planned.clone(),
    });
    for (step, planned) in job.plan.steps.iter().zip(&planned) {
        let mut report = planned::report(planned, step);
        if step.not_run.is_none() {
            set(&mut report, Status::Error, &reason);
        }
        teller.tell(Event::BlockFinished {
            guide: job.key(),
            block: Box::new(report),
        });
    }
}

/// Starts the machines, from a snapshot if that is asked for and possible.
async fn started(
    sandbox: &Sandbox,
    job: &Job,
    options: &Options,
    teller: &Teller<'_>,
) -> Result<Started, SandboxError> {
    let Some(pays) = options.fast else {
        return Ok(Started::cold(machines(sandbox, job).await?));
    };
    let tell = |doing: String| {
        let guide = job.key();
        teller.tell(Event::GuidePreparing { guide, doing });
    };
    fast::start(sandbox, job, pays, tell).await
}

async fn steps(
    sandbox: &Sandbox,
    job: &Job,
    options: &Options,
    machines: &[Option<Machine>],
    started: Started,
    events: &mpsc::UnboundedSender<Event>,
) {
    let Started {
        known,
        made,
        terminals,
        mut fast,
        ..
    } = started;
    let mut runner = Runner::new(job, machines, events, options);
    let mut failed = false;
    let mut last = None;
    for (step, known) in job.plan.steps.iter().zip(&known) {
        let block = Box::new(runner.replay(step, known, &made));
        drop(events.send(Event::BlockFinished {
            guide: job.key(),
            block,
        }));
    }
    runner.terminals.adopt(terminals);
    for step in job.plan.steps.iter().skip(known.len()) {
        let report = if failed && options.fail_fast {
            runner.after_failure(step)
        } else {
            if let Some(fast) = &mut fast {
                fast.before(step, &mut runner);
            }
            runner.step(step).await
        };
        failed |= !matches!(report.status, Status::Passed | Status::Skipped | Status::NotVerified);
        if report.attempts > 0 {
            last = Some(step);
        }
        let said = match &mut fast {
            Some(fast) => fast.after(sandbox, step, &report, &mut runner).await,
            None => None,
        };
        if let Some(text) = said.filter(|_| options.output) {
            let (guide, id) = (job.key(), report.id.clone());
            drop(events.send(Event::BlockOutput { guide, id, text }));
        }
        drop(events.send(Event::BlockFinished {
            guide: job.key(),
            block: Box::new(report),
        }));
    }
    if let (Some(rewrites), Some(edits)) = (&options.rewrites, runner.edits.take()) {
        drop(rewrites.send(Rewrite {
            run: job.key(),
            path: job.document.source.path.clone(),
            edits,
        }));
    }
    if let (Some(hold), Some(step)) = (&options.hold, last) {
        held(job, machines, &runner, step, failed, hold).await;
    }
}

/// Lets somebody look at the machines, until they are released.
async fn held(
    job: &Job,
    machines: &[Option<Machine>],
    runner: &Runner<'_>,
    step: &Step,
    failed: bool,
    hold: &mpsc::UnboundedSender<Held>,
) {
    let Some(machine) = machines.get(step.machine).and_then(Option::as_ref) else {
        return;
    };
    let (release, released) = oneshot::channel();
    let held = Held {
        guide: job.key(),
        failed,
        machine: job.plan.machines[step.machine].name.clone(),
        container: machine.container().to_owned(),
        user: machine.options().user,
        cwd: runner.terminals.cwd(&(step.machine, step.terminal.clone())),
        release,
    };
    if hold.send(held).is_ok() {
        drop(released.await);
    }
}

pub(super) async fn start(
    engine: &Engine,
    job: &Job,
    options: &Options,
    slow: mpsc::UnboundedSender<SandboxEvent>,
) -> Result<Sandbox, SandboxError> {
    let internal = |machine: &MachineSpec| machine.network != NetworkPolicy::Full;
    let all_internal = !job.plan.machines.is_empty() && job.plan.machines.iter().all(internal);
    let network = options.network.unwrap_or(if all_internal {
        NetworkPolicy::Internal
    } else {
        NetworkPolicy::Full
    });
    let sandbox = SandboxOptions {
        run: RunId::new(),
        network,
        watchdog: options.watchdog.clone(),
        memory: Some(options.memory.unwrap_or(MEMORY)),
        pids: Some(PIDS),
        events: Some(slow),
    };
    Sandbox::start(engine, sandbox).await
}

/// Starts the machines that some step runs on, and those that are services; the others stay `None`.
pub(super) async fn machines(sandbox: &Sandbox, job: &Job) -> Result<Vec<Option<Machine>>, SandboxError> {
    let used: BTreeSet<usize> = job
        .plan
        .steps
        .iter()
        .filter(|step| step.not_run.is_none())
        .map(|step| step.machine)
        .collect();
    let wanted = job
        .plan
        .machines
        .iter()
        .enumerate()
        .filter(|(index, spec)| used.contains(index) || spec.run.is_some());
    // All are waited for, also if one fails: a machine that is given up half made would be left behind.
    let started = join_all(wanted.map(|(index, spec)| async move { sandbox.machine(spec).await.map(|m| (index, m)) }));
    let mut by_index: BTreeMap<usize, Machine> = started.await.into_iter().collect::<Result<_, _>>()?;
    Ok((0..job.plan.machines.len())
        .map(|index| by_index.remove(&index))
        .collect())
}

fn report(spec: &MachineSpec, machine: &Machine) -> MachineReport {
    let facts = machine.facts();
    let own = image(&facts.image);
    MachineReport {
        name: spec.name.clone(),
        image: own.image,
        image_id: own.image_id,
        digest: own.digest,
        local_build: own.local_build,
        kind: spec.kind,
        stand_in: own.stand_in,
        images: facts.inner_images.iter().map(image).collect(),
    }
}

fn image(facts: &ImageFacts) -> ImageReport {
    ImageReport {
        image: facts.name.clone(),
        image_id: facts.id.clone(),
        digest: facts.digest.clone(),
        local_build: facts.local_build,
        stand_in: facts.stand_in.clone(),
    }
}

/// One sentence each, with the machine's name where there are several.
fn deviations(job: &Job, machines: &[Option<Machine>]) -> Vec<String> {
    let several = job.plan.machines.len() > 1;
    let name = |machine: &Machine, text: &String| {
        if several {
            format!("{}: {text}", machine.facts().machine)
        } else {
            text.clone()
        }
    };
    machines
        .iter()
        .flatten()
        .flat_map(|machine| machine.facts().deviations.iter().map(|text| name(machine, text)))
        .collect()
}

/// Turns the sandbox's slow steps into events; the handle ends with the sender.
fn slow_steps(
    job: &Job,
    events: mpsc::UnboundedSender<Event>,
) -> (mpsc::UnboundedSender<SandboxEvent>, tokio::task::JoinHandle<()>) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let key = job.key();
    let forward = tokio::spawn(async move {
        while let Some(event) = receiver.recv().await {
            let doing = match event {
                SandboxEvent::Pulling { image } => format!("pulling {image}"),
                SandboxEvent::Preparing { machine } => format!("preparing machine {machine} (kept for later runs)"),
                SandboxEvent::FillingStore { images } => {
                    format!("handing over {} (kept for later runs)", images.join(", "))
                }
                SandboxEvent::Starting { machine } => format!("starting machine {machine}"),
                SandboxEvent::Ready { .. } => continue,
            };
            drop(events.send(Event::GuidePreparing {
                guide: key.clone(),
                doing,
            }));
        }
    });
    (sender, forward)
}
