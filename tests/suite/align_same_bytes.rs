//! The same texts give the same bytes, however many threads work on them and how often.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::golden;

/// Runs docgen with a number of threads; returns what it printed.
fn run(threads: &str, arguments: &[&str]) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_docgen"));
    let ran = command
        .args(arguments)
        .env("RAYON_NUM_THREADS", threads)
        .output()
        .unwrap();
    assert!(ran.status.code().is_some_and(|code| code < 2), "{arguments:?}: {ran:?}");
    [ran.stdout, ran.stderr].concat()
}

#[test]
fn any_number_of_threads_compares_to_the_same_bytes() {
    for folder in golden::cases("align").iter().step_by(9) {
        let [old, new] = ["original.md", "revised.md"].map(|name| folder.join(name).to_str().unwrap().to_owned());
        for form in [&["--json"][..], &[]] {
            let arguments = [&["compare", &old, &new], form].concat();
            let first = run("1", &arguments);
            assert!(!first.is_empty());
            for threads in ["1", "2", "7"] {
                assert!(run(threads, &arguments) == first, "{folder:?} with {threads} threads");
            }
        }
    }
}

/// Everything below the `compare` folders of a built site, and the data beside them.
fn compared(public: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walkdir::WalkDir::new(public).into_iter().map(Result::unwrap);
    let files = files.filter(|entry| entry.file_type().is_file());
    let files = files.map(|entry| {
        (
            entry.path().strip_prefix(public).unwrap().to_str().unwrap().to_owned(),
            entry,
        )
    });
    files
        .filter(|(name, _)| name.contains("/compare"))
        .map(|(name, entry)| (name, fs::read(entry.path()).unwrap()))
        .collect()
}

#[test]
fn any_number_of_threads_builds_the_same_comparison_pages() {
    let folder = tempfile::tempdir().unwrap();
    let mut built = ["1", "2", "7", "2"].iter().enumerate().map(|(at, threads)| {
        let out = folder.path().join(at.to_string());
        let arguments = [
            "build",
            "--quiet",
            "--site",
            env!("CARGO_MANIFEST_DIR"),
            "--out",
            out.to_str().unwrap(),
        ];
        run(threads, &arguments);
        compared(&out)
    });
    let first = built.next().unwrap();
    assert!(first.keys().any(|name| name.ends_with("compare/index.html")));
    assert!(first.keys().any(|name| name.ends_with("compare.json")));
    for other in built {
        assert!(other == first);
    }
}
