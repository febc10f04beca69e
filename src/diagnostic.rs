//! A problem in an author's text: its place, the fact, the remedy; and how it is drawn.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::source::Place;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The text is wrong: nothing is written, the exit code is 1.
    Error,
    /// Worth a look; an error with `--strict`.
    Warning,
}

/// A problem in the author's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Stable name of the kind of problem, for example `unknown-key`.
    pub code: &'static str,
    /// Where it is; `None` only if no file is to blame.
    pub place: Option<Place>,
    /// The fact, in one line.
    pub message: String,
    /// What is said right at the place; may be empty.
    pub label: String,
    /// Further facts.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// Starts an error.
    pub fn error(code: &'static str, place: Option<Place>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, place, message.into())
    }

    /// Starts a warning.
    pub fn warning(code: &'static str, place: Option<Place>, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, place, message.into())
    }

    fn new(severity: Severity, code: &'static str, place: Option<Place>, message: String) -> Self {
        Self {
            severity,
            code,
            place,
            message,
            label: String::new(),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Says something right at the place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = text.into();
        self
    }

    /// Adds a further fact.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds a remedy.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Draws the problem with the lines it is about. The result may hold ANSI colours; it ends without a newline.
    pub fn draw(&self, look: Look) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(self.message.as_str());
        // What is no author's fault has no code to look up.
        let title = if self.code.is_empty() {
            title
        } else {
            title.id(self.code)
        };
        let mut group = title.elements(Vec::<annotate_snippets::Message<'_>>::new());
        if let Some(place) = &self.place {
            let span = clip(place);
            let mut mark = AnnotationKind::Primary.span(span);
            if !self.label.is_empty() {
                mark = mark.label(self.label.as_str());
            }
            let snippet = Snippet::source(place.file.text.as_str())
                .path(place.file.path.as_str())
                .annotation(mark);
            group = group.element(snippet);
        }
        group = group.elements(self.notes.iter().map(|note| Level::NOTE.message(note.as_str())));
        group = group.elements(self.help.iter().map(|help| Level::HELP.message(help.as_str())));
        let renderer = match look {
            Look::Plain => Renderer::plain(),
            Look::Colour => Renderer::styled(),
        };
        renderer.decor_style(DecorStyle::Ascii).render(&[group])
    }
}

/// Returns an error with its causes, in one text; a cause that the text already holds is not said twice.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = inner.source();
    }
    text
}

/// Whether drawings carry colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Text only.
    Plain,
    /// With ANSI colours.
    Colour,
}

/// A stage's product together with the problems it met on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed<T> {
    /// What could be understood.
    pub value: T,
    /// What could not.
    pub diagnostics: Vec<Diagnostic>,
}

/// A span of more than one line is drawn at its first line only: a whole block as a snippet says less.
fn clip(place: &Place) -> std::ops::Range<usize> {
    let text = &place.file.text;
    let start = floor(text, place.span.start);
    let end = floor(text, place.span.end.max(start));
    let line_end = text[start..end].find('\n').map_or(end, |at| start + at);
    start..line_end
}

/// The nearest character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    #[test]
    fn a_drawing_has_place_fact_and_remedy() {
        let file = SourceFile::new("content/a/guide.md", "one\n```sh idd=x\n```\n");
        let place = Place { file, span: 10..13 };
        let drawn = Diagnostic::error("unknown-key", Some(place), "unknown key `idd`")
            .label("not a key of a fence")
            .help("did you mean `id`?")
            .draw(Look::Plain);
        assert_eq!(
            drawn,
            "error[unknown-key]: unknown key `idd`\n --> content/a/guide.md:2:7\n  |\n2 | ```sh idd=x\n  |       ^^^ not a key of a fence\n  |\n  = help: did you mean `id`?"
        );
    }
}
