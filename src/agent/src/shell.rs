//! Starts the shell of a session.

use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::line;
use crate::message::Open;
use crate::sys;
use crate::terminal::Terminal;
use crate::users::{self, User};

/// Where the agent and its sessions live on a machine.
const HOME: &str = "/.docgen";

/// Path of programs for a user whose profile sets none.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A shell that was started, with everything that leads to it.
pub struct Shell {
    /// Whose it is.
    pub user: User,
    /// Its process.
    pub pid: i32,
    /// Whether it is bash.
    pub is_bash: bool,
    /// Directory of the session's files.
    pub directory: PathBuf,
    /// Its terminal.
    pub terminal: Terminal,
    /// Where it reads commands.
    pub commands: File,
    /// Where it tells of ends.
    pub control: OwnedFd,
    /// What tells marks from other text.
    pub nonce: String,
}

/// Starts the shell, and has it read the start file.
pub fn start(open: &Open) -> Result<Shell, String> {
    let user = users::find(&open.user)?;
    let nonce = sys::random_name();
    let directory = PathBuf::from(format!("{HOME}/s{}", sys::random_name()));
    let control = files(&directory, &user).map_err(failed("make the session's files"))?;
    let pair = sys::terminal(open.rows, open.cols, &user).map_err(failed("make a terminal"))?;
    let (program, is_bash) = line::shell(&user).ok_or("the machine has neither bash nor sh")?;
    let (reader, writer) = io::pipe().map_err(failed("make the command pipe"))?;
    let mut command = Command::new(&program);
    command.args(line::arguments(is_bash, open.login)).stdin(reader);
    command.stdout(share(&pair.slave)?).stderr(share(&pair.slave)?);
    environment(&mut command, &user, &program, &open.env);
    let cwd = if open.cwd.is_empty() {
        user.home.clone()
    } else {
        PathBuf::from(&open.cwd)
    };
    sys::log_in(&mut command, &user, &cwd).map_err(failed("prepare the shell"))?;
    let child = command.spawn().map_err(failed("start the shell"))?;
    let commands = File::from(OwnedFd::from(writer));
    sys::unblock(commands.as_fd());
    let text = line::start(is_bash, &directory, &nonce);
    fs::write(directory.join("start"), text).map_err(failed("write the start file"))?;
    let terminal = Terminal::new(pair.master, pair.path, &nonce);
    Ok(Shell {
        user,
        pid: child.id().cast_signed(),
        is_bash,
        directory,
        terminal,
        commands,
        control,
        nonce,
    })
}

fn failed(what: &str) -> impl FnOnce(io::Error) -> String {
    move |error| format!("cannot {what}: {error}")
}

/// Makes the session's directory with the control FIFO, and opens that.
fn files(directory: &Path, user: &User) -> io::Result<OwnedFd> {
    fs::create_dir_all(directory)?;
    sys::chmod(directory, 0o755)?;
    let control = directory.join("control");
    sys::fifo(&control, 0o600, user)?;
    sys::hold_fifo(&control)
}

fn share(slave: &OwnedFd) -> Result<Stdio, String> {
    slave.try_clone().map(Stdio::from).map_err(failed("share the terminal"))
}

/// Gives the shell what a login gives, and what was asked for on top.
fn environment(command: &mut Command, user: &User, shell: &str, extra: &[(String, String)]) {
    command
        .env("HOME", &user.home)
        .env("USER", &user.name)
        .env("LOGNAME", &user.name)
        .env("SHELL", shell);
    command.env("TERM", "xterm-256color");
    for (name, value) in [("PATH", PATH), ("LANG", "C.UTF-8")] {
        if std::env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
    command.envs(extra.iter().map(|(name, value)| (name, value)));
}
