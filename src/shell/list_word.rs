//! Words of a list: names of commands, keywords, options, assignments; and what each does to the list.

use super::cursor::{Lexer, ends_word, is_name};
use super::lexer::{List, Place};
use super::token::{Problem, ProblemKind, RegionKind, TokenKind, closer_of};

impl Lexer<'_> {
    /// Reads a word where a list expects one, and what it does to the list.
    pub(super) fn list_word(&mut self, list: &mut List) {
        let start = self.at;
        let rest = self.rest();
        let len = rest
            .iter()
            .position(|byte| ends_word(*byte) || *byte == b'`')
            .unwrap_or(rest.len());
        let head = &self.text[start..start + len];
        list.joined = false;
        if std::mem::take(&mut list.redirect) {
            self.word(TokenKind::Plain);
        } else if len > 0
            && head.bytes().all(|byte| byte.is_ascii_digit())
            && matches!(rest.get(len), Some(b'<' | b'>'))
        {
            self.take(len, TokenKind::Operator);
            return;
        } else {
            self.placed_word(list, head);
        }
        self.word_found(start);
    }

    fn placed_word(&mut self, list: &mut List, head: &str) {
        match list.place {
            Place::Command => self.command_word(list, head),
            Place::Argument | Place::Bracket | Place::Declaration => self.argument(list, head),
            Place::LoopIn | Place::CaseIn if head == "in" => {
                self.take(2, TokenKind::Keyword);
                list.place = if list.place == Place::LoopIn {
                    Place::Argument
                } else {
                    Place::Pattern
                };
            }
            Place::LoopIn => self.command_word(list, head),
            Place::LoopBody => {
                // The loop then ends at its `}`.
                if head == "{" {
                    list.open.pop();
                }
                self.command_word(list, head);
            }
            Place::Function => {
                self.word(TokenKind::Command);
                list.place = Place::Command;
                list.joined = true;
            }
            Place::LoopName => {
                self.word(TokenKind::Variable);
                list.place = Place::LoopIn;
            }
            Place::CaseSubject => {
                self.word(TokenKind::Plain);
                list.place = Place::CaseIn;
            }
            Place::CaseIn => self.word(TokenKind::Plain),
            Place::Pattern if head == "esac" => self.keyword(list, head),
            Place::Pattern => self.word(TokenKind::Plain),
            Place::Test => self.test_word(list, head),
        }
    }

    fn command_word(&mut self, list: &mut List, head: &str) {
        if is_keyword(head) {
            self.keyword(list, head);
        } else if self.assigned_name().is_some() {
            self.assignment();
        } else if matches!(head, "export" | "local" | "declare" | "readonly" | "typeset" | "unset") {
            self.take(head.len(), TokenKind::Keyword);
            list.place = Place::Declaration;
        } else {
            self.word(TokenKind::Command);
            list.place = if head == "[" { Place::Bracket } else { Place::Argument };
        }
    }

    fn argument(&mut self, list: &mut List, head: &str) {
        let bracket = list.place == Place::Bracket;
        if list.place == Place::Declaration && self.assigned_name().is_some() {
            self.assignment();
        } else if list.place == Place::Declaration && head.bytes().all(is_name) {
            self.word(TokenKind::Variable);
        } else if bracket && head == "]" {
            self.word(TokenKind::Command);
            list.place = Place::Argument;
        } else if bracket && is_comparison(head) {
            self.take(head.len(), TokenKind::Operator);
        } else if head.len() > 1 && head.starts_with('-') {
            self.flag(head);
        } else {
            self.word(TokenKind::Plain);
        }
    }

    /// Reads `--name=value` or `-p8080`: the option is what stands before `=`, a quote or an expansion.
    fn flag(&mut self, head: &str) {
        let len = head.find(['=', '"', '\'', '$', '\\']).unwrap_or(head.len());
        self.take(len, TokenKind::Flag);
        if self.word_goes_on() {
            self.word(TokenKind::Plain);
        }
    }

    /// Returns whether the word has not ended yet.
    fn word_goes_on(&self) -> bool {
        let byte = self.peek(0);
        !(self.done() || ends_word(byte) || (self.in_backticks && byte == b'`'))
    }

    fn assignment(&mut self) {
        let len = self.assigned_name().unwrap_or(0);
        self.take(len, TokenKind::Variable);
        if self.peek(0) == b'[' {
            let start = self.at;
            self.take_while(TokenKind::Variable, |byte| {
                byte != b'=' && byte != b'+' && byte != b'\n'
            });
            self.region(start, RegionKind::Arithmetic);
        }
        self.take(if self.peek(0) == b'+' { 2 } else { 1 }, TokenKind::Operator);
        if self.peek(0) == b'(' {
            self.nested(Self::array);
        } else if self.word_goes_on() {
            self.word(TokenKind::Plain);
        }
    }

    fn test_word(&mut self, list: &mut List, head: &str) {
        if head == "]]" {
            self.take(2, TokenKind::Keyword);
            list.place = Place::Argument;
        } else if is_comparison(head) {
            self.take(head.len(), TokenKind::Operator);
        } else if head.starts_with('-') && head.len() <= 3 {
            self.take(head.len(), TokenKind::Flag);
        } else {
            self.word(TokenKind::Plain);
        }
    }

    fn keyword(&mut self, list: &mut List, head: &str) {
        let span = self.at..self.at + head.len();
        self.take(head.len(), TokenKind::Keyword);
        list.place = match head {
            "for" | "select" => Place::LoopName,
            "case" => Place::CaseSubject,
            "function" => Place::Function,
            "[[" => Place::Test,
            "fi" | "done" | "esac" | "}" => Place::Argument,
            _ => Place::Command,
        };
        match head {
            "if" | "for" | "while" | "until" | "select" | "case" | "{" => list.open.push(span),
            "fi" | "done" | "esac" | "}" => {
                let opener = list.open.last().map(|open| &self.text[open.clone()]);
                if opener.is_some_and(|opener| closer_of(opener) == head) {
                    list.open.pop();
                } else {
                    self.found.problems.push(Problem {
                        span,
                        kind: ProblemKind::Unexpected(head.to_owned()),
                    });
                }
            }
            _ => {}
        }
    }

    /// Adds the word from `start` to here, unless it is part of another word.
    pub(super) fn word_found(&mut self, start: usize) {
        let end = self.found.tokens.last().map_or(start, |token| token.span.end);
        if self.word_depth == 0 && end > start {
            self.found.words.push(start..end);
        }
    }
}

fn is_comparison(word: &str) -> bool {
    matches!(word, "=" | "==" | "!=" | "=~" | "!")
}

fn is_keyword(word: &str) -> bool {
    const WORDS: [&str; 19] = [
        "if", "then", "else", "elif", "fi", "for", "while", "until", "select", "do", "done", "case", "esac",
        "function", "time", "coproc", "{", "}", "[[",
    ];
    word == "!" || WORDS.contains(&word)
}
