//! The system calls that std does not offer, each behind a safe function.
//!
//! This is the only file of docgen with `unsafe`. Every block calls one libc function with pointers to
//! live locals or NUL-terminated strings, or makes an owned descriptor of a fresh one.

use std::ffi::CString;
use std::io;
use std::mem;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::users::User;

fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}

fn c_path(path: &Path) -> io::Result<CString> {
    CString::new(path.as_os_str().as_bytes()).map_err(io::Error::other)
}

fn open(path: &Path, flags: libc::c_int) -> io::Result<OwnedFd> {
    let path = c_path(path)?;
    // SAFETY: `path` is NUL-terminated and outlives the call.
    let fd = check(unsafe { libc::open(path.as_ptr(), flags | libc::O_CLOEXEC) })?;
    // SAFETY: `fd` was just opened and nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// A descriptor to wait for, and whether it is ready.
#[repr(transparent)]
pub struct Interest {
    raw: libc::pollfd,
}

impl Interest {
    /// Waits until `fd` can be read or its other end is gone.
    pub fn readable(fd: RawFd) -> Self {
        Self {
            raw: libc::pollfd {
                fd,
                events: libc::POLLIN,
                revents: 0,
            },
        }
    }

    /// Waits until `fd` can be written.
    pub fn writable(fd: RawFd) -> Self {
        Self {
            raw: libc::pollfd {
                fd,
                events: libc::POLLOUT,
                revents: 0,
            },
        }
    }

    /// The descriptor.
    pub fn fd(&self) -> RawFd {
        self.raw.fd
    }

    /// Whether there is something to read, or the end.
    pub fn is_ready(&self) -> bool {
        self.raw.revents != 0
    }
}

/// Waits for any of the descriptors, at most `timeout_ms` (`-1`: for ever).
pub fn wait(interests: &mut [Interest], timeout_ms: i32) -> io::Result<()> {
    // SAFETY: `Interest` holds nothing but a `pollfd`, and the slice outlives the call.
    let result = unsafe {
        libc::poll(
            interests.as_mut_ptr().cast(),
            interests.len() as libc::nfds_t,
            timeout_ms,
        )
    };
    match check(result) {
        Err(error) if error.kind() != io::ErrorKind::Interrupted => Err(error),
        _ => Ok(()),
    }
}

/// Reads what is there; `Ok(0)` is the end, `WouldBlock` is nothing now.
pub fn read(fd: RawFd, buffer: &mut [u8]) -> io::Result<usize> {
    // SAFETY: the buffer is writable for its whole length.
    let count = unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len()) };
    usize::try_from(count).map_err(|_| io::Error::last_os_error())
}

/// Writes what fits.
pub fn write(fd: RawFd, bytes: &[u8]) -> io::Result<usize> {
    // SAFETY: the buffer is readable for its whole length.
    let count = unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) };
    usize::try_from(count).map_err(|_| io::Error::last_os_error())
}

/// Blocks the signals that the agent handles and returns a descriptor that tells of them.
pub fn signals() -> io::Result<OwnedFd> {
    // SAFETY: a signal set is plain data; the calls fill it and read it.
    unsafe {
        let mut set: libc::sigset_t = mem::zeroed();
        libc::sigemptyset(&mut set);
        for signal in [libc::SIGCHLD, libc::SIGTERM, libc::SIGINT, libc::SIGHUP, libc::SIGPIPE] {
            libc::sigaddset(&mut set, signal);
        }
        check(libc::sigprocmask(libc::SIG_BLOCK, &set, std::ptr::null_mut()))?;
        let fd = check(libc::signalfd(-1, &set, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK))?;
        Ok(OwnedFd::from_raw_fd(fd))
    }
}

/// Returns the next signal that arrived, if any.
pub fn next_signal(fd: &OwnedFd) -> Option<i32> {
    let mut buffer = [0; mem::size_of::<libc::signalfd_siginfo>()];
    let count = read(fd.as_raw_fd(), &mut buffer).ok()?;
    // The signal's number is the first field, a u32 in the machine's order.
    (count == buffer.len()).then(|| i32::from_ne_bytes([buffer[0], buffer[1], buffer[2], buffer[3]]))
}

/// Collects one ended child: its pid, and its status as a shell counts it (128 + signal).
pub fn reap() -> Option<(i32, i32)> {
    let mut status = 0;
    // SAFETY: `status` is a live local.
    let pid = unsafe { libc::waitpid(-1, &mut status, libc::WNOHANG) };
    if pid <= 0 {
        return None;
    }
    let status = if libc::WIFEXITED(status) {
        libc::WEXITSTATUS(status)
    } else {
        128 + libc::WTERMSIG(status)
    };
    Some((pid, status))
}

/// Becomes the parent of orphans, for an agent that is not the first process.
pub fn adopt_orphans() {
    // SAFETY: takes numbers only.
    unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1) };
}

/// Sends a signal to a process, or to a group if `pid` is negative.
pub fn kill(pid: i32, signal: i32) {
    // SAFETY: takes numbers only. A process that is already gone is no failure.
    unsafe { libc::kill(pid, signal) };
}

/// Both ends of a new terminal.
pub struct Pair {
    /// The agent's end, not blocking.
    pub master: OwnedFd,
    /// The shell's end.
    pub slave: OwnedFd,
    /// Path of the shell's end.
    pub path: String,
}

/// Makes a terminal of the given size that belongs to `user`.
pub fn terminal(rows: u16, cols: u16, user: &User) -> io::Result<Pair> {
    let master = open(Path::new("/dev/ptmx"), libc::O_RDWR | libc::O_NOCTTY | libc::O_NONBLOCK)?;
    let mut number: libc::c_int = 0;
    let unlocked: libc::c_int = 0;
    // SAFETY: both requests take a pointer to an int; both are live locals.
    unsafe {
        check(libc::ioctl(master.as_raw_fd(), libc::TIOCSPTLCK, &raw const unlocked))?;
        check(libc::ioctl(master.as_raw_fd(), libc::TIOCGPTN, &raw mut number))?;
    }
    let path = format!("/dev/pts/{number}");
    let slave = open(Path::new(&path), libc::O_RDWR | libc::O_NOCTTY)?;
    resize(&master, rows, cols);
    chown(Path::new(&path), user.uid, user.terminal_group)?;
    chmod(Path::new(&path), 0o620)?;
    Ok(Pair { master, slave, path })
}

/// Sets the size of a terminal.
pub fn resize(master: &OwnedFd, rows: u16, cols: u16) {
    let size = libc::winsize {
        ws_row: rows,
        ws_col: cols,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    // SAFETY: the request takes a pointer to a winsize, a live local.
    unsafe { libc::ioctl(master.as_raw_fd(), libc::TIOCSWINSZ, &raw const size) };
}

/// Returns the foreground process group of a terminal, if there is one.
pub fn foreground(master: &OwnedFd) -> Option<i32> {
    let mut group: libc::pid_t = 0;
    // SAFETY: the request takes a pointer to a pid_t, a live local.
    let result = unsafe { libc::ioctl(master.as_raw_fd(), libc::TIOCGPGRP, &raw mut group) };
    (result == 0 && group > 0).then_some(group)
}

/// The modes of a terminal: echo, line editing and so on.
pub struct Modes(libc::termios);

/// Returns the modes of a terminal.
pub fn modes(master: &OwnedFd) -> io::Result<Modes> {
    // SAFETY: a termios is plain data, and the call fills it.
    unsafe {
        let mut modes = Modes(mem::zeroed());
        check(libc::tcgetattr(master.as_raw_fd(), &mut modes.0)).map(|_| modes)
    }
}

impl Modes {
    /// Whether a terminal has the same modes.
    pub fn is_same(&self, other: &Self) -> bool {
        let flags = |modes: &libc::termios| (modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag, modes.c_cc);
        flags(&self.0) == flags(&other.0)
    }

    /// Whether a line is waited for that is not shown: a password.
    pub fn hides_a_line(&self) -> bool {
        self.0.c_lflag & libc::ECHO == 0 && self.0.c_lflag & libc::ICANON != 0
    }
}

/// Sets the modes of the terminal at `path`, and drops what was typed and not read.
pub fn reset(path: &str, modes: &Modes) -> io::Result<()> {
    let slave = open(Path::new(path), libc::O_RDWR | libc::O_NOCTTY | libc::O_NONBLOCK)?;
    // SAFETY: the modes are a whole termios, from `modes`.
    unsafe {
        check(libc::tcflush(slave.as_raw_fd(), libc::TCIFLUSH))?;
        check(libc::tcsetattr(slave.as_raw_fd(), libc::TCSANOW, &modes.0)).map(drop)
    }
}

/// Makes a FIFO that belongs to `user`.
pub fn fifo(path: &Path, mode: u32, user: &User) -> io::Result<()> {
    let name = c_path(path)?;
    // SAFETY: `name` is NUL-terminated and outlives the call.
    check(unsafe { libc::mkfifo(name.as_ptr(), mode) })?;
    chmod(path, mode)?;
    chown(path, user.uid, user.gid)
}

/// Opens a FIFO so that it never ends, without waiting for a writer.
pub fn hold_fifo(path: &Path) -> io::Result<OwnedFd> {
    let fd = open(path, libc::O_RDWR | libc::O_NONBLOCK)?;
    // A larger buffer saves switches between writer and agent; without it all works as well.
    // SAFETY: takes numbers only.
    unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_SETPIPE_SZ, 1 << 20) };
    Ok(fd)
}

/// Opens a FIFO for reading only: it ends when the last writer has closed it.
pub fn read_fifo(path: &Path) -> io::Result<OwnedFd> {
    open(path, libc::O_RDONLY | libc::O_NONBLOCK)
}

/// Sets permission bits, whatever the umask.
pub fn chmod(path: &Path, mode: u32) -> io::Result<()> {
    let path = c_path(path)?;
    // SAFETY: `path` is NUL-terminated and outlives the call.
    check(unsafe { libc::chmod(path.as_ptr(), mode) }).map(drop)
}

/// Sets owner and group.
pub fn chown(path: &Path, uid: u32, gid: u32) -> io::Result<()> {
    let path = c_path(path)?;
    // SAFETY: `path` is NUL-terminated and outlives the call.
    check(unsafe { libc::chown(path.as_ptr(), uid, gid) }).map(drop)
}

/// Does something with files as `user`, with that user's rights and no others. Only for an agent with one thread.
pub fn as_user<T>(user: &User, deed: impl FnOnce() -> T) -> io::Result<T> {
    let own = groups()?;
    take_groups(&user.groups)?;
    // SAFETY: both take numbers only. A number that does not exist changes nothing, and tells what is set.
    let is_set = unsafe {
        libc::setfsgid(user.gid);
        libc::setfsuid(user.uid);
        libc::setfsuid(u32::MAX).cast_unsigned() == user.uid
    };
    let result = is_set.then(deed).ok_or_else(io::Error::last_os_error);
    // SAFETY: takes numbers only; the agent is root and may always become that again.
    unsafe {
        libc::setfsuid(0);
        libc::setfsgid(0);
    }
    take_groups(&own)?;
    result
}

fn groups() -> io::Result<Vec<u32>> {
    let mut groups = vec![0; 1 << 10];
    // SAFETY: the buffer is writable for as many numbers as are told.
    let count = check(unsafe { libc::getgroups(1 << 10, groups.as_mut_ptr()) })?;
    groups.truncate(count.unsigned_abs() as usize);
    Ok(groups)
}

fn take_groups(groups: &[u32]) -> io::Result<()> {
    // SAFETY: the slice holds as many numbers as are told.
    check(unsafe { libc::setgroups(groups.len(), groups.as_ptr()) }).map(drop)
}

/// Makes the child of `command` the leader of a session on the terminal that is its fd 1, as `user`.
///
/// Like a login, it drops root last and then enters the directory, so that a directory which the user
/// may not enter is noticed; the shell starts in `/` then.
pub fn log_in(command: &mut Command, user: &User, directory: &Path) -> io::Result<()> {
    let directory = c_path(directory)?;
    let (uid, gid, groups) = (user.uid, user.gid, user.groups.clone());
    let action = move || {
        // SAFETY: only async-signal-safe calls on memory that was allocated before the fork.
        unsafe {
            let mut none: libc::sigset_t = mem::zeroed();
            libc::sigemptyset(&mut none);
            check(libc::sigprocmask(libc::SIG_SETMASK, &none, std::ptr::null_mut()))?;
            libc::signal(libc::SIGPIPE, libc::SIG_DFL);
            check(libc::setsid())?;
            check(libc::ioctl(1, libc::TIOCSCTTY, 0))?;
            check(libc::setgroups(groups.len(), groups.as_ptr()))?;
            check(libc::setgid(gid))?;
            check(libc::setuid(uid))?;
            if libc::chdir(directory.as_ptr()) < 0 {
                check(libc::chdir(c"/".as_ptr()))?;
            }
            libc::umask(0o022);
        }
        Ok(())
    };
    // SAFETY: the closure keeps to what is allowed between fork and exec, see above.
    unsafe { command.pre_exec(action) };
    Ok(())
}

/// Sets a descriptor to not block.
pub fn unblock(fd: BorrowedFd<'_>) {
    // SAFETY: takes numbers only.
    unsafe {
        let flags = libc::fcntl(fd.as_raw_fd(), libc::F_GETFL);
        libc::fcntl(fd.as_raw_fd(), libc::F_SETFL, flags | libc::O_NONBLOCK);
    }
}

/// Returns 16 hexadecimal digits from the kernel's random source.
pub fn random_name() -> String {
    let mut bytes = [0_u8; 8];
    // SAFETY: the buffer is writable for its whole length.
    unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), bytes.len(), 0) };
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
