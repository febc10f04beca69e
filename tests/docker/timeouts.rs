//! Blocks that do not end by themselves.

use std::time::{Duration, Instant};

use docgen::session::{Mode, Request};
use docgen::transcript::Cause;

use crate::fixture::Bench;

#[tokio::test]
async fn a_hanging_program_is_ended_and_the_shell_lives() {
    let mut bench = Bench::new().await;
    bench.run("kept=yes; sleep 500 &").await;
    for (mode, script, limit) in [
        (Mode::Merged, "echo before; sleep 1000; echo after", 1.8),
        (Mode::Tty, "echo before; sleep 1000; echo after", 1.8),
        (Mode::Merged, "echo before; sleep 1000 | cat; echo after", 1.8),
        (Mode::Merged, "echo before; while :; do :; done; echo after", 1.8),
        (
            Mode::Merged,
            "echo before; bash -c 'trap \"\" INT TERM; sleep 1000 & wait; sleep 1000'; echo after",
            4.5,
        ),
        (
            Mode::Merged,
            "echo before; (trap '' INT TERM; while :; do sleep 1000; done); echo after",
            4.5,
        ),
    ] {
        let started = Instant::now();
        let transcript = bench.run_in(mode, script, 0.5).await;
        assert_eq!(transcript.cause, Cause::TimedOut, "{script}");
        assert!(
            started.elapsed() < Duration::from_secs_f64(limit),
            "{script}: {:?}",
            started.elapsed()
        );
        let text = transcript.output.to_text();
        assert!(
            text.contains("before") && !text.contains("after"),
            "{script}: {text} {:?}",
            transcript.signals
        );
        assert!(!transcript.shell_gone, "{script}");
        assert_eq!(
            bench.text("echo $kept; jobs %1 | grep -c 500").await,
            "yes\n1\n",
            "{script}"
        );
    }
    bench.stop().await;
}

#[tokio::test]
async fn a_program_that_ends_well_on_interrupt_still_timed_out() {
    let mut bench = Bench::new().await;
    let transcript = bench
        .run_in(
            Mode::Merged,
            "bash -c 'trap \"exit 0\" INT; while :; do sleep 0.1; done'; echo after",
            0.5,
        )
        .await;
    assert_eq!(transcript.cause, Cause::TimedOut);
    assert!(
        !transcript.output.to_text().contains("after"),
        "{}",
        transcript.output.to_text()
    );
    assert_eq!(bench.text("echo fine").await, "fine\n");
    bench.stop().await;
}

#[tokio::test]
async fn waiting_for_input_is_told() {
    let mut bench = Bench::new().await;
    let transcript = bench.run_in(Mode::Tty, "printf 'Name: '; cat", 2.5).await;
    let waiting = transcript.waiting.expect("a sign of waiting");
    assert_eq!((waiting.program.as_str(), waiting.reads_terminal), ("cat", true));
    assert_eq!(bench.text("echo fine").await, "fine\n");
    let asked = bench.run_in(Mode::Tty, "read -p 'Name: ' name", 2.5).await;
    assert!(
        asked
            .waiting
            .is_some_and(|waiting| waiting.reads_terminal && waiting.program == "bash")
    );
    assert_eq!(bench.text("echo fine").await, "fine\n");
    bench.stop().await;
}

#[tokio::test]
async fn answers_are_typed() {
    let mut bench = Bench::new().await;
    let answers = vec![
        ("Name:".to_owned(), "Amy".to_owned()),
        ("Password:".to_owned(), "s3cret".to_owned()),
    ];
    let script = "read -p 'Name: ' name; read -s -p 'Password: ' word; echo; echo \"$name/$word\"";
    let request = Request {
        mode: Mode::Tty,
        answers,
        ..Request::script(script, Duration::from_secs(5))
    };
    let transcript = bench.session.run(request).await.expect("a transcript");
    assert_eq!(transcript.answered, [0, 1]);
    assert_eq!(transcript.output.to_text(), "Name: Amy\r\nPassword: \r\nAmy/s3cret\r\n");
    bench.stop().await;
}

#[tokio::test]
async fn a_terminal_block_has_a_terminal() {
    let mut bench = Bench::new().await;
    let seen = bench
        .run_in(
            Mode::Tty,
            "tty; stty size; test -t 0 && test -t 1 && test -t 2 && echo all; ls /nope",
            5.0,
        )
        .await;
    assert_eq!(
        seen.output.to_text(),
        "/dev/pts/0\r\n24 80\r\nall\r\nls: cannot access '/nope': No such file or directory\r\n"
    );
    assert_eq!(seen.failed.len(), 1);
    for _ in 0..50 {
        let transcript = bench.run_in(Mode::Tty, "printf abc", 5.0).await;
        assert_eq!(transcript.output.to_text(), "abc");
    }
    bench.run("set -x; PS1='noise> '").await;
    let traced = bench.run_in(Mode::Tty, "echo a", 5.0).await;
    assert_eq!(traced.output.to_text(), "++ echo a\r\na\r\n");
    bench.stop().await;
}
