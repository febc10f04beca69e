//! Standard input to which nobody types: an empty file that tells whether it was read.
//!
//! A read that meets the end at once leaves no trace in a pipe or in `/dev/null`, but it sets a file's time of access,
//! on every file system that keeps that time: always when it is older than the last change, also with `relatime`.
//! The time is put far back, and [`Input::new`] tries whether a read moves it.

use std::fs::{self, File, FileTimes};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::message;
use crate::sys;

/// Where files of users that cannot be watched in the session's directory may be: memory, if the machine has it there.
const MEMORY: &str = "/dev/shm";

/// The empty file of one block.
pub struct Input {
    path: PathBuf,
    /// Where the shell looks for it, if that is another place.
    link: Option<PathBuf>,
    watched: bool,
    /// Whether it had been read when the block's first command failed.
    at_failure: Option<bool>,
}

impl Input {
    /// Makes the file in `directory`, or in memory if that keeps no times of access.
    pub fn new(directory: &Path, name: &str) -> io::Result<Self> {
        let path = directory.join(name);
        if arm_and_try(&path)? {
            return Ok(Self {
                path,
                link: None,
                watched: true,
                at_failure: None,
            });
        }
        let session = directory.file_name().unwrap_or_default().to_string_lossy();
        let other = Path::new(MEMORY).join(format!(".docgen-{session}-{name}"));
        if arm_and_try(&other).unwrap_or(false) {
            fs::remove_file(&path)?;
            std::os::unix::fs::symlink(&other, &path)?;
            return Ok(Self {
                path: other,
                link: Some(path),
                watched: true,
                at_failure: None,
            });
        }
        Ok(Self {
            path,
            link: None,
            watched: false,
            at_failure: None,
        })
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Notes that a command failed, and whether the shell saw then that the file had been read.
    pub fn command_failed(&mut self, read: bool) {
        self.at_failure.get_or_insert(read);
    }

    /// Returns what came of it.
    pub fn fate(&self) -> message::Input {
        match (self.watched, was_read(&self.path), self.at_failure) {
            (false, _, _) => message::Input::Unwatched,
            (true, false, _) => message::Input::Untouched,
            (true, true, Some(false)) => message::Input::ReadLate,
            (true, true, _) => message::Input::Read,
        }
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        for path in self.link.iter().chain([&self.path]) {
            // A file that is already gone is as good.
            let _ = fs::remove_file(path);
        }
    }
}

/// Makes an empty file and returns whether reading it shows.
fn arm_and_try(path: &Path) -> io::Result<bool> {
    fs::write(path, b"")?;
    sys::chmod(path, 0o644)?;
    arm(path)?;
    let _ = File::open(path)?.read(&mut [0])?;
    let shows = was_read(path);
    arm(path)?;
    Ok(shows && !was_read(path))
}

fn arm(path: &Path) -> io::Result<()> {
    // The shell's `-N` compares it with the time of change, perhaps in whole seconds.
    let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(60);
    let times = FileTimes::new()
        .set_accessed(SystemTime::UNIX_EPOCH)
        .set_modified(changed);
    File::options().write(true).open(path)?.set_times(times)
}

fn was_read(path: &Path) -> bool {
    let accessed = fs::metadata(path).and_then(|metadata| metadata.accessed());
    accessed.is_ok_and(|accessed| accessed != SystemTime::UNIX_EPOCH)
}
