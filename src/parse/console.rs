//! Transcripts: which lines of a console block are commands and which are their output.

use std::ops::Range;

use crate::model::block::ConsoleCommand;

/// Splits the body of a console block.
///
/// A command begins after `$ ` (with `root_prompt` also after `# `). It goes on over lines after `> `, over lines
/// after a trailing backslash, and as long as `open` says that its text so far is incomplete (a quote, a here-document).
/// Every other line is output of the command above; lines before the first command belong to none and are not returned.
pub fn commands(text: &str, root_prompt: bool, open: impl Fn(&str) -> bool) -> Vec<ConsoleCommand> {
    transcript(text, |line| prompt(line, root_prompt), open)
}

/// Splits a transcript whose prompts `prompt` knows: it returns how many bytes of a line are prompt, and whether root's.
pub fn transcript(
    text: &str,
    prompt: impl Fn(&str) -> Option<(usize, bool)>,
    open: impl Fn(&str) -> bool,
) -> Vec<ConsoleCommand> {
    let lines: Vec<&str> = text.lines().collect();
    let mut commands: Vec<ConsoleCommand> = Vec::new();
    let mut index = 0;
    while index < lines.len() {
        let Some((head, root)) = prompt(lines[index]) else {
            if let Some(command) = commands.last_mut() {
                command.output.end = index + 1;
            }
            index += 1;
            continue;
        };
        let start = index;
        let mut script = lines[index][head..].to_owned();
        index += 1;
        while let Some(line) = lines.get(index).and_then(|line| continuation(line, &script, &open)) {
            script.push('\n');
            script.push_str(line);
            index += 1;
        }
        commands.push(ConsoleCommand {
            script,
            lines: start..index,
            output: index..index,
            root,
        });
    }
    commands
}

/// Returns whether every command of a script block stands after a `$ ` prompt, as authors write who mean a transcript.
pub fn looks_like_transcript(text: &str) -> bool {
    let first = text
        .lines()
        .map(str::trim_start)
        .find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| line.starts_with("$ "))
}

/// Returns the lines of the body that stand before the first command.
pub fn preamble(commands: &[ConsoleCommand], lines: usize) -> Range<usize> {
    0..commands.first().map_or(lines, |command| command.lines.start)
}

/// Bytes of `line` that are a prompt, and whether it is root's.
fn prompt(line: &str, root_prompt: bool) -> Option<(usize, bool)> {
    let indent = line.len() - line.trim_start().len();
    let after = |mark: &str| {
        let rest = line[indent..].strip_prefix(mark)?;
        (rest.is_empty() || rest.starts_with(' ')).then_some((indent + mark.len() + 1).min(line.len()))
    };
    let user = after("$").map(|len| (len, false));
    user.or_else(|| after("#").filter(|_| root_prompt).map(|len| (len, true)))
}

fn continuation<'a>(line: &'a str, script: &str, open: impl Fn(&str) -> bool) -> Option<&'a str> {
    let trimmed = line.trim_start();
    let incomplete = ends_with_backslash(script) || open(script);
    if let Some(rest) = trimmed.strip_prefix("> ").or((trimmed == ">").then_some("")) {
        return Some(rest);
    }
    incomplete.then_some(line)
}

/// An odd number of backslashes at the end joins the next line.
fn ends_with_backslash(script: &str) -> bool {
    script.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<(String, Range<usize>)> {
        commands(text, false, |_| false)
            .into_iter()
            .map(|c| (c.script, c.output))
            .collect()
    }

    #[test]
    fn commands_and_outputs() {
        assert_eq!(
            split("$ echo a \\\n  b\na b\n\n$ cat <<E\n> x\n> E\nx\n"),
            [("echo a \\\n  b".to_owned(), 2..4), ("cat <<E\nx\nE".to_owned(), 7..8)]
        );
    }

    #[test]
    fn a_variable_or_a_comment_is_no_prompt() {
        assert_eq!(split("$ a\n$HOME\n# note\n"), [("a".to_owned(), 1..3)]);
        assert_eq!(commands("# id\nuid=0\n", true, |_| false)[0].script, "id");
    }
}
