//! What a copy of the machine's files would lose: programs that run, and what does not lie in its own file system.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use crate::waiting::{name, processes, stat};

/// File systems that live in memory and have entries.
const IN_MEMORY: [&str; 3] = ["tmpfs", "mqueue", "hugetlbfs"];

/// Files that the engine writes into each container anew.
const OF_THE_ENGINE: [&str; 3] = ["/etc/hosts", "/etc/hostname", "/etc/resolv.conf"];

/// Entries of memory that are listed; more count as one.
const LISTED: usize = 10_000;

/// Returns the programs that run besides `known` processes, in words.
pub fn programs(known: &[i32]) -> Vec<String> {
    let others = processes().into_iter().filter(|pid| !known.contains(pid));
    // One that has ended is only an entry until its parent looks; its parent is listed itself.
    let living = others.filter(|pid| stat(*pid).is_some_and(|fields| fields.first().is_some_and(|state| state != "Z")));
    living
        .filter_map(|pid| Some(format!("`{}` (process {pid}) runs", name(pid)?)))
        .collect()
}

/// Returns what lies outside the machine's own file system, a line each.
pub fn things() -> Vec<String> {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let mounts = read("/proc/self/mountinfo");
    let mut lines: Vec<String> = mounts.lines().map(|line| format!("mount {line}")).collect();
    for path in mounts.lines().filter_map(in_memory) {
        list(Path::new(path), &mut lines);
    }
    for path in OF_THE_ENGINE {
        lines.push(format!("{path} {:?}", read(path)));
    }
    for kind in ["shm", "msg", "sem"] {
        let table = read(&format!("/proc/sysvipc/{kind}"));
        lines.extend(table.lines().skip(1).map(|line| format!("ipc {kind} {line}")));
    }
    lines.sort_unstable();
    lines
}

/// The place of a mount that is in memory: its fifth field, if the type behind the dash is one of those.
fn in_memory(line: &str) -> Option<&str> {
    let (place, kind) = line.split_once(" - ")?;
    let kind = kind.split(' ').next()?;
    place.split(' ').nth(4).filter(|_| IN_MEMORY.contains(&kind))
}

/// Lists what is in memory, without what else is mounted in there, and without the agent's own.
fn list(root: &Path, lines: &mut Vec<String>) {
    let Ok(device) = fs::metadata(root).map(|root| root.dev()) else {
        return;
    };
    let mut folders = vec![root.to_owned()];
    let most = lines.len() + LISTED;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            if lines.len() >= most {
                return;
            }
            let path = entry.path();
            let is_own = entry.file_name().to_string_lossy().starts_with(".docgen-");
            let Ok(data) = fs::symlink_metadata(&path) else {
                continue;
            };
            if is_own || data.dev() != device {
                continue;
            }
            lines.push(format!("{} {}", path.display(), facts(&path, &data)));
            if data.is_dir() {
                folders.push(path);
            }
        }
    }
}

/// What tells whether an entry was changed. The kernel sets times of terminals and the like by itself.
fn facts(path: &Path, data: &Metadata) -> String {
    let owner = format!("{:o} {}:{}", data.mode(), data.uid(), data.gid());
    if data.is_file() {
        format!("{owner} {} {}.{}", data.size(), data.mtime(), data.mtime_nsec())
    } else if data.is_symlink() {
        format!("{owner} {}", fs::read_link(path).unwrap_or_default().display())
    } else {
        format!("{owner} {}", data.rdev())
    }
}

#[cfg(test)]
mod tests {
    use super::in_memory;

    #[test]
    fn mounts_in_memory_are_known() {
        let line = "1203 1199 0:190 / /dev/shm rw,nosuid shared:5 master:3 - tmpfs shm rw,size=65536k";
        assert_eq!(in_memory(line), Some("/dev/shm"));
        assert_eq!(in_memory("1 0 0:1 / / rw - overlay overlay rw"), None);
    }
}
