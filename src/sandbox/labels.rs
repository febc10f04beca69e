//! The labels by which docgen knows its own things on an engine, and whether their owner still lives.

#![expect(
    clippy::disallowed_methods,
    reason = "edge: the owner of a run is a process of this host"
)]

use std::collections::HashMap;
use std::fs;
use std::process;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Label of everything that belongs to a run.
pub(super) const RUN: &str = "docgen.run";

/// Label of what is kept for later runs.
pub(super) const CACHE: &str = "docgen.cache";

/// Label of a prepared image that has an engine inside: which one.
pub(super) const ENGINE: &str = "docgen.engine";

const PID: &str = "docgen.pid";
const PID_START: &str = "docgen.pidstart";
const BOOT: &str = "docgen.boot";
const HOST: &str = "docgen.host";
const TTL: &str = "docgen.ttl";

/// How long a run may take at most; what is older belongs to nobody.
const LIFETIME: Duration = Duration::from_secs(12 * 3600);

/// Name of one run of docgen, unique on its engine.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunId(String);

impl RunId {
    /// Makes a name of this process and this moment.
    pub fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seed = format!("{} {} {}", process::id(), now.as_nanos(), boot());
        Self(blake3::hash(seed.as_bytes()).to_hex()[..12].to_owned())
    }

    /// Takes the name of a run as it was given.
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for RunId {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns the labels of everything that a run of this process makes.
pub(super) fn of_run(run: &RunId) -> HashMap<String, String> {
    let expires = now() + LIFETIME.as_secs();
    let pid = process::id();
    let pairs = [
        (RUN, run.as_str().to_owned()),
        (PID, pid.to_string()),
        (PID_START, start_of(pid).unwrap_or_default()),
        (BOOT, boot()),
        (HOST, host()),
        // Seconds since 1970 after which it belongs to nobody, wherever its owner was.
        (TTL, expires.to_string()),
    ];
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Returns labels that empty those of a run; an image made of a container would inherit them.
pub(super) fn none_of_run() -> HashMap<String, String> {
    [RUN, PID, PID_START, BOOT, HOST, TTL]
        .into_iter()
        .map(|name| (name.to_owned(), String::new()))
        .collect()
}

/// Returns whether something with these labels belongs to a run that is over.
pub(super) fn is_abandoned(labels: &HashMap<String, String>) -> bool {
    let label = |name: &str| labels.get(name).map(String::as_str).unwrap_or_default();
    if label(RUN).is_empty() {
        return false;
    }
    let expired = label(TTL).parse::<u64>().is_ok_and(|expires| expires < now());
    let is_here = label(HOST) == host();
    let owner = label(PID).parse().ok().and_then(start_of);
    let owner_lives = label(BOOT) == boot() && owner.is_some_and(|start| start == label(PID_START));
    expired || (is_here && !owner_lives)
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

fn boot() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .unwrap_or_default()
        .trim()
        .to_owned()
}

fn host() -> String {
    let id = fs::read_to_string("/etc/machine-id").unwrap_or_default();
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    // A container shares its image's machine id, and processes are numbered per container.
    let space = fs::read_link("/proc/self/ns/pid")
        .map(|link| link.display().to_string())
        .unwrap_or_default();
    format!("{} {} {space}", name.trim(), id.trim())
}

/// When a process started, in clock ticks after boot: field 22 of its stat.
fn start_of(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(19).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{PID, PID_START, RUN, RunId, TTL, is_abandoned, of_run};

    fn labels() -> HashMap<String, String> {
        of_run(&RunId::new())
    }

    #[test]
    fn a_living_owner_keeps_its_things() {
        assert!(!is_abandoned(&labels()));
    }

    #[test]
    fn a_dead_owner_or_an_old_run_does_not() {
        for (name, value) in [(PID_START, "1"), (PID, "999999999"), (TTL, "1000")] {
            let mut labels = labels();
            labels.insert(name.to_owned(), value.to_owned());
            assert!(is_abandoned(&labels), "{name}");
        }
    }

    #[test]
    fn what_is_not_ours_is_never_abandoned() {
        assert!(!is_abandoned(&HashMap::new()));
        let mut labels = labels();
        labels.insert(RUN.to_owned(), String::new());
        labels.insert(PID.to_owned(), "999999999".to_owned());
        assert!(!is_abandoned(&labels));
    }
}
