//! Where the message of a mismatch points, and what it says there.

use crate::check::diff::Row;
use crate::check::matcher::Comparison;
use crate::check::rule::Kind;
use crate::check::visible::visible;

/// The expected line that the message points at, and what it says there.
pub(super) fn pointer(comparison: &Comparison<'_>, rows: &[Row]) -> (usize, String) {
    let mut before = None;
    for row in rows {
        match row {
            Row::Same { line, .. } | Row::Any { line, .. } => before = Some(*line),
            Row::LeftOut { .. } => {}
            Row::Changed {
                line,
                real,
                white_space: true,
                ..
            } => {
                return (
                    *line,
                    format!("the program printed `{}`: other white space", visible(real, true)),
                );
            }
            Row::Changed { line, real, .. } if real.is_empty() => {
                return (*line, "the program printed an empty line".to_owned());
            }
            Row::Changed { line, real, .. } => {
                return (*line, format!("the program printed `{}`", visible(real.trim(), false)));
            }
            Row::Missing { line, .. } => {
                let nothing = comparison.real.is_empty();
                let fact = if nothing {
                    "the program printed nothing"
                } else {
                    "the program did not print this"
                };
                return (*line, fact.to_owned());
            }
            Row::Unexpected { real } => return (before.unwrap_or(0), surplus(comparison, before, real)),
        }
    }
    (0, "the output differs".to_owned())
}

fn surplus(comparison: &Comparison<'_>, before: Option<usize>, real: &str) -> String {
    let place = match before {
        Some(_) => "after this",
        None if comparison.lines.is_empty() => "no output is expected, but",
        None => "before this",
    };
    if real.is_empty() {
        return format!("{place} the program printed an empty line");
    }
    format!("{place} the program printed `{}`", visible(real.trim(), false))
}

/// Why the first changed line does not fit, where a hole is the reason.
pub(super) fn refusal(comparison: &Comparison<'_>, rows: &[Row]) -> Option<String> {
    rows.iter().find_map(|row| match row {
        Row::Changed { line, real, .. } => {
            Some(comparison.lines[*line].refusal(real, &comparison.own, comparison.known))
        }
        Row::Missing { line, .. } => Some(
            comparison.lines[*line]
                .refusal("", &comparison.own, comparison.known)
                .filter(|_| matches!(comparison.lines[*line].kind, Kind::Impossible { .. })),
        ),
        _ => None,
    })?
}
