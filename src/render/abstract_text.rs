//! What a text is about, if its author does not say: its first paragraph.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::model::guide::Document;
use crate::parse::markdown_options;

/// Returns the plain text of the first paragraph, at most about 200 characters: what a page is about if nobody says.
pub(crate) fn of(document: &Document) -> String {
    let body = document.body.min(document.source.text.len());
    let mut text = String::new();
    let mut depth = 0;
    let source = &document.source.text[body..];
    for event in Parser::new_ext(source, markdown_options(source)) {
        match event {
            Event::Start(Tag::Paragraph) => depth = 1,
            Event::End(TagEnd::Paragraph) if !text.is_empty() => break,
            Event::Text(part) | Event::Code(part) if depth > 0 => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak if depth > 0 => text.push(' '),
            _ => {}
        }
    }
    if text.chars().count() <= 200 {
        return text;
    }
    let mut short: String = text.chars().take(200).collect();
    short.truncate(short.rfind(' ').unwrap_or(short.len()));
    short.push('…');
    short
}
