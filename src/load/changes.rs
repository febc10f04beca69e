//! When each text was last changed, as git knows it: one `git log` for the whole site, read while the site is, and none as
//! long as nothing is committed.
//!
//! Nothing here can fail a build: without git, outside of a repository, or where history was cut off, dates are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;

/// Begins the line of a commit; no path of a text begins so.
const COMMIT: char = '\u{1}';

/// Where the times are kept from build to build. The folder is the cache's, which makes it.
const KEPT: &str = ".docgen/build/changes";

/// What a user may have set otherwise, which would change what git tells.
const SETTINGS: [&str; 5] = [
    "core.quotePath=false",
    "diff.orderFile=/dev/null",
    "log.follow=false",
    "log.showRoot=true",
    "log.showSignature=false",
];

/// Time of the last change by path; empty for a text that git does not know it of.
type Times = BTreeMap<String, String>;

/// The history of a site, while it is read.
pub(super) struct Changes {
    root: PathBuf,
    head: String,
    kept: Times,
    log: Option<Log>,
}

impl Changes {
    /// Starts to read the history of the folder `content` below `root`.
    pub(super) fn start(root: &Path) -> Option<Self> {
        let asked = git(root, &["rev-parse", "HEAD", "--is-shallow-repository"])
            .output()
            .ok()?;
        let head = asked.status.success().then_some(asked.stdout)?;
        let head = String::from_utf8(head).ok()?.trim().replace('\n', " ");
        let kept = fs::read_to_string(root.join(KEPT)).ok();
        let kept = kept
            .and_then(|text| times(text.strip_prefix(&head)?))
            .unwrap_or_default();
        Some(Self {
            log: kept.is_empty().then(|| Log::start(root)).flatten(),
            root: root.to_owned(),
            head,
            kept,
        })
    }

    /// Returns the time of the latest change of each of the `wanted` texts, by path.
    pub(super) fn of(mut self, wanted: BTreeSet<String>) -> Times {
        if wanted.iter().any(|path| !self.kept.contains_key(path)) {
            let log = self.log.take().or_else(|| Log::start(&self.root));
            let (times, is_whole) = log.map(|log| log.latest(wanted)).unwrap_or_default();
            self.kept = times;
            if is_whole {
                let lines = self.kept.iter().map(|(path, time)| format!("\n{time} {path}"));
                // What cannot be kept is read again.
                let _ = fs::write(self.root.join(KEPT), self.head + &lines.collect::<String>());
            }
        }
        self.kept.retain(|_, time| !time.is_empty());
        self.kept
    }
}

fn times(lines: &str) -> Option<Times> {
    // The blank before a path without a time belongs to its line.
    let pairs = lines.strip_prefix('\n')?.lines().map(|line| line.split_once(' '));
    pairs
        .map(|pair| pair.map(|(time, path)| (path.to_owned(), time.to_owned())))
        .collect()
}

fn git(root: &Path, arguments: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]))
        .args(arguments)
        .current_dir(root)
        // The same commit gives the same bytes, wherever it was made and is built.
        .env("TZ", "UTC0")
        // A hook's variables may name another repository than the site's.
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        // A clone without its trees would fetch them one by one: a build uses no network.
        .env("GIT_ALLOW_PROTOCOL", "none")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    git
}

/// A `git log` that runs, and the changes that it has told of, the latest first.
struct Log {
    git: Child,
    changes: Receiver<(String, String)>,
}

impl Log {
    fn start(root: &Path) -> Option<Self> {
        let arguments = [
            "log",
            "--relative",
            "--no-renames",
            "--name-only",
            "--no-color",
            "--decorate=short",
        ];
        let mut git = git(root, &arguments)
            .args(["--date=iso-strict-local", "--format=%x01%ad %D", "--", "content"])
            .spawn()
            .ok()?;
        let out = git.stdout.take()?;
        let (sender, changes) = mpsc::channel();
        thread::spawn(move || {
            // Nobody listens any more once all times are known.
            read(BufReader::new(out)).try_for_each(|change| sender.send(change))
        });
        Some(Self { git, changes })
    }

    /// Reads as far back as needed; returns the times, and whether nothing kept git from telling all of them.
    fn latest(mut self, mut wanted: BTreeSet<String>) -> (Times, bool) {
        let mut latest = Times::new();
        while !wanted.is_empty()
            && let Ok((path, time)) = self.changes.recv()
        {
            if wanted.remove(&path) {
                latest.insert(path, time);
            }
        }
        let is_whole = if wanted.is_empty() {
            // It may have ended by itself; either way nothing is left of it.
            let _ = self.git.kill();
            let _ = self.git.wait();
            true
        } else {
            self.git.wait().is_ok_and(|status| status.success())
        };
        latest.extend(wanted.into_iter().map(|path| (path, String::new())));
        (latest, is_whole)
    }
}

/// The changed paths of all commits. Their time is empty where a shallow clone was cut off: that commit seems to have made
/// every file.
fn read(log: BufReader<ChildStdout>) -> impl Iterator<Item = (String, String)> {
    let mut time = String::new();
    log.lines().map_while(Result::ok).filter_map(move |line| {
        let Some(commit) = line.strip_prefix(COMMIT) else {
            return (!line.is_empty()).then(|| (line, time.clone()));
        };
        let (at, names) = commit.split_once(' ').unwrap_or((commit, ""));
        let is_cut_off = names.split(", ").any(|name| name == "grafted");
        time = if is_cut_off { String::new() } else { at.to_owned() };
        None
    })
}
