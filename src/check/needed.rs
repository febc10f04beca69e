//! Text that every line holds that a pattern fits: where it is not, the pattern need not be tried.

use regex_syntax::hir::{Hir, HirKind};

use crate::check::parts::Part;

/// Returns the longest plain part of a line with holes.
pub(super) fn by_parts(parts: &[Part]) -> Option<String> {
    let texts = parts.iter().filter_map(|part| match part {
        Part::Text(text) => Some(text.clone()),
        Part::Hole(_) => None,
    });
    longest(texts)
}

/// Returns the longest text that a regular expression cannot do without, if it is known to have one.
pub(super) fn by_pattern(source: &str) -> Option<String> {
    regex_syntax::parse(source).ok().and_then(|hir| by_hir(&hir))
}

fn by_hir(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Literal(literal) => String::from_utf8(literal.0.to_vec()).ok(),
        HirKind::Capture(capture) => by_hir(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => by_hir(&repetition.sub),
        HirKind::Concat(parts) => longest(parts.iter().filter_map(by_hir)),
        HirKind::Repetition(_) | HirKind::Alternation(_) | HirKind::Class(_) | HirKind::Look(_) | HirKind::Empty => {
            None
        }
    }
}

fn longest(texts: impl Iterator<Item = String>) -> Option<String> {
    texts.filter(|text| !text.is_empty()).max_by_key(String::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_no_line_can_do_without_is_needed() {
        for (pattern, needed) in [
            ("id [0-9]+ done", Some(" done")),
            ("(?:abc){2,} x", Some("abc")),
            ("(a|bc)d?", None),
            ("x*", None),
            ("(?i)ready", None),
            (r"size=(?<n>\d+) bytes\.", Some(" bytes.")),
            ("(", None),
        ] {
            assert_eq!(by_pattern(pattern).as_deref(), needed, "{pattern}");
        }
    }
}
