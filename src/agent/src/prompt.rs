//! The prompts of programs: whether a line that is not ended is one. Pure.

/// What a program shows when a statement goes on: of Python, Node, Lua, R, MySQL, SQLite.
const GO_ON: [&str; 9] = ["...", "|", ">>", "+", "->", "'>", "\">", "`>", "...>"];

/// What stands on a line before the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt(String);

impl Prompt {
    /// Takes what was shown since the last line end.
    pub fn new(line: &[u8]) -> Self {
        let text = visible(&String::from_utf8_lossy(line));
        // An editor draws a line again after a carriage return.
        let last = text.rsplit('\r').find(|part| !part.trim().is_empty());
        Self(last.unwrap_or_default().to_owned())
    }

    /// Whether nothing is shown.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `line` is this prompt or one of its kind: `shop=# ` is like `postgres=# `, `postgres-# ` too.
    pub fn is_like(&self, line: &Self) -> bool {
        let (ours, theirs) = (self.0.as_str(), line.0.as_str());
        if ours == theirs {
            return true;
        }
        let has_word = ours.contains(char::is_alphanumeric);
        let is_alike = has_word && ending(ours) == ending(theirs);
        !ours.is_empty() && (is_alike || GO_ON.contains(&theirs.trim()))
    }
}

/// The sign that ends a prompt, and the blanks after it.
fn ending(prompt: &str) -> &str {
    let sign = prompt.trim_end().char_indices().next_back();
    &prompt[sign.map_or(0, |(at, _)| at)..]
}

/// Leaves out escape sequences and control characters other than carriage returns.
fn visible(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text.chars();
    while let Some(next) = rest.next() {
        match next {
            '\u{1b}' => skip(&mut rest),
            '\r' => shown.push(next),
            _ if next.is_control() => {}
            _ => shown.push(next),
        }
    }
    shown
}

/// Goes to the end of an escape sequence.
fn skip(rest: &mut std::str::Chars<'_>) {
    match rest.next() {
        Some('[') => drop(rest.find(|sign| matches!(sign, '@'..='~'))),
        Some(']') => drop(rest.find(|sign| *sign == '\u{7}')),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::Prompt;

    #[test]
    fn prompts_of_a_kind_are_alike() {
        for (prompt, line) in [
            ("postgres=# ", "shop=# "),
            ("postgres=# ", "postgres-# "),
            ("postgres=# ", "\u{1b}[?2004hpostgres=*# "),
            ("MariaDB [(none)]> ", "MariaDB [shop]> "),
            ("mysql> ", "    -> "),
            (">>> ", "... "),
            ("\u{1b}[1;35m>>> \u{1b}[0m", "\r>>> \u{1b}[4D\r"),
            ("127.0.0.1:6379> ", "\r127.0.0.1:6379[1]> \u{1b}[0K\r\u{1b}[19C"),
            ("", ""),
        ] {
            let (prompt, line) = (Prompt::new(prompt.as_bytes()), Prompt::new(line.as_bytes()));
            assert!(prompt.is_like(&line), "{prompt:?} {line:?}");
        }
    }

    #[test]
    fn other_lines_are_none() {
        for (prompt, line) in [
            (">>> ", "working... "),
            (">>> ", "done> "),
            ("postgres=# ", "Password: "),
            ("postgres=# ", ""),
            ("sqlite> ", "50%"),
            ("", "anything"),
        ] {
            let (prompt, line) = (Prompt::new(prompt.as_bytes()), Prompt::new(line.as_bytes()));
            assert!(!prompt.is_like(&line), "{prompt:?} {line:?}");
        }
    }
}
