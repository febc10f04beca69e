//! The scripts of `tests/cases/shell`: their logical commands, tokens and problems, kept as text beside them.
//!
//! `UPDATE=1 cargo test --test suite scripts` writes the files; read the diff before you keep it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use docgen::shell;

#[test]
fn scripts_are_read_as_kept() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/shell");
    let files = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut scripts: Vec<PathBuf> = files
        .filter(|path| path.extension().is_some_and(|end| end == "sh"))
        .collect();
    scripts.sort();
    assert!(!scripts.is_empty());
    let mut wrong = Vec::new();
    for script in scripts {
        let found = describe(&std::fs::read_to_string(&script).unwrap());
        let kept = script.with_extension("txt");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&kept, &found).unwrap();
        }
        if std::fs::read_to_string(&kept).unwrap_or_default() != found {
            wrong.push(format!("{}:\n{found}", script.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn describe(text: &str) -> String {
    let mut described = String::new();
    for command in shell::commands(text) {
        let words: Vec<&str> = command.words.iter().map(|word| &text[word.clone()]).collect();
        let _ = writeln!(described, "lines {:?}: {words:?}", command.lines);
    }
    described.push('\n');
    for token in shell::tokens(text) {
        let class = token.kind.class();
        let _ = writeln!(
            described,
            "{:1} {:?}",
            if class.is_empty() { "." } else { class },
            &text[token.span]
        );
    }
    for problem in shell::problems(text) {
        let _ = writeln!(described, "\n{:?}: {}", problem.span, problem.kind);
    }
    described
}
