//! Rewrites expected outputs from a run: edits of the Markdown source that leave every other byte alone.
//!
//! 1. [`lines`] or [`json`] finds the new lines: what still fits stays as written, holes included; what changed is taken from
//!    the output, with holes proposed for values that look volatile ([`volatile`]).
//! 2. The new lines are read and compared with the output once more; if they do not fit, plainer ones are tried.
//! 3. [`edits`] turns the difference between old and new lines into edits by span.

mod json;
mod lines;
mod volatile;

use crate::check::{self, Captures, Outcome};
use crate::model::expectation::{Body, Expectation};
use crate::parse::expectation::expectation as read;
use crate::source::{SourceFile, Span};
use crate::update::lines::Written;

/// An expected output in its source.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The Markdown file.
    pub source: &'a SourceFile,
    /// For each line of the expectation, its bytes in the source without line end, indentation of lists and quotes excluded.
    pub lines: &'a [Span],
    /// Where the text of the line begins (byte of the source) after which new lines go if there is none yet: the fence's
    /// first line, in a console block the last one of the command.
    pub after: usize,
    /// True within a console block, where a line that begins like a prompt would be a command.
    pub console: bool,
    /// What the lines mean.
    pub expectation: &'a Expectation,
}

/// A replacement of bytes of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes replaced.
    pub span: Span,
    /// What takes their place.
    pub text: String,
}

/// The result of an update.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Update {
    /// The edits, in order, not overlapping; none if the output is as expected.
    pub edits: Vec<Edit>,
    /// Names that the old expectation captured and the new one does not.
    pub lost: Vec<String>,
    /// The new expectation; `None` if the output is as expected already, or nothing that could be written would fit it.
    pub expectation: Option<Expectation>,
}

/// Returns the edits that make an expectation fit `output`. `captures` are the values of earlier blocks.
pub fn update(target: Target<'_>, output: &[u8], captures: &Captures) -> Update {
    let old = target.expectation;
    if fits(old, output, captures) {
        return Update::default();
    }
    let text = String::from_utf8_lossy(output);
    let normal = check::normalize(&text);
    let real = normal.lines();
    let candidates = [Written::Kept, Written::Proposed, Written::Literal];
    let new = candidates.into_iter().find_map(|written| {
        let lines = match &old.body {
            Body::Lines(rules) => lines::revise(old, rules, &real, captures, written, target.console),
            Body::Json(node) => json::revise(old, node, &normal.text, captures, written),
        }?;
        let (new, _) = read(&joined(&lines), old.mode);
        fits(&new, output, captures).then_some(new)
    });
    let Some(new) = new else { return Update::default() };
    let names = |expectation: &Expectation| {
        expectation
            .captures()
            .into_iter()
            .map(|(_, name)| name)
            .collect::<Vec<_>>()
    };
    let kept = names(&new);
    Update {
        edits: edits(target, &new.lines),
        lost: names(old).into_iter().filter(|name| !kept.contains(name)).collect(),
        expectation: Some(new),
    }
}

/// The lines as a text, in which an empty line is one too.
fn joined(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn fits(expectation: &Expectation, output: &[u8], captures: &Captures) -> bool {
    matches!(check::outcome(expectation, output, captures), Outcome::Matched(_))
}

/// Returns `text` with the edits applied; they are in order and do not overlap.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut new = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        new.push_str(&text[done..edit.span.start]);
        new.push_str(&edit.text);
        done = edit.span.end;
    }
    new.push_str(&text[done..]);
    new
}

/// The edits that turn the old lines into the new ones.
fn edits(target: Target<'_>, new: &[String]) -> Vec<Edit> {
    let old = &target.expectation.lines;
    let frame = Frame::of(target);
    let mut edits = Vec::new();
    let mut before = None;
    for step in lines::changes(old, new) {
        match step {
            Change::Keep(line) => before = Some(line),
            Change::Replace(line, text) => {
                edits.push(Edit {
                    span: target.lines[line].clone(),
                    text: new[text].clone(),
                });
                before = Some(line);
            }
            Change::Delete(line) => {
                let start = frame.line_start(target.lines[line].start);
                let end = frame.next_line(target.lines[line].end);
                edits.push(Edit {
                    span: start..end,
                    text: String::new(),
                });
                before = Some(line);
            }
            Change::Insert(text) => {
                let at = match before {
                    Some(line) => frame.next_line(target.lines[line].end),
                    None if target.lines.is_empty() => frame.next_line(target.after),
                    None => frame.line_start(target.lines[0].start),
                };
                let line = format!("{}{}", frame.prefix, new[text]);
                let line = format!("{}{}", line.trim_end(), frame.line_end);
                match edits.last_mut() {
                    // Edits of one place would be in no order.
                    Some(Edit { span, text }) if *span == (at..at) => text.push_str(&line),
                    _ => edits.push(Edit {
                        span: at..at,
                        text: line,
                    }),
                }
            }
        }
    }
    edits
}

/// One step from old to new lines; lines by their index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Keep(usize),
    Replace(usize, usize),
    Delete(usize),
    Insert(usize),
}

/// What stands around the lines in the source.
#[derive(Debug)]
struct Frame<'a> {
    text: &'a str,
    /// What new lines begin with: the indentation of lists and the marks of quotes.
    prefix: String,
    line_end: &'static str,
}

impl<'a> Frame<'a> {
    fn of(target: Target<'a>) -> Self {
        let text = target.source.text.as_str();
        let beside = target.lines.iter().find(|span| !span.is_empty());
        let begin = beside.map_or(target.after, |span| span.start);
        let end = text[begin..].find('\n').map_or(text.len(), |at| begin + at);
        let line_end = if text[..end].ends_with('\r') { "\r\n" } else { "\n" };
        Self {
            text,
            prefix: text[line_start(text, begin)..begin].chars().map(repeated).collect(),
            line_end,
        }
    }

    fn line_start(&self, at: usize) -> usize {
        line_start(self.text, at)
    }

    fn next_line(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |end| at + end + 1)
    }
}

/// What a line begins with, on the lines after it: the number of a list stands only on its first.
fn repeated(mark: char) -> char {
    if mark == '>' || mark.is_whitespace() { mark } else { ' ' }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

#[cfg(test)]
mod tests;
