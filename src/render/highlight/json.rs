//! Colours of JSON, without a grammar: keys, texts, numbers, words.

use crate::render::highlight::{Class, Span, run, string_end};

/// Returns the coloured parts of a JSON text; what is not JSON stays plain.
pub(super) fn spans(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut spans = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b'"' => {
                at = string_end(bytes, at);
                let class = if is_key(&bytes[at..]) { Class::Key } else { Class::Text };
                spans.push((start..at, class));
            }
            b'-' | b'0'..=b'9' => {
                at += run(&bytes[at..], |b| {
                    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.')
                });
                spans.push((start..at, Class::Constant));
            }
            b'a'..=b'z' => {
                at += run(&bytes[at..], |b| b.is_ascii_lowercase());
                if matches!(&text[start..at], "true" | "false" | "null") {
                    spans.push((start..at, Class::Keyword));
                }
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at += run(&bytes[at..], |b| b != b'\n');
                spans.push((start..at, Class::Comment));
            }
            _ => at += 1,
        }
    }
    spans
}

fn is_key(after: &[u8]) -> bool {
    after.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_differ() {
        let text = "{\"a\": [\"b\", -1.5e3, true]}";
        let classes: Vec<(&str, Class)> = spans(text).into_iter().map(|(r, c)| (&text[r], c)).collect();
        assert_eq!(
            classes,
            [
                ("\"a\"", Class::Key),
                ("\"b\"", Class::Text),
                ("-1.5e3", Class::Constant),
                ("true", Class::Keyword)
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn spans_are_ordered_and_on_character_bounds(text in "[\"\\\\{}:,a-zä0-9/\n ]{0,60}") {
            let mut end = 0;
            for (range, _) in spans(&text) {
                proptest::prop_assert!(range.start >= end && text.get(range.clone()).is_some());
                end = range.end;
            }
        }
    }
}
