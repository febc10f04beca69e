//! Steps that a reader does in a browser.
//!
//! Each instruction is tried until it works or its patience is over, as a reader waits for a page. A window stays open
//! from block to block, like a terminal; `terminal=new` opens another.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::check::{Captures, mask};
use crate::model::block::Fill;
use crate::model::browser::{BrowserStep, Instruction, PORT};
use crate::plan::{MAIN_TERMINAL, Step};
use crate::report::failure::{Code, Failure};
use crate::report::results::{BlockReport, FAILURE_SHOT, Screenshot, Status};
use crate::sandbox::Machine;
use crate::verify::act::{Act, Tried};
use crate::verify::runner::{NEW, Runner, fail, set};
use crate::verify::spot;
use crate::verify::terminal::Name;
use crate::webdriver::{Browser, DriverError, Picture, View};

/// How long a reader waits for something to appear; `wait` says otherwise.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks at a page.
const PAUSE: Duration = Duration::from_millis(100);
/// Lines and characters of a page's text that a failure shows.
const SHOWN: (usize, usize) = (15, 120);

/// The windows of a guide.
#[derive(Default)]
pub(super) struct Browsers {
    open: BTreeMap<Name, Browser>,
}

impl Browsers {
    /// Takes a window out; it is put back after the block.
    async fn take(&mut self, step: &Step, machine: &Machine) -> Result<(Name, Browser), DriverError> {
        let is_new = step.terminal == NEW;
        let terminal = if is_new { MAIN_TERMINAL } else { &step.terminal };
        let name = (step.machine, terminal.to_owned());
        match self.open.remove(&name) {
            Some(browser) if !is_new => Ok((name, browser)),
            before => {
                if let Some(before) = before {
                    before.close().await;
                }
                let browser = Browser::open(machine, PORT, step.timeout).await?;
                Ok((name, browser))
            }
        }
    }
}

/// Why a block does not go on.
enum Stop {
    /// The page is not as the guide says: the fact, and what to do.
    Wrong(String, Vec<String>),
    /// The block's time is over.
    Late(String),
    /// A value that is pasted was not captured.
    NotCaptured(String),
    /// The browser is not there or not sound.
    Driver(DriverError),
}

/// Runs the instructions of a block.
pub(super) async fn run(
    runner: &mut Runner<'_>,
    step: &Step,
    instructions: &[BrowserStep],
    machine: &Machine,
    report: &mut BlockReport,
) {
    report.attempts = 1;
    let deadline = Instant::now() + step.timeout;
    let (name, mut browser) = match runner.browsers.take(step, machine).await {
        Ok(taken) => taken,
        Err(error) => return no_browser(runner, step, error, report),
    };
    let mut is_sound = true;
    for line in instructions {
        let mut visit = Visit {
            runner,
            step,
            browser: &mut browser,
            deadline,
            report,
        };
        if let Err(stop) = visit.instruction(&line.instruction).await {
            is_sound = !matches!(stop, Stop::Driver(_));
            stopped(visit, line, stop).await;
            break;
        }
    }
    report.output_bytes = report.output.len() as u64;
    if is_sound {
        runner.browsers.open.insert(name, browser);
    }
}

/// A block while it runs.
struct Visit<'v, 'r> {
    runner: &'v mut Runner<'r>,
    step: &'v Step,
    browser: &'v mut Browser,
    deadline: Instant,
    report: &'v mut BlockReport,
}

impl Visit<'_, '_> {
    /// Does one instruction and writes down what came of it.
    async fn instruction(&mut self, instruction: &Instruction) -> Result<(), Stop> {
        let filled = filled(instruction, &self.step.fills, &self.runner.captures).map_err(Stop::NotCaptured)?;
        let said = match &filled {
            Instruction::Screenshot(name) => self.screenshot(name).await?,
            other => self.patiently(other).await?,
        };
        // As the guide has it: a value that was filled in may be long, or nobody's business.
        let line = match said.as_str() {
            "" => format!("{instruction}\n"),
            said => format!("{instruction} → {said}\n"),
        };
        self.report.output.push_str(&line);
        Ok(())
    }

    /// Tries an instruction until it works or nobody would wait any longer.
    async fn patiently(&mut self, instruction: &Instruction) -> Result<String, Stop> {
        let own = match instruction {
            Instruction::See { within, .. } => within.unwrap_or(PATIENCE),
            _ => PATIENCE,
        };
        let until = self.deadline.min(Instant::now() + own);
        let mut act = Act::new(self.deadline);
        loop {
            let (fact, help) = match act.attempt(self.browser, instruction).await {
                Ok(Tried::Done(said)) => {
                    self.keep(instruction, &said);
                    return Ok(said);
                }
                Ok(Tried::NotYet { fact, help }) => (fact, help),
                Err(error) if error.is_passing() => (error.to_string(), Vec::new()),
                Err(error) => return Err(refused(instruction, error)),
            };
            let now = Instant::now();
            if now >= self.deadline {
                return Err(Stop::Late(fact));
            }
            if now >= until {
                return Err(Stop::Wrong(fact, help));
            }
            tokio::time::sleep(PAUSE.min(until - now)).await;
        }
    }

    /// Keeps a captured value for later blocks.
    fn keep(&mut self, instruction: &Instruction, value: &str) {
        let Instruction::Capture { name, .. } = instruction else {
            return;
        };
        let block = self.runner.block(self.step);
        if block.keys.secrets.contains(name) {
            self.runner.secrets.add(name, value);
        }
        self.runner.captures.insert(name.clone(), value.to_owned());
        self.report.captures.push(name.clone());
    }

    /// Keeps a picture, unless it would show a secret.
    async fn screenshot(&mut self, name: &str) -> Result<String, Stop> {
        let view = self.browser.view().await.map_err(Stop::Driver)?;
        if mask(&view.text, &self.runner.secrets) != view.text {
            let note = format!("the screenshot `{name}` was not kept, because the page shows a secret");
            self.report.notes.push(note);
            return Ok("not kept: the page shows a secret".to_owned());
        }
        let picture = self.browser.picture().await.map_err(Stop::Driver)?;
        let said = format!("{} × {}", picture.width, picture.height);
        self.report.screenshots.push(shot(name, picture));
        Ok(said)
    }
}

fn shot(name: &str, picture: Picture) -> Screenshot {
    Screenshot {
        name: name.to_owned(),
        width: picture.width,
        height: picture.height,
        png: picture.png,
    }
}

/// What a driver refuses is the guide's fault where it is about the page, not where it is about the browser.
fn refused(instruction: &Instruction, error: DriverError) -> Stop {
    let DriverError::Refused { code, .. } = &error else {
        return Stop::Driver(error);
    };
    match (code.as_str(), instruction) {
        ("timeout" | "script timeout", _) => Stop::Late("the page was not loaded in time".to_owned()),
        ("invalid session id" | "no such window", _) => Stop::Driver(error),
        ("insecure certificate", _) => Stop::Wrong(error.to_string(), vec![trust()]),
        (_, Instruction::Open(_)) => Stop::Wrong(format!("the page could not be opened: {error}"), Vec::new()),
        _ => Stop::Wrong(error.to_string(), Vec::new()),
    }
}

fn trust() -> String {
    "if its certificate comes from an authority of the guide's own, let the browser trust it in a hidden block before: \
     `<!-- docgen: run machine=browser`, `trust-certificate FILE`, `-->`"
        .to_owned()
}

/// There is no window at all: nothing that the text says about a page was tried.
fn no_browser(runner: &mut Runner<'_>, step: &Step, error: DriverError, report: &mut BlockReport) {
    if let DriverError::Session(error) = error {
        return runner.broken(step, &error, report);
    }
    let machine = &runner.job.plan.machines[step.machine];
    let failure = runner
        .failure(step, Code::Engine, format!("no browser on machine `{}`: {error}", machine.name))
        .help(format!(
            "its image `{}` must serve WebDriver on port {PORT}; name the program that does with `run`, and its user with `user`",
            machine.image
        ));
    fail(report, Status::Error, failure);
}

/// Tells why the block ended, what the page shows, and keeps a picture of it.
async fn stopped(visit: Visit<'_, '_>, line: &BrowserStep, stop: Stop) {
    let Visit {
        runner,
        step,
        browser,
        report,
        ..
    } = visit;
    let (status, code, fact, help) = match stop {
        Stop::NotCaptured(name) => {
            return set(
                report,
                Status::Skipped,
                &format!("needs `{name}`, which was not captured"),
            );
        }
        Stop::Driver(DriverError::Session(error)) => return runner.broken(step, &error, report),
        Stop::Driver(error) => (Status::Error, Code::Engine, error.to_string(), Vec::new()),
        Stop::Wrong(fact, help) => (Status::Failed, Code::BrowserStep, fact, help),
        Stop::Late(fact) => {
            let fact = format!("the block was not done within {} s: {fact}", step.timeout.as_secs());
            (Status::TimedOut, Code::TimedOut, fact, Vec::new())
        }
    };
    let (block, document) = (runner.block(step), &runner.job.document);
    let mut failure = Failure::new(code, spot::body_line(document, block, line.line), fact);
    failure.help = help;
    if let Ok(view) = browser.view().await {
        failure.notes = seen(&view);
        if view.title == "Privacy error" {
            failure.help = vec![trust()];
        }
        let is_secret = mask(&view.text, &runner.secrets) != view.text;
        if let (false, Ok(picture)) = (is_secret, browser.picture().await) {
            report.screenshots.push(shot(FAILURE_SHOT, picture));
        }
    }
    failure.logs = runner.services.logs();
    failure = failure.reproduce(&runner.job.key(), &block.id);
    fail(report, status, failure);
}

/// The page in words.
fn seen(view: &View) -> Vec<String> {
    let (most, width) = SHOWN;
    let lines: Vec<&str> = view
        .text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let mut text = String::new();
    for line in lines.iter().take(most) {
        let short: String = line.chars().take(width).collect();
        let more = if short.len() < line.len() { "…" } else { "" };
        text.push_str(&format!("\n| {short}{more}"));
    }
    if lines.len() > most {
        text.push_str(&format!("\n… and {} more lines", lines.len() - most));
    }
    let page = format!("the page is “{}” at {}", view.title, view.url);
    if text.is_empty() {
        vec![page, "it shows no text".to_owned()]
    } else {
        vec![page, format!("it shows{text}")]
    }
}

/// Puts captured values in the place of what a reader replaces.
///
/// # Errors
/// The name of a value that was not captured.
fn filled(instruction: &Instruction, fills: &[Fill], captures: &Captures) -> Result<Instruction, String> {
    let mut instruction = instruction.clone();
    let texts: Vec<&mut String> = match &mut instruction {
        Instruction::Open(text) | Instruction::At(text) | Instruction::See { text, .. } => vec![text],
        Instruction::Click(target) | Instruction::Check(target) => vec![&mut target.name],
        Instruction::Type(target, value) => vec![&mut target.name, value],
        Instruction::Capture { from, .. } => vec![from],
        Instruction::Screenshot(_) => Vec::new(),
    };
    for text in texts {
        *text = fill(text, fills, captures)?;
    }
    Ok(instruction)
}

/// Replaces all literals at once, so that no value is filled in again.
///
/// # Errors
/// The name of a value that was not captured.
pub(super) fn fill(text: &str, fills: &[Fill], captures: &Captures) -> Result<String, String> {
    let mut done = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let literal = |fill: &&Fill| !fill.literal.is_empty() && rest.starts_with(&fill.literal);
        if let Some(fill) = fills.iter().find(literal) {
            done.push_str(captures.get(&fill.capture).ok_or_else(|| fill.capture.clone())?);
            rest = &rest[fill.literal.len()..];
        } else {
            done.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(literal: &str, capture: &str) -> Fill {
        Fill {
            literal: literal.into(),
            capture: capture.into(),
        }
    }

    #[test]
    fn values_are_filled_in_as_they_are() {
        let captures = Captures::from([("code".into(), "ID'\"".into())]);
        let fills = [one("CODE", "code"), one("ID", "id")];
        assert_eq!(
            fill("https://a/?c=CODE", &fills, &captures),
            Ok("https://a/?c=ID'\"".into())
        );
        assert_eq!(fill("ID", &fills, &captures), Err("id".into()));
    }

    #[test]
    fn a_page_is_told_in_words() {
        let view = View {
            title: "T".into(),
            url: "http://a/".into(),
            text: format!("{}\n\n{}", "x".repeat(130), "y\n".repeat(20)),
        };
        let notes = seen(&view);
        assert_eq!(notes[0], "the page is “T” at http://a/");
        assert!(notes[1].contains("x…\n| y") && notes[1].ends_with("… and 6 more lines"));
    }
}
