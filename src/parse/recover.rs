//! Settings with mistakes in them: all of those are found, not only the first one that the reader stops at.

use std::ops::Range;

use crate::parse::front_matter::Fault;

/// Mistakes that are told of one text.
const MOST: usize = 50;

/// A way to write settings.
pub(super) struct Syntax<T> {
    /// Reads them.
    pub read: fn(&str) -> Result<T, Fault>,
    /// Whether a text could be read, as far as its form goes.
    pub is_whole: fn(&str) -> bool,
    /// The bytes of the entry that the byte at `at` is in.
    pub entry: fn(text: &str, at: usize) -> Range<usize>,
}

/// Reads settings. An entry that is wrong is blanked out, which moves no other, and the rest read again.
pub(super) fn read<T: Default>(text: &str, syntax: &Syntax<T>) -> (T, Vec<Fault>) {
    let mut rest = text.to_owned();
    let mut faults = Vec::new();
    let mut gone: Vec<Range<usize>> = Vec::new();
    loop {
        let fault = match (syntax.read)(&rest) {
            Ok(value) => return (value, faults),
            Err(fault) => fault,
        };
        let entry = (syntax.entry)(&rest, fault.span.start);
        let is_last = rest[entry.clone()].trim().is_empty() || faults.len() == MOST;
        // What is wrong with an entry only now, because parts of it are gone, is no mistake of the author's.
        if !gone.iter().any(|part| part.start < entry.end && entry.start < part.end) {
            faults.push(fault);
        }
        if is_last {
            return (T::default(), faults);
        }
        let blank: String = rest[entry.clone()].chars().map(blank).collect();
        rest.replace_range(entry.clone(), &blank);
        gone.push(entry);
        if !(syntax.is_whole)(&rest) {
            return (T::default(), faults);
        }
    }
}

/// As many blanks as a character has bytes.
fn blank(c: char) -> &'static str {
    match c {
        '\n' => "\n",
        c => &"    "[..c.len_utf8()],
    }
}

/// The line at `at` and the lines below that belong to it: those that are further to the right.
pub(super) fn indented_entry(text: &str, at: usize) -> Range<usize> {
    let depth = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
    flow_entry(text, at).unwrap_or_else(|| with_lines(text, at, |first, line| depth(line) > depth(first)))
}

/// The line at `at`; of the head of a table, the whole table.
pub(super) fn line_entry(text: &str, at: usize) -> Range<usize> {
    let is_head = |line: &str| line.trim_start().starts_with('[');
    flow_entry(text, at).unwrap_or_else(|| with_lines(text, at, |first, line| is_head(first) && !is_head(line)))
}

/// The line at `at`, and the lines below it as long as they belong to it or are empty.
fn with_lines(text: &str, at: usize, belongs: impl Fn(&str, &str) -> bool) -> Range<usize> {
    let start = line_start(text, at);
    let mut lines = text[start..].split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    let below = lines.take_while(|line| line.trim().is_empty() || belongs(first, line));
    start..start + first.len() + below.map(str::len).sum::<usize>()
}

/// The entry at `at` of a map in braces, with the comma after it.
fn flow_entry(text: &str, at: usize) -> Option<Range<usize>> {
    let before = &text[line_start(text, at)..at];
    let open = before.rfind('{').filter(|open| !before[*open..].contains('}'))?;
    let own = &before[before.rfind(',').map_or(open, |comma| comma.max(open)) + 1..];
    let start = at - own.trim_start().len();
    let mut depth = 0;
    let mut quote = None;
    for (offset, c) in text[at..].char_indices() {
        match (c, quote) {
            ('\n', _) => return None,
            (c, Some(open)) => quote = (c != open).then_some(open),
            ('"' | '\'', None) => quote = Some(c),
            ('{' | '[', None) => depth += 1,
            (',', None) if depth == 0 => return Some(start..at + offset + 1),
            ('}' | ']', None) if depth == 0 => return Some(start..at + offset),
            ('}' | ']', None) => depth -= 1,
            _ => {}
        }
    }
    None
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}
