//! `docgen report merge`: the reports of shards as one verdict.

use std::path::Path;

use crate::cli::{Ran, run};

/// The report of a case of the reporters, its guide renamed.
fn shard(folder: &Path, case: &str, guide: &str) -> String {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/report");
    let text = std::fs::read_to_string(cases.join(case).join("report.json")).unwrap();
    let mut report: serde_json::Value = serde_json::from_str(&text).unwrap();
    report["guides"][0]["guide"] = guide.into();
    if case == "error" {
        report["guides"][0]["verdict"] = "error".into();
    }
    let name = format!("{guide}.json");
    std::fs::write(folder.join(&name), report.to_string()).unwrap();
    name
}

fn merge(folder: &Path, arguments: &[&str]) -> Ran {
    run(folder, &[&["report", "merge"], arguments].concat())
}

#[test]
fn the_shards_make_one_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let shards = [("green", "a"), ("green", "b"), ("red", "c"), ("error", "d")];
    let files = shards.map(|(case, guide)| shard(folder, case, guide));
    let [a, b, c, d] = files.each_ref().map(String::as_str);
    merge(folder, &[a, b]).ends(0).says("a ").says("b ");
    merge(folder, &[a, c, b]).ends(1).says("failed:");
    merge(folder, &[a, d, b]).ends(2);
    // That a text is wrong stays true, whatever else could not be told.
    merge(folder, &[d, a, c]).ends(1);
}

#[test]
fn a_merged_report_goes_where_it_is_asked_for_and_can_be_merged_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let files = [("green", "a"), ("red", "b"), ("green", "c")].map(|(case, guide)| shard(folder, case, guide));
    let [a, b, c] = files.each_ref().map(String::as_str);
    let ran = merge(
        folder,
        &[
            b,
            a,
            "--report",
            "json:ab.json",
            "--report",
            "junit:ab.xml",
            "--report",
            "github",
        ],
    )
    .ends(1);
    assert!(ran.out.contains("::error"), "{}", ran.out);
    assert!(
        std::fs::read_to_string(folder.join("ab.xml"))
            .unwrap()
            .contains("<testsuites")
    );
    merge(folder, &["ab.json", c, "--report", "json:abc.json"]).ends(1);
    merge(folder, &[c, b, a, "--report", "json:once.json"]).ends(1);
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    assert_eq!(read("abc.json"), read("once.json"));
}

#[test]
fn what_is_no_report_is_named_and_nothing_is_claimed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let good = shard(folder, "green", "a");
    std::fs::write(folder.join("bad.json"), "{}").unwrap();
    std::fs::write(folder.join("bytes.json"), [0xff, 0xfe]).unwrap();
    std::fs::write(
        folder.join("next.json"),
        std::fs::read_to_string(folder.join(&good))
            .unwrap()
            .replacen("\"version\":1", "\"version\":2", 1),
    )
    .unwrap();
    let ran = merge(folder, &[&good, "gone.json", "bad.json", "bytes.json", "next.json"]).ends(2);
    for text in [
        "could not read `gone.json`",
        "a shard that wrote no report proves nothing",
        "`bad.json` is no report of docgen: missing field",
        "could not read `bytes.json`",
        "version 2 is not known",
    ] {
        assert!(ran.err.contains(text), "`{text}` is not in\n{}", ran.err);
    }
    assert_eq!(ran.out, "");
    merge(folder, &[&good, &good])
        .ends(2)
        .says("two reports hold `a (revised)`")
        .says("name the report of each shard of one run, once");
    merge(folder, &[]).ends(2).says("FILE");
    merge(folder, &[&good, "--report", "json:no/such/file"])
        .ends(2)
        .says("could not write `no/such/file`");
}

#[test]
fn a_shard_says_which_it_is_and_a_missing_one_is_no_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let part = |guide: &str, part: u32, parts: u32| {
        let name = shard(folder, "green", guide);
        let text = std::fs::read_to_string(folder.join(&name)).unwrap();
        let mut report: serde_json::Value = serde_json::from_str(&text).unwrap();
        report["shard"] = serde_json::json!({ "part": part, "parts": parts });
        std::fs::write(folder.join(&name), report.to_string()).unwrap();
        name
    };
    let (first, second, other) = (part("a", 1, 2), part("b", 2, 2), part("c", 3, 3));
    merge(folder, &[&second])
        .ends(2)
        .says("the report of shard 1 of 2 is missing");
    merge(folder, &[&first, &other])
        .ends(2)
        .says("shard 1 of 2 and shard 3 of 3 are not of one run");
    let ran = merge(folder, &[&second, &first, "--report", "json"]).ends(0);
    assert!(!ran.out.contains("shard"), "{}", ran.out);
}

#[test]
fn a_quiet_verdict_says_only_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (good, bad) = (shard(folder, "green", "a"), shard(folder, "red", "b"));
    assert_eq!(merge(folder, &["-q", &good]).ends(0).out, "");
    let ran = merge(folder, &["-q", &good, &bad]).ends(1);
    assert!(!ran.out.contains("✓ a ") && ran.out.contains("failed:"), "{}", ran.out);
    merge(folder, &["-q", &good, "--report", "human"]).ends(0).says("✓ a ");
}
