//! The lexer's hands: look ahead, step forward, emit.

use super::heredoc::Heredoc;
use super::lexer::Lexed;
use super::token::{Opener, Problem, ProblemKind, Region, RegionKind, Token, TokenKind};

/// How deep expansions, subshells and quotes may nest. Deeper text is plain.
const MAX_DEPTH: usize = 64;

/// The state of one walk over a script.
pub(super) struct Lexer<'a> {
    /// The whole script.
    pub(super) text: &'a str,
    /// Where the walk must stop: the end of the text, or of the heredoc body that is being read.
    pub(super) end: usize,
    /// The next byte.
    pub(super) at: usize,
    /// What was found so far.
    pub(super) found: Lexed,
    /// Heredocs that were announced on this line and whose bodies follow it.
    pub(super) heredocs: Vec<Heredoc>,
    /// How many constructs are open around the next byte.
    pub(super) depth: usize,
    /// How many words are open around the next byte: an expansion's commands are part of a word.
    pub(super) word_depth: usize,
    /// True inside of backticks, where the next backtick closes.
    pub(super) in_backticks: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            end: text.len(),
            at: 0,
            found: Lexed::default(),
            heredocs: Vec::new(),
            depth: 0,
            word_depth: 0,
            in_backticks: false,
        }
    }

    /// Returns the byte `ahead` of the next one; 0 past the end.
    pub(super) fn peek(&self, ahead: usize) -> u8 {
        let index = self.at + ahead;
        if index < self.end {
            self.text.as_bytes()[index]
        } else {
            0
        }
    }

    /// Returns whether nothing is left.
    pub(super) fn done(&self) -> bool {
        self.at >= self.end
    }

    /// Returns what is left, as bytes.
    pub(super) fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at.min(self.end)..self.end]
    }

    /// Steps over `count` bytes, up to the next character boundary, and gives them `kind`.
    pub(super) fn take(&mut self, count: usize, kind: TokenKind) {
        let start = self.at;
        self.skip(count);
        self.emit(start, kind);
    }

    /// Steps over the bytes for which `wanted` holds and gives them `kind`.
    pub(super) fn take_while(&mut self, kind: TokenKind, wanted: impl Fn(u8) -> bool) {
        let start = self.at;
        let count = self.rest().iter().position(|byte| !wanted(*byte));
        self.at += count.unwrap_or(self.end - start);
        self.emit(start, kind);
    }

    /// Steps over `count` bytes, up to the next character boundary, without a token.
    pub(super) fn skip(&mut self, count: usize) {
        self.at = (self.at + count).min(self.end);
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
    }

    /// Adds the bytes from `start` to here as a token, or to the last token if it is of the same kind and touches them.
    fn emit(&mut self, start: usize, kind: TokenKind) {
        if start == self.at {
            return;
        }
        match self.found.tokens.last_mut() {
            Some(last) if last.kind == kind && last.span.end == start && kind != TokenKind::Operator => {
                last.span.end = self.at;
            }
            _ => self.found.tokens.push(Token {
                span: start..self.at,
                kind,
            }),
        }
    }

    /// Runs `body` one level deeper; at the limit steps over one plain byte instead.
    pub(super) fn nested(&mut self, body: impl FnOnce(&mut Self)) {
        if self.depth >= MAX_DEPTH {
            let start = self.at;
            self.take(1, TokenKind::Plain);
            self.region(start, RegionKind::Unread);
            return;
        }
        self.depth += 1;
        body(self);
        self.depth -= 1;
    }

    /// Notes that the text from `start` to here has rules of its own.
    pub(super) fn region(&mut self, start: usize, kind: RegionKind) {
        let span = start.min(self.at)..self.at;
        self.found.regions.push(Region { span, kind });
    }

    /// Notes that what opened at `start` was still open at the end. Inside a heredoc's body that is not the script's fault.
    pub(super) fn unclosed(&mut self, start: usize, len: usize, opener: Opener) {
        if self.end == self.text.len() {
            let span = start..(start + len).min(self.text.len());
            self.found.problems.push(Problem {
                span,
                kind: ProblemKind::Unclosed(opener),
            });
        }
    }
}

/// Returns whether `byte` ends a word: a blank or an operator's first byte.
pub(super) fn ends_word(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')'
    )
}

/// Returns whether `byte` may stand in a variable's name.
pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
