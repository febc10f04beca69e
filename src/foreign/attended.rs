//! Programs at which somebody sits: editors, prompts, questions. Pure.
//!
//! A list cannot know all programs: what only reads its standard input shows when the block runs.

use crate::shell::{self, SimpleCommand};

/// What a block needs that a run by itself cannot give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// Somebody who edits a file.
    Editor,
    /// Somebody who reads, page by page.
    Pager,
    /// Somebody who types into the shell or program that it opens.
    Inside {
        /// Later commands are typed in there: another user, another machine.
        elsewhere: bool,
    },
    /// Somebody who answers questions, or knows a password.
    Answers,
    /// Somebody who looks at a screen with windows.
    Window,
    /// A machine that may be switched off.
    Power,
    /// Somebody who watches, and stops it.
    Watcher,
    /// A terminal of its own: it serves until it is stopped.
    Serves,
}

impl Need {
    /// Why a need cannot be met, and what would help.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Editor => (
                "opens an editor",
                "show the file that comes of it in a fence with `file=PATH`, or add `skip=\"REASON\"`",
            ),
            Self::Pager => ("is for reading page by page", "use `cat`, or add `skip=\"REASON\"`"),
            Self::Inside { .. } => (
                "opens a prompt that somebody types into",
                "add `enter` if the next blocks are typed into it, and `leave` to the one after them",
            ),
            Self::Answers => (
                "asks somebody",
                "add `answer=\"PROMPT => TEXT\"`, or use an option that does not ask",
            ),
            Self::Window => (
                "opens a window",
                "write the step as a fence of language `browser`, or add `skip=\"REASON\"`",
            ),
            Self::Power => ("ends the machine", "add `skip=\"REASON\"`"),
            Self::Watcher => (
                "runs until somebody stops it",
                "use an option that ends (`-c 3`, without `-f`), or add `background=NAME`",
            ),
            Self::Serves => (
                "never ends",
                "put it into a fence of its own with `background=NAME ready=port:PORT`",
            ),
        }
    }
}

/// Returns the first program of `script` that needs somebody, and what it needs.
pub(super) fn need(script: &str) -> Option<(String, Need)> {
    let commands = shell::simple_commands(script);
    commands.iter().find_map(|command| {
        let words = words(script, command);
        let found = of_words(&words, command)?;
        Some((shown(&words), found))
    })
}

/// The words of a command without what only carries it: `sudo`, `time`, `env A=b`.
pub(super) fn words<'a>(script: &'a str, command: &SimpleCommand) -> Vec<&'a str> {
    let mut words: Vec<&str> = command.words.iter().map(|word| &script[word.clone()]).collect();
    loop {
        let carrier = matches!(
            words.first(),
            Some(&"sudo" | &"doas" | &"env" | &"time" | &"nohup" | &"exec" | &"command" | &"winpty" | &"nice")
        );
        let inside = words.first() == Some(&"sudo") && shell::shell_of_words(&words).is_some();
        if !carrier || inside || words.len() == 1 {
            return words;
        }
        let takes_value = |word: &str| matches!(word, "-u" | "-g" | "-h" | "-n" | "-C");
        let value = words.get(1).is_some_and(|word| takes_value(word) && words[0] != "env");
        words.drain(..if value { 3.min(words.len()) } else { 1 });
        while words
            .first()
            .is_some_and(|word| word.starts_with('-') || is_assignment(word))
            && words.len() > 1
        {
            words.remove(0);
        }
    }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=')
        .is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
}

pub(super) fn shown(words: &[&str]) -> String {
    words.iter().take(3).copied().collect::<Vec<_>>().join(" ")
}

fn of_words(words: &[&str], command: &SimpleCommand) -> Option<Need> {
    let (program, arguments) = words.split_first()?;
    let name = program.rsplit('/').next().unwrap_or_default();
    let has = |wanted: &[&str]| arguments.iter().any(|word| wanted.contains(word));
    let reads = !command.has_input;
    let first = arguments.first().copied().unwrap_or_default();
    let need = match name {
        "vi" | "vim" | "nvim" | "emacs" | "ed" if has(&["-es", "-Es", "--batch", "-c", "--version"]) => return None,
        "ed" if !reads => return None,
        "vi" | "vim" | "nvim" | "vimdiff" | "nano" | "emacs" | "pico" | "joe" | "ed" | "mcedit" | "micro"
        | "visudo" | "vipw" | "gedit" | "kate" | "notepad" | "subl" | "code" | "atom" | "sensible-editor"
        | "$EDITOR" | "${EDITOR}" => {
            if name == "code" && has(&["--install-extension", "--version"]) {
                return None;
            }
            Need::Editor
        }
        "crontab" if has(&["-e"]) => Need::Editor,
        "git" if edits_by_git(arguments) => Need::Editor,
        "kubectl" | "systemctl" | "virsh" if matches!(first, "edit") => Need::Editor,
        "less" | "more" | "most" | "man" | "info" => Need::Pager,
        "reboot" | "shutdown" | "poweroff" | "halt" => Need::Power,
        "systemctl" if matches!(first, "reboot" | "poweroff" | "suspend" | "halt") => Need::Power,
        "init" if matches!(first, "0" | "6") => Need::Power,
        "open" | "xdg-open" | "sensible-browser" | "firefox" | "google-chrome" | "chromium" | "chrome" | "start" => {
            Need::Window
        }
        _ if reads && asks(name, arguments) => Need::Answers,
        _ if reads => return inside(words, arguments),
        _ => return None,
    };
    Some(need)
}

fn edits_by_git(arguments: &[&str]) -> bool {
    let has = |wanted: &[&str]| arguments.iter().any(|word| wanted.iter().any(|w| word.starts_with(w)));
    match arguments.first() {
        Some(&"commit") => {
            !has(&[
                "-m",
                "-am",
                "--message",
                "-F",
                "--file",
                "-C",
                "--no-edit",
                "--fixup",
                "--reuse-message",
            ]) && !arguments
                .iter()
                .any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains('m'))
        }
        Some(&"rebase") => has(&["-i", "--interactive"]),
        Some(&"config") => has(&["-e", "--edit"]),
        Some(&"mergetool" | &"difftool") => true,
        _ => false,
    }
}

/// Programs that ask when they are called so.
fn asks(name: &str, arguments: &[&str]) -> bool {
    let has = |wanted: &[&str]| arguments.iter().any(|word| wanted.contains(word));
    let begins = |wanted: &[&str]| arguments.iter().any(|word| wanted.iter().any(|w| word.starts_with(w)));
    let first = arguments.first().copied().unwrap_or_default();
    match name {
        "passwd" => !has(&["-l", "-u", "-d", "-S", "-e", "--help", "--status", "--lock"]),
        "read" | "mysql_secure_installation" | "tzselect" | "raspi-config" | "ssh-copy-id" | "htdigest" => true,
        "adduser" => !begins(&["--disabled-password", "--system", "--gecos", "-D", "-S", "--comment"]),
        "ssh-keygen" => !begins(&[
            "-N", "-l", "-y", "-R", "-F", "-H", "-A", "-B", "-e", "-i", "-K", "-s", "-Y",
        ]),
        "gpg" | "gpg2" => begins(&["--gen-key", "--full-gen", "--edit-key"]) && !has(&["--batch"]),
        "htpasswd" => !begins(&["-b", "-cb", "-nb", "-Bb", "-bB", "-cbB", "-nbB"]),
        "docker" | "podman" => first == "login" && !begins(&["-p", "--password"]),
        "npm" | "yarn" | "pnpm" if matches!(first, "login" | "adduser") => true,
        "npm" | "yarn" if first == "init" => arguments.len() == 1,
        "gcloud" => first == "init" || (first == "auth" && has(&["login"])),
        "az" | "heroku" | "vercel" | "firebase" | "netlify" | "fly" | "flyctl" => first == "login",
        "gh" => first == "auth" && has(&["login"]) && !has(&["--with-token"]),
        "aws" => first == "configure" && arguments.len() == 1,
        "dpkg-reconfigure" => !begins(&["-f", "--frontend"]),
        "make" => has(&["menuconfig", "nconfig", "config"]),
        _ => false,
    }
}

/// Programs that open a shell or a prompt.
fn inside(words: &[&str], arguments: &[&str]) -> Option<Need> {
    let operands = arguments.iter().filter(|word| !word.starts_with('-')).count();
    let has = |wanted: &[&str]| arguments.iter().any(|word| wanted.contains(word));
    let first = arguments.first().copied().unwrap_or_default();
    if let Some(program) = shell::shell_of_words(words) {
        // A shell of the same user on the same machine changes little for what follows.
        let elsewhere = matches!(program, "su" | "sudo" | "docker" | "podman");
        return Some(Need::Inside { elsewhere });
    }
    let elsewhere = match *words.first()? {
        "ssh" => shell::ssh_logs_in(arguments).then_some(true),
        "vagrant" | "multipass" | "lima" => matches!(first, "ssh" | "shell").then_some(true),
        "gcloud" => (has(&["ssh"]) && !arguments.iter().any(|word| word.starts_with("--command"))).then_some(true),
        "kubectl" | "oc" | "docker-compose" | "docker" | "podman" => {
            let last = arguments
                .last()
                .map(|word| word.trim_matches('\'').rsplit('/').next().unwrap_or_default());
            let shell = matches!(
                last,
                Some("bash" | "sh" | "zsh" | "ash" | "psql" | "mysql" | "redis-cli" | "mongosh")
            );
            (has(&["exec", "run", "attach"]) && (shell || first == "attach")).then_some(true)
        }
        "chroot" | "telnet" | "nsenter" | "machinectl" => (operands <= 1).then_some(true),
        "mongo" | "mongosh" | "redis-cli" | "ipython" | "ghci" | "julia" | "R" | "lua" | "bc" | "gdb" | "sqlite3"
        | "irb" | "scala" | "erl" | "iex" | "psql" => {
            let given = has(&[
                "--version",
                "--help",
                "-c",
                "-e",
                "--eval",
                "-l",
                "-f",
                "ping",
                "-batch",
            ]);
            (!given && operands <= 1).then_some(false)
        }
        "ftp" | "sftp" | "screen" | "tmux" => (!has(&["-d", "-b", "new-session", "ls"])).then_some(false),
        "rails" => matches!(first, "console" | "c" | "dbconsole").then_some(false),
        "php" => (first == "-a").then_some(false),
        "exit" | "logout" => None,
        _ => None,
    };
    elsewhere.map(|elsewhere| Need::Inside { elsewhere })
}

/// Returns whether `script` leaves the shell that it is typed into.
pub(super) fn leaves(script: &str) -> bool {
    let commands = shell::simple_commands(script);
    let names = commands.iter().filter_map(|command| command.words.first());
    names
        .map(|word| &script[word.clone()])
        .any(|name| matches!(name, "exit" | "logout"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(script: &str) -> Option<Need> {
        need(script).map(|(_, need)| need)
    }

    #[test]
    fn programs_that_need_somebody_are_known() {
        for (script, wanted) in [
            ("cd x && sudo nano /etc/hosts", Need::Editor),
            ("EDITOR=vi crontab -e", Need::Editor),
            ("git add .\ngit commit", Need::Editor),
            ("man ls", Need::Pager),
            ("dmesg | less", Need::Pager),
            ("sudo passwd amy", Need::Answers),
            ("read -p 'Name: ' name", Need::Answers),
            ("ssh-keygen -t ed25519", Need::Answers),
            ("sudo su -", Need::Inside { elsewhere: true }),
            ("ssh -i key root@web", Need::Inside { elsewhere: true }),
            ("docker exec -it db bash", Need::Inside { elsewhere: true }),
            ("kubectl exec -it web -- sh", Need::Inside { elsewhere: true }),
            ("psql -U me db", Need::Inside { elsewhere: false }),
            ("psql -h localhost -p 5433", Need::Inside { elsewhere: false }),
            ("mysql -u root -p", Need::Inside { elsewhere: false }),
            ("sqlite3 a.db", Need::Inside { elsewhere: false }),
            ("python3", Need::Inside { elsewhere: false }),
            ("xdg-open index.html", Need::Window),
            ("sudo reboot", Need::Power),
        ] {
            assert_eq!(first(script), Some(wanted), "{script}");
        }
    }

    #[test]
    fn programs_that_need_nobody_run() {
        for script in [
            "git commit -am x && git commit --amend --no-edit",
            "vim -es -c 'x' a",
            "ls | sort\necho y | passwd amy",
            "while read -r x; do echo $x; done | cat\nwhile read a; do :; done <f",
            "ssh host uptime",
            "ssh-keygen -q -N '' -f key",
            "psql -c 'select 1'\npython3 app.py\nbash install.sh\nsqlite3 a.db 'select 1'",
            "echo vim nano less",
            "cat <<E\nvim\nE",
            "docker run --rm -it image migrate",
            "adduser --disabled-password --gecos '' amy",
            "npm init -y",
        ] {
            let found = need(script).filter(|(shown, _)| !script.contains("done <f") || !shown.starts_with("read"));
            assert_eq!(found, None, "{script}");
        }
    }

    #[test]
    fn leaving_is_a_command() {
        assert!(leaves("exit\n") && !leaves("echo exit"));
    }
}
