//! Footnotes: numbered as they are referred to, and set at the end whatever their order in the text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use pulldown_cmark::{Event, html};

/// The footnotes of a text.
#[derive(Default)]
pub(crate) struct Footnotes<'e> {
    numbers: BTreeMap<String, usize>,
    references: BTreeMap<String, usize>,
    texts: BTreeMap<String, Vec<Event<'e>>>,
    /// The definition that is being read, and the events before it.
    open: Option<(String, Vec<Event<'e>>)>,
}

impl<'e> Footnotes<'e> {
    /// Returns the HTML of a reference to the footnote `name`.
    pub(crate) fn reference(&mut self, name: &str) -> String {
        let next = self.numbers.len() + 1;
        let number = *self.numbers.entry(name.to_owned()).or_insert(next);
        let count = self.references.entry(name.to_owned()).or_default();
        *count += 1;
        let suffix = if *count == 1 {
            String::new()
        } else {
            format!("-{count}")
        };
        format!(
            "<sup><a class=\"fn\" id=\"fnref-{number}{suffix}\" href=\"#fn-{number}\" \
             aria-label=\"footnote {number}\">{number}</a></sup>"
        )
    }

    /// Begins a definition: what follows in `events` is its text.
    pub(crate) fn open(&mut self, name: &str, events: &mut Vec<Event<'e>>) {
        self.open = Some((name.to_owned(), std::mem::take(events)));
    }

    /// Ends the definition, and gives back the events before it.
    pub(crate) fn close(&mut self, events: &mut Vec<Event<'e>>) {
        if let Some((name, before)) = self.open.take() {
            let text = std::mem::replace(events, before);
            self.texts.insert(name, text);
        }
    }

    /// Writes the footnotes that are referred to, by number.
    pub(crate) fn write(self, out: &mut String) {
        let mut by_number: Vec<(usize, Vec<Event<'_>>)> = Vec::new();
        for (name, text) in self.texts {
            by_number.extend(self.numbers.get(&name).map(|number| (*number, text)));
        }
        if by_number.is_empty() {
            return;
        }
        by_number.sort_by_key(|(number, _)| *number);
        out.push_str("<section class=\"footnotes\" aria-label=\"Footnotes\"><ol>\n");
        for (number, text) in by_number {
            let _ = write!(out, "<li id=\"fn-{number}\" value=\"{number}\">");
            html::push_html(out, text.into_iter());
            let back = format!("<a href=\"#fnref-{number}\" aria-label=\"Back to reference {number}\">↩</a></li>\n");
            out.push_str(&back);
        }
        out.push_str("</ol></section>\n");
    }
}
