//! The grammar of docgen's comments.
//!
//! ```text
//! comment   = "<!-- docgen:" directive "-->"
//! directive = "run" keys NEWLINE shell | "prose" | "gap" pairs | pairs
//! pairs     = { ( "original" | "label" | "see" ) "=" value }
//! ```

use crate::model::annotation::OriginalRef;
use crate::parse::info_string::{Fault, Word, words};
use crate::parse::values::suggestion;
use crate::source::Span;

/// A docgen comment, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Directive {
    /// A hidden block; `keys` are the bytes of its keys in the comment's first line.
    Run {
        /// Bytes of the keys within the comment.
        keys: Span,
    },
    /// The next list is prose, not notes.
    Prose,
    /// Pairing of the next fence.
    Pair {
        /// The block of the original.
        original: OriginalRef,
        /// Author's label.
        label: Option<String>,
    },
    /// A block of the original without partner.
    Gap {
        /// The block of the original.
        original: OriginalRef,
        /// Author's label.
        label: Option<String>,
        /// Block that does the step instead.
        see: Option<String>,
    },
}

/// Parses the text of a docgen comment. Spans are bytes within `text`.
///
/// # Errors
/// Returns what is wrong with it.
pub fn directive(text: &str) -> Result<Directive, Fault> {
    let marker = text.find("docgen:").map_or(0, |at| at + "docgen:".len());
    let inner_end = text.rfind("-->").unwrap_or(text.len()).max(marker);
    let inner = &text[marker..inner_end];
    let head = inner.lines().next().unwrap_or_default();
    let parsed = words(if head.trim_start().starts_with("run") {
        head
    } else {
        inner
    });
    let shifted = |span: &Span| span.start + marker..span.end + marker;
    let Some(first) = parsed.first() else {
        return Err(fault(
            "unknown-directive",
            0..text.trim_end().len(),
            "this docgen comment says nothing".to_owned(),
            HELP,
        ));
    };
    match (first.key.as_str(), &first.value) {
        ("run", None) => Ok(Directive::Run {
            keys: marker + first.span.end..marker + head.len(),
        }),
        ("prose", None) => Ok(Directive::Prose),
        ("gap", None) => {
            let pairs = Pairs::read(&parsed[1..], &["original", "label", "see"], &shifted)?;
            let original = pairs.original.ok_or_else(|| missing(shifted(&first.span)))?;
            Ok(Directive::Gap {
                original,
                label: pairs.label,
                see: pairs.see,
            })
        }
        (_, Some(_)) => {
            let pairs = Pairs::read(&parsed, &["original", "label"], &shifted)?;
            let original = pairs.original.ok_or_else(|| missing(shifted(&first.span)))?;
            Ok(Directive::Pair {
                original,
                label: pairs.label,
            })
        }
        (word, None) => Err(fault(
            "unknown-directive",
            shifted(&first.span),
            format!("docgen does not know `{word}` in a comment"),
            HELP,
        )),
    }
}

const HELP: &str = "a docgen comment is `run …`, `prose`, `gap original=\"…\"` or `original=\"…\" label=\"…\"`";

fn missing(span: Span) -> Fault {
    let help = "name a part of the original's block that no other block has: `original=\"docker run -d\"`, or `original=\"none\"`";
    fault(
        "bad-value",
        span,
        "this pairing does not say which block of the original it means".to_owned(),
        help,
    )
}

fn fault(code: &'static str, span: Span, message: String, help: &str) -> Fault {
    Fault {
        code,
        span,
        message,
        help: Some(help.to_owned()),
    }
}

#[derive(Default)]
struct Pairs {
    original: Option<OriginalRef>,
    label: Option<String>,
    see: Option<String>,
}

impl Pairs {
    fn read(words: &[Word], allowed: &[&str], shifted: &dyn Fn(&Span) -> Span) -> Result<Self, Fault> {
        let mut pairs = Self::default();
        for word in words {
            match (word.key.as_str(), word.value.clone()) {
                ("original", Some(value)) if value == "none" => pairs.original = Some(OriginalRef::New),
                ("original", Some(value)) => pairs.original = Some(OriginalRef::Text(value)),
                ("label", value @ Some(_)) => pairs.label = value,
                ("see", value @ Some(_)) if allowed.contains(&"see") => pairs.see = value,
                (key, _) => {
                    let help = suggestion(key, allowed)
                        .map_or_else(|| HELP.to_owned(), |known| format!("did you mean `{known}`?"));
                    let message = format!("unknown key `{key}` in a docgen comment");
                    return Err(fault("unknown-key", shifted(&word.span), message, &help));
                }
            }
        }
        Ok(pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_read() {
        assert_eq!(directive("<!-- docgen: prose -->"), Ok(Directive::Prose));
        assert_eq!(
            directive("<!-- docgen: run machine=a\nls\n-->"),
            Ok(Directive::Run { keys: 16..26 })
        );
        let gap = directive("<!-- docgen: gap original=\"a b\" label=\"L\" see=x -->");
        assert!(matches!(gap, Ok(Directive::Gap { see: Some(_), .. })), "{gap:?}");
        assert_eq!(
            directive("<!-- docgen: orignal=x -->").unwrap_err().help.as_deref(),
            Some("did you mean `original`?")
        );
        assert!(directive("<!-- docgen: -->").is_err() && directive("<!-- docgen: dance -->").is_err());
    }
}
