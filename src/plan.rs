//! A guide to a plan: which block runs on which machine and terminal, for how long, and what it must print. Pure.

mod alternatives;
mod select;
mod unattended;
mod uncompared;

use std::ops::Range;
use std::time::Duration;

use crate::model::block::{Answer, Block, ExitRule, Fill, Ready, Role, StreamChoice};
use crate::model::browser::{self as browser_block, BrowserStep};
use crate::model::expectation::Expectation;
use crate::model::guide::{Document, Side};
use crate::model::machine::MachineSpec;
use crate::parse::{browser, expected};
use crate::shell;

pub use alternatives::{names as alternatives, runs};
pub use select::{BadSelection, NOT_SELECTED, Selection};

/// Time that a block may take if nobody says.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);
/// Name of a machine's first terminal.
pub const MAIN_TERMINAL: &str = "main";

/// What will be executed of one side of one guide.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The guide's name.
    pub guide: String,
    /// Which of its texts.
    pub side: Side,
    /// Name of the tab that the run takes where there is one; elsewhere, or without a name, it takes the first.
    pub alternative: Option<String>,
    /// The machines that its blocks need, by the index that steps use.
    pub machines: Vec<MachineSpec>,
    /// One step per block that a reader does something for, in order.
    pub steps: Vec<Step>,
    /// What is to be said of the whole text.
    pub notes: Vec<String>,
}

/// One block to be executed.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Index in `Document::blocks`.
    pub block: usize,
    /// Index in `Plan::machines`.
    pub machine: usize,
    /// Name of the terminal on that machine.
    pub terminal: String,
    /// What is done.
    pub action: Action,
    /// Time that all of it may take.
    pub timeout: Duration,
    /// Again and again until it passes, for this long.
    pub eventually: Option<Duration>,
    /// Statuses that the block as a whole may end with; without a rule no command of it may fail.
    pub exit: Option<ExitRule>,
    /// What the reader pastes.
    pub fills: Vec<Fill>,
    /// Why it is not run at all.
    pub not_run: Option<NotRun>,
    /// What its result does not cover.
    pub notes: Vec<String>,
    /// What would let docgen verify more of it.
    pub advice: Vec<String>,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Runs commands in the terminal.
    Commands(Commands),
    /// Saves a file.
    File(FileStep),
    /// Starts a program that keeps a terminal.
    Background(Background),
    /// Does steps in a browser.
    Browser(Vec<BrowserStep>),
    /// Nothing that docgen can do.
    Nothing,
}

/// Commands typed into a terminal.
#[derive(Debug, Clone, PartialEq)]
pub struct Commands {
    /// Pasted one after the other; a script block is one paste, a transcript one for each command.
    pub pastes: Vec<Paste>,
    /// Whether they need a terminal.
    pub tty: bool,
    /// Whether they open a shell that later blocks run in.
    pub enter: bool,
    /// Whether that shell is left before they run.
    pub leave: bool,
    /// Answers to their prompts.
    pub answers: Vec<Answer>,
    /// Whether nobody wrote them for docgen, so that a failure after something read their empty input proves nothing.
    pub unattended: bool,
}

/// Text pasted at once, and what it must print.
#[derive(Debug, Clone, PartialEq)]
pub struct Paste {
    /// The text.
    pub script: String,
    /// Lines of the block's body that it stands on (0-based, half open).
    pub lines: Range<usize>,
    /// What it must print; several if there is one for each stream.
    pub expected: Vec<Expected>,
}

/// An expected output and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    /// Index in `Document::blocks` of the block that shows it.
    pub block: usize,
    /// Lines of that block's body (0-based, half open).
    pub lines: Range<usize>,
    /// Which stream it is about.
    pub stream: StreamChoice,
    /// What it says.
    pub expectation: Expectation,
}

/// A file that the reader saves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileStep {
    /// Path as the guide names it.
    pub path: String,
    /// Content.
    pub text: String,
    /// Permission bits.
    pub mode: Option<u32>,
    /// `user` or `user:group`.
    pub owner: Option<String>,
    /// The file grows instead of being replaced.
    pub append: bool,
}

/// A program that keeps a terminal.
#[derive(Debug, Clone, PartialEq)]
pub struct Background {
    /// Name of the service.
    pub name: String,
    /// What is typed to start it.
    pub script: String,
    /// Whether it needs a terminal.
    pub tty: bool,
    /// What must hold before the guide goes on.
    pub ready: Vec<Ready>,
    /// What it must have printed soon after it is ready.
    pub expected: Vec<Expected>,
    /// Whether only guessing says that it keeps the terminal: then it may also end, with status 0.
    pub guessed: bool,
}

/// Why a step is not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRun {
    /// The author says so, with this reason.
    Skipped(String),
    /// The command line selected other blocks.
    NotSelected(String),
    /// A reader takes one of several tabs, and this run takes the one of this name.
    Alternative(String),
    /// docgen cannot do it, for this reason.
    NotVerifiable(String),
}

impl NotRun {
    /// Returns the reason in words.
    pub fn words(&self) -> String {
        match self {
            Self::Skipped(reason) => format!("skipped: {reason}"),
            Self::NotSelected(reason) => reason.clone(),
            Self::NotVerifiable(reason) => format!("not verified: {reason}"),
            Self::Alternative(name) => format!("not verified: an alternative, the tab `{name}` is run"),
        }
    }
}

/// Plans a document; `alternative` is one of its [`runs`].
///
/// # Errors
/// If `selection` names a block that the document does not have.
pub fn plan(
    guide: &str,
    document: &Document,
    machines: &[MachineSpec],
    selection: &Selection,
    alternative: Option<&str>,
) -> Result<Plan, BadSelection> {
    let tabs = alternatives::choice(document, alternative);
    let mut steps: Vec<Step> = document
        .blocks
        .iter()
        .enumerate()
        .filter(|(_, block)| block.is_step())
        .map(|(index, block)| step(document, index, block, machines, &tabs))
        .collect();
    select::select(document, &mut steps, selection)?;
    Ok(Plan {
        guide: guide.to_owned(),
        side: document.side,
        alternative: alternative.map(str::to_owned),
        machines: machines.iter().map(|machine| machine.of_run(alternative)).collect(),
        steps,
        notes: Vec::new(),
    })
}

fn step(document: &Document, index: usize, block: &Block, machines: &[MachineSpec], tabs: &[&str]) -> Step {
    let keys = &block.keys;
    let is_browser = block.role == Role::Browser;
    let named = keys
        .machine
        .as_deref()
        .or(is_browser.then_some(browser_block::MACHINE))
        .and_then(|name| machines.iter().position(|machine| machine.name == name));
    let skip = keys.skip.clone().map(NotRun::Skipped);
    Step {
        block: index,
        machine: named.unwrap_or(0),
        terminal: keys.terminal.clone().unwrap_or_else(|| MAIN_TERMINAL.to_owned()),
        action: action(document, index, block),
        timeout: keys.timeout.or(document.front.timeout).unwrap_or(DEFAULT_TIMEOUT),
        eventually: keys.eventually,
        exit: keys.exit.clone(),
        fills: keys.fills.clone(),
        not_run: skip
            .or_else(|| other_tab(block, tabs))
            .or_else(|| unreadable(block))
            .or_else(|| without_command(block)),
        notes: uncompared::notes(document, index),
        advice: Vec::new(),
    }
}

/// A block of another tab than the one that is taken.
fn other_tab(block: &Block, tabs: &[&str]) -> Option<NotRun> {
    let tab = block.tab.as_ref()?;
    let taken = tabs.get(tab.group).filter(|taken| **taken != tab.name)?;
    Some(NotRun::Alternative((*taken).to_owned()))
}

/// A browser block with a line that nobody understands is not run in part.
fn unreadable(block: &Block) -> Option<NotRun> {
    let faults = (block.role == Role::Browser).then(|| browser::steps(&block.text).1)?;
    faults
        .into_iter()
        .next()
        .map(|fault| NotRun::NotVerifiable(fault.message))
}

/// A block in which nothing runs proves nothing.
fn without_command(block: &Block) -> Option<NotRun> {
    let reason = match block.role {
        Role::Console(_) => "it has no command: no line begins with `$ `",
        Role::Script => "it has no command",
        _ => return None,
    };
    shell::commands(&block.commands_text())
        .is_empty()
        .then(|| NotRun::NotVerifiable(reason.to_owned()))
}

fn action(document: &Document, index: usize, block: &Block) -> Action {
    let keys = &block.keys;
    if let (Role::File, Some(path)) = (&block.role, &keys.file) {
        let text = block.text.clone();
        return Action::File(FileStep {
            path: path.clone(),
            text,
            mode: keys.mode,
            owner: keys.owner.clone(),
            append: keys.append,
        });
    }
    if block.role == Role::Browser {
        return Action::Browser(browser::steps(&block.text).0);
    }
    if let Some(name) = &keys.background {
        let script = block.commands_text();
        return Action::Background(Background {
            name: name.clone(),
            script,
            tty: keys.tty,
            ready: keys.ready.clone(),
            expected: of_program(document, index, block),
            guessed: false,
        });
    }
    let pastes = match &block.role {
        Role::Script => vec![whole(document, index, block)],
        Role::Console(commands) if commands.iter().all(|command| command.output.is_empty()) => {
            vec![whole(document, index, block)]
        }
        Role::Console(commands) => commands
            .iter()
            .map(|command| Paste {
                script: command.script.clone(),
                lines: command.lines.clone(),
                expected: vec![shown(index, block, command.output.clone())],
            })
            .collect(),
        _ => return Action::Nothing,
    };
    // An original cannot be annotated; its reader sits at a terminal.
    let unannotated = document.side == Side::Original && pastes.iter().any(|paste| wants_terminal(&paste.script));
    let tty = keys.tty || keys.enter || !keys.answers.is_empty() || unannotated;
    Action::Commands(Commands {
        pastes,
        tty,
        enter: keys.enter,
        leave: keys.leave,
        answers: keys.answers.clone(),
        unattended: false,
    })
}

/// What a program that keeps its terminal prints: as the `output` fences say, or the transcript that starts it.
fn of_program(document: &Document, index: usize, block: &Block) -> Vec<Expected> {
    let mut expected = whole(document, index, block).expected;
    if let Role::Console(commands) = &block.role {
        let outputs = commands.last().map(|command| command.output.clone());
        expected.extend(
            outputs
                .filter(|lines| !lines.is_empty())
                .map(|lines| shown(index, block, lines)),
        );
    }
    expected
}

/// Returns whether a script asks a container engine for a terminal: `docker run -it …`.
fn wants_terminal(script: &str) -> bool {
    let words: Vec<&str> = script.split_whitespace().collect();
    let engine = words
        .iter()
        .any(|word| matches!(*word, "docker" | "podman" | "kubectl" | "docker-compose"));
    let asks = |word: &&str| {
        *word == "--tty"
            || word
                .strip_prefix('-')
                .is_some_and(|flags| matches!(flags, "it" | "ti" | "t"))
    };
    engine && words.iter().any(asks)
}

/// All commands of a block as one paste, with the output fences that belong to it.
fn whole(document: &Document, index: usize, block: &Block) -> Paste {
    let checked = document.outputs_of(index).filter(|(_, output)| output.is_compared());
    let expected = checked
        .map(|(at, output)| shown(at, output, 0..output.text.lines().count()))
        .collect();
    Paste {
        script: block.commands_text(),
        lines: 0..block.text.lines().count(),
        expected,
    }
}

fn shown(index: usize, block: &Block, lines: Range<usize>) -> Expected {
    let (expectation, _) = expected::of_block(block, lines.clone());
    Expected {
        block: index,
        lines,
        stream: block.keys.stream.unwrap_or_default(),
        expectation,
    }
}

impl NotRun {
    /// Returns the reason that reports give.
    pub fn reason(&self) -> String {
        match self {
            Self::Skipped(reason) | Self::NotSelected(reason) | Self::NotVerifiable(reason) => reason.clone(),
            Self::Alternative(name) => format!("an alternative: the tab `{name}` was run"),
        }
    }
}

impl Plan {
    /// Returns whether anything of the plan would be executed.
    pub fn has_work(&self) -> bool {
        self.steps.iter().any(|step| step.not_run.is_none())
    }
}
