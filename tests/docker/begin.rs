//! What `docgen init` makes is proven at once, recorded, and shown as verified.

use std::path::Path;
use std::process::Command;

fn docgen(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_docgen"))
        .args(arguments)
        .current_dir(folder)
        .env("CI", "1")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert_eq!(output.status.code(), Some(0), "{arguments:?}\n{}\n{}", text[0], text[1]);
    text.concat()
}

#[test]
fn a_new_site_is_proven_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    docgen(folder.path(), &["init"]);
    let told = docgen(folder.path(), &["verify", "--record"]);
    assert!(told.contains("passed: 4 of 4 blocks"), "{told}");
    docgen(folder.path(), &["verify", "--original"]);
    docgen(folder.path(), &["build", "--strict"]);
    let page = std::fs::read_to_string(folder.path().join("public/hello/index.html")).unwrap();
    assert!(
        page.contains("badge verified"),
        "the page does not say that it is verified"
    );
}
