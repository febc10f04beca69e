//! Expected files of tests: compared, or rewritten with `UPDATE=1`.

use std::fs;
use std::path::{Path, PathBuf};

/// Compares `text` with the file; with `UPDATE=1` writes it instead. Returns what is wrong.
pub(crate) fn compare(path: &Path, text: &str) -> Option<String> {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, text).unwrap();
        return None;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    (expected != text).then(|| format!("{} differs:\n--- expected\n{expected}\n--- is\n{text}", path.display()))
}

/// The case directories of one stage, by name.
pub(crate) fn cases(stage: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(stage);
    let mut cases: Vec<PathBuf> = fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "no case in {}", root.display());
    cases
}

/// Fails with everything that is wrong.
pub(crate) fn report(problems: Vec<String>) {
    assert!(
        problems.is_empty(),
        "{}\nUPDATE=1 rewrites the files",
        problems.join("\n\n")
    );
}
