//! The grammar of `match=json`: JSON in which strings may hold holes.
//!
//! ```text
//! value  = object | array | string | number | "true" | "false" | "null" | hole
//! string = JSON's, with holes; `\{{` stands for two braces
//!        | '"~' number [ "+-" number ] '"'     a number, about
//! ```
//! A hole may also stand without quotes: `"exp": {{int}}`. Own reader, because the message must know on which line each
//! value stands, and because holes without quotes are no JSON.

use std::ops::Range;

use crate::diagnostic::Severity;
use serde_json::Number;

use crate::model::expectation::{Hole, JsonMember, JsonNode, JsonRule, Piece};
use crate::parse::expectation::{Finding, hole, pieces};

/// Values may be nested this deep.
const DEPTH: usize = 100;

/// Reads one JSON value. What cannot be read becomes a string that no output equals, and a finding.
pub(super) fn value(lines: &[String], findings: &mut Vec<Finding>) -> JsonNode {
    let text = lines.join("\n");
    let mut reader = Reader {
        text: &text,
        at: 0,
        starts: lines
            .iter()
            .scan(0, |next, line| Some(std::mem::replace(next, *next + line.len() + 1)))
            .collect(),
        findings,
    };
    match reader.document() {
        Ok(node) => node,
        Err(problem) => {
            let (line, column) = reader.place(problem.at);
            let end = lines.get(line).map_or(column, String::len);
            findings.push(Finding {
                severity: Severity::Error,
                code: "json-syntax",
                line,
                columns: column..end,
                message: format!("not JSON: expected {}", problem.expected),
                help: Some("an output block with `match=json` holds one JSON value".to_owned()),
            });
            JsonNode {
                line: 0,
                span: 0..text.len(),
                value: JsonRule::Text(vec![Piece::Text(text)]),
            }
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The byte at which each line begins.
    starts: Vec<usize>,
    findings: &'a mut Vec<Finding>,
}

struct Problem {
    at: usize,
    expected: &'static str,
}

type Read<T> = Result<T, Problem>;

impl Reader<'_> {
    fn document(&mut self) -> Read<JsonNode> {
        let node = self.value(0)?;
        self.space();
        if self.at < self.text.len() {
            return self.fail("the end after one value");
        }
        Ok(node)
    }

    fn value(&mut self, depth: usize) -> Read<JsonNode> {
        self.space();
        let start = self.at;
        if depth > DEPTH {
            return self.fail("fewer nested values");
        }
        let value = match self.peek() {
            Some(b'{') if self.rest().starts_with("{{") => self.bare_hole()?,
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => self.string_rule()?,
            Some(b'-' | b'0'..=b'9') => JsonRule::Number(self.number()?),
            _ => self.keyword()?,
        };
        let line = self.place(start).0;
        let span = start..self.at;
        Ok(JsonNode { line, span, value })
    }

    fn bare_hole(&mut self) -> Read<JsonRule> {
        let (line, column) = self.place(self.at);
        match hole(self.rest()) {
            Ok((takes, length)) => {
                self.at += length;
                let columns = column..column + length;
                Ok(JsonRule::Text(vec![Piece::Hole(Hole { columns, takes })]))
            }
            // `{{"a":1}}` is no hole and no JSON either.
            Err(_) => {
                let end = self.text[self.at..]
                    .find('\n')
                    .map_or(self.text.len(), |end| self.at + end);
                let text = self.text[self.at..end].to_owned();
                pieces(&text, line, column, self.findings);
                self.fail("a value")
            }
        }
    }

    fn object(&mut self, depth: usize) -> Read<JsonRule> {
        self.at += 1;
        let mut members = Vec::new();
        self.space();
        if self.take(b'}') {
            return Ok(JsonRule::Object(members));
        }
        loop {
            self.space();
            let line = self.place(self.at).0;
            if self.peek() != Some(b'"') {
                return self.fail("a key in double quotes");
            }
            let raw = self.string()?;
            let Ok(key) = serde_json::from_str::<String>(&self.text[raw.clone()]) else {
                self.at = raw.start;
                return self.fail("a key in double quotes");
            };
            self.space();
            if !self.take(b':') {
                return self.fail("`:` after the key");
            }
            let node = self.value(depth + 1)?;
            let start = raw.start;
            members.push(JsonMember { line, start, key, node });
            self.space();
            if self.take(b'}') {
                return Ok(JsonRule::Object(members));
            }
            if !self.take(b',') {
                return self.fail("`,` or `}`");
            }
        }
    }

    fn array(&mut self, depth: usize) -> Read<JsonRule> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.take(b']') {
            return Ok(JsonRule::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            if self.take(b']') {
                return Ok(JsonRule::Array(items));
            }
            if !self.take(b',') {
                return self.fail("`,` or `]`");
            }
        }
    }

    /// Steps over a string and returns its bytes, quotes included.
    fn string(&mut self) -> Read<Range<usize>> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        loop {
            match bytes.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(start..at + 1);
                }
                Some(b'\\') => at += 2,
                Some(b'\n') | None => return self.fail("a closing quote on the same line"),
                Some(_) => at += 1,
            }
        }
    }

    fn string_rule(&mut self) -> Read<JsonRule> {
        let raw = self.string()?;
        let inner = raw.start + 1..raw.end - 1;
        if let Some(near) = self.text[inner.clone()].strip_prefix('~').and_then(about) {
            return Ok(near);
        }
        let (line, column) = self.place(inner.start);
        let text = self.text[inner].to_owned();
        let mut rule = pieces(&text, line, column, self.findings);
        for piece in &mut rule {
            let Piece::Text(text) = piece else { continue };
            // The two braces of `\{{` are plain text by now; what is left are JSON's own escapes.
            let Ok(plain) = serde_json::from_str::<String>(&format!("\"{text}\"")) else {
                self.at = raw.start;
                return self.fail("a string with JSON's escapes");
            };
            *text = plain;
        }
        Ok(JsonRule::Text(rule))
    }

    fn number(&mut self) -> Read<Number> {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E'))
            .unwrap_or(rest.len());
        match serde_json::from_str::<Number>(&rest[..end]) {
            Ok(number) if number.is_f64() && !rest[..end].contains(['.', 'e', 'E']) => {
                self.fail("an integer of at most 64 bits, as others cannot be compared exactly,")
            }
            Ok(number) => {
                self.at += end;
                Ok(number)
            }
            Err(_) => self.fail("a number"),
        }
    }

    fn keyword(&mut self) -> Read<JsonRule> {
        let words = [
            ("true", JsonRule::Bool(true)),
            ("false", JsonRule::Bool(false)),
            ("null", JsonRule::Null),
        ];
        for (word, rule) in words {
            if self.rest().starts_with(word) {
                self.at += word.len();
                return Ok(rule);
            }
        }
        self.fail("a value")
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn fail<T>(&self, expected: &'static str) -> Read<T> {
        Err(Problem { at: self.at, expected })
    }

    /// The line (0-based) and the byte within it of the byte at `at`.
    fn place(&self, at: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= at).saturating_sub(1);
        (line, at - self.starts.get(line).copied().unwrap_or(0))
    }
}

/// `3.14` or `3600 +- 5`, after the tilde.
fn about(text: &str) -> Option<JsonRule> {
    let (number, within) = match text.split_once("+-").or_else(|| text.split_once('±')) {
        Some((number, within)) => (number.trim(), Some(within.trim())),
        None => (text.trim(), None),
    };
    let value: f64 = serde_json::from_str(number).ok()?;
    let within = match within {
        Some(within) => serde_json::from_str::<f64>(within).ok()?.abs(),
        None => (value.abs() * 0.01).max(half_unit(number)),
    };
    Some(JsonRule::Near { value, within })
}

/// Half a unit of the last digit of a number as written: 0.005 for `3.14`.
fn half_unit(number: &str) -> f64 {
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let exponent: i32 = number
        .split_once(['e', 'E'])
        .and_then(|(_, exponent)| exponent.parse().ok())
        .unwrap_or(0);
    let decimals = i32::try_from(decimals).unwrap_or(i32::MAX);
    0.5 * 10f64.powi(exponent.saturating_sub(decimals))
}

#[cfg(test)]
mod tests {
    use crate::model::block::MatchMode;
    use crate::model::expectation::{Body, JsonRule, Takes};
    use crate::parse::expectation::expectation;

    fn root(text: &str) -> JsonRule {
        let (expected, findings) = expectation(text, MatchMode::Json);
        assert!(findings.iter().all(|f| f.code == "loose-expectation"), "{findings:?}");
        match expected.body {
            Body::Json(node) => node.value,
            Body::Lines(_) => panic!("not lines"),
        }
    }

    #[test]
    fn members_know_their_lines_and_holes_their_columns() {
        let (expected, findings) = expectation(
            "{\n  \"a\": [1,\n \"x{{n:int}}\"],\n  \"b\": {{word}}\n}\n",
            MatchMode::Json,
        );
        assert!(findings.is_empty());
        let holes = expected.holes();
        assert_eq!((holes[0].0, holes[0].1.columns.clone()), (2, 3..12));
        assert_eq!((holes[1].0, holes[1].1.columns.clone()), (3, 7..15));
        assert_eq!(
            holes[0].1.takes,
            Takes::Capture("n".into(), crate::model::expectation::HoleType::Int)
        );
    }

    #[test]
    fn numbers_about() {
        let near = |text: &str| match root(text) {
            JsonRule::Near { value, within } => (value, within),
            other => panic!("{other:?}"),
        };
        assert_eq!(near("\"~3599\""), (3599.0, 35.99));
        assert_eq!(near("\"~0.10\""), (0.1, 0.005));
        assert_eq!(near("\"~3600 +- 5\""), (3600.0, 5.0));
        assert!(matches!(root("\"~/x\""), JsonRule::Text(_)));
    }

    #[test]
    fn what_is_wrong_is_said_where() {
        for (text, line, column, expected) in [
            ("{\n  \"a\" 1\n}", 1, 6, "`:` after the key"),
            ("[1, 2", 0, 5, "`,` or `]`"),
            ("{\"a\": tru}", 0, 6, "a value"),
            ("1\n2", 1, 0, "the end after one value"),
            ("\"a", 0, 0, "a closing quote on the same line"),
            ("", 0, 0, "a value"),
        ] {
            let (_, findings) = expectation(text, MatchMode::Json);
            let found = (findings[0].line, findings[0].columns.start, findings[0].message.clone());
            assert_eq!(
                found,
                (line, column, format!("not JSON: expected {expected}")),
                "{text}"
            );
        }
    }

    #[test]
    fn braces_that_are_no_hole() {
        assert!(matches!(root("{\"a\": {}}"), JsonRule::Object(_)));
        assert!(matches!(root("{ \"a\": \"\\{{x}}\" }"), JsonRule::Object(_)));
        let deep = "[".repeat(10_000);
        assert_eq!(expectation(&deep, MatchMode::Json).1[0].code, "json-syntax");
    }
}
