//! What Podman answers, as recorded from Podman 4.3.1: no engine of that kind is needed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use docgen::model::machine::MachineSpec;
use docgen::sandbox::{Engine, Sandbox, SandboxError, Scope, sweep};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::fixture::options;

const VERSION: &str = r#"{"Platform":{"Name":"linux/amd64/debian-12"},"Components":[{"Name":"Podman Engine","Version":"4.3.1","Details":{"APIVersion":"4.3.1","MinAPIVersion":"4.0.0"}}],"Version":"4.3.1","ApiVersion":"1.41","MinAPIVersion":"1.24","Os":"linux","Arch":"amd64"}"#;
const STOPPED: &str = r#"[{"Id":"31442b58907a","Names":["/docgen-x-default"],"Image":"debian:12","State":"stopped","Status":"Stopped","Labels":{}}]"#;
const NO_ATTACH: &str = r#"{"cause":"OCI permission denied","message":"preparing container 31442b58907a for attach: runc: runc create failed: unable to start container process: error setting rlimit type 7: operation not permitted: OCI permission denied","response":409}"#;
const NO_KILL: &str = r#"{"cause":"no such process","message":"cannot remove container 31442b58907a as it could not be stopped: sending SIGKILL to container 31442b58907a: no such process","response":500}"#;

/// Answers by the end of the path, one after the other, the last one for ever.
type Answers = BTreeMap<&'static str, Vec<(u16, &'static str)>>;

/// Starts an engine that only says what it is told to; returns its address and what it was asked for.
async fn engine(answers: Answers) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("tcp://{}", listener.local_addr().unwrap());
    let (answers, asked) = (Arc::new(Mutex::new(answers)), Arc::<Mutex<Vec<String>>>::default());
    let heard = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&answers), Arc::clone(&heard)));
        }
    });
    (url, asked)
}

/// Reads one request and answers it; then the connection ends.
async fn serve(mut stream: TcpStream, answers: Arc<Mutex<Answers>>, asked: Arc<Mutex<Vec<String>>>) {
    let mut request = Vec::new();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await {
            Ok(count @ 1..) => request.extend_from_slice(&buffer[..count]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&request).into_owned();
    let mut words = head.split_whitespace();
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let asked_for = format!("{method} {}", target.split('?').next().unwrap());
    asked.lock().unwrap().push(asked_for.clone());
    let (status, body) = {
        let mut answers = answers.lock().unwrap();
        let list = answers
            .iter_mut()
            .find(|(end, _)| asked_for.ends_with(**end))
            .map(|(_, list)| list);
        match list {
            Some(list) if list.len() > 1 => list.remove(0),
            Some(list) => list[0],
            None => (404, r#"{"cause":"x","message":"no such thing","response":404}"#),
        }
    };
    let answer = format!(
        "HTTP/1.1 {status} X\r\nApi-Version: 1.41\r\nLibpod-Api-Version: 4.3.1\r\nServer: Libpod/4.3.1 (linux)\r\n\
         Content-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    drop(stream.write_all(answer.as_bytes()).await);
    // What is left of the request must not reset the connection before the answer is read.
    drop(stream.shutdown().await);
    let mut rest = [0; 65536];
    while matches!(stream.read(&mut rest).await, Ok(1..)) {}
}

fn answers() -> Answers {
    BTreeMap::from([
        ("GET /version", vec![(200, VERSION)]),
        ("/containers/json", vec![(200, "[]")]),
        ("/networks", vec![(200, "[]")]),
        ("/networks/create", vec![(201, r#"{"Id":"2f259bab93aa","Warning":""}"#)]),
        ("/volumes", vec![(200, r#"{"Volumes":[],"Warnings":[]}"#)]),
    ])
}

#[tokio::test]
async fn it_is_known_and_negotiated_with() {
    let (url, _) = engine(answers()).await;
    let podman = Engine::connect(Some(&url)).await.expect("an engine");
    assert!(podman.is_podman());
    assert_eq!(podman.version(), "4.3.1");
    let mut old = answers();
    old.insert(
        "GET /version",
        vec![(200, r#"{"Version":"19.03.0","ApiVersion":"1.40"}"#)],
    );
    let too_old = Engine::connect(Some(&engine(old).await.0)).await.err();
    assert!(
        matches!(&too_old, Some(SandboxError::EngineTooOld { found, .. }) if found == "1.40"),
        "{too_old:?}"
    );
}

#[tokio::test]
async fn a_newer_engine_is_spoken_to_as_docgen_can() {
    let mut newer = answers();
    newer.insert(
        "GET /version",
        vec![(
            200,
            r#"{"Version":"99.0.0","ApiVersion":"1.99","MinAPIVersion":"1.44"}"#,
        )],
    );
    let (url, asked) = engine(newer).await;
    let docker = Engine::connect(Some(&url)).await.expect("an engine");
    assert!(!docker.is_podman());
    sweep(&docker, Scope::Abandoned).await.expect("a sweep");
    let asked = asked.lock().unwrap().clone();
    let path = asked.iter().find(|asked| asked.ends_with("/containers/json"));
    assert_eq!(
        path.map(String::as_str),
        Some("GET /containers/json"),
        "without a version, an engine answers as its own newest one: none is too old for it"
    );
}

#[tokio::test]
async fn a_container_that_is_just_ending_does_not_confuse_a_sweep() {
    let mut ending = answers();
    ending.insert("/containers/json", vec![(200, STOPPED), (200, STOPPED), (200, "[]")]);
    let podman = Engine::connect(Some(&engine(ending).await.0)).await.expect("an engine");
    let swept = sweep(&podman, Scope::Abandoned).await.expect("a sweep");
    assert_eq!(swept.containers, [""; 0]);
}

#[tokio::test]
async fn a_container_that_cannot_start_is_told_and_removed() {
    let mut refusing = answers();
    refusing.insert("/debian:12/json", vec![(200, r#"{"Id":"sha256:404f4ee4d10a"}"#)]);
    refusing.insert(
        "/containers/create",
        vec![(201, r#"{"Id":"31442b58907a","Warnings":[]}"#)],
    );
    refusing.insert("PUT /containers/31442b58907a/archive", vec![(200, "")]);
    refusing.insert("/31442b58907a/attach", vec![(409, NO_ATTACH)]);
    refusing.insert("DELETE /containers/31442b58907a", vec![(500, NO_KILL), (204, "")]);
    let (url, asked) = engine(refusing).await;
    let podman = Engine::connect(Some(&url)).await.expect("an engine");
    let sandbox = Sandbox::start(&podman, options()).await.expect("a sandbox");
    let failed = sandbox.machine(&MachineSpec::plain("server", "debian:12")).await.err();
    let text = docgen::diagnostic::with_causes(&failed.expect("an error"));
    assert!(
        text.contains("could not attach to") && text.contains("error setting rlimit type 7"),
        "{text}"
    );
    let asked = asked.lock().unwrap().clone();
    let removals = asked.iter().filter(|asked| asked.starts_with("DELETE")).count();
    assert_eq!(removals, 2, "once more after a failure: {asked:?}");
}
