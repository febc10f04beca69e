//! Values that are pasted into commands, as real shells read them.

use std::collections::BTreeMap;
use std::process::Command;

use docgen::check::{FillError, fill};
use docgen::model::block::Fill;
use proptest::prelude::*;

/// Scripts that print what stands for TOKEN and nothing else, for bash.
const SCRIPTS: &[&str] = &[
    "printf %s TOKEN",
    "printf %s 'TOKEN'",
    "printf %s \"TOKEN\"",
    "printf %s $'TOKEN'",
    "printf %s \"${none:-TOKEN}\"",
    "printf %s \"${none:-a TOKEN}\" | tail -c +3",
    "x=${none:-TOKEN}; printf %s \"$x\"",
    "x=${none-\"TOKEN\"}; printf %s \"$x\"",
    "x=TOKEN; printf %s \"$x\"",
    "x=(a TOKEN); printf %s \"${x[1]}\"",
    "x=\"$(printf %sX \"TOKEN\")\"; printf %s \"${x%X}\"",
    "x=\"$(printf %sX 'TOKEN')\"; printf %s \"${x%X}\"",
    "x=$(printf %sX \"$(printf %s TOKEN)\"); printf %s \"${x%X}\"",
    "x=`printf %sX \"TOKEN\"`; printf %s \"${x%X}\"",
    "x=`printf %sX 'TOKEN'`; printf %s \"${x%X}\"",
    "x=\"`printf %sX TOKEN`\"; printf %s \"${x%X}\"",
    "x=\"`printf %sX \\\"TOKEN\\\"`\"; printf %s \"${x%X}\"",
    "x=`printf %sX \"\\`printf %s 'TOKEN'\\`\"`; printf %s \"${x%X}\"",
    "bash -c \"printf %s 'TOKEN'\"",
    "bash -c 'printf %s \"TOKEN\"'",
    "sh -c \"printf %s \\\"TOKEN\\\"\"",
    "x=$(sh -ec 'printf %sX TOKEN'); printf %s \"${x%X}\"",
    "eval 'printf %s \"TOKEN\"'",
    "bash <<'END'\nprintf %s 'TOKEN'\nEND",
    "sh <<END\nprintf %s \"TOKEN\"\nEND",
    "cat <<< \"$(printf %s 'TOKEN')\" | head -c -1",
    "cat <<'END' | head -c -1\nTOKEN\nEND",
    "cat <<END | head -c -1\nTOKEN\nEND",
    "cat <<END | head -c -2\n$(printf %sX \"TOKEN\")\nEND",
    "cat <<-END | head -c -1\n\tTOKEN\n\tEND\n",
];

fn filled(script: &str, value: &str) -> Result<String, FillError> {
    let fills = [Fill {
        literal: "TOKEN".into(),
        capture: "token".into(),
    }];
    fill(
        script,
        &fills,
        &BTreeMap::from([("token".to_owned(), value.to_owned())]),
    )
}

/// What bash prints, in an empty folder, so that a `*` that is expanded shows.
fn printed(script: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("expanded"), "").unwrap();
    let output = Command::new("bash")
        .args(["-c", script])
        .current_dir(folder.path())
        .env("x", "expanded")
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Asserts that a script prints the value as it is, or that the value is refused.
fn check(script: &str, value: &str) -> bool {
    match filled(script, value) {
        Ok(text) => {
            assert_eq!(printed(&text), value, "{script}\nbecame\n{text}");
            true
        }
        Err(FillError::Unquotable { .. }) => false,
        Err(error) => panic!("{script}: {error}"),
    }
}

#[test]
fn a_value_is_one_word_wherever_it_stands() {
    for value in [
        "abc.def",
        "a b",
        "a'b\"c",
        "a$x`echo executed`$(echo executed)",
        "\\e*?&;|<>(){}[]!#~",
        "-n",
        "}\"'`",
        "a\nb",
        "~",
    ] {
        for script in SCRIPTS {
            assert!(check(script, value), "{script} refuses {value:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]
    #[test]
    fn nothing_of_a_value_is_executed(value in "[ab'\"`$\\\\(){};&*!# \nx=~]{1,12}") {
        prop_assume!(!value.ends_with('\n'));
        for script in SCRIPTS {
            check(script, &value);
        }
    }
}

#[test]
fn what_cannot_be_quoted_is_refused() {
    for (script, value) in [
        ("echo $TOKEN", "HOME"),
        ("echo ${TOKEN}", "HOME"),
        ("echo ${a[TOKEN]}", "1"),
        ("echo \\TOKEN", "a"),
        ("echo \"\\TOKEN\"", "$x"),
        ("echo $((TOKEN + 1))", "a"),
        ("a[TOKEN]=1", "$(id)"),
        ("cat <<TOKEN\nTOKEN", "a"),
        ("cat <<'END'\nTOKEN\nEND", "END"),
        ("cat <<'END'\nTOKEN\nEND", "a\nEND\nid"),
        ("cat <<END\nEN-TOKEN\nEND", "a\n\tEND\nid"),
        ("cat <<END\n${none:-TOKEN}\nEND", "a\"b"),
        ("ssh host cat TOKEN", "a;id"),
        ("su - amy -c \"cat $dir/TOKEN\"", "a;id"),
        ("sh -c 'a'TOKEN", ";id"),
    ] {
        let error = filled(script, value).unwrap_err();
        assert!(matches!(error, FillError::Unquotable { .. }), "{script}: {error}");
    }
}

#[test]
fn what_cannot_be_read_wrongly_is_pasted() {
    for (script, value, expected) in [
        ("echo $((TOKEN + 1))", "-12", "echo $((-12 + 1))"),
        ("ssh host cat TOKEN", "a/b.c", "ssh host cat a/b.c"),
        ("su - amy -c \"cat $dir/TOKEN\"", "a1", "su - amy -c \"cat $dir/a1\""),
        ("echo a # TOKEN", "x\nid", "echo a # TOKEN"),
        ("psql -c \"select 'TOKEN'\"", "a b", "psql -c \"select 'a b'\""),
    ] {
        assert_eq!(filled(script, value).unwrap(), expected);
    }
}
