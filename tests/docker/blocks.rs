//! Blocks in one shell: status, output, state, what a block may do to its shell.

use docgen::session::{Mode, Request, SessionError, Stdin};
use docgen::transcript::Cause;
use std::time::Duration;

use crate::fixture::Bench;

#[tokio::test]
async fn status_and_output_come_back() {
    let mut bench = Bench::new().await;
    for status in [0, 1, 127, 137, 255] {
        assert_eq!(bench.run(&format!("(exit {status})")).await.status, status);
    }
    let transcript = bench.run("echo out; echo err >&2; (exit 7)").await;
    assert_eq!((transcript.status, transcript.cause), (7, Cause::Finished));
    assert_eq!(transcript.output.to_text(), "out\nerr\n");
    assert_eq!(bench.text("printf abc").await, "abc");
    assert_eq!(bench.text("printf '%s' \"$?\"").await, "0");
    bench.run("(exit 9)").await;
    assert_eq!(
        bench.text("echo $?").await,
        "9\n",
        "the status is there for the next block"
    );
    bench.stop().await;
}

#[tokio::test]
async fn state_is_kept_between_blocks() {
    let mut bench = Bench::new().await;
    bench
        .run(
            "word='two words'; list=(a 'b c'); export SHOWN=1\ngreet() { echo \"hi $1\"; }\nalias ll='echo alias'\n\
              cd /var; umask 027; exec 7>/tmp/seven; trap 'echo bye' USR1; shopt -s nullglob; set -C; ulimit -n 512",
        )
        .await;
    let seen = bench
        .text("echo \"$word\" \"${list[1]}\" $SHOWN; greet you; ll; pwd; umask; echo x >&7; cat /tmp/seven; ulimit -n")
        .await;
    assert_eq!(seen, "two words b c 1\nhi you\nalias\n/var\n0027\nx\n512\n");
    assert_eq!(
        bench
            .text("kill -USR1 $$; shopt nullglob; echo $-")
            .await
            .lines()
            .next(),
        Some("bye")
    );
    assert_eq!(bench.session.cwd(), "/var");
    bench.stop().await;
}

#[tokio::test]
async fn jobs_are_kept_between_blocks() {
    let mut bench = Bench::new().await;
    let transcript = bench.run("sleep 300 &\npid=$!").await;
    assert!(
        transcript.duration < Duration::from_secs(1),
        "{:?}",
        transcript.duration
    );
    assert!(bench.text("jobs").await.contains("sleep 300"));
    let ended = bench.run("kill %1; wait $pid").await;
    assert_eq!(ended.status, 143, "{}", ended.output.to_text());
    bench.stop().await;
}

#[tokio::test]
async fn background_output_ends_up_with_its_own_block() {
    let mut bench = Bench::new().await;
    for start in [
        "(sleep 0.3; echo la''te) &",
        "nohup sh -c 'sleep 0.3; echo la\"\"te' &",
        "setsid sh -c 'sleep 0.3; echo la\"\"te' & disown",
    ] {
        let mut running = bench
            .session
            .start(Request::script(start, Duration::from_secs(5)))
            .expect("a block");
        let block = running.block();
        let docgen::session::shell::Progress::Ended(first) = running.progress().await.expect("its end") else {
            panic!()
        };
        assert!(
            first.duration < Duration::from_millis(250),
            "{start}: {:?}",
            first.duration
        );
        let next = bench.text("sleep 0.6; echo mine").await;
        // The shell's own notice of a job's end belongs to whatever runs then, as on a reader's terminal.
        assert!(next.ends_with("mine\n") && !next.contains("late"), "{start}: {next}");
        assert!(bench.machine.late_output(block).to_text().contains("late"), "{start}");
    }
    bench.stop().await;
}

#[tokio::test]
async fn heredocs_and_long_scripts_arrive_byte_for_byte() {
    let mut bench = Bench::new().await;
    let script = "cat <<'EOF'\n__dg_end 7 \u{1}D 7 0 x /\u{2} $HOME\n\tEND\nEOF\ncat <<-END\n\ttab $((1+1))\n\tEND\necho a \\\n  b &&\n  echo c # comment";
    assert_eq!(
        bench.text(script).await,
        "__dg_end 7 \u{1}D 7 0 x /\u{2} $HOME\n\tEND\ntab 2\na b\nc\n"
    );
    let long = format!("printf %s '{}' | wc -c\n{}", "x".repeat(200_000), "true\n".repeat(3000));
    assert_eq!(bench.text(&long).await, "200000\n");
    bench.stop().await;
}

#[tokio::test]
async fn broken_syntax_is_this_blocks_failure_only() {
    let mut bench = Bench::new().await;
    for script in ["echo 'open", "if true; then\n  echo x", "for", "echo hello\n)"] {
        let transcript = bench.run(script).await;
        assert_ne!(transcript.status, 0, "{script}");
        assert!(
            transcript.syntax_error().is_some(),
            "{script}: {}",
            transcript.output.to_text()
        );
        assert!(!transcript.shell_gone);
    }
    let (line, _) = bench
        .run("true\ntrue\necho 'open")
        .await
        .syntax_error()
        .expect("a message");
    assert!(line >= 3, "{line}");
    let heredoc = bench.run("cat <<EOF\nopen").await;
    assert!(
        heredoc.output.to_text().contains("delimited by end-of-file"),
        "{}",
        heredoc.output.to_text()
    );
    assert_eq!(bench.text("echo next").await, "next\n");
    bench.stop().await;
}

#[tokio::test]
async fn nothing_is_read_from_the_next_block() {
    let mut bench = Bench::new().await;
    assert_eq!(bench.text("cat").await, "");
    assert_eq!(bench.run("read x").await.status, 1);
    assert_eq!(bench.run("bash").await.status, 0);
    let request = Request {
        stdin: Stdin::Bytes(b"a\0b".to_vec()),
        ..Request::script("od -An -c", Duration::from_secs(5))
    };
    assert!(
        bench
            .session
            .run(request)
            .await
            .expect("a transcript")
            .output
            .to_text()
            .contains("a  \\0   b")
    );
    bench.stop().await;
}

#[tokio::test]
async fn output_of_any_kind_and_size_arrives() {
    let mut bench = Bench::new().await;
    let bytes = bench
        .run("head -c 65536 /dev/zero | tr '\\0' '\\377'; printf '\\0\\303('")
        .await
        .output;
    assert_eq!(bytes.total, 65539);
    assert_eq!(&bytes.head[65536..], b"\0\xc3(");
    let big = bench.run("seq 1 2000000").await.output;
    assert_eq!(big.total, 14_888_896);
    assert!(big.omitted() > 0 && big.head.starts_with(b"1\n2\n") && big.tail.ends_with(b"1999999\n2000000\n"));
    let request = Request {
        output_limit: 50 << 20,
        ..Request::script("yes", Duration::from_secs(60))
    };
    let limited = bench.session.run(request).await.expect("a transcript");
    assert_eq!(limited.cause, Cause::OutputLimit);
    assert_eq!(bench.text("echo $((1 + 1))").await, "2\n");
    bench.stop().await;
}

#[tokio::test]
async fn streams_come_merged_or_apart() {
    let mut bench = Bench::new().await;
    let script = "for i in 1 2 3; do echo o$i; echo e$i >&2; done; echo file >/dev/stdout; echo tty >/dev/tty";
    let merged = bench.run(script).await;
    assert!(merged.output.to_text().starts_with("o1\ne1\no2\ne2\no3\ne3\n"));
    assert!(merged.output.to_text().contains("tty"), "{}", merged.output.to_text());
    let split = bench.run_in(Mode::Split, script, 5.0).await.split.expect("two streams");
    assert_eq!(
        (split.out.to_text().as_str(), split.err.to_text().as_str()),
        ("o1\no2\no3\nfile\n", "e1\ne2\ne3\n")
    );
    bench.stop().await;
}

#[tokio::test]
async fn the_environment_is_a_readers() {
    let mut bench = Bench::new().await;
    let seen = bench.text("echo $USER $HOME $LOGNAME $SHELL $TERM $LANG $PWD; umask; hostname; case $- in *i*) echo interactive;; esac").await;
    assert_eq!(
        seen,
        "root /root root /bin/bash xterm-256color C.UTF-8 /root\n0022\nserver\ninteractive\n"
    );
    let missing = bench.run("nosuchprogram").await;
    assert_eq!(missing.output.to_text(), "bash: nosuchprogram: command not found\n");
    bench
        .run("echo 'case $- in *i*) ;; *) return;; esac\n[ -z \"$PS1\" ] && return\nMARK=read' >~/.bashrc")
        .await;
    assert_eq!(bench.text("source ~/.bashrc; echo $MARK").await, "read\n");
    bench.stop().await;
}

#[tokio::test]
async fn the_end_of_the_shell_is_told() {
    let mut bench = Bench::new().await;
    for (script, status) in [
        ("echo x; exit 3", 3),
        ("exec true", 0),
        ("kill -9 $$", 137),
        ("set -e; false; echo no", 1),
        ("exec bash", 0),
        ("kill -HUP $$", 129),
    ] {
        let transcript = bench.run(script).await;
        assert_eq!(
            (transcript.status, transcript.cause, transcript.shell_gone),
            (status, Cause::ShellExited, true),
            "{script}"
        );
        assert!(!transcript.output.to_text().contains("no"));
        let after = bench
            .session
            .run(Request::script("echo x", Duration::from_secs(5)))
            .await;
        assert!(matches!(after, Err(SessionError::Ended)), "{script}");
        bench.reopen().await;
    }
    bench.run("set -e").await;
    let later = bench.run("true\nfalse\necho no").await;
    assert_eq!((later.cause, later.failed[0].line), (Cause::ShellExited, 2));
    bench.stop().await;
}

#[tokio::test]
async fn what_set_e_forgives_keeps_the_shell() {
    let mut bench = Bench::new().await;
    for script in [
        "set -e",
        "false && true",
        "set -euo pipefail; grep -q nothing /etc/passwd && echo yes",
        "! true",
    ] {
        let transcript = bench.run(script).await;
        assert_eq!(
            transcript.cause,
            Cause::Finished,
            "{script}: {}",
            transcript.output.to_text()
        );
    }
    assert_eq!(bench.run("false && true").await.status, 1);
    bench.stop().await;
}

#[tokio::test]
async fn what_blocks_do_to_their_shell_does_not_confuse_docgen() {
    let mut bench = Bench::new().await;
    for script in [
        "set -u; echo $nothing; echo no",
        "set +u; set -x; echo traced; (exit 5)",
        "set +x; IFS=0123456789; (exit 5)",
        "unset IFS; set -o posix; (exit 5)",
        "set +o posix; trap 'echo leaving' EXIT; trap 'echo debug >/dev/null' DEBUG; (exit 5)",
        "trap - DEBUG; PROMPT_COMMAND='echo prompt'; PS1='prompt> '; (exit 5)",
        "PROMPT_COMMAND=; printf() { echo fake; }; cd() { echo fake; }; source() { echo fake; }; trap() { :; }; (exit 5)",
        "unset -f printf cd source trap; set -C; (exit 5)",
        "set +C; shopt -s extdebug; (exit 5)",
        "shopt -u extdebug; set -E; (exit 5)",
        "set +E; shopt -s expand_aliases; alias printf='echo fake' echo='echo fake'; (exit 5)",
        "unalias -a; return 5",
        "PATH=/nowhere; (exit 5)",
        "PATH=/bin:/usr/bin; set -f; (exit 5)",
        "set +f; cd /tmp; mkdir gone; cd gone; rmdir ../gone; (exit 5)",
    ] {
        let transcript = bench.run(script).await;
        let expected = if script.starts_with("set -u") { 1 } else { 5 };
        assert_eq!(
            (transcript.status, transcript.cause),
            (expected, Cause::Finished),
            "{script}: {}",
            transcript.output.to_text()
        );
        let text = transcript.output.to_text();
        assert!(
            !text.contains("__dg") && !text.contains("fake") && !text.contains(".docgen"),
            "{script}: {text}"
        );
    }
    assert_eq!(bench.text("cd; echo fine").await, "fine\n");
    bench.stop().await;
}

#[tokio::test]
async fn redirections_of_the_shell_end_with_the_block() {
    let mut bench = Bench::new().await;
    bench.run("exec >/tmp/log 2>&1; echo logged").await;
    assert_eq!(bench.text("cat /tmp/log").await, "logged\n");
    bench.stop().await;
}
