//! The first sentence of a note is its label.

use crate::source::Span;

/// Splits a note into its first sentence and the rest.
pub(super) fn sentences(source: &str, text: &Span) -> (Span, Span) {
    let whole = &source[text.clone()];
    let mut in_code = false;
    let mut end = whole.len();
    let mut chars = whole.char_indices().peekable();
    while let Some((index, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        match c {
            '`' => in_code = !in_code,
            '.' | '!' | '?'
                if !in_code && next.is_none_or(char::is_whitespace) && !is_abbreviation(&whole[..index]) =>
            {
                end = index + 1;
                break;
            }
            '。' | '！' | '？' if !in_code => {
                end = index + c.len_utf8();
                break;
            }
            '\n' if !in_code && next == Some('\n') => {
                end = index;
                break;
            }
            _ => {}
        }
    }
    let rest = &whole[end..];
    let start = text.start + end + (rest.len() - rest.trim_start().len());
    (text.start..text.start + end, start.min(text.end)..text.end)
}

/// Returns whether the dot after `head` belongs to a short form, not to the end of a sentence.
fn is_abbreviation(head: &str) -> bool {
    ["e.g", "i.e", "etc", "cf", "vs", "approx", "no"].iter().any(|word| {
        head.strip_suffix(word)
            .is_some_and(|before| !before.ends_with(char::is_alphanumeric))
    })
}

#[cfg(test)]
mod tests {
    use super::sentences;

    #[test]
    fn the_first_sentence_is_the_label() {
        let split = |text: &'static str| {
            let (label, more) = sentences(text, &(0..text.len()));
            (&text[label], &text[more])
        };
        assert_eq!(
            split("Runs on. Stop it with `a. b`."),
            ("Runs on.", "Stop it with `a. b`.")
        );
        assert_eq!(split("Use `a. b` e.g. here"), ("Use `a. b` e.g. here", ""));
        assert_eq!(
            split("Version 1.2 is old.\n  So is 1.1."),
            ("Version 1.2 is old.", "So is 1.1.")
        );
        assert_eq!(split(""), ("", ""));
    }
}
