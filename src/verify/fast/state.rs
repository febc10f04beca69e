//! The state of a shell: read, and brought to another one. It counts as the same only if it reads the same there.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::sandbox::Machine;
use crate::session::{Mode, Request, Session};

/// Prints the state of a shell as commands that bring another one to it.
const READ: &str = include_str!("state.bash");

/// Time for that.
const TIME: Duration = Duration::from_secs(10);

/// File systems that are no place for a guide's files.
const OF_THE_KERNEL: [&str; 8] = [
    "proc",
    "sysfs",
    "devpts",
    "tmpfs",
    "mqueue",
    "cgroup",
    "cgroup2",
    "hugetlbfs",
];

/// Places where every machine has something of the engine's or docgen's own.
const USUAL: [&str; 6] = [
    "/",
    "/.docgen",
    "/etc/hosts",
    "/etc/hostname",
    "/etc/resolv.conf",
    "/run/.containerenv",
];

/// Reads the state of a shell.
pub(super) async fn read(session: &mut Session) -> Result<String, String> {
    let request = Request {
        mode: Mode::Split,
        ..Request::script(READ, TIME)
    };
    let transcript = session.run(request).await.map_err(|error| error.to_string())?;
    let split = transcript.split.unwrap_or_default();
    if transcript.status != 0 || transcript.shell_gone || split.out.omitted() > 0 || split.out.is_empty() {
        return Err("the state of its shell cannot be read".to_owned());
    }
    String::from_utf8(split.out.to_bytes()).map_err(|_| "its shell holds bytes that are no text".to_owned())
}

/// Opens a shell and brings it to a state; an error if it does not read the same then.
pub(super) async fn bring(machine: &Machine, state: &str) -> Result<Session, String> {
    let opened = machine.open(&machine.options()).await;
    let mut session = opened.map_err(|error| error.to_string())?;
    let request = Request::script(state, TIME);
    session.run(request).await.map_err(|error| error.to_string())?;
    let reached = read(&mut session).await?;
    match difference(state, &reached) {
        None => Ok(session),
        Some(line) => {
            session.close();
            Err(format!(
                "another shell cannot be brought to the state of its own: {line}"
            ))
        }
    }
}

/// What one text has and the other has not.
fn difference(wanted: &str, reached: &str) -> Option<String> {
    if wanted == reached {
        return None;
    }
    let only = |here: &str, there: &str| {
        let there: BTreeSet<&str> = there.lines().collect();
        let line = here.lines().find(|line| !there.contains(line));
        line.map(|line| line.chars().take(100).collect::<String>())
    };
    let missing = only(wanted, reached).map(|line| format!("`{line}` is missing"));
    let surplus = || only(reached, wanted).map(|line| format!("`{line}` is too much"));
    missing
        .or_else(surplus)
        .or_else(|| Some("its parts are in another order".to_owned()))
}

/// What a copy of a machine's files would lose: what changed outside of them, or volumes that it has.
pub(super) fn outside(before: &[String], now: &[String]) -> Option<String> {
    if let Some(volume) = now.iter().find_map(|line| volume(line)) {
        return Some(format!("`{volume}` is a volume"));
    }
    let (before, now): (BTreeSet<_>, BTreeSet<_>) = (before.iter().collect(), now.iter().collect());
    let changed = now.symmetric_difference(&before).next()?;
    let what = changed.strip_prefix("mount ").and_then(|line| line.split(' ').nth(4));
    let what = what.or_else(|| changed.split(' ').next()).unwrap_or_default();
    Some(format!(
        "`{what}` was changed, which is not in the machine's own file system"
    ))
}

/// The place of a mount that holds files of its own.
fn volume(line: &str) -> Option<&str> {
    let (place, kind) = line.strip_prefix("mount ")?.split_once(" - ")?;
    let kind = kind.split(' ').next()?;
    let place = place.split(' ').nth(4)?;
    (!OF_THE_KERNEL.contains(&kind) && !USUAL.contains(&place)).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "mount 1 0 0:5 / / rw - overlay overlay rw";
    const HOSTS: &str = "mount 2 1 8:1 /x/hosts /etc/hosts rw - ext4 /dev/sda1 rw";

    fn lines(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn what_lies_outside_must_not_change() {
        let start = lines(&[ROOT, HOSTS, "/dev/null 20666 0:0 259"]);
        assert_eq!(outside(&start, &start), None);
        let more = lines(&[ROOT, HOSTS, "/dev/null 20666 0:0 259", "/dev/shm/x 100644 0:0 3 1.2"]);
        assert!(outside(&start, &more).unwrap().contains("`/dev/shm/x`"));
        assert!(
            outside(&more, &start).unwrap().contains("`/dev/shm/x`"),
            "one that is gone"
        );
    }

    #[test]
    fn a_volume_is_never_copied() {
        let data = "mount 3 1 8:1 /volumes/x/_data /var/lib/data rw - ext4 /dev/sda1 rw";
        let all = lines(&[ROOT, HOSTS, data]);
        assert_eq!(outside(&all, &all), Some("`/var/lib/data` is a volume".to_owned()));
    }

    #[test]
    fn a_difference_is_named() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(difference("a\nb\n", "a\nc\n").as_deref(), Some("`b` is missing"));
        assert_eq!(difference("a\n", "a\nb\n").as_deref(), Some("`b` is too much"));
        assert!(difference("a\nb\n", "b\na\n").is_some());
    }
}
