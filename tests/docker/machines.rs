//! Machines: images, users, files, networks, limits, services, and how they die.

use std::time::{Duration, Instant};

use docgen::model::block::Ready;
use docgen::model::machine::{EnvValue, MachineFile, MachineKind, MachineSpec, NetworkPolicy};
use docgen::sandbox::{Engine, FileToWrite, Sandbox, SandboxError};
use docgen::session::{Loss, Request, SessionError, SessionOptions};
use tokio::net::{TcpListener, UnixStream};

use crate::fixture::{Bench, IMAGE, engine, options};

fn plain(name: &str) -> MachineSpec {
    MachineSpec::plain(name, IMAGE)
}

#[tokio::test]
async fn facts_name_the_image() {
    let bench = Bench::new().await;
    let image = &bench.machine.facts().image;
    assert_eq!(image.name, IMAGE);
    assert!(image.id.starts_with("sha256:"));
    assert!(image.local_build || image.digest.is_some());
    bench.stop().await;
}

#[tokio::test]
async fn an_image_that_cannot_be_had_is_named() {
    let sandbox = Sandbox::start(&engine().await, options()).await.expect("a sandbox");
    let missing = sandbox
        .machine(&MachineSpec::plain("server", "docgen.invalid/nothing:1"))
        .await
        .err();
    let Some(SandboxError::ImageMissing { image, .. }) = &missing else {
        panic!("{missing:?}")
    };
    assert_eq!(image, "docgen.invalid/nothing:1");
    sandbox.stop().await.expect("an end");
}

#[tokio::test]
async fn a_failing_prepare_tells_its_line() {
    let sandbox = Sandbox::start(&engine().await, options()).await.expect("a sandbox");
    let spec = MachineSpec {
        prepare: Some("true\necho trouble >&2\n(exit 5)\ntrue".to_owned()),
        ..plain("server")
    };
    let failed = sandbox.machine(&spec).await.err();
    let Some(SandboxError::Prepare { what, output, .. }) = &failed else {
        panic!("{failed:?}")
    };
    assert_eq!((what.as_str(), output.as_str()), ("at line 3 with status 5", "trouble"));
    sandbox.stop().await.expect("an end");
}

#[tokio::test]
async fn a_user_has_home_groups_and_variables() {
    let spec = MachineSpec {
        prepare: Some("useradd -m -s /bin/bash amy; groupadd crew".to_owned()),
        user: Some("amy".to_owned()),
        hostname: Some("web.example.test".to_owned()),
        workdir: Some("/tmp".to_owned()),
        env: [("TOKEN".to_owned(), EnvValue::Plain("x y".to_owned()))].into(),
        ..plain("server")
    };
    let mut bench = Bench::with(spec).await;
    assert_eq!(
        bench
            .text("id -un; pwd; echo $HOME \"$TOKEN\"; hostname; stat -c %U /dev/pts/0")
            .await,
        "amy\n/tmp\n/home/amy x y\nweb.example.test\namy\n"
    );
    let root = SessionOptions {
        user: None,
        cwd: None,
        ..bench.machine.options()
    };
    let mut root = bench.machine.open(&root).await.expect("a session of root");
    root.run(Request::script("usermod -aG crew amy", Duration::from_secs(5)))
        .await
        .expect("a transcript");
    assert!(!bench.text("id -Gn").await.contains("crew"));
    bench.reopen().await;
    assert!(
        bench.text("id -Gn").await.contains("crew"),
        "a new login reads the groups anew"
    );
    let nobody = SessionOptions {
        user: Some("nobodyhere".to_owned()),
        ..bench.machine.options()
    };
    let refused = bench.machine.open(&nobody).await.err();
    assert!(
        matches!(&refused, Some(SessionError::Refused(reason)) if reason.contains("nobodyhere")),
        "{refused:?}"
    );
    bench.stop().await;
}

#[tokio::test]
async fn terminals_share_a_machine_but_not_a_shell() {
    let mut bench = Bench::new().await;
    let mut other = bench
        .machine
        .open(&bench.machine.options())
        .await
        .expect("a second terminal");
    bench.run("x=first; touch /tmp/made").await;
    let request = Request::script("echo ${x-none}; ls /tmp/made; tty </dev/tty", Duration::from_secs(5));
    let (slow, seen) = tokio::join!(
        bench.session.run(Request::script("sleep 0.5", Duration::from_secs(5))),
        other.run(request)
    );
    assert_eq!(slow.expect("a transcript").status, 0);
    let seen = seen.expect("a transcript");
    assert!(seen.output.to_text().starts_with("none\n/tmp/made\n"));
    assert!(seen.duration < Duration::from_millis(400), "they run at the same time");
    bench.stop().await;
}

#[tokio::test]
async fn files_are_written_byte_for_byte() {
    let spec = MachineSpec {
        files: vec![MachineFile {
            path: "/opt/new/given".to_owned(),
            bytes: b"g".to_vec(),
            mode: 0o600,
            owner: None,
        }],
        ..plain("server")
    };
    let mut bench = Bench::with(spec).await;
    bench.run("useradd -m amy").await;
    let bytes = [&b"a\0\xff\r\n"[..], &vec![b'x'; 3 << 20]].concat();
    let file = FileToWrite {
        path: "sub.bin".to_owned(),
        cwd: Some("/tmp".to_owned()),
        owner: Some("amy:root".to_owned()),
        mode: Some(0o751),
        bytes: bytes.clone(),
        ..FileToWrite::default()
    };
    assert_eq!(
        bench.machine.write_file(file.clone()).await.expect("a file"),
        "/tmp/sub.bin"
    );
    assert_eq!(
        bench
            .text("stat -c '%U:%G %a %s' /tmp/sub.bin /opt/new/given; head -c 5 /tmp/sub.bin | od -An -c")
            .await
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
        "amy:root 751 3145733 root:root 600 1 a \\0 377 \\r \\n"
    );
    let more = FileToWrite {
        path: "~/log".to_owned(),
        append: true,
        bytes: b"one\n".to_vec(),
        ..FileToWrite::default()
    };
    bench.machine.write_file(more.clone()).await.expect("a file");
    assert_eq!(bench.machine.write_file(more).await.expect("a file"), "/root/log");
    assert_eq!(bench.text("cat /root/log").await, "one\none\n");
    let nowhere = FileToWrite {
        path: "/no/such/place".to_owned(),
        ..FileToWrite::default()
    };
    assert!(
        matches!(bench.machine.write_file(nowhere).await, Err(SessionError::Refused(reason)) if reason.contains("/no/such/place"))
    );
    bench.stop().await;
}

#[tokio::test]
async fn machines_know_each_other_by_their_names() {
    let sandbox = Sandbox::start(&engine().await, options()).await.expect("a sandbox");
    let web = MachineSpec {
        aliases: vec!["shop.example.test".to_owned()],
        ..plain("web")
    };
    let closed = MachineSpec {
        network: NetworkPolicy::None,
        ..plain("closed")
    };
    let inner = MachineSpec {
        network: NetworkPolicy::Internal,
        ..plain("inner")
    };
    let specs = [plain("client"), web, closed, inner];
    let [client, _web, closed, inner] =
        &futures_util::future::try_join_all(specs.iter().map(|spec| sandbox.machine(spec)))
            .await
            .expect("machines")[..]
    else {
        panic!()
    };
    let script = "for n in web shop.example.test inner; do getent hosts $n >/dev/null && echo $n; done; true";
    for (machine, expected) in [
        (client, "web\nshop.example.test\ninner\n"),
        (inner, "web\nshop.example.test\ninner\n"),
        (closed, ""),
    ] {
        let mut session = machine.open(&machine.options()).await.expect("a session");
        let seen = session
            .run(Request::script(script, Duration::from_secs(30)))
            .await
            .expect("a transcript");
        assert_eq!(seen.output.to_text(), expected, "{}", machine.facts().machine);
    }
    // The outside cannot be tried where tests run without it; that the engine keeps it off can be seen.
    let docker = bollard::Docker::connect_with_local_defaults().expect("an engine");
    let seen = docker
        .inspect_container(inner.container(), None)
        .await
        .expect("a container");
    let networks = seen
        .network_settings
        .and_then(|settings| settings.networks)
        .unwrap_or_default();
    assert_eq!(networks.len(), 1);
    for name in networks.keys() {
        assert_eq!(
            docker.inspect_network(name, None).await.expect("a network").internal,
            Some(true)
        );
    }
    sandbox.stop().await.expect("an end");
}

#[tokio::test]
async fn a_service_machine_is_ready_or_says_why_not() {
    let sandbox = Sandbox::start(&engine().await, options()).await.expect("a sandbox");
    let serve = "exec 3<>/dev/null; echo starting; sleep 0.3; echo listening; exec sleep 1000".to_owned();
    let good = MachineSpec {
        run: Some(serve),
        ready: vec![
            Ready::Log("listening".to_owned()),
            Ready::Command("test -d /tmp".to_owned()),
        ],
        ..plain("good")
    };
    let machine = sandbox.machine(&good).await.expect("a service");
    assert!(machine.service_log().expect("a log").to_text().contains("listening"));
    assert_eq!(machine.service_status(), None);
    let bad = MachineSpec {
        run: Some("echo cannot bind; exit 3".to_owned()),
        ready: vec![Ready::Port(80)],
        ..plain("bad")
    };
    let failed = sandbox.machine(&bad).await.err();
    let Some(SandboxError::NotReady { what, output, .. }) = &failed else {
        panic!("{failed:?}")
    };
    assert!(
        what.contains("ended with status 3") && output.contains("cannot bind"),
        "{what}: {output}"
    );
    sandbox.stop().await.expect("an end");
}

#[tokio::test]
async fn a_machine_that_dies_is_no_failure_of_the_guide() {
    let mut bench = Bench::new().await;
    let died = bench
        .session
        .run(Request::script("kill -TERM 1; sleep 100", Duration::from_secs(200)))
        .await;
    assert!(
        matches!(died, Err(SessionError::Lost(Loss::MachineDied { exit: Some(0), .. }))),
        "{died:?}"
    );
    let after = bench.machine.open(&bench.machine.options()).await.err();
    assert!(
        matches!(after, Some(SessionError::Lost(Loss::MachineDied { .. }))),
        "{after:?}"
    );
    bench.stop().await;
}

/// A way to the engine over TCP that can be cut.
async fn bridge() -> (String, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("tcp://{}", listener.local_addr().expect("an address"));
    let task = tokio::spawn(async move {
        let mut connections = tokio::task::JoinSet::new();
        while let Ok((mut near, _)) = listener.accept().await {
            connections.spawn(async move {
                let mut far = UnixStream::connect("/var/run/docker.sock").await.expect("an engine");
                let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    (url, task)
}

#[tokio::test]
async fn an_engine_that_is_lost_is_no_failure_of_the_guide() {
    let (url, bridge) = bridge().await;
    let far = Engine::connect(Some(&url)).await.expect("an engine over tcp");
    let sandbox = Sandbox::start(&far, options()).await.expect("a sandbox");
    let run = sandbox.run().clone();
    let machine = sandbox.machine(&plain("server")).await.expect("a machine");
    let mut session = machine.open(&machine.options()).await.expect("a session");
    let block = tokio::spawn(async move {
        session
            .run(Request::script("sleep 100", Duration::from_secs(200)))
            .await
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    bridge.abort();
    let lost = block.await.expect("no panic");
    assert!(matches!(lost, Err(SessionError::Lost(Loss::EngineLost(_)))), "{lost:?}");
    assert!(matches!(sandbox.stop().await, Err(SandboxError::EngineLost(_))));
    let swept = docgen::sandbox::sweep(&engine().await, docgen::sandbox::Scope::Run(run))
        .await
        .expect("a sweep");
    assert_eq!(swept.networks.len(), 1);
}

#[tokio::test]
async fn no_engine_says_what_was_tried() {
    let nothing = Engine::connect(Some("unix:///nowhere/docker.sock")).await.err();
    let Some(SandboxError::NoEngine(tried)) = &nothing else {
        panic!("{nothing:?}")
    };
    assert_eq!(
        tried[0],
        ("unix:///nowhere/docker.sock".to_owned(), "no such socket".to_owned())
    );
    let closed = Engine::connect(Some("tcp://127.0.0.1:9")).await.err();
    let Some(SandboxError::NoEngine(tried)) = closed else {
        panic!("{closed:?}")
    };
    assert_eq!(tried[0].1, "nothing listens there: the connection was refused");
}

#[tokio::test]
async fn systemd_runs_units() {
    let spec = MachineSpec {
        kind: MachineKind::Systemd,
        prepare: Some(
            "apt-get -qq update; apt-get -qq install -y --no-install-recommends systemd systemd-sysv dbus".to_owned(),
        ),
        ..plain("server")
    };
    let started = Instant::now();
    let mut bench = Bench::with(spec).await;
    println!("systemd ready after {:?}", started.elapsed());
    bench.run("printf '[Service]\\nExecStart=/bin/sleep 1000\\n' >/etc/systemd/system/nap.service; systemctl daemon-reload; systemctl start nap").await;
    assert_eq!(bench.text("systemctl is-active nap").await, "active\n");
    assert_eq!(bench.text("cat /proc/1/comm").await, "systemd\n");
    let run = bench.sandbox.run().clone();
    drop(bench.session);
    drop(bench.machine);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let swept = docgen::sandbox::sweep(&engine().await, docgen::sandbox::Scope::Run(run))
        .await
        .expect("a sweep");
    assert_eq!(
        swept.containers,
        Vec::<String>::new(),
        "the agent's end has shut the machine down"
    );
    bench.sandbox.stop().await.expect("an end");
}

#[tokio::test]
async fn systemd_needs_an_image_that_has_it() {
    let sandbox = Sandbox::start(&engine().await, options()).await.expect("a sandbox");
    let spec = MachineSpec {
        kind: MachineKind::Systemd,
        ..MachineSpec::plain("server", IMAGE)
    };
    let error = sandbox.machine(&spec).await.err().expect("an error");
    let text = error.to_string();
    assert!(
        text.contains("no `/sbin/init`") && text.contains("systemd-sysv"),
        "{text}"
    );
    assert!(error.concerns(&spec) && !error.concerns(&MachineSpec::plain("other", IMAGE)));
    sandbox.stop().await.expect("an orderly end");
}

#[tokio::test]
async fn a_service_beside_the_guide_is_a_deviation() {
    let bench = Bench::with(MachineSpec {
        run: Some("echo up; exec sleep 1000".to_owned()),
        ..MachineSpec::plain("server", IMAGE)
    })
    .await;
    assert_eq!(
        bench.machine.facts().deviations,
        ["a service beside the guide: `echo up; exec sleep 1000`"]
    );
    bench.stop().await;
}
