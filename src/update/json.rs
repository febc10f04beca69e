//! New expected JSON from real one: values that no longer fit are replaced in place, members that are gone are taken out.

use std::ops::Range;

use serde_json::Value;

use crate::check::{self, Captures, Outcome};
use crate::model::block::MatchMode;
use crate::model::expectation::{Body, Expectation, JsonMember, JsonNode, JsonRule};
use crate::update::lines::Written;
use crate::update::volatile;

/// Returns the lines of an expectation that fits the JSON text `real`; `None` if that is no JSON.
pub(super) fn revise(
    old: &Expectation,
    node: &JsonNode,
    real: &str,
    known: &Captures,
    written: Written,
) -> Option<Vec<String>> {
    let real: Value = serde_json::from_str(real).ok()?;
    let text = old.lines.join("\n");
    let holes = written != Written::Literal;
    let new = if written == Written::Kept {
        let mut reviser = Reviser {
            text: &text,
            known,
            own: Captures::new(),
            edits: Vec::new(),
        };
        reviser.node(node, &real);
        reviser.apply()
    } else {
        render(&real, "", holes)
    };
    Some(new.lines().map(|line| line.trim_end().to_owned()).collect())
}

struct Reviser<'a> {
    text: &'a str,
    known: &'a Captures,
    own: Captures,
    edits: Vec<(Range<usize>, String)>,
}

impl Reviser<'_> {
    fn node(&mut self, node: &JsonNode, real: &Value) {
        match (&node.value, real) {
            (JsonRule::Object(members), Value::Object(real)) => {
                for member in members {
                    if let Some(value) = real.get(&member.key) {
                        self.node(&member.node, value);
                    }
                }
                self.take_out(members, |member| real.contains_key(&member.key));
            }
            (JsonRule::Array(items), Value::Array(real)) if items.len() == real.len() => {
                items.iter().zip(real).for_each(|(item, real)| self.node(item, real));
            }
            _ if self.fits(node, real) => {}
            _ => {
                let indent: String = self.line_indent(node.span.start);
                self.edits.push((node.span.clone(), render(real, &indent, true)));
            }
        }
    }

    /// Asks the matcher itself, so that there is one definition of what fits.
    fn fits(&mut self, node: &JsonNode, real: &Value) -> bool {
        let mut captures = self.known.clone();
        captures.extend(self.own.clone());
        let alone = Expectation {
            mode: MatchMode::Json,
            lines: Vec::new(),
            body: Body::Json(node.clone()),
        };
        match check::outcome(&alone, real.to_string().as_bytes(), &captures) {
            Outcome::Matched(matched) => {
                self.own.extend(matched.captures);
                true
            }
            Outcome::Mismatch(_) => false,
        }
    }

    /// Takes out the members that are gone, each with the comma that separates it from one that stays.
    fn take_out(&mut self, members: &[JsonMember], stays: impl Fn(&JsonMember) -> bool) {
        let mut last_kept: Option<&JsonMember> = None;
        let mut gone: Option<usize> = None;
        for member in members {
            if !stays(member) {
                gone = gone.or(Some(member.start));
                continue;
            }
            if let Some(start) = gone.take() {
                self.edits.push((start..member.start, String::new()));
            }
            last_kept = Some(member);
        }
        if let (Some(start), Some(last)) = (gone, members.last()) {
            let start = last_kept.map_or(start, |kept| kept.node.span.end);
            self.edits.push((start..last.node.span.end, String::new()));
        }
    }

    fn line_indent(&self, at: usize) -> String {
        let start = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        let line = &self.text[start..];
        line[..line.len() - line.trim_start().len()].to_owned()
    }

    fn apply(mut self) -> String {
        self.edits.sort_by_key(|(span, _)| (span.start, span.end));
        let mut new = String::new();
        let mut done = 0;
        for (span, text) in &self.edits {
            // A replaced value lies before what is taken out, never within it.
            if span.start < done {
                continue;
            }
            new.push_str(&self.text[done..span.start]);
            new.push_str(text);
            done = span.end;
        }
        new + &self.text[done..]
    }
}

/// Writes a value as expected JSON; lines after the first begin with `indent`.
fn render(value: &Value, indent: &str, holes: bool) -> String {
    let inner = format!("{indent}  ");
    match value {
        Value::Object(members) if !members.is_empty() => {
            let members: Vec<String> = members
                .iter()
                .map(|(key, value)| format!("{inner}{}: {}", Value::from(key.as_str()), render(value, &inner, holes)))
                .collect();
            format!("{{\n{}\n{indent}}}", members.join(",\n"))
        }
        Value::Array(items) if !items.is_empty() => {
            let items: Vec<String> = items
                .iter()
                .map(|item| format!("{inner}{}", render(item, &inner, holes)))
                .collect();
            format!("[\n{}\n{indent}]", items.join(",\n"))
        }
        Value::String(text) => string(text, holes),
        Value::Number(number) if holes && volatile::proposed(&number.to_string(), false) == "{{int}}" => {
            "\"{{int}}\"".to_owned()
        }
        scalar => scalar.to_string(),
    }
}

fn string(text: &str, holes: bool) -> String {
    let json = Value::from(text).to_string();
    let inner = &json[1..json.len() - 1];
    // Values that need JSON's escapes are no volatile ones; a tilde before a number would mean "about".
    let written = match inner.strip_prefix('~') {
        Some(rest) => format!("\\u007e{}", rest.replace("{{", "\\{{")),
        None if holes && inner == text => volatile::proposed(inner, false),
        None => inner.replace("{{", "\\{{"),
    };
    let plain = written.ends_with(" (re)") && !inner.ends_with(" (re)");
    if plain {
        format!("\"{}\"", inner.replace("{{", "\\{{"))
    } else {
        format!("\"{written}\"")
    }
}
