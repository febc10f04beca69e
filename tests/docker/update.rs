//! `--update`: a text that was rewritten passes, says no secret, and is changed only where it was wrong.

use std::process::{Command, Output};

/// Runs docgen in a folder, with one secret in the environment; never as in CI, where `--update` is refused.
fn docgen(folder: &std::path::Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_docgen"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("CI")
        .env("DOCGEN_TEST_TOKEN", "hunter2-hunter2")
        .output()
        .expect("docgen runs")
}

/// Updates a text and returns what became of it, with the exit code.
fn updated(folder: &std::path::Path, text: &str) -> (String, Option<i32>) {
    let path = folder.join("guide.md");
    std::fs::write(&path, text).expect("a text");
    let status = docgen(folder, &["verify", "guide.md", "--update"]).status;
    (std::fs::read_to_string(&path).expect("the text"), status.code())
}

const HEAD: &str =
    "---\nmachines:\n  host:\n    image: debian:12\n    env:\n      TOKEN:\n        secret: DOCGEN_TEST_TOKEN\n---\n";

#[test]
fn what_was_rewritten_passes() {
    let folder = tempfile::tempdir().expect("a folder");
    let before = [
        "```sh\nprintf 'a\\nb\\nc\\nd\\n'\n```\n\n```output\nx\n```\n",
        "2. ```sh\n   seq 3\n   ```\n\n   ```output\n   ```\n",
        "> ```sh\n> printf 'one\\ntwo\\nthree\\n'\n> ```\n>\n> ```output\n> one\n> three\n> ```\n",
        "```console\n$ printf 'x\\n  $ touch /tmp/no\\n  > y\\n'\nold\n$ true\n```\n",
    ];
    let after = [
        "```sh\nprintf 'a\\nb\\nc\\nd\\n'\n```\n\n```output\na\nb\nc\nd\n```\n",
        "2. ```sh\n   seq 3\n   ```\n\n   ```output\n   1\n   2\n   3\n   ```\n",
        "> ```sh\n> printf 'one\\ntwo\\nthree\\n'\n> ```\n>\n> ```output\n> one\n> two\n> three\n> ```\n",
        "```console\n$ printf 'x\\n  $ touch /tmp/no\\n  > y\\n'\nx\n[ ] [$] touch /tmp/no (re)\n[ ] [>] y (re)\n$ true\n```\n",
    ];
    let (text, exit) = updated(folder.path(), &format!("{HEAD}{}", before.join("\n")));
    assert_eq!(
        (text.as_str(), exit),
        (format!("{HEAD}{}", after.join("\n")).as_str(), Some(0))
    );
    let again = docgen(folder.path(), &["verify", "guide.md"]);
    assert_eq!(
        again.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&again.stderr)
    );
}

#[test]
fn no_secret_is_written_into_a_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!(
        "{HEAD}```sh\necho \"token is $TOKEN\"\n```\n\n```output\ntoken is nothing\n```\n\n\
         ```sh secret=word\necho captured-word-1\n```\n\n```output\n{{{{word:word}}}}\n```\n\n\
         ```sh fill=\"WORD = word\"\necho it is WORD\n```\n\n```output\nnope\n```\n"
    );
    assert_eq!(updated(folder.path(), &text), (text, Some(1)));
}

#[test]
fn an_included_output_and_a_link_to_the_text_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for part in ["content/g/files", "texts"] {
        std::fs::create_dir_all(root.join(part)).expect("a folder");
    }
    std::fs::write(root.join("docgen.toml"), "title = \"T\"\n").expect("settings");
    std::fs::write(root.join("content/g/files/out.txt"), "two\n").expect("an output");
    let guide = root.join("content/g/guide.md");
    let text = "```sh\necho one\n```\n\n```output include=files/out.txt\n```\n";
    std::fs::write(&guide, text).expect("a guide");
    assert_eq!(docgen(root, &["verify", "g", "--update"]).status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(&guide).expect("the guide"), text);

    let (real, link) = (root.join("texts/real.md"), root.join("link.md"));
    std::fs::write(&real, format!("{HEAD}```sh\necho one\n```\n\n```output\ntwo\n```\n")).expect("a text");
    std::os::unix::fs::symlink("texts/real.md", &link).expect("a link");
    assert_eq!(docgen(root, &["verify", "link.md", "--update"]).status.code(), Some(0));
    assert!(link.is_symlink(), "the link was replaced");
    assert!(
        std::fs::read_to_string(&real)
            .expect("the text")
            .contains("```output\none\n")
    );
}
