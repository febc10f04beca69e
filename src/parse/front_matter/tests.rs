//! The head of a text, and what is said of mistakes in it.

use super::*;

fn head(text: &str) -> Parsed<Head> {
    split(&SourceFile::new("a.md", text), Strictness::Guide)
}

#[test]
fn yaml_and_toml_are_read() {
    for text in [
        "---\ntitle: A\nweight: 2\ntimeout: 2m\nmachines:\n  web: {image: \"debian:12\"}\n  app:\n---\nbody",
        "+++\ntitle = \"A\"\nweight = 2\ntimeout = \"2m\"\n[machines.web]\nimage = \"debian:12\"\n[machines.app]\n+++\nbody",
    ] {
        let parsed = head(text);
        assert_eq!(parsed.diagnostics, [], "{text}");
        let front = parsed.value.front;
        assert_eq!((front.title.as_deref(), front.weight), (Some("A"), 2));
        assert_eq!(
            front.machines.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            ["web", "app"]
        );
        assert_eq!(&text[parsed.value.body..], "body");
    }
}

#[test]
fn unknown_keys_are_shown_where_they_stand() {
    for (text, line) in [("---\ntitle: A\ntitel: B\n---\n", 3), ("+++\ntitel = \"B\"\n+++\n", 2)] {
        let parsed = head(text);
        assert_eq!(
            parsed.diagnostics[0].code, "unknown-key",
            "{:?}",
            parsed.diagnostics[0].message
        );
        assert_eq!(parsed.diagnostics[0].help, ["did you mean `title`?"]);
        assert_eq!(parsed.diagnostics[0].place.as_ref().map(Place::line), Some(line));
    }
}

#[test]
fn all_mistakes_are_said_at_once_where_they_stand() {
    for text in [
        "---\ntitle: X\nweight: heavy\nmachines:\n  web:\n    imagee: debian:12\n    kind: foo\n    memory: 1g\n    network: bar\noriginal:\n  titel: x\nverify: {reason: x}\ndate: soon\n---\n",
        "+++\ntitle = \"X\"\nweight = \"heavy\"\nverify = {reason = \"x\"}\ndate = \"soon\"\n[machines.web]\nimagee = \"debian:12\"\nkind = \"foo\"\nmemory = \"1g\"\nnetwork = \"bar\"\n[original]\ntitel = \"x\"\n+++\n",
    ] {
        let parsed = head(text);
        let mut lines: Vec<(&str, &str)> = parsed
            .diagnostics
            .iter()
            .map(|found| {
                let place = found.place.as_ref().unwrap();
                let line = &place.file.text[place.file.line_span(place.line())];
                let key = line.trim().split([':', ' ']).next().unwrap();
                (key, found.code)
            })
            .collect();
        lines.sort_unstable();
        let expected = [
            ("date", "bad-value"),
            ("imagee", "unknown-key"),
            ("kind", "bad-settings"),
            ("network", "bad-settings"),
            ("titel", "unknown-key"),
            ("verify", "bad-settings"),
            ("weight", "bad-settings"),
        ];
        assert_eq!(lines, expected, "{text}");
        let front = parsed.value.front;
        assert_eq!(front.title.as_deref(), Some("X"));
        assert_eq!(front.machines[0].1.memory.as_deref(), Some("1g"));
        let verify = parsed.diagnostics.iter().find(|found| found.message.contains("verify"));
        assert!(
            verify.is_some_and(|found| found.message.contains("the reason itself")),
            "{verify:?}"
        );
    }
}

#[test]
fn all_mistakes_within_braces_are_said() {
    let text = "---\nmachines:\n  web: {imagee: \"a,b\", kind: foo, network: bar}\n---\n";
    let codes: Vec<&str> = head(text).diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["unknown-key", "bad-settings", "bad-settings"]);
}

#[test]
fn what_cannot_be_read_at_all_is_one_mistake() {
    for text in [
        "---\ntitle: [x\n---\n",
        "+++\ntitle = [\n+++\n",
        "---\n- a\n---\n",
        "---\njust words\n---\n",
    ] {
        assert_eq!(head(text).diagnostics.len(), 1, "{text}: {:?}", head(text).diagnostics);
    }
}

#[test]
fn a_rule_or_no_front_matter_is_left_alone() {
    assert_eq!(head("# A\n---\n").value.body, 0);
    assert_eq!(head("---\nno end\n").value.body, 0);
}

#[test]
fn settings_without_an_end_are_said() {
    for text in ["---\ntitle: x\n\ntext\n", "+++\ntitle = \"x\"\n"] {
        let codes: Vec<&str> = head(text).diagnostics.iter().map(|d| d.code).collect();
        assert_eq!(codes, ["unclosed-settings"], "{text}");
    }
    assert_eq!(head("---\nA rule: then text.\n").diagnostics, []);
}

#[test]
fn mistakes_in_yaml_say_what_to_do_and_no_second_place() {
    for (text, help) in [
        ("---\ntitle: a: b\n---\n", "into quotes"),
        ("---\n  title: a\nweight: 1\n---\n", "same column"),
    ] {
        let problem = &head(text).diagnostics[0];
        assert!(!problem.message.contains("at line"), "{}", problem.message);
        assert!(problem.help[0].contains(help), "{text}: {:?}", problem.help);
    }
}

#[test]
fn refusing_to_verify_needs_a_reason() {
    assert_eq!(head("---\nverify: false\n---\n").diagnostics.len(), 1);
    assert_eq!(head("---\nverify: false\nreason: by hand\n---\n").diagnostics.len(), 0);
}
