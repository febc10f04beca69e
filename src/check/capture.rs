//! Carries captured values on: into later commands, quoted for the shell, and into later expectations, as they are.

use std::collections::BTreeMap;

use crate::check::quoting::{Pasted, escape, paste, shell_quote};
use crate::model::block::Fill;
use crate::source::Span;

/// Captured values by name.
pub type Captures = BTreeMap<String, String>;

/// Why a block cannot be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    /// No value has this name.
    #[error("`{name}` was not captured by any block before this one")]
    CaptureMissing {
        /// The name.
        name: String,
    },
    /// The block does not hold the text to be replaced.
    #[error("the block does not hold `{literal}`, which `{name}` is to replace")]
    LiteralMissing {
        /// The text.
        literal: String,
        /// The name of the capture.
        name: String,
    },
    /// No way to write the value is known that keeps a shell from reading it as something else.
    #[error("the value of `{name}` cannot be quoted where `{literal}` stands in `{line}`")]
    Unquotable {
        /// The text.
        literal: String,
        /// The name of the capture.
        name: String,
        /// The line of the script.
        line: String,
        /// The number of that line, from 1.
        number: usize,
    },
}

/// Returns `script` with the literal of each fill replaced by its captured value, quoted for the place where it stands:
/// bare, within quotes, or in a here-document. All fills are applied at once, so that no value is filled in again.
///
/// # Errors
/// A value that was not captured, a literal that the script does not hold, or a place where the value could become a
/// command or an expansion.
pub fn fill(script: &str, fills: &[Fill], captures: &Captures) -> Result<String, FillError> {
    let mut values = Vec::new();
    for fill in fills {
        let name = fill.capture.clone();
        let Some(value) = captures.get(&name) else {
            return Err(FillError::CaptureMissing { name });
        };
        if fill.literal.is_empty() || !script.contains(&fill.literal) {
            let literal = fill.literal.clone();
            return Err(FillError::LiteralMissing { literal, name });
        }
        values.push((fill, value.as_str()));
    }
    let places = places(script, &values);
    let masked = masked(script, places.iter().map(|(place, ..)| place.clone()));
    let mut filled = String::with_capacity(script.len());
    let mut done = 0;
    for (place, fill, value) in places {
        filled.push_str(&script[done..place.start]);
        done = place.end;
        match paste(&masked, place.clone(), value) {
            Pasted::Text(text) => filled.push_str(&text),
            Pasted::Literal => filled.push_str(&fill.literal),
            Pasted::Refused => return Err(unquotable(script, place.start, fill)),
        }
    }
    filled.push_str(&script[done..]);
    Ok(filled)
}

/// Returns where the literals stand, in order; of two that start at one place the first.
fn places<'a>(script: &str, values: &[(&'a Fill, &'a str)]) -> Vec<(Span, &'a Fill, &'a str)> {
    let mut places = Vec::new();
    let mut at = 0;
    while at < script.len() {
        match values.iter().find(|(fill, _)| script[at..].starts_with(&fill.literal)) {
            Some((fill, value)) => {
                places.push((at..at + fill.literal.len(), *fill, *value));
                at += fill.literal.len();
            }
            None => at += script[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    places
}

/// Returns the script with a plain word of the same length at each place: what is replaced is not read, so its own quotes
/// and brackets mean nothing.
fn masked(script: &str, places: impl Iterator<Item = Span>) -> String {
    let mut text = script.to_owned();
    for place in places {
        text.replace_range(place.clone(), &"x".repeat(place.len()));
    }
    text
}

fn unquotable(script: &str, at: usize, fill: &Fill) -> FillError {
    let start = script[..at].rfind('\n').map_or(0, |before| before + 1);
    FillError::Unquotable {
        literal: fill.literal.clone(),
        name: fill.capture.clone(),
        line: script[start..].lines().next().unwrap_or_default().trim().to_owned(),
        number: script[..at].matches('\n').count() + 1,
    }
}

/// What of a secret stands at the start of some bytes.
pub(super) enum Found<'a> {
    /// All of it: its length, and what is shown instead.
    Whole(usize, &'a str),
    /// Its beginning, if the bytes go on that way.
    Beginning,
    /// Nothing.
    None,
}

/// Values that must not be shown, by the names that stand for them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Secrets {
    /// Forms of values, the longest first, with the name that replaces each.
    forms: Vec<(String, String)>,
}

impl Secrets {
    /// Starts with no secret.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value that is shown as `[name]`: as it is, as one line each, and as the shell and JSON write it.
    pub fn add(&mut self, name: &str, value: &str) {
        let value = value.trim();
        let json = serde_json::Value::from(value).to_string();
        let mut forms = vec![
            value.to_owned(),
            shell_quote(value),
            escape(value, "\\$`\""),
            json[1..json.len() - 1].to_owned(),
        ];
        forms.extend(
            value
                .lines()
                .map(str::trim)
                .filter(|line| line.len() >= 8)
                .map(str::to_owned),
        );
        for form in forms {
            if !form.is_empty() && !self.forms.iter().any(|(known, _)| *known == form) {
                self.forms.push((form, format!("[{name}]")));
            }
        }
        self.forms.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
    }

    /// Looks for a secret that starts with the first byte of `bytes`; of several, the longest.
    pub(super) fn at_start_of(&self, bytes: &[u8]) -> Found<'_> {
        for (form, name) in &self.forms {
            if bytes.starts_with(form.as_bytes()) {
                return Found::Whole(form.len(), name);
            }
            if form.as_bytes().starts_with(bytes) {
                return Found::Beginning;
            }
        }
        Found::None
    }

    /// Returns whether there is nothing to mask.
    pub fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }
}

/// Returns `text` with every secret replaced by its name in brackets.
pub fn mask(text: &str, secrets: &Secrets) -> String {
    let mut masked = text.to_owned();
    for (form, name) in &secrets.forms {
        if masked.contains(form.as_str()) {
            masked = masked.replace(form.as_str(), name);
        }
    }
    masked
}

/// Returns what may be shown of a secret: the start of a long one, so that a person recognises its kind, and nothing of a short one.
pub fn hint(value: &str) -> String {
    let shown = if value.chars().count() >= 24 { 3 } else { 0 };
    format!("{}…", value.chars().take(shown).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captures(value: &str) -> Captures {
        Captures::from([("token".to_owned(), value.to_owned())])
    }

    fn fills() -> Vec<Fill> {
        vec![Fill {
            literal: ">TOKEN<".into(),
            capture: "token".into(),
        }]
    }

    #[test]
    fn a_value_is_quoted_for_its_place() {
        let value = "a'b\"$x`\\";
        for (script, filled) in [
            ("echo >TOKEN<", r#"echo 'a'\''b"$x`\'"#),
            ("echo '>TOKEN<'", r#"echo 'a'\''b"$x`\'"#),
            ("echo \">TOKEN<\"", r#"echo "a'b\"\$x\`\\""#),
            ("cat <<EOF\n>TOKEN<\nEOF", "cat <<EOF\na'b\"\\$x\\`\\\\\nEOF"),
            (
                "cat <<'EOF'\n>TOKEN<\nEOF\necho >TOKEN<",
                "cat <<'EOF'\na'b\"$x`\\\nEOF\necho 'a'\\''b\"$x`\\'",
            ),
        ] {
            assert_eq!(fill(script, &fills(), &captures(value)).unwrap(), filled, "{script}");
        }
        assert_eq!(fill("x >TOKEN<", &fills(), &captures("aZ-_.9")).unwrap(), "x aZ-_.9");
    }

    #[test]
    fn a_value_is_never_filled_in_again() {
        let filled = fill("echo >TOKEN< >TOKEN<", &fills(), &captures(">TOKEN<")).unwrap();
        assert_eq!(filled, "echo '>TOKEN<' '>TOKEN<'");
    }

    #[test]
    fn what_is_missing_is_said() {
        let missing = fill("echo >TOKEN<", &fills(), &Captures::new()).unwrap_err();
        assert_eq!(missing, FillError::CaptureMissing { name: "token".into() });
        let missing = fill("echo", &fills(), &captures("x")).unwrap_err().to_string();
        assert_eq!(
            missing,
            "the block does not hold `>TOKEN<`, which `token` is to replace"
        );
    }

    #[test]
    fn secrets_are_masked_in_every_form() {
        let mut secrets = Secrets::new();
        secrets.add("pass", "it's \"it\"");
        secrets.add("short", "it's");
        let text = r#"it's "it" 'it'\''s "it"' {"p":"it's \"it\""} it's"#;
        assert_eq!(mask(text, &secrets), r#"[pass] [pass] {"p":"[pass]"} [short]"#);
    }

    #[test]
    fn a_hint_shows_no_short_secret() {
        assert_eq!(hint("ory_at_abcdefghijklmnopqrstuvwxyz"), "ory…");
        assert_eq!(hint("hunter2"), "…");
    }
}
