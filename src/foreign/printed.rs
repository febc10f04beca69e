//! Lines of a script fence that were printed, not typed. Pure.

use std::collections::BTreeSet;

use crate::foreign::roles::begins_with_prompt;
use crate::parse::guess;
use crate::shell;

/// The first line (0-based) where a command should stand and something stands that can only have been printed, or a
/// prompt after lines without one.
pub(super) fn printed_line(text: &str, known: &BTreeSet<&str>) -> Option<usize> {
    let lines: Vec<&str> = text.lines().collect();
    let line = |at: usize| lines.get(at).copied().unwrap_or_default().trim();
    let mut before: Option<&str> = None;
    for head in shell::commands(text).into_iter().map(|command| command.lines.start) {
        let line = line(head);
        let answers = before.is_some_and(|command| answers(command, line, known));
        if answers || guess::is_printed_line(line) || begins_with_prompt(line).is_some() || is_printed(line) {
            return Some(head);
        }
        before = Some(line);
    }
    None
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

/// Programs that do nothing but print a line or two.
const TELLERS: [&str; 17] = [
    "arch", "basename", "command", "date", "dirname", "hostname", "id", "mktemp", "nproc", "pwd", "readlink",
    "realpath", "tty", "type", "uname", "which", "whoami",
];

/// Whether a line is what the command on the line before it prints.
fn answers(command: &str, line: &str, known: &BTreeSet<&str>) -> bool {
    let command = command.trim_start_matches("sudo ");
    let program = command.split_whitespace().next().unwrap_or_default();
    let plain = !command.contains(['|', '>', ';', '&']);
    if program == "echo" && plain {
        let said = command["echo".len()..].trim();
        return said.trim_matches(['"', '\'']) == line && !line.is_empty();
    }
    let is_path = line.starts_with(['/', '~']) && !line.contains(char::is_whitespace);
    let tells = TELLERS.contains(&program)
        || ["--version", " version", " -V"]
            .iter()
            .any(|end| command.ends_with(end));
    (tells && plain && (is_path || !guess::is_command(line, known))) || is_sentence(line, known)
}

/// `Reading package lists…`: a capital and more words. Few programs begin so.
fn is_sentence(line: &str, known: &BTreeSet<&str>) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    let mut letters = first.trim_end_matches([':', ',']).chars();
    let capital = letters.next().is_some_and(|c| c.is_ascii_uppercase());
    let rest = letters.as_str();
    let word = rest.len() >= 2 && rest.bytes().all(|byte| byte.is_ascii_lowercase());
    let program = matches!(first, "Rscript" | "Xvfb" | "Xorg" | "Xephyr");
    capital && word && !program && first.len() < line.len() && !guess::is_command(line, known)
}

/// Whether a script fence is a transcript of root: commands after `# `, and below them what they printed.
pub(super) fn has_hash_prompts(text: &str, known: &BTreeSet<&str>) -> bool {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let command = |line: &str| {
        let teller = line
            .split_whitespace()
            .next()
            .is_some_and(|word| TELLERS.contains(&word));
        (teller || guess::is_command(line, known)) && !is_prose(line)
    };
    let (typed, printed): (Vec<&str>, Vec<&str>) = lines().partition(|line| line.starts_with("# "));
    lines().next().is_some_and(|line| line.starts_with("# "))
        && typed.iter().all(|line| command(&line[2..]))
        && !printed.is_empty()
        && !printed
            .iter()
            .any(|line| line.starts_with('#') || guess::is_command(line, known))
}

/// `make a folder`: a sentence that begins like a command.
fn is_prose(line: &str) -> bool {
    let small = [
        "a", "all", "an", "and", "as", "for", "from", "if", "in", "into", "is", "it", "its", "of", "on", "or", "our",
        "that", "the", "them", "this", "to", "up", "with", "you", "your",
    ];
    line.split_whitespace()
        .skip(1)
        .any(|word| small.contains(&word.to_lowercase().as_str()))
        || line.ends_with([':', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_lines_are_told_from_commands() {
        let none = BTreeSet::new();
        for (text, line) in [
            ("command -v ls\n/bin/ls", Some(1)),
            ("which sh\n/usr/bin/sh", Some(1)),
            ("whoami\nroot", Some(1)),
            ("date\nMon Nov 23 20:11:11 UTC 2026", Some(1)),
            ("echo true\ntrue", Some(1)),
            ("echo \"a b\"\na b", Some(1)),
            ("docker --version\nDocker version 24.0.2", Some(1)),
            ("apt-get update\nReading package lists...", Some(1)),
            ("cd /srv\npwd\nls", None),
            ("echo a > b\na", None),
            ("date\necho x", None),
            ("export A=b\nRscript x.R y", None),
            ("FROM x", None),
        ] {
            assert_eq!(printed_line(text, &none), line, "{text}");
        }
    }

    #[test]
    fn a_root_prompt_is_told_from_a_comment() {
        let none = BTreeSet::new();
        for text in [
            "# cat /etc/hostname\nserver",
            "# id -u\n0",
            "# whoami\nroot\n# hostname\nserver",
            "# apt-get install -y x\nReading package lists... Done",
        ] {
            assert!(has_hash_prompts(text, &none), "{text}");
        }
        for text in [
            "# make a folder\nmkdir x",
            "# make the thing\nbuild.sh",
            "# list files\nls",
            "# apt-get update",
            "# node 18 or newer:\nnvm use 18",
            "echo a\n# cat b\nc",
        ] {
            assert!(!has_hash_prompts(text, &none), "{text}");
        }
    }
}
