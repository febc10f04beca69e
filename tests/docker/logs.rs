//! `--logs`: all that blocks print is kept in files.

use std::fs;

use crate::endings::Run;

const GUIDE: &str = r#"---
machines:
  host:
    image: debian:12
    env:
      TOKEN:
        secret: DOCGEN_TEST_TOKEN
---
```bash id=long
printf 'early \033[1mline\033[0m\n'; yes 'forty characters make a line, more or less' | head -n 100000
printf "the %s" "${TOKEN:0:9}"; sleep 0.2; printf '%s\0\377\n' "${TOKEN:9}"; false
```

```bash id=captures secret=phrase
echo "word-$RANDOM-12345678"
```

```output
{{phrase:word}}
```

```bash id=quiet
true
```
"#;

#[test]
fn all_output_is_kept_in_files_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let logs = folder.path().join("made/logs");
    let arguments = ["--logs", logs.to_str().unwrap()];
    let ended = Run::start_with(GUIDE, &arguments, &[("DOCGEN_TEST_TOKEN", "top-secret-value")]).ended();
    assert_eq!(ended.exit, Some(1), "{}", ended.progress);
    let files: Vec<_> = walkdir::WalkDir::new(&logs)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.into_path())
        .collect();
    let block = &ended.report["guides"][0]["blocks"][0];
    let path = block["log"].as_str().unwrap();
    assert_eq!(
        files,
        [std::path::PathBuf::from(path)],
        "one for the block that printed and whose output may be kept"
    );
    let kept = fs::read(path).unwrap();
    let line = "forty characters make a line, more or less\n";
    let expected = [
        b"early \x1b[1mline\x1b[0m\n".as_slice(),
        line.repeat(100_000).as_bytes(),
        b"the [secret]\0\xff\n",
    ]
    .concat();
    assert!(kept == expected, "byte for byte, {} and {}", kept.len(), expected.len());
    let notes = block["failure"]["notes"].to_string();
    assert!(notes.contains("all of its output is in"), "{notes}");
}

#[test]
fn without_them_a_failure_with_long_output_says_how_to_get_it() {
    let text = "```bash id=long\nseq 100000; false\n```\n";
    let ended = Run::start(text, &[]).ended();
    let block = &ended.report["guides"][0]["blocks"][0];
    assert!(block["log"].is_null());
    let help = block["failure"]["help"].to_string();
    assert!(help.contains("`--logs DIR` keeps all 588895 bytes"), "{help}");
}

#[test]
fn a_folder_that_cannot_be_written_is_told_and_judges_nothing() {
    let text = "```bash id=prints\necho x\n```\n";
    let ended = Run::start(text, &["--logs", "/proc/nowhere"]).ended();
    assert_eq!(ended.exit, Some(2), "{}", ended.progress);
    assert_eq!(ended.report["guides"][0]["blocks"][0]["status"], "passed");
    assert!(
        ended.progress.contains("could not write to `/proc/nowhere`"),
        "{}",
        ended.progress
    );
}
