//! Expected output as the page shows it: holes as dotted placeholders, rules as small words.

use std::ops::Range;

use crate::render::paint::{Mark, escaped};

/// Returns the marks of an expectation's text: holes `{{name:TYPE}}`, lines `...`, and the suffixes ` (re)` and ` (glob)`.
pub(crate) fn marks(text: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches('\n');
        if content.trim() == "..." {
            let open = "<span class=\"any\" title=\"any lines may stand here\">";
            marks.push(Mark::new(start..start + content.len(), open, "</span>"));
        } else {
            holes(content, start, &mut marks);
            rule(content, start, &mut marks);
        }
        start += line.len();
    }
    marks
}

fn holes(line: &str, start: usize, marks: &mut Vec<Mark>) {
    let mut at = 0;
    while let Some(found) = line[at..].find("{{").map(|found| at + found) {
        if line[..found].ends_with('\\') {
            marks.push(hidden(start + found - 1..start + found));
            at = found + 2;
            continue;
        }
        let Some(len) = line[found..].find("}}") else { return };
        let inner = &line[found + 2..found + len];
        at = found + len + 2;
        if inner.contains('{') {
            continue;
        }
        let whole = start + found..start + at;
        let (shown, title) = hole(inner);
        let open = format!(
            "<span class=\"hole\" title=\"{}\"><span class=\"vh u\">any value: </span>",
            escaped(&title)
        );
        marks.push(Mark::new(whole.clone(), open, "</span>"));
        marks.push(hidden(whole.start..whole.start + 2));
        marks.push(hidden(whole.start + 2 + shown.len()..whole.end));
    }
}

/// Returns what to show of a hole and what to say about it.
fn hole(inner: &str) -> (&str, String) {
    match inner.split_once(':') {
        Some((name, kind)) => (name, format!("{}, kept as “{name}” for later", kind_words(kind))),
        None if is_kind(inner) => (inner, kind_words(inner).to_owned()),
        None => (inner, format!("the value kept as “{inner}”")),
    }
}

fn is_kind(name: &str) -> bool {
    kind_words(name) != name
}

fn kind_words(kind: &str) -> &str {
    match kind {
        "any" => "any text",
        "word" => "any word",
        "int" => "a whole number",
        "float" => "a number",
        "hex" => "hexadecimal digits",
        "uuid" => "a UUID",
        "ip" => "an IP address",
        "port" => "a port",
        "date" => "a date",
        "time" => "a time",
        "dur" => "a duration",
        "version" => "a version",
        "path" => "a path",
        "url" => "an address",
        "base64" => "base64 text",
        "jwt" => "a JWT",
        "str" => "a text in quotes",
        other => other,
    }
}

fn rule(line: &str, start: usize, marks: &mut Vec<Mark>) {
    for (suffix, title) in [(" (re)", "a regular expression"), (" (glob)", "a pattern with * and ?")] {
        if line.ends_with(suffix) {
            let at = start + line.len() - suffix.len() + 1;
            let open = format!("<span class=\"rule u\" title=\"this line is {title}\">");
            marks.push(Mark::new(at..start + line.len(), open, "</span>"));
        }
    }
}

fn hidden(range: Range<usize>) -> Mark {
    Mark::new(range, "<span class=\"brace\">", "</span>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::paint::paint;

    #[test]
    fn holes_show_their_names_only() {
        let text = "id {{token:jwt}} {{int}} \\{{x\n...\na.* (re)\n";
        let mut out = String::new();
        paint(&mut out, text, marks(text));
        assert!(
            out.contains("<span class=\"brace\">{{</span>token<span class=\"brace\">:jwt}}</span></span>"),
            "{out}"
        );
        assert!(out.contains("title=\"a whole number\""), "{out}");
        assert!(out.contains("<span class=\"brace\">\\</span>{{x"), "{out}");
        assert!(out.contains("class=\"any\""), "{out}");
        assert!(out.contains(">(re)</span>"), "{out}");
    }
}
