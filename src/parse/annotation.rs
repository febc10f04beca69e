//! The grammar of notes: list items under a fence that begin by quoting it.
//!
//! ```text
//! item   = [ "original:" | "output:" ] target { "," target } [ "(" mark ")" ] dash text
//!        | "**All:**" text
//! target = "`" QUOTE "`" [ "#" N ] [ "…" "`" QUOTE "`" ]
//! mark   = "new" | "changed" | "removed" | "moved"
//! dash   = "—" | "–" | " - " | "--"
//! ```

use crate::model::annotation::{About, Mark, Note, Quote};
use crate::source::Span;

/// A piece of the first paragraph of a list item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Plain text and where it stands.
    Text(String, Span),
    /// A code span and where it stands, ticks included.
    Code(String, Span),
    /// Strong text begins.
    StrongStart(Span),
    /// Strong text ends.
    StrongEnd,
}

/// Stands for a code span in the flat form of an item.
const QUOTE: char = '\u{FFFC}';

/// Parses one item; `None` if it is not a note.
pub fn note(item: &Span, inlines: &[Inline], source: &str) -> Option<Note> {
    let flat = Flat::new(inlines);
    let end = item.start + source[item.clone()].trim_end().len();
    if let Some(after) = flat.all_marker() {
        let text = trimmed(after..end, source);
        return Some(Note {
            span: item.clone(),
            about: About::Block,
            targets: Vec::new(),
            mark: None,
            text,
        });
    }
    let mut reader = Reader { flat: &flat, at: 0 };
    let about = reader.about();
    let mut targets = vec![reader.target()?];
    while reader.eat(",") {
        targets.push(reader.target()?);
    }
    let mark = reader.mark();
    let after = reader.dash()?;
    let text = trimmed(after..end, source);
    Some(Note {
        span: item.clone(),
        about,
        targets,
        mark,
        text,
    })
}

fn trimmed(span: Span, source: &str) -> Span {
    let end = span.end.max(span.start);
    let text = &source[span.start..end];
    let start = span.start + (text.len() - text.trim_start().len());
    start..start + text.trim().len()
}

/// An item's first paragraph with each code span as one character, and each character's place in the source.
struct Flat {
    chars: Vec<(char, usize)>,
    quotes: Vec<(String, Span)>,
    strong: Option<(usize, usize)>,
    end: usize,
}

impl Flat {
    fn new(inlines: &[Inline]) -> Self {
        let mut flat = Self {
            chars: Vec::new(),
            quotes: Vec::new(),
            strong: None,
            end: 0,
        };
        for inline in inlines {
            match inline {
                Inline::Text(text, span) => {
                    flat.chars
                        .extend(text.char_indices().map(|(at, c)| (c, (span.start + at).min(span.end))));
                    flat.end = span.end;
                }
                Inline::Code(text, span) => {
                    flat.chars.push((QUOTE, span.start));
                    flat.quotes.push((text.clone(), span.clone()));
                    flat.end = span.end;
                }
                Inline::StrongStart(span) if flat.chars.is_empty() => flat.strong = Some((0, span.end)),
                Inline::StrongStart(_) => {}
                Inline::StrongEnd => {
                    if let Some((length @ 0, _)) = &mut flat.strong {
                        *length = flat.chars.len();
                    }
                }
            }
        }
        flat
    }

    /// Returns where the text begins after `**All:**` at the head of the item.
    fn all_marker(&self) -> Option<usize> {
        let (length, end) = self.strong?;
        let word: String = self.chars.iter().take(length).map(|(c, _)| *c).collect();
        (word.trim() == "All:").then_some(end)
    }
}

struct Reader<'a> {
    flat: &'a Flat,
    at: usize,
}

impl Reader<'_> {
    fn skip_space(&mut self) {
        while self.flat.chars.get(self.at).is_some_and(|(c, _)| c.is_whitespace()) {
            self.at += 1;
        }
    }

    fn eat(&mut self, word: &str) -> bool {
        self.skip_space();
        let matches = word
            .chars()
            .enumerate()
            .all(|(i, c)| self.flat.chars.get(self.at + i).is_some_and(|(d, _)| *d == c));
        if matches {
            self.at += word.chars().count();
        }
        matches
    }

    fn about(&mut self) -> About {
        if self.eat("original:") {
            About::Original
        } else if self.eat("output:") {
            About::Output
        } else {
            About::Block
        }
    }

    fn quote(&mut self) -> Option<(String, Span)> {
        self.skip_space();
        let index = self.flat.chars[..self.at.min(self.flat.chars.len())]
            .iter()
            .filter(|(c, _)| *c == QUOTE)
            .count();
        self.flat.chars.get(self.at).filter(|(c, _)| *c == QUOTE)?;
        self.at += 1;
        self.flat.quotes.get(index).cloned()
    }

    fn target(&mut self) -> Option<Quote> {
        let (text, span) = self.quote()?;
        let nth = if self.flat.chars.get(self.at).is_some_and(|(c, _)| *c == '#') {
            self.number()
        } else {
            None
        };
        let before = self.at;
        let to = if self.eat("…") || self.eat("...") {
            self.quote().map(|(text, _)| text)
        } else {
            None
        };
        if to.is_none() {
            self.at = before;
        }
        Some(Quote { text, nth, to, span })
    }

    fn number(&mut self) -> Option<usize> {
        let digits: String = self.flat.chars[self.at + 1..]
            .iter()
            .map(|(c, _)| *c)
            .take_while(char::is_ascii_digit)
            .collect();
        let number = digits.parse().ok()?;
        self.at += 1 + digits.len();
        Some(number)
    }

    fn mark(&mut self) -> Option<Mark> {
        let marks = [
            ("(new)", Mark::New),
            ("(changed)", Mark::Changed),
            ("(removed)", Mark::Removed),
            ("(moved)", Mark::Moved),
        ];
        marks.into_iter().find(|(word, _)| self.eat(word)).map(|(_, mark)| mark)
    }

    fn dash(&mut self) -> Option<usize> {
        let found = ["—", "–", "--", "- "].iter().any(|dash| self.eat(dash));
        found.then(|| self.flat.chars.get(self.at).map_or(self.flat.end, |(_, at)| *at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(parts: &[&str]) -> (String, Vec<Inline>) {
        let (mut source, mut inlines) = (String::new(), Vec::new());
        for part in parts {
            let span = source.len()..source.len() + part.len();
            source.push_str(part);
            inlines.push(match part.strip_prefix('`') {
                Some(code) => Inline::Code(code.trim_end_matches('`').to_owned(), span),
                None => Inline::Text((*part).to_owned(), span),
            });
        }
        (source, inlines)
    }

    #[test]
    fn items_are_read() {
        let (source, inlines) = item(&[
            "original: ",
            "`-d`",
            "#2, ",
            "`a`",
            " … ",
            "`b`",
            " (changed) — Runs on.",
        ]);
        let note = note(&(0..source.len()), &inlines, &source).unwrap();
        assert_eq!((note.about, note.mark), (About::Original, Some(Mark::Changed)));
        assert_eq!((note.targets[0].text.as_str(), note.targets[0].nth), ("-d", Some(2)));
        assert_eq!(note.targets[1].to.as_deref(), Some("b"));
        assert_eq!(&source[note.text.clone()], "Runs on.");
    }

    #[test]
    fn prose_is_no_note() {
        for parts in [
            &["Just text — here."] as &[_],
            &["`-d` runs it."],
            &["see ", "`-d`", " — x"],
        ] {
            let (source, inlines) = item(parts);
            assert_eq!(note(&(0..source.len()), &inlines, &source), None, "{source}");
        }
    }
}
