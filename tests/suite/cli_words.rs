//! `docgen schema`, `docgen completions`, `docgen man`: what docgen says about itself.

use std::collections::BTreeSet;

use docgen::model::guide::Side;
use docgen::model::settings::Settings;
use docgen::parse::{self, front_matter};
use docgen::source::SourceFile;
use serde_json::Value;

use crate::cli::run;
use crate::schema;

const UNKNOWN: &str = "a-key-that-nothing-looks-like";

fn schema_of(subject: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(folder.path(), &["schema", subject]).ends(0);
    assert_eq!(ran.err, "");
    serde_json::from_str(&ran.out).unwrap()
}

fn keys(object: &Value) -> BTreeSet<String> {
    object["properties"].as_object().unwrap().keys().cloned().collect()
}

/// The keys that a reader knows, from what it says about one that it does not know.
fn known(help: &str) -> BTreeSet<String> {
    let list = help.strip_prefix("known keys are ").expect(help);
    list.split(", ").map(str::to_owned).collect()
}

fn of_settings(text: &str) -> BTreeSet<String> {
    let fault = front_matter::from_toml::<Settings>(text).expect_err("the key is not known");
    known(&fault.diagnostic(None).help[0])
}

fn of_front(text: &str) -> BTreeSet<String> {
    let source = SourceFile::new("a.md", format!("+++\n{text}+++\n"));
    known(&parse::document(source, Side::Revised).diagnostics[0].help[0])
}

#[test]
fn the_schema_of_the_settings_has_the_keys_that_the_readers_know() {
    let schema = schema_of("config");
    let definitions = &schema["$defs"];
    let entry = format!("{UNKNOWN} = 1\n");
    assert_eq!(keys(&schema), of_settings(&entry));
    assert_eq!(
        keys(&definitions["machine"]),
        of_settings(&format!("[machines.x]\n{entry}"))
    );
    let front = &definitions["frontMatter"];
    assert_eq!(keys(front), of_front(&entry));
    assert_eq!(
        keys(&front["properties"]["original"]),
        of_front(&format!("[original]\n{entry}"))
    );
}

#[test]
fn settings_of_every_kind_fit_their_schema() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let full = "title = 'T'\nnav = ['a']\ngit_dates = false\nmax_unexplained = 3\n[machines.default]\nimage = 'debian:12'\nkind = 'docker'\ncpus = 1.5\nmemory = '2g'\nnetwork = 'none'\nready = ['port:1']\nenv = { A = 'b', C = { secret = 'D' } }\nfiles = { '/etc/a' = 'files/a' }\n";
    let schema = schema_of("config");
    for text in [full, &std::fs::read_to_string(root.join("docgen.toml")).unwrap()] {
        assert!(front_matter::from_toml::<Settings>(text).is_ok(), "{text}");
        let value: Value = toml::from_str(text).unwrap();
        assert_eq!(schema::problems(&schema, &value), Vec::<String>::new(), "{text}");
    }
    let wrong: Value = toml::from_str("titel = 'T'\n[machines.a]\nkind = 'vm'\n").unwrap();
    assert_eq!(schema::problems(&schema, &wrong).len(), 2);
}

#[test]
fn the_schema_of_the_report_is_printed() {
    assert_eq!(schema_of("report")["title"], "Report of docgen verify");
}

#[test]
fn completions_know_the_commands_and_not_the_hidden_one() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(folder.path(), &["completions", shell]).ends(0).out;
        assert!(script.contains("verify") && script.contains("compare"), "{shell}");
        assert!(!script.contains("__watch"), "{shell}");
    }
    run(folder.path(), &["completions", "tcsh"]).ends(2).says("bash");
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let folder = tempfile::tempdir().unwrap();
    let page = run(folder.path(), &["man"]).ends(0).out;
    assert!(
        page.contains(".TH docgen 1") && page.contains("docgen\\-verify(1)"),
        "{page}"
    );
    run(folder.path(), &["man", "--out", "pages/man1"]).ends(0);
    for name in ["docgen.1", "docgen-verify.1", "docgen-report-merge.1"] {
        assert!(folder.path().join("pages/man1").join(name).is_file(), "{name}");
    }
    let pages = std::fs::read_dir(folder.path().join("pages/man1")).unwrap();
    assert!(
        pages
            .map(Result::unwrap)
            .all(|page| !page.file_name().to_string_lossy().contains("__watch"))
    );
    std::fs::write(folder.path().join("file"), "").unwrap();
    run(folder.path(), &["man", "--out", "file"])
        .ends(2)
        .says("could not make `file`");
}
