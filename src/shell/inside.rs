//! Commands that open a shell or a program with a prompt, for somebody to type into.

use super::command::LogicalCommand;

/// Returns the program that opens a shell or prompt inside if `command` is such a call without a command of its own.
pub fn opens_a_shell<'a>(text: &'a str, command: &LogicalCommand) -> Option<&'a str> {
    if text[command.span.clone()].contains(['|', '<', ';', '&', '\n', '`']) || text[command.span.clone()].contains("$(")
    {
        return None;
    }
    let words: Vec<&str> = command.words.iter().map(|span| &text[span.clone()]).collect();
    shell_of_words(&words)
}

/// The same for the words of a simple command to which nothing is piped.
pub fn shell_of_words<'a>(words: &[&'a str]) -> Option<&'a str> {
    let (sudo, words) = match words.split_first() {
        Some((&"sudo", rest)) => (true, rest),
        _ => (false, words),
    };
    if sudo
        && !words.is_empty()
        && words
            .iter()
            .all(|word| matches!(*word, "-i" | "-s" | "--login" | "--shell"))
    {
        return Some("sudo");
    }
    let (program, arguments) = words.split_first()?;
    let only_flags = arguments.iter().all(|word| word.starts_with('-'));
    let operands = arguments.iter().filter(|word| !word.starts_with('-')).count();
    let enters = match *program {
        "su" => !arguments.iter().any(|word| matches!(*word, "-c" | "--command")) && operands <= 1,
        "newgrp" => operands <= 1,
        "bash" | "sh" | "zsh" | "python" | "python3" | "node" | "irb" | "sqlite3" => {
            only_flags && !arguments.iter().any(|word| is_one_shot(word))
        }
        // Their `-h` and `-p` say where to and as whom.
        "psql" | "mysql" | "mariadb" => {
            let told = |word: &str| !matches!(word, "-h" | "-p") && is_one_shot(word);
            !arguments.iter().any(|word| told(word))
        }
        "docker" | "podman" => container_shell(arguments),
        _ => false,
    };
    enters.then_some(*program)
}

/// Flags that run something given, or only tell something, and end.
fn is_one_shot(word: &str) -> bool {
    matches!(
        word,
        "-c" | "-e" | "-f" | "-l" | "-m" | "-p" | "--version" | "--help" | "-V" | "-h" | "-s"
    ) || ["--command", "--file", "--execute", "--eval", "--list", "-c", "-e", "-f"]
        .iter()
        .any(|flag| word.starts_with(flag))
}

/// `docker exec -it NAME bash` and `docker run -it IMAGE sh`.
fn container_shell(arguments: &[&str]) -> bool {
    let interactive = arguments
        .iter()
        .any(|word| matches!(*word, "-it" | "-ti" | "-i" | "--interactive"));
    let shell = arguments
        .last()
        .is_some_and(|word| matches!(*word, "bash" | "sh" | "/bin/bash" | "/bin/sh" | "ash" | "psql"));
    matches!(arguments.first(), Some(&"exec" | &"run")) && interactive && shell
}
