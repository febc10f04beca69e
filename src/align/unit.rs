//! Documents to units: the logical commands, outputs and files that are paired.

use std::collections::BTreeMap;
use std::ops::Range;

use super::comparison::PairRole;
use super::role::{Reading, guesses};
use crate::model::block::{Block, Role};
use crate::model::compare::OriginalRole;
use crate::model::guide::Document;
use crate::shell::{self, Opener, ProblemKind, PromptKind};

/// How many lines of a transcript may join one command: bounds the work on quotes that never close.
const MAX_JOINED: usize = 60;

/// What is paired: a logical command, an output or a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    /// Index of its block.
    pub(super) block: usize,
    /// Its lines within the block, 0-based, half open.
    pub(super) lines: Range<usize>,
    /// Only units of the same role are paired.
    pub(super) role: PairRole,
    /// Its text without prompts, continuation marks and blanks that only lay it out.
    pub(super) text: String,
    /// For an output: index of the unit of the command that prints it.
    pub(super) owner: Option<usize>,
}

impl Unit {
    /// Returns how many letters and digits its text has.
    pub(super) fn weight(&self) -> usize {
        self.text.chars().filter(|c| c.is_alphanumeric()).count()
    }
}

/// What of a line is only layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Blanks at both ends.
    Plain,
    /// Continuation marks too.
    Script,
    /// Prompts too.
    Transcript {
        /// `# ` is a prompt.
        hash: bool,
    },
}

/// A document, cut into units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Units {
    /// The units in order.
    pub(super) list: Vec<Unit>,
    /// For each block: the number of its step, 1-based; an output has that of its command, a hidden block 0.
    pub(super) steps: Vec<usize>,
    /// For each block: its role as a whole; `None` for hidden and empty blocks, which are not shown.
    pub(super) roles: Vec<Option<PairRole>>,
    /// For each block: what of its lines is only layout.
    pub(super) styles: Vec<Style>,
    /// For each block: the indices of its units.
    pub(super) of_block: Vec<Range<usize>>,
}

impl Units {
    /// Returns how many steps the document has.
    pub(super) fn step_count(&self) -> usize {
        self.steps.iter().copied().max().unwrap_or(0)
    }
}

/// Cuts the visible blocks of `document` into units; `roles` says what some of its blocks are.
pub(super) fn units(document: &Document, roles: &BTreeMap<usize, OriginalRole>) -> Units {
    let count = document.blocks.len();
    let mut units = Units {
        list: Vec::new(),
        steps: vec![0; count],
        roles: vec![None; count],
        styles: vec![Style::Plain; count],
        of_block: vec![0..0; count],
    };
    let mut step = 0;
    for (index, (block, guess)) in document.blocks.iter().zip(guesses(document, roles)).enumerate() {
        let reading = guess.reading;
        let start = units.list.len();
        units.styles[index] = match reading {
            Reading::Script => Style::Script,
            Reading::Transcript { hash } => Style::Transcript { hash },
            Reading::Output | Reading::File => Style::Plain,
        };
        if !block.hidden && !block.text.trim().is_empty() {
            let role = match reading {
                Reading::Script | Reading::Transcript { .. } => PairRole::Command,
                Reading::Output => PairRole::Output,
                Reading::File => PairRole::File,
            };
            step += usize::from(role != PairRole::Output);
            units.roles[index] = Some(role);
            units.steps[index] = step.max(1);
            block_units(index, block, reading, &mut units);
        }
        units.of_block[index] = start..units.list.len();
    }
    units
}

fn block_units(index: usize, block: &Block, reading: Reading, units: &mut Units) {
    let lines: Vec<&str> = block.text.lines().collect();
    let whole = 0..lines.len();
    match reading {
        Reading::Script => {
            let commands = shell::commands(&block.text);
            for command in &commands {
                push(units, index, &lines, command.lines.clone(), PairRole::Command, None);
            }
            if commands.is_empty() {
                push(units, index, &lines, whole, PairRole::Command, None);
            }
        }
        Reading::Transcript { hash } => transcript(index, &lines, hash, units),
        Reading::Output => {
            let owner = output_owner(block, units);
            push(units, index, &lines, whole, PairRole::Output, owner);
        }
        Reading::File => push(units, index, &lines, whole, PairRole::File, None),
    }
}

/// The last unit of the commands whose output `block` is.
fn output_owner(block: &Block, units: &Units) -> Option<usize> {
    let named = match block.role {
        Role::Output(Some(owner)) => units
            .of_block
            .get(owner)
            .filter(|range| !range.is_empty())
            .map(|range| range.end - 1),
        _ => None,
    };
    named.or_else(|| units.list.iter().rposition(|unit| unit.role == PairRole::Command))
}

/// Commands stand after prompts; a line that continues none is output of the command above it.
fn transcript(block: usize, lines: &[&str], hash: bool, units: &mut Units) {
    let mut at = 0;
    let mut owner = None;
    while at < lines.len() {
        let start = at;
        if starts_command(lines[at], hash) {
            at = command_end(lines, at);
            owner = Some(units.list.len());
            push(units, block, lines, start..at, PairRole::Command, None);
        } else {
            while at < lines.len() && !starts_command(lines[at], hash) {
                at += 1;
            }
            if lines[start..at].iter().any(|line| !line.trim().is_empty()) {
                push(units, block, lines, start..at, PairRole::Output, owner);
            }
        }
    }
}

fn starts_command(line: &str, hash: bool) -> bool {
    shell::prompt(line).is_some_and(|prompt| match prompt.kind {
        PromptKind::User | PromptKind::Root | PromptKind::Windows | PromptKind::Program => true,
        PromptKind::Hash => hash,
        PromptKind::Continuation => false,
    })
}

/// Returns the line after the command that begins on line `start`.
fn command_end(lines: &[&str], start: usize) -> usize {
    let mut text = bare(lines[start]).to_owned();
    let mut at = start + 1;
    while let Some(line) = lines.get(at).filter(|_| at - start < MAX_JOINED) {
        let continued = shell::prompt(line).is_some_and(|prompt| prompt.kind == PromptKind::Continuation);
        if !continued && !is_open(&text) {
            break;
        }
        text.push('\n');
        text.push_str(if continued { bare(line) } else { line });
        at += 1;
    }
    at
}

fn is_open(text: &str) -> bool {
    text.ends_with('\\')
        || shell::problems(text).iter().any(|problem| {
            let quotes = matches!(
                problem.kind,
                ProblemKind::Unclosed(Opener::SingleQuote | Opener::DoubleQuote | Opener::Heredoc(_))
            );
            quotes && text.len() < 8192
        })
}

/// Returns `line` without its prompt.
pub(super) fn bare(line: &str) -> &str {
    shell::prompt(line).map_or(line, |prompt| &line[prompt.len..])
}

fn push(units: &mut Units, block: usize, lines: &[&str], range: Range<usize>, role: PairRole, owner: Option<usize>) {
    let text = normal_text(&lines[range.clone()], units.styles[block]);
    units.list.push(Unit {
        block,
        lines: range,
        role,
        text,
        owner,
    });
}

/// The text that is compared: lines that backslashes join are one, prompts are gone, blanks are single.
fn normal_text(lines: &[&str], style: Style) -> String {
    let mut text = String::new();
    let mut joined = true;
    for line in lines {
        let (span, goes_on) = content(line, style);
        if !text.is_empty() && !span.is_empty() {
            text.push(if joined { ' ' } else { '\n' });
        }
        let words: Vec<&str> = line[span].split_whitespace().collect();
        text.push_str(&words.join(" "));
        joined = goes_on;
    }
    text
}

/// Returns the part of a line that is compared, without prompt, outer blanks and continuation mark; and whether it had
/// such a mark.
pub(super) fn content(line: &str, style: Style) -> (Range<usize>, bool) {
    let prompt = match style {
        Style::Plain => return (trimmed(line, 0..line.len()), false),
        Style::Script => None,
        Style::Transcript { hash } => shell::prompt(line).filter(|prompt| hash || prompt.kind != PromptKind::Hash),
    };
    let span = trimmed(line, prompt.map_or(0, |prompt| prompt.len)..line.len());
    match line[span.clone()].strip_suffix('\\') {
        Some(head) => (trimmed(line, span.start..span.start + head.len()), true),
        None => (span, false),
    }
}

/// Returns `span` without the blanks at its ends.
fn trimmed(line: &str, span: Range<usize>) -> Range<usize> {
    let text = &line[span.clone()];
    let start = span.start + (text.len() - text.trim_start().len());
    start..start + text.trim().len()
}
