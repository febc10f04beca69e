//! The texts that a shell is given: its start, and the lines that run a block. Pure.

use std::path::Path;

use crate::marker::find;
use crate::users::User;

/// Chooses the shell: the user's own if it is a bash, else any bash, else sh; and whether it is bash.
pub fn shell(user: &User) -> Option<(String, bool)> {
    let own = user.shell.as_str();
    let own = own.ends_with("/bash").then_some(own);
    let bash = own
        .into_iter()
        .chain(["/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash"]);
    bash.map(|path| (path, true))
        .chain([("/bin/sh", false), ("/usr/bin/sh", false)])
        .find(|(path, _)| Path::new(path).exists())
        .map(|(path, is_bash)| (path.to_owned(), is_bash))
}

/// The shell's arguments. It is interactive, as a reader's is: aliases, job control, `~/.bashrc`.
pub fn arguments(is_bash: bool, login: bool) -> Vec<&'static str> {
    let mut arguments = if is_bash { vec!["--noediting", "-i"] } else { vec!["-i"] };
    if login {
        arguments.push("-l");
    }
    arguments
}

/// The text of the start file.
pub fn start(is_bash: bool, directory: &Path, nonce: &str) -> String {
    let text = if is_bash {
        include_str!("start.bash")
    } else {
        include_str!("start.sh")
    };
    text.replace("@DIR@", &directory.display().to_string())
        .replace("@NONCE@", nonce)
}

/// The first line: sources the start file and tells that the shell is ready.
pub fn first(start: &Path, directory: &Path, is_bash: bool) -> String {
    format!(" . {} </dev/null; {}\n", start.display(), end(0, directory, is_bash))
}

/// Whether a block may switch on what makes the status of `.` itself matter: `set -e`, a trap on ERR.
pub fn may_be_strict(script: &[u8]) -> bool {
    ["set -", "errexit", "ERR"]
        .iter()
        .any(|word| find(script, word.as_bytes()).is_some())
}

/// The block's file. Where `set -e` is on, a last status that `set -e` forgives must not end the shell
/// when `.` returns it; so the file itself keeps the status and ends with 0.
pub fn file(script: &[u8], strict: bool) -> Vec<u8> {
    let mut text = script.to_vec();
    text.push(b'\n');
    if strict {
        // The empty line ends a command that the block leaves open with a backslash.
        text.extend_from_slice(b"\n{ __dg_s=$?; } 2>/dev/null\n");
    }
    text
}

/// The two lines that run a block. The second does nothing unless the shell dropped the rest of the
/// first one: after an interrupt, a syntax error, an unset variable.
pub fn block(
    block: u32,
    file: &Path,
    input: &str,
    outputs: &[&Path],
    directory: &Path,
    is_bash: bool,
    strict: bool,
) -> String {
    let redirect = match outputs {
        [] => String::new(),
        [both] => format!(" >{} 2>&1", both.display()),
        [out, err, ..] => format!(" >{} 2>{}", out.display(), err.display()),
    };
    let forgive = if strict { " || :" } else { "" };
    let start = format!("{{ __dg_start {block}{forgive}; }} 2>/dev/null");
    let end = end(block, directory, is_bash);
    let again = if is_bash {
        let inner = after(block, directory, "$__dg_f");
        format!("{{ __dg_f=$?; [[ ${{__dg_last-}} == {block} ]] || {{ {inner}; }}; }} 2>/dev/null")
    } else {
        end.clone()
    };
    format!(" {start}; . {} <{input}{redirect}; {end}\n {again}\n", file.display())
}

fn end(block: u32, directory: &Path, is_bash: bool) -> String {
    if is_bash {
        format!("{{ {}; }} 2>/dev/null", after(block, directory, "${__dg_s-$?}"))
    } else {
        format!("{{ __dg_end {block}; }} 2>/dev/null")
    }
}

/// What bash does after a block. The trap is told from here, as a function does not see it.
fn after(block: u32, directory: &Path, status: &str) -> String {
    format!(
        "__dg_s={status}; builtin trap -p ERR >{}/control; __dg_end {block}",
        directory.display()
    )
}

/// Takes out the line in which `set -x` shows the agent's own command; `None` while it is not whole.
pub fn without_trace(held: &[u8], block: u32) -> Option<Vec<u8>> {
    let end = held.iter().position(|byte| *byte == b'\n').map(|at| at + 1)?;
    let ours = find(&held[..end], format!("/{block}.sh").as_bytes()).is_some();
    Some(if ours { held[end..].to_vec() } else { held.to_vec() })
}
