//! `docgen verify`: runs guides in containers and says truthfully what worked.

mod options;

use std::path::{Path, PathBuf};

use tokio::sync::{mpsc, watch};

use super::exit::Verdict;
use super::reporting::{self, Asked, ReportTarget};
use super::targets::{self, Targets};
use super::terminal::{Loudness, Terminal};
use super::{audit, hold, interrupt, logs, nothing, rewriting, screenshots, site};
use crate::foreign;
use crate::model::guide::{Guide, Side};
use crate::parse::guide::DEFAULT_IMAGE;
use crate::parse::values;
use crate::plan::{self, Selection};
use crate::report::event::GuideKey;
use crate::report::results::Shard;
use crate::report::unread::Unread;
use crate::verify::{self, Job};

pub(super) use options::Options;

pub(super) fn run(terminal: &Terminal, root: Option<&Path>, options: &Options) -> Verdict {
    let reading = foreign::Options {
        outputs: options.outputs,
        image: options.image.clone().unwrap_or_else(|| DEFAULT_IMAGE.to_owned()),
        tab: options.alternative.clone(),
    };
    let mut targets = match targets::find(root, &options.guides, &reading) {
        Ok(targets) => targets,
        Err(error) => {
            terminal.error(&error, error.help().as_deref());
            return Verdict::CouldNotTell;
        }
    };
    terminal.diagnostics(&targets.diagnostics);
    if site::is_fatal(&targets.diagnostics, false) {
        terminal.count(&targets.diagnostics);
        terminal.say("nothing was run: the text is wrong");
        let written = reporting::write_unread(
            terminal,
            &unread(&targets, options),
            &targets.diagnostics,
            options.shard,
            &options.report,
        );
        return if written { Verdict::Wrong } else { Verdict::CouldNotTell };
    }
    if let Some((fact, help)) = refusal(&targets, options) {
        terminal.error(&std::io::Error::other(fact), Some(&help));
        return Verdict::CouldNotTell;
    }
    set_machines(&mut targets, options);
    let jobs = match jobs(&targets, options) {
        Ok(jobs) => jobs,
        Err(error) => {
            terminal.error(&error, Some(&error.remedy()));
            return Verdict::CouldNotTell;
        }
    };
    if options.dry_run {
        let said = if options.audit {
            audit::dry_run
        } else {
            reporting::dry_run
        };
        jobs.iter().for_each(|job| terminal.result(&said(job)));
        return Verdict::AsStated;
    }
    if !jobs.iter().any(|job| job.plan.has_work()) {
        nothing::tell(terminal, &targets, &jobs);
        return Verdict::CouldNotTell;
    }
    let reports = options.report.iter().filter_map(ReportTarget::path);
    let files: Vec<&Path> = reports.chain(options.audit_json.as_deref()).collect();
    if !reporting::make_room(terminal, &files) {
        return Verdict::CouldNotTell;
    }
    if options.audit {
        let audit = audit::Audit {
            terminal,
            options: run_options(options),
            limit: options.audit_limit,
            json: options.audit_json.clone(),
            only: options.only.as_deref(),
            targets: &targets,
        };
        return audit.run(&jobs);
    }
    execute(terminal, &targets, jobs, options)
}

/// Why nothing is run, if these options do not fit these guides or this place, and what to do.
fn refusal(targets: &Targets, options: &Options) -> Option<(String, String)> {
    let in_ci = rewriting::in_ci();
    if options.update && !options.force && in_ci {
        let fact = "`--update` would change files, and CI is set";
        let help = "run it at your desk and commit what it wrote, or add `--force`";
        return Some((fact.to_owned(), help.to_owned()));
    }
    if let Some(help) = unknown_alternative(targets, options) {
        let name = options.alternative.as_deref().unwrap_or_default();
        return Some((format!("no block has the tab `{name}`"), help));
    }
    if options.fast.is_some() && in_ci {
        let fact = "`--fast` takes results from earlier runs, and CI is set";
        let help = "a proof is always run as a whole: leave `--fast` out";
        return Some((fact.to_owned(), help.to_owned()));
    }
    None
}

/// How guides are run, with nobody who listens or looks.
fn run_options(options: &Options) -> verify::Options {
    verify::Options {
        engine: options.engine.clone(),
        watchdog: own_program(),
        jobs: options.jobs,
        memory: options.memory,
        network: options.network,
        fail_fast: options.fail_fast,
        fast: options.fast,
        output: false,
        logs: None,
        rewrites: None,
        heard: None,
        hold: None,
    }
}

/// What to do if the alternative that is asked for is nowhere. Of texts that nobody wrote for docgen their reading tells.
fn unknown_alternative(targets: &Targets, options: &Options) -> Option<String> {
    let wanted = options.alternative.as_deref()?;
    let guides = targets.guides.iter();
    let documents = guides.flat_map(|guide| std::iter::once(&guide.revised).chain(&guide.original));
    let known: Vec<&str> = documents.flat_map(plan::alternatives).collect();
    if known.contains(&wanted) || !targets.readings.is_empty() {
        return None;
    }
    Some(match values::suggestion(wanted, &known) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "blocks become alternatives by `tab=NAME` in their info strings".to_owned(),
        None => format!("there are {}", known.join(", ")),
    })
}

/// Lays the command line's wishes over the machines of the guides.
fn set_machines(targets: &mut Targets, options: &Options) {
    for guide in &mut targets.guides {
        for machine in guide.machines.iter_mut().chain(&mut guide.original_machines) {
            let unnamed = !guide
                .revised
                .front
                .machines
                .iter()
                .any(|(_, keys)| keys.image.is_some());
            if let Some(image) = options.image.as_ref().filter(|_| unnamed && machine.run.is_none()) {
                machine.image.clone_from(image);
            }
            if let Some(network) = options.network {
                machine.network = network;
            }
        }
        if let Some(timeout) = options.timeout {
            let documents = [Some(&mut guide.revised), guide.original.as_mut()];
            for document in documents
                .into_iter()
                .flatten()
                .filter(|document| document.front.timeout.is_none())
            {
                document.front.timeout = Some(timeout);
            }
        }
    }
}

/// One job for each guide, side and alternative that is asked for; what `verify: false` refuses is left out.
fn jobs(targets: &Targets, options: &Options) -> Result<Vec<Job>, plan::BadSelection> {
    let selection = Selection {
        // An audit needs all of the guide, to make mistakes in a part of it.
        only: options.only.clone().filter(|_| !options.audit),
        until: options.until.clone(),
        from: options.from.clone(),
    };
    let mut jobs = Vec::new();
    for guide in targets
        .guides
        .iter()
        .filter(|guide| guide.revised.front.verify != Some(false))
    {
        for side in sides(guide, options) {
            let (document, machines) = match (side, &guide.original) {
                (Side::Original, Some(original)) => (original, &guide.original_machines),
                _ => (&guide.revised, &guide.machines),
            };
            for alternative in plan::runs(document, &selection, options.alternative.as_deref()) {
                let plan = plan::plan(&guide.name, document, machines, &selection, alternative.as_deref())?;
                let plan = match targets.readings.get(&guide.name) {
                    Some(reading) => plan.unattended(reading),
                    None => plan,
                };
                jobs.push(Job {
                    plan,
                    document: document.clone(),
                });
            }
        }
    }
    if let Some(Shard { part, parts }) = options.shard {
        jobs = jobs
            .into_iter()
            .enumerate()
            .filter(|(index, _)| index % parts == part - 1)
            .map(|(_, job)| job)
            .collect();
    }
    Ok(jobs)
}

/// The guides and sides that are not run because a text is wrong.
fn unread(targets: &Targets, options: &Options) -> Vec<Unread> {
    let keys = targets.guides.iter().flat_map(|guide| {
        let documents = std::iter::once(&guide.revised).chain(&guide.original);
        let paths: Vec<String> = documents.map(|document| document.source.path.clone()).collect();
        sides(guide, options).into_iter().map(move |side| Unread {
            key: GuideKey {
                guide: guide.name.clone(),
                side,
                alternative: None,
            },
            paths: paths.clone(),
        })
    });
    keys.collect()
}

fn sides(guide: &Guide, options: &Options) -> Vec<Side> {
    let has_original = guide.original.is_some();
    let revised = !options.original;
    let original = (options.original || options.both) && has_original;
    [(revised, Side::Revised), (original, Side::Original)]
        .into_iter()
        .filter_map(|(wanted, side)| wanted.then_some(side))
        .collect()
}

fn execute(terminal: &Terminal, targets: &Targets, jobs: Vec<Job>, options: &Options) -> Verdict {
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            terminal.error(&error, None);
            return Verdict::CouldNotTell;
        }
    };
    let verdict = runtime.block_on(async {
        let (events, received) = mpsc::unbounded_channel();
        let (cancel, cancelled) = watch::channel(false);
        let (rewrites, rewritten) = mpsc::unbounded_channel();
        let holding = hold::Hold::new(options.keep, options.shell);
        let (pieces, printed) = mpsc::channel(64);
        let logs = options
            .logs
            .clone()
            .map(|folder| tokio::spawn(logs::write(folder, printed)));
        let run_options = verify::Options {
            output: terminal.loudness == Loudness::Verbose,
            logs: logs.is_some().then_some(pieces),
            rewrites: options.update.then_some(rewrites),
            hold: holding.as_ref().map(hold::Hold::sender),
            ..run_options(options)
        };
        let consumer = tokio::spawn(reporting::consume(*terminal, received));
        let signals = tokio::spawn(interrupt::watch(*terminal, cancel));
        let holder = holding.map(|holding| tokio::spawn(holding.serve(*terminal)));
        let result = verify::run(jobs, &run_options, &events, &cancelled, reporting::now()).await;
        drop((events, run_options));
        signals.abort();
        if let Some(holder) = holder {
            holder.abort();
        }
        let mut report = consumer.await.unwrap_or_default().report();
        report.shard = options.shard;
        let logged = match logs {
            Some(logs) => logs.await.is_ok_and(|logs| logs.tell(terminal, &mut report)),
            None => true,
        };
        if let Err(error) = result {
            terminal.error(&error, None);
            return Verdict::CouldNotTell;
        }
        let updated = !options.update || rewriting::apply(terminal, targets, rewritten);
        let written = reporting::write(terminal, &report, &options.report);
        screenshots::of_failures(terminal, &report);
        let recorded = !options.record || reporting::record(terminal, &report, targets, asked(options));
        let verdict = reporting::verdict(&report);
        match (*cancelled.borrow(), written && logged && recorded && updated) {
            (true, _) => Verdict::Interrupted,
            (false, true) => verdict,
            (false, false) => verdict.max(Verdict::CouldNotTell),
        }
    });
    // Whoever waits for a key at a keyboard nobody touches is left behind.
    runtime.shutdown_background();
    verdict
}

fn asked(options: &Options) -> Asked {
    match (&options.alternative, options.shard) {
        (None, None) => Asked::All,
        _ => Asked::Some,
    }
}

fn own_program() -> Option<PathBuf> {
    std::env::current_exe().ok()
}
