//! Words that a second shell reads as a script: `sh -c '…'`, `eval …`, `ssh host '…'`, a here-document for `bash`.

use super::simple::{SimpleCommand, simple_commands};
use crate::source::Span;

/// Shells that take a script as the word after `-c`, or as their input.
const SHELLS: [&str; 6] = ["sh", "bash", "dash", "ash", "ksh", "zsh"];

/// Programs that run the word after `-c` by a shell.
const RUNNERS: [&str; 3] = ["su", "runuser", "script"];

/// Programs that have their arguments read by a shell.
const READERS: [&str; 4] = ["eval", "trap", "ssh", "watch"];

/// Returns whether what stands at `place` of a script, a word or the mark `<<` of a here-document, is read by a second
/// shell once the first has read it.
pub fn reads_again(script: &str, place: &Span) -> bool {
    simple_commands(script)
        .iter()
        .any(|command| match word_at(command, place) {
            Some(index) => takes_scripts(script, command, index),
            None => script.get(place.clone()) == Some("<<") && feeds_a_shell(script, command, place),
        })
}

fn word_at(command: &SimpleCommand, place: &Span) -> Option<usize> {
    let holds = |word: &Span| word.start <= place.start && place.end <= word.end;
    command.words.iter().position(holds)
}

fn takes_scripts(script: &str, command: &SimpleCommand, index: usize) -> bool {
    let words = names(script, command);
    let (before, word) = (&words[..index], words[index]);
    let first = before
        .iter()
        .find(|name| !matches!(**name, "sudo" | "command" | "exec"));
    if first.is_some_and(|name| READERS.contains(name)) {
        return true;
    }
    let shell = before
        .iter()
        .any(|name| SHELLS.contains(name) || RUNNERS.contains(name));
    let flag =
        |word: &str| word == "--command" || (word.starts_with('-') && !word.starts_with("--") && word.ends_with('c'));
    shell && (before.last().is_some_and(|last| flag(last)) || word.starts_with("--command=") || word.starts_with("-c"))
}

/// Returns whether a shell is called on the line of the `<<` at `place`.
fn feeds_a_shell(script: &str, command: &SimpleCommand, place: &Span) -> bool {
    let line_of = |at: usize| script[..at].bytes().filter(|byte| *byte == b'\n').count();
    let same_line = command
        .words
        .last()
        .is_some_and(|word| line_of(word.start) == line_of(place.start));
    let mut names = names(script, command).into_iter();
    same_line && names.any(|name| SHELLS.contains(&name) || name == "ssh")
}

/// The words of a command without quotes around them and without the folders of a program.
fn names<'a>(script: &'a str, command: &SimpleCommand) -> Vec<&'a str> {
    let bare = |span: &Span| script[span.clone()].trim_matches(['"', '\'']);
    let name = |word: &'a str| match word.rsplit_once('/') {
        Some((_, name)) if !word.starts_with('-') => name,
        _ => word,
    };
    command.words.iter().map(|span| name(bare(span))).collect()
}
