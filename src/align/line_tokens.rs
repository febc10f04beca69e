//! A line's tokens for inner differences: what a box may begin and end at.

use crate::shell;
use crate::source::Span;

/// Returns the tokens of a command's line: shell words, cut at `= , : @ /` and `://`.
///
/// Options, `$VAR`, numbers, IPv4 addresses, host names and `host:port` stay whole; `name:tag` is two tokens.
pub(super) fn command_tokens(line: &str) -> Vec<Span> {
    let lexed = shell::lex(line);
    let mut tokens = Vec::new();
    let mut words = lexed.words.iter().peekable();
    let mut end = 0;
    for token in &lexed.tokens {
        if token.span.start < end {
            continue;
        }
        let word = words.next_if(|word| word.start <= token.span.start);
        let span = word.unwrap_or(&token.span).clone();
        end = span.end;
        pieces(line, span, &mut tokens);
        while words.next_if(|word| word.start < end).is_some() {}
    }
    tokens
}

/// Returns the tokens of a line of a file or an output: words and single marks.
pub(super) fn text_tokens(line: &str) -> Vec<Span> {
    let mut tokens = Vec::new();
    pieces(line, 0..line.len(), &mut tokens);
    tokens
}

/// Returns whether a token has a letter or a digit.
pub(super) fn is_word(token: &str) -> bool {
    token.chars().any(char::is_alphanumeric)
}

/// Cuts `line[span]` at blanks and separators.
fn pieces(line: &str, span: Span, tokens: &mut Vec<Span>) {
    let mut at = span.start;
    while let Some(first) = line[at..span.end].chars().next() {
        let rest = &line[at..span.end];
        let len = if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        } else if rest.starts_with("://") {
            3
        } else if in_word(first)
            || ((first == '-' || first == '$') && rest.chars().nth(1).is_some_and(|c| in_word(c) || c == '-'))
        {
            word_len(line, at, span.end)
        } else {
            first.len_utf8()
        };
        tokens.push(at..at + len);
        at += len;
    }
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of the word at `at`: letters, digits, inner dots and dashes; with its port if it is a host.
fn word_len(line: &str, at: usize, end: usize) -> usize {
    let rest = &line[at..end];
    let inner = |c: char| in_word(c) || matches!(c, '-' | '.' | '+' | '%' | '~');
    let signs = rest.len() - rest.trim_start_matches(['-', '$']).len();
    let len = rest[signs..]
        .find(|c: char| !inner(c))
        .map_or(rest.len(), |len| len + signs);
    // A dot at the end closes a sentence; it is no part of the name.
    let len = rest[..len].trim_end_matches('.').len().max(1);
    let addressed = line[..at].ends_with("://") || line[..at].ends_with('@');
    let host = addressed || (rest[..len].contains('.') && !rest.starts_with('-')) || &rest[..len] == "localhost";
    let digits = rest[len..]
        .strip_prefix(':')
        .map_or(0, |port| port.bytes().take_while(u8::is_ascii_digit).count());
    let after = rest[len..].chars().nth(1 + digits);
    let port = host && digits > 0 && !after.is_some_and(|c| in_word(c) || matches!(c, ':' | '.' | '-'));
    if port { len + 1 + digits } else { len }
}

#[cfg(test)]
mod tests {
    use super::{command_tokens, text_tokens};

    fn cut(line: &str) -> Vec<&str> {
        command_tokens(line).into_iter().map(|span| &line[span]).collect()
    }

    #[test]
    fn tokens_are_what_people_change_at_once() {
        assert_eq!(
            cut("a --auth-url=http://127.0.0.1:9000/x"),
            ["a", "--auth-url", "=", "http", "://", "127.0.0.1:9000", "/", "x"]
        );
        assert_eq!(
            cut("-p 127.0.0.1:9000:4444"),
            ["-p", "127.0.0.1", ":", "9000", ":", "4444"]
        );
        assert_eq!(
            cut("img/name:1.2 $DSN 'x y'"),
            ["img", "/", "name", ":", "1.2", "$DSN", "'", "x", "y", "'"]
        );
        assert_eq!(cut("a | b>c"), ["a", "|", "b", ">", "c"]);
        let line = "  listen 443 ssl;";
        assert_eq!(
            text_tokens(line)
                .into_iter()
                .map(|span| &line[span])
                .collect::<Vec<_>>(),
            ["listen", "443", "ssl", ";"]
        );
    }
}
