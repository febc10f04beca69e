//! Makes an output comparable: a chain of filters, each of which is listed if it changed something.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::check::screen;

/// What is ignored when outputs are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Filter {
    /// Carriage returns before line ends.
    Crlf,
    /// Colours and other ANSI sequences.
    Ansi,
    /// Carriage returns, backspaces and cursor moves: only what they left on the screen counts.
    Progress,
    /// White space at the ends of lines.
    TrailingSpace,
    /// Notices of the shell about the ends of its background jobs.
    JobNotice,
    /// Notices of `docker run -it` that it came too late to set the size of a terminal.
    ResizeNotice,
}

impl Filter {
    /// Returns what the filter ignores, for people.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Crlf => "carriage returns at line ends",
            Self::Ansi => "ANSI sequences",
            Self::Progress => "overwritten text (progress bars)",
            Self::TrailingSpace => "white space at line ends",
            Self::JobNotice => "notices of the shell about background jobs that ended",
            Self::ResizeNotice => "notices of `docker` that it could not set the size of a terminal",
        }
    }
}

/// A comparable text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normal<'a> {
    /// The text; its lines still carry trailing white space, which [`Normal::lines`] takes off.
    pub text: Cow<'a, str>,
    /// The filters that changed something, in order.
    pub filters: Vec<Filter>,
}

/// Makes an output comparable. Runs in linear time, and copies the text only if it holds control characters.
pub fn normalize(text: &str) -> Normal<'_> {
    let mut filters = Vec::new();
    let text = screen::settle(text, &mut filters);
    if has_trailing_space(&text) {
        filters.push(Filter::TrailingSpace);
    }
    Normal { text, filters }
}

/// Most texts have no line that ends in anything but a visible ASCII character, which is seen without splitting lines.
fn has_trailing_space(text: &str) -> bool {
    let suspect = |pair: &[u8]| pair[1] == b'\n' && !pair[0].is_ascii_graphic() && pair[0] != b'\n';
    let suspicious = text
        .as_bytes()
        .windows(2)
        .fold(false, |found, pair| found | suspect(pair));
    let is_trimmed = |line: &str| trimmed(line).len() == line.len();
    let last = text.rsplit('\n').next().unwrap_or_default();
    !is_trimmed(last) || suspicious && !text.lines().all(is_trimmed)
}

impl Normal<'_> {
    /// Returns the lines without line ends and trailing white space. A text without any character has no line.
    pub fn lines(&self) -> Vec<&str> {
        let ends = self.text.bytes().filter(|byte| *byte == b'\n').count();
        let mut lines = Vec::with_capacity(ends + 1);
        let mut start = 0;
        // A plain loop: the searcher of `str::lines` takes several times as long for short lines.
        for (end, _) in self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n') {
            lines.push(trimmed(&self.text[start..end]));
            start = end + 1;
        }
        lines.extend((start < self.text.len()).then(|| trimmed(&self.text[start..])));
        lines
    }

    /// Returns whether the last line has no line end, which matching ignores.
    pub fn is_open_ended(&self) -> bool {
        !self.text.is_empty() && !self.text.ends_with('\n')
    }
}

/// The line without trailing white space; looks at one byte of most lines.
fn trimmed(line: &str) -> &str {
    match line.as_bytes().last() {
        Some(byte) if byte.is_ascii_graphic() => line,
        _ => line.trim_end(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filters(text: &str) -> Vec<Filter> {
        normalize(text).filters
    }

    #[test]
    fn plain_text_is_borrowed_and_names_no_filter() {
        let normal = normalize("a\n b\nlast");
        assert!(matches!(normal.text, Cow::Borrowed(_)));
        assert_eq!((normal.filters.as_slice(), normal.is_open_ended()), (&[][..], true));
        assert_eq!(normal.lines(), ["a", " b", "last"]);
    }

    #[test]
    fn each_filter_is_named_only_if_it_changed_something() {
        assert_eq!(filters("a\r\nb\r\n"), [Filter::Crlf]);
        assert_eq!(filters("\x1b[32mok\x1b[0m\n"), [Filter::Ansi]);
        assert_eq!(filters("10%\r100%\n"), [Filter::Progress]);
        assert_eq!(filters("a \nb\n"), [Filter::TrailingSpace]);
        assert_eq!(
            filters("\x1b[1mx\x1b[0m \r\n"),
            [Filter::Crlf, Filter::Ansi, Filter::TrailingSpace]
        );
    }

    #[test]
    fn trailing_spaces_and_empty_lines() {
        assert_eq!(normalize("a \t\n\n\n").lines(), ["a", "", ""]);
        assert!(normalize("").lines().is_empty());
    }
}
