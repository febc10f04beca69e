//! Finds out whether the foreground of a terminal waits for somebody to type.

use std::fs;

use crate::message::Waiting;

/// Kernel functions in which a program sleeps that reads a terminal.
const READING: [&str; 3] = ["wait_woken", "n_tty_read", "tty_read"];

/// Looks at the processes of a foreground group. Programs of other users do not let the kernel's
/// function be seen unless the machine has CAP_SYS_PTRACE; then only their name is told.
pub fn look(group: i32, terminal: &str) -> Option<Waiting> {
    let members: Vec<i32> = processes()
        .into_iter()
        .filter(|pid| group_of(*pid) == Some(group))
        .collect();
    let reader = members.iter().copied().find(|pid| reads(*pid, terminal));
    let pid = reader.or_else(|| members.last().copied())?;
    Some(Waiting {
        program: name(pid)?,
        reads_terminal: reader.is_some(),
        silent_ms: 0,
    })
}

/// All processes of the machine.
pub fn processes() -> Vec<i32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect()
}

/// The fields of a process's state after its name in parentheses.
pub fn stat(pid: i32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}

/// The process group: the third of these fields.
fn group_of(pid: i32) -> Option<i32> {
    stat(pid)?.get(2)?.parse().ok()
}

/// The name of a process.
pub fn name(pid: i32) -> Option<String> {
    fs::read_to_string(format!("/proc/{pid}/comm"))
        .ok()
        .map(|name| name.trim().to_owned())
}

fn reads(pid: i32, terminal: &str) -> bool {
    let sleeping = fs::read_to_string(format!("/proc/{pid}/wchan")).unwrap_or_default();
    READING.contains(&sleeping.as_str()) || polls(pid, terminal)
}

/// A shell with line editing polls its terminal instead of reading it.
fn polls(pid: i32, terminal: &str) -> bool {
    let call = fs::read_to_string(format!("/proc/{pid}/syscall")).unwrap_or_default();
    let number = call
        .split_whitespace()
        .next()
        .and_then(|number| number.parse::<i64>().ok());
    let polling = [libc::SYS_pselect6, libc::SYS_ppoll].map(i64::from);
    let input = fs::read_link(format!("/proc/{pid}/fd/0")).unwrap_or_default();
    number.is_some_and(|number| polling.contains(&number)) && input.as_os_str() == terminal
}
