//! Steps that are typed into a terminal.

use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::check::capture::mask;
use crate::check::{self, FillError};
use crate::model::block::StreamChoice;
use crate::plan::{Commands, Paste, Step};
use crate::report::failure::{Code, Failure};
use crate::report::results::{BlockReport, Status};
use crate::sandbox::Machine;
use crate::session::shell::Progress;
use crate::session::{Mode, Request, SessionError, Stdin};
use crate::transcript::Transcript;
use crate::verify::judge::{self, Context, Judged};
use crate::verify::missing::{needed, needs, not_filled};
use crate::verify::runner::{Runner, fail, readable, set};
use crate::verify::spot;
use crate::verify::stream::{self, Listener};
use crate::verify::taking::{keep_secrets, secrets, take};
use crate::verify::terminal::{Name, Unavailable};
use crate::verify::unattended;

/// Time that a shell inside has to end.
const LEAVING: Duration = Duration::from_secs(10);
/// Between two attempts of a step that is tried until it passes.
const PAUSE: Duration = Duration::from_millis(500);
/// Bytes of output after which a block is ended: nobody reads more, and a program that prints without end fills disks.
const OUTPUT_LIMIT: u64 = 2 << 30;
/// Between the signals that end a block whose time is up.
const GRACE: Duration = Duration::from_secs(1);

/// Runs the step, again and again if it may.
pub(super) async fn run(
    runner: &mut Runner<'_>,
    step: &Step,
    commands: &Commands,
    machine: &Machine,
    report: &mut BlockReport,
) {
    let name = runner.terminal(step);
    if let Some(reason) = runner.terminals.missing(&name, commands) {
        return set(report, Status::Unreachable, &reason);
    }
    let clock = Instant::now();
    let blank = report.clone();
    loop {
        let attempts = report.attempts + 1;
        *report = BlockReport {
            attempts,
            ..blank.clone()
        };
        attempt(runner, step, commands, machine, &name, report).await;
        let again = matches!(report.status, Status::Failed | Status::TimedOut);
        match step.eventually {
            Some(most) if again && clock.elapsed() + PAUSE < most => tokio::time::sleep(PAUSE).await,
            Some(most) if again => {
                if let Some(failure) = &mut report.failure {
                    failure
                        .notes
                        .push(format!("tried {attempts} times in {} s", most.as_secs()));
                }
                return;
            }
            _ => return,
        }
    }
}

async fn attempt(
    runner: &mut Runner<'_>,
    step: &Step,
    commands: &Commands,
    machine: &Machine,
    name: &Name,
    report: &mut BlockReport,
) {
    if let Some(name) = needed(step, commands, &runner.captures) {
        return set(report, Status::Skipped, &needs(&name));
    }
    let deadline = Instant::now() + step.timeout;
    let mut output = Vec::new();
    let mut unasked: Vec<usize> = (0..commands.answers.len()).collect();
    if commands.leave {
        match leave(runner, machine, name).await {
            Ok(()) => {}
            Err(Unavailable::Gone(reason)) => return set(report, Status::Unreachable, &reason),
            Err(Unavailable::Session(error)) => return runner.broken(step, &error, report),
        }
    }
    for (number, paste) in commands.pastes.iter().enumerate() {
        let script = match filled(runner, step, paste) {
            Ok(script) => script,
            Err(error) => return not_filled(runner, step, paste.lines.start, &error, report),
        };
        let time = deadline.saturating_duration_since(Instant::now());
        let mut request = request(commands, paste, script, time);
        let listening = listen(runner, step, paste, &mut request);
        let typed = typed(runner, machine, name, request).await;
        if let Some(listening) = listening {
            // Its end comes with that of the request, which held the other end.
            drop(listening.await);
        }
        let transcript = match typed {
            Ok(Typed::Ended(transcript)) => transcript,
            Ok(Typed::Entered) => {
                // What it is still to be asked shows when it ends.
                unasked.clear();
                report.exit = None;
                report
                    .notes
                    .push("it opened a shell inside; the next blocks of this terminal run there".to_owned());
                continue;
            }
            Err(Unavailable::Gone(reason)) => return set(report, Status::Unreachable, &reason),
            Err(Unavailable::Session(error)) => return runner.broken(step, &error, report),
        };
        runner.hear(step, number, &transcript);
        note(report, &mut output, &transcript);
        unasked.retain(|answer| !transcript.answered.contains(answer));
        if !settle(runner, step, commands, paste, &transcript, name, report) {
            return;
        }
        if commands.enter && number + 1 == commands.pastes.len() {
            let message = "it ended without opening the shell inside that `enter` promises".to_owned();
            let failure = runner.failure(step, Code::ShellEnded, message);
            return fail(report, Status::Failed, failure);
        }
    }
    if let Some(answer) = unasked.first() {
        let prompt = &commands.answers[*answer].prompt;
        fail(report, Status::Failed, never_asked(runner, step, prompt));
    }
}

/// The guide says that the reader is asked something, and nobody asked.
fn never_asked(runner: &Runner<'_>, step: &Step, prompt: &str) -> Failure {
    let message = format!("the prompt `{prompt}` never came, so its answer was not given");
    let mut failure = runner.failure(step, Code::Prompt, message);
    failure.spot = spot::info_word(&runner.job.document, runner.block(step), "answer=");
    failure.label = "the guide says that this is asked".to_owned();
    failure
        .help
        .push("name the prompt as the program prints it, or leave the answer out if nothing asks".to_owned());
    failure
}

/// Takes in what the pastes of a step printed when they were run; `fast` has found that they pass.
pub(super) fn replay(
    runner: &mut Runner<'_>,
    step: &Step,
    commands: &Commands,
    known: &[Transcript],
    report: &mut BlockReport,
) {
    let name = (step.machine, step.terminal.clone());
    let mut output = Vec::new();
    for (paste, transcript) in commands.pastes.iter().zip(known) {
        note(report, &mut output, transcript);
        if !settle(runner, step, commands, paste, transcript, &name, report) {
            return;
        }
    }
}

/// Notes what a paste printed and how it ended.
fn note(report: &mut BlockReport, output: &mut Vec<u8>, transcript: &Transcript) {
    output.extend_from_slice(&transcript.output.to_bytes());
    report.output = readable(output);
    report.output_bytes += transcript.output.total;
    report.exit = Some(transcript.status).filter(|_| !transcript.untold);
}

/// Takes in what came of a paste; returns whether the step goes on.
fn settle(
    runner: &mut Runner<'_>,
    step: &Step,
    commands: &Commands,
    paste: &Paste,
    transcript: &Transcript,
    name: &Name,
    report: &mut BlockReport,
) -> bool {
    let mut judged = judge::paste(runner.context(step), paste, transcript, &runner.captures);
    let unproven = unattended::unproven(commands, paste, transcript, judged.failure.as_ref());
    let untold = match judged.failure {
        None => judge::untold(runner.context(step), paste, transcript),
        Some(_) => None,
    };
    let block = runner.block(step);
    if transcript.shell_gone {
        let again = step.eventually.is_some();
        let expected = judged.failure.is_none() || transcript.cause == crate::transcript::Cause::TimedOut || again;
        if expected {
            runner.terminals.renew(name);
        } else {
            let reason = format!("its terminal was ended by block `{}`", block.id);
            runner.terminals.lose(name, reason);
        }
    }
    let declared = secrets(runner, step, &paste.expected);
    keep_secrets(runner, &declared, &judged);
    if judged
        .edits
        .iter()
        .any(|edit| mask(&edit.text, &runner.secrets) != edit.text)
    {
        judged = unwritten(runner, step, paste, transcript);
    }
    if let Some((_, failure)) = &mut judged.failure
        && let Some(name) = declared.iter().find(|name| !runner.captures.contains_key(**name))
    {
        hide(report, failure, name);
    }
    take(runner, &mut judged, report);
    if unproven.is_none() {
        report.notes.extend(unattended::met_the_end(commands, transcript));
    }
    if let Some(advice) = judged.advice.filter(|_| judged.failure.is_none()) {
        let line = runner.job.document.source.line(block.fence.start);
        report.advice.push(format!("line {line}: {advice}"));
    }
    if let Some(unproven) = &unproven {
        let line = runner.job.document.source.line(block.fence.start);
        report.advice.push(format!("line {line}: {}", unproven.advice));
    }
    if let Some(reason) = unproven.map(|unproven| unproven.reason).or(untold) {
        set(report, Status::NotVerified, &reason);
        return judged.failure.take().is_none();
    }
    if let Some((status, mut failure)) = judged.failure {
        failure.logs.extend(runner.services.logs());
        fail(report, status, failure);
        return false;
    }
    true
}

/// Judges a paste whose new expectation would write a secret into the guide: it stays as it is, and has failed.
fn unwritten(runner: &Runner<'_>, step: &Step, paste: &Paste, transcript: &Transcript) -> Judged {
    let context = Context {
        rewrite: false,
        ..runner.context(step)
    };
    let mut judged = judge::paste(context, paste, transcript, &runner.captures);
    if let Some((_, failure)) = &mut judged.failure {
        let fact = "its expected output was not rewritten, because the output holds a secret; write a hole there";
        failure.notes.push(fact.to_owned());
    }
    judged
}

/// Takes out of a failure what may hold a secret that was not captured and so cannot be masked.
fn hide(report: &mut BlockReport, failure: &mut Failure, name: &str) {
    report.output.clear();
    failure.label.clear();
    (failure.diff, failure.output) = (None, None);
    let fact = format!("its output may hold the secret `{name}`, which was not captured, so it is not shown");
    failure.notes = vec![fact];
}

/// Has the output of a request told while it runs, if that is asked for. A value that is a secret only once it was
/// captured would be shown, so such a block is not listened to; nor is a program that others are typed into.
fn listen(runner: &Runner<'_>, step: &Step, paste: &Paste, request: &mut Request) -> Option<JoinHandle<()>> {
    let is_wanted = runner.listens || runner.logs.is_some();
    if !is_wanted || request.enter || !secrets(runner, step, &paste.expected).is_empty() {
        return None;
    }
    let (sender, task) = stream::listen(Listener {
        events: runner.listens.then(|| runner.events.clone()),
        logs: runner.logs.clone(),
        guide: runner.job.key(),
        id: runner.block(step).id.clone(),
        secrets: runner.secrets.clone(),
    });
    request.live = Some(sender);
    Some(task)
}

fn filled(runner: &Runner<'_>, step: &Step, paste: &Paste) -> Result<String, FillError> {
    let fills: Vec<_> = step
        .fills
        .iter()
        .filter(|fill| paste.script.contains(&fill.literal))
        .cloned()
        .collect();
    check::fill(&paste.script, &fills, &runner.captures)
}

fn request(commands: &Commands, paste: &Paste, script: String, timeout: Duration) -> Request {
    let split = paste
        .expected
        .iter()
        .any(|expected| expected.stream != StreamChoice::Both);
    let mode = match (commands.tty, split) {
        (true, _) => Mode::Tty,
        (false, true) => Mode::Split,
        (false, false) => Mode::Merged,
    };
    Request {
        script,
        mode,
        stdin: if commands.tty { Stdin::Null } else { Stdin::Watched },
        timeout: Some(timeout.max(Duration::from_millis(1))),
        grace: GRACE,
        output_limit: OUTPUT_LIMIT,
        answers: commands
            .answers
            .iter()
            .map(|answer| (answer.prompt.clone(), answer.text.clone()))
            .collect(),
        live: None,
        enter: commands.enter,
    }
}

enum Typed {
    Ended(Box<Transcript>),
    Entered,
}

/// Types a request into a terminal and waits for its end, or for the shell that it opens inside.
async fn typed(
    runner: &mut Runner<'_>,
    machine: &Machine,
    name: &Name,
    request: Request,
) -> Result<Typed, Unavailable> {
    let terminal = runner.terminals.get(name, machine).await?;
    terminal.look_inside().await;
    let enter = request.enter;
    let mut running = terminal.session.start(request).map_err(Unavailable::Session)?;
    match running.progress().await.map_err(Unavailable::Session)? {
        Progress::Entered if enter => {
            terminal.entered = Some(running);
            Ok(Typed::Entered)
        }
        Progress::Entered => Err(Unavailable::Session(SessionError::Protocol(
            "a shell inside that nobody opened".to_owned(),
        ))),
        Progress::Ended(transcript) => {
            terminal.session.note(&transcript);
            Ok(Typed::Ended(transcript))
        }
    }
}

/// Leaves the shell that an earlier block opened inside, as a reader does by `exit`; none is as good.
async fn leave(runner: &mut Runner<'_>, machine: &Machine, name: &Name) -> Result<(), Unavailable> {
    let terminal = runner.terminals.get(name, machine).await?;
    terminal.look_inside().await;
    let Some(mut running) = terminal.entered.take() else {
        return Ok(());
    };
    let request = Request::script("exit", LEAVING);
    let mut exit = terminal.session.start(request).map_err(Unavailable::Session)?;
    exit.progress().await.map_err(Unavailable::Session)?;
    match tokio::time::timeout(LEAVING, running.progress()).await {
        Ok(Ok(Progress::Ended(transcript))) => {
            terminal.session.note(&transcript);
            Ok(())
        }
        Ok(Err(error)) => Err(Unavailable::Session(error)),
        Ok(Ok(Progress::Entered)) | Err(_) => {
            // What follows is meant for the outer shell; run inside, it would prove nothing.
            let reason = "the shell inside could not be left".to_owned();
            runner.terminals.lose(name, reason.clone());
            Err(Unavailable::Gone(reason))
        }
    }
}
