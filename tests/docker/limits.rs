//! What a machine may use.

use docgen::model::machine::MachineSpec;
use docgen::transcript::Cause;

use crate::fixture::{Bench, IMAGE};

#[tokio::test]
async fn limits_hold_and_are_told() {
    let spec = MachineSpec {
        memory: Some(64 << 20),
        milli_cpus: Some(500),
        ..MachineSpec::plain("server", IMAGE)
    };
    let mut bench = Bench::with(spec).await;
    let greedy = bench.run("bash -c 'x=$(head -c 200M /dev/zero | tr \"\\0\" x)'").await;
    assert_eq!(
        (greedy.status, greedy.out_of_memory, greedy.cause),
        (137, true, Cause::Finished)
    );
    let modest = bench.run("echo fine").await;
    assert_eq!(
        (modest.output.to_text().as_str(), modest.out_of_memory),
        ("fine\n", false)
    );
    bench.stop().await;
}

#[tokio::test]
async fn a_limit_of_the_disk_holds_or_its_want_is_told() {
    let spec = MachineSpec {
        disk: Some(64 << 20),
        ..MachineSpec::plain("server", IMAGE)
    };
    let mut bench = Bench::with(spec).await;
    let deviations = bench.machine.facts().deviations.clone();
    let told = deviations.iter().any(|text| text.contains("disk is not limited"));
    let written = bench.run("head -c 100M /dev/zero >/big").await;
    assert_eq!(
        told,
        written.status == 0,
        "{deviations:?}: {}",
        written.output.to_text()
    );
    bench.stop().await;
}
