//! Compares a text within a line, such as a JSON string, with pieces of text and holes.

use regex::Regex;

use crate::check::capture::Captures;
use crate::check::hole;
use crate::model::expectation::{Piece, Takes};

/// Compares a text with its pieces; returns what it captures.
///
/// # Errors
/// The text does not fit; the reason, if a hole is to blame.
pub(crate) fn in_text(
    pieces: &[Piece],
    real: &str,
    known: &Captures,
    own: &Captures,
) -> Result<Vec<(String, String)>, Option<String>> {
    let mut pattern = String::from("(?s)^");
    let mut kinds = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => pattern.push_str(&regex::escape(text)),
            Piece::Hole(hole) => match &hole.takes {
                Takes::Any(kind) => {
                    pattern.push_str(&format!("({})", hole::pattern(*kind)));
                    kinds.push((*kind, None));
                }
                Takes::Capture(name, kind) => {
                    pattern.push_str(&format!("({})", hole::pattern(*kind)));
                    kinds.push((*kind, Some(name)));
                }
                Takes::Same(name) => match own.get(name).or_else(|| known.get(name)) {
                    Some(value) => pattern.push_str(&regex::escape(value)),
                    None => return Err(Some(format!("`{name}` was not captured"))),
                },
            },
        }
    }
    let groups = Regex::new(&(pattern + "$"))
        .ok()
        .and_then(|regex| regex.captures(real))
        .ok_or(None)?;
    let mut captures = Vec::new();
    for (index, (kind, name)) in kinds.into_iter().enumerate() {
        let value = groups.get(index + 1).map_or("", |group| group.as_str());
        if !hole::is_valid(kind, value) {
            return Err(Some(format!(
                "`{}` accepts {}, not `{value}`",
                kind.word(),
                kind.accepts()
            )));
        }
        captures.extend(name.map(|name| (name.clone(), value.to_owned())));
    }
    Ok(captures)
}
