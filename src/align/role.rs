//! What a fence is for where its author did not say: commands, a transcript, output, or a file.
//!
//! An original is often somebody else's page, so its fences carry no keys and sometimes no language. Both sides are
//! read alike: `docgen compare` takes any two texts.
//! Only text that leaves little doubt overrules what a fence says of itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::block::{Block, Role};
use crate::model::compare::OriginalRole;
use crate::model::guide::Document;
use crate::parse::guess::{
    has_hash_prompts, has_prompts, is_command, is_other_shell, is_surely_output, known_commands, says_nothing,
};
use crate::shell;

/// How a block is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Commands only.
    Script,
    /// Prompts with commands; every other line is output.
    Transcript {
        /// `# ` is a prompt here, not a comment.
        hash: bool,
    },
    /// Output of the commands above it.
    Output,
    /// Anything else.
    File,
}

/// How a block is read, and whether its own text leaves little doubt about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Guess {
    /// How it is read.
    pub(super) reading: Reading,
    /// Whether the other text has no say.
    pub(super) sure: bool,
}

/// Returns how each block of `document` is read, by its index. What `roles` says of a block is not doubted.
pub(super) fn guesses(document: &Document, roles: &BTreeMap<usize, OriginalRole>) -> Vec<Guess> {
    let known = known_commands(document);
    let by_root = document
        .blocks
        .iter()
        .any(|block| is_bare(block) && is_all_hashes(&block.text));
    let mut guesses: Vec<Guess> = Vec::with_capacity(document.blocks.len());
    for (index, block) in document.blocks.iter().enumerate() {
        let before = guesses.last().map(|guess| guess.reading);
        let after_transcript = matches!(before, Some(Reading::Transcript { .. }));
        let after_editor = index
            .checked_sub(1)
            .is_some_and(|before| ends_in_editor(&document.blocks[before].text));
        let after_commands = matches!(before, Some(Reading::Transcript { .. } | Reading::Script));
        let reading = match &block.role {
            _ if roles.contains_key(&index) => told(roles[&index], block, &known),
            Role::Console(_) => Reading::Transcript {
                hash: block.keys.prompt_root || (!has_prompts(&block.text) && begins_with_hash(&block.text)),
            },
            Role::Script => script(block, after_commands),
            Role::Output(_) => Reading::Output,
            Role::File | Role::Browser => Reading::File,
            Role::Other if is_bare(block) && by_root && begins_with_hash(&block.text) => {
                Reading::Transcript { hash: true }
            }
            Role::Other if is_bare(block) && after_editor && !has_prompts(&block.text) => Reading::File,
            Role::Other if is_bare(block) => guess(&block.text, &known, after_commands, after_transcript),
            Role::Other if shell::is_shell(&block.lang) || is_other_shell(&block.lang) => script(block, after_commands),
            Role::Other => Reading::File,
        };
        let sure = roles.contains_key(&index) || block.hidden || is_sure(block, reading, after_commands);
        guesses.push(Guess { reading, sure });
    }
    guesses
}

/// Returns whether a block says what it is: by its keys, by prompts, by what everybody knows for a command or an output.
fn is_sure(block: &Block, reading: Reading, after_commands: bool) -> bool {
    let first = block
        .text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#'));
    match (&block.role, reading) {
        (Role::Output(_) | Role::Console(_) | Role::File | Role::Browser, _) | (_, Reading::Transcript { .. }) => true,
        (_, Reading::Output) => is_surely_output(&block.text),
        (_, Reading::Script) => first.is_none_or(|line| is_command(line, &BTreeSet::new())),
        (_, Reading::File) => !is_bare(block) && !after_commands,
    }
}

/// A fence that does not say what it is.
fn is_bare(block: &Block) -> bool {
    block.role == Role::Other && says_nothing(&block.lang)
}

/// A fence with nothing but `# ` lines would hold no command at all if they were comments.
fn is_all_hashes(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    begins_with_hash(text) && lines.all(begins_with_hash)
}

/// Returns whether the last command opens a file to be edited: what the next fence shows stands in that file.
fn ends_in_editor(text: &str) -> bool {
    const EDITORS: [&str; 8] = ["nano", "vi", "vim", "nvim", "emacs", "gedit", "sudoedit", "$EDITOR"];
    let last = text
        .lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let command = shell::prompt(last).map_or(last, |prompt| &last[prompt.len..]);
    let mut words = command.split_whitespace().skip_while(|word| *word == "sudo");
    words.next().is_some_and(|word| EDITORS.contains(&word)) && words.next().is_some()
}

/// Returns whether the first line could be a command after root's prompt: a comment rather begins with a capital.
fn begins_with_hash(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).map(str::trim_start);
    let command = first.and_then(|line| line.strip_prefix("# "));
    command.is_some_and(|line| line.starts_with(|c: char| c.is_ascii_lowercase() || matches!(c, '/' | '.' | '~')))
}

/// A block whose role the author gives; commands may have prompts.
fn told(role: OriginalRole, block: &Block, known: &BTreeSet<&str>) -> Reading {
    match role {
        OriginalRole::Output => Reading::Output,
        OriginalRole::File => Reading::File,
        OriginalRole::Command if has_prompts(&block.text) => Reading::Transcript { hash: false },
        OriginalRole::Command if has_hash_prompts(&block.text, known) => Reading::Transcript { hash: true },
        OriginalRole::Command => Reading::Script,
    }
}

/// A fence that says it is shell: true, unless every line of it is what programs print.
fn script(block: &Block, after_commands: bool) -> Reading {
    if has_prompts(&block.text) {
        return Reading::Transcript { hash: false };
    }
    if after_commands && is_surely_output(&block.text) {
        Reading::Output
    } else {
        Reading::Script
    }
}

/// A fence without a language.
fn guess(text: &str, known: &BTreeSet<&str>, after_commands: bool, after_transcript: bool) -> Reading {
    if has_prompts(text) {
        return Reading::Transcript { hash: false };
    }
    if has_hash_prompts(text, known) {
        return Reading::Transcript { hash: true };
    }
    if after_commands && (after_transcript || is_surely_output(text)) {
        return Reading::Output;
    }
    if are_commands(text, known) {
        return Reading::Script;
    }
    if after_commands { Reading::Output } else { Reading::File }
}

/// Returns whether the first line is a command, or one that follows it where all lines begin with a word in small letters:
/// not every program is known.
fn are_commands(text: &str, known: &BTreeSet<&str>) -> bool {
    let lines = || {
        let lines = text.lines().map(str::trim);
        lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
    };
    let small = |line: &str| {
        let word = line.split_whitespace().next().unwrap_or_default();
        word.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte))
    };
    lines().next().is_some_and(|line| is_command(line, known))
        || (lines().all(small) && lines().any(|line| is_command(line, known)))
}
