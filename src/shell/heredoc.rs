//! Heredocs: announced by `<<TAG`, their bodies follow the line.

use super::cursor::{Lexer, ends_word};
use super::token::{Opener, RegionKind, TokenKind};

/// A heredoc whose body is still to come.
pub(super) struct Heredoc {
    /// The line that ends it.
    tag: String,
    /// `<<-`: tabs before the tag do not count.
    tabs: bool,
    /// The tag was quoted: nothing is expanded in the body.
    literal: bool,
    /// Where `<<` stands.
    start: usize,
}

impl Lexer<'_> {
    /// Reads `<<TAG`, `<<-TAG` or `<<'TAG'`.
    pub(super) fn heredoc_start(&mut self) {
        let start = self.at;
        let tabs = self.peek(2) == b'-';
        self.take(if tabs { 3 } else { 2 }, TokenKind::Operator);
        while matches!(self.peek(0), b' ' | b'\t') {
            self.skip(1);
        }
        let word = self.at;
        let quote = self.peek(0);
        let literal = matches!(quote, b'\'' | b'"' | b'\\');
        if matches!(quote, b'\'' | b'"') {
            let close = self
                .rest()
                .iter()
                .skip(1)
                .position(|byte| *byte == quote || *byte == b'\n');
            self.take(close.map_or(usize::MAX - self.at, |len| len + 2), TokenKind::String);
        } else {
            self.take_while(TokenKind::String, |byte| !ends_word(byte));
        }
        self.region(word, RegionKind::Tag);
        let tag: String = self.text[word..self.at]
            .chars()
            .filter(|c| !matches!(c, '\'' | '"' | '\\' | '\n'))
            .collect();
        if !tag.is_empty() {
            self.heredocs.push(Heredoc {
                tag,
                tabs,
                literal,
                start,
            });
        }
    }

    /// Reads the bodies of the heredocs that the line before announced.
    pub(super) fn heredoc_bodies(&mut self) {
        for heredoc in std::mem::take(&mut self.heredocs) {
            let (body_end, tag_end) = self.heredoc_end(&heredoc);
            let body = self.at;
            if !heredoc.literal {
                let outer = std::mem::replace(&mut self.end, body_end);
                let in_backticks = std::mem::take(&mut self.in_backticks);
                self.nested(|lexer| lexer.quoted(0));
                self.in_backticks = in_backticks;
                self.end = outer;
            }
            self.take(body_end.saturating_sub(self.at), TokenKind::String);
            let (announced, literal) = (heredoc.start, heredoc.literal);
            self.region(body, RegionKind::Document { announced, literal });
            self.take(tag_end.saturating_sub(self.at), TokenKind::String);
        }
    }

    /// Returns where the body ends and where the line with the tag ends; both are the end of the text if there is no such line.
    fn heredoc_end(&mut self, heredoc: &Heredoc) -> (usize, usize) {
        let mut start = self.at;
        for line in self.text[self.at..self.end].split_inclusive('\n') {
            let bare = line.trim_end_matches(['\n', '\r']);
            let shown = if heredoc.tabs {
                bare.trim_start_matches('\t')
            } else {
                bare
            };
            if shown == heredoc.tag {
                return (start, start + bare.len());
            }
            start += line.len();
        }
        self.unclosed(heredoc.start, 2, Opener::Heredoc(heredoc.tag.clone()));
        (self.end, self.end)
    }
}
