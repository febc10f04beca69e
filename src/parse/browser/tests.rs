//! Browser blocks: every form, every fault, and any text.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::model::block::Ready;
use crate::model::browser::{IMAGE, MACHINE, PORT, PROGRAM, USER};
use crate::model::machine::MachineSpec;
use crate::model::settings::Settings;
use crate::parse::{self, GuideSource, front_matter};
use crate::source::SourceFile;

fn target(name: &str) -> Target {
    Target {
        name: name.to_owned(),
        number: None,
    }
}

#[test]
fn every_instruction_is_read() {
    let text = "open https://a.test/x\n\n# who logs in\nclick \"Log in\"\ntype \"Say \\\"hi\\\"\"#2 \"a \\\\ b\"\n\
                check \"Keep\"\nexpect \"two   words\"\nexpect-url https://a.test/*?x=1\ncapture code \"#code\"\n\
                screenshot log-in\n  wait 1m30s \"Done\"\n";
    let (steps, faults) = steps(text);
    assert_eq!(faults, []);
    let expected = [
        (0, Instruction::Open("https://a.test/x".into())),
        (3, Instruction::Click(target("Log in"))),
        (
            4,
            Instruction::Type(
                Target {
                    number: Some(2),
                    ..target("Say \"hi\"")
                },
                "a \\ b".into(),
            ),
        ),
        (5, Instruction::Check(target("Keep"))),
        (
            6,
            Instruction::See {
                text: "two words".into(),
                within: None,
            },
        ),
        (7, Instruction::At("https://a.test/*?x=1".into())),
        (
            8,
            Instruction::Capture {
                name: "code".into(),
                from: "#code".into(),
            },
        ),
        (9, Instruction::Screenshot("log-in".into())),
        (
            10,
            Instruction::See {
                text: "Done".into(),
                within: Some(Duration::from_secs(90)),
            },
        ),
    ];
    assert_eq!(steps.len(), expected.len());
    for (step, (line, instruction)) in steps.iter().zip(expected) {
        assert_eq!((step.line, &step.instruction), (line, &instruction));
    }
}

#[test]
fn what_cannot_be_read_is_told_at_its_place() {
    let cases = [
        (
            "clik \"x\"",
            0..4,
            "`clik` is no instruction for a browser",
            "did you mean `click`?",
        ),
        (
            "click x",
            6..7,
            "what a page shows stands in quotes",
            "write `click \"TEXT\"`",
        ),
        (
            "click",
            0..5,
            "this instruction is not complete",
            "write `click \"TEXT\"`",
        ),
        (
            "type \"a\" b",
            9..10,
            "this stands in quotes",
            "write `type \"LABEL\" \"VALUE\"`",
        ),
        (
            "expect \"\"",
            7..9,
            "an empty text is on every page",
            "write `expect \"TEXT\"`",
        ),
        (
            "expect \"a\" \"b\"",
            11..14,
            "the instruction goes on after its end",
            "write `expect \"TEXT\"`",
        ),
        (
            "open a.test",
            5..11,
            "`a.test` is no address that a browser opens",
            "begin it with `https://` or `http://`",
        ),
        ("screenshot A", 11..12, "`A` is no name", "write `screenshot NAME`"),
    ];
    for (line, columns, message, help) in cases {
        let (steps, faults) = steps(line);
        assert_eq!(steps, [], "{line}");
        let expected = Fault {
            line: 0,
            columns,
            message: message.to_owned(),
            help: help.to_owned(),
        };
        assert_eq!(faults, [expected], "{line}");
    }
    assert!(steps("click \"x\n").1[0].message.contains("never closed"));
    assert!(steps("click \"x\"y").1[0].message.contains("`y` cannot stand"));
    assert!(steps("wait soon \"x\"").1[0].help.contains("wait 10s"));
    assert!(steps("wait 10 \"x\"").1[0].message.contains("`10` has no unit"));
    assert_eq!(steps("\"\" x").1[0].message, "`\"\" x` is no instruction for a browser");
}

proptest! {
    #[test]
    fn any_text_is_read_or_told(text in "[a-z\"#\\\\ \\n\u{e4}0-9:/-]{0,60}") {
        let (steps, faults) = steps(&text);
        let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
        prop_assert_eq!(steps.len() + faults.len(), lines.count());
        for fault in faults {
            let line = text.lines().nth(fault.line).unwrap_or_default();
            prop_assert!(line.get(fault.columns).is_some());
        }
    }

    #[test]
    fn what_is_written_is_read_back(name in "[a-z\"\\\\#\u{e4} ]{1,12}", value in "\\PC{0,12}", number in 1usize..9) {
        prop_assume!(!name.trim().is_empty());
        let instruction = Instruction::Type(Target { name, number: Some(number) }, value);
        let (read, faults) = steps(&instruction.to_string());
        prop_assert_eq!(faults, []);
        prop_assert_eq!(&read[0].instruction, &instruction);
    }
}

fn machines(text: &str, settings: &str) -> (Vec<MachineSpec>, Vec<&'static str>) {
    let source = GuideSource {
        name: "a".to_owned(),
        revised: SourceFile::new("content/a/guide.md", text),
        original: None,
        files: BTreeMap::new(),
        compare: None,
        recorded: None,
    };
    let settings: Settings = front_matter::from_toml(settings).unwrap_or_else(|fault| panic!("bytes {:?}", fault.span));
    let parsed = parse::guide(source, &settings);
    (
        parsed.value.machines,
        parsed.diagnostics.iter().map(|found| found.code).collect(),
    )
}

#[test]
fn a_browser_is_there_where_one_is_needed() {
    let (given, codes) = machines("```browser\nopen http://a.test/\n```\n", "");
    assert_eq!(codes, [""; 0]);
    assert_eq!((given[1].name.as_str(), given[1].image.as_str()), (MACHINE, IMAGE));
    assert_eq!(
        (given[1].run.as_deref(), given[1].user.as_deref()),
        (Some(PROGRAM), Some(USER))
    );
    assert_eq!(given[1].ready, [Ready::Port(PORT)]);
    let other = "[machines.browser]\nimage = \"firefox:1\"\nrun = \"geckodriver\"\n";
    let (given, _) = machines("```browser\nopen http://a.test/\n```\n", other);
    assert_eq!((given[1].image.as_str(), given[1].user.as_deref()), ("firefox:1", None));
    assert_eq!(given[1].ready, [Ready::Port(PORT)]);
    assert_eq!(machines("```sh\ntrue\n```\n", other).0.len(), 1);
}

#[test]
fn keys_and_names_of_shells_are_refused() {
    let (_, codes) = machines("```browser exit=1\nopen http://a.test/\n```\n", "");
    assert_eq!(codes, ["key-misplaced"]);
    let text = "```browser\nscreenshot a\nscreenshot a\nfly\ncapture x \"p\"\n```\n";
    assert_eq!(
        machines(text, "").1,
        ["bad-instruction", "bad-instruction", "capture-unused"]
    );
}
