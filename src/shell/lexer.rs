//! The walk over a script: lists of commands, their grammar words, and where logical commands end.

use super::cursor::{Lexer, ends_word};
use super::token::{Opener, Problem, ProblemKind, Region, Token, TokenKind};
use crate::source::Span;

/// Everything one walk finds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lexed {
    /// Coloured pieces, in order, without overlap; blanks lie between them.
    pub tokens: Vec<Token>,
    /// Shell words outside of expansions, in order: a quoted string or a `$(...)` is part of one word.
    pub words: Vec<Span>,
    /// Quotes, expansions, here-documents and comments, inner ones before those around them.
    pub regions: Vec<Region>,
    /// Bytes after the line ends that end a logical command, in order.
    pub breaks: Vec<usize>,
    /// What is certainly wrong.
    pub problems: Vec<Problem>,
}

/// Lexes a script. Works for any text, in linear time; the nesting of constructs is bounded.
pub fn lex(text: &str) -> Lexed {
    let mut lexer = Lexer::new(text);
    lexer.list(Close::End);
    // Without a last line end, a heredoc was announced on the last line.
    lexer.heredoc_bodies();
    lexer.found.problems.sort_by_key(|problem| problem.span.start);
    lexer.found
}

/// What ends a list of commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Close {
    End,
    Parenthesis,
    Backtick,
}

/// What the next word of a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A command's name, or a keyword.
    Command,
    /// An argument.
    Argument,
    /// An argument of `[`.
    Bracket,
    /// An argument of `export` and its like.
    Declaration,
    /// A name after `function`.
    Function,
    /// The variable after `for` or `select`.
    LoopName,
    /// `in`, or what follows a loop without it.
    LoopIn,
    /// What follows the arithmetic head of a loop: `do`, or `{` in its place.
    LoopBody,
    /// What `case` looks at.
    CaseSubject,
    /// `in` after it.
    CaseIn,
    /// A pattern of `case`.
    Pattern,
    /// Between `[[` and `]]`.
    Test,
}

/// The state of one list of commands.
pub(super) struct List {
    close: Close,
    pub(super) place: Place,
    /// Compound commands that are open, by the place of their first word.
    pub(super) open: Vec<Span>,
    /// The next word is the target of a redirection.
    pub(super) redirect: bool,
    /// The line ended in `|`, `&&`, `||` or `()`: the command goes on.
    pub(super) joined: bool,
}

impl Lexer<'_> {
    /// Reads commands up to `close`, which stays unread.
    pub(super) fn list(&mut self, close: Close) {
        let mut list = List {
            close,
            place: Place::Command,
            open: Vec::new(),
            redirect: false,
            joined: false,
        };
        while !self.done() && !self.closes(&list) {
            match self.peek(0) {
                b' ' | b'\t' | b'\r' => self.skip(1),
                b'\n' => self.line_end(&mut list),
                b'\\' if matches!(self.rest(), [b'\\', b'\n', ..] | [b'\\', b'\r', b'\n', ..]) => self.continuation(),
                b'#' if self.starts_word() => self.comment(),
                b'(' | b')' => self.bracket(&mut list),
                b';' | b'|' => self.separator(&mut list),
                b'&' if !matches!(self.peek(1), b'>') => self.separator(&mut list),
                b'<' | b'>' | b'&' => self.redirection(&mut list),
                _ => self.list_word(&mut list),
            }
        }
        for span in list.open {
            let word = self.text[span.clone()].to_owned();
            self.unclosed(span.start, span.len(), Opener::Compound(word));
        }
    }

    fn closes(&self, list: &List) -> bool {
        match list.close {
            Close::End => false,
            Close::Backtick => self.peek(0) == b'`',
            Close::Parenthesis => self.peek(0) == b')' && list.place != Place::Pattern,
        }
    }

    /// Returns whether a `#` here starts a comment.
    fn starts_word(&self) -> bool {
        self.at.checked_sub(1).is_none_or(|before| {
            let byte = self.text.as_bytes()[before];
            ends_word(byte) || byte == b'`'
        })
    }

    fn line_end(&mut self, list: &mut List) {
        self.skip(1);
        self.heredoc_bodies();
        list.redirect = false;
        if matches!(list.place, Place::Pattern | Place::Test | Place::CaseIn) {
            return;
        }
        list.place = Place::Command;
        if list.close == Close::End && list.open.is_empty() && !list.joined {
            self.found.breaks.push(self.at);
        }
    }

    fn bracket(&mut self, list: &mut List) {
        let start = self.at;
        let subshell = self.peek(0) == b'(' && list.place == Place::Command;
        match (self.peek(0), self.peek(1)) {
            (b'(', b'(') if list.place == Place::LoopName => {
                self.arithmetic(2, TokenKind::Operator);
                list.place = Place::LoopBody;
            }
            (b'(', b'(') if subshell && self.is_arithmetic() => {
                self.arithmetic(2, TokenKind::Operator);
                list.place = Place::Argument;
            }
            (b'(', b')') => {
                self.take(2, TokenKind::Operator);
                list.place = Place::Command;
                list.joined = true;
                return;
            }
            (b'(', _) if subshell => {
                self.subshell();
                list.place = Place::Argument;
            }
            (b')', _) if list.place == Place::Pattern => {
                self.take(1, TokenKind::Operator);
                list.place = Place::Command;
            }
            (byte, _) => {
                if byte == b')' && list.place != Place::Test {
                    let kind = ProblemKind::Unexpected(")".to_owned());
                    self.found.problems.push(Problem {
                        span: start..start + 1,
                        kind,
                    });
                }
                self.take(1, TokenKind::Operator);
            }
        }
        list.joined = false;
    }

    fn subshell(&mut self) {
        let start = self.at;
        self.nested(|lexer| {
            lexer.take(1, TokenKind::Operator);
            lexer.list(Close::Parenthesis);
            if lexer.done() {
                lexer.unclosed(start, 1, Opener::Parenthesis);
            } else {
                lexer.take(1, TokenKind::Operator);
            }
        });
    }

    fn separator(&mut self, list: &mut List) {
        let (first, second) = (self.peek(0), self.peek(1));
        let double = second == first || matches!((first, second), (b'|' | b';', b'&'));
        self.take(if double { 2 } else { 1 }, TokenKind::Operator);
        list.redirect = false;
        list.joined = first == b'|' || (first == b'&' && double);
        if list.place == Place::Test || (list.place == Place::Pattern && first == b'|') {
            return;
        }
        let in_case = list.open.last().is_some_and(|span| &self.text[span.clone()] == "case");
        list.place = if first == b';' && double && in_case {
            Place::Pattern
        } else {
            Place::Command
        };
    }

    fn redirection(&mut self, list: &mut List) {
        list.joined = false;
        let (first, second) = (self.peek(0), self.peek(1));
        if list.place == Place::Test {
            self.take(1, TokenKind::Operator);
        } else if second == b'(' && first != b'&' {
            let start = self.at;
            self.substitution(2);
            self.word_found(start);
            list.redirect = false;
            list.place = after_command(list.place);
        } else if first == b'<' && second == b'<' && self.peek(2) != b'<' {
            self.heredoc_start();
        } else if let Some(len) = self.placeholder() {
            self.take(len, TokenKind::Plain);
            self.word_found(self.at - len);
            list.place = after_command(list.place);
        } else {
            self.take_while(TokenKind::Operator, |byte| matches!(byte, b'<' | b'>' | b'&' | b'|'));
            list.redirect = true;
        }
    }
}

fn after_command(place: Place) -> Place {
    if place == Place::Command {
        Place::Argument
    } else {
        place
    }
}
