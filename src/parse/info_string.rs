//! The info string of a fence.
//!
//! ```text
//! info  = [LANG] { SPACE key | key "=" value }
//! value = bare | '"' { any | "\"" | "\\" } '"'
//! ```
//! `LANG` is what GitHub reads; everything after it is docgen's.

use crate::model::block::{Keys, MatchMode, StreamChoice};
use crate::parse::Strictness;
use crate::parse::values;
use crate::source::Span;

/// All keys that an info string may hold.
const KNOWN: &[&str] = &[
    "id",
    "machine",
    "terminal",
    "file",
    "mode",
    "owner",
    "append",
    "include",
    "region",
    "title",
    "mark",
    "lines",
    "prompt",
    "timeout",
    "exit",
    "tty",
    "answer",
    "enter",
    "leave",
    "background",
    "ready",
    "eventually",
    "fill",
    "skip",
    "until",
    "output",
    "mocked",
    "recorded",
    "match",
    "stream",
    "secret",
    "tab",
];

/// A problem in an info string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Stable name of the kind of problem.
    pub code: &'static str,
    /// Bytes in the info string.
    pub span: Span,
    /// The fact.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// Parses an info string; returns its language and its typed keys.
pub fn parse(info: &str, strictness: Strictness) -> (String, Keys, Vec<Fault>) {
    let mut words = words(info);
    let lang = match words.first() {
        Some(word) if word.value.is_none() && !is_flag(&word.key) => words.remove(0).key,
        _ => String::new(),
    };
    let mut reader = Reader {
        keys: Keys::default(),
        faults: Vec::new(),
        seen: Vec::new(),
    };
    for word in words {
        if strictness == Strictness::Foreign && !KNOWN.contains(&word.key.as_str()) {
            continue;
        }
        reader.word(&word);
    }
    if strictness == Strictness::Foreign {
        reader.faults.clear();
    }
    (lang.to_ascii_lowercase(), reader.keys, reader.faults)
}

/// Parses the keys of a docgen comment, which has no language.
pub fn parse_keys(text: &str) -> (Keys, Vec<Fault>) {
    let mut reader = Reader {
        keys: Keys::default(),
        faults: Vec::new(),
        seen: Vec::new(),
    };
    for word in words(text) {
        reader.word(&word);
    }
    (reader.keys, reader.faults)
}

/// A key may stand first only if it cannot be a language.
fn is_flag(word: &str) -> bool {
    matches!(word, "tty" | "append" | "enter" | "leave" | "recorded")
}

/// One `key` or `key=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// What stands before the `=`, or the whole word.
    pub key: String,
    /// The value, unquoted.
    pub value: Option<String>,
    /// Bytes of the whole word in the text it was read from.
    pub span: Span,
}

/// Splits a line into words; quotes hold spaces together.
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        if first.is_whitespace() {
            continue;
        }
        let (mut key, mut value, mut end) = (first.to_string(), None::<String>, start + first.len_utf8());
        let mut quoted = false;
        while let Some((at, c)) = chars.peek().copied() {
            if c.is_whitespace() && !quoted {
                break;
            }
            chars.next();
            end = at + c.len_utf8();
            match (&mut value, c) {
                (None, '=') => value = Some(String::new()),
                (None, c) => key.push(c),
                (Some(_), '"') => quoted = !quoted,
                (Some(text), '\\') if quoted => {
                    let (at, next) = chars.next().unwrap_or((at, '\\'));
                    end = at + next.len_utf8();
                    text.push(next);
                }
                (Some(text), c) => text.push(c),
            }
        }
        words.push(Word {
            key,
            value,
            span: start..end,
        });
    }
    words
}

struct Reader {
    keys: Keys,
    faults: Vec<Fault>,
    seen: Vec<String>,
}

impl Reader {
    fn word(&mut self, word: &Word) {
        let repeatable = matches!(word.key.as_str(), "answer" | "ready" | "fill");
        if !repeatable && self.seen.contains(&word.key) {
            self.fault(
                word,
                "double-key",
                format!("the key `{}` is given twice", word.key),
                None,
            );
            return;
        }
        self.seen.push(word.key.clone());
        match &word.value {
            None => self.flag(word),
            Some(value) => {
                if let Err(message) = self.pair(&word.key, value) {
                    match message {
                        Problem::Unknown => self.unknown(word),
                        Problem::Value(message) => self.fault(word, "bad-value", message, None),
                    }
                }
            }
        }
    }

    fn flag(&mut self, word: &Word) {
        let keys = &mut self.keys;
        match word.key.as_str() {
            "append" => keys.append = true,
            "tty" => keys.tty = true,
            "enter" => keys.enter = true,
            "leave" => keys.leave = true,
            "output" => keys.output = true,
            "recorded" => keys.recorded = true,
            "lines" => keys.first_number = Some(1),
            key if KNOWN.contains(&key) => {
                let help = format!("write `{key}=VALUE`, with quotes if it holds spaces");
                self.fault(word, "bad-value", format!("the key `{key}` needs a value"), Some(help));
            }
            _ => self.unknown(word),
        }
    }

    fn pair(&mut self, key: &str, value: &str) -> Result<(), Problem> {
        let keys = &mut self.keys;
        let text = || Some(value.to_owned());
        match key {
            "id" => keys.id = Some(slug(value)?),
            "machine" => keys.machine = Some(name(value)?),
            "terminal" => keys.terminal = Some(name(value)?),
            "file" => keys.file = Some(reason(key, value)?),
            "mode" => keys.mode = Some(values::mode(value)?),
            "owner" => keys.owner = Some(reason(key, value)?),
            "include" => keys.include = Some(reason(key, value)?),
            "region" => keys.region = text(),
            "title" => keys.title = text(),
            "mark" => keys.marked = values::lines(value)?,
            "lines" => keys.first_number = Some(values::line_number(value)?),
            "prompt" if value == "root" => keys.prompt_root = true,
            "prompt" => {
                return Err(Problem::Value(format!(
                    "`prompt={value}` is unknown; only `prompt=root` is"
                )));
            }
            "timeout" => keys.timeout = Some(values::duration(value)?),
            "exit" => keys.exit = Some(values::exit_rule(value)?),
            "answer" => keys.answers.push(values::answer(value)?),
            "background" => keys.background = Some(name(value)?),
            "ready" => keys.ready.push(values::ready(value)?),
            "eventually" => keys.eventually = Some(values::duration(value)?),
            "fill" => keys.fills.push(values::fill(value)?),
            "skip" => keys.skip = Some(reason(key, value)?),
            "until" if values::is_date(value) => keys.until = text(),
            "until" => {
                return Err(Problem::Value(format!(
                    "`{value}` is not a date; write it as `2027-01-31`"
                )));
            }
            "mocked" => keys.mocked = Some(reason(key, value)?),
            "match" => keys.matching = Some(match_mode(value)?),
            "stream" => keys.stream = Some(stream(value)?),
            "tab" => keys.tab = Some(reason(key, value)?.trim().to_owned()),
            "secret" => keys.secrets = value.split(',').map(|part| part.trim().to_owned()).collect(),
            "append" | "tty" | "enter" | "leave" | "output" | "recorded" => {
                return Err(Problem::Value(format!("the key `{key}` takes no value")));
            }
            _ => return Err(Problem::Unknown),
        }
        Ok(())
    }

    fn unknown(&mut self, word: &Word) {
        let help = match values::suggestion(&word.key, KNOWN) {
            Some(known) => format!("did you mean `{known}`?"),
            None => format!("known keys are {}", KNOWN.join(", ")),
        };
        self.fault(
            word,
            "unknown-key",
            format!("unknown key `{}` in an info string", word.key),
            Some(help),
        );
    }

    fn fault(&mut self, word: &Word, code: &'static str, message: String, help: Option<String>) {
        self.faults.push(Fault {
            code,
            span: word.span.clone(),
            message,
            help,
        });
    }
}

enum Problem {
    Unknown,
    Value(String),
}

impl From<String> for Problem {
    fn from(message: String) -> Self {
        Self::Value(message)
    }
}

fn slug(value: &str) -> Result<String, String> {
    let fault = || format!("`{value}` cannot be an id; use letters, digits, `-`, `_` and `.`");
    values::is_slug(value).then(|| value.to_owned()).ok_or_else(fault)
}

fn name(value: &str) -> Result<String, String> {
    let fault = || format!("`{value}` cannot be a name; use letters, digits, `-` and `_`, a letter first");
    values::is_name(value).then(|| value.to_owned()).ok_or_else(fault)
}

fn reason(key: &str, value: &str) -> Result<String, String> {
    let fault = || format!("the key `{key}` needs a text");
    (!value.trim().is_empty()).then(|| value.to_owned()).ok_or_else(fault)
}

fn match_mode(value: &str) -> Result<MatchMode, String> {
    match value {
        "lines" => Ok(MatchMode::Lines),
        "unordered" => Ok(MatchMode::Unordered),
        "contains" => Ok(MatchMode::Contains),
        "json" => Ok(MatchMode::Json),
        _ => Err(format!(
            "`match={value}` is unknown; there are lines, unordered, contains and json"
        )),
    }
}

fn stream(value: &str) -> Result<StreamChoice, String> {
    match value {
        "stdout" => Ok(StreamChoice::Stdout),
        "stderr" => Ok(StreamChoice::Stderr),
        "both" => Ok(StreamChoice::Both),
        _ => Err(format!(
            "`stream={value}` is unknown; there are stdout, stderr and both"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_and_keys_are_told_apart() {
        let (lang, keys, faults) = parse(
            r#"sh id=a exit=1 tty fill=">X< = token" skip="a \"b\"""#,
            Strictness::Guide,
        );
        assert_eq!((lang.as_str(), faults.len()), ("sh", 0));
        assert_eq!(keys.id.as_deref(), Some("a"));
        assert!(keys.tty);
        assert_eq!(keys.fills[0].literal, ">X<");
        assert_eq!(keys.skip.as_deref(), Some("a \"b\""));
    }

    #[test]
    fn unknown_keys_are_errors_with_a_suggestion_only_in_guides() {
        let (_, _, faults) = parse("sh idd=a", Strictness::Guide);
        assert_eq!((faults[0].code, faults[0].span.clone()), ("unknown-key", 3..8));
        assert_eq!(faults[0].help.as_deref(), Some("did you mean `id`?"));
        assert!(
            parse("sh {1,3-5} linenums idd=a timeout=x", Strictness::Foreign)
                .2
                .is_empty()
        );
    }

    #[test]
    fn values_are_checked() {
        for info in [
            "sh timeout=soon",
            "sh exit",
            "sh tty=1",
            "sh id=a id=b",
            "sh prompt=me",
            "sh match=maybe",
        ] {
            assert_eq!(parse(info, Strictness::Guide).2.len(), 1, "{info}");
        }
    }
}
