//! Markdown that nobody wrote for docgen, run in real containers: nothing is green that was not proven.

use std::process::Command;

use serde_json::Value;

/// Runs `docgen verify` on a text; returns its exit code, its report and what people see.
fn verify(text: &str, arguments: &[&str]) -> (i32, Value, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("page.md"), text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_docgen"))
        .args([
            "verify",
            "page.md",
            "--image",
            crate::fixture::IMAGE,
            "--network",
            "none",
        ])
        .args(["--report", "human", "--report", "json:report.json"])
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let shown = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let report = std::fs::read(folder.path().join("report.json")).expect(&shown);
    (
        output.status.code().unwrap(),
        serde_json::from_slice(&report).unwrap(),
        shown,
    )
}

/// The status of each block, in order.
fn statuses(report: &Value) -> Vec<&str> {
    let blocks = report["guides"][0]["blocks"].as_array().unwrap();
    blocks.iter().map(|block| block["status"].as_str().unwrap()).collect()
}

fn fences(bodies: &[&str]) -> String {
    let fences: Vec<String> = bodies.iter().map(|body| format!("```bash\n{body}\n```\n")).collect();
    format!("# Page\n\n{}", fences.join("\n"))
}

#[test]
fn a_status_from_a_closed_input_is_no_proof() {
    let (code, report, shown) = verify(
        &fences(&[
            "cat",
            "wc -l </etc/hostname | cat",
            "sort | head -n1",
            "perl -e 'my $line = readline(*STDIN); exit 3'",
            "ls /nowhere\ncat",
            "cat </dev/null",
            "while true; do head -n1; break; done",
            "sh -c 'ask() { cat >/dev/null; }; ask'",
        ]),
        &[],
    );
    assert_eq!(
        statuses(&report),
        [
            "not-verified",
            "passed",
            "not-verified",
            "not-verified",
            "failed",
            "passed",
            "not-verified",
            "not-verified"
        ],
        "{shown}"
    );
    assert_eq!(code, 1);
    assert!(
        shown.contains("page.md:3: give what it asks for with `answer="),
        "{shown}"
    );
}

#[test]
fn what_was_printed_is_not_run_and_a_failed_download_is_not_green() {
    let (code, report, shown) = verify(
        &fences(&[
            "command -v ls\n/bin/ls",
            "echo true\ntrue",
            "# cat /etc/hostname\nserver",
            "curl -fsSL http://127.0.0.1:1/install.sh | sh",
            "watch -n1 date | cat",
            "sleep 30 &",
            "echo 1\n# => 2",
        ]),
        &[],
    );
    assert_eq!(code, 0, "{shown}");
    let not = "not-verified";
    assert_eq!(
        statuses(&report),
        [not, not, "passed", not, not, "passed", "passed"],
        "{shown}"
    );
    assert!(
        shown.contains("`sleep` goes on by itself: only its start was seen"),
        "{shown}"
    );
    assert!(
        shown.contains("output not compared: the comments in it (line 32)"),
        "{shown}"
    );
}

#[test]
fn nothing_but_blocks_for_a_person_is_not_green() {
    let (code, report, shown) = verify(&fences(&["cat", "head -c1 >/dev/null"]), &[]);
    assert_eq!(
        (code, statuses(&report)),
        (2, vec!["not-verified", "not-verified"]),
        "{shown}"
    );
}

#[test]
fn a_question_at_the_terminal_needs_a_person_and_the_next_block_runs() {
    let text = fences(&["export A=1", "head -n1 </dev/tty", "test \"$A\" = 1"]);
    let text = text.replace("```bash\nhead", "```bash timeout=3s\nhead");
    let (_, report, shown) = verify(&text, &[]);
    assert_eq!(statuses(&report), ["passed", "not-verified", "passed"], "{shown}");
}

#[test]
fn outputs_are_compared_when_asked_for() {
    let text =
        "# Page\n\n```bash\necho one\n```\n\n```output\ntwo\n```\n\n```sh\n$ echo a\na\n$ true\n$ echo b\nb\n```\n";
    let (code, report, shown) = verify(text, &[]);
    assert_eq!((code, statuses(&report)), (0, vec!["passed", "passed"]), "{shown}");
    assert!(shown.contains("output not compared: line 7"), "{shown}");
    let (code, report, shown) = verify(text, &["--outputs"]);
    assert_eq!((code, statuses(&report)), (1, vec!["failed", "passed"]), "{shown}");
}

#[test]
fn a_lesson_of_another_site_runs() {
    let text = include_str!("../cases/foreign/lesson-fences/page.md");
    let (code, report, shown) = verify(text, &[]);
    assert_eq!((code, statuses(&report)), (0, vec!["passed"; 3]), "{shown}");
    let (code, report, _) = verify(text, &["--outputs"]);
    assert_eq!((code, statuses(&report)), (1, vec!["failed", "passed", "passed"]));
}

#[test]
fn servers_go_on_while_the_rest_runs() {
    let text = fences(&[
        "npm start",
        "printf '#!/bin/sh\\npwd >/tmp/where; test \"$2\" = dev || exec sleep 30\\n' >/usr/bin/npm\nchmod +x /usr/bin/npm",
        "mkdir -p /srv/app\ncd /srv/app\nnpm start",
        "grep -x /srv/app /tmp/where && pidof sleep",
        "npm run dev",
    ]);
    let (code, report, shown) = verify(&text, &[]);
    // Without npm the first cannot start, which is told at once; the last ends by itself, with status 0.
    assert_eq!(
        statuses(&report),
        ["failed", "passed", "passed", "passed", "passed", "passed"],
        "{shown}"
    );
    assert_eq!(code, 1);
    assert!(shown.contains("`npm start` was started in the background"), "{shown}");
}

#[test]
fn a_package_that_is_set_up_anew_does_not_read_the_input() {
    let (code, report, shown) = verify(
        &fences(&["dpkg --configure -a\ndpkg-reconfigure -f noninteractive tzdata"]),
        &[],
    );
    assert_eq!((code, statuses(&report)), (0, vec!["passed"]), "{shown}");
}
