//! Machines with an engine of their own.

use docgen::model::machine::{MachineKind, MachineSpec};

use crate::fixture::{Bench, IMAGE};

/// What a machine with an engine needs beyond the image.
pub(crate) const PREPARE: &str = "\
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq install -y --no-install-recommends docker.io iptables sudo
useradd -m -s /bin/bash reader
echo 'reader ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/reader
";

pub(crate) fn spec() -> MachineSpec {
    let mut spec = MachineSpec::plain("server", IMAGE);
    spec.kind = MachineKind::Docker;
    spec.prepare = Some(PREPARE.to_owned());
    spec.images = vec!["oryd/hydra:v1.11.10".to_owned(), "postgres:15".to_owned()];
    spec.user = Some("reader".to_owned());
    spec
}

#[tokio::test]
async fn an_inner_engine_has_the_images_and_runs_them() {
    let started = std::time::Instant::now();
    let mut bench = Bench::with(spec()).await;
    println!("ready after {:?}", started.elapsed());
    bench.run("sudo usermod -aG docker $USER").await;
    let refused = bench.run("docker ps").await;
    assert_eq!(refused.status, 1, "{}", refused.output.to_text());
    bench.reopen().await;
    assert!(bench.text("docker images").await.contains("oryd/hydra"));
    assert!(
        bench
            .text("docker run --rm oryd/hydra:v1.11.10 version")
            .await
            .contains("v1.11.10")
    );
    bench.stop().await;
}
