//! Failing commands inside a block: each is told with its line, and the block runs on.

use crate::fixture::Bench;

/// Runs a block and returns line and status of each failed command.
async fn failed(bench: &mut Bench, script: &str) -> Vec<(usize, i32)> {
    let transcript = bench.run(script).await;
    assert!(!transcript.reduced, "{script}");
    transcript
        .failed
        .iter()
        .map(|failed| (failed.line, failed.status))
        .collect()
}

#[tokio::test]
async fn each_failing_command_is_told_and_the_block_runs_on() {
    let mut bench = Bench::new().await;
    assert_eq!(
        failed(&mut bench, "false\necho on\n(exit 3)\ntrue").await,
        [(1, 1), (3, 3)]
    );
    assert_eq!(failed(&mut bench, "true\nnosuchprogram\ntrue").await, [(2, 127)]);
    assert_eq!(failed(&mut bench, "x=$(false)\necho $x").await, [(1, 1)]);
    assert_eq!(
        failed(&mut bench, "for i in 1 2; do\n  (exit $i)\ndone").await,
        [(2, 1), (2, 2)]
    );
    assert_eq!(
        failed(&mut bench, "sleep 0 &\nwait $!\n(exit 4) &\nwait $!").await,
        [(4, 4)]
    );
    bench.stop().await;
}

#[tokio::test]
async fn what_the_shell_forgives_is_forgiven() {
    let mut bench = Bench::new().await;
    for script in [
        "if false; then :; fi",
        "false || true",
        "! true",
        "while false; do :; done",
        "grep -q nobodyhere /etc/passwd || echo none",
        "false | true",
        "(false; true)",
        "f() { false || true; }; f",
        "if grep -q nobodyhere /etc/passwd; then echo a; else echo b; fi",
    ] {
        assert_eq!(failed(&mut bench, script).await, [], "{script}");
    }
    assert_eq!(failed(&mut bench, "set -o pipefail; false | true").await, [(1, 1)]);
    bench.stop().await;
}

#[tokio::test]
async fn functions_are_watched_and_sourced_files_count_as_one_command() {
    let mut bench = Bench::new().await;
    bench
        .run("printf 'false\\ntrue\\n' >/tmp/quiet; printf 'false\\nreturn 6\\n' >/tmp/loud")
        .await;
    assert_eq!(
        failed(
            &mut bench,
            "g() {\n  false\n  return 3\n}\n. /tmp/quiet\ng\n. /tmp/loud"
        )
        .await,
        [(2, 1), (6, 3), (7, 6)]
    );
    assert_eq!(failed(&mut bench, "set -E\ng\n. /tmp/quiet").await, [(2, 1), (2, 3)]);
    bench.stop().await;
}

#[tokio::test]
async fn options_of_the_shell_do_not_hide_failures() {
    let mut bench = Bench::new().await;
    for option in [
        "set -x",
        "set -u",
        "IFS=0123",
        "set -o posix",
        "set -C",
        "trap 'echo leaving' EXIT",
        "printf() { :; }",
        "shopt -s extdebug",
    ] {
        assert_eq!(
            failed(&mut bench, &format!("{option}\nfalse\ntrue")).await,
            [(2, 1)],
            "{option}"
        );
    }
    let traced = bench.run("echo quiet\nfalse").await.output.to_text();
    assert!(!traced.contains("__dg"), "{traced}");
    bench.stop().await;
}

#[tokio::test]
async fn a_trap_of_the_blocks_own_is_told() {
    let mut bench = Bench::new().await;
    let own = bench.run("trap 'echo own trap' ERR\nfalse\ntrue").await;
    assert!(own.reduced);
    assert_eq!(own.output.to_text(), "own trap\n");
    let later = bench.run("false\ntrue").await;
    assert!(later.reduced);
    assert_eq!(later.output.to_text(), "own trap\n");
    assert!(bench.run("trap - ERR\nfalse").await.reduced);
    bench.stop().await;
}
