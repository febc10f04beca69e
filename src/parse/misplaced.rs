//! Keys that mean nothing where they stand. Whoever writes `match=json` on a block of commands believes that something is
//! compared that way, so this is an error and not a matter of taste.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::model::block::{Block, Role};
use crate::model::guide::Document;
use crate::parse::info_string::{Word, words};
use crate::source::Place;

/// Keys of blocks of commands.
const OF_COMMANDS: &[&str] = &[
    "machine",
    "terminal",
    "timeout",
    "exit",
    "tty",
    "answer",
    "enter",
    "leave",
    "background",
    "ready",
    "eventually",
    "fill",
    "skip",
    "until",
    "secret",
    "prompt",
];
/// Keys of expected output.
const OF_OUTPUTS: &[&str] = &["output", "match", "stream", "mocked", "recorded", "secret"];
/// Keys of files.
const OF_FILES: &[&str] = &[
    "file", "mode", "owner", "append", "machine", "terminal", "fill", "skip", "until",
];
/// Keys of steps in a browser.
const OF_BROWSERS: &[&str] = &["machine", "timeout", "fill", "skip", "until", "secret"];
/// Keys that need another one.
const NEEDS: &[(&str, &str)] = &[("until", "skip"), ("ready", "background"), ("region", "include")];

/// Returns the keys of a block that mean nothing on it.
pub(super) fn check(document: &Document, block: &Block) -> Vec<Diagnostic> {
    let info = &document.source.text[block.info.clone()];
    let (what, own) = kind(&block.role);
    let others = [OF_COMMANDS, OF_OUTPUTS, OF_FILES, OF_BROWSERS];
    let mut found = Vec::new();
    let is_lang = |word: &Word| word.value.is_none() && word.key.eq_ignore_ascii_case(&block.lang);
    let words: Vec<Word> = words(info).into_iter().skip_while(is_lang).collect();
    for word in &words {
        let key = word.key.as_str();
        let place = Place {
            file: Arc::clone(&document.source),
            span: block.info.start + word.span.start..block.info.start + word.span.end,
        };
        let misplaced = |fact: String| Diagnostic::error("key-misplaced", Some(place.clone()), fact);
        if !own.contains(&key) && others.iter().any(|keys| keys.contains(&key)) {
            found.push(misplaced(format!("the key `{key}` means nothing on {what}")).help(advice(key)));
        } else if let Some((_, needed)) = NEEDS.iter().find(|(needy, _)| *needy == key)
            && !words.iter().any(|other| other.key == *needed)
        {
            let fact = format!("the key `{key}` means nothing without `{needed}=`");
            found.push(misplaced(fact).help(format!("add `{needed}=`, or remove `{key}=`")));
        }
    }
    found
}

fn kind(role: &Role) -> (&'static str, &'static [&'static str]) {
    match role {
        Role::Script | Role::Console(_) => ("a block of commands", OF_COMMANDS),
        Role::Output(_) => ("an expected output", OF_OUTPUTS),
        Role::File => ("a file", OF_FILES),
        Role::Browser => ("steps in a browser", OF_BROWSERS),
        Role::Other => ("a block that is only shown", &[]),
    }
}

fn advice(key: &str) -> String {
    let of = |keys: &[&str]| keys.contains(&key);
    match key {
        _ if of(OF_OUTPUTS) => "write it on the `output` fence that follows the block".to_owned(),
        "mode" | "owner" | "append" => "it says how a file is saved; name the file with `file=PATH`".to_owned(),
        _ if of(OF_COMMANDS) => "it belongs on a fence whose commands run: sh, bash, console".to_owned(),
        _ => "remove it".to_owned(),
    }
}
