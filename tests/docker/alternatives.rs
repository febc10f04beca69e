//! A guide with alternatives: the first of each group, or each in a run of its own; what is recorded, and what is rewritten.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// Two groups; the second block of the tab `B` fails where `A` was taken before.
const GUIDE: &str = "\
Take one:

```sh id=one-a tab=A
echo a > /tmp/way
```

```sh id=one-b tab=\"B b\"
echo b > /tmp/way
```

Then:

```sh id=two-b tab=\"B b\"
grep b /tmp/way
```

```output
b
```

```sh id=two-a tab=A
grep a /tmp/way
```

Whatever you took:

```sh id=look
cat /tmp/way
```

```output
{{word}}
```
";

fn site(head: &str, text: &str) -> TempDir {
    let site = tempfile::tempdir().unwrap();
    let guide = site.path().join("content/g");
    std::fs::create_dir_all(&guide).unwrap();
    std::fs::write(site.path().join("docgen.toml"), "title = \"T\"\n").unwrap();
    std::fs::write(guide.join("guide.md"), format!("---\n{head}\n---\n{text}")).unwrap();
    site
}

fn docgen(site: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_docgen"))
        .current_dir(site)
        .args(arguments)
        .env_remove("CI")
        .output()
        .unwrap()
}

/// Runs the guide; returns the exit code, and for each run its tab and the blocks with their statuses.
fn verify(site: &Path, arguments: &[&str]) -> (Option<i32>, Vec<(Value, Vec<String>)>) {
    let report = site.join("report.json");
    let to = format!("json:{}", report.display());
    let output = docgen(site, &[&["verify", "--quiet", "--report", &to], arguments].concat());
    let report: Value = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
    let told = |block: &Value| {
        let word = |key: &str| block[key].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}", word("id"), word("status"), word("instead"))
    };
    let runs: Vec<(Value, Vec<String>)> = report["guides"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| {
            let blocks = run["blocks"].as_array().unwrap();
            (run["alternative"].clone(), blocks.iter().map(told).collect())
        })
        .collect();
    let total: u64 = report["summary"]
        .as_object()
        .unwrap()
        .values()
        .filter_map(Value::as_u64)
        .sum();
    assert_eq!(total, runs.iter().map(|(_, blocks)| blocks.len() as u64).sum::<u64>());
    (output.status.code(), runs)
}

fn badges(site: &Path) -> Vec<String> {
    assert!(docgen(site, &["build", "--quiet"]).status.success());
    let page = std::fs::read_to_string(site.join("public/g/index.html")).unwrap();
    let figures = page.split("<figure").skip(1);
    figures
        .filter_map(|figure| Some(figure.split_once("class=\"badge ")?.1.split('"').next()?.to_owned()))
        .collect()
}

#[test]
fn the_first_of_each_group_runs_and_the_others_say_so() {
    let site = site("timeout: 20s", GUIDE);
    let (exit, runs) = verify(site.path(), &["--record"]);
    let blocks = [
        "one-a passed -",
        "one-b not-verified A",
        "two-b not-verified A",
        "two-a passed -",
        "look passed -",
    ];
    assert_eq!(
        (exit, runs),
        (Some(0), vec![(Value::Null, blocks.map(str::to_owned).to_vec())])
    );
    let shown = ["verified", "not-run", "not-run", "verified", "verified"];
    assert_eq!(badges(site.path()), shown);
    // The other tab, recorded by itself, takes nothing away.
    let (exit, runs) = verify(site.path(), &["--record", "--alternative", "B b"]);
    assert_eq!((exit, &runs[0].0), (Some(0), &Value::from("B b")));
    assert_eq!(badges(site.path()), ["verified"; 5]);
}

#[test]
fn each_runs_on_fresh_machines_and_one_wrong_is_all_wrong() {
    // Without fresh machines `B b` would still find what `A` wrote.
    let text = GUIDE.replace("echo b >", "test ! -e /tmp/way && echo b >");
    let each = site("alternatives: each", &text);
    let (exit, runs) = verify(each.path(), &["--record", "--jobs", "2"]);
    let first = [
        "one-a passed -",
        "one-b not-verified A",
        "two-b not-verified A",
        "two-a passed -",
        "look passed -",
    ];
    let second = [
        "one-a not-verified B b",
        "one-b passed -",
        "two-b passed -",
        "two-a not-verified B b",
        "look passed -",
    ];
    let runs_of = |name: &str, blocks: [&str; 5]| (Value::from(name), blocks.map(str::to_owned).to_vec());
    assert_eq!(exit, Some(0));
    assert_eq!(runs, [runs_of("A", first), runs_of("B b", second)]);
    assert_eq!(badges(each.path()), ["verified"; 5]);

    let wrong = site("alternatives: each", &GUIDE.replace("{{word}}", "a"));
    let (exit, runs) = verify(wrong.path(), &["--record"]);
    assert_eq!((exit, runs[0].1[4].as_str()), (Some(1), "look passed -"));
    assert_eq!(runs[1].1[4], "look failed -");
    assert_eq!(
        badges(wrong.path()),
        ["verified", "verified", "verified", "verified", "failed"]
    );
    let (_, shard) = verify(wrong.path(), &["--shard", "2/2"]);
    assert_eq!(shard.iter().map(|run| &run.0).collect::<Vec<_>>(), ["B b"]);
    let (exit, until) = verify(wrong.path(), &["--until", "one-b"]);
    assert_eq!((exit, until.len(), &until[0].0), (Some(0), 1, &Value::from("B b")));
}

#[test]
fn outputs_of_all_runs_are_rewritten_together() {
    let text = GUIDE
        .replace("```output\nb\n", "```output\nold\n")
        .replace("{{word}}", "old");
    let site = site("alternatives: each", &text);
    let said = docgen(site.path(), &["verify", "--update"]);
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(
        said.contains("1 expected line not rewritten, because alternatives print different text"),
        "{said}"
    );
    let now = std::fs::read_to_string(site.path().join("content/g/guide.md")).unwrap();
    assert!(
        now.contains("```output\nb\n") && now.contains("```output\na\n"),
        "{now}"
    );
}

#[test]
fn each_is_audited_in_its_own_run() {
    let site = site("alternatives: each", &GUIDE.replace("grep ", "grep --max-count=1 "));
    let output = docgen(
        site.path(),
        &["verify", "--audit", "--jobs", "2", "--audit-json", "audit.json"],
    );
    let shown = String::from_utf8_lossy(&output.stderr).into_owned();
    let report: Value = serde_json::from_slice(&std::fs::read(site.path().join("audit.json")).expect(&shown)).unwrap();
    let guides = report["guides"].as_array().unwrap();
    let names: Vec<&str> = guides.iter().map(|guide| guide["guide"].as_str().unwrap()).collect();
    assert_eq!(names, ["g (tab A)", "g (tab B b)"]);
    let blocks = |guide: &Value| -> std::collections::BTreeSet<String> {
        let mutants = guide["mutants"].as_array().unwrap().iter();
        mutants
            .map(|mutant| mutant["block"].as_str().unwrap().to_owned())
            .collect()
    };
    // A block of both runs has its mistakes made once.
    assert!(
        blocks(&guides[0]).contains("two-a") && !blocks(&guides[0]).contains("two-b"),
        "{report}"
    );
    assert!(
        blocks(&guides[1]).contains("two-b") && !blocks(&guides[1]).contains("two-a"),
        "{report}"
    );
    assert!(blocks(&guides[0]).is_disjoint(&blocks(&guides[1])), "{report}");
}

#[test]
fn a_snapshot_of_one_is_not_taken_for_the_other() {
    let slow = GUIDE.replace(
        "Take one:\n",
        "Wait:\n\n```sh id=wait\nsleep 11; echo ready > /tmp/ready\n```\n\nTake one:\n",
    );
    let site = site("alternatives: each", &slow);
    let cache = site.path().join("cache");
    let run = || {
        let output = Command::new(env!("CARGO_BIN_EXE_docgen"))
            .current_dir(site.path())
            .args(["verify", "--quiet", "--fast", "--report", "json:report.json"])
            .env_remove("CI")
            .env("XDG_CACHE_HOME", &cache)
            .output()
            .unwrap();
        let report: Value = serde_json::from_slice(&std::fs::read(site.path().join("report.json")).unwrap()).unwrap();
        (output.status.code(), report)
    };
    let (first, _) = run();
    let (second, report) = run();
    let images = crate::fast::snapshot_images(&cache);
    for _ in 0..2 {
        drop(Command::new("docker").arg("rmi").args(&images).output());
    }
    assert_eq!((first, second), (Some(0), Some(0)), "{report}");
    let outputs = |guide: &Value| -> Vec<(String, bool, String)> {
        let ran = guide["blocks"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|block| block["status"] == "passed");
        ran.map(|block| {
            let word = |key: &str| block[key].as_str().unwrap_or_default().to_owned();
            (word("id"), block["cached"] == true, word("output"))
        })
        .collect()
    };
    for (guide, way) in report["guides"].as_array().unwrap().iter().zip(["a\n", "b\n"]) {
        let ran = outputs(guide);
        assert!(ran.contains(&("wait".into(), true, String::new())), "{ran:?}");
        assert_eq!(ran.last().unwrap().2, way, "{ran:?}");
    }
}
