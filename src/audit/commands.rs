//! Mistakes in commands and in saved files.

use std::ops::Range;

use super::names::{hosts, image, misspelt, numbers, off_by_one};
use super::{Change, Kind, Mutant};
use crate::model::block::{Block, Role};
use crate::model::guide::Document;
use crate::shell;
use crate::source::Span;
use crate::update::Edit;

/// A text of a block: all of it, or one command of a transcript.
struct Script<'a> {
    document: &'a Document,
    index: usize,
    block: &'a Block,
    text: &'a str,
    /// Line of the block's body on which it begins.
    first: usize,
}

/// Returns the mistakes in the commands of a block.
pub(super) fn of_block(document: &Document, index: usize) -> Vec<Mutant> {
    let block = &document.blocks[index];
    let script = |text, first| Script {
        document,
        index,
        block,
        text,
        first,
    };
    match &block.role {
        Role::Script => script(&block.text, 0).mutants(),
        Role::Console(commands) => commands
            .iter()
            .flat_map(|command| script(&command.script, command.lines.start).mutants())
            .collect(),
        _ => Vec::new(),
    }
}

/// Returns the mistakes in a file that the reader saves.
pub(super) fn of_file(document: &Document, index: usize) -> Vec<Mutant> {
    let block = &document.blocks[index];
    let script = Script {
        document,
        index,
        block,
        text: &block.text,
        first: 0,
    };
    let mut at = 0;
    let mut found = Vec::new();
    for word in block.text.split_inclusive(char::is_whitespace) {
        let trimmed = word.trim_end();
        found.extend(script.in_word(at..at + trimmed.len(), false));
        at += word.len();
    }
    found
}

impl Script<'_> {
    fn mutants(&self) -> Vec<Mutant> {
        let mut found = Vec::new();
        for command in shell::commands(self.text) {
            let words = &command.words;
            let Some(first) = words.first() else { continue };
            if sets_up(&self.text[first.clone()]) {
                found.extend(self.mutant(Kind::DropCommand, command.span.clone(), String::new()));
            } else {
                found.extend(self.program(words));
            }
            for at in 0..words.len() {
                found.extend(self.flag(words, at));
                found.extend(self.in_word(words[at].clone(), true));
            }
        }
        found
    }

    /// The program of a command; behind `sudo`, if it is there.
    fn program(&self, words: &[Span]) -> Option<Mutant> {
        let is_option = |word: &&Span| self.text[(*word).clone()].starts_with('-');
        let own = |word: &&Span| self.text[(*word).clone()] != *"sudo" && !is_option(word);
        let program = words.iter().find(own)?.clone();
        let name = &self.text[program.clone()];
        let plain = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/'));
        let changed = misspelt(name);
        plain.then(|| self.mutant(Kind::Program, program, changed)).flatten()
    }

    fn flag(&self, words: &[Span], at: usize) -> Vec<Mutant> {
        let flag = words[at].clone();
        let text = &self.text[flag.clone()];
        if at == 0 || !is_flag(text) {
            return Vec::new();
        }
        let end = self.value(words, at).map_or(flag.end, |value| value.end);
        let dropped = self.mutant(Kind::DropFlag, flag.start..end, String::new());
        let name = flag.start..flag.start + text.find('=').unwrap_or(text.len());
        let changed = misspelt_flag(&self.text[name.clone()]);
        dropped
            .into_iter()
            .chain(self.mutant(Kind::ChangeFlag, name, changed))
            .collect()
    }

    /// The value of the option at `at`, as far as that can be told without knowing the program: it is not the last word
    /// of the command, unless both stand on a line of their own; and a short option's is no plain word.
    fn value(&self, words: &[Span], at: usize) -> Option<Span> {
        let (flag, value) = (&words[at], words.get(at + 1)?);
        let (name, text) = (&self.text[flag.clone()], &self.text[value.clone()]);
        let between = &self.text[flag.end..value.start];
        if is_flag(text) || name.contains('=') || between.contains('\n') {
            return None;
        }
        let line_start = self.text[..flag.start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = self.text[value.end..]
            .find('\n')
            .map_or(self.text.len(), |at| value.end + at);
        let alone = self.text[line_start..flag.start].trim().is_empty()
            && matches!(self.text[value.end..line_end].trim(), "" | "\\");
        let telling = name.starts_with("--") || text.contains([':', '=', '@', '/']) || text.parse::<u32>().is_ok();
        (alone || (telling && at + 2 < words.len())).then(|| value.clone())
    }

    /// Hosts, numbers and images in one word.
    fn in_word(&self, span: Span, images: bool) -> Vec<Mutant> {
        let word = &self.text[span.clone()];
        let at = |range: Range<usize>| span.start + range.start..span.start + range.end;
        if let Some(name) = image(word).filter(|_| images) {
            let changed = misspelt(&word[name.clone()]);
            return self.mutant(Kind::Image, at(name), changed).into_iter().collect();
        }
        let hosts = hosts(word)
            .into_iter()
            .filter_map(|host| self.mutant(Kind::Host, at(host.clone()), misspelt(&word[host])));
        let numbers = numbers(word)
            .into_iter()
            .filter_map(|number| self.mutant(Kind::Number, at(number.clone()), off_by_one(&word[number])));
        hosts.chain(numbers).collect()
    }

    /// The mutant that has `after` at `span` of the script; `None` if that does not stand in the text as it is.
    fn mutant(&self, kind: Kind, span: Span, after: String) -> Option<Mutant> {
        let before = self.text[span.clone()].to_owned();
        let source = self.place(span.start)?..self.place(span.end)?;
        Some(Mutant {
            kind,
            block: self.index,
            line: self.document.source.line(source.start),
            before,
            after: after.clone(),
            change: Change::Text(Edit {
                span: source,
                text: after,
            }),
        })
    }

    /// The byte of the source at which the byte `at` of the script stands.
    fn place(&self, at: usize) -> Option<usize> {
        let start = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let line = self.text[..at].matches('\n').count();
        let text = self.text[start..].lines().next().unwrap_or_default();
        let span = self.block.lines.get(self.first + line)?;
        let shown = self.document.source.text.get(span.clone())?;
        shown
            .ends_with(text)
            .then(|| span.end - text.len() + (at - start).min(text.len()))
    }
}

fn is_flag(word: &str) -> bool {
    let name = word.trim_start_matches('-');
    word.starts_with('-') && word.len() - name.len() <= 2 && name.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Returns whether a command's first word says that it only sets the shell up for what follows.
fn sets_up(word: &str) -> bool {
    const NAMES: [&str; 9] = ["cd", "export", "source", ".", "set", "shopt", "umask", "alias", "pushd"];
    let assigns = word
        .split_once('=')
        .is_some_and(|(name, _)| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
    NAMES.contains(&word) || assigns
}

/// `--name` with letters in the wrong order; `-n` as `-N`.
fn misspelt_flag(flag: &str) -> String {
    if let Some(name) = flag.strip_prefix("--") {
        return format!("--{}", misspelt(name));
    }
    let other = |c: char| {
        if c.is_ascii_lowercase() {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        }
    };
    let mut chars: Vec<char> = flag.chars().collect();
    if let Some(last) = chars.iter_mut().rev().find(|c| c.is_ascii_alphabetic()) {
        *last = other(*last);
    }
    chars.into_iter().collect()
}
