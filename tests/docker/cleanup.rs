//! Nothing is left behind: after an orderly end, a cancelled block, a kill of docgen.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use bollard::Docker;
use bollard::models::{ContainerCreateBody, HostConfig, NetworkCreateRequest, VolumeCreateRequest};
use bollard::query_parameters::{
    ListContainersOptionsBuilder, ListNetworksOptionsBuilder, ListVolumesOptionsBuilder, RemoveContainerOptionsBuilder,
};
use docgen::model::machine::MachineSpec;
use docgen::sandbox::{RunId, Sandbox, SandboxOptions, Scope, sweep};
use docgen::session::{Loss, Request, SessionError};

use crate::fixture::{Bench, IMAGE, engine, options};
use crate::nested;

/// Name of the variable that makes the ignored test below play docgen: run, then what to do.
const PLAY: &str = "DOCGEN_TEST_PLAY";

fn watchdog() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_docgen"))
}

/// Everything on the engine that carries the label of a run.
async fn left(run: &RunId) -> Vec<String> {
    let docker = Docker::connect_with_local_defaults().expect("an engine");
    let filter = HashMap::from([("label", vec![format!("docgen.run={}", run.as_str())])]);
    let containers = ListContainersOptionsBuilder::default()
        .all(true)
        .filters(&filter)
        .build();
    let networks = ListNetworksOptionsBuilder::default().filters(&filter).build();
    let volumes = ListVolumesOptionsBuilder::default().filters(&filter).build();
    let containers = docker.list_containers(Some(containers)).await.expect("a list");
    let networks = docker.list_networks(Some(networks)).await.expect("a list");
    let volumes = docker
        .list_volumes(Some(volumes))
        .await
        .expect("a list")
        .volumes
        .unwrap_or_default();
    let containers = containers.into_iter().map(|one| format!("container {:?}", one.names));
    let networks = networks.into_iter().map(|one| format!("network {:?}", one.name));
    let volumes = volumes.into_iter().map(|one| format!("volume {}", one.name));
    containers.chain(networks).chain(volumes).collect()
}

/// The anonymous volumes of a container.
async fn volumes_of(container: &str) -> Vec<String> {
    let docker = Docker::connect_with_local_defaults().expect("an engine");
    let mounts = docker
        .inspect_container(container, None)
        .await
        .expect("a container")
        .mounts
        .unwrap_or_default();
    mounts.into_iter().filter_map(|mount| mount.name).collect()
}

async fn volume_exists(name: &str) -> bool {
    Docker::connect_with_local_defaults()
        .expect("an engine")
        .inspect_volume(name)
        .await
        .is_ok()
}

/// Waits until nothing is left of a run, and returns how long that took.
async fn until_clean(run: &RunId) -> Duration {
    let started = Instant::now();
    loop {
        let left = left(run).await;
        if left.is_empty() {
            return started.elapsed();
        }
        assert!(started.elapsed() < Duration::from_secs(10), "still there: {left:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn an_orderly_end_leaves_nothing() {
    let bench = Bench::new().await;
    let run = bench.sandbox.run().clone();
    let volumes = volumes_of(bench.machine.container()).await;
    assert!(!left(&run).await.is_empty() && !volumes.is_empty());
    bench.stop().await;
    assert_eq!(left(&run).await, Vec::<String>::new());
    for volume in volumes {
        assert!(!volume_exists(&volume).await);
    }
}

#[tokio::test]
async fn a_block_that_is_given_up_does_not_hinder_the_end() {
    let mut bench = Bench::new().await;
    let run = bench.sandbox.run().clone();
    let block = bench
        .session
        .run(Request::script("sleep 1000", Duration::from_secs(2000)));
    assert!(tokio::time::timeout(Duration::from_millis(300), block).await.is_err());
    let mut other = bench
        .machine
        .open(&bench.machine.options())
        .await
        .expect("another terminal");
    let hanging = tokio::spawn(async move {
        other
            .run(Request::script("sleep 1000", Duration::from_secs(2000)))
            .await
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    bench.stop().await;
    let lost = hanging.await.expect("no panic");
    assert!(matches!(lost, Err(SessionError::Lost(Loss::Stopped))), "{lost:?}");
    assert_eq!(left(&run).await, Vec::<String>::new());
}

/// Plays docgen in a process of its own, for the tests that kill it.
#[tokio::test]
#[ignore = "started by other tests"]
async fn play() {
    let Ok(play) = std::env::var(PLAY) else { return };
    let (run, what) = play.split_once(' ').expect("run and deed");
    let watchdog = (what != "unwatched").then(watchdog);
    let sandbox = SandboxOptions {
        run: RunId::from_text(run),
        watchdog,
        ..options()
    };
    let sandbox = Sandbox::start(&engine().await, sandbox).await.expect("a sandbox");
    let spec = if what == "docker" {
        nested::spec()
    } else {
        MachineSpec::plain("server", IMAGE)
    };
    let machine = sandbox.machine(&spec).await.expect("a machine");
    let mut session = machine.open(&machine.options()).await.expect("a session");
    if what == "docker" {
        let inner = "sudo docker run -d -e POSTGRES_PASSWORD=x postgres:15 && sudo docker run -d postgres:15";
        session
            .run(Request::script(inner, Duration::from_secs(30)))
            .await
            .expect("inner containers");
    }
    println!("ready {}", machine.container());
    session
        .run(Request::script(
            "nohup sleep 2000 & sleep 1000",
            Duration::from_secs(2000),
        ))
        .await
        .expect("never");
}

/// Starts [`play`] and waits until its block runs; returns it with its container.
fn start(run: &RunId, what: &str) -> (Child, String) {
    use std::io::{BufRead, BufReader};
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "cleanup::play", "--ignored", "--nocapture"]);
    command
        .env(PLAY, format!("{} {what}", run.as_str()))
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("a process");
    let output = BufReader::new(child.stdout.take().expect("its output"));
    let ready = output
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.split_once("ready ").map(|(_, id)| id.to_owned()));
    (child, ready.expect("a machine"))
}

#[tokio::test]
async fn a_kill_in_mid_block_leaves_nothing() {
    for what in ["plain", "plain", "docker"] {
        let run = RunId::new();
        let (mut child, container) = start(&run, what);
        let volumes = volumes_of(&container).await;
        child.kill().expect("a kill");
        child.wait().expect("its end");
        until_clean(&run).await;
        for volume in volumes.iter().filter(|volume| !volume.starts_with("docgen-store")) {
            assert!(!volume_exists(volume).await, "{what}: {volume}");
        }
    }
}

#[tokio::test]
async fn the_next_start_removes_what_a_dead_run_left_and_nothing_else() {
    let living = Bench::new().await;
    let run = RunId::new();
    let (mut child, _) = start(&run, "unwatched");
    sweep(&engine().await, Scope::Abandoned).await.expect("a sweep");
    assert!(
        left(&run).await.iter().any(|one| one.starts_with("container")),
        "its owner lives"
    );
    child.kill().expect("a kill");
    child.wait().expect("its end");
    assert!(!left(&run).await.is_empty(), "without a watchdog the network stays");
    sweep(&engine().await, Scope::Abandoned).await.expect("a sweep");
    assert_eq!(left(&run).await, Vec::<String>::new());
    assert_eq!(
        left(living.sandbox.run()).await.len(),
        3,
        "container, volume and network of a living run stay"
    );
    living.stop().await;
}

#[tokio::test]
async fn a_network_that_somebody_else_uses_hinders_no_other() {
    let docker = Docker::connect_with_local_defaults().expect("an engine");
    let run = RunId::new();
    // Nobody's only when it is in use: other tests sweep too.
    let expires = SystemTime::now() + Duration::from_secs(3);
    let expires = expires
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_secs()
        .to_string();
    let labels = HashMap::from([("docgen.run", run.as_str()), ("docgen.ttl", &expires)]);
    let labels: HashMap<String, String> = labels
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let name = |what: &str| format!("docgen-test-{}-{what}", run.as_str());
    let user = start_on_network(&docker, name("busy"), &labels).await;
    for what in ["free", "free-too"] {
        make_network(&docker, name(what), &labels).await;
    }
    let volume = VolumeCreateRequest {
        name: Some(name("volume")),
        labels: Some(labels),
        ..VolumeCreateRequest::default()
    };
    docker.create_volume(volume).await.expect("a volume");
    tokio::time::sleep(Duration::from_secs(5)).await;
    let clock = Instant::now();
    let swept = sweep(&engine().await, Scope::Abandoned).await;
    assert!(clock.elapsed() < Duration::from_secs(4), "{:?}", clock.elapsed());
    let told = docgen::diagnostic::with_causes(&swept.expect_err("a network that stays"));
    assert!(told.contains(&name("busy")), "{told}");
    assert_eq!(left(&run).await, [format!("network {:?}", Some(name("busy")))]);
    let force = RemoveContainerOptionsBuilder::default().force(true).build();
    docker.remove_container(&user, Some(force)).await.expect("its end");
    sweep(&engine().await, Scope::Abandoned).await.expect("a sweep");
    assert_eq!(left(&run).await, Vec::<String>::new());
}

async fn make_network(docker: &Docker, name: String, labels: &HashMap<String, String>) {
    let request = NetworkCreateRequest {
        name,
        labels: Some(labels.clone()),
        ..NetworkCreateRequest::default()
    };
    docker.create_network(request).await.expect("a network");
}

/// Makes a network and a container on it that is not docgen's.
async fn start_on_network(docker: &Docker, network: String, labels: &HashMap<String, String>) -> String {
    make_network(docker, network.clone(), labels).await;
    let body = ContainerCreateBody {
        image: Some(IMAGE.to_owned()),
        cmd: Some(["sleep", "60"].map(str::to_owned).to_vec()),
        host_config: Some(HostConfig {
            network_mode: Some(network),
            auto_remove: Some(true),
            ..HostConfig::default()
        }),
        ..ContainerCreateBody::default()
    };
    let made = docker.create_container(None, body).await.expect("a container");
    docker.start_container(&made.id, None).await.expect("its start");
    made.id
}

#[tokio::test]
#[ignore = "prints figures"]
async fn kills() {
    let mut times = Vec::new();
    for _ in 0..20 {
        let run = RunId::new();
        let (mut child, _) = start(&run, "plain");
        child.kill().expect("a kill");
        child.wait().expect("its end");
        times.push(until_clean(&run).await);
    }
    times.sort();
    println!(
        "20 kills: clean after {:?} (median), {:?} at most",
        times[10], times[19]
    );
}
