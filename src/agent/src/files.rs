//! Files that a guide tells the reader to save.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use crate::message::{NO_FOLDER, NOT_ALLOWED, Write};
use crate::sys;
use crate::users;

/// Writes a file and returns its path. Without an owner the user saves it, and may do no more than a reader may.
pub fn write(order: &Write) -> Result<String, String> {
    let user = users::find(&order.user)?;
    let path = match order.path.strip_prefix("~/") {
        Some(rest) => user.home.join(rest),
        None if order.cwd.is_empty() => user.home.join(&order.path),
        None => PathBuf::from(&order.cwd).join(&order.path),
    };
    let shown = path.display().to_string();
    let saved = if order.owner.is_empty() {
        sys::as_user(&user, || save(&path, order, None)).and_then(|saved| saved)
    } else {
        save(&path, order, Some(users::owner(&order.owner, &user)?))
    };
    match saved {
        Ok(()) => Ok(shown),
        Err(error) => Err(format!("cannot write `{shown}`: {}", reason(&error, &path, &user.name))),
    }
}

fn save(path: &Path, order: &Write, owner: Option<(u32, u32)>) -> io::Result<()> {
    let is_new = !path.exists();
    if let Some(parent) = path.parent().filter(|_| order.make_parents) {
        fs::create_dir_all(parent)?;
    }
    let mut options = OpenOptions::new();
    options
        .create(true)
        .append(order.append)
        .write(!order.append)
        .truncate(!order.append);
    options.open(path)?.write_all(&order.bytes)?;
    if let Some((uid, gid)) = owner {
        sys::chown(path, uid, gid)?;
    }
    match order.mode.or(is_new.then_some(0o644)) {
        Some(mode) => sys::chmod(path, mode),
        None => Ok(()),
    }
}

fn reason(error: &io::Error, path: &Path, user: &str) -> String {
    match (error.kind(), path.parent()) {
        (ErrorKind::NotFound, Some(parent)) => format!("{NO_FOLDER} `{}`", parent.display()),
        (ErrorKind::PermissionDenied, _) => format!("{NOT_ALLOWED} `{user}`"),
        _ => error.to_string(),
    }
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
