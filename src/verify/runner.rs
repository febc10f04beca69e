//! Runs the steps of one guide, one after the other.

use std::collections::BTreeMap;
use std::time::Instant;

use tokio::sync::mpsc;

use crate::check::{self, Captures, Secrets};
use crate::model::block::Block;
use crate::plan::{Action, FileStep, MAIN_TERMINAL, NotRun, Step};
use crate::report::event::{Event, PlannedBlock};
use crate::report::failure::{Code, Failure};
use crate::report::masking;
use crate::report::results::{BlockReport, Status};
use crate::sandbox::{FileToWrite, Machine};
use crate::session::message::{NO_FOLDER, NOT_ALLOWED};
use crate::session::{Loss, SessionError};
use crate::transcript::Transcript;
use crate::update::Edit;
use crate::verify::beside::Beside;
use crate::verify::browser::{self, Browsers};
use crate::verify::fast::Known;
use crate::verify::judge::Context;
use crate::verify::service::Services;
use crate::verify::stream::Printed;
use crate::verify::terminal::{Name, Terminals};
use crate::verify::{Heard, Job, Options, commands, millis, planned, service, spot};

/// The word for logging in anew at the main terminal.
pub(super) const NEW: &str = "new";
/// Bytes of output that a report carries of a block: half from its beginning, half from its end.
const REPORTED: usize = 64 << 10;

/// Everything that lives from step to step.
pub(super) struct Runner<'a> {
    pub(super) job: &'a Job,
    pub(super) machines: &'a [Option<Machine>],
    pub(super) events: &'a mpsc::UnboundedSender<Event>,
    pub(super) terminals: Terminals,
    pub(super) services: Services,
    beside: Beside,
    pub(super) browsers: Browsers,
    pub(super) captures: Captures,
    pub(super) secrets: Secrets,
    /// Edits of the guide, if expected outputs are rewritten.
    pub(super) edits: Option<Vec<Edit>>,
    /// Whether the output of blocks is told while they run.
    pub(super) listens: bool,
    /// Where all output of blocks goes.
    pub(super) logs: Option<mpsc::Sender<Printed>>,
    /// Where goes what each paste printed.
    pub(super) heard: Option<mpsc::UnboundedSender<Heard>>,
    /// What the pastes of the running step printed, if somebody wants to keep that.
    pub(super) recorded: Option<Vec<Transcript>>,
    planned: Vec<PlannedBlock>,
    /// Machines that are gone, and why.
    lost: BTreeMap<usize, String>,
}

impl<'a> Runner<'a> {
    pub(super) fn new(
        job: &'a Job,
        machines: &'a [Option<Machine>],
        events: &'a mpsc::UnboundedSender<Event>,
        options: &Options,
    ) -> Self {
        let mut secrets = Secrets::new();
        for value in machines.iter().flatten().flat_map(|machine| machine.secrets()) {
            secrets.add("secret", value);
        }
        Self {
            job,
            machines,
            events,
            terminals: Terminals::default(),
            services: Services::default(),
            beside: Beside::default(),
            browsers: Browsers::default(),
            captures: Captures::new(),
            secrets,
            edits: options.rewrites.is_some().then(Vec::new),
            listens: options.output,
            logs: options.logs.clone(),
            heard: options.heard.clone(),
            recorded: None,
            planned: planned::blocks(&job.document, &job.plan),
            lost: BTreeMap::new(),
        }
    }

    /// Follows another text of the guide from here on, on the same machines.
    pub(super) fn follow(&mut self, job: &'a Job) {
        self.job = job;
        self.planned = planned::blocks(&job.document, &job.plan);
    }

    /// The report of a step that is not even tried, because a step before it failed.
    pub(super) fn after_failure(&self, step: &Step) -> BlockReport {
        let mut report = self.blank(step);
        if report.status == Status::Passed {
            set(&mut report, Status::Unreachable, "a block before it failed");
        }
        report
    }

    /// The report of a step that is known from a snapshot: judged anew, not run.
    pub(super) fn replay(&mut self, step: &Step, known: &Known, made: &str) -> BlockReport {
        let mut report = self.blank(step);
        if report.status == Status::Passed {
            (report.cached, report.attempts, report.duration_ms) = (true, 1, known.duration_ms);
            report.reason = Some(format!("not run again: its result is from a snapshot of {made}"));
            match &step.action {
                Action::Commands(commands) => commands::replay(self, step, commands, &known.pastes, &mut report),
                _ => report.exit = Some(0),
            }
            self.mask(&mut report);
        }
        report
    }

    /// Runs one step.
    pub(super) async fn step(&mut self, step: &Step) -> BlockReport {
        let mut report = self.blank(step);
        if report.status == Status::Passed {
            self.run(step, &mut report).await;
        }
        let enters = matches!(&step.action, Action::Commands(commands) if commands.enter);
        let is_instead = matches!(step.not_run, Some(NotRun::Alternative(_)));
        if enters && !is_instead && report.status != Status::Passed {
            self.terminals.miss(name(step), &report.id);
        }
        report
    }

    async fn run(&mut self, step: &Step, report: &mut BlockReport) {
        if let Some(reason) = self.lost.get(&step.machine) {
            return set(report, Status::Unreachable, reason);
        }
        let Some(machine) = self.machines.get(step.machine).and_then(Option::as_ref) else {
            return set(report, Status::Error, "its machine was not started");
        };
        self.tell(step, &report.commands);
        let clock = Instant::now();
        match &step.action {
            Action::Commands(commands) => commands::run(self, step, commands, machine, report).await,
            Action::File(file) => self.file(step, file, machine, report).await,
            Action::Background(background) => service::start(self, step, background, machine, report).await,
            Action::Browser(steps) => browser::run(self, step, steps, machine, report).await,
            Action::Nothing => set(report, Status::NotVerified, "docgen cannot execute this kind of block"),
        }
        report.duration_ms = millis(clock.elapsed());
        self.services_alive(step, report);
        self.mask(report);
    }

    /// The step's report before it runs: not passed already if it will not run.
    fn blank(&self, step: &Step) -> BlockReport {
        let index = self
            .job
            .plan
            .steps
            .iter()
            .position(|other| other.block == step.block)
            .unwrap_or(0);
        planned::report(&self.planned[index], step)
    }

    fn tell(&self, step: &Step, commands: &str) {
        let block = self.block(step);
        let first = commands
            .lines()
            .map(str::trim)
            .find(|line| !line.is_empty() && !line.starts_with('#'));
        let command = match (&step.action, first) {
            (Action::File(file), _) => format!("saving {}", file.path),
            (_, first) => first.unwrap_or_default().to_owned(),
        };
        drop(self.events.send(Event::BlockStarted {
            guide: self.job.key(),
            id: block.id.clone(),
            command,
        }));
    }

    /// Passes on what a paste printed, to whom it may concern.
    pub(super) fn hear(&mut self, step: &Step, paste: usize, transcript: &Transcript) {
        if let Some(recorded) = &mut self.recorded {
            recorded.push(transcript.clone());
        }
        let number = self.job.plan.steps.iter().position(|other| other.block == step.block);
        if let (Some(heard), Some(step)) = (&self.heard, number) {
            let transcript = transcript.clone();
            drop(heard.send(Heard {
                step,
                paste,
                transcript,
            }));
        }
    }

    pub(super) fn block(&self, step: &Step) -> &'a Block {
        &self.job.document.blocks[step.block]
    }

    /// Where a step stands, for judging and for messages.
    pub(super) fn context<'s>(&self, step: &'s Step) -> Context<'s>
    where
        'a: 's,
    {
        Context {
            job: self.job,
            document: &self.job.document,
            step,
            block: self.block(step),
            // A block that is tried until it passes is not there yet when it first prints something else.
            rewrite: self.edits.is_some() && step.eventually.is_none(),
        }
    }

    /// The terminal of a step; `terminal=new` logs in anew at the main one.
    pub(super) fn terminal(&mut self, step: &Step) -> Name {
        let name = name(step);
        if step.terminal == NEW {
            self.terminals.renew(&name);
        }
        name
    }

    async fn file(&mut self, step: &Step, file: &FileStep, machine: &Machine, report: &mut BlockReport) {
        let terminal = self.terminal(step);
        let text = match browser::fill(&file.text, &step.fills, &self.captures) {
            Ok(text) => text,
            Err(name) => {
                let reason = format!("needs `{name}`, which was not captured");
                return set(report, Status::Skipped, &reason);
            }
        };
        let request = FileToWrite {
            path: file.path.clone(),
            cwd: self.terminals.cwd(&terminal),
            owner: file.owner.clone(),
            mode: file.mode,
            append: file.append,
            make_parents: false,
            bytes: text.into_bytes(),
        };
        report.attempts = 1;
        match machine.write_file(request).await {
            Ok(_) => report.exit = Some(0),
            Err(SessionError::Refused(reason)) => {
                let message = format!("the file `{}` could not be saved", file.path);
                let mut failure = self.failure(step, Code::CommandFailed, message);
                failure.spot = spot::info_word(&self.job.document, self.block(step), &file.path);
                failure.help.extend(unsaved(&reason, &file.path));
                failure.label = reason;
                fail(report, Status::Failed, failure);
            }
            Err(error) => self.broken(step, &error, report),
        }
    }

    /// A failure at the head of the step's block.
    pub(super) fn failure(&self, step: &Step, code: Code, message: String) -> Failure {
        Failure::new(code, spot::body_line(&self.job.document, self.block(step), 0), message)
    }

    /// docgen could not find out how a step ends.
    pub(super) fn broken(&mut self, step: &Step, error: &SessionError, report: &mut BlockReport) {
        let (code, message) = match error {
            SessionError::Lost(loss @ Loss::MachineDied { .. }) => (Code::MachineDied, loss.to_string()),
            other => (Code::Engine, other.to_string()),
        };
        if let SessionError::Lost(loss) = error {
            let block = self.block(step);
            let reason = format!("{loss} (during block `{}`)", block.id);
            match loss {
                Loss::EngineLost(_) => {
                    (0..self.machines.len()).for_each(|machine| drop(self.lost.insert(machine, reason.clone())))
                }
                _ => drop(self.lost.insert(step.machine, reason)),
            }
        }
        fail(report, Status::Error, self.failure(step, code, message));
    }

    /// A service that ended while the step ran makes the step fail, whatever else came of it.
    fn services_alive(&mut self, step: &Step, report: &mut BlockReport) {
        let mut all = self.services.ended();
        all.extend(self.beside.ended(self.machines));
        for ended in all {
            let message = format!("`{}` ended while this block ran", ended.name);
            let mut failure = self
                .failure(step, Code::ServiceEnded, message)
                .note(format!("{} and {}", ended.origin, ended.state));
            failure.logs.push(ended.log());
            match &mut report.failure {
                Some(first) => first.logs.append(&mut failure.logs),
                None => fail(report, Status::Failed, failure),
            }
        }
    }

    fn mask(&self, report: &mut BlockReport) {
        if let Some(failure) = report.failure.as_mut().filter(|_| report.output.len() > REPORTED)
            && self.logs.is_none()
        {
            let bytes = report.output_bytes;
            failure
                .help
                .push(format!("`--logs DIR` keeps all {bytes} bytes of its output in a file"));
        }
        report.output = shorten(&report.output, REPORTED);
        masking::block(report, &self.secrets);
    }
}

/// What lets a file be saved that a reader could not save either.
fn unsaved(reason: &str, path: &str) -> Option<String> {
    if reason.contains(NOT_ALLOWED) {
        return Some("if the reader saves it with `sudo`, say `owner=root`".to_owned());
    }
    let folder = path.rsplit_once('/')?.0;
    let help = format!("an editor does not make folders: let a block before it say `mkdir -p {folder}`");
    reason.contains(NO_FOLDER).then_some(help)
}

/// The name of a step's terminal.
fn name(step: &Step) -> Name {
    let name = if step.terminal == NEW {
        MAIN_TERMINAL
    } else {
        &step.terminal
    };
    (step.machine, name.to_owned())
}

/// Gives a report its status and why.
pub(super) fn set(report: &mut BlockReport, status: Status, reason: &str) {
    report.status = status;
    report.reason = Some(reason.to_owned());
}

/// Gives a report its status and failure.
pub(super) fn fail(report: &mut BlockReport, status: Status, failure: Failure) {
    set(report, status, &failure.message);
    report.failure = Some(failure);
}

/// The text for display: what is left on a screen.
pub(super) fn readable(bytes: &[u8]) -> String {
    check::normalize(&String::from_utf8_lossy(bytes)).text.into_owned()
}

/// Leaves out the middle of a long text, at character boundaries.
fn shorten(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let (mut head, mut tail) = (most / 2, text.len() - most / 2);
    while !text.is_char_boundary(head) {
        head -= 1;
    }
    while !text.is_char_boundary(tail) {
        tail += 1;
    }
    format!(
        "{}\n[… {} bytes left out …]\n{}",
        &text[..head],
        tail - head,
        &text[tail..]
    )
}
