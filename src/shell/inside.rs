//! Commands that open a shell or a program with a prompt, for somebody to type into.

use super::command::LogicalCommand;

/// Returns the program that opens a shell or prompt inside if `command` is such a call without a command of its own.
pub fn opens_a_shell<'a>(text: &'a str, command: &LogicalCommand) -> Option<&'a str> {
    if text[command.span.clone()].contains(['|', '<', ';', '&', '\n', '`']) || text[command.span.clone()].contains("$(")
    {
        return None;
    }
    let words: Vec<&str> = command.words.iter().map(|span| &text[span.clone()]).collect();
    shell_of_words(&words).or_else(|| elsewhere(&words))
}

/// The programs that lead to another machine, another root or a store of data, if nothing says what to do there.
fn elsewhere<'a>(words: &[&'a str]) -> Option<&'a str> {
    let words = without_sudo(words);
    let (program, arguments) = words.split_first()?;
    let opens = match *program {
        "ssh" => ssh_logs_in(arguments),
        "chroot" => operands(arguments, &[]).len() <= 1 || ends_in_shell(arguments),
        "sqlite3" => operands(arguments, &["-cmd", "-init", "-separator", "-nullvalue"]).len() == 1 && !told(arguments),
        "redis-cli" => {
            let values = ["-h", "-p", "-a", "-u", "-n", "-i", "-s", "--user", "--pass"];
            let is_mode = |word: &&str| word.starts_with("--") && !values.contains(word) && *word != "--tls";
            operands(arguments, &values).is_empty() && !arguments.iter().any(|word| is_mode(word) || *word == "-x")
        }
        "mongosh" | "mongo" => !told(arguments) && !arguments.iter().any(|word| word.ends_with(".js")),
        "psql" | "mysql" | "mariadb" => shell_of_words(words).is_some(),
        "docker" | "podman" if arguments.first() == Some(&"compose") => compose(&arguments[1..]),
        "docker-compose" | "podman-compose" => compose(arguments),
        "docker" | "podman" => shell_of_words(words).is_some(),
        "kubectl" | "oc" => {
            let asks = |word: &&str| matches!(*word, "-it" | "-ti" | "-i" | "--stdin");
            let runs = |word: &&str| matches!(*word, "exec" | "run" | "debug");
            arguments.iter().any(asks) && arguments.iter().any(runs) && ends_in_shell(arguments)
        }
        _ => false,
    };
    opens.then_some(*program)
}

/// The words after `sudo` and its flags.
fn without_sudo<'w, 'a>(words: &'w [&'a str]) -> &'w [&'a str] {
    let Some((&"sudo", mut rest)) = words.split_first() else {
        return words;
    };
    while let Some(flag) = rest.first().filter(|word| word.starts_with('-')) {
        let count = 1 + usize::from(matches!(*flag, "-u" | "-g" | "-h" | "--user" | "--group"));
        rest = rest.get(count..).unwrap_or_default();
    }
    rest
}

/// The arguments that are neither flags nor the values of those in `with_value`.
fn operands<'a>(arguments: &[&'a str], with_value: &[&str]) -> Vec<&'a str> {
    let mut operands = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(word) = arguments.next() {
        if with_value.contains(word) {
            arguments.next();
        } else if !word.starts_with('-') {
            operands.push(*word);
        }
    }
    operands
}

/// Whether a flag says what to do, or only wants to know something.
fn told(arguments: &[&str]) -> bool {
    arguments
        .iter()
        .any(|word| is_one_shot(word) || word.starts_with("-version"))
}

/// Returns whether these arguments of `ssh` name a host, no command, and no tunnel only.
pub fn ssh_logs_in(arguments: &[&str]) -> bool {
    const WITH_VALUE: [&str; 20] = [
        "-B", "-b", "-c", "-D", "-E", "-e", "-F", "-I", "-i", "-J", "-L", "-l", "-m", "-O", "-o", "-p", "-Q", "-R",
        "-S", "-W",
    ];
    let no_shell = |word: &&str| {
        let flags = word.strip_prefix('-').filter(|flags| !flags.starts_with('-'));
        let is_alone = WITH_VALUE.iter().all(|flag| !word.starts_with(flag));
        matches!(*word, "-O" | "-Q" | "-W")
            || (is_alone && flags.is_some_and(|flags| flags.contains(['N', 'f', 'G', 'V'])))
    };
    operands(arguments, &WITH_VALUE).len() == 1 && !arguments.iter().any(no_shell)
}

/// Returns whether the last command of a script leaves the shell or the program that it is typed into.
pub fn leaves(script: &str) -> bool {
    let last = script.lines().map(str::trim).rfind(|line| !line.is_empty());
    let name = last.unwrap_or_default().split([' ', ';', '(']).next();
    name.is_some_and(|name| ["exit", "logout", "quit", "\\q", ".quit", ".exit"].contains(&name))
}

/// `exec` and `run` of Compose are interactive unless told otherwise.
fn compose(arguments: &[&str]) -> bool {
    let runs = arguments.iter().any(|word| matches!(*word, "exec" | "run"));
    let refuses = |word: &&str| matches!(*word, "-T" | "--no-TTY" | "-d" | "--detach");
    runs && ends_in_shell(arguments) && !arguments.iter().any(refuses)
}

/// Whether the command at the end is a shell without a script: `… sh`, `… -- /bin/bash -l`.
fn ends_in_shell(arguments: &[&str]) -> bool {
    let operand = |word: &&&str| !word.starts_with('-');
    let program = arguments
        .iter()
        .rev()
        .find(operand)
        .and_then(|word| word.rsplit('/').next());
    let last = arguments.last().copied().unwrap_or_default();
    matches!(
        program,
        Some("bash" | "sh" | "ash" | "zsh" | "psql" | "redis-cli" | "mongosh")
    ) && !is_one_shot(last)
        || last == "-l" && matches!(program, Some("bash" | "sh"))
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
