//! What each fence of a text is. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Parsed};
use crate::foreign::language::{Language, language};
use crate::foreign::printed;
use crate::foreign::transcript::{greater, transcript};
use crate::model::block::{Block, MatchMode, Role};
use crate::model::guide::Document;
use crate::parse::guess;
use crate::shell::{self, PromptKind};

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
    let callers = callers(&document);
    for index in 0..document.blocks.len() {
        let block = &document.blocks[index];
        let mut fact = Fact {
            language: language(&document.source.text[block.info.clone()], after(&document, block)),
            ..Fact::default()
        };
        let known = called_elsewhere(&callers, index);
        let near = owner.filter(|owner| document.blocks[*owner].section == block.section);
        let kind = kind(&document, block, &fact.language.name, near, &known);
        let role = match kind {
            // The block above it may only have become commands here.
            Kind::AsWritten if matches!(block.role, Role::Output(_)) => Role::Output(owner),
            Kind::AsWritten => block.role.clone(),
            Kind::Script => Role::Script,
            Kind::Transcript { guessed } => {
                fact.guessed_transcript = guessed;
                Role::Console(transcript(&block.text, block.keys.prompt_root))
            }
            Kind::Greater => {
                fact.guessed_transcript = true;
                Role::Console(greater(&block.text))
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

/// The programs that scripts call, each with the blocks that call it.
fn callers(document: &Document) -> BTreeMap<String, BTreeSet<usize>> {
    let mut callers: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (index, block) in document.blocks.iter().enumerate() {
        if matches!(block.role, Role::Script) && !block.hidden {
            for name in guess::called(block) {
                callers.entry(name.to_owned()).or_default().insert(index);
            }
        }
    }
    callers
}

/// What a block calls does not tell what it is: what was printed looks like a call there.
fn called_elsewhere(callers: &BTreeMap<String, BTreeSet<usize>>, block: usize) -> BTreeSet<&str> {
    let others = callers
        .iter()
        .filter(|(_, blocks)| blocks.iter().any(|caller| *caller != block));
    others.map(|(name, _)| name.as_str()).collect()
}

enum Kind {
    /// The author told docgen.
    AsWritten,
    Script,
    Transcript {
        guessed: bool,
    },
    /// A transcript whose prompts are `> `; a shell would take that for a redirection, which seldom fails.
    Greater,
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
        return shell_kind(block, lang, after_commands, known);
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
            Some(PromptKind::Windows | PromptKind::Program) => Kind::OtherShell,
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

fn shell_kind(block: &Block, lang: &str, after_commands: bool, known: &BTreeSet<&str>) -> Kind {
    let first = block
        .text
        .lines()
        .find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .unwrap_or_default();
    let is_transcript = !matches!(lang, "sh" | "bash" | "shell" | "zsh" | "ksh" | "dash" | "cli");
    match begins_with_prompt(first) {
        Some(PromptKind::Windows | PromptKind::Program) => return Kind::OtherShell,
        Some(PromptKind::User | PromptKind::Root) => {
            return Kind::Transcript {
                guessed: !is_transcript,
            };
        }
        _ if block.keys.prompt_root => return Kind::Transcript { guessed: false },
        _ => {}
    }
    if first
        .trim_start()
        .strip_prefix("> ")
        .is_some_and(|rest| rest.trim_start().starts_with(char::is_alphanumeric))
    {
        return Kind::Greater;
    }
    if after_commands && guess::is_surely_output(&block.text) {
        return Kind::Output;
    }
    // A transcript without a prompt may be commands only, or what something printed.
    if is_transcript && !guess::is_command(first.trim(), known) {
        return if after_commands { Kind::Output } else { Kind::Other };
    }
    if printed::has_hash_prompts(&block.text, known) {
        return Kind::Hashes;
    }
    match printed::printed_line(&block.text, known) {
        Some(line) => Kind::Mixed(line),
        None => Kind::Script,
    }
}

/// A prompt at the head of a line with a command after it.
pub(super) fn begins_with_prompt(line: &str) -> Option<PromptKind> {
    shell::prompt(line)
        .filter(|prompt| !line[prompt.len..].trim().is_empty())
        .map(|prompt| prompt.kind)
        .filter(|kind| !matches!(kind, PromptKind::Hash | PromptKind::Continuation))
}

/// Several outputs after one block show parts of what it prints: each must be there, among other lines.
fn share_outputs(document: &mut Document) {
    for index in 0..document.blocks.len() {
        let Role::Output(Some(owner)) = document.blocks[index].role else {
            continue;
        };
        let count = document.outputs_of(owner).count();
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
    let place = Some(document.place(block.line_span(line)));
    let fact = "this line of a script looks like output, not like a command";
    Diagnostic::warning("mixed-output", place, fact)
        .note("the block is not run: a reader who pastes it runs its output as well")
        .help(
            "put the output into a fence of its own (```output), or begin the commands with `$ ` in a ```console fence",
        )
}
