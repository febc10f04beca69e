//! What a text is about, if its author does not say: its first paragraph.

use pulldown_cmark::{Event, Tag, TagEnd};

/// The most characters that are shown of it.
const MOST: usize = 200;

/// Collects the plain text of the first paragraph while somebody walks over a text.
#[derive(Debug, Default)]
pub(crate) struct Abstract {
    text: String,
    state: State,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Before,
    Inside,
    Behind,
}

impl Abstract {
    /// Looks at the next event of the text.
    pub(crate) fn event(&mut self, event: &Event<'_>) {
        match (&self.state, event) {
            (State::Before, Event::Start(Tag::Paragraph)) => self.state = State::Inside,
            // A paragraph that shows nothing, such as a comment, is none.
            (State::Inside, Event::End(TagEnd::Paragraph)) if self.text.is_empty() => self.state = State::Before,
            (State::Inside, Event::End(TagEnd::Paragraph)) => self.state = State::Behind,
            (State::Inside, Event::Text(part) | Event::Code(part)) => self.text.push_str(part),
            (State::Inside, Event::SoftBreak | Event::HardBreak) => self.text.push(' '),
            _ => {}
        }
    }

    /// Returns the text, at most about 200 characters.
    pub(crate) fn finish(self) -> String {
        if self.text.chars().count() <= MOST {
            return self.text;
        }
        let mut short: String = self.text.chars().take(MOST).collect();
        short.truncate(short.rfind(' ').unwrap_or(short.len()));
        short.push('…');
        short
    }
}
