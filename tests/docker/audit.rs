//! The audit on a tiny guide: every mistake is noticed but the one that nothing could notice.

use std::process::Command;

use docgen::audit::Kind;
use docgen::audit::report::{AuditReport, Fate, Reason};

const GUIDE: &str = "\
---
verify: true
---

# Tiny

```bash id=make
mkdir /tmp/tiny
cd /tmp/tiny && touch list1.txt
```

```bash id=listing
ls --color=never /tmp/tiny
```

```output
list1.txt
```
";

/// Runs the audit of a text; returns its exit code and its report.
fn audit(text: &str) -> (i32, Option<AuditReport>) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("tiny.md"), text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_docgen"))
        .args([
            "verify",
            "tiny.md",
            "--audit",
            "--jobs",
            "2",
            "--audit-json",
            "audit.json",
        ])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let json = std::fs::read_to_string(folder.path().join("audit.json")).ok();
    let report = json.map(|json| serde_json::from_str(&json).unwrap());
    (output.status.code().unwrap(), report)
}

#[test]
fn mistakes_are_noticed_but_for_a_flag_that_changes_nothing() {
    let (code, report) = audit(GUIDE);
    let report = report.unwrap();
    let guide = &report.guides[0];
    let survivors: Vec<_> = guide
        .mutants
        .iter()
        .filter_map(|judged| match &judged.fate {
            Fate::Caught { .. } => None,
            Fate::Survived { reason, .. } => Some((judged.kind, judged.before.as_str(), *reason)),
            Fate::Unclear { message } => panic!("{message}"),
        })
        .collect();
    assert_eq!(survivors, [(Kind::DropFlag, "--color=never", Reason::NothingChanged)]);
    assert!(guide.caught() >= 8, "{guide:?}");
    assert_eq!(guide.without_expectation[0].block, "make");
    // One of so few is more than one in twenty.
    assert_eq!(code, 1);
}

#[test]
fn only_a_guide_that_passes_is_audited() {
    let (code, report) = audit("```bash\nfalse\n```\n");
    assert_eq!((code, report), (2, None));
}

#[test]
fn what_is_installed_first_is_done_once_and_kept_for_the_others() {
    let guide = "---\nverify: true\n---\n\n```bash id=user\nuseradd amy\n```\n\n\
                 ```bash id=look\nid --user --name amy\n```\n\n```output\namy\n```\n";
    let (code, report) = audit(guide);
    let report = report.unwrap();
    let guide = &report.guides[0];
    assert_eq!((code, guide.caught()), (0, guide.mutants.len()), "{guide:?}");
    let swapped = guide.mutants.iter().find(|judged| judged.kind == Kind::SwapBlocks);
    assert!(swapped.is_some(), "{guide:?}");
    let images = Command::new("docker")
        .args(["images", "docgen-snapshot", "--format", "{{.Tag}}"])
        .output()
        .unwrap();
    // Its disk is kept under the name of the run and the machine; those of `--fast` have a hash only.
    let tags = String::from_utf8(images.stdout).unwrap();
    assert!(!tags.lines().any(|tag| tag.ends_with("-host")), "{tags}");
}

#[test]
fn what_another_trial_left_behind_helps_none() {
    // Without the export the file is made, and noticed. With that file still there, `rm` would do without `-rf`.
    let guide = "---\nverify: true\n---\n\n```bash id=make\nexport MAKE=--no-create\nrm -rf /srv/made\n\
                 touch $MAKE /srv/made && test ! -e /srv/made\n```\n\n\
                 ```bash id=word\necho some thing\n```\n\n```output\n{{word}} {{word}}\n```\n";
    let (_, report) = audit(guide);
    let report = report.unwrap();
    let guide = &report.guides[0];
    let fate = |kind: Kind| {
        guide
            .mutants
            .iter()
            .find(|judged| judged.kind == kind)
            .map(|judged| &judged.fate)
    };
    assert!(
        matches!(fate(Kind::DropCommand), Some(Fate::Caught { .. })),
        "{guide:?}"
    );
    assert!(matches!(fate(Kind::DropFlag), Some(Fate::Caught { .. })), "{guide:?}");
    let loose: Vec<&str> = guide.loose.iter().map(|weak| weak.block.as_str()).collect();
    assert_eq!(loose, ["word"], "{guide:?}");
}
