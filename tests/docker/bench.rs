//! Figures, not judgements: `cargo test --release --test docker bench -- --ignored --nocapture`.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use docgen::model::machine::MachineSpec;
use docgen::sandbox::Sandbox;
use docgen::session::{Mode, Request};

use crate::fixture::{Bench, IMAGE, engine, options};
use crate::nested;

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn figure(name: &str, value: Duration) {
    println!("{name:<56} {:>9.2} ms", value.as_secs_f64() * 1000.0);
}

async fn blocks(bench: &mut Bench, mode: Mode, script: &str, count: usize) -> Duration {
    let mut times = Vec::new();
    for _ in 0..count {
        let started = Instant::now();
        let request = Request {
            mode,
            ..Request::script(script, Duration::from_secs(60))
        };
        bench.session.run(request).await.expect("a transcript");
        times.push(started.elapsed());
    }
    median(times)
}

/// The largest memory that this process ever had, in KiB.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a status");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .expect("a peak");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "prints figures"]
async fn figures() {
    let mut bench = Bench::new().await;
    figure(
        "trivial block, merged, median of 100",
        blocks(&mut bench, Mode::Merged, "true", 100).await,
    );
    figure(
        "trivial block, split, median of 100",
        blocks(&mut bench, Mode::Split, "true", 100).await,
    );
    figure(
        "trivial block, tty, median of 100",
        blocks(&mut bench, Mode::Tty, "true", 100).await,
    );
    let exec = (0..20).map(|_| {
        let started = Instant::now();
        let status = Command::new("docker")
            .args(["exec", bench.machine.container(), "true"])
            .stdout(Stdio::null())
            .status();
        assert!(status.expect("docker").success());
        started.elapsed()
    });
    figure("docker exec true, median of 20", median(exec.collect()));
    figure(
        "10 MB of output, median of 10",
        blocks(&mut bench, Mode::Merged, "head -c 10M /dev/zero", 10).await,
    );
    let before = peak_memory();
    let started = Instant::now();
    bench.run("head -c 1G /dev/zero").await;
    figure("1 GB of output", started.elapsed());
    println!(
        "{:<56} {:>9} KiB (before it: {before} KiB)",
        "peak memory with that",
        peak_memory()
    );
    bench.stop().await;

    let engine = engine().await;
    let mut times = Vec::new();
    for _ in 0..5 {
        let sandbox = Sandbox::start(&engine, options()).await.expect("a sandbox");
        let started = Instant::now();
        let machine = sandbox
            .machine(&MachineSpec::plain("server", IMAGE))
            .await
            .expect("a machine");
        machine.open(&machine.options()).await.expect("a session");
        times.push(started.elapsed());
        sandbox.stop().await.expect("an end");
    }
    figure("machine with agent and session ready, median of 5", median(times));
    let sandbox = Sandbox::start(&engine, options()).await.expect("a sandbox");
    let specs: Vec<MachineSpec> = (0..8)
        .map(|n| MachineSpec::plain(format!("server{n}"), IMAGE))
        .collect();
    let started = Instant::now();
    let ready = specs.iter().map(async |spec| {
        let machine = sandbox.machine(spec).await.expect("a machine");
        machine.open(&machine.options()).await.expect("a session");
        machine
    });
    let machines = futures_util::future::join_all(ready).await;
    figure("8 of them in parallel", started.elapsed());
    drop(machines);
    let started = Instant::now();
    sandbox.stop().await.expect("an end");
    figure("their end", started.elapsed());
    let mut times = Vec::new();
    for _ in 0..3 {
        let sandbox = Sandbox::start(&engine, options()).await.expect("a sandbox");
        let started = Instant::now();
        let machine = sandbox.machine(&nested::spec()).await.expect("a machine");
        machine.open(&machine.options()).await.expect("a session");
        times.push(started.elapsed());
        sandbox.stop().await.expect("an end");
    }
    figure("inner engine with its images ready, median of 3", median(times));
}
