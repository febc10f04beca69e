//! Enter blocks: shells inside shells, and programs with a prompt of their own.

use std::time::Duration;

use docgen::session::shell::Progress;
use docgen::session::{Mode, Request, Running};
use docgen::transcript::{Cause, Transcript};

use crate::fixture::Bench;
use crate::nested;

/// Opens something inside; what is returned ends when that is left.
async fn enter(bench: &mut Bench, script: &str, answers: &[(&str, &str)]) -> Running {
    let answers = answers
        .iter()
        .map(|(prompt, text)| ((*prompt).to_owned(), (*text).to_owned()))
        .collect();
    let request = Request {
        mode: Mode::Tty,
        enter: true,
        answers,
        ..Request::script(script, Duration::from_secs(10))
    };
    let mut running = bench.session.start(request).expect("a block");
    match running.progress().await.expect("progress") {
        Progress::Entered => running,
        Progress::Ended(transcript) => panic!("{script} ended: {}", transcript.output.to_text()),
    }
}

/// Waits for the end of what was entered.
async fn left(mut running: Running) -> Transcript {
    match running.progress().await.expect("progress") {
        Progress::Ended(transcript) => *transcript,
        Progress::Entered => panic!("entered twice"),
    }
}

/// What a block inside printed, as a reader sees it.
fn shown(transcript: &Transcript) -> String {
    anstream::adapter::strip_str(&transcript.output.to_text())
        .to_string()
        .replace('\r', "")
}

async fn with_user() -> Bench {
    let mut bench = Bench::new().await;
    bench
        .run("useradd -m -s /bin/bash amy; echo amy:s3cret | chpasswd; useradd -m -s /bin/sh bob; outer=kept")
        .await;
    bench
}

#[tokio::test]
async fn blocks_run_as_another_user_until_exit() {
    let mut bench = with_user().await;
    for (script, user) in [
        ("su - amy", "amy"),
        ("su - bob", "bob"),
        ("bash", "root"),
        ("su -s /bin/sh amy", "amy"),
    ] {
        let running = enter(&mut bench, script, &[]).await;
        let inside = bench.run("whoami; inner=here; (exit 4)").await;
        assert_eq!(
            (shown(&inside).as_str(), inside.status),
            (format!("{user}\n").as_str(), 4),
            "{script}"
        );
        assert!(inside.reduced);
        let kept = bench
            .run("echo $inner ${outer-none}; cat; echo 'quo'\"te\"; cd /; false")
            .await;
        assert_eq!(
            (shown(&kept).as_str(), kept.status),
            ("here none\nquote\n", 1),
            "{script}"
        );
        assert_eq!(kept.cwd.as_deref(), Some("/"), "{script}");
        let broken = bench.run("echo 'open").await;
        assert_ne!(broken.status, 0, "{script}");
        let big = bench.run(&format!("printf %s '{}' | wc -c", "x".repeat(30_000))).await;
        assert_eq!(shown(&big).trim(), "30000", "{script}");
        let exit = bench.run("exit 7").await;
        assert_eq!((exit.status, left(running).await.status), (7, 7), "{script}");
        assert_eq!(bench.text("whoami; echo $outer").await, "root\nkept\n", "{script}");
        let asked = bench
            .run_in(Mode::Tty, "stty -a | grep -o ' echo '; timeout 0.3 cat", 5.0)
            .await;
        assert_eq!(shown(&asked).trim(), "echo", "{script}");
    }
    bench.stop().await;
}

#[tokio::test]
async fn a_password_is_typed_before() {
    let mut bench = with_user().await;
    bench.session.close();
    let options = docgen::session::SessionOptions {
        user: Some("bob".to_owned()),
        ..bench.machine.options()
    };
    bench.session = bench.machine.open(&options).await.expect("a session");
    let running = enter(&mut bench, "su - amy", &[("Password:", "s3cret")]).await;
    assert_eq!(shown(&bench.run("whoami").await), "amy\n");
    bench.run("exit").await;
    assert_eq!(left(running).await.status, 0);
    bench.stop().await;
}

#[tokio::test]
async fn a_password_that_is_asked_for_late_is_typed() {
    let mut bench = with_user().await;
    bench.run("echo bob:s3cret | chpasswd").await;
    let running = enter(&mut bench, "sleep 4; su amy -c 'su - bob'", &[("Password:", "s3cret")]).await;
    assert_eq!(shown(&bench.run("whoami").await), "bob\n");
    bench.run("exit").await;
    assert_eq!(left(running).await.status, 0);
    // What is shown after the shell inside was greeted is shown all the same.
    let request = Request {
        mode: Mode::Tty,
        enter: true,
        ..Request::script("echo connecting; sleep 4; echo refused; false", Duration::from_secs(20))
    };
    let refused = bench.session.run(request).await.expect("a transcript");
    assert_eq!(shown(&refused), "connecting\nrefused\n");
    assert_eq!(refused.status, 1);
    bench.stop().await;
}

#[tokio::test]
async fn a_program_that_works_in_silence_is_waited_for() {
    let mut bench = Bench::new().await;
    let program = "while printf '> '; read -r line; do printf 'working... '; sleep $line; echo done; done";
    bench
        .run(&format!(
            "echo \"{}\" >/usr/local/bin/bc; chmod +x /usr/local/bin/bc",
            program.replace('$', "\\$")
        ))
        .await;
    let running = enter(&mut bench, "bash /usr/local/bin/bc", &[]).await;
    let slow = bench.run("1\n0.5").await;
    assert_eq!(shown(&slow), "1\nworking... done\n> 0.5\nworking... done\n> ");
    assert!(slow.untold);
    let exit = bench.run("exit").await;
    assert!(!exit.untold);
    assert_eq!(left(running).await.status, exit.status);
    bench.stop().await;
}

#[tokio::test]
async fn a_hanging_block_inside_is_ended() {
    let mut bench = with_user().await;
    let running = enter(&mut bench, "su - amy", &[]).await;
    let hanging = bench.run_in(Mode::Merged, "echo before; sleep 1000", 0.5).await;
    assert_eq!(
        (hanging.cause, shown(&hanging).lines().next()),
        (Cause::TimedOut, Some("before"))
    );
    assert_eq!(shown(&bench.run("whoami").await), "amy\n");
    bench.run("exit").await;
    left(running).await;
    bench.stop().await;
}

#[tokio::test]
async fn a_program_with_a_prompt_is_typed_into() {
    let mut bench = Bench::with(nested::spec()).await;
    bench.run("sudo usermod -aG docker $USER").await;
    bench.reopen().await;
    bench.run("docker run -d --name db -e POSTGRES_PASSWORD=x postgres:15; until docker exec db pg_isready -h 127.0.0.1; do sleep 0.1; done").await;
    let running = enter(&mut bench, "docker exec -it db sh", &[]).await;
    assert_eq!(shown(&bench.run("id -un").await), "root\n");
    bench.run("exit").await;
    left(running).await;
    let running = enter(&mut bench, "docker exec -it db psql -U postgres", &[]).await;
    let selected = bench.run("select 40 + 2\n  as answer;\nselect 'second';").await;
    assert!(
        shown(&selected).contains("42") && shown(&selected).contains("second"),
        "{}",
        shown(&selected)
    );
    bench.run("exit").await;
    assert_eq!(left(running).await.status, 0);
    bench.stop().await;
}
