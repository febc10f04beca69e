//! A text file of the site, with the arithmetic from byte offsets to lines and columns.

use std::ops::Range;
use std::sync::Arc;

/// A range of bytes in a [`SourceFile`].
pub type Span = Range<usize>;

/// One text file: its path as shown to people, its text, and where its lines begin.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path relative to the site's root, with `/` between its parts.
    pub path: String,
    /// The whole text, as read (CRLF kept).
    pub text: String,
    line_starts: Vec<usize>,
}

impl SourceFile {
    /// Wraps a text; computes the line index once.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        let text = text.into();
        let mut line_starts = vec![0];
        line_starts.extend(
            text.bytes()
                .enumerate()
                .filter(|(_, b)| *b == b'\n')
                .map(|(i, _)| i + 1),
        );
        Arc::new(Self {
            path: path.into(),
            text,
            line_starts,
        })
    }

    /// Returns the 1-based line that holds the byte at `offset`.
    pub fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset)
    }

    /// Returns the 1-based line and column (in characters) of the byte at `offset`.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let line = self.line(offset);
        let start = self.line_starts[line - 1];
        let column = self
            .text
            .get(start..offset)
            .map_or(offset - start, |head| head.chars().count());
        (line, column + 1)
    }

    /// Returns the bytes of the 1-based line `line`, without its line end.
    /// A line past the end is the empty span at the end of the text.
    pub fn line_span(&self, line: usize) -> Span {
        let Some(start) = line
            .checked_sub(1)
            .and_then(|index| self.line_starts.get(index))
            .copied()
        else {
            return self.text.len()..self.text.len();
        };
        let end = self.line_starts.get(line).map_or(self.text.len(), |next| next - 1);
        let end = if self.text[start..end].ends_with('\r') {
            end - 1
        } else {
            end
        };
        start..end
    }

    /// Returns how many lines the text has; an empty text has one.
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }
}

/// A place in a file: what a diagnostic points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The bytes meant.
    pub span: Span,
}

impl Place {
    /// Returns the 1-based line of the place.
    pub fn line(&self) -> usize {
        self.file.line(self.span.start)
    }

    /// Returns `path:line:column`, the form that terminals make clickable.
    pub fn address(&self) -> String {
        let (line, column) = self.file.line_column(self.span.start);
        format!("{}:{line}:{column}", self.file.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_are_one_based_and_count_characters() {
        let file = SourceFile::new("a.md", "äb\r\nc\n");
        assert_eq!(file.line_column(0), (1, 1));
        assert_eq!(file.line_column(2), (1, 2));
        assert_eq!(file.line_column(5), (2, 1));
        assert_eq!(&file.text[file.line_span(1)], "äb");
        assert_eq!(&file.text[file.line_span(2)], "c");
        assert_eq!(file.line_span(9), 7..7);
    }
}
