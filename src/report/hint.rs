//! Remedies for failures that have a well-known cause, read from what the block printed.

/// A sign in the output and the remedy for its cause.
struct Hint {
    /// Any of these texts in the output.
    signs: &'static [&'static str],
    /// What to do.
    remedy: &'static str,
}

const HINTS: &[Hint] = &[
    Hint {
        signs: &[
            "the input device is not a TTY",
            "input is not a terminal",
            "not a tty",
            "stdin is not a terminal",
        ],
        remedy: "the program wants a terminal: add `tty` to the fence",
    },
    Hint {
        signs: &[
            "systemctl: command not found",
            "System has not been booted with systemd",
            "Failed to connect to bus",
        ],
        remedy: "the guide needs a machine with systemd: set `kind: systemd` for it",
    },
    Hint {
        signs: &[
            "docker: command not found",
            "Cannot connect to the Docker daemon",
            "docker.sock",
        ],
        remedy: "the guide needs a machine with a Docker engine: set `kind: docker` for it",
    },
    Hint {
        signs: &["has no installation candidate", "Unable to locate package"],
        remedy: "the package lists of a fresh machine are empty: let the guide run `apt-get update` first",
    },
    Hint {
        signs: &["Do you want to continue? [Y/n] Abort", "Do you want to continue? [Y/n]"],
        remedy: "nobody is there to answer: add `-y`, or `tty answer=\"[Y/n] => y\"` to the fence",
    },
    Hint {
        signs: &[
            "Temporary failure resolving",
            "Temporary failure in name resolution",
            "Could not resolve host",
        ],
        remedy: "a name could not be resolved: look at the machine's `network`, and at `aliases` for names of the guide itself",
    },
    Hint {
        signs: &["Host key verification failed"],
        remedy: "nobody is there to accept the host's key: show `ssh-keyscan`, or give the answer with `tty answer=`",
    },
    Hint {
        signs: &[
            "pull access denied",
            "manifest unknown",
            "No such image",
            "docker: Error response from daemon: Get ",
            "docker: Error response from daemon: Head ",
        ],
        remedy: "the image is not there: list it under `images` of the machine, and build or pull it before",
    },
    Hint {
        signs: &[
            "Read-only file system",
            "Operation not permitted",
            "permission denied on key",
            "modprobe: ",
            "swapon: ",
        ],
        remedy: "a container may not do this to its kernel: if the step needs a real machine, mark it `skip=\"…\"`",
    },
];

/// Returns the remedies for what `output` shows, the most telling first.
pub fn hints(output: &str) -> Vec<String> {
    let shown = |hint: &&Hint| hint.signs.iter().any(|sign| output.contains(sign));
    let mut hints: Vec<String> = HINTS.iter().filter(shown).map(|hint| hint.remedy.to_owned()).collect();
    if hints.is_empty() {
        hints.extend(missing_program(output));
    }
    hints
}

/// A program that is not there, as bash says it; or a line that was printed once and is no command at all.
fn missing_program(output: &str) -> Option<String> {
    let mut lines = output.lines();
    let name = lines.find_map(|line| {
        line.trim_end()
            .strip_prefix("bash: ")?
            .strip_suffix(": command not found")
    })?;
    if name == "sudo" {
        let fact = "`sudo` is not on this machine, where you are root anyway";
        return Some(format!(
            "{fact}: start from an image that has it, or let the machine's `prepare` install it"
        ));
    }
    let is_program = name.starts_with(|c: char| c.is_ascii_lowercase());
    Some(if is_program {
        format!(
            "`{name}` is not on this machine: install it in a block before this one, or start from an image that has it"
        )
    } else {
        format!("`{name}` does not look like a program: put what a command prints into a fence ```output")
    })
}

/// Returns whether the network rather than the guide is to blame, for a step that ended with `exit` and printed `output`:
/// worth one more attempt, and an error rather than a failure after it.
pub fn is_infrastructure(exit: i32, output: &str) -> bool {
    const SIGNS: &[&str] = &[
        "Temporary failure resolving",
        "Temporary failure in name resolution",
        "Connection timed out",
        "TLS handshake timeout",
        "503  Service Unavailable",
        "Hash Sum mismatch",
        "toomanyrequests",
    ];
    exit != 0 && SIGNS.iter().any(|sign| output.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_causes_have_remedies() {
        assert_eq!(
            hints("the input device is not a TTY\n"),
            ["the program wants a terminal: add `tty` to the fence"]
        );
        assert!(hints("bash: systemctl: command not found")[0].contains("kind: systemd"));
        assert!(hints("bash: jq: command not found\n")[0].starts_with("`jq` is not on this machine: install it"));
        assert!(hints("12.15\nbash: 12.5: command not found\n")[0].contains("```output"));
        assert!(hints("all is well").is_empty());
        assert!(is_infrastructure(100, "Temporary failure resolving 'deb.debian.org'"));
        assert!(!is_infrastructure(100, "Unable to locate package foo"));
    }
}
