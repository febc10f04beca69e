use proptest::prelude::*;

use super::*;
use crate::model::block::MatchMode;
use crate::parse::expectation::expectation;

fn matches(expected: &str, output: &str, mode: MatchMode) -> Option<Captures> {
    let (expectation, _) = expectation(expected, mode);
    match outcome(&expectation, output.as_bytes(), &Captures::new()) {
        Outcome::Matched(matched) => Some(matched.captures),
        Outcome::Mismatch(diff) => {
            assert!(
                expectation.lines.is_empty() || diff.line < expectation.lines.len(),
                "{diff:?}"
            );
            assert!(!diff.label.is_empty());
            None
        }
    }
}

/// The same judgement by one regular expression over the whole output: slow, but plainly right.
fn by_regex(lines: &[&str], output: &str, mode: MatchMode) -> bool {
    let any = "(?:[^\n]*\n)*";
    let mut pattern = String::from("^");
    for line in lines {
        if mode == MatchMode::Contains {
            pattern.push_str(any);
        }
        match *line {
            "..." => pattern.push_str(any),
            line => {
                let line = regex::escape(line)
                    .replace(r"\{\{int\}\}", "[+-]?[0-9]+")
                    .replace(r"\{\{any\}\}", "[^\n]*");
                pattern.push_str(&format!("{line}\n"));
            }
        }
    }
    if mode == MatchMode::Contains {
        pattern.push_str(any);
    }
    regex::Regex::new(&(pattern + "$")).unwrap().is_match(output)
}

fn lines() -> impl Strategy<Value = Vec<&'static str>> {
    proptest::collection::vec(
        prop::sample::select(vec!["...", "a", "b", "", "{{int}}", "a{{int}}", "{{any}}b"]),
        0..7,
    )
}

proptest! {
    #[test]
    fn judges_as_one_regular_expression_would(
        expected in lines(),
        real in proptest::collection::vec(prop::sample::select(vec!["a", "b", "", "1", "a2", "ab"]), 0..9),
        contains in any::<bool>(),
    ) {
        let mode = if contains { MatchMode::Contains } else { MatchMode::Lines };
        let text: String = expected.iter().map(|line| format!("{line}\n")).collect();
        let output: String = real.iter().map(|line| format!("{line}\n")).collect();
        prop_assert_eq!(matches(&text, &output, mode).is_some(), by_regex(&expected, &output, mode));
    }

    #[test]
    fn unordered_is_a_permutation(
        real in proptest::collection::vec(prop::sample::select(vec!["a", "b", "", "7", "x 7"]), 0..8),
        seed in proptest::collection::vec(any::<u32>(), 8),
        drop in any::<bool>(),
    ) {
        let mut expected: Vec<(u32, &str)> = seed.into_iter().zip(real.iter().copied()).collect();
        expected.sort_unstable();
        let holes = |line: &str| line.replace('7', "{{int}}");
        let skipped = usize::from(drop && !expected.is_empty());
        let text: String = expected[skipped..].iter().map(|(_, line)| holes(line) + "\n").collect();
        let output: String = real.iter().map(|line| format!("{line}\n")).collect();
        prop_assert_eq!(matches(&text, &output, MatchMode::Unordered).is_some(), skipped == 0);
    }

    #[test]
    fn never_panics(
        expected in "([ab .\n]|\\{\\{(int|any|x|x:word|ip|port)\\}\\}|\\.\\.\\.\n| \\(re\\)\n){0,20}",
        output in "([ab1 .\n]|\r|\x1b\\[[0-9]?[A-K]|ä){0,30}",
        mode in prop::sample::select(vec![MatchMode::Lines, MatchMode::Unordered, MatchMode::Contains, MatchMode::Json]),
    ) {
        matches(&expected, &output, mode);
    }

    #[test]
    fn a_text_is_what_it_is(text in "[ab1{}.() \n]{0,30}") {
        let lines: Vec<&str> = text.lines().collect();
        prop_assume!(!text.contains("{{") && lines.iter().all(|line| line.trim() != "..."));
        prop_assert!(matches(&text, &text, MatchMode::Lines).is_some());
        let longer = format!("{text}\nx");
        prop_assert!(matches(&text, &longer, MatchMode::Lines).is_none());
    }
}

#[test]
fn values_bind_within_and_across_lines() {
    let captured = |expected, output| matches(expected, output, MatchMode::Lines);
    assert_eq!(captured("{{a:word}}={{a}}\n", "x=x\n").unwrap()["a"], "x");
    assert!(captured("{{a:word}}={{a}}\n", "x=y\n").is_none());
    assert_eq!(
        captured(
            "...\nid {{a:int}}\nagain {{a}}\n...\n",
            "id 1\nagain 2\nid 3\nagain 3\n"
        )
        .unwrap()["a"],
        "3"
    );
    let unordered = matches("again {{a}}\nid {{a:int}}\n", "again 4\nid 4\n", MatchMode::Unordered);
    assert_eq!(unordered.unwrap()["a"], "4");
}

#[test]
fn a_token_of_hydra_is_captured() {
    let token = format!("{}.{}", "tCjDF3BXa-".repeat(4) + "abc", "WdiOhcuD_z".repeat(4) + "abc");
    assert_eq!(
        matches("{{token:word}}\n", &format!("{token}\r\n"), MatchMode::Lines).unwrap()["token"],
        token
    );
}

#[test]
fn integers_in_json_are_compared_digit_by_digit() {
    let same = |expected: &str, real: &str| matches(expected, real, MatchMode::Json).is_some();
    assert!(same("{\"id\": 9007199254740993}", "{\"id\": 9007199254740993}"));
    assert!(!same("{\"id\": 9007199254740993}", "{\"id\": 9007199254740992}"));
    assert!(!same("[-9223372036854775807]", "[-9223372036854775808]"));
    assert!(same("[18446744073709551615]", "[18446744073709551615]"));
    assert!(same("[1, 1.0, 1e2]", "[1.0, 1, 100]"));
    assert!(!same("[1]", "[1.5]"));
    let (_, findings) = expectation("[18446744073709551617]", MatchMode::Json);
    assert_eq!(findings.first().map(|finding| finding.code), Some("json-syntax"));
}

#[test]
fn brackets_are_plain_text_in_a_glob() {
    let same = |real: &str| matches("[INFO] a* (glob)\n", real, MatchMode::Lines).is_some();
    assert!(same("[INFO] abc\n") && !same("I abc\n"));
}
