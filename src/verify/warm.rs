//! The head start of trials: what a guide does first, installing packages, is done once and kept.
//!
//! Only steps are left out that change nothing but the disk. Whether the rest of the guide passes from there is seen by
//! each run that follows it.

use tokio::sync::mpsc;

use crate::diagnostic::with_causes;
use crate::plan::{Action, Step};
use crate::sandbox::Engine;
use crate::shell;
use crate::verify::runner::Runner;
use crate::verify::trial::{as_planned, not_passing};
use crate::verify::{Job, Options, guide};

/// Programs that change the disk and leave nothing running, or only what starts with the machine.
const DISK: [&str; 9] = [
    "apt-get",
    "apt",
    "dnf",
    "yum",
    "apk",
    "usermod",
    "useradd",
    "groupadd",
    "update-ca-certificates",
];

/// A guide that begins with some of its steps done.
pub(super) struct Warm {
    /// The guide; its machines start from images in which the steps are done.
    pub job: Job,
    /// How many of its steps are done.
    pub done: usize,
    /// The images, to be forgotten at the end.
    pub images: Vec<String>,
}

impl Warm {
    /// The guide with none of its steps done.
    pub(super) fn cold(job: &Job) -> Self {
        Self {
            job: job.clone(),
            done: 0,
            images: Vec::new(),
        }
    }
}

/// Does the first steps of a guide and keeps the disks; `None` if it does not begin with such steps.
pub(super) async fn warm(engine: &Engine, job: &Job, options: &Options) -> Result<Option<Warm>, String> {
    let done = head(job);
    if done == 0 {
        return Ok(None);
    }
    let (slow, _) = mpsc::unbounded_channel();
    let sandbox = guide::start(engine, job, options, slow).await;
    let sandbox = sandbox.map_err(|error| with_causes(&error))?;
    let work = async {
        let machines = guide::machines(&sandbox, job).await;
        let machines = machines.map_err(|error| with_causes(&error))?;
        let (events, _) = mpsc::unbounded_channel();
        let mut runner = Runner::new(job, &machines, &events, options);
        for step in &job.plan.steps[..done] {
            let report = runner.step(step).await;
            if !as_planned(step, &report) {
                return Err(not_passing(&report));
            }
        }
        let mut warm = Warm {
            job: job.clone(),
            done,
            images: Vec::new(),
        };
        let touched = |index: usize| job.plan.steps[..done].iter().any(|step| step.machine == index);
        for (index, machine) in machines.iter().enumerate() {
            let Some(machine) = machine.as_ref().filter(|_| touched(index)) else {
                continue;
            };
            let image = sandbox.disk(machine).await.map_err(|error| with_causes(&error))?;
            let spec = &mut warm.job.plan.machines[index];
            (spec.image, spec.prepare) = (image.clone(), None);
            spec.files.clear();
            warm.images.push(image);
        }
        Ok(Some(warm))
    };
    let result = work.await;
    drop(sandbox.stop().await);
    result
}

/// How many steps at the head of a guide change nothing but the disk.
fn head(job: &Job) -> usize {
    job.plan.steps.iter().take_while(|step| changes_the_disk(step)).count()
}

fn changes_the_disk(step: &Step) -> bool {
    let Action::Commands(commands) = &step.action else {
        return false;
    };
    let programs = |script: &str| {
        let commands = shell::simple_commands(script).into_iter();
        commands
            .map(|command| {
                let mut words = command.words.into_iter().map(|word| script[word].to_owned());
                words.find(|word| word != "sudo").unwrap_or_default()
            })
            .collect::<Vec<_>>()
    };
    let plain = !commands.enter && !commands.leave && step.fills.is_empty() && step.not_run.is_none();
    plain
        && commands.pastes.iter().all(|paste| {
            let programs = programs(&paste.script);
            let shows_nothing = paste
                .expected
                .iter()
                .all(|shown| shown.expectation.captures().is_empty());
            shows_nothing && !programs.is_empty() && programs.iter().all(|name| DISK.contains(&name.as_str()))
        })
}
