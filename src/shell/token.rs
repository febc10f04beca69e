//! What the lexer finds: tokens for colours, problems for diagnostics.

use crate::source::Span;

/// A piece of a script that has one colour. A shell word may be several tokens (`-p"$PORT"` is three).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its bytes in the text; never empty, on character boundaries.
    pub span: Span,
    /// What it is.
    pub kind: TokenKind,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenKind {
    /// From `#` to the end of the line.
    Comment,
    /// A quoted string with its quotes, or the body of a heredoc.
    String,
    /// An expansion (`$x`, `${x}`, the marks of `$( )`), or the name in an assignment.
    Variable,
    /// The name of a program, builtin or function where it is called.
    Command,
    /// A word of the grammar: `if`, `done`, `export`, …
    Keyword,
    /// `|`, `&&`, `>`, `=`, …
    Operator,
    /// An option with its dashes: `-p`, `--name`.
    Flag,
    /// Everything else: arguments, continuation marks.
    Plain,
}

impl TokenKind {
    /// Returns the short class name that pages use: `c`, `s`, `v`, `f`, `k`, `o`, `p`; empty for plain text.
    pub fn class(self) -> &'static str {
        match self {
            Self::Comment => "c",
            Self::String => "s",
            Self::Variable => "v",
            Self::Command => "f",
            Self::Keyword => "k",
            Self::Operator => "o",
            Self::Flag => "p",
            Self::Plain => "",
        }
    }
}

/// A part of a script with rules of its own for what may stand in it, without the marks around it. They nest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// Its bytes in the text.
    pub span: Span,
    /// What it is.
    pub kind: RegionKind,
}

/// What a region is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegionKind {
    /// `'…'`
    Single,
    /// `$'…'`
    Escaped,
    /// `"…"`
    Double,
    /// `` `…` ``
    Backticks,
    /// `$(…)` or `<(…)`
    Substitution,
    /// `${…}`
    Braces,
    /// `$((…))` or `((…))`
    Arithmetic,
    /// The name in `$name`.
    Variable,
    /// The body of a here-document.
    Document {
        /// Where its `<<` stands.
        announced: usize,
        /// Nothing is expanded in it.
        literal: bool,
    },
    /// The tag of a here-document.
    Tag,
    /// A comment.
    Comment,
    /// Nested so deep that it was not read.
    Unread,
}

/// Something that is certainly wrong with a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The bytes to blame: the opening mark, or the closer.
    pub span: Span,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong with a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// It opens here and never closes.
    Unclosed(Opener),
    /// A closing word or bracket that nothing opened.
    Unexpected(String),
}

/// What can be left open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opener {
    /// `'` or `$'`
    SingleQuote,
    /// `"`
    DoubleQuote,
    /// `` ` ``
    Backtick,
    /// `$(`, `${`, `$((`, `<(` or an array's `(`
    Expansion,
    /// `(` or `((`
    Parenthesis,
    /// `<<TAG`
    Heredoc(String),
    /// `if`, `for`, `while`, `until`, `select`, `case` or `{`
    Compound(String),
    /// A backslash at the very end.
    Continuation,
}

impl std::fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (opener, closer) = match self {
            Self::Unexpected(word) => return write!(f, "`{word}` closes nothing"),
            Self::Unclosed(Opener::Continuation) => {
                return f.write_str("a backslash continues the last line, but no line follows");
            }
            Self::Unclosed(Opener::Heredoc(tag)) => return write!(f, "the heredoc has no line `{tag}` that ends it"),
            Self::Unclosed(Opener::SingleQuote) => ("'", "'"),
            Self::Unclosed(Opener::DoubleQuote) => ("\"", "\""),
            Self::Unclosed(Opener::Backtick) => {
                return f.write_str("a backtick opens a command that no backtick closes");
            }
            Self::Unclosed(Opener::Expansion) => return f.write_str("the expansion is never closed"),
            Self::Unclosed(Opener::Parenthesis) => ("(", ")"),
            Self::Unclosed(Opener::Compound(word)) => (word.as_str(), closer_of(word)),
        };
        if opener == closer {
            write!(f, "the quote `{opener}` is never closed")
        } else {
            write!(f, "`{opener}` without `{closer}`")
        }
    }
}

/// Returns the word that closes the compound command which `opener` opens.
pub(super) fn closer_of(opener: &str) -> &'static str {
    match opener {
        "if" => "fi",
        "case" => "esac",
        "{" => "}",
        _ => "done",
    }
}
