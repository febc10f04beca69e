//! When each text was last changed, as git knows it: one `git log` for the whole site, read while the site is.
//!
//! Nothing here can fail a build: without git, outside of a repository, or where history was cut off, dates are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;

/// Begins the line of a commit; no path of a text begins so.
const COMMIT: char = '\u{1}';

/// A `git log` that runs.
pub(super) struct Changes {
    git: Child,
    found: Receiver<(String, String)>,
}

impl Changes {
    /// Starts to read the history of the folder `content` below `root`.
    pub(super) fn start(root: &Path) -> Option<Self> {
        let mut git = Command::new("git")
            .args(["-c", "core.quotePath=false", "-c", "log.showSignature=false", "log"])
            .args([
                "--relative",
                "--no-renames",
                "--name-only",
                "--no-color",
                "--decorate=short",
            ])
            .args(["--date=iso-strict-local", "--format=%x01%ad %D", "--", "content"])
            .current_dir(root)
            // The same commit gives the same bytes, wherever it was made and is built.
            .env("TZ", "UTC0")
            // A clone without its trees would fetch them one by one: a build uses no network.
            .env("GIT_ALLOW_PROTOCOL", "none")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let out = git.stdout.take()?;
        let (sender, found) = mpsc::channel();
        thread::spawn(move || {
            // Nobody listens any more once all dates are known.
            changes(BufReader::new(out)).try_for_each(|change| sender.send(change))
        });
        Some(Self { git, found })
    }

    /// Returns the time of the latest change of each of the `wanted` texts, by path; history further back is not read.
    pub(super) fn of(mut self, mut wanted: BTreeSet<String>) -> BTreeMap<String, String> {
        let mut latest = BTreeMap::new();
        while !wanted.is_empty()
            && let Ok((path, time)) = self.found.recv()
        {
            if wanted.remove(&path) && !time.is_empty() {
                latest.insert(path, time);
            }
        }
        // It may have ended by itself; either way nothing is left of it.
        let _ = self.git.kill();
        let _ = self.git.wait();
        latest
    }
}

/// The changed paths of all commits, the latest first. Their time is empty where a shallow clone was cut off: that commit
/// seems to have made every file.
fn changes(log: BufReader<ChildStdout>) -> impl Iterator<Item = (String, String)> {
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
