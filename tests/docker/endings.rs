//! Ends of whole runs of the program: interrupted, side by side, without their engine.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;

/// A guide of which the second block takes this many seconds.
fn guide(seconds: u32) -> String {
    format!(
        "```bash id=one\necho $$ >/tmp/mine\n```\n\n```bash id=two\nsleep {seconds}\n```\n\n```bash id=three\ncat /tmp/mine\nls /tmp\n```\n"
    )
}

/// A run of the program on a guide of its own.
pub(crate) struct Run {
    child: Child,
    folder: TempDir,
    /// Ends with the program's standard error.
    progress: std::thread::JoinHandle<String>,
    /// The lines of its standard error, as they come.
    pub(crate) lines: std::sync::mpsc::Receiver<String>,
}

/// What a run left.
pub(crate) struct Ended {
    pub(crate) exit: Option<i32>,
    pub(crate) report: Value,
    pub(crate) progress: String,
}

impl Run {
    pub(crate) fn start(guide: &str, arguments: &[&str]) -> Self {
        Self::start_with(guide, arguments, &[])
    }

    pub(crate) fn start_with(guide: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("guide.md"), guide).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_docgen"))
            .current_dir(folder.path())
            .args(["verify", "guide.md", "--report", "json:report.json"])
            .args(arguments)
            .env("NO_COLOR", "1")
            .envs(variables.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = std::sync::mpsc::channel();
        let progress = std::thread::spawn(move || {
            let mut all = String::new();
            for line in stderr.lines().map_while(Result::ok) {
                all.push_str(&line);
                all.push('\n');
                drop(sender.send(line));
            }
            all
        });
        Self {
            child,
            folder,
            progress,
            lines,
        }
    }

    /// Waits until the first block has passed, so that the second one runs.
    fn under_way(&self) {
        while !self
            .lines
            .recv_timeout(Duration::from_secs(60))
            .unwrap()
            .contains("one passed")
        {}
        std::thread::sleep(Duration::from_millis(200));
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", name, &pid])
                .status()
                .unwrap()
                .success()
        );
    }

    pub(crate) fn is_running(&self) -> bool {
        Path::new("/proc")
            .join(self.child.id().to_string())
            .join("fd/0")
            .exists()
    }

    pub(crate) fn ended(mut self) -> Ended {
        let exit = self.child.wait().unwrap().code();
        let report = std::fs::read_to_string(self.folder.path().join("report.json"));
        Ended {
            exit,
            report: report.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap()),
            progress: self.progress.join().unwrap(),
        }
    }
}

impl Ended {
    fn statuses(&self) -> Vec<(&str, &str)> {
        let blocks = self.report["guides"][0]["blocks"].as_array().into_iter().flatten();
        blocks
            .map(|block| (block["id"].as_str().unwrap(), block["status"].as_str().unwrap()))
            .collect()
    }
}

/// The ids of everything on the engine that a process made.
fn left_of(pid: u32) -> Vec<String> {
    let label = format!("label=docgen.pid={pid}");
    let lists = [
        ["ps", "-aq"].as_slice(),
        &["network", "ls", "-q"],
        &["volume", "ls", "-q"],
    ];
    let ids = |list: &&[&str]| {
        let output = Command::new("docker")
            .args(*list)
            .args(["--filter", &label])
            .output()
            .unwrap();
        String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    lists.iter().flat_map(ids).collect()
}

fn until_clean(pid: u32) {
    let clock = Instant::now();
    while !left_of(pid).is_empty() {
        assert!(
            clock.elapsed() < Duration::from_secs(10),
            "still there: {:?}",
            left_of(pid)
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_interrupt_gives_a_partial_report_and_leaves_nothing() {
    for signal in ["INT", "TERM"] {
        let run = Run::start(&guide(1000), &["--timeout", "2000s"]);
        let pid = run.child.id();
        run.under_way();
        assert!(!left_of(pid).is_empty());
        run.signal(signal);
        let clock = Instant::now();
        let ended = run.ended();
        assert!(clock.elapsed() < Duration::from_secs(10), "{:?}", clock.elapsed());
        assert_eq!(ended.exit, Some(130), "{}", ended.progress);
        let expected = [("one", "passed"), ("two", "unreachable"), ("three", "unreachable")];
        assert_eq!(ended.statuses(), expected);
        assert_eq!(
            ended.report["guides"][0]["verdict"], "error",
            "nothing is known to be wrong"
        );
        assert_eq!(left_of(pid), Vec::<String>::new());
    }
}

#[test]
fn a_second_interrupt_ends_at_once_and_leaves_nothing() {
    let run = Run::start(&guide(1000), &["--timeout", "2000s"]);
    let pid = run.child.id();
    run.under_way();
    run.signal("INT");
    std::thread::sleep(Duration::from_millis(20));
    run.signal("INT");
    let clock = Instant::now();
    assert_eq!(run.ended().exit, Some(130));
    assert!(clock.elapsed() < Duration::from_secs(2), "{:?}", clock.elapsed());
    until_clean(pid);
}

#[test]
fn two_docgens_at_once_do_not_touch_each_other() {
    let long = Run::start(&guide(4), &[]);
    let short = Run::start(&guide(0), &[]);
    long.under_way();
    clean();
    for run in [short, long] {
        let pid = run.child.id();
        let ended = run.ended();
        assert_eq!(ended.exit, Some(0), "{} {}", ended.progress, ended.report);
        let shown = ended.report["guides"][0]["blocks"][2]["output"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(shown.lines().count(), 2, "only its own file is there: {shown}");
        assert_eq!(left_of(pid), Vec::<String>::new());
    }
}

/// A way to the engine that can be cut.
fn proxy(socket: PathBuf) -> JoinHandle<()> {
    let listener = UnixListener::bind(socket).unwrap();
    tokio::spawn(async move {
        let mut connections = tokio::task::JoinSet::new();
        while let Ok((mut near, _)) = listener.accept().await {
            connections.spawn(async move {
                let mut far = UnixStream::connect("/var/run/docker.sock").await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
            });
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_goes_away_is_an_error_and_never_green() {
    for returns in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("engine.sock");
        let url = format!("unix://{}", socket.display());
        let way = proxy(socket.clone());
        let run = Run::start(&guide(5), &["--engine", &url]);
        let pid = run.child.id();
        run.under_way();
        way.abort();
        drop(way.await);
        std::fs::remove_file(&socket).unwrap();
        if returns {
            drop(proxy(socket.clone()));
        }
        let ended = tokio::task::spawn_blocking(|| run.ended()).await.unwrap();
        assert_eq!(ended.exit, Some(2), "{}", ended.progress);
        assert_eq!(ended.report["guides"][0]["verdict"], "error");
        let statuses = ended.statuses();
        assert_eq!(statuses[..2], [("one", "passed"), ("two", "error")], "{statuses:?}");
        assert_ne!(statuses[2].1, "passed");
        if !returns {
            assert_ne!(
                ended.report["left_behind"],
                serde_json::json!([]),
                "it could not see whether all is gone"
            );
        }
        clean();
        assert_eq!(left_of(pid), Vec::<String>::new());
    }
}

/// Removes what is left over. What other tests leave on purpose, in the way of this, may keep it from ending well; whoever
/// calls looks at what is left.
fn clean() {
    drop(
        Command::new(env!("CARGO_BIN_EXE_docgen"))
            .arg("clean")
            .status()
            .unwrap(),
    );
}

/// The largest memory that a process had, in KiB.
fn peak(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

#[test]
fn much_output_needs_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let logs = folder.path().to_str().unwrap();
    for arguments in [[].as_slice(), &["--verbose"], &["--logs", logs]] {
        let text = "```bash id=one\nhead -c 200M /dev/zero | tr '\\0' x; yes a line of output | head -c 100M\n```\n";
        let mut run = Run::start(text, arguments);
        let pid = run.child.id();
        let mut most = 0;
        while run.child.try_wait().unwrap().is_none() {
            most = most.max(peak(pid).unwrap_or(0));
            std::thread::sleep(Duration::from_millis(20));
        }
        let ended = run.ended();
        assert_eq!(ended.exit, Some(0), "{arguments:?}");
        assert_eq!(ended.report["guides"][0]["blocks"][0]["output_bytes"], 300 << 20);
        assert!(most < 60 << 10, "{arguments:?}: {most} KiB");
        println!("{arguments:?}: {most} KiB at most");
    }
}
