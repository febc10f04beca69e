use super::*;
use crate::model::block::MatchMode;
use proptest::prelude::*;
use std::sync::Arc;

/// A fence with the expectation as its body, each line after `prefix`.
fn fence(expected: &[&str], prefix: &str, line_end: &str) -> (Arc<SourceFile>, Vec<Span>) {
    let mut text = format!("before{line_end}{prefix}```output{line_end}");
    let mut spans = Vec::new();
    for line in expected {
        text.push_str(prefix);
        spans.push(text.len()..text.len() + line.len());
        text.push_str(line);
        text.push_str(line_end);
    }
    text.push_str(&format!("{prefix}```{line_end}after"));
    (SourceFile::new("guide.md", text), spans)
}

fn body(text: &str, prefix: &str, line_end: &str) -> Vec<String> {
    let lines: Vec<&str> = text.split(line_end).collect();
    let inner = &lines[2..lines.len() - 2];
    let strip = |line: &&str| line.strip_prefix(prefix).unwrap_or(line.trim_start()).to_owned();
    inner.iter().map(strip).collect()
}

/// Updates and returns the new text of the whole file.
fn updated(expected: &[&str], mode: MatchMode, output: &str, prefix: &str, line_end: &str) -> (String, Update) {
    let (source, spans) = fence(expected, prefix, line_end);
    let (expectation, _) = read(
        &joined(&expected.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>()),
        mode,
    );
    let target = Target {
        source: &source,
        lines: &spans,
        after: source.text.find("```").expect("a fence"),
        console: false,
        expectation: &expectation,
    };
    let update = update(target, output.as_bytes(), &Captures::new());
    (apply(&source.text, &update.edits), update)
}

fn new_lines(expected: &[&str], mode: MatchMode, output: &str) -> Vec<String> {
    body(&updated(expected, mode, output, "", "\n").0, "", "\n")
}

#[test]
fn what_fits_stays_as_written() {
    let expected = ["start {{dur}}", "...", "id {{id:uuid}} state ok", "gone", "end"];
    let output = "start 5s\nx\ny\nid 123e4567-e89b-12d3-a456-426614174000 state bad\nend\n";
    assert_eq!(
        new_lines(&expected, MatchMode::Lines, output),
        ["start {{dur}}", "...", "id {{id:uuid}} state bad", "end"]
    );
}

#[test]
fn new_lines_get_holes_for_volatile_values() {
    let new = new_lines(&["ok"], MatchMode::Lines, "ok\ntook 12ms from 172.18.0.5\n");
    assert_eq!(new, ["ok", "took {{dur}} from {{ip}}"]);
}

#[test]
fn only_the_lines_that_changed_are_touched() {
    let (text, update) = updated(
        &["one  ", "two", "three"],
        MatchMode::Lines,
        "one\nTWO\nthree\n",
        "> ",
        "\r\n",
    );
    assert_eq!(
        text,
        "before\r\n> ```output\r\n> one  \r\n> TWO\r\n> three\r\n> ```\r\nafter"
    );
    assert_eq!(update.edits.len(), 1);
    let (text, _) = updated(&[], MatchMode::Lines, "new\n", "  ", "\n");
    assert_eq!(text, "before\n  ```output\n  new\n  ```\nafter");
}

#[test]
fn a_lost_capture_is_told() {
    let (_, update) = updated(&["id {{id:int}}"], MatchMode::Lines, "error: none\n", "", "\n");
    assert_eq!(update.lost, ["id"]);
}

#[test]
fn json_is_changed_in_place() {
    let expected = [
        "{",
        "  \"active\": true,",
        "  \"gone\": 1,",
        "  \"exp\": \"{{int}}\",",
        "  \"last\": [1]",
        "}",
    ];
    let new = new_lines(
        &expected,
        MatchMode::Json,
        "{\"active\": false, \"exp\": 17, \"more\": 2}",
    );
    assert_eq!(new, ["{", "  \"active\": false,", "  \"exp\": \"{{int}}\"", "}"]);
}

#[test]
fn other_modes() {
    let new = new_lines(&["b", "a {{int}}", "c"], MatchMode::Unordered, "a 5\nc\nd\n");
    assert_eq!(new, ["d", "a {{int}}", "c"]);
    let new = new_lines(
        &["ready now", "serving 1"],
        MatchMode::Contains,
        "x\nready then\ny\nserving 1\nz\n",
    );
    assert_eq!(new, ["ready then", "serving 1"]);
}

fn expected_line() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("...".to_owned()),
        "[ab ]{0,4}",
        "[ab]{0,2} ?(\\{\\{int\\}\\}|\\{\\{x:word\\}\\}|\\{\\{x\\}\\}|\\{\\{any\\}\\})[ab]{0,2}",
        "[ab]{1,3} \\(re\\)",
    ]
}

fn real_line() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ab1 ]{0,5}",
        Just("...".to_owned()),
        Just("```".to_owned()),
        Just("a (re)".to_owned()),
        Just("\\{{x}}{{".to_owned()),
        Just("id 123e4567-e89b-12d3-a456-426614174000 at 10:11:12".to_owned()),
        "\\PC{0,12}",
    ]
}

/// A line of an expectation, and lines that fit it.
fn fitting() -> impl Strategy<Value = (String, Vec<String>)> {
    prop_oneof![
        "[ab]{1,4}".prop_map(|line| (line.clone(), vec![line])),
        proptest::collection::vec("[abc ]{1,4}[c]", 0..3).prop_map(|lines| ("...".to_owned(), lines)),
        (0u16..999).prop_map(|number| ("a {{int}} b".to_owned(), vec![format!("a {number} b")])),
        "[ab]{1,3}".prop_map(|line| ("[ab]+ (re)".to_owned(), vec![line])),
    ]
}

proptest! {
    #[test]
    fn update_of_what_passes_changes_nothing(
        pairs in proptest::collection::vec(fitting(), 0..8),
        mode in prop_oneof![Just(MatchMode::Lines), Just(MatchMode::Contains)],
    ) {
        let expected: Vec<&str> = pairs.iter().map(|(line, _)| line.as_str()).collect();
        let output: String = pairs.iter().flat_map(|(_, real)| real).map(|line| format!("{line}\n")).collect();
        let (text, update) = updated(&expected, mode, &output, "  ", "\n");
        prop_assert_eq!(update, Update::default(), "{}", output);
        prop_assert_eq!(text, fence(&expected, "  ", "\n").0.text.clone());
    }

    #[test]
    fn update_then_match_passes_and_updating_again_changes_nothing(
        expected in proptest::collection::vec(expected_line(), 0..8),
        real in proptest::collection::vec(real_line(), 0..10),
        unordered in any::<bool>(),
    ) {
        let mode = if unordered { MatchMode::Unordered } else { MatchMode::Lines };
        let expected: Vec<&str> = expected.iter().map(|line| line.trim_end()).collect();
        let output: String = real.iter().map(|line| format!("{line}\n")).collect();
        let (text, _) = updated(&expected, mode, &output, "  ", "\n");
        let new = body(&text, "  ", "\n");
        let (again, findings) = read(&joined(&new), mode);
        prop_assert!(fits(&again, output.as_bytes(), &Captures::new()), "{new:?} {findings:?}");
        let new: Vec<&str> = new.iter().map(String::as_str).collect();
        let (_, second) = updated(&new, mode, &output, "  ", "\n");
        prop_assert_eq!(second, Update::default());
    }

    #[test]
    fn json_update_then_match_passes(
        expected in json(),
        real in json(),
    ) {
        let text = serde_json::to_string_pretty(&expected).unwrap();
        let expected: Vec<&str> = text.lines().collect();
        let output = real.to_string();
        let (text, _) = updated(&expected, MatchMode::Json, &output, "", "\n");
        let (again, findings) = read(&joined(&body(&text, "", "\n")), MatchMode::Json);
        prop_assert!(fits(&again, output.as_bytes(), &Captures::new()), "{text} {findings:?}");
    }
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        (-9i64..9).prop_map(Into::into),
        "[ab~1{\"\\\\]{0,4}".prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            proptest::collection::btree_map("[abc]", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}
