//! What text is, where its author did not say: commands, a transcript, or output.

use std::collections::BTreeSet;

use crate::model::block::{Block, Role};
use crate::model::guide::Document;
use crate::shell::{self, PromptKind, TokenKind};

/// Returns whether a language says nothing about what a fence is: none at all, `text`, `code`, ….
pub fn says_nothing(lang: &str) -> bool {
    ["", "text", "txt", "plain", "plaintext", "none", "code", "log"]
        .iter()
        .any(|name| lang.eq_ignore_ascii_case(name))
}

/// Returns whether a language is a shell whose syntax is not that of `sh`.
pub fn is_other_shell(lang: &str) -> bool {
    ["powershell", "ps1", "pwsh", "bat", "cmd", "batch", "fish", "csh", "nu"]
        .iter()
        .any(|name| lang.eq_ignore_ascii_case(name))
}

/// Returns whether a line stands after a prompt that is surely one.
pub fn has_prompts(text: &str) -> bool {
    text.lines().any(|line| {
        let found = shell::prompt(line).filter(|prompt| prompt.len < line.len());
        found.is_some_and(|prompt| !matches!(prompt.kind, PromptKind::Hash | PromptKind::Continuation))
    })
}

/// Returns whether every `# ` line holds a command, and there is one at the head.
pub fn has_hash_prompts(text: &str, known: &BTreeSet<&str>) -> bool {
    let mut hashes = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("# "))
        .peekable();
    let first = text.lines().find(|line| !line.trim().is_empty());
    first.is_some_and(|line| line.trim_start().starts_with("# "))
        && hashes.peek().is_some()
        && hashes.all(|line| is_command(line.trim(), known))
}

/// Text that no reader would take for commands: JSON, log lines, ids, tables.
pub fn is_surely_output(text: &str) -> bool {
    let trimmed = text.trim();
    let json = trimmed.starts_with(['{', '[']) && serde_json::from_str::<serde_json::Value>(trimmed).is_ok();
    let mut lines = trimmed
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .peekable();
    json || (lines.peek().is_some() && lines.all(is_printed_line))
}

/// Returns whether a line can only have been printed: a hash, a line of a log, a time, JSON.
pub fn is_printed_line(line: &str) -> bool {
    let hex = line.len() >= 12 && line.bytes().all(|byte| byte.is_ascii_hexdigit());
    let log = line.starts_with("time=\"") || line.starts_with("level=") || line.starts_with("HTTP/");
    let stamp = line.len() > 10 && line.as_bytes()[..4].iter().all(u8::is_ascii_digit) && line.as_bytes()[4] == b'-';
    hex || log || stamp || (line.starts_with("{\"") && line.ends_with('}'))
}

/// Returns whether a line begins like a command: a program that is known here or everywhere, a path, an assignment, or options.
pub fn is_command(line: &str, known: &BTreeSet<&str>) -> bool {
    let mut words = line.split_whitespace();
    let Some(first) = words.next() else {
        return false;
    };
    let plain = first
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._/~+-".contains(&byte));
    let assignment = first.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    });
    let path = ["./", "/", "~/"].iter().any(|head| first.starts_with(head));
    let options = words.any(|word| {
        let option = word.trim_start_matches('-');
        option.len() < word.len() && option.starts_with(|c: char| c.is_ascii_alphabetic())
    });
    let lower = first.starts_with(|c: char| c.is_ascii_lowercase());
    assignment || (plain && (known.contains(first) || COMMON.contains(&first) || path || (lower && options)))
}

/// The programs that the document calls in fences that say they are shell.
pub fn known_commands(document: &Document) -> BTreeSet<&str> {
    let scripts = document
        .blocks
        .iter()
        .filter(|block| matches!(block.role, Role::Script) && !block.hidden);
    scripts.flat_map(called).collect()
}

/// The programs that a script calls.
pub fn called(block: &Block) -> impl Iterator<Item = &str> {
    let tokens = shell::tokens(&block.text).into_iter();
    tokens
        .filter(|token| token.kind == TokenKind::Command)
        .map(|token| &block.text[token.span])
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
}

/// Programs that pages of instructions call most.
const COMMON: [&str; 84] = [
    "apk",
    "apt",
    "apt-get",
    "awk",
    "aws",
    "az",
    "bash",
    "brew",
    "bundle",
    "cargo",
    "cat",
    "cd",
    "chmod",
    "chown",
    "cmake",
    "composer",
    "conda",
    "cp",
    "createdb",
    "curl",
    "dig",
    "dnf",
    "docker",
    "docker-compose",
    "dpkg",
    "echo",
    "exit",
    "export",
    "find",
    "flutter",
    "gcloud",
    "gem",
    "git",
    "go",
    "gpg",
    "gradle",
    "grep",
    "helm",
    "ip",
    "java",
    "journalctl",
    "kubectl",
    "ln",
    "ls",
    "make",
    "mkdir",
    "mount",
    "mv",
    "mvn",
    "mysql",
    "nano",
    "node",
    "npm",
    "npx",
    "openssl",
    "php",
    "ping",
    "pip",
    "pip3",
    "pnpm",
    "podman",
    "ps",
    "psql",
    "python",
    "python3",
    "rm",
    "rsync",
    "ruby",
    "scp",
    "sed",
    "sh",
    "source",
    "ssh",
    "su",
    "sudo",
    "systemctl",
    "tar",
    "terraform",
    "touch",
    "unzip",
    "vi",
    "vim",
    "wget",
    "yarn",
];
