//! What a search shows of each section that it finds: how it begins, prose before code.
//!
//! A script of its own, because it is larger than the index and needed only once something is found:
//! `docgenExcerpts("…")` with a line for each section of the index, in its order.

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::pack::{Hash, Packer, hash};
use crate::render::index::Index;
use crate::render::search::Place;

/// Where the script is.
pub(crate) const PATH: &str = "search/excerpts.js";

/// About two lines of the dialog. The script holds this much of every section of the site, so it must not be much.
const LONGEST: usize = 160;

/// The beginning of a section while it is read.
#[derive(Debug, Default)]
pub(crate) struct Excerpt {
    prose: String,
    /// Shown where there is no prose.
    code: String,
    place: Where,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Where {
    #[default]
    Prose,
    Code,
    Heading,
}

impl Excerpt {
    /// Takes the next event of the section.
    pub(crate) fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(Tag::Heading { .. }) => self.place = Where::Heading,
            Event::Start(Tag::CodeBlock(_)) => self.place = Where::Code,
            Event::End(TagEnd::Heading(_) | TagEnd::CodeBlock) => self.place = Where::Prose,
            Event::Text(text) | Event::Code(text) => self.add(text),
            Event::SoftBreak | Event::HardBreak => self.add(" "),
            // What stands in two paragraphs, items or cells does not run together.
            Event::End(tag) if !is_inline(*tag) => self.add(" "),
            _ => {}
        }
    }

    fn add(&mut self, text: &str) {
        let to = match self.place {
            Where::Prose => &mut self.prose,
            Where::Code => &mut self.code,
            Where::Heading => return,
        };
        // A character has at most four bytes.
        if to.len() <= 4 * LONGEST {
            to.push_str(text);
        }
    }

    /// Returns the excerpt: one line, cut between words.
    pub(crate) fn finish(self) -> String {
        let shown = if self.prose.trim().is_empty() {
            self.code
        } else {
            self.prose
        };
        let text = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        let Some((end, _)) = text.char_indices().nth(LONGEST) else {
            return text;
        };
        let end = text[..end].rfind(' ').unwrap_or(end);
        format!("{}…", text[..end].trim_end_matches([',', ';', ':']))
    }
}

fn is_inline(tag: TagEnd) -> bool {
    use TagEnd::{Emphasis, Image, Link, Strikethrough, Strong, Subscript, Superscript};
    matches!(
        tag,
        Emphasis | Image | Link | Strikethrough | Strong | Subscript | Superscript
    )
}

/// Returns a hash of everything that the script is made from.
pub(crate) fn key(index: &Index<'_>) -> Hash {
    let mut out = Packer::default();
    places(index).for_each(|place| out.text(&place.excerpt));
    hash(&out.finish())
}

/// Builds the script.
pub(crate) fn script(index: &Index<'_>) -> Vec<u8> {
    let lines: Vec<&str> = places(index).map(|place| place.excerpt.as_str()).collect();
    let mut out = b"docgenExcerpts(".to_vec();
    // A text cannot fail to be JSON.
    out.extend(serde_json::to_vec(&lines.join("\n")).unwrap_or_default());
    out.extend(b")\n");
    out
}

fn places<'a>(index: &'a Index<'_>) -> impl Iterator<Item = &'a Place> {
    index.entries.values().flat_map(|entry| &entry.facts.places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::markdown_options;
    use pulldown_cmark::Parser;

    fn of(text: &str) -> String {
        let mut excerpt = Excerpt::default();
        Parser::new_ext(text, markdown_options(text)).for_each(|event| excerpt.event(&event));
        excerpt.finish()
    }

    #[test]
    fn it_is_the_prose_in_one_line() {
        let text = "## Title `x`\n\nOne **two**, `three`\nfour.\n\n```sh\ncode\n```\n\n- a\n- [b](c.md)\n\n| p | q |\n|---|---|\n| r | s |\n";
        assert_eq!(of(text), "One two, three four. a b p q r s");
    }

    #[test]
    fn code_stands_in_where_there_is_no_prose() {
        assert_eq!(
            of("## Start it\n\n```sh\ntool serve \\\n  -d\n```\n"),
            "tool serve \\ -d"
        );
    }

    #[test]
    fn it_is_cut_between_words() {
        let cut = of(&"straße, ".repeat(40));
        assert!(cut.ends_with("straße…") && cut.chars().count() <= LONGEST + 1, "{cut}");
        assert_eq!(of(&"漢".repeat(500)).chars().count(), LONGEST + 1);
    }
}
