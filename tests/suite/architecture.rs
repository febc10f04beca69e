//! The rules of `src/lib.rs` that a compiler does not check: who may import whom, and how large a file may grow.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use walkdir::WalkDir;

/// What each module may import besides `source` and `diagnostic`.
const ALLOWED: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("diagnostic", &[]),
    ("pack", &[]),
    ("model", &[]),
    ("load", &["model", "parse"]),
    ("parse", &["model", "shell"]),
    ("shell", &[]),
    ("align", &["model", "parse", "shell"]),
    ("render", &["model", "parse", "shell", "align"]),
    ("cache", &["render", "write"]),
    ("write", &["render"]),
    ("serve", &["render"]),
    ("import", &["parse", "shell"]),
    ("foreign", &["model", "parse", "shell"]),
    ("plan", &["model", "parse", "shell", "foreign"]),
    ("transcript", &[]),
    ("session", &["model", "transcript"]),
    ("sandbox", &["model", "session", "transcript"]),
    ("webdriver", &["sandbox", "session", "transcript"]),
    ("check", &["model", "parse", "shell"]),
    ("report", &["model", "check", "parse"]),
    ("update", &["model", "parse", "check"]),
    ("audit", &["model", "parse", "shell", "plan", "report", "update"]),
    (
        "verify",
        &[
            "model",
            "parse",
            "plan",
            "transcript",
            "session",
            "sandbox",
            "webdriver",
            "check",
            "report",
            "shell",
            "update",
        ],
    ),
];

/// Lines that a source file may have.
const MOST_LINES: usize = 400;

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    for entry in WalkDir::new(&root).sort_by_file_name().into_iter().map(Result::unwrap) {
        let path = entry.path();
        let in_agent = path.strip_prefix(&root).unwrap().starts_with("agent");
        if path.extension().is_some_and(|extension| extension == "rs") && !in_agent {
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            files.push((name, fs::read_to_string(path).unwrap()));
        }
    }
    files
}

/// The modules that follow `crate::` in the code of a file; its tests may import anything.
fn imports(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut found = BTreeSet::new();
    let code = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    for part in code.split("crate::").skip(1) {
        let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        found.insert(name);
    }
    found
}

#[test]
fn modules_import_only_what_they_may() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let module = file.split(['/', '.']).next().unwrap_or_default().to_owned();
        if matches!(module.as_str(), "cli" | "main" | "lib") {
            continue;
        }
        let allowed = ALLOWED.iter().find(|(name, _)| *name == module);
        let Some((_, allowed)) = allowed else {
            wrong.push(format!(
                "{file}: the module `{module}` is not in the table of tests/suite/architecture.rs"
            ));
            continue;
        };
        for import in imports(&text) {
            let free = matches!(import.as_str(), "source" | "diagnostic" | "pack") || import == module;
            if !free && !allowed.contains(&import.as_str()) {
                wrong.push(format!("{file}: `{module}` may not import `{import}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_small() {
    let large: Vec<String> = sources()
        .into_iter()
        .map(|(file, text)| (file, text.lines().count()))
        .filter(|(_, lines)| *lines > MOST_LINES)
        .map(|(file, lines)| format!("{file}: {lines} lines, more than {MOST_LINES}"))
        .collect();
    assert!(large.is_empty(), "{}", large.join("\n"));
}
