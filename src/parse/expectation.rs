//! The grammar of expected output.
//!
//! ```text
//! expectation = { line "\n" }
//! line        = "..."                       any lines, also none
//!             | text " (re)"                a regular expression for the whole line
//!             | text " (glob)"              * any text, ? any character, \ the next character as it is
//!             | { "\{{" | hole | character }
//! hole        = "{{" TYPE "}}"              a value of the type
//!             | "{{" name ":" TYPE "}}"     the same, captured under the name
//!             | "{{" name "}}"              the value captured under the name
//! name        = ( letter | "_" ) { letter | digit | "_" | "-" }
//! ```
//! With `match=json` the text is one JSON value, whose strings may hold holes (see [`crate::parse::expected_json`]).
//! A line that reads like `...`, or ends in ` (re)`, but is meant as it is, is written as a regular expression.
//!
//! ```
//! use docgen::model::block::MatchMode;
//! use docgen::parse::expectation::expectation;
//!
//! let (expected, findings) = expectation("started in {{dur}}\n...\nid {{id:uuid}}\n", MatchMode::Lines);
//! assert!(findings.is_empty());
//! assert_eq!(expected.captures(), [(2, "id".to_owned())]);
//! ```

use std::ops::Range;

use crate::diagnostic::Severity;
use crate::model::block::MatchMode;
use crate::model::expectation::{
    Body, Expectation, Hole, HoleType, JsonRule, Piece, Rule, Takes, glob_pattern, whole_line,
};
use crate::parse::expected_json;
use crate::parse::hole_type::suggest_type;

/// A problem in an expectation, by its place in the text given to [`expectation`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Stable name of the kind of problem.
    pub code: &'static str,
    /// Line, 0-based.
    pub line: usize,
    /// Bytes within the line.
    pub columns: Range<usize>,
    /// The fact.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// Reads an expected output. Never fails: what cannot be understood is taken as plain text and reported.
pub fn expectation(text: &str, mode: MatchMode) -> (Expectation, Vec<Finding>) {
    let lines: Vec<String> = text.lines().map(|line| line.trim_end().to_owned()).collect();
    let mut findings = Vec::new();
    let body = if mode == MatchMode::Json {
        Body::Json(expected_json::value(&lines, &mut findings))
    } else {
        let numbered = lines.iter().enumerate();
        Body::Lines(
            numbered
                .map(|(number, line)| rule(line, number, &mut findings))
                .collect(),
        )
    };
    let expectation = Expectation { mode, lines, body };
    // Whether a text with errors is loose says nothing.
    if findings.iter().all(|finding| finding.severity != Severity::Error) {
        findings.extend(loose(&expectation));
    }
    (expectation, findings)
}

fn rule(line: &str, number: usize, findings: &mut Vec<Finding>) -> Rule {
    if line.trim_start() == "..." {
        return Rule::AnyLines;
    }
    if let Some(pattern) = line.strip_suffix(" (re)") {
        if let Err(error) = whole_line(pattern) {
            findings.push(bad_pattern(&error, number, 0..pattern.len()));
            return Rule::Pieces(vec![Piece::Text(line.to_owned())]);
        }
        return Rule::Regex(pattern.to_owned());
    }
    if let Some(glob) = line.strip_suffix(" (glob)") {
        if let Err(error) = whole_line(&glob_pattern(glob)) {
            findings.push(bad_pattern(&error, number, 0..glob.len()));
        }
        return Rule::Glob(glob.to_owned());
    }
    Rule::Pieces(pieces(line, number, 0, findings))
}

fn bad_pattern(error: &regex::Error, line: usize, columns: Range<usize>) -> Finding {
    let (fact, help) = match error {
        regex::Error::CompiledTooBig(_) => (
            "the pattern takes too much memory".to_owned(),
            "use fewer or smaller repetitions",
        ),
        // The last line of a syntax error is the fact; the lines above draw the pattern.
        other => (
            other
                .to_string()
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ")
                .to_owned(),
            "the syntax is that of the Rust crate `regex`, without look-around and back-references",
        ),
    };
    Finding {
        severity: Severity::Error,
        code: "regex-syntax",
        line,
        columns,
        message: format!("not a regular expression: {fact}"),
        help: Some(help.to_owned()),
    }
}

/// Splits a text into plain parts and holes. `column` is where it begins in its line.
pub(super) fn pieces(text: &str, line: usize, column: usize, findings: &mut Vec<Finding>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("\\{{") {
            plain.push_str("{{");
            at += 3;
            continue;
        }
        if rest.starts_with("{{") {
            let place = column + at;
            match hole(rest) {
                Ok((takes, length)) => {
                    check_name(&takes, line, place..place + length, findings);
                    if !plain.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    }
                    let columns = place..place + length;
                    pieces.push(Piece::Hole(Hole { columns, takes }));
                    at += length;
                    continue;
                }
                Err(problem) => {
                    findings.push(problem.finding(line, place));
                    plain.push_str(&rest[..problem.length]);
                    at += problem.length;
                    continue;
                }
            }
        }
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let end = rest[first..].find(['{', '\\']).map_or(rest.len(), |next| next + first);
        plain.push_str(&rest[..end]);
        at += end;
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    pieces
}

/// Text that begins like a hole but is none.
pub(super) struct NoHole {
    length: usize,
    severity: Severity,
    code: &'static str,
    message: String,
    help: String,
}

impl NoHole {
    fn finding(&self, line: usize, place: usize) -> Finding {
        Finding {
            severity: self.severity,
            code: self.code,
            line,
            columns: place..place + self.length,
            message: self.message.clone(),
            help: Some(self.help.clone()),
        }
    }
}

/// Reads the hole at the start of `text`, which begins with `{{`; returns what it takes and its length.
pub(super) fn hole(text: &str) -> Result<(Takes, usize), NoHole> {
    let literal = "write `\\{{` if the braces are meant as they are";
    let warn = |length, message: String| NoHole {
        length,
        severity: Severity::Warning,
        code: "hole-syntax",
        message,
        help: literal.to_owned(),
    };
    let Some(end) = text.find("}}") else {
        return Err(warn(
            2,
            "`{{` begins a hole that is not closed; it is taken as plain text".to_owned(),
        ));
    };
    let (inner, length) = (&text[2..end], end + 2);
    if let Some(kind) = HoleType::from_word(inner) {
        return Ok((Takes::Any(kind), length));
    }
    let (name, kind) = match inner.split_once(':') {
        Some((name, kind)) => (name, Some(kind)),
        None => (inner, None),
    };
    if !is_name(name) {
        let message = format!("`{}` is not a hole; it is taken as plain text", &text[..length]);
        return Err(warn(2, message));
    }
    let Some(kind) = kind else {
        return Ok((Takes::Same(name.to_owned()), length));
    };
    match HoleType::from_word(kind) {
        Some(kind) => Ok((Takes::Capture(name.to_owned(), kind), length)),
        None => Err(NoHole {
            length,
            severity: Severity::Error,
            code: "hole-type",
            message: format!("`{kind}` is not a type of hole"),
            help: suggest_type(kind),
        }),
    }
}

fn check_name(takes: &Takes, line: usize, columns: Range<usize>, findings: &mut Vec<Finding>) {
    let Takes::Capture(name, _) = takes else { return };
    if HoleType::from_word(name).is_some() {
        findings.push(Finding {
            severity: Severity::Error,
            code: "capture-name",
            line,
            columns,
            message: format!("`{name}` is a type of hole, so `{{{{{name}}}}}` would not mean the captured value"),
            help: Some("choose another name".to_owned()),
        });
    }
}

fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// A line that no one would expect: a rule that accepts it accepts anything.
const PROBE: &str = "~ docgen: \"an\" unexpected <line> 7";

/// Returns a warning if the expectation would also accept empty or arbitrary output.
pub fn loose(expectation: &Expectation) -> Option<Finding> {
    let is_loose = match &expectation.body {
        // No line at all demands that nothing is printed, except where lines are looked for among others.
        Body::Lines(rules) if rules.is_empty() => expectation.mode == MatchMode::Contains,
        Body::Lines(rules) => {
            let blank = |rule: &Rule| *rule == Rule::Pieces(Vec::new());
            rules.iter().all(accepts_anything) && !rules.iter().all(blank)
        }
        Body::Json(node) => match &node.value {
            JsonRule::Object(members) => members.is_empty(),
            JsonRule::Text(pieces) => takes_anything(pieces),
            _ => false,
        },
    };
    is_loose.then(|| Finding {
        severity: Severity::Warning,
        code: "loose-expectation",
        line: 0,
        columns: 0..expectation.lines.first().map_or(0, String::len),
        message: "this expectation would also accept empty or arbitrary output".to_owned(),
        help: Some("show at least one line that only a successful run prints".to_owned()),
    })
}

fn accepts_anything(rule: &Rule) -> bool {
    let matches_probe = |pattern: &str| whole_line(pattern).is_ok_and(|regex| regex.is_match(PROBE));
    match rule {
        Rule::AnyLines => true,
        Rule::Pieces(pieces) => takes_anything(pieces),
        Rule::Regex(pattern) => matches_probe(pattern),
        Rule::Glob(glob) => matches_probe(&glob_pattern(glob)),
    }
}

/// White space and holes of the types that take any text.
fn takes_anything(pieces: &[Piece]) -> bool {
    pieces.iter().all(|piece| match piece {
        Piece::Text(text) => text.trim().is_empty(),
        Piece::Hole(hole) => matches!(
            &hole.takes,
            Takes::Any(HoleType::Any | HoleType::Str) | Takes::Capture(_, HoleType::Any | HoleType::Str)
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn codes(text: &str, mode: MatchMode) -> Vec<(&'static str, usize, Range<usize>)> {
        let (_, findings) = expectation(text, mode);
        findings.into_iter().map(|f| (f.code, f.line, f.columns)).collect()
    }

    fn first_rule(line: &str) -> Rule {
        match expectation(line, MatchMode::Lines).0.body {
            Body::Lines(mut rules) => rules.remove(0),
            Body::Json(_) => panic!("not JSON"),
        }
    }

    #[test]
    fn each_form_of_a_line() {
        assert_eq!(first_rule("  ... "), Rule::AnyLines);
        assert_eq!(first_rule("a+ (re)"), Rule::Regex("a+".into()));
        assert_eq!(first_rule("a* (glob)"), Rule::Glob("a*".into()));
        assert_eq!(
            first_rule("a\\{{b}} \t"),
            Rule::Pieces(vec![Piece::Text("a{{b}}".into())])
        );
        let hole = |columns, takes| Piece::Hole(Hole { columns, takes });
        assert_eq!(
            first_rule("ä{{n:int}}{{n}} {{any}}"),
            Rule::Pieces(vec![
                Piece::Text("ä".into()),
                hole(2..11, Takes::Capture("n".into(), HoleType::Int)),
                hole(11..16, Takes::Same("n".into())),
                Piece::Text(" ".into()),
                hole(17..24, Takes::Any(HoleType::Any)),
            ])
        );
    }

    #[test]
    fn problems_are_reported_in_place_and_the_text_is_kept() {
        assert_eq!(codes("ok\n a {{x:itn}}", MatchMode::Lines), [("hole-type", 1, 3..12)]);
        assert_eq!(codes("a {{ b", MatchMode::Lines), [("hole-syntax", 0, 2..4)]);
        assert_eq!(codes("a {{.Names}}", MatchMode::Lines), [("hole-syntax", 0, 2..4)]);
        assert_eq!(codes("a( (re)", MatchMode::Lines), [("regex-syntax", 0, 0..2)]);
        assert_eq!(
            codes("(a{9999}){9999} (re)", MatchMode::Lines),
            [("regex-syntax", 0, 0..15)]
        );
        assert_eq!(codes("x {{int:int}}", MatchMode::Lines), [("capture-name", 0, 2..13)]);
        assert_eq!(
            first_rule("a {{.N}}"),
            Rule::Pieces(vec![Piece::Text("a {{.N}}".into())])
        );
    }

    #[test]
    fn loose_expectations_are_named() {
        for text in ["...", "...\n\n...", "{{any}}", " {{x:str}}", ".* (re)", "* (glob)"] {
            assert_eq!(codes(text, MatchMode::Lines)[0].0, "loose-expectation", "{text}");
        }
        for text in ["", "{{token:word}}", "...\nready", ".*ready (re)"] {
            assert_eq!(codes(text, MatchMode::Lines), [], "{text}");
        }
        assert_eq!(codes("{}", MatchMode::Json)[0].0, "loose-expectation");
        assert_eq!(codes("", MatchMode::Contains)[0].0, "loose-expectation");
    }

    proptest! {
        #[test]
        fn never_panics_and_findings_lie_in_the_text(
            text in "([a-zä.: \\\\\n]|\\{\\{|\\}\\}|int| \\(re\\)|[(\\[\"~,]){0,40}",
            json in any::<bool>(),
        ) {
            let mode = if json { MatchMode::Json } else { MatchMode::Lines };
            let (expected, findings) = expectation(&text, mode);
            for finding in findings {
                let line = expected.lines.get(finding.line).map_or("", String::as_str);
                prop_assert!(line.get(finding.columns.clone()).is_some(), "{finding:?} {line:?}");
            }
        }
    }
}
