//! What came of one paste: its transcript against the rules of its block. Pure.
//!
//! The first of these that holds is the failure: it did not end in time, it ended its shell, the shell could not read
//! it, its status is wrong, a command of it failed, its output differs.

use crate::check::{self, Captures};
use crate::model::block::{Block, ExitRule, Role, StreamChoice};
use crate::model::guide::Document;
use crate::plan::{Action, Expected, Paste, Step};
use crate::report::failure::{Code, Excerpt, Failure};
use crate::report::hint;
use crate::report::results::Status;
use crate::shell;
use crate::transcript::{Cause, Transcript};
use crate::update::{self, Edit};
use crate::verify::ending::ended_badly;
use crate::verify::{Job, spot, used};

/// Why a failing command in the middle of a block may have gone unnoticed.
const REDUCED: &str = "only its last status was judged: it ran in a shell inside, in a shell other than bash, or sets a \
                       trap on ERR of its own";

/// What remains to be judged of a paste into a program that tells no status.
const UNTOLD: &str = "only its output was judged: a program with a prompt tells no status";
/// What to do about that.
const NOT_WATCHED: &str = "give each command whose failure matters a block of its own, or show what it prints; a trap on ERR \
                           that an earlier block set or removed counts too: let a block with `terminal=new` log in anew";

/// What a paste yielded.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Judged {
    /// What is wrong, if anything is.
    pub failure: Option<(Status, Failure)>,
    /// Values captured.
    pub captures: Captures,
    /// What was ignored when outputs were compared.
    pub filters: Vec<check::Filter>,
    /// Facts worth knowing about a paste that passed.
    pub notes: Vec<String>,
    /// What would let more of it be judged.
    pub advice: Option<&'static str>,
    /// Edits of the guide that make it show what was printed; only if they are asked for.
    pub edits: Vec<Edit>,
}

/// Where a paste stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    /// What is run.
    pub job: &'a Job,
    /// The text.
    pub document: &'a Document,
    /// The step of the plan.
    pub step: &'a Step,
    /// Its block.
    pub block: &'a Block,
    /// Whether expected outputs that differ are rewritten instead of being failures.
    pub rewrite: bool,
}

impl<'a> Context<'a> {
    /// A step that is judged once more, by what it printed when it ran.
    pub(super) fn known(job: &'a Job, step: &'a Step) -> Self {
        Self {
            job,
            document: &job.document,
            step,
            block: &job.document.blocks[step.block],
            rewrite: false,
        }
    }
}

/// Judges one paste.
pub(super) fn paste(context: Context<'_>, paste: &Paste, transcript: &Transcript, captures: &Captures) -> Judged {
    let mut judged = Judged::default();
    let note = match (transcript.untold, transcript.reduced) {
        (true, _) => Some(UNTOLD).filter(|_| !paste.expected.is_empty()),
        (false, reduced) => reduced.then_some(REDUCED),
    };
    judged.notes.extend(note.map(str::to_owned));
    let several = || shell::simple_commands(&paste.script).len() > 1;
    let advised = note == Some(REDUCED) && context.step.exit.is_none() && several();
    judged.advice = advised.then_some(NOT_WATCHED);
    judged.failure = ended_badly(context, paste, transcript).or_else(|| {
        let status = || status(context, paste, transcript);
        (!transcript.untold).then(status).flatten()
    });
    if judged.failure.is_some() {
        return judged;
    }
    if transcript.cause == Cause::ShellExited {
        let fact = format!(
            "the block ended its shell with status {}, as expected; a new one was opened",
            transcript.status
        );
        judged.notes.push(fact + ", variables and working directory are gone");
    }
    if transcript.output.omitted() > 0 && !paste.expected.is_empty() {
        let omitted = transcript.output.omitted();
        judged.notes.push(format!(
            "only the first and the last MiB of the output were compared; the {omitted} bytes between were not"
        ));
    }
    let printed = |choice| stream(transcript, choice);
    let status = Some(transcript.status).filter(|_| !transcript.untold);
    judged.compare(context, &paste.expected, &printed, status, captures);
    judged
}

/// Judges what a program that keeps running has printed so far.
pub(super) fn log(context: Context<'_>, expected: &[Expected], log: &[u8], captures: &Captures) -> Judged {
    let mut judged = Judged::default();
    judged.compare(context, expected, &|_| log.to_vec(), None, captures);
    judged
}

impl Judged {
    /// Compares what was printed with what the guide shows, up to the first difference.
    fn compare(
        &mut self,
        context: Context<'_>,
        all: &[Expected],
        printed: &dyn Fn(StreamChoice) -> Vec<u8>,
        status: Option<i32>,
        captures: &Captures,
    ) {
        for expected in all {
            let output = printed(expected.stream);
            match check::outcome(&expected.expectation, &output, captures) {
                check::Outcome::Matched(matched) => self.take(matched),
                check::Outcome::Mismatch(diff) => {
                    self.filters.extend(diff.filters.iter().copied());
                    if context.rewrite && rewritten(context, expected, &output, captures, self) {
                        continue;
                    }
                    self.failure = Some((Status::Failed, differs(context, expected, status, diff, captures)));
                    break;
                }
            }
        }
        self.filters.sort();
        self.filters.dedup();
    }

    fn take(&mut self, matched: check::Match) {
        self.captures.extend(matched.captures);
        self.filters.extend(matched.filters);
    }
}

/// Returns why a paste that is as stated proves nothing, if so: nothing of it could be judged, or not what the guide asks.
pub(super) fn untold(context: Context<'_>, paste: &Paste, transcript: &Transcript) -> Option<String> {
    let untold = "a program with a prompt tells no status";
    let rule = context.step.exit.as_ref().filter(|rule| **rule != ExitRule::Any);
    match (transcript.untold, rule) {
        (true, Some(rule)) => Some(format!("{untold}, so `exit={rule}` could not be judged")),
        (true, None) if paste.expected.is_empty() => {
            Some(format!("{untold}, and the guide shows no output to compare"))
        }
        _ => None,
    }
}

/// Rewrites an expectation so that it fits; returns whether that worked.
fn rewritten(
    context: Context<'_>,
    expected: &Expected,
    output: &[u8],
    captures: &Captures,
    judged: &mut Judged,
) -> bool {
    let shown = &context.document.blocks[expected.block];
    // The lines of an included file stand elsewhere.
    if shown.keys.include.is_some() {
        return false;
    }
    let before = expected
        .lines
        .start
        .checked_sub(1)
        .and_then(|line| shown.lines.get(line));
    let target = update::Target {
        source: &context.document.source,
        lines: shown.lines.get(expected.lines.clone()).unwrap_or_default(),
        after: before.map_or(shown.fence.start, |line| line.start),
        console: matches!(shown.role, Role::Console(_)),
        expectation: &expected.expectation,
    };
    let update = update::update(target, output, captures);
    let Some(check::Outcome::Matched(matched)) = update
        .expectation
        .map(|expectation| check::outcome(&expectation, output, captures))
    else {
        return false;
    };
    judged.take(matched);
    judged.edits.extend(update.edits);
    judged.notes.push("its expected output was rewritten".to_owned());
    let lost = update
        .lost
        .iter()
        .map(|name| format!("the rewritten output captures `{name}` no more"));
    judged.notes.extend(lost);
    true
}

/// The bytes that an expectation is about.
fn stream(transcript: &Transcript, choice: StreamChoice) -> Vec<u8> {
    match (&transcript.split, choice) {
        (Some(split), StreamChoice::Stdout) => split.out.to_bytes(),
        (Some(split), StreamChoice::Stderr) => split.err.to_bytes(),
        _ => transcript.output.to_bytes(),
    }
}

/// A failure at a line of the block's body.
pub(super) fn failure(context: Context<'_>, code: Code, line: usize, message: String) -> Failure {
    Failure::new(code, spot::body_line(context.document, context.block, line), message)
}

pub(super) fn with_output(mut failure: Failure, transcript: &Transcript) -> Failure {
    failure.output = Some(Excerpt::tail(&transcript.output.to_text()))
        .filter(|excerpt| excerpt.lines.iter().any(|line| !line.trim().is_empty()));
    failure
}

/// The line of the block's body (0-based) for line `line` (1-based) of the script that ran.
pub(super) fn body_line(paste: &Paste, line: usize) -> usize {
    (paste.lines.start + line.saturating_sub(1)).min(paste.lines.end.saturating_sub(1))
}

/// The status rule of the block, or that no command fails.
fn status(context: Context<'_>, paste: &Paste, transcript: &Transcript) -> Option<(Status, Failure)> {
    if let Some(rule) = &context.step.exit {
        // The rule is about the block as a whole: of a transcript, about its last command.
        let is_last = match &context.step.action {
            Action::Commands(commands) => commands.pastes.last().is_none_or(|last| last.lines == paste.lines),
            _ => true,
        };
        if !is_last || rule.accepts(transcript.status) {
            return None;
        }
        let message = format!(
            "the block ended with status {}, the guide says {rule}",
            transcript.status
        );
        let mut failure = failure(context, Code::Status, paste.lines.start, message);
        failure.spot = spot::info_word(context.document, context.block, &format!("exit={rule}"));
        failure.label = format!("it was {}", transcript.status);
        return Some((Status::Failed, with_output(failure, transcript)));
    }
    if let Some((line, message)) = transcript.syntax_error() {
        let mut failure = failure(
            context,
            Code::Syntax,
            body_line(paste, line),
            "the shell cannot read this block".to_owned(),
        );
        failure.label = message;
        failure
            .help
            .push("a reader who pastes it gets the same; if that is meant, say `exit=2`".to_owned());
        return Some((Status::Failed, with_output(failure, transcript)));
    }
    let failed = transcript
        .failed
        .first()
        .map(|failed| (body_line(paste, failed.line), failed.status));
    let own = (transcript.status != 0).then(|| (paste.lines.end.saturating_sub(1), transcript.status));
    let (line, status) = failed.or(own)?;
    let mut failure = failure(
        context,
        Code::CommandFailed,
        line,
        format!("a command failed with status {status}"),
    );
    failure.label = format!("status {status}{}", meaning(status));
    let more = transcript.failed.len().saturating_sub(1) + transcript.more_failed as usize;
    if more > 0 {
        failure.notes.push(format!(
            "{more} more command{} of the block failed",
            if more == 1 { "" } else { "s" }
        ));
    }
    if transcript.status == 0 {
        failure
            .notes
            .push("the block went on and ended with status 0, so a reader might not notice".to_owned());
    }
    remedies(&mut failure, transcript);
    Some((Status::Failed, with_output(failure, transcript)))
}

/// What shells mean by a status.
fn meaning(status: i32) -> &'static str {
    match status {
        126 => ": found, but cannot be run",
        127 => ": command not found",
        130 => ": interrupted",
        137 => ": killed, perhaps for want of memory",
        143 => ": terminated",
        _ => "",
    }
}

fn remedies(failure: &mut Failure, transcript: &Transcript) {
    let known = hint::hints(&transcript.output.to_text());
    if known.is_empty() {
        let own = transcript.status;
        failure.help.push(format!(
            "if a command of it is meant to fail, say `exit={own}`: then only the status of the block as a whole counts"
        ));
    }
    failure.help.extend(known);
}

/// The output is not what the guide shows.
fn differs(
    context: Context<'_>,
    expected: &Expected,
    status: Option<i32>,
    diff: check::Diff,
    captures: &Captures,
) -> Failure {
    let shown = &context.document.blocks[expected.block];
    let line = if expected.lines.is_empty() {
        expected.lines.start.saturating_sub(1)
    } else {
        expected.lines.start + diff.line
    };
    let source = &context.document.source;
    let ran = context.block.file_line(source, 0);
    let spot = spot::body_line(context.document, shown, line).trimmed();
    Failure::output_differs(spot, diff)
        .ran(&source.path, ran, status, &used::values(context, captures))
        .reproduce(&context.job.key(), &context.block.id)
}
