//! Colours of code: each language to a few classes of our own.

mod grammar;
mod json;
mod memo;
mod nginx;

use std::ops::Range;

use crate::render::paint::Mark;
use crate::shell::{self, TokenKind};

pub use memo::Memo;

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
    const ALL: [Self; 9] = [
        Self::Comment,
        Self::Text,
        Self::Variable,
        Self::Function,
        Self::Keyword,
        Self::Constant,
        Self::Key,
        Self::Operator,
        Self::Type,
    ];

    fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// Returns the element around such a part. There are hundreds on a page, so the most frequent classes have elements
    /// of their own; none of these means anything to a screen reader.
    fn tags(self) -> (&'static str, &'static str) {
        match self {
            Self::Key => ("<i>", "</i>"),
            Self::Function => ("<b>", "</b>"),
            Self::Text => ("<u>", "</u>"),
            Self::Comment => ("<i class=c>", "</i>"),
            Self::Variable => ("<i class=v>", "</i>"),
            Self::Keyword => ("<i class=k>", "</i>"),
            Self::Constant => ("<i class=n>", "</i>"),
            Self::Operator => ("<i class=o>", "</i>"),
            Self::Type => ("<i class=t>", "</i>"),
        }
    }
}

/// Returns the marks that colour a text.
fn marks(spans: Vec<Span>) -> Vec<Mark> {
    let mark = |(range, class): Span| {
        let (open, close) = class.tags();
        Mark::new(range, open, close)
    };
    spans.into_iter().map(mark).collect()
}

/// A part of a text and its class; spans are in order and do not overlap.
pub(crate) type Span = (Range<usize>, Class);

/// Blocks larger than this stay plain: a grammar's worst case must not hold a build.
const LARGEST: usize = 200_000;

/// A block with a longer line stays plain if it needs a grammar, which tries each of its rules at each place of a line.
const LONGEST_LINE: usize = 5_000;

/// Why a block has no colours though its language is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plain {
    /// It is larger than [`LARGEST`].
    Large,
    /// It has a line longer than [`LONGEST_LINE`].
    LongLine,
    /// The grammar gave up.
    Failed,
}

impl Plain {
    /// Returns what an author should know.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Large => format!("it has more than {LARGEST} bytes"),
            Self::LongLine => format!("it has a line of more than {LONGEST_LINE} bytes"),
            Self::Failed => "the grammar of its language cannot read it".to_owned(),
        }
    }
}

/// Returns whether `text` is small enough for a grammar.
fn limit(text: &str) -> Result<(), Plain> {
    if text.len() > LARGEST {
        return Err(Plain::Large);
    }
    if text.len() > LONGEST_LINE && text.lines().any(|line| line.len() > LONGEST_LINE) {
        return Err(Plain::LongLine);
    }
    Ok(())
}

/// Returns the coloured parts of a text whose language needs no grammar.
fn fast_spans(lang: &str, text: &str) -> Result<Vec<Span>, Plain> {
    if text.len() > LARGEST && Language::of(lang) != Language::Plain {
        return Err(Plain::Large);
    }
    Ok(match Language::of(lang) {
        Language::Shell => shell_spans(text),
        Language::Json => json::spans(text),
        Language::Nginx => nginx::spans(text),
        Language::Plain | Language::Grammar(_) => Vec::new(),
    })
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

/// Returns how many bytes at the begin of `bytes` are a part of something.
fn run(bytes: &[u8], is_part: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|b| !is_part(*b)).unwrap_or(bytes.len())
}

/// Returns the end of the text that the quote at `at` begins: after its closing quote, at the line's end if there is none.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while end < bytes.len() && bytes[end] != b'\n' {
        match bytes[end] {
            quote if quote == bytes[at] => return end + 1,
            b'\\' if end + 1 < bytes.len() && bytes[end + 1] != b'\n' => end += 2,
            _ => end += 1,
        }
    }
    // An escaped character may be longer than a byte; the end must not cut it.
    while end < bytes.len() && bytes[end] & 0xC0 == 0x80 {
        end += 1;
    }
    end
}

/// Returns the marks that colour a shell text.
pub(crate) fn shell_marks(text: &str) -> Vec<Mark> {
    marks(fast_spans("sh", text).unwrap_or_default())
}

#[derive(Debug, PartialEq, Eq)]
enum Language<'a> {
    Plain,
    Shell,
    Json,
    Nginx,
    /// A language that syntect knows by this token.
    Grammar(&'a str),
}

impl<'a> Language<'a> {
    fn of(lang: &'a str) -> Self {
        match lang {
            "" | "text" | "txt" | "plain" | "output" | "browser" => Self::Plain,
            shell if shell::is_shell(shell) => Self::Shell,
            "json" | "jsonc" => Self::Json,
            "nginx" => Self::Nginx,
            "conf" | "systemd" | "service" => Self::Grammar("ini"),
            "dockerfile" => Self::Grammar("Dockerfile"),
            other => Self::Grammar(other),
        }
    }
}
