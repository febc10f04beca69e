//! Labels of links and footnotes that nothing defines: they would stand in the page as they are written.

use std::ops::Range;

use pulldown_cmark::{BrokenLink, LinkType};

/// What looks like a link by a label, but names nothing that is defined. A single word in brackets is too often just that,
/// and so is an index behind a word.
pub(crate) fn undefined(text: &str, link: &BrokenLink<'_>) -> Option<(Range<usize>, String)> {
    let before = text[..link.span.start].chars().next_back();
    let is_index = before.is_some_and(|c| c.is_alphanumeric() || matches!(c, ']' | ')' | '_'));
    let is_label = matches!(link.link_type, LinkType::Reference | LinkType::Collapsed);
    let fact = || format!("no link is defined for the label `[{}]`", link.reference);
    (is_label && !is_index).then(|| (link.span.clone(), fact()))
}

/// The place of a reference to a footnote that is not defined, if that is where the plain text at `span` stands.
pub(crate) fn footnote(text: &str, span: &Range<usize>) -> Option<Range<usize>> {
    let is_label = text[span.clone()].starts_with('^');
    let before = text[..span.start].strip_suffix('[')?;
    (is_label && !before.ends_with('\\') && text[span.end..].starts_with(']')).then(|| span.start - 1..span.end + 1)
}
