//! Compares JSON: the expected value is a subset of the real one.
//!
//! Objects may have further members, arrays must have the same elements in the same order, and a hole takes a value of its
//! type (see [`JsonRule`]).

use serde_json::{Number, Value};

use crate::check::capture::Captures;
use crate::check::diff::{Diff, Row};
use crate::check::hole;
use crate::check::normalize::Normal;
use crate::check::text;
use crate::check::visible::{clip, visible};
use crate::check::{Match, Outcome};
use crate::model::expectation::{Expectation, Hole, HoleType, JsonNode, JsonRule, Piece, Takes};

/// At most this many differences are told.
const MOST: usize = 20;

/// Compares an output that is one JSON text. `known` are the values of earlier blocks.
pub(super) fn value(expectation: &Expectation, node: &JsonNode, normal: &Normal<'_>, known: &Captures) -> Outcome {
    let real = match serde_json::from_str::<Value>(&normal.text) {
        Ok(real) => real,
        Err(error) => return Outcome::Mismatch(no_json(expectation, normal, &error)),
    };
    let mut comparison = Comparison {
        known,
        own: Captures::new(),
        differences: Vec::new(),
    };
    comparison.node(node, node.line, None, &real, "$");
    if comparison.differences.is_empty() {
        return Outcome::Matched(Match {
            captures: comparison.own,
            filters: normal.filters.clone(),
        });
    }
    Outcome::Mismatch(diff(expectation, &comparison.differences, normal))
}

/// One difference between the values.
#[derive(Debug)]
struct Difference {
    /// Expected line on which it is.
    line: usize,
    /// Where in the value: `$.items[0].name`.
    path: String,
    /// What the program printed there, as JSON with its key; `None` if there is nothing.
    real: Option<String>,
    /// Why it does not fit, where that is not plain.
    reason: Option<String>,
}

struct Comparison<'a> {
    known: &'a Captures,
    own: Captures,
    differences: Vec<Difference>,
}

impl Comparison<'_> {
    /// Compares a value. `line` is the line of its key, or its own.
    fn node(&mut self, expected: &JsonNode, line: usize, key: Option<&str>, real: &Value, path: &str) {
        let fits = match (&expected.value, real) {
            (JsonRule::Null, Value::Null) => true,
            (JsonRule::Bool(expected), Value::Bool(real)) => expected == real,
            (JsonRule::Number(expected), Value::Number(real)) => same_number(expected, real),
            (JsonRule::Near { value, within }, Value::Number(real)) => {
                // The sum of a decimal number and its tolerance is rounded; a millionth of the tolerance makes up for it.
                real.as_f64()
                    .is_some_and(|real| (real - value).abs() <= within * 1.000_001)
            }
            (JsonRule::Array(expected), Value::Array(real)) => return self.array(expected, line, key, real, path),
            (JsonRule::Object(members), Value::Object(real)) => {
                for member in members {
                    let path = join(path, &member.key);
                    match real.get(&member.key) {
                        Some(value) => self.node(&member.node, member.line, Some(&member.key), value, &path),
                        None => self.add(member.line, path, None, None),
                    }
                }
                return;
            }
            (JsonRule::Text(pieces), real) => {
                if let Err(reason) = self.text(pieces, real) {
                    self.add(line, path.to_owned(), Some(shown(key, real)), reason);
                }
                return;
            }
            _ => false,
        };
        if !fits {
            let reason = match expected.value {
                JsonRule::Near { value, within } => Some(format!(
                    "a number from {} to {} is expected",
                    value - within,
                    value + within
                )),
                _ => None,
            };
            self.add(line, path.to_owned(), Some(shown(key, real)), reason);
        }
    }

    fn array(&mut self, expected: &[JsonNode], line: usize, key: Option<&str>, real: &[Value], path: &str) {
        if expected.len() != real.len() {
            let reason = format!("{} elements are expected, {} were printed", expected.len(), real.len());
            let real = shown(key, &Value::Array(real.to_vec()));
            self.add(line, path.to_owned(), Some(real), Some(reason));
            return;
        }
        for (index, (node, real)) in expected.iter().zip(real).enumerate() {
            self.node(node, node.line, None, real, &format!("{path}[{index}]"));
        }
    }

    /// Compares a string with holes; the error is why it does not fit, if there is more to say than the values do.
    fn text(&mut self, pieces: &[Piece], real: &Value) -> Result<(), Option<String>> {
        if let [Piece::Hole(hole)] = pieces {
            return self.whole(hole, real);
        }
        let Value::String(real) = real else { return Err(None) };
        let taken = text::in_text(pieces, real, self.known, &self.own)?;
        self.own.extend(taken);
        Ok(())
    }

    /// A string that is one hole also takes numbers, and `any` takes every value.
    fn whole(&mut self, hole: &Hole, real: &Value) -> Result<(), Option<String>> {
        let scalar = match real {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let (kind, name) = match &hole.takes {
            Takes::Any(kind) => (*kind, None),
            Takes::Capture(name, kind) => (*kind, Some(name)),
            Takes::Same(name) => {
                let Some(known) = self.own.get(name).or_else(|| self.known.get(name)) else {
                    return Err(Some(format!("`{name}` was not captured")));
                };
                let same = scalar.as_ref().is_some_and(|real| real == known)
                    || (scalar.is_none() && serde_json::from_str(known).is_ok_and(|known: Value| known == *real));
                return if same {
                    Ok(())
                } else {
                    Err(Some(format!("`{name}` is `{known}` here")))
                };
            }
        };
        let text = match (scalar, kind) {
            (Some(text), _) => text,
            (None, HoleType::Any) => real.to_string(),
            (None, _) => return Err(Some(format!("`{}` accepts {}", kind.word(), kind.accepts()))),
        };
        if kind != HoleType::Any && !hole::is(kind, &text) {
            return Err(Some(format!("`{}` accepts {}", kind.word(), kind.accepts())));
        }
        if let Some(name) = name {
            self.own.insert(name.clone(), text);
        }
        Ok(())
    }

    fn add(&mut self, line: usize, path: String, real: Option<String>, reason: Option<String>) {
        if self.differences.len() < MOST {
            self.differences.push(Difference {
                line,
                path,
                real,
                reason,
            });
        }
    }
}

fn shown(key: Option<&str>, real: &Value) -> String {
    match key {
        Some(key) => clip(&format!("{}: {real}", Value::from(key))),
        None => clip(&real.to_string()),
    }
}

/// Returns whether two numbers have the same value. Integers are compared as such: beyond 2^53 a float takes neighbours
/// for the same.
fn same_number(one: &Number, other: &Number) -> bool {
    let integer = |number: &Number| match (number.as_i64(), number.as_u64()) {
        (Some(number), _) => Some(i128::from(number)),
        (None, Some(number)) => Some(i128::from(number)),
        (None, None) => None,
    };
    match (integer(one), integer(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one.as_f64() == other.as_f64(),
    }
}

fn join(path: &str, key: &str) -> String {
    let plain = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain {
        format!("{path}.{key}")
    } else {
        format!("{path}[{}]", Value::from(key))
    }
}

fn diff(expectation: &Expectation, differences: &[Difference], normal: &Normal<'_>) -> Diff {
    let text = |line: usize| expectation.lines.get(line).cloned().unwrap_or_default();
    let rows = differences.iter().map(|difference| match &difference.real {
        Some(real) => Row::Changed {
            line: difference.line,
            expected: text(difference.line),
            real: real.clone(),
            white_space: false,
        },
        None => Row::Missing {
            line: difference.line,
            expected: text(difference.line),
        },
    });
    let mut notes: Vec<String> = Vec::new();
    for difference in differences {
        let place = match (&difference.real, &difference.reason) {
            (_, Some(reason)) => format!("at `{}`: {reason}", difference.path),
            (Some(_), None) => format!("at `{}`", difference.path),
            (None, None) => format!("the program printed no `{}`", difference.path),
        };
        notes.push(place);
    }
    let label = match differences.first().and_then(|first| first.real.as_ref()) {
        Some(real) => format!("the program printed `{}`", visible(real, false)),
        None => "the program did not print this member".to_owned(),
    };
    Diff {
        line: differences.first().map_or(0, |first| first.line),
        label,
        rows: rows.collect(),
        notes,
        filters: normal.filters.clone(),
    }
}

/// The output cannot be read as JSON.
fn no_json(expectation: &Expectation, normal: &Normal<'_>, error: &serde_json::Error) -> Diff {
    let lines = normal.lines();
    let label = match lines.iter().find(|line| !line.trim().is_empty()) {
        Some(first) => format!(
            "the program printed `{}`, which is not JSON",
            visible(&clip(first.trim()), false)
        ),
        None => "the program printed nothing".to_owned(),
    };
    let shown = lines.len().min(6);
    let mut rows: Vec<Row> = expectation
        .lines
        .first()
        .map(|expected| Row::Missing {
            line: 0,
            expected: expected.clone(),
        })
        .into_iter()
        .collect();
    rows.extend(lines[..shown].iter().map(|real| Row::Unexpected { real: clip(real) }));
    if lines.len() > shown {
        rows.push(Row::LeftOut {
            expected: 0,
            real: lines.len() - shown,
        });
    }
    let notes = if lines.is_empty() {
        vec![]
    } else {
        vec![format!("not JSON: {error}")]
    };
    Diff {
        line: 0,
        label,
        rows,
        notes,
        filters: normal.filters.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::block::MatchMode;
    use crate::parse::expectation::expectation;

    fn judged(expected: &str, real: &str) -> Result<Captures, Diff> {
        let (expected, findings) = expectation(expected, MatchMode::Json);
        assert!(findings.iter().all(|f| f.code == "loose-expectation"), "{findings:?}");
        let known = Captures::from([("client".to_owned(), "photo".to_owned())]);
        match crate::check::outcome(&expected, real.as_bytes(), &known) {
            Outcome::Matched(matched) => Ok(matched.captures),
            Outcome::Mismatch(diff) => Err(diff),
        }
    }

    #[test]
    fn objects_are_subsets_and_arrays_are_exact() {
        assert!(judged("{\"a\": 1}", "\n{\"b\": 2, \"a\": 1.0}\n").is_ok());
        assert!(judged("{\"a\": [1, {}]}", "{\"a\": [1, {\"x\": 1}]}").is_ok());
        assert!(judged("[1]", "[1, 2]").is_err());
        assert!(judged("[1, 2]", "[2, 1]").is_err());
        assert!(judged("{\"a\": null}", "{}").is_err());
        assert!(judged("{\"a\": \"1\"}", "{\"a\": 1}").is_err());
    }

    #[test]
    fn holes_take_and_capture() {
        let captures = judged(
            "{\"iat\": \"{{iat:int}}\", \"nbf\": {{iat}}, \"id\": \"x-{{id:uuid}}\", \"client\": \"{{client}}\", \"any\": \"{{any}}\"}",
            "{\"iat\": 17, \"nbf\": 17, \"id\": \"x-123e4567-e89b-12d3-a456-426614174000\", \"client\": \"photo\", \"any\": [1]}",
        )
        .unwrap();
        assert_eq!(captures["iat"], "17");
        assert_eq!(captures["id"], "123e4567-e89b-12d3-a456-426614174000");
        assert!(judged("{\"a\": \"{{int}}\"}", "{\"a\": true}").is_err());
        assert!(judged("{\"a\": \"{{int}}\"}", "{\"a\": 1.5}").is_err());
    }

    #[test]
    fn numbers_about() {
        assert!(judged("\"~3.14\"", "3.1416").is_ok());
        assert!(judged("\"~0.10\"", "0.105").is_ok());
        assert!(judged("\"~3600 +- 5\"", "3594").is_err());
    }

    #[test]
    fn the_first_difference_is_pointed_at() {
        let diff = judged("{\n  \"active\": true,\n  \"sub\": \"x\"\n}", "{\"active\": false}").unwrap_err();
        assert_eq!(
            (diff.line, diff.label.as_str()),
            (1, "the program printed `\"active\": false`")
        );
        assert_eq!(diff.notes, ["at `$.active`", "the program printed no `$.sub`"]);
        let diff = judged("{\"a\": 1}", "Error: x\nmore\n").unwrap_err();
        assert_eq!(diff.label, "the program printed `Error: x`, which is not JSON");
    }
}
