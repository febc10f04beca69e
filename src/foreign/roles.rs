//! What each fence of a text is. Pure.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Parsed};
use crate::foreign::language::{Language, language};
use crate::model::block::{Block, ConsoleCommand, MatchMode, Role};
use crate::model::guide::Document;
use crate::parse::console;
use crate::parse::guess;
use crate::shell::{self, PromptKind};
use crate::source::Place;

/// A text whose fences have their roles.
pub(super) struct Fences {
    pub(super) document: Document,
    /// One entry a block.
    pub(super) facts: Vec<Fact>,
    /// Fences without a language that were left alone.
    pub(super) without_language: usize,
}

/// What else is known of a block.
#[derive(Debug, Clone, Default)]
pub(super) struct Fact {
    pub(super) language: Language,
    /// Its commands are not for the shell of the machine.
    pub(super) other_shell: bool,
    /// Lines of its body (0-based) that are no commands, though it says that it is a script.
    pub(super) mixed: Option<usize>,
    /// It shows output beside its commands that only guessing says to be such.
    pub(super) guessed_transcript: bool,
    /// Lines (1-based) of the fences after it that look like its output and are not compared.
    pub(super) outputs: Vec<usize>,
}

/// Gives every block its role.
pub(super) fn roles(mut document: Document, outputs: bool) -> Parsed<Fences> {
    let mut facts: Vec<Fact> = Vec::with_capacity(document.blocks.len());
    let mut diagnostics = Vec::new();
    let mut without_language = 0;
    let mut owner: Option<usize> = None;
    let known: BTreeSet<String> = guess::known_commands(&document)
        .into_iter()
        .map(str::to_owned)
        .collect();
    let known: BTreeSet<&str> = known.iter().map(String::as_str).collect();
    for index in 0..document.blocks.len() {
        let block = &document.blocks[index];
        let mut fact = Fact {
            language: language(&document.source.text[block.info.clone()], after(&document, block)),
            ..Fact::default()
        };
        let near = owner.filter(|owner| document.blocks[*owner].section == block.section);
        let kind = kind(&document, block, &fact.language.name, near, &known);
        let role = match kind {
            Kind::AsWritten => block.role.clone(),
            Kind::Script => Role::Script,
            Kind::Transcript { guessed } => {
                fact.guessed_transcript = guessed;
                Role::Console(transcript(&block.text, block.keys.prompt_root))
            }
            Kind::Hashes => {
                fact.guessed_transcript = true;
                Role::Console(transcript(&block.text, true))
            }
            Kind::Mixed(line) => {
                fact.mixed = Some(line);
                diagnostics.push(mixed(&document, block, line));
                Role::Script
            }
            Kind::OtherShell => {
                fact.other_shell = true;
                Role::Script
            }
            Kind::Output if outputs => Role::Output(near),
            Kind::Output => {
                if let Some(owner) = near {
                    facts[owner].outputs.push(document.source.line(block.fence.start));
                }
                Role::Other
            }
            Kind::Unlabelled => {
                without_language += 1;
                Role::Other
            }
            Kind::Other => Role::Other,
        };
        if matches!(role, Role::Script | Role::Console(_) | Role::File) && !block.hidden {
            owner = Some(index);
        }
        facts.push(fact);
        document.blocks[index].role = role;
    }
    share_outputs(&mut document);
    let value = Fences {
        document,
        facts,
        without_language,
    };
    Parsed { value, diagnostics }
}

enum Kind {
    /// The author told docgen.
    AsWritten,
    Script,
    Transcript {
        guessed: bool,
    },
    /// A transcript whose prompts are `# `.
    Hashes,
    /// A script with a line that was printed.
    Mixed(usize),
    OtherShell,
    Output,
    Unlabelled,
    Other,
}

fn kind(document: &Document, block: &Block, lang: &str, owner: Option<usize>, known: &BTreeSet<&str>) -> Kind {
    let keys = &block.keys;
    let marked =
        keys.output || keys.matching.is_some() || keys.stream.is_some() || keys.mocked.is_some() || keys.recorded;
    if block.hidden || keys.file.is_some() || (marked && matches!(block.role, Role::Output(_))) {
        return Kind::AsWritten;
    }
    let after_commands = owner.is_some();
    if guess::is_other_shell(lang) || matches!(lang, "dosbatch" | "bash-windows") {
        return Kind::OtherShell;
    }
    if shell::is_shell(lang)
        || matches!(
            lang,
            "bash-session" | "zsh-session" | "ksh-session" | "cli" | "posh-session"
        )
    {
        return shell_kind(block, lang, after_commands);
    }
    if lang == "output" && after_commands {
        return Kind::Output;
    }
    if guess::says_nothing(lang) {
        let first = block
            .text
            .lines()
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default();
        return match begins_with_prompt(first) {
            Some(PromptKind::Windows) => Kind::OtherShell,
            Some(PromptKind::User | PromptKind::Root) => Kind::Transcript { guessed: true },
            _ if guess::has_hash_prompts(&block.text, known) => Kind::Hashes,
            _ if after_commands && (!lang.is_empty() || tells_of_output(document, block)) => Kind::Output,
            _ if after_commands && guess::is_surely_output(&block.text) => Kind::Output,
            _ => Kind::Unlabelled,
        };
    }
    match lang {
        "browser" => Kind::AsWritten,
        "json" | "xml" | "html" | "yaml" | "yml" | "csv" | "http"
            if after_commands && tells_of_output(document, block) =>
        {
            Kind::Output
        }
        _ => Kind::Other,
    }
}

fn shell_kind(block: &Block, lang: &str, after_commands: bool) -> Kind {
    let first = block
        .text
        .lines()
        .find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .unwrap_or_default();
    let is_transcript = !matches!(lang, "sh" | "bash" | "shell" | "zsh" | "ksh" | "dash" | "cli");
    match begins_with_prompt(first) {
        Some(PromptKind::Windows) => return Kind::OtherShell,
        Some(PromptKind::User | PromptKind::Root) => {
            return Kind::Transcript {
                guessed: !is_transcript,
            };
        }
        _ if block.keys.prompt_root => return Kind::Transcript { guessed: false },
        _ => {}
    }
    if after_commands && guess::is_surely_output(&block.text) {
        return Kind::Output;
    }
    match printed_line(&block.text) {
        Some(line) => Kind::Mixed(line),
        None => Kind::Script,
    }
}

/// A prompt at the head of a line with a command after it.
fn begins_with_prompt(line: &str) -> Option<PromptKind> {
    shell::prompt(line)
        .filter(|prompt| !line[prompt.len..].trim().is_empty())
        .map(|prompt| prompt.kind)
        .filter(|kind| !matches!(kind, PromptKind::Hash | PromptKind::Continuation))
}

/// The first line (0-based) where a command should stand and something stands that can only have been printed, or a
/// prompt after lines without one.
fn printed_line(text: &str) -> Option<usize> {
    let lines: Vec<&str> = text.lines().collect();
    let heads = shell::commands(text).into_iter().map(|command| command.lines.start);
    heads.into_iter().find(|line| {
        let line = lines.get(*line).copied().unwrap_or_default().trim();
        guess::is_printed_line(line) || begins_with_prompt(line).is_some() || is_printed(line)
    })
}

/// More signs of output than the heads of single lines give: rules of tables, sums, states, what was left out.
fn is_printed(line: &str) -> bool {
    let rule = line.len() >= 4 && line.chars().all(|c| "-=+|─━┼│┌┐└┘├┤ ".contains(c));
    let listing = line.len() > 10
        && line.is_char_boundary(10)
        && line[..10].bytes().all(|byte| b"drwxst-l".contains(&byte))
        && line.as_bytes()[10].is_ascii_whitespace();
    let done = ["... done", "... ok", "...done", "Done.", "100%"]
        .iter()
        .any(|tail| line.ends_with(tail))
        && line.starts_with(|c: char| c.is_ascii_uppercase());
    matches!(line, "..." | "…" | "[...]" | "[…]" | "(...)") || rule || listing || done
}

/// Splits a transcript at the prompts that look like its first.
fn transcript(text: &str, hash: bool) -> Vec<ConsoleCommand> {
    let first = text.lines().find_map(|line| prompt_mark(line, hash));
    let is_prompt = |line: &str| {
        let found = shell::prompt(line)?;
        let (mark, first) = (prompt_mark(line, hash)?, first?);
        let root = matches!(found.kind, PromptKind::Root | PromptKind::Hash);
        // A host's prompt goes on as another user's; a bare `%` after `$` is output.
        let same = mark == first || (mark.1 && first.1) || (mark.0 == '#' && hash);
        same.then_some((found.len, root))
    };
    let mut commands = console::transcript(text, is_prompt, shell_is_open);
    commands.retain(|command| !command.script.trim().is_empty());
    let lines: Vec<&str> = text.lines().collect();
    for command in &mut commands {
        trim_comments(&lines, &mut command.output);
    }
    commands
}

/// The last character of a line's prompt, and whether the prompt names a host or a shell.
fn prompt_mark(line: &str, hash: bool) -> Option<(char, bool)> {
    let found = shell::prompt(line)?;
    let usable = match found.kind {
        PromptKind::User | PromptKind::Root => true,
        PromptKind::Hash => hash,
        PromptKind::Continuation | PromptKind::Windows => false,
    };
    let head = line[..found.len].trim();
    let mark = head.chars().last()?;
    usable.then(|| {
        (
            mark,
            head.contains('@') || head.chars().count() > 1 && !head.starts_with('('),
        )
    })
}

/// Comments before the next command are not output of this one.
fn trim_comments(lines: &[&str], output: &mut std::ops::Range<usize>) {
    let is_comment = |line: usize| {
        let line = lines.get(line).map_or("", |line| line.trim_start());
        line.starts_with("# ") || line.is_empty()
    };
    while output.start < output.end && is_comment(output.end - 1) {
        output.end -= 1;
    }
    while output.start < output.end && is_comment(output.start) {
        output.start += 1;
    }
}

fn shell_is_open(script: &str) -> bool {
    shell::problems(script)
        .iter()
        .any(|problem| matches!(problem.kind, shell::ProblemKind::Unclosed(_)))
}

/// Several outputs after one block show parts of what it prints: each must be there, among other lines.
fn share_outputs(document: &mut Document) {
    for index in 0..document.blocks.len() {
        let Role::Output(Some(owner)) = document.blocks[index].role else {
            continue;
        };
        let count = document
            .blocks
            .iter()
            .filter(|block| block.role == Role::Output(Some(owner)))
            .count();
        let keys = &mut document.blocks[index].keys;
        if count > 1 && keys.matching.is_none() {
            keys.matching = Some(MatchMode::Contains);
        }
    }
}

/// The line after a fence.
fn after<'a>(document: &'a Document, block: &Block) -> &'a str {
    let end = block.fence.end.min(document.source.text.len());
    document.source.text[end..]
        .trim_start_matches(['\n', '\r'])
        .lines()
        .next()
        .unwrap_or_default()
}

/// The line of prose before a fence, if it is not far.
pub(super) fn before<'a>(document: &'a Document, block: &Block) -> &'a str {
    let head = &document.source.text[document.body.min(block.fence.start)..block.fence.start];
    let mut lines = head.lines().rev().map(str::trim);
    let near = lines.by_ref().take(4).find(|line| !line.is_empty()).unwrap_or_default();
    if near.starts_with("```") || near.starts_with("~~~") {
        ""
    } else {
        near
    }
}

/// Whether the prose before a fence says that it shows what a command prints.
fn tells_of_output(document: &Document, block: &Block) -> bool {
    let line = before(document, block).to_lowercase();
    let words = [
        "output",
        "prints",
        "print",
        "returns",
        "response",
        "result",
        "displays",
        "shows",
        "see",
        "looks like",
        "similar to",
        "reports",
        "says",
    ];
    words.iter().any(|word| line.contains(word))
}

fn mixed(document: &Document, block: &Block, line: usize) -> Diagnostic {
    let place = Some(Place {
        file: Arc::clone(&document.source),
        span: block.lines.get(line).unwrap_or(&block.fence).clone(),
    });
    let fact = "this line of a script looks like output, not like a command";
    Diagnostic::warning("mixed-output", place, fact)
        .note("the block is not run: a reader who pastes it runs its output as well")
        .help(
            "put the output into a fence of its own (```output), or begin the commands with `$ ` in a ```console fence",
        )
}
