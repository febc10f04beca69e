//! In which kind of quotes a place of a shell script stands. Enough of the shell's grammar to paste a value safely; the
//! lexer of `shell` reads structure, this reads quotes.

use std::collections::VecDeque;
use std::ops::Range;

/// What surrounds a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    /// Nothing.
    Bare,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// The body of a here-document that is expanded.
    HereDocument,
    /// The body of a here-document with a quoted delimiter, which takes everything as it is.
    Raw,
}

/// Returns the context of each of `places`, which are in order and do not overlap. What stands in a place is not read:
/// it will be replaced, so its own quotes and brackets mean nothing.
pub(super) fn contexts(script: &str, places: &[Range<usize>]) -> Vec<Context> {
    let mut scan = Scan {
        script,
        at: 0,
        context: Context::Bare,
        documents: VecDeque::new(),
    };
    places
        .iter()
        .map(|place| {
            while scan.at < place.start {
                scan.step(place.start);
            }
            scan.at = place.end;
            scan.context
        })
        .collect()
}

/// A here-document that was announced on this line.
#[derive(Debug)]
struct Document {
    delimiter: String,
    quoted: bool,
    tabs: bool,
}

struct Scan<'a> {
    script: &'a str,
    at: usize,
    context: Context,
    documents: VecDeque<Document>,
}

impl Scan<'_> {
    /// Reads on by at least one character, at most up to `end` where that splits nothing.
    fn step(&mut self, end: usize) {
        let rest = &self.script[self.at..];
        let Some(first) = rest.chars().next() else {
            self.at = end;
            return;
        };
        let width = first.len_utf8();
        self.at += width;
        match (self.context, first) {
            (Context::HereDocument | Context::Raw, '\n') => self.document_line(),
            (Context::HereDocument | Context::Raw, _) => {}
            (Context::Bare, '\n') if !self.documents.is_empty() => {
                self.context = self.document_context();
                self.document_line();
            }
            (Context::Bare | Context::Double, '\\') => {
                let next = rest[width..].chars().next().map_or(0, char::len_utf8);
                self.at = (self.at + next).min(end.max(self.at));
            }
            (Context::Bare, '\'') => self.context = Context::Single,
            (Context::Single, '\'') | (Context::Double, '"') => self.context = Context::Bare,
            (Context::Bare, '"') => self.context = Context::Double,
            (Context::Bare, '#') if self.begins_word() => {
                let line = rest.find('\n').unwrap_or(rest.len());
                self.at = (self.at - width + line).min(end);
            }
            (Context::Bare, '<') if rest.starts_with("<<<") => self.at += 2,
            (Context::Bare, '<') if rest.starts_with("<<") => self.announce(),
            _ => {}
        }
        self.at = self.at.min(end.max(self.at - width));
    }

    fn begins_word(&self) -> bool {
        let before = self.script[..self.at - 1].chars().next_back();
        before.is_none_or(|c| c.is_whitespace() || ";&|(".contains(c))
    }

    /// Reads `<<[-] DELIMITER`; the scan stands after the first `<`.
    fn announce(&mut self) {
        self.at += 1;
        let tabs = self.script[self.at..].starts_with('-');
        let rest = self.script[self.at + usize::from(tabs)..].trim_start_matches([' ', '\t']);
        let word = &rest[..rest
            .find(|c: char| c.is_whitespace() || ";&|<>()".contains(c))
            .unwrap_or(rest.len())];
        if word.is_empty() {
            return;
        }
        let delimiter: String = word.chars().filter(|c| !"'\"\\".contains(*c)).collect();
        self.documents.push_back(Document {
            quoted: delimiter.len() != word.len(),
            delimiter,
            tabs,
        });
        self.at = self.script.len() - rest.len() + word.len();
    }

    fn document_context(&self) -> Context {
        match self.documents.front() {
            Some(document) if document.quoted => Context::Raw,
            Some(_) => Context::HereDocument,
            None => Context::Bare,
        }
    }

    /// At the start of a line of a here-document: ends it if the line is its delimiter.
    fn document_line(&mut self) {
        while let Some(document) = self.documents.front() {
            let rest = &self.script[self.at..];
            let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
            let shown = if document.tabs {
                line.trim_start_matches('\t')
            } else {
                line
            };
            if shown != document.delimiter {
                break;
            }
            self.at = (self.at + line.len() + 1).min(self.script.len());
            self.documents.pop_front();
        }
        self.context = self.document_context();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn context(script: &str) -> Context {
        let at = script.find('@').expect("the script marks the place with @");
        contexts(script, &[at..at + 1])[0]
    }

    #[test]
    fn quotes_comments_and_here_documents() {
        for (script, expected) in [
            ("echo @", Context::Bare),
            ("echo \\'@", Context::Bare),
            ("echo 'a' @", Context::Bare),
            ("echo 'a @", Context::Single),
            ("echo \"it's @", Context::Double),
            ("echo \"a\\\" @", Context::Double),
            ("# it's\necho @", Context::Bare),
            ("echo a#'b @", Context::Single),
            ("cat <<E\nit's @", Context::HereDocument),
            ("cat <<-'E'\n@", Context::Raw),
            ("cat <<A <<\"B\"\nx\nA\n@\nB\n", Context::Raw),
            ("cat <<-E\n\tx\n\tE\necho @", Context::Bare),
            ("cat <<< 'x' @", Context::Bare),
        ] {
            assert_eq!(context(script), expected, "{script}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(script in "[ab'\"\\\\#<E\n \t;ä-]{0,40}", start in 0usize..40, length in 0usize..5) {
            let floor = |mut at: usize| { at = at.min(script.len()); while !script.is_char_boundary(at) { at -= 1 } at };
            let (start, end) = (floor(start), floor(start + length));
            prop_assert_eq!(contexts(&script, &[start..end]).len(), 1);
        }
    }
}
