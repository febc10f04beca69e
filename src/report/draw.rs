//! Draws a failure for a person: the line of the guide, what the program did instead, and the remedy.

use anstyle::{AnsiColor, Style};

use crate::check::visible::visible;
use crate::check::{Diff, Row};
use crate::diagnostic::{Diagnostic, Look};
use crate::report::failure::{Excerpt, Failure, Spot};
use crate::source::{Place, SourceFile};

const RED: Style = AnsiColor::Red.on_default();
const GREEN: Style = AnsiColor::Green.on_default();
const DIM: Style = Style::new().dimmed();

/// Returns the failure as text that ends without a newline.
pub fn failure(failure: &Failure, look: Look) -> String {
    let mut diagnostic = Diagnostic::error(failure.code.word(), Some(place(&failure.spot)), shown(&failure.message))
        .label(shown(&failure.label));
    for note in &failure.notes {
        diagnostic = diagnostic.note(shown(note));
    }
    for help in &failure.help {
        diagnostic = diagnostic.help(shown(help));
    }
    let mut text = diagnostic.draw(look);
    if let Some(diff) = failure.diff.as_ref().filter(|diff| !says_no_more_than_the_label(diff)) {
        text.push_str(&difference(diff, look));
    }
    if let Some(output) = &failure.output {
        text.push_str("\n  the block printed:");
        text.push_str(&excerpt(output, look));
    }
    for log in &failure.logs {
        text.push_str(&format!("\n  log of `{}`, {}:", shown(&log.name), shown(&log.state)));
        text.push_str(&excerpt(&log.text, look));
    }
    text
}

/// Paints a text, if the look has colours.
pub(super) fn paint(text: &str, style: Style, look: Look) -> String {
    match look {
        Look::Plain => text.to_owned(),
        Look::Colour => format!("{style}{text}{style:#}"),
    }
}

/// The line of the spot as a file in which only that line has text: a drawing needs no more.
fn place(spot: &Spot) -> Place {
    let head = spot.line.saturating_sub(1);
    let file = SourceFile::new(spot.path.as_str(), format!("{}{}\n", "\n".repeat(head), spot.text));
    Place {
        file,
        span: head + spot.start..head + spot.end,
    }
}

/// Text of programs must not move the reader's cursor.
fn shown(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| visible(line, false)).collect();
    lines.join("\n")
}

fn says_no_more_than_the_label(diff: &Diff) -> bool {
    let mut differences = diff
        .rows
        .iter()
        .filter(|row| !matches!(row, Row::Same { .. } | Row::Any { .. }));
    let first = differences.next();
    matches!(first, None | Some(Row::Changed { .. } | Row::Unexpected { .. }))
        && differences.all(|row| matches!(row, Row::LeftOut { .. }))
}

fn difference(diff: &Diff, look: Look) -> String {
    let mut text = String::from("\n  the guide shows (-), the program printed (+):");
    for row in &diff.rows {
        match row {
            Row::Same { expected, holes, .. } => {
                let values: Vec<String> = holes
                    .iter()
                    .map(|taken| format!("{} = `{}`", taken.hole, visible(&taken.value, false)))
                    .collect();
                let values = if values.is_empty() {
                    String::new()
                } else {
                    format!("    {}", values.join(", "))
                };
                let (expected, values) = (visible(expected, false), paint(&values, DIM, look));
                text.push_str(&format!("\n      {expected}{values}"));
            }
            Row::Any { count: 0, .. } => text.push_str("\n      ..."),
            Row::Any { count, .. } => {
                let count = paint(&format!("    {count} lines"), DIM, look);
                text.push_str(&format!("\n      ...{count}"));
            }
            Row::Changed {
                expected,
                real,
                white_space,
                ..
            } => {
                minus(&mut text, &visible(expected, *white_space), look);
                plus(&mut text, &visible(real, *white_space), look);
            }
            Row::Missing { expected, .. } => minus(&mut text, &visible(expected, false), look),
            Row::Unexpected { real } => plus(&mut text, &visible(real, false), look),
            Row::LeftOut { expected, real } => {
                let parts: Vec<String> = [(*expected, "expected"), (*real, "printed")]
                    .into_iter()
                    .filter(|(count, _)| *count > 0)
                    .map(|(count, side)| format!("{count} {side}"))
                    .collect();
                let line = format!("      … {} lines not drawn", parts.join(" and "));
                text.push_str(&format!("\n{}", paint(&line, DIM, look)));
            }
        }
    }
    text
}

fn minus(text: &mut String, line: &str, look: Look) {
    text.push('\n');
    text.push_str(&paint(format!("    - {line}").trim_end(), RED, look));
}

fn plus(text: &mut String, line: &str, look: Look) {
    text.push('\n');
    text.push_str(&paint(format!("    + {line}").trim_end(), GREEN, look));
}

fn excerpt(excerpt: &Excerpt, look: Look) -> String {
    let mut text = String::new();
    if excerpt.left_out > 0 {
        let line = format!("    … {} lines before this", excerpt.left_out);
        text.push_str(&format!("\n{}", paint(&line, DIM, look)));
    }
    if excerpt.lines.is_empty() {
        text.push_str(" nothing");
    }
    for line in &excerpt.lines {
        text.push_str(format!("\n    | {}", visible(line, false)).trim_end());
    }
    text
}
