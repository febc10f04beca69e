//! The command line as a person meets it: exit codes, messages, and that bad input loses nothing. No engine is needed.
//! The other `cli_*` files use the same fixtures.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What a run of docgen came to.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(
            self.err.contains(text) || self.out.contains(text),
            "`{text}` is not in\n{}\n{}",
            self.out,
            self.err
        );
        self
    }
}

/// A site in a folder of its own, removed at the end.
pub(crate) struct Site(tempfile::TempDir);

impl Site {
    pub(crate) fn new(guide: &str) -> Self {
        let site = Self(tempfile::tempdir().unwrap());
        site.write("docgen.toml", "title = \"Test\"\n");
        site.write("content/g/guide.md", guide);
        site
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> &Self {
        std::fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        std::fs::write(self.path(path), text).unwrap();
        self
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        run(self.0.path(), arguments)
    }
}

/// Runs docgen in `folder` with an empty environment and an engine that does not exist.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_docgen"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("DOCKER_HOST", "unix:///nowhere/docker.sock")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

const GOOD: &str = "# Good\n\n```sh id=hello\necho hello\n```\n\n```output\nhello\n```\n";

#[test]
fn help_is_a_result_and_wrong_usage_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let help = run(folder.path(), &["--help"]).ends(0).says("verify").says("build");
    assert_eq!(help.err, "");
    run(folder.path(), &["dance"]).ends(2).says("unrecognized subcommand");
    run(folder.path(), &["verify", "--report", "pdf"]).ends(2).says("junit");
}

#[test]
fn without_an_engine_verify_says_what_to_start() {
    Site::new(GOOD)
        .run(&["verify"])
        .ends(2)
        .says("no Docker engine answers")
        .says("--engine URL");
}

#[test]
fn without_a_site_verify_says_what_to_name() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["verify"])
        .ends(2)
        .says("there is no `docgen.toml`")
        .says("docgen verify README.md");
    run(folder.path(), &["build"])
        .ends(2)
        .says("make a new site with `docgen init DIR`");
}

#[test]
fn a_guide_with_nothing_to_run_proves_nothing() {
    Site::new("# Empty\n\n```json\n{}\n```\n")
        .run(&["verify"])
        .ends(2)
        .says("there is nothing to verify");
    let refused = "---\nverify: false\nreason: by hand\n---\n```sh\nls\n```\n";
    Site::new(refused)
        .run(&["verify"])
        .ends(2)
        .says("`g` says `verify: false`: by hand");
    for idle in [
        "```sh skip=\"not today\"\nls\n```\n",
        "```console\n# ls\nbin\n```\n",
        "```sh\n# ls\n```\n",
    ] {
        Site::new(idle)
            .run(&["verify"])
            .ends(2)
            .says("there is nothing to verify");
    }
}

#[test]
fn unknown_names_get_a_suggestion() {
    let site = Site::new(GOOD);
    site.run(&["verify", "gg"])
        .ends(2)
        .says("the site has no guide `gg`")
        .says("did you mean `g`?");
    site.run(&["verify", "--until", "helo"])
        .ends(2)
        .says("no block `helo`")
        .says("did you mean `hello`?");
    site.run(&["verify", "content/g/", "--dry-run"]).ends(0).says("hello");
}

#[test]
fn a_guide_is_named_by_any_path_to_its_text() {
    let site = Site::new(GOOD);
    let elsewhere = tempfile::tempdir().unwrap();
    let whole = site.path("content/g/guide.md").display().to_string();
    for (folder, path) in [
        (site.path("content"), "g/guide.md"),
        (site.path("content/g"), "guide.md"),
        (site.path(""), whole.as_str()),
        (elsewhere.path().to_owned(), whole.as_str()),
    ] {
        let ran = run(&folder, &["verify", path, "--dry-run"]).ends(0);
        assert!(ran.out.starts_with("g  revised"), "{path}: {}", ran.out);
    }
}

#[test]
fn a_file_of_a_guide_may_be_linked() {
    let site = Site::new(&format!("{GOOD}\nAll of it is [a script](files/x.sh).\n"));
    std::fs::create_dir(site.path("content/g/files")).unwrap();
    std::fs::write(site.path("content/g/files/x.sh"), "echo x\n").unwrap();
    site.run(&["build"]).ends(0);
    assert!(site.path("public/g/files/x.sh").is_file());
}

#[test]
fn a_file_that_is_not_there_is_missed_with_a_site_and_without() {
    let empty = tempfile::tempdir().unwrap();
    let site = Site::new(GOOD);
    for folder in [empty.path().to_owned(), site.path("")] {
        run(&folder, &["verify", "INSTALL.md"])
            .ends(2)
            .says("there is no file `INSTALL.md`");
        std::fs::create_dir(folder.join("notes")).unwrap();
        run(&folder, &["verify", "notes"])
            .ends(2)
            .says("`notes` is no Markdown file");
    }
}

#[test]
fn machines_that_cannot_be_read_are_an_error_in_any_text() {
    let text = "---\nmachines:\n  m: {image: \"debian:12\", memmory: 1G}\n---\n```sh\nls\n```\n";
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("lone.md"), text).expect("a text");
    run(folder.path(), &["verify", "lone.md", "--dry-run"])
        .ends(1)
        .says("unknown key `memmory`")
        .says("lone.md:3");
}

#[test]
fn where_a_report_goes_is_known_before_anything_runs() {
    let site = Site::new(GOOD);
    std::fs::create_dir(site.path("taken")).unwrap();
    std::fs::write(site.path("file"), "").unwrap();
    for (path, fact) in [("taken", "it is a folder"), ("file/report.json", "could not write")] {
        let report = format!("json:{path}");
        let arguments = ["verify", "--engine", "unix:///nowhere", "--report", &report];
        site.run(&arguments).ends(2).says(fact).says("nothing was run");
    }
    let arguments = [
        "verify",
        "--engine",
        "unix:///nowhere",
        "--report",
        "json:new/folder/a.json",
    ];
    site.run(&arguments).ends(2).says("unix:///nowhere");
    assert!(site.path("new/folder").is_dir());
}

#[test]
fn a_block_is_left_out_only_as_long_as_its_author_said() {
    let text = |until: &str| format!("```sh\ntrue\n```\n\n```sh skip=\"a bug\" until={until}\nfalse\n```\n");
    let old = Site::new(&text("2020-01-31"));
    for command in ["check", "build", "verify"] {
        old.run(&[command])
            .ends(1)
            .says("skip-expired")
            .says("guide.md:5:4")
            .says("a bug");
    }
    Site::new(&text("9999-01-31")).run(&["check"]).ends(0);
}

#[test]
fn keys_that_mean_nothing_where_they_stand_are_errors() {
    let site = Site::new(
        "```sh match=json\ntrue\n```\n\n```output exit=1\n1\n```\n\n```sh ready=port:80 until=2030-01-01\n:\n```\n\n\
         ```json tty\n{}\n```\n\n```ini mode=644\na=b\n```\n",
    );
    let ran = site.run(&["check"]).ends(1);
    for said in [
        "`match` means nothing on a block of commands",
        "`exit` means nothing on an expected output",
        "`ready` means nothing without `background=`",
        "`until` means nothing without `skip=`",
        "`tty` means nothing on a block that is only shown",
        "`mode` means nothing on a block that is only shown",
    ] {
        assert!(ran.err.contains(said), "{said}: {}", ran.err);
    }
}

#[test]
fn reports_are_written_even_if_a_text_is_wrong_and_nothing_runs() {
    let site = Site::new("```sh idd=x\nls\n```\n");
    let ran = site
        .run(&[
            "verify",
            "--report",
            "github",
            "--report",
            "json:new/r.json",
            "--report",
            "junit:new/r.xml",
        ])
        .ends(1);
    assert_eq!(
        ran.out.trim_end(),
        "::error file=content/g/guide.md,line=1,col=7,title=unknown-key::unknown key `idd` in an info string%0Ahelp: did you mean `id`?"
    );
    let report: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(site.path("new/r.json")).unwrap()).unwrap();
    assert_eq!(report["guides"][0]["verdict"], "failed");
    let junit = std::fs::read_to_string(site.path("new/r.xml")).unwrap();
    assert!(
        junit.contains("<error") && junit.contains("content/g/guide.md:1:7"),
        "{junit}"
    );
    run(&site.path(""), &["report", "merge", "new/r.json"]).ends(1);
}

#[test]
fn everything_wrong_with_a_text_is_said_at_once_and_nothing_runs() {
    let site =
        Site::new("```sh idd=x\nls\n```\n\n```sh fill=\"X = token\"\necho Y\n```\n\n```output\na\n```\n\n```sh\nls\n");
    let ran = site.run(&["verify"]).ends(1);
    for text in [
        "unknown key `idd`",
        "did you mean `id`?",
        "content/g/guide.md:1:7",
        "`X` does not stand in this block",
        "nothing above captures `token`",
        "this code block is never closed",
        "nothing was run: the text is wrong",
    ] {
        assert!(ran.err.contains(text), "`{text}` is not in\n{}", ran.err);
    }
}

#[test]
fn a_build_that_fails_leaves_the_old_site() {
    let site = Site::new(GOOD);
    site.run(&["build"]).ends(0);
    let before = std::fs::read(site.path("public/g/index.html")).unwrap();
    site.write("content/g/guide.md", "```sh idd=x\nls\n```\n");
    site.run(&["build"]).ends(1).says("nothing was written");
    assert_eq!(std::fs::read(site.path("public/g/index.html")).unwrap(), before);
}

#[test]
fn a_folder_that_is_not_docgen_s_is_left_alone() {
    let site = Site::new(GOOD);
    site.write("mine/letter.txt", "dear");
    site.run(&["build", "--out", "mine"])
        .ends(2)
        .says("was not made by docgen");
    assert_eq!(std::fs::read_to_string(site.path("mine/letter.txt")).unwrap(), "dear");
    site.run(&["build", "--out", "docgen.toml"])
        .ends(2)
        .says("is not a folder");
    // Even root cannot make a folder here.
    site.run(&["build", "--out", "/proc/site"]).ends(2).says("/proc/");
}

#[test]
fn check_mode_tells_and_changes_nothing() {
    let site = Site::new(GOOD);
    site.run(&["build", "--check"]).ends(1).says("g/index.html");
    assert!(!site.path("public").exists());
    site.run(&["build"]).ends(0);
    site.run(&["build", "--check"]).ends(0);
    site.write("content/g/guide.md", "# Other\n");
    site.run(&["build", "--check"]).ends(1).says("`g/index.html` differs");
}

#[test]
fn a_site_without_problems_passes_the_check() {
    let ran = Site::new(GOOD).run(&["check", "--strict"]).ends(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", ""));
}

#[test]
fn building_twice_gives_the_same_bytes() {
    let site = Site::new(GOOD);
    site.run(&["build", "--out", "a"]).ends(0);
    site.run(&["build", "--out", "b"]).ends(0);
    let files = |folder: &str| -> Vec<(PathBuf, Vec<u8>)> {
        let root = site.path(folder);
        let walk = walkdir::WalkDir::new(&root)
            .sort_by_file_name()
            .into_iter()
            .map(Result::unwrap);
        walk.filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                (
                    entry.path().strip_prefix(&root).unwrap().to_owned(),
                    std::fs::read(entry.path()).unwrap(),
                )
            })
            .collect()
    };
    assert_eq!(files("a"), files("b"));
}

#[test]
fn help_says_how_to_begin_and_what_statuses_mean() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["--help"])
        .ends(0)
        .says("docgen init my-guides")
        .says("2 docgen could not tell");
    let verify = run(folder.path(), &["verify", "--help"]).ends(0);
    let at = |text: &str| {
        verify
            .out
            .find(text)
            .unwrap_or_else(|| panic!("`{text}` is not in\n{}", verify.out))
    };
    assert!(at("What is run:") < at("Machines:") && at("Machines:") < at("Options of every command:"));
    assert!(at("Options of every command:") < at("--site"));
}

#[test]
fn values_that_cannot_be_meant_are_refused() {
    let site = Site::new(GOOD);
    site.run(&["verify", "--jobs", "0"])
        .ends(2)
        .says("write a number from 1 on");
    site.run(&["build", "--base-url", "docs.example.org"])
        .ends(2)
        .says("write it whole: `https://docs.example.org/`");
    run(site.path("..").as_path(), &["build"])
        .ends(2)
        .says("docgen init DIR");
}
