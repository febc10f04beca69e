//! Prompts: what a terminal prints before a command.

/// A prompt at the head of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prompt {
    /// Bytes up to the command, with the blank before it.
    pub len: usize,
    /// Which kind.
    pub kind: PromptKind,
}

/// Kinds of prompts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptKind {
    /// `$ `, `% `, `$> `, `user@host:~$ `, `bash-5.2$ `, `(venv) $ `
    User,
    /// `user@host:~# `, `bash-5.2# `: surely root's prompt, not a comment.
    Root,
    /// `# ` alone: root's prompt or a comment; only the author or the rest of the block can tell.
    Hash,
    /// `> `: a continuation line.
    Continuation,
    /// `PS C:\> ` or `C:\> `
    Windows,
    /// `mysql> `, `shop=# `, `>>> `, `127.0.0.1:6379> `: a program that reads commands of its own.
    Program,
}

/// Returns the prompt that `line` begins with. A line that is nothing but a prompt counts.
///
/// ```
/// use docgen::shell::{PromptKind, prompt};
///
/// let line = "ann@web:~/site$ make";
/// let found = prompt(line).map(|prompt| (&line[prompt.len..], prompt.kind));
/// assert_eq!(found, Some(("make", PromptKind::User)));
/// assert_eq!(prompt("make"), None);
/// ```
pub fn prompt(line: &str) -> Option<Prompt> {
    let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
    let rest = &line[indent..];
    let (mark, kind) = program(rest)
        .or_else(|| simple(rest))
        .or_else(|| windows(rest))
        .or_else(|| host(rest))?;
    let after = &rest[mark..];
    let blank = match after.chars().next() {
        None | Some('\r' | '\n') => 0,
        Some(' ' | '\t') => 1,
        Some(_) => return None,
    };
    Some(Prompt {
        len: indent + mark + blank,
        kind,
    })
}

/// `$`, `%`, `#`, `>`, `❯`, each alone, or after `(name) `.
fn simple(rest: &str) -> Option<(usize, PromptKind)> {
    let environment = rest.strip_prefix('(').and_then(|inner| {
        let close = inner.find(')')?;
        let name = inner[..close]
            .chars()
            .all(|c| c.is_alphanumeric() || "-_. ".contains(c));
        (close > 0 && name && inner[close + 1..].starts_with(' ')).then_some(close + 3)
    });
    let skipped = environment.unwrap_or(0);
    if rest.starts_with("$>") {
        return Some((2, PromptKind::User));
    }
    let mark = rest[skipped..].chars().next()?;
    let kind = match mark {
        '$' | '%' | '❯' | '➜' => PromptKind::User,
        '#' if skipped > 0 => PromptKind::Root,
        '#' => PromptKind::Hash,
        '>' if skipped == 0 => PromptKind::Continuation,
        _ => return None,
    };
    Some((skipped + mark.len_utf8(), kind))
}

/// `PS C:\Users\ann>` or `C:\Users\ann>`, also `PS>`.
fn windows(rest: &str) -> Option<(usize, PromptKind)> {
    let close = rest.find('>')?;
    let path = rest[..close].strip_prefix("PS").map_or(&rest[..close], str::trim_start);
    let drive = matches!(path.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    let shell = rest.starts_with("PS ") || rest.starts_with("PS>");
    (drive || (shell && !path.contains(' '))).then_some((close + 1, PromptKind::Windows))
}

/// `>>>`, `sqlite>`, `MariaDB [shop]>`, `irb(main):001>`, `127.0.0.1:6379>`, `shop=#`.
fn program(rest: &str) -> Option<(usize, PromptKind)> {
    if rest.starts_with(">>>") {
        return Some((3, PromptKind::Program));
    }
    let close = rest.find(['>', '#'])?;
    let (name, mark) = rest[..=close].split_at(close);
    let database = name
        .strip_suffix('=')
        .is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
    let port = name.rsplit_once(':').is_some_and(|(host, port)| {
        is_host(host) && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
    });
    let word = name.split([' ', '[', '(']).next().unwrap_or_default();
    let named = PROGRAMS.contains(&word) && name.chars().all(|c| c.is_alphanumeric() || " [](){}:_-".contains(c));
    (database || (mark == ">" && (port || named))).then_some((close + 1, PromptKind::Program))
}

/// Programs whose prompt is their name and `>`.
const PROGRAMS: [&str; 13] = [
    "MariaDB", "cqlsh", "ftp", "ghci", "iex", "irb", "jshell", "mongo", "mongosh", "mysql", "scala", "sftp", "sqlite",
];

/// `user@host:dir$`, `[user@host dir]#`, `bash-5.2$`, `sh$`.
fn host(rest: &str) -> Option<(usize, PromptKind)> {
    let at = rest.find(['$', '#', '%'])?;
    let head = &rest[..at];
    let bare = head.trim_end().trim_start_matches('[').trim_end_matches(']');
    let known = ["bash", "sh", "zsh", "dash", "ksh"].iter().any(|name| {
        bare.strip_prefix(name).is_some_and(|version| {
            version.is_empty()
                || version
                    .strip_prefix('-')
                    .is_some_and(|v| v.chars().all(|c| c.is_ascii_digit() || c == '.'))
        })
    });
    let (place, dir) = bare.split_once([':', ' ']).unwrap_or((bare, ""));
    let person = place
        .split_once('@')
        .is_some_and(|(user, host)| is_host(user) && is_host(host));
    if !(known || (person && !dir.contains(' '))) {
        return None;
    }
    let kind = if rest[at..].starts_with('#') {
        PromptKind::Root
    } else {
        PromptKind::User
    };
    Some((at + 1, kind))
}

fn is_host(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c))
}
