//! Transcripts by their prompts, whichever those are. Pure.

use crate::model::block::ConsoleCommand;
use crate::parse::console;
use crate::shell::{self, PromptKind};

/// Splits a transcript at the prompts that look like its first.
pub(super) fn transcript(text: &str, hash: bool) -> Vec<ConsoleCommand> {
    let first = text
        .lines()
        .find_map(|line| Some((prompt_mark(line, hash)?, indent(line))));
    let is_prompt = |line: &str| {
        let found = shell::prompt(line)?;
        let (mark, (first, column)) = (prompt_mark(line, hash)?, first?);
        let root = matches!(found.kind, PromptKind::Root | PromptKind::Hash);
        // A host's prompt goes on as another user's; a bare `%` after `$`, or one that is indented, is output.
        let same = (mark == first && indent(line) == column) || (mark.1 && first.1) || (mark.0 == '#' && hash);
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
        PromptKind::Continuation | PromptKind::Windows | PromptKind::Program => false,
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

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Splits a transcript whose prompts are `> `.
pub(super) fn greater(text: &str) -> Vec<ConsoleCommand> {
    let mut commands: Vec<ConsoleCommand> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let bare = line.trim_start().strip_prefix("> ");
        let open = commands
            .last()
            .is_some_and(|last| last.lines.end == at && (last.script.ends_with('\\') || shell_is_open(&last.script)));
        match (bare, commands.last_mut()) {
            (_, Some(last)) if open => {
                last.script.push('\n');
                last.script.push_str(bare.unwrap_or(line));
                last.lines.end = at + 1;
                last.output = at + 1..at + 1;
            }
            (Some(script), _) => commands.push(ConsoleCommand {
                script: script.to_owned(),
                lines: at..at + 1,
                output: at + 1..at + 1,
                root: false,
            }),
            (None, Some(last)) => last.output.end = at + 1,
            (None, None) => {}
        }
    }
    let lines: Vec<&str> = text.lines().collect();
    commands
        .iter_mut()
        .for_each(|command| trim_comments(&lines, &mut command.output));
    commands
}
