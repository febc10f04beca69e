//! Colours of nginx's settings, without a grammar: directives, values, variables.

use crate::render::highlight::{Class, Span, run, string_end};

/// Returns the coloured parts of a text with nginx's settings.
pub(super) fn spans(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut spans = Vec::new();
    // The first word of a statement is its directive.
    let mut is_first = true;
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let class = match bytes[at] {
            b';' | b'{' | b'}' => {
                at += 1;
                is_first = true;
                continue;
            }
            b'#' => {
                at += run(&bytes[at..], |b| b != b'\n');
                Some(Class::Comment)
            }
            b'"' | b'\'' => {
                at = string_end(bytes, at);
                Some(Class::Text)
            }
            b'$' => {
                at += variable(&bytes[at..]);
                (at > start + 1).then_some(Class::Variable)
            }
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            _ => {
                at += run(&bytes[at..], is_word);
                if is_first {
                    Some(Class::Keyword)
                } else {
                    value(&text[start..at])
                }
            }
        };
        is_first &= class == Some(Class::Comment);
        spans.extend(class.map(|class| (start..at, class)));
    }
    spans
}

/// Returns the length of the variable at the begin of `bytes`: 1 if it has no name.
fn variable(bytes: &[u8]) -> usize {
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    if bytes.get(1) != Some(&b'{') {
        return 1 + run(&bytes[1..], is_name);
    }
    let name = run(&bytes[2..], is_name);
    if bytes.get(2 + name) == Some(&b'}') {
        name + 3
    } else {
        1
    }
}

fn is_word(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !matches!(byte, b';' | b'{' | b'}' | b'"' | b'\'' | b'$')
}

/// Numbers with their units, addresses and switches stand out from names and paths.
fn value(word: &str) -> Option<Class> {
    let is_constant = word.starts_with(|c: char| c.is_ascii_digit()) || matches!(word, "on" | "off");
    is_constant.then_some(Class::Constant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_and_values_differ() {
        let text = "# one\nserver {\n  listen 443 ssl; # tls\n  location ~ \\.php$ {\n    set $a \"x${b}\"; return 301 https://$host/${c}d;\n  }\n}\n";
        let classes: Vec<(&str, Class)> = spans(text).into_iter().map(|(r, c)| (&text[r], c)).collect();
        assert_eq!(
            classes,
            [
                ("# one", Class::Comment),
                ("server", Class::Keyword),
                ("listen", Class::Keyword),
                ("443", Class::Constant),
                ("# tls", Class::Comment),
                ("location", Class::Keyword),
                ("set", Class::Keyword),
                ("$a", Class::Variable),
                ("\"x${b}\"", Class::Text),
                ("return", Class::Keyword),
                ("301", Class::Constant),
                ("$host", Class::Variable),
                ("${c}", Class::Variable),
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn spans_are_ordered_and_on_character_bounds(text in "[\"'\\\\{};$#:,a-zä0-9/\n ]{0,60}") {
            let mut end = 0;
            for (range, _) in spans(&text) {
                proptest::prop_assert!(range.start >= end && text.get(range.clone()).is_some());
                end = range.end;
            }
        }
    }
}
