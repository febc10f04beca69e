//! Files that a guide tells the reader to save.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;

use crate::message::Write;
use crate::sys;
use crate::users;

/// Writes a file and returns its path.
pub fn write(order: &Write) -> Result<String, String> {
    let user = users::find(&order.user)?;
    let path = match order.path.strip_prefix("~/") {
        Some(rest) => user.home.join(rest),
        None if order.cwd.is_empty() => user.home.join(&order.path),
        None => PathBuf::from(&order.cwd).join(&order.path),
    };
    let (uid, gid) = users::owner(&order.owner, &user)?;
    let is_new = !path.exists();
    let shown = path.display().to_string();
    let failed = |error: std::io::Error| format!("cannot write `{shown}`: {error}");
    if let Some(parent) = path.parent().filter(|_| order.make_parents) {
        fs::create_dir_all(parent).map_err(failed)?;
    }
    let mut options = OpenOptions::new();
    options
        .create(true)
        .append(order.append)
        .write(!order.append)
        .truncate(!order.append);
    options
        .open(&path)
        .and_then(|mut file| file.write_all(&order.bytes))
        .map_err(failed)?;
    if is_new || !order.owner.is_empty() {
        sys::chown(&path, uid, gid).map_err(failed)?;
    }
    if let Some(mode) = order.mode.or(is_new.then_some(0o644)) {
        sys::chmod(&path, mode).map_err(failed)?;
    }
    Ok(shown)
}

/// Returns the TCP ports that have a listener, in order.
pub fn listening_ports() -> Vec<u16> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| fs::read_to_string(path).unwrap_or_default());
    let mut ports: Vec<u16> = tables
        .iter()
        .flat_map(|table| table.lines().skip(1))
        .filter_map(listener)
        .collect();
    ports.sort_unstable();
    ports.dedup();
    ports
}

/// The port of a table's line whose state is `0A`, listening.
fn listener(line: &str) -> Option<u16> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [_, local, _, "0A", ..] = fields[..] else {
        return None;
    };
    u16::from_str_radix(local.rsplit_once(':')?.1, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::listener;

    #[test]
    fn only_listeners_count() {
        let line = "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1";
        assert_eq!(listener(line), Some(8080));
        assert_eq!(listener(&line.replace(" 0A ", " 01 ")), None);
    }
}
