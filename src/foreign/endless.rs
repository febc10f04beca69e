//! Programs that never end: servers, and what somebody only watches. Pure.

use crate::foreign::attended::{Need, shown, words};
use crate::shell::{self, SimpleCommand};

/// Returns what a program of `script` needs that never ends: the last one if it serves, any that is only watched.
pub(super) fn endless(script: &str) -> Option<(String, Need)> {
    let commands = shell::simple_commands(script);
    let running: Vec<&SimpleCommand> = commands.iter().filter(|command| !command.background).collect();
    let watched = running.iter().enumerate().find(|(at, command)| {
        let is_cut = running
            .get(at + 1)
            .is_some_and(|next| next.has_input && cuts(&words(script, next)));
        !is_cut && watches(&words(script, command))
    });
    if let Some((_, command)) = watched {
        return Some((shown(&words(script, command)), Need::Watcher));
    }
    let words = words(script, commands.last().filter(|last| !last.background)?);
    let need = runs_on(&words)?;
    Some((shown(&words), need))
}

/// Programs that end what they read from before it ends by itself.
fn cuts(words: &[&str]) -> bool {
    let counts = words.iter().any(|word| word.starts_with("-m") || *word == "-q");
    matches!(
        words.first(),
        Some(&"head" | &"sed" | &"awk" | &"read" | &"while" | &"timeout")
    ) || counts
}

/// Programs that somebody only watches.
fn watches(words: &[&str]) -> bool {
    let Some((program, arguments)) = words.split_first() else {
        return false;
    };
    let name = program.rsplit('/').next().unwrap_or_default();
    let has = |wanted: &[&str]| arguments.iter().any(|word| wanted.contains(word));
    let follows = has(&["-f", "--follow", "-F", "-fn", "-fu"]) || arguments.iter().any(|word| word.starts_with("-f"));
    match name {
        "watch" | "iftop" | "inotifywait" => true,
        "htop" | "top" => !has(&["-b"]),
        "ping" => !arguments.iter().any(|word| word.starts_with("-c")),
        "tail" | "journalctl" => follows,
        "docker" | "docker-compose" | "podman" | "kubectl" => {
            (has(&["logs"]) && follows)
                || (has(&["stats", "events"]) && !has(&["--no-stream"]))
                || (name == "kubectl" && has(&["-w", "--watch"]))
        }
        _ => false,
    }
}

/// Programs that go on until they are stopped.
fn runs_on(words: &[&str]) -> Option<Need> {
    let (program, arguments) = words.split_first()?;
    let name = program.rsplit('/').next().unwrap_or_default();
    let has = |wanted: &[&str]| arguments.iter().any(|word| wanted.contains(word));
    let first = arguments.first().copied().unwrap_or_default();
    if name == "yes" {
        return Some(Need::Watcher);
    }
    let module = arguments
        .iter()
        .position(|word| *word == "-m")
        .and_then(|at| arguments.get(at + 1))
        .copied();
    let compose = name == "docker-compose" || (name == "docker" && first == "compose");
    let serves = match name {
        "npm" | "yarn" | "pnpm" | "bun" => {
            let script = arguments.iter().find(|word| !matches!(**word, "run" | "run-script"));
            script.is_some_and(|script| matches!(*script, "start" | "dev" | "serve" | "watch" | "preview"))
        }
        "npx" => matches!(first, "serve" | "http-server" | "live-server" | "json-server" | "vite"),
        "python" | "python3" => {
            matches!(
                module,
                Some("http.server" | "SimpleHTTPServer" | "uvicorn" | "gunicorn")
            ) || (first.ends_with("manage.py") && has(&["runserver"]))
        }
        "uvicorn" | "gunicorn" | "hypercorn" | "mongod" | "redis-server" | "ngrok" | "http-server" | "live-server"
        | "nodemon" | "etcd" => !has(&["--version", "--help", "--daemonize", "--fork", "-D", "-v"]),
        "flask" => first == "run" || has(&["run"]),
        "rails" | "jekyll" | "bundle" => has(&["server", "serve", "s"]),
        "hugo" | "ng" | "mkdocs" | "mdbook" | "trunk" => matches!(first, "server" | "serve"),
        "php" => first == "-S" || has(&["serve"]),
        "next" | "vite" | "nuxt" => matches!(first, "dev" | "start" | "preview" | ""),
        "vault" | "nomad" => first == "server",
        "consul" | "nomad-agent" => first == "agent",
        "caddy" => first == "run",
        "sleep" => first == "infinity",
        "jupyter" => matches!(first, "notebook" | "lab"),
        "kubectl" => matches!(first, "port-forward" | "proxy"),
        "minikube" => matches!(first, "tunnel" | "dashboard"),
        _ if compose => has(&["up"]) && !has(&["-d", "--detach", "--wait", "--no-start"]),
        _ => false,
    };
    serves.then_some(Need::Serves)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_ends_is_known_at_the_end_only() {
        for script in [
            "npm start",
            "cd app\nnpm run dev",
            "python3 -m http.server 9000",
            "docker compose up",
        ] {
            assert_eq!(endless(script).map(|(_, need)| need), Some(Need::Serves), "{script}");
        }
        for script in [
            "tail -f /var/log/x",
            "watch -n1 ls",
            "docker logs -f web",
            "watch date | cat",
            "tail -F x | grep y",
            "tail -f /dev/null && echo never",
        ] {
            assert_eq!(endless(script).map(|(_, need)| need), Some(Need::Watcher), "{script}");
        }
        for script in [
            "npm start &",
            "docker compose up -d",
            "npm install",
            "tail -n 3 x",
            "tail -f x &\nls",
            "tail -f x | head -n 3",
            "tail -f x | grep -m1 ready",
            "docker stats --no-stream",
        ] {
            assert_eq!(endless(script), None, "{script}");
        }
    }
}
