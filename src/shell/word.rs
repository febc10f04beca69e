//! What a word is made of: plain text, quotes, expansions.

use super::cursor::{Lexer, ends_word, is_name};
use super::lexer::Close;
use super::token::{Opener, RegionKind, TokenKind};

/// How far a look-ahead may reach, so that no input makes the walk quadratic.
const MAX_LOOK: usize = 64;
/// The same for arithmetic, which may be long.
const MAX_ARITHMETIC: usize = 1024;

impl Lexer<'_> {
    /// Reads the rest of a word; its plain parts get `kind`.
    pub(super) fn word(&mut self, kind: TokenKind) {
        let start = self.at;
        self.word_depth += 1;
        while !self.done() {
            match self.peek(0) {
                b'\'' => self.single_quote(1),
                b'"' => self.double_quote(),
                b'$' => self.dollar(kind),
                b'`' if self.in_backticks => break,
                b'`' => self.backticks(),
                b'\\' if matches!(self.rest(), [b'\\', b'\n', ..] | [b'\\', b'\r', b'\n', ..]) => self.continuation(),
                b'\\' => self.take(2, kind),
                byte if ends_word(byte) => break,
                _ => self.take_while(kind, |byte| {
                    !ends_word(byte) && !matches!(byte, b'\'' | b'"' | b'$' | b'`' | b'\\')
                }),
            }
        }
        if self.at == start {
            self.take(1, TokenKind::Plain);
        }
        self.word_depth -= 1;
    }

    /// Steps over a backslash and the line end that it hides.
    pub(super) fn continuation(&mut self) {
        let start = self.at;
        self.take(1, TokenKind::Plain);
        self.skip(if self.peek(0) == b'\r' { 2 } else { 1 });
        if self.rest().iter().all(u8::is_ascii_whitespace) {
            self.unclosed(start, 1, Opener::Continuation);
        }
    }

    /// Reads `'...'`, or `$'...'` (`mark` is 2), where a backslash hides a quote.
    fn single_quote(&mut self, mark: usize) {
        let start = self.at;
        self.take(mark, TokenKind::String);
        while !self.done() && self.peek(0) != b'\'' {
            if mark == 2 && self.peek(0) == b'\\' {
                self.take(2, TokenKind::String);
            } else {
                self.take_while(TokenKind::String, |byte| byte != b'\'' && (mark == 1 || byte != b'\\'));
            }
        }
        let kind = if mark == 1 {
            RegionKind::Single
        } else {
            RegionKind::Escaped
        };
        self.region(start + mark, kind);
        self.close(b'\'', start, mark, Opener::SingleQuote, TokenKind::String);
    }

    /// Reads `"..."` with the expansions in it.
    fn double_quote(&mut self) {
        let start = self.at;
        self.nested(|lexer| {
            lexer.take(1, TokenKind::String);
            lexer.quoted(b'"');
            lexer.region(start + 1, RegionKind::Double);
            if !(lexer.in_backticks && lexer.peek(0) == b'`') {
                lexer.close(b'"', start, 1, Opener::DoubleQuote, TokenKind::String);
            }
        });
    }

    /// Steps over the closing mark `byte`, or notes that what opened at `start` never closes.
    fn close(&mut self, byte: u8, start: usize, mark: usize, opener: Opener, kind: TokenKind) {
        if !self.done() && self.peek(0) == byte {
            self.take(1, kind);
        } else if self.done() {
            self.unclosed(start, mark, opener);
        }
    }

    /// Reads text in which only `$`, backticks and backslashes mean something, up to `quote`; 0 means up to the end.
    pub(super) fn quoted(&mut self, quote: u8) {
        while !self.done() && (quote == 0 || self.peek(0) != quote) {
            match self.peek(0) {
                b'\\' => self.take(2, TokenKind::String),
                b'$' => self.dollar(TokenKind::String),
                b'`' if self.in_backticks => return,
                b'`' => self.backticks(),
                _ => self.take_while(TokenKind::String, |byte| {
                    // A NUL in a here-document's body is text, though no quote is 0 as well.
                    (quote == 0 || byte != quote) && !matches!(byte, b'\\' | b'$' | b'`')
                }),
            }
        }
    }

    fn backticks(&mut self) {
        let start = self.at;
        self.nested(|lexer| {
            lexer.take(1, TokenKind::Variable);
            lexer.in_backticks = true;
            lexer.list(Close::Backtick);
            lexer.region(start + 1, RegionKind::Backticks);
            lexer.in_backticks = false;
            lexer.close(b'`', start, 1, Opener::Backtick, TokenKind::Variable);
        });
    }

    /// Reads `$(...)` or `<(...)`, whose opening mark is `mark` bytes long.
    pub(super) fn substitution(&mut self, mark: usize) {
        let start = self.at;
        self.nested(|lexer| {
            lexer.word_depth += 1;
            lexer.take(mark, TokenKind::Variable);
            let in_backticks = std::mem::take(&mut lexer.in_backticks);
            lexer.list(Close::Parenthesis);
            lexer.region(start + mark, RegionKind::Substitution);
            lexer.in_backticks = in_backticks;
            lexer.close(b')', start, mark, Opener::Expansion, TokenKind::Variable);
            lexer.word_depth -= 1;
        });
    }

    /// Reads an expansion; a dollar sign that starts none gets `kind`.
    fn dollar(&mut self, kind: TokenKind) {
        match self.peek(1) {
            b'(' if self.peek(2) == b'(' => self.arithmetic(3, TokenKind::Variable),
            b'(' => self.substitution(2),
            b'{' => self.braces(kind),
            b'\'' if kind != TokenKind::String => self.single_quote(2),
            byte if byte.is_ascii_digit() || b"?!#@*$-".contains(&byte) => self.take(2, TokenKind::Variable),
            byte if is_name(byte) => {
                self.take(1, TokenKind::Variable);
                let start = self.at;
                self.take_while(TokenKind::Variable, is_name);
                self.region(start, RegionKind::Variable);
            }
            _ => self.take(1, kind),
        }
    }

    /// Reads `${...}`; `kind` tells whether it stands in a string, where single quotes are plain.
    fn braces(&mut self, kind: TokenKind) {
        let start = self.at;
        let special = |byte| matches!(byte, b'}' | b'"' | b'\'' | b'$' | b'\\' | b'`');
        self.nested(|lexer| {
            lexer.take(2, TokenKind::Variable);
            while !lexer.done() && lexer.peek(0) != b'}' {
                match lexer.peek(0) {
                    b'"' => lexer.double_quote(),
                    b'\'' if kind != TokenKind::String => lexer.single_quote(1),
                    b'\\' => lexer.take(2, TokenKind::Variable),
                    b'$' => lexer.dollar(kind),
                    b'`' if lexer.in_backticks => return,
                    b'`' => lexer.backticks(),
                    byte if special(byte) => lexer.take(1, TokenKind::Variable),
                    _ => lexer.take_while(TokenKind::Variable, |byte| !special(byte)),
                }
            }
            lexer.region(start + 2, RegionKind::Braces);
            lexer.close(b'}', start, 2, Opener::Expansion, TokenKind::Variable);
        });
    }

    /// Returns whether the `((` here opens arithmetic and not a subshell in a subshell: then the inner bracket closes right
    /// before the outer one.
    pub(super) fn is_arithmetic(&self) -> bool {
        let rest = self.rest();
        let look = rest[..rest.len().min(MAX_ARITHMETIC)].get(2..).unwrap_or_default();
        let mut open = 1_usize;
        let close = look.iter().position(|byte| {
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                _ => {}
            }
            open == 0
        });
        close.is_none_or(|at| look.get(at + 1).is_none_or(|byte| *byte == b')'))
    }

    /// Reads arithmetic up to `))`; the outer brackets get `edge`.
    pub(super) fn arithmetic(&mut self, mark: usize, edge: TokenKind) {
        let start = self.at;
        self.nested(|lexer| {
            lexer.take(mark, edge);
            let mut open = 0_usize;
            while !lexer.done() && (open > 0 || lexer.peek(0) != b')') {
                match lexer.peek(0) {
                    b'(' => open += 1,
                    b')' => open -= 1,
                    _ => {}
                }
                lexer.arithmetic_piece();
            }
            lexer.region(start + mark, RegionKind::Arithmetic);
            if lexer.done() {
                lexer.unclosed(
                    start,
                    mark,
                    if mark == 3 {
                        Opener::Expansion
                    } else {
                        Opener::Parenthesis
                    },
                );
            } else {
                lexer.take(if lexer.peek(1) == b')' { 2 } else { 1 }, edge);
            }
        });
    }

    fn arithmetic_piece(&mut self) {
        match self.peek(0) {
            b'$' => self.dollar(TokenKind::Plain),
            b'"' => self.double_quote(),
            byte if byte.is_ascii_digit() => self.take_while(TokenKind::Plain, is_name),
            byte if is_name(byte) => self.take_while(TokenKind::Variable, is_name),
            byte if byte.is_ascii_whitespace() => self.skip(1),
            _ => self.take(1, TokenKind::Operator),
        }
    }

    /// Reads the `(...)` of an array's assignment.
    pub(super) fn array(&mut self) {
        let start = self.at;
        self.take(1, TokenKind::Operator);
        while !self.done() && self.peek(0) != b')' {
            match self.peek(0) {
                b'#' => self.comment(),
                b'`' if self.in_backticks => return,
                byte if byte.is_ascii_whitespace() => self.skip(1),
                byte if ends_word(byte) => self.take(1, TokenKind::Plain),
                _ => self.word(TokenKind::Plain),
            }
        }
        self.close(b')', start, 1, Opener::Expansion, TokenKind::Operator);
    }

    /// Steps over a comment, up to the end of its line.
    pub(super) fn comment(&mut self) {
        let rest = self.rest();
        let line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let blanks = rest[..line]
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let start = self.at;
        self.take(line - blanks, TokenKind::Comment);
        self.region(start, RegionKind::Comment);
    }

    /// Returns the length of a documentation placeholder such as `<your-name>` here, which is not two redirections.
    pub(super) fn placeholder(&self) -> Option<usize> {
        let rest = self.rest();
        let look = &rest[..rest.len().min(MAX_LOOK)];
        let close = look.iter().position(|byte| *byte == b'>')?;
        let letter = look.get(1).is_some_and(u8::is_ascii_alphabetic);
        let inside = look
            .get(1..close)?
            .iter()
            .all(|byte| is_name(*byte) || matches!(byte, b'-' | b'.'));
        let after = rest.get(close + 1).is_none_or(|byte| ends_word(*byte));
        (letter && inside && after).then_some(close + 1)
    }

    /// Returns the length of the name in `name=`, `name+=` or `name[...]=` here.
    pub(super) fn assigned_name(&self) -> Option<usize> {
        let rest = self.rest();
        let len = rest.iter().position(|byte| !is_name(*byte))?;
        if len == 0 || rest[0].is_ascii_digit() {
            return None;
        }
        let look = &rest[len..rest.len().min(len + MAX_LOOK)];
        let assigned = match look {
            [b'=', ..] | [b'+', b'=', ..] => true,
            [b'[', ..] => {
                let close = look.iter().position(|byte| matches!(byte, b']' | b'\n'));
                close.is_some_and(|at| matches!(look[at..], [b']', b'=', ..] | [b']', b'+', b'=', ..]))
            }
            _ => false,
        };
        assigned.then_some(len)
    }
}
