//! How a value is written at a place of a shell script, so that the shell reads it there as plain text, whatever it
//! holds. Where that cannot be told, only a value that means nothing to any shell may stand.

use crate::check::places::{Layer, layers};
use crate::source::Span;

/// Characters that mean nothing to any shell, besides letters and digits.
const PLAIN: &str = "_-.:/@%+=";

/// What is written in place of a literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pasted {
    /// This.
    Text(String),
    /// The literal itself: nobody reads it there.
    Literal,
    /// Nothing: the value might be executed or expanded.
    Refused,
}

/// Returns what stands for `value` at `place` of `script`, in which each literal is a plain word.
pub(super) fn paste(script: &str, place: Span, value: &str) -> Pasted {
    let layers = layers(script, place);
    if layers.contains(&Layer::Comment) {
        return Pasted::Literal;
    }
    let text = layers
        .iter()
        .try_fold(value.to_owned(), |text, layer| write(&text, layer));
    text.map_or(Pasted::Refused, Pasted::Text)
}

/// Quotes a value as one word of a POSIX shell; values that need no quotes stay as they are.
pub fn shell_quote(value: &str) -> String {
    if is_plain(value) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// Returns whether a value is one word that no shell expands, with quotes or without.
fn is_plain(value: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || PLAIN.contains(c);
    // A `=` at the start means something to some shells.
    !value.is_empty() && value.chars().all(plain) && !value.starts_with('=')
}

/// Writes a text so that a layer yields it, if that can be.
fn write(text: &str, layer: &Layer) -> Option<String> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    match layer {
        Layer::Bare => Some(shell_quote(text)),
        Layer::Single => Some(text.replace('\'', r"'\''")),
        Layer::Escaped => Some(escape(text, "\\'")),
        Layer::Double => Some(escape(text, "\\$`\"!")),
        // Quotes within quotes, as only the braces make possible: single quotes would stay, and yet be looked for in pairs.
        Layer::DoubleBraces => Some(format!("\"{}\"", escape(text, "\\$`\""))),
        Layer::Backticks => Some(escape(text, "\\$`")),
        Layer::Number => (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.into()),
        Layer::Document {
            literal,
            before,
            after,
            tag,
        } => {
            let text = if *literal {
                text.to_owned()
            } else {
                escape(text, "\\$`")
            };
            let lines = format!("{before}{text}{after}");
            let ends = lines.lines().any(|line| line.trim_start_matches('\t') == tag);
            (!ends).then_some(text)
        }
        Layer::Unclear => is_plain(text).then(|| text.to_owned()),
        Layer::Comment | Layer::Never => None,
    }
}

/// Puts a backslash before each of `special`. An interactive bash would expand `!` within double quotes and keep the
/// backslash of `\!`, so it leaves the quotes: `"a"'!'"b"`.
pub(super) fn escape(value: &str, special: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '!' if special.contains('!') => text.push_str("\"'!'\""),
            _ => {
                if special.contains(c) {
                    text.push('\\');
                }
                text.push(c);
            }
        }
    }
    text
}
