//! What an output leaves on a terminal: carriage returns, backspaces, cursor moves and erasing are applied, colours dropped.
//!
//! Lines may be of any length and number, so this is a roll of paper rather than a screen of fixed size. Cursor moves go at
//! most [`REACH`] cells or lines at once and never above the first line, so the work stays linear in the output.

use std::borrow::Cow;

use crate::check::normalize::Filter;

/// The farthest that one sequence moves the cursor, or that the cursor stands beyond the end of a line.
const REACH: usize = 200;

/// Applies the control characters of `text` and adds to `filters` what that changed. Text without any is returned as it is.
pub(super) fn settle<'a>(text: &'a str, filters: &mut Vec<Filter>) -> Cow<'a, str> {
    if !text.bytes().any(|byte| matches!(byte, b'\r' | 0x1b | 0x08)) {
        return Cow::Borrowed(text);
    }
    let mut paper = Paper::default();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '\x1b' => paper.escape(&rest[1..]),
            '\r' => paper.carriage_return(&rest[1..]),
            '\n' => {
                paper.line_feed();
                &rest[1..]
            }
            '\x08' => {
                paper.progress = true;
                paper.column = paper.column.saturating_sub(1);
                &rest[1..]
            }
            _ => {
                let end = rest.find(['\x1b', '\r', '\n', '\x08']).unwrap_or(rest.len());
                paper.write(&rest[..end]);
                &rest[end..]
            }
        };
    }
    filters.extend(
        [
            paper.crlf.then_some(Filter::Crlf),
            paper.ansi.then_some(Filter::Ansi),
            paper.progress.then_some(Filter::Progress),
        ]
        .into_iter()
        .flatten(),
    );
    Cow::Owned(paper.finish())
}

/// The roll of paper: its lines, the cursor, and what was met so far.
#[derive(Debug, Default)]
struct Paper {
    lines: Vec<Line>,
    row: usize,
    column: usize,
    crlf: bool,
    ansi: bool,
    progress: bool,
}

/// A line, one cell a character, so that writing anywhere in it costs the same.
#[derive(Debug, Default)]
struct Line {
    cells: Vec<char>,
}

impl Paper {
    fn line(&mut self) -> &mut Line {
        while self.lines.len() <= self.row {
            self.lines.push(Line::default());
        }
        &mut self.lines[self.row]
    }

    fn write(&mut self, text: &str) {
        let column = self.column;
        self.column += self.line().put(column, text);
    }

    fn line_feed(&mut self) {
        self.line();
        self.row += 1;
        self.column = 0;
    }

    /// A carriage return before a line feed is a line end; any other lets the line be written again.
    fn carriage_return<'a>(&mut self, rest: &'a str) -> &'a str {
        let feed = rest.trim_start_matches('\r');
        if feed.starts_with('\n') {
            self.crlf = true;
            return feed;
        }
        // One at the very start or end of a line overwrites nothing.
        self.progress |= self.column > 0 && !feed.is_empty();
        self.crlf |= feed.is_empty();
        self.column = 0;
        feed
    }

    /// Takes one escape sequence; `rest` begins after the escape character.
    fn escape<'a>(&mut self, rest: &'a str) -> &'a str {
        self.ansi = true;
        let mut chars = rest.chars();
        match chars.next() {
            Some('[') => self.control_sequence(chars.as_str()),
            // Titles, links and marks: up to the bell or the string terminator, within this output's next line end.
            Some(']' | 'P' | 'X' | '^' | '_') => skip_string(chars.as_str()),
            Some('(' | ')' | '*' | '+' | '#' | '%' | ' ') => {
                chars.next();
                chars.as_str()
            }
            Some(_) => chars.as_str(),
            None => rest,
        }
    }

    /// `CSI parameters intermediates final`.
    fn control_sequence<'a>(&mut self, rest: &'a str) -> &'a str {
        let end = rest.find(|c: char| !matches!(c, '\x20'..='\x3f')).unwrap_or(rest.len());
        let Some(last) = rest[end..].chars().next() else {
            return "";
        };
        if !matches!(last, '\x40'..='\x7e') {
            return &rest[end..];
        }
        let parameters = &rest[..end];
        let first = parameters.split(';').next().and_then(|p| p.parse::<usize>().ok());
        let count = first.unwrap_or(1).clamp(1, REACH);
        match last {
            'A' | 'F' => {
                self.row = self.row.saturating_sub(count);
                self.moved(last == 'F');
            }
            'B' | 'E' => {
                self.row = (self.row + count).min(self.lines.len());
                self.moved(last == 'E');
            }
            'C' => {
                let limit = self.line().cells.len() + REACH;
                self.column = (self.column + count).min(limit);
                self.moved(false);
            }
            'D' => {
                self.column = self.column.saturating_sub(count);
                self.moved(false);
            }
            'G' => {
                self.column = count - 1;
                self.moved(false);
            }
            'K' => {
                self.progress |= !parameters.is_empty() || self.column < self.line().cells.len();
                let column = self.column;
                self.line().erase(first.unwrap_or(0), column);
            }
            'J' => self.erase_below(first.unwrap_or(0)),
            _ => {}
        }
        &rest[end + last.len_utf8()..]
    }

    fn moved(&mut self, to_start: bool) {
        self.progress = true;
        if to_start {
            self.column = 0;
        }
    }

    /// `J`: 0 erases from the cursor on, 2 and 3 everything.
    fn erase_below(&mut self, what: usize) {
        self.progress = true;
        if what >= 2 {
            self.lines.clear();
            (self.row, self.column) = (0, 0);
        } else if what == 0 {
            let column = self.column;
            self.line().erase(0, column);
            self.lines.truncate(self.row + 1);
        }
    }

    fn finish(self) -> String {
        let size = self.lines.iter().map(|line| line.cells.len() + 1).sum();
        let mut text = String::with_capacity(size);
        let last = self.lines.len().saturating_sub(1);
        for (index, line) in self.lines.iter().enumerate() {
            text.extend(&line.cells);
            if index < last || self.row > last {
                text.push('\n');
            }
        }
        text
    }
}

impl Line {
    /// Writes `text` at `column` and returns its length in characters.
    fn put(&mut self, column: usize, text: &str) -> usize {
        if column >= self.cells.len() {
            self.cells.resize(column, ' ');
            self.cells.extend(text.chars());
            return self.cells.len() - column;
        }
        let mut count = 0;
        for c in text.chars() {
            match self.cells.get_mut(column + count) {
                Some(cell) => *cell = c,
                None => self.cells.push(c),
            }
            count += 1;
        }
        count
    }

    /// `K`: 0 erases from `column` on, 1 up to it, 2 the whole line.
    fn erase(&mut self, what: usize, column: usize) {
        match what {
            0 => self.cells.truncate(column),
            1 => {
                let end = (column + 1).min(self.cells.len());
                self.cells[end.saturating_sub(REACH)..end].fill(' ');
            }
            2 => self.cells.clear(),
            _ => {}
        }
    }
}

fn skip_string(text: &str) -> &str {
    let Some(end) = text.find(['\x07', '\x1b', '\n']) else {
        return "";
    };
    let tail = &text[end..];
    tail.strip_prefix('\x07')
        .or_else(|| tail.strip_prefix("\x1b\\"))
        .unwrap_or(tail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn settled(text: &str) -> String {
        settle(text, &mut Vec::new()).into_owned()
    }

    #[test]
    fn what_a_terminal_shows() {
        for (raw, shown) in [
            ("a\r\nb\r\n", "a\nb\n"),
            ("10%\r 50%\r100%\n", "100%\n"),
            ("abc\rx\n", "xbc\n"),
            ("abc\x08\x08X\n", "aXc\n"),
            ("one\ntwo\x1b[1A\rONE\n", "ONE\ntwo"),
            ("old text\r\x1b[Knew\n", "new\n"),
            ("old\n\x1b[2Jnew\n", "new\n"),
            ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\\n", "link\n"),
            ("\x1b]0;title\x07text", "text"),
            ("\x1b[?2004habc\x1b[?2004l\n", "abc\n"),
            ("a\x1b[3Cb\n", "a   b\n"),
            ("ä10\rö\n", "ö10\n"),
            ("done\r", "done"),
            ("no end\x1b[", "no end"),
            ("a\r\r\nb", "a\nb"),
        ] {
            assert_eq!(settled(raw), shown, "{raw:?}");
        }
    }

    #[test]
    fn docker_pull_leaves_its_last_state() {
        let raw = "one: Waiting\r\ntwo: Waiting\r\n\x1b[2A\x1b[2K\rone: Pulled\x1b[2B\r\x1b[1A\x1b[2K\rtwo: Pulled\x1b[1B\rdone\r\n";
        assert_eq!(settled(raw), "one: Pulled\ntwo: Pulled\ndone\n");
    }

    proptest! {
        #[test]
        fn never_panics_and_never_grows_much(text in "([a-zä]|\r|\n|\x08|\x1b\\[[0-9;]{0,6}[A-K]|\x1b|\x1b\\]){0,60}") {
            let shown = settled(&text);
            prop_assert!(shown.len() <= text.len() * (REACH + 2));
            prop_assert!(!shown.contains(['\x1b', '\r', '\x08']));
        }

        #[test]
        fn settling_twice_is_settling_once(text in "([a-z ]|\r|\n|\x08|\x1b\\[[0-9]{0,2}[A-K]){0,40}") {
            let once = settled(&text);
            prop_assert_eq!(settled(&once), once);
        }
    }
}
