//! Markdown that nobody wrote for docgen: what would be run of each case under `tests/cases/foreign`, and what is said of it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use docgen::foreign::{self, Options};
use docgen::model::guide::Document;
use docgen::parse::guide::machines_of;
use docgen::plan::{Action, NotRun, Plan, Selection, Step, plan};
use docgen::source::SourceFile;
use serde_json::{Value, json};

use crate::golden;

fn planned(text: &str, options: &Options) -> (Plan, Document, Vec<String>) {
    let source = SourceFile::new("page.md", text);
    let read = foreign::read(Arc::clone(&source), options);
    let document = read.value.document.clone();
    let plan = plan("page", &document, &machines_of(&document), &Selection::default(), None).unwrap();
    let warnings = read.diagnostics.iter().map(|d| {
        let line = d.place.as_ref().map_or(0, docgen::source::Place::line);
        format!("{} at line {line}", d.code)
    });
    (plan.unattended(&read.value), document, warnings.collect())
}

fn step(document: &Document, step: &Step) -> Value {
    let block = &document.blocks[step.block];
    let (action, commands): (&str, Vec<Value>) = match &step.action {
        Action::Commands(commands) => {
            let pastes = commands.pastes.iter().map(|paste| {
                let compared: Vec<usize> = paste
                    .expected
                    .iter()
                    .map(|expected| document.blocks[expected.block].file_line(&document.source, expected.lines.start))
                    .collect();
                if compared.is_empty() {
                    json!(paste.script)
                } else {
                    json!([paste.script, compared])
                }
            });
            ("commands", pastes.collect())
        }
        Action::Background(background) => (
            "background",
            vec![json!(background.script), json!(format!("{:?}", background.ready))],
        ),
        Action::File(file) => ("file", vec![json!(file.path)]),
        Action::Browser(_) => ("browser", Vec::new()),
        Action::Nothing => ("nothing", Vec::new()),
    };
    let line = document.source.line(block.fence.start);
    match &step.not_run {
        Some(NotRun::NotVerifiable(reason)) => json!({ "line": line, "not-verified": reason, "advice": step.advice }),
        Some(other) => json!({ "line": line, "not-run": format!("{other:?}") }),
        None => json!({ "line": line, action: commands, "notes": step.notes, "advice": step.advice }),
    }
}

fn told(text: &str, options: &Options) -> Value {
    let (plan, document, warnings) = planned(text, options);
    let steps: Vec<Value> = plan.steps.iter().map(|one| step(&document, one)).collect();
    json!({ "steps": steps, "notes": plan.notes, "warnings": warnings })
}

#[test]
fn each_case_is_read_as_expected() {
    let mut problems = Vec::new();
    for case in golden::cases("foreign") {
        let text = fs::read_to_string(case.join("page.md")).unwrap();
        let mut options = Options {
            image: "debian:12".to_owned(),
            ..Options::default()
        };
        let plain = told(&text, &options);
        problems.extend(golden::compare(&case.join("plan.json"), &pretty(&plain)));
        options.outputs = true;
        let compared = told(&text, &options);
        if compared != plain {
            problems.extend(golden::compare(&case.join("outputs.json"), &pretty(&compared)));
        }
    }
    golden::report(problems);
}

fn pretty(value: &Value) -> String {
    format!("{}\n", serde_json::to_string_pretty(value).unwrap())
}

#[test]
fn the_image_decides_which_system_is_ours() {
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/foreign/headings-systems/page.md"))
            .unwrap();
    let options = Options {
        image: "alpine:3".to_owned(),
        ..Options::default()
    };
    let (plan, document, _) = planned(&text, &options);
    let runs: Vec<&str> = plan
        .steps
        .iter()
        .filter(|step| step.not_run.is_none())
        .map(|step| document.blocks[step.block].text.lines().next().unwrap())
        .collect();
    assert_eq!(runs, ["curl -LO https://example.com/tool", "apk add tool"]);
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_panic(lines in proptest::collection::vec(piece(), 0..40)) {
        let text = lines.concat();
        let options = Options { outputs: text.len() % 2 == 0, image: "debian:12".to_owned(), tab: None };
        let (plan, document, _) = planned(&text, &options);
        proptest::prop_assert!(plan.steps.iter().all(|step| step.block < document.blocks.len()));
    }
}

/// Lines that pages are made of, in any order.
fn piece() -> impl proptest::strategy::Strategy<Value = String> {
    proptest::sample::select(vec![
        "```bash\n",
        "```\n",
        "````md\n",
        "~~~\n",
        "{: .output}\n",
        "    ```sh\n",
        "    ```\n",
        "=== \"macOS\"\n",
        "!!! note\n",
        "???+ x\n",
        "<Tabs>\n",
        "  <TabItem value='a'>\n",
        "</TabItem>\n",
        "</Tabs>\n",
        "<Ä/>\n",
        "::: code-group\n",
        ":::\n",
        "$ ls\n",
        "> x\n",
        "user@h:~$ ls \\\n",
        "PS C:\\> dir\n",
        "npm start\n",
        "ssh a\n",
        "exit\n",
        "cat <<E\n",
        "E\n",
        "vim <your-ä>\n",
        "...\n",
        "\n",
        "# H\n",
        "or\n",
        "{% tab x %}\n",
        "{{< tab \"y\" >}}\n",
        "output:\n",
        "```json\n",
        "{\"a\": 1}\n",
        "a && npm start\n",
        "\r\n",
        "ä|<>&;()`'\"$\n",
    ])
    .prop_map(str::to_owned)
}

use proptest::strategy::Strategy as _;
