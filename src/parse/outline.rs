//! What the walk over a text's Markdown finds: headings, fences, comments and lists, raw.

use std::ops::Range;

use crate::parse::annotation::Inline;
use crate::source::Span;

/// What the walk found, in order of appearance.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// Everything that docgen looks at.
    pub items: Vec<OutlineItem>,
}

/// One thing that docgen looks at.
#[derive(Debug, Clone, PartialEq)]
pub enum OutlineItem {
    /// A heading.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Its text without marks.
        title: String,
        /// Anchor that the author gave as `{#anchor}`.
        anchor: Option<String>,
        /// Bytes of the heading.
        span: Span,
    },
    /// A fenced code block.
    Fence(Fence),
    /// An HTML comment that begins with `docgen:`.
    Comment(Comment),
    /// A list whose previous sibling is a fence.
    List(List),
    /// Anything else that a reader sees: it parts what stands before it from what follows.
    Text,
}

/// A fenced code block, raw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// Bytes of the whole fence.
    pub span: Span,
    /// Bytes of its info string, without surrounding space.
    pub info: Span,
    /// The body.
    pub body: Body,
    /// Whether the closing mark is there.
    pub closed: bool,
}

/// Lines of a body with their places.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Body {
    /// The text, LF line ends, container indentation removed.
    pub text: String,
    /// For each line, its bytes in the source.
    pub lines: Vec<Span>,
}

/// A docgen comment, raw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Bytes of the whole comment.
    pub span: Span,
    /// Its lines, from the one that holds `<!-- docgen:` to the one that holds `-->`.
    pub body: Body,
}

/// A list, raw.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// Bytes of the whole list.
    pub span: Span,
    /// The items: bytes and the inline content of their first paragraph.
    pub items: Vec<(Span, Vec<Inline>)>,
}

impl Body {
    /// Adds a piece of text that stands at `range`; pieces come in order and may hold any number of lines.
    pub(super) fn push(&mut self, text: &str, range: &Range<usize>) {
        let mut at = range.start;
        for piece in text.split_inclusive('\n') {
            let content = piece.trim_end_matches('\n').trim_end_matches('\r');
            if self.text.is_empty() || self.text.ends_with('\n') {
                self.lines.push(at..at);
            }
            // With CRLF the line end is an event of its own, after a carriage return that is no part of the line.
            if let Some(line) = self.lines.last_mut().filter(|_| !content.is_empty()) {
                line.end = (at + content.len()).max(line.end).min(range.end.max(line.start));
            }
            self.text.push_str(content);
            if piece.ends_with('\n') {
                self.text.push('\n');
            }
            at += piece.len();
        }
    }
}

/// The rest of the fence's first line after its marks, trimmed.
pub(super) fn info_span(text: &str, fence: &Span) -> Span {
    let first = text[fence.clone()].lines().next().unwrap_or_default();
    let marks = first.trim_start_matches(['`', '~']);
    let start = fence.start + (first.len() - marks.len());
    let lead = marks.len() - marks.trim_start().len();
    start + lead..start + lead + marks.trim().len()
}

/// A fence is closed if its last line is a run of its own mark, at least as long as the opening one.
/// CommonMark lets the end of the text or of a list close it as well, which swallows the rest of a guide silently.
pub(super) fn is_closed(fence: &str) -> bool {
    let mark = fence.chars().next().unwrap_or('`');
    let opening = fence.chars().take_while(|c| *c == mark).count();
    let mut lines = fence.trim_end_matches('\n').lines();
    let (first, last) = (lines.next(), lines.next_back());
    let last = last.unwrap_or_default().trim_start_matches([' ', '\t', '>']).trim_end();
    first.is_some() && last.chars().all(|c| c == mark) && last.chars().count() >= opening
}
