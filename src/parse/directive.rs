//! The grammar of docgen's comments.
//!
//! ```text
//! comment   = "<!-- docgen:" directive "-->"
//! directive = "run" keys NEWLINE shell | "prose" | "gap" pairs | pairs
//! pairs     = { ( "original" | "label" | "see" ) "=" value }
//! ```

use crate::model::annotation::OriginalRef;
use crate::parse::info_string::{Fault, Word, words};
use crate::parse::outline::Body;
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

/// Tells a comment that its author did not end: it holds all text up to the end of the file, or of the next comment.
///
/// # Errors
/// Returns where it begins and what to do.
pub fn closed(text: &str) -> Result<(), Fault> {
    let (inner, is_closed) = match text.find("-->") {
        Some(end) => (&text[..end], true),
        None => (text, false),
    };
    let swallows_another = inner.lines().skip(1).any(|line| line.trim_start().starts_with("<!--"));
    if is_closed && !swallows_another {
        return Ok(());
    }
    let opening = text.lines().next().unwrap_or_default().trim_end().len();
    Err(fault(
        "unclosed-comment",
        0..opening,
        "this docgen comment is never closed, so all text that follows it is part of it".to_owned(),
        "end it with `-->`; after `run` and its commands on a line of its own",
    ))
}

/// Returns the commands of a `run` comment: its lines below the first, up to its end.
pub(super) fn script(comment: &Body) -> Body {
    let mut script = Body::default();
    for (line, span) in comment.text.lines().zip(&comment.lines).skip(1) {
        let end = line.find("-->");
        let line = end.map_or(line, |end| line[..end].trim_end());
        if end.is_none() || !line.is_empty() {
            script.text.push_str(line);
            script.text.push('\n');
            script.lines.push(span.start..span.end.min(span.start + line.len()));
        }
        if end.is_some() {
            break;
        }
    }
    script
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
    fn a_comment_that_goes_on_is_not_closed() {
        for text in [
            "<!-- docgen: run\nls\n\nProse.\n",
            "<!-- docgen: prose\n",
            "<!-- docgen: run\nls\n\nProse.\n\n<!-- docgen: prose -->\n",
        ] {
            let fault = closed(text).unwrap_err();
            assert_eq!(fault.code, "unclosed-comment", "{text}");
            assert_eq!(&text[fault.span], text.lines().next().unwrap());
        }
        assert_eq!(closed("<!-- docgen: run\ngrep '<!--' x\n-->\n"), Ok(()));
    }

    #[test]
    fn a_script_goes_on_to_the_end_of_its_comment() {
        let of = |text: &str| {
            let mut body = Body::default();
            body.push(text, &(0..text.len()));
            script(&body)
        };
        let text = "<!-- docgen: run\nls\nid -->\n";
        assert_eq!(
            (of(text).text.as_str(), of(text).lines),
            ("ls\nid\n", vec![17..19, 20..22])
        );
        assert_eq!(of("<!-- docgen: run\nls\n-->\n").text, "ls\n");
    }

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
