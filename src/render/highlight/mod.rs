//! Colours of code: each language to a few classes of our own.

mod grammar;
mod json;

use std::ops::Range;

use crate::render::paint::Mark;
use crate::shell::{self, TokenKind};

/// What a part of code is, as far as its colour is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// A remark that does nothing.
    Comment,
    /// A quoted text.
    Text,
    /// A variable or an interpolation.
    Variable,
    /// A command or a function's name.
    Function,
    /// A word of the language.
    Keyword,
    /// A number or another constant.
    Constant,
    /// A flag, an attribute or a key.
    Key,
    /// An operator.
    Operator,
    /// A type or a section's name.
    Type,
}

impl Class {
    fn open(self) -> &'static str {
        match self {
            Self::Comment => "<i class=c>",
            Self::Text => "<i class=s>",
            Self::Variable => "<i class=v>",
            Self::Function => "<i class=f>",
            Self::Keyword => "<i class=k>",
            Self::Constant => "<i class=n>",
            Self::Key => "<i class=a>",
            Self::Operator => "<i class=o>",
            Self::Type => "<i class=t>",
        }
    }
}

/// A part of a text and its class; spans are in order and do not overlap.
pub(crate) type Span = (Range<usize>, Class);

/// Blocks larger than this stay plain: a grammar's worst case must not hold a build.
const LARGEST: usize = 200_000;

/// Returns the coloured parts of `text`, which is in the language `lang` (first word of an info string).
pub(crate) fn spans(lang: &str, text: &str) -> Vec<Span> {
    if text.len() > LARGEST {
        return Vec::new();
    }
    match Language::of(lang) {
        Language::Plain => Vec::new(),
        Language::Shell => shell_spans(text),
        Language::Json => json::spans(text),
        Language::Grammar(token) => grammar::spans(token, text),
    }
}

fn shell_spans(text: &str) -> Vec<Span> {
    let class = |kind| match kind {
        TokenKind::Comment => Some(Class::Comment),
        TokenKind::String => Some(Class::Text),
        TokenKind::Variable => Some(Class::Variable),
        TokenKind::Command => Some(Class::Function),
        TokenKind::Keyword => Some(Class::Keyword),
        TokenKind::Flag => Some(Class::Key),
        // Shell code is full of operators: quiet ones keep the page small and the rest readable.
        TokenKind::Operator | TokenKind::Plain => None,
    };
    let tokens = shell::tokens(text).into_iter();
    tokens
        .filter_map(|token| Some((token.span, class(token.kind)?)))
        .collect()
}

/// Returns the marks that colour `text`.
pub(crate) fn marks(lang: &str, text: &str) -> Vec<Mark> {
    spans(lang, text)
        .into_iter()
        .map(|(range, class)| Mark::new(range, class.open(), "</i>"))
        .collect()
}

#[derive(Debug, PartialEq, Eq)]
enum Language<'a> {
    Plain,
    Shell,
    Json,
    /// A language that syntect knows by this token.
    Grammar(&'a str),
}

impl<'a> Language<'a> {
    fn of(lang: &'a str) -> Self {
        match lang {
            "" | "text" | "txt" | "plain" | "output" | "browser" => Self::Plain,
            shell if shell::is_shell(shell) => Self::Shell,
            "json" | "jsonc" => Self::Json,
            "conf" | "systemd" | "service" => Self::Grammar("ini"),
            "dockerfile" => Self::Grammar("Dockerfile"),
            other => Self::Grammar(other),
        }
    }
}
