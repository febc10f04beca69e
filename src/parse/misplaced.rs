//! Keys that mean nothing where they stand. Whoever writes `match=json` on a block of commands believes that something is
//! compared that way, so this is an error and not a matter of taste.

use crate::diagnostic::Diagnostic;
use crate::model::block::{Block, Role};
use crate::model::guide::Document;
use crate::parse::info_string::{Word, words};
use crate::parse::role::CONSOLES;

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
const OF_BROWSERS: &[&str] = &["machine", "terminal", "timeout", "fill", "skip", "until", "secret"];
/// Keys that say how commands end or go on, which a program that keeps its terminal does not.
const NOT_BESIDE_BACKGROUND: &[&str] = &["exit", "eventually", "answer", "enter", "leave"];
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
        let place = document.place(block.info.start + word.span.start..block.info.start + word.span.end);
        let misplaced = |fact: String| Diagnostic::error("key-misplaced", Some(place.clone()), fact);
        if !own.contains(&key) && others.iter().any(|keys| keys.contains(&key)) {
            found.push(misplaced(format!("the key `{key}` means nothing on {what}")).help(advice(key)));
        } else if key == "prompt" && block.role == Role::Script {
            let fact = "the key `prompt` means nothing on a block of commands without prompts";
            found.push(misplaced(fact.to_owned()).help("use the language `console`, or remove the key"));
        } else if key == "file" && CONSOLES.contains(&block.lang.as_str()) {
            let fact = "a transcript is no file that a reader saves".to_owned();
            found.push(misplaced(fact).help("use another language, or remove `file=`"));
        } else if NOT_BESIDE_BACKGROUND.contains(&key) && block.keys.background.is_some() {
            let fact = format!("the key `{key}` means nothing beside `background=`: the program keeps running");
            found.push(misplaced(fact).help("write it on the block that uses the program, or remove it"));
        } else if let Some((_, needed)) = NEEDS.iter().find(|(needy, _)| *needy == key)
            && !words.iter().any(|other| other.key == *needed)
        {
            let fact = format!("the key `{key}` means nothing without `{needed}=`");
            found.push(misplaced(fact).help(format!("add `{needed}=`, or remove `{key}=`")));
        }
    }
    found
}

/// Returns the programs that keep running under a name that one before them has: reports could not tell them apart.
pub(super) fn services(document: &Document) -> Vec<Diagnostic> {
    let runs = |block: &&Block| block.keys.background.is_some() && block.keys.skip.is_none();
    let mut known: Vec<&Block> = Vec::new();
    let mut found = Vec::new();
    for block in document.blocks.iter().filter(runs) {
        let is_same = |other: &&&Block| other.keys.background == block.keys.background && !block.is_instead_of(other);
        if let (Some(other), Some(name)) = (known.iter().find(is_same), &block.keys.background) {
            let fact = format!("block `{}` started a program under the name `{name}` already", other.id);
            let place = document.place(block.info.clone());
            let fault = Diagnostic::error("double-background", Some(place), fact);
            found.push(fault.help("give each its own name: `background=NAME`"));
        }
        known.push(block);
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

#[cfg(test)]
mod tests {
    use crate::model::guide::Side;
    use crate::source::SourceFile;

    fn codes(fences: &[&str]) -> Vec<&'static str> {
        let fences = fences.iter().map(|info| format!("```{info}\n$ ls\n```\n"));
        let source = SourceFile::new("a.md", fences.collect::<String>());
        let document = crate::parse::document(source, Side::Revised).value;
        let blocks = document.blocks.iter();
        let mut found: Vec<_> = blocks.flat_map(|block| super::check(&document, block)).collect();
        found.extend(super::services(&document));
        found.iter().map(|diagnostic| diagnostic.code).collect()
    }

    #[test]
    fn keys_that_do_nothing_are_told() {
        for info in [
            "console file=/x",
            "sh background=w exit=1",
            "sh background=w eventually=5s",
            "sh background=w answer=\"a => b\"",
            "conf mode=644",
        ] {
            assert_eq!(codes(&[info]), ["key-misplaced"], "{info}");
        }
        for info in [
            "sh file=/x mode=755",
            "console prompt=root",
            "sh background=w timeout=5s",
        ] {
            assert!(codes(&[info]).is_empty(), "{info}");
        }
    }

    #[test]
    fn programs_that_run_have_a_name_each() {
        assert_eq!(codes(&["sh background=w", "sh background=w"]), ["double-background"]);
        assert!(codes(&["sh background=w tab=A", "sh background=w tab=B"]).is_empty());
        assert!(codes(&["sh background=w", "sh background=v"]).is_empty());
    }
}
