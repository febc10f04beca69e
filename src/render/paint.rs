//! Text to HTML with marks: colours, boxes and holes as one well-nested tree.

use std::borrow::Cow;
use std::ops::Range;

/// An element around a part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// Opening tag.
    pub open: Cow<'static, str>,
    /// Closing tag; what it holds before the `</` is written behind the text.
    pub close: Cow<'static, str>,
}

impl Mark {
    /// Wraps `range` in `open` and `close`.
    pub(crate) fn new(
        range: Range<usize>,
        open: impl Into<Cow<'static, str>>,
        close: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            range,
            open: open.into(),
            close: close.into(),
        }
    }
}

/// Writes `text` with `marks` around its parts. Where two marks cross, the one that begins later is cut in two.
/// At equal ranges the one given first is outside.
pub(crate) fn paint(out: &mut String, text: &str, mut marks: Vec<Mark>) {
    marks.retain(|mark| mark.range.start < mark.range.end && text.get(mark.range.clone()).is_some());
    sort(&mut marks);
    paint_part(out, text, 0..text.len(), marks);
}

/// Writes each line of `text` by itself, without line ends; marks over several lines are cut.
pub(crate) fn paint_lines(text: &str, marks: Vec<Mark>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut marks: Vec<Mark> = marks
        .into_iter()
        .filter(|mark| mark.range.start < mark.range.end)
        .collect();
    sort(&mut marks);
    let mut open: Vec<Mark> = Vec::new();
    let mut next = marks.into_iter().peekable();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.trim_end_matches('\n').len();
        while let Some(mark) = next.next_if(|mark| mark.range.start < end) {
            open.push(mark);
        }
        let here = open.iter().map(|mark| {
            let from = mark.range.start.max(start) - start;
            let to = mark.range.end.clamp(start, end) - start;
            Mark {
                range: from..to,
                ..mark.clone()
            }
        });
        let mut out = String::with_capacity(line.len() * 2);
        paint(&mut out, &text[start..end], here.collect());
        lines.push(out);
        start += line.len();
        open.retain(|mark| mark.range.end > start);
    }
    lines
}

fn sort(marks: &mut [Mark]) {
    marks.sort_by_key(|mark| (mark.range.start, std::cmp::Reverse(mark.range.end)));
}

fn paint_part(out: &mut String, text: &str, part: Range<usize>, marks: Vec<Mark>) {
    let mut at = part.start;
    let mut rest = marks.into_iter().peekable();
    let mut cut: Vec<Mark> = Vec::new();
    while let Some(outer) = rest.next() {
        escape_text(out, &text[at..outer.range.start]);
        let mut inner = Vec::new();
        while let Some(mut mark) = rest.next_if(|mark| mark.range.start < outer.range.end) {
            if mark.range.end > outer.range.end {
                let mut tail = mark.clone();
                tail.range.start = outer.range.end;
                cut.push(tail);
                mark.range.end = outer.range.end;
            }
            inner.push(mark);
        }
        out.push_str(&outer.open);
        paint_part(out, text, outer.range.clone(), inner);
        out.push_str(&outer.close);
        at = outer.range.end;
        if !cut.is_empty() {
            cut.extend(rest);
            sort(&mut cut);
            rest = std::mem::take(&mut cut).into_iter().peekable();
        }
    }
    escape_text(out, &text[at..part.end]);
}

/// Writes text so that HTML shows it as it is, in elements and in quoted attributes.
pub(crate) fn escape(out: &mut String, text: &str) {
    escape_as(out, text, |byte| match byte {
        b'"' => Some("&quot;"),
        other => entity(other),
    });
}

/// Writes text between tags, where quotes need no escape.
fn escape_text(out: &mut String, text: &str) {
    escape_as(out, text, entity);
}

fn entity(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        _ => None,
    }
}

fn escape_as(out: &mut String, text: &str, entity: impl Fn(u8) -> Option<&'static str>) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if let Some(entity) = entity(byte) {
            out.push_str(&text[from..at]);
            out.push_str(entity);
            from = at + 1;
        }
    }
    out.push_str(&text[from..]);
}

/// Returns the escaped text.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    escape(&mut out, text);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(text: &str, marks: &[(Range<usize>, &'static str)]) -> String {
        let marks = marks
            .iter()
            .map(|(range, tag)| Mark::new(range.clone(), format!("<{tag}>"), format!("</{tag}>")));
        let mut out = String::new();
        paint(&mut out, text, marks.collect());
        out
    }

    #[test]
    fn marks_nest_and_crossing_ones_are_cut() {
        assert_eq!(painted("a<b", &[]), "a&lt;b");
        assert_eq!(painted("abcd", &[(0..4, "x"), (1..2, "y")]), "<x>a<y>b</y>cd</x>");
        assert_eq!(
            painted("abcdef", &[(0..3, "x"), (2..5, "y")]),
            "<x>ab<y>c</y></x><y>de</y>f"
        );
        assert_eq!(painted("ab", &[(0..2, "x"), (0..2, "y")]), "<x><y>ab</y></x>");
        assert_eq!(painted("ab", &[(1..1, "x"), (1..9, "y")]), "ab");
    }

    #[test]
    fn marks_over_lines_are_cut() {
        let marks = vec![Mark::new(1..5, "<x>", "</x>"), Mark::new(6..7, "<y>", "</y>")];
        assert_eq!(
            paint_lines("ab\ncd\nef\n", marks),
            ["a<x>b</x>", "<x>cd</x>", "<y>e</y>f"]
        );
    }

    proptest::proptest! {
        #[test]
        fn the_text_survives_any_marks(text in "[a-zä<&]{0,20}", ranges in proptest::collection::vec((0usize..24, 0usize..24), 0..8)) {
            let marks = ranges.into_iter().map(|(a, b)| Mark::new(a..b, "[", "]")).collect();
            let mut out = String::new();
            paint(&mut out, &text, marks);
            let plain: String = out.chars().filter(|c| !matches!(c, '[' | ']')).collect();
            proptest::prop_assert_eq!(plain, escaped(&text));
            let mut depth = 0i32;
            for c in out.chars() {
                depth += i32::from(c == '[') - i32::from(c == ']');
                proptest::prop_assert!(depth >= 0);
            }
            proptest::prop_assert_eq!(depth, 0);
        }
    }
}
