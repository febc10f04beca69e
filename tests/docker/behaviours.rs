//! The behaviours that a verifier is judged on, each a guide that `docgen verify` runs against real containers.
//!
//! `tests/docker/behaviours/NN-what-it-is/` holds `guide.md` and `expected.json`; NN is the number of the behaviour in
//! the design's list of 34. With `"file": true` the guide is a file that anybody may have written, else part of a site;
//! `printed` lists texts that must be said. `UPDATE=1` writes `expected.json` anew, `CASE=word` runs the cases whose names contain it.
//! What needs more than one run of one guide stands in [`ELSEWHERE`].

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use serde_json::{Value, json};

/// Behaviours whose tests are no single run of a guide: number, file of this folder, name of the test.
const ELSEWHERE: [(u8, &str, &str); 7] = [
    (17, "endings.rs", "much_output_needs_little_memory"),
    (
        29,
        "endings.rs",
        "an_interrupt_gives_a_partial_report_and_leaves_nothing",
    ),
    (29, "cleanup.rs", "a_kill_in_mid_block_leaves_nothing"),
    (
        29,
        "cleanup.rs",
        "the_next_start_removes_what_a_dead_run_left_and_nothing_else",
    ),
    (33, "endings.rs", "two_docgens_at_once_do_not_touch_each_other"),
    (8, "endings.rs", "an_engine_that_goes_away_is_an_error_and_never_green"),
    (25, "inside.rs", "a_program_with_a_prompt_is_typed_into"),
];

/// Cases that run at the same time; most of their time they wait.
const WORKERS: usize = 4;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/docker/behaviours")
}

/// The names of all cases, in order.
fn cases() -> Vec<String> {
    let entries = std::fs::read_dir(folder()).unwrap().map(Result::unwrap);
    let folders = entries.filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> = folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn number(case: &str) -> u8 {
    case.split('-')
        .next()
        .unwrap_or_default()
        .parse()
        .unwrap_or_else(|_| panic!("`{case}` has no number"))
}

#[test]
fn every_behaviour_has_a_test() {
    let mut covered: BTreeSet<u8> = cases().iter().map(|case| number(case)).collect();
    for (number, file, test) in ELSEWHERE {
        let text = std::fs::read_to_string(folder().with_file_name(file)).unwrap();
        assert!(text.contains(&format!("fn {test}(")), "{file} has no test `{test}`");
        covered.insert(number);
    }
    let missing: Vec<u8> = (1..=34).filter(|number| !covered.contains(number)).collect();
    assert!(missing.is_empty(), "no test for the behaviours {missing:?}");
}

#[test]
fn guides_come_out_as_stated() {
    let wanted = std::env::var("CASE").unwrap_or_default();
    let queue = Mutex::new(
        cases()
            .into_iter()
            .filter(|case| case.contains(&wanted))
            .collect::<Vec<_>>(),
    );
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let Some(case) = queue.lock().unwrap().pop() else {
                        return;
                    };
                    if let Err(problem) = run(&case) {
                        wrong.lock().unwrap().push(format!("=== {case}\n{problem}"));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} cases differ\n{}", wrong.len(), wrong.join("\n"));
}

/// Runs one case; the error says what is not as stated.
fn run(case: &str) -> Result<(), String> {
    let home = folder().join(case);
    let work = tempfile::tempdir().unwrap();
    let (report, junit) = (work.path().join("report.json"), work.path().join("report.xml"));
    let expected = std::fs::read_to_string(home.join("expected.json")).ok();
    let expected: Value = expected.map_or(json!({}), |text| serde_json::from_str(&text).unwrap());
    let mut guide = "guide.md";
    if expected["file"] != true {
        guide = "case";
        let content = work.path().join("content/case");
        std::fs::create_dir_all(&content).unwrap();
        std::fs::write(work.path().join("docgen.toml"), "title = \"Case\"\n").unwrap();
        std::fs::copy(home.join("guide.md"), content.join("guide.md")).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_docgen"))
        .current_dir(if guide == "case" { work.path() } else { &home })
        .args(["verify", guide, "--report", "human", "--report"])
        .arg(format!("json:{}", report.display()))
        .arg("--report")
        .arg(format!("junit:{}", junit.display()))
        .env("NO_COLOR", "1")
        // What the host says must not reach a guide.
        .envs([
            ("TZ", "Pacific/Auckland"),
            ("PAGER", "host-pager"),
            ("HTTP_PROXY", "http://host-proxy:1"),
        ])
        .env("DOCGEN_TEST_TOKEN", "top-secret-value")
        .output()
        .unwrap();
    let printed = [&output.stderr, &output.stdout]
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .concat();
    let json = std::fs::read_to_string(&report).map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
    if let Ok(xml) = std::fs::read_to_string(&junit) {
        let control = xml.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
        assert_eq!(control, None, "{case}: a control character in the JUnit report");
    }
    sums_match(case, &json);
    if printed.contains("top-secret-value") || json.to_string().contains("top-secret-value") {
        return Err(format!("the secret leaked\n{printed}"));
    }
    compare(&home, &expected, output.status.code(), &json, &printed)
}

/// Each planned block has one status, and the summary counts them.
fn sums_match(case: &str, report: &Value) {
    let blocks = blocks(report);
    for (status, count) in report["summary"].as_object().into_iter().flatten() {
        let counted = blocks.iter().filter(|block| block["status"] == status.as_str()).count();
        assert_eq!(count.as_u64(), Some(counted as u64), "{case}: {status}");
    }
    let ids: BTreeSet<&str> = blocks.iter().filter_map(|block| block["id"].as_str()).collect();
    assert_eq!(ids.len(), blocks.len(), "{case}: a block is reported twice");
}

fn blocks(report: &Value) -> Vec<Value> {
    report["guides"][0]["blocks"].as_array().cloned().unwrap_or_default()
}

fn compare(home: &Path, expected: &Value, exit: Option<i32>, report: &Value, printed: &str) -> Result<(), String> {
    let blocks: Vec<Value> = blocks(report).iter().map(essence).collect();
    let mut found = json!({ "exit": exit, "blocks": blocks });
    for key in ["printed", "file"] {
        if !expected[key].is_null() {
            found[key] = expected[key].clone();
        }
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(
            home.join("expected.json"),
            serde_json::to_string_pretty(&found).unwrap() + "\n",
        )
        .unwrap();
    } else if found != *expected {
        let found = serde_json::to_string_pretty(&found).unwrap();
        return Err(format!("found {found}\n{printed}"));
    }
    let texts = expected["printed"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    match texts.into_iter().find(|text| !printed.contains(text)) {
        Some(missing) => Err(format!("`{missing}` is not said\n{printed}")),
        None => Ok(()),
    }
}

/// What a case states of a block: what came of it, why, and where.
fn essence(block: &Value) -> Value {
    let mut essence = json!({ "id": block["id"], "status": block["status"], "exit": block["exit"] });
    let more = [
        ("reason", &block["reason"]),
        ("notes", &block["notes"]),
        ("code", &block["failure"]["code"]),
        ("line", &block["failure"]["spot"]["line"]),
    ];
    for (name, value) in more
        .into_iter()
        .filter(|(_, value)| !value.is_null() && **value != json!([]))
    {
        essence[name] = value.clone();
    }
    essence
}
