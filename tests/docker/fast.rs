//! `--fast`: what is known from a snapshot is not run again, and never more than that.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// A folder with a guide, and a cache of its own; the images that it leads to are removed at the end.
struct Desk(TempDir);

/// What came of a run.
struct Ran {
    exit: Option<i32>,
    report: Value,
    /// All that was printed.
    said: String,
}

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn verify(&self, guide: &str) -> Ran {
        self.verify_with(guide, &["--fast=0s", "-v"], &[])
    }

    fn verify_with(&self, guide: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let path = self.0.path();
        std::fs::write(path.join("guide.md"), guide).unwrap();
        drop(std::fs::remove_file(path.join("report.json")));
        let output = Command::new(env!("CARGO_BIN_EXE_docgen"))
            .current_dir(path)
            .args([
                "verify",
                "guide.md",
                "--report",
                "human",
                "--report",
                "json:report.json",
            ])
            .args(arguments)
            .env("NO_COLOR", "1")
            .env("XDG_CACHE_HOME", path.join("cache"))
            .env_remove("CI")
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let report = std::fs::read_to_string(path.join("report.json"));
        Ran {
            exit: output.status.code(),
            report: report.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap()),
            said: [output.stderr, output.stdout]
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                .concat(),
        }
    }

    /// The images of all snapshots.
    fn images(&self) -> Vec<String> {
        snapshot_images(&self.0.path().join("cache"))
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // Those that build on others go first; what was removed with them is as good.
        let images = self.images();
        for _ in 0..2 {
            drop(Command::new("docker").arg("rmi").args(&images).output());
        }
    }
}

fn snapshots(cache: &Path) -> Vec<Value> {
    let files = std::fs::read_dir(cache.join("docgen/snapshots"));
    let files = files.into_iter().flatten().map(Result::unwrap);
    files
        .map(|file| serde_json::from_str(&std::fs::read_to_string(file.path()).unwrap()).unwrap())
        .collect()
}

/// The images of the snapshots that a cache knows.
pub(crate) fn snapshot_images(cache: &Path) -> Vec<String> {
    snapshots(cache)
        .iter()
        .map(|snapshot| snapshot["image"].as_str().unwrap().to_owned())
        .collect()
}

impl Ran {
    fn blocks(&self) -> &Vec<Value> {
        self.report["guides"][0]["blocks"].as_array().expect("blocks")
    }

    /// The blocks that were not run again.
    fn cached(&self) -> Vec<&str> {
        let cached = self.blocks().iter().filter(|block| block["cached"] == true);
        cached.map(|block| block["id"].as_str().unwrap()).collect()
    }

    fn block(&self, id: &str) -> &Value {
        self.blocks().iter().find(|block| block["id"] == id).unwrap()
    }
}

const GUIDE: &str = r#"# A guide

```bash id=one
mkdir -p /opt/app; echo first >/opt/app/log
word='two words'; list=(a 'b c'); declare -A map=([k]=v); export SHOWN=1
greet() { echo "hi $1"; }
alias ll='echo alias'
cd /opt/app; umask 027; set -u; shopt -s nullglob; set -o pipefail
```

```bash id=two
echo "token $RANDOM-$RANDOM"
```

```output
token {{token:word}}
```

```ini id=three file=app.conf mode=0600
[app]
```

```bash id=four fill=">TOKEN< = token"
echo >TOKEN< >>/opt/app/log
(exit 3) || true
```

```bash id=other terminal=second
place=elsewhere; cd /var
```

```bash id=five fill=">TOKEN< = token"
echo "$word|${list[1]}|${map[k]}|$SHOWN"; greet you; ll; pwd; umask; shopt nullglob; echo $-
stat -c '%a %n' app.conf; cat log; echo >TOKEN<
```

```output
two words|b c|v|1
hi you
alias
/opt/app
0027
nullglob       	on
himuBEHs
600 app.conf
first
{{token}}
{{token}}
```

```bash id=six terminal=second
echo "$place $PWD ${word-none}"
```

```output
elsewhere /var none
```

```bash id=last
echo done
```
"#;

#[test]
fn an_edit_runs_what_it_changed_and_what_comes_after() {
    let desk = Desk::new();
    let cold = desk.verify(GUIDE);
    assert_eq!(cold.exit, Some(0), "{}", cold.said);
    assert_eq!(cold.cached(), [""; 0]);
    assert_eq!(desk.images().len(), 5, "{}", cold.said);

    let same = desk.verify(GUIDE);
    assert_eq!(same.exit, Some(0), "{}", same.said);
    assert_eq!(same.cached(), ["one", "two", "three", "four", "other"], "{}", same.said);
    assert!(
        same.said.contains("8 blocks passed (5 from a snapshot, not run again)"),
        "{}",
        same.said
    );
    assert!(
        same.block("one")["reason"]
            .as_str()
            .unwrap()
            .contains("from a snapshot of 20")
    );
    for id in ["two", "five"] {
        assert_eq!(
            same.block(id)["output"],
            cold.block(id)["output"],
            "{id}: the token is the one captured then"
        );
    }

    let edited = desk.verify(&GUIDE.replace("echo >TOKEN< >>/opt/app/log", "echo x; echo >TOKEN< >>/opt/app/log"));
    assert_eq!(edited.exit, Some(0), "{}", edited.said);
    assert_eq!(edited.cached(), ["one", "two", "three"]);

    let wrong = desk.verify(&GUIDE.replace("cat log", "cat logs"));
    assert_eq!(wrong.exit, Some(1), "{}", wrong.said);
    assert_eq!(wrong.block("five")["status"], "failed");
    assert_eq!(wrong.block("five")["cached"], false);
    assert_eq!(wrong.cached(), ["one", "two", "three", "four", "other"]);

    let first = desk.verify(&GUIDE.replace("echo first", "echo  first"));
    assert_eq!(first.exit, Some(0), "{}", first.said);
    assert_eq!(first.cached(), [""; 0], "an edit of the first block changes all");
}

#[test]
fn what_is_expected_is_judged_anew() {
    let desk = Desk::new();
    let guide =
        "```bash id=one\necho hello you\n```\n\n```output\nhello {{who:word}}\n```\n\n```bash id=two\ntrue\n```\n";
    assert_eq!(desk.verify(guide).exit, Some(0));
    let prose = desk.verify(&format!(
        "# New words\n\n{}",
        guide.replace("hello {{", "{{greeting:word}} {{")
    ));
    assert_eq!((prose.exit, prose.cached()), (Some(0), vec!["one"]), "{}", prose.said);
    let stale = desk.verify(&guide.replace("hello {{", "hullo {{"));
    assert_eq!((stale.exit, stale.cached()), (Some(1), vec![]), "{}", stale.said);
    assert_eq!(stale.block("one")["status"], "failed");
}

#[test]
fn settings_of_the_machine_count() {
    let desk = Desk::new();
    let guide = |keys: &str| {
        let blocks = "```bash id=one\ntrue\n```\n\n```bash id=two\ntrue\n```\n";
        format!("---\nmachines:\n  host:\n    image: debian:12\n{keys}---\n{blocks}")
    };
    assert_eq!(desk.verify(&guide("")).exit, Some(0));
    assert_eq!(desk.verify(&guide("")).cached(), ["one"]);
    for keys in [
        "    env: {A: b}\n",
        "    hostname: other\n",
        "    memory: 512M\n",
        "    prepare: true\n",
    ] {
        let other = desk.verify(&guide(keys));
        assert_eq!(
            (other.exit, other.cached()),
            (Some(0), vec![]),
            "{keys}: {}",
            other.said
        );
    }
}

#[test]
fn what_a_copy_would_lose_keeps_snapshots_from_being_made() {
    let cases = [
        ("sleep 300 &", "`sleep` (process"),
        ("nohup sleep 300 >/dev/null 2>&1 & disown", "`sleep` (process"),
        ("sleep 0.01 & wait", "another shell cannot be brought"),
        ("trap 'echo bye' EXIT", "another shell cannot be brought"),
        ("exec 7>/tmp/seven", "`# descriptor 7` is missing"),
        ("set -f; exec 7>/tmp/seven", "`# descriptor 7` is missing"),
        ("ulimit -n 512", "another shell cannot be brought"),
        ("set -- a b", "another shell cannot be brought"),
        ("pushd /tmp", "another shell cannot be brought"),
        ("PS1='mine> '", "another shell cannot be brought"),
        ("usermod -aG games root", "another shell cannot be brought"),
        ("touch /dev/shm/x", "`/dev/shm/x` was changed"),
        ("echo 10.0.0.1 far >>/etc/hosts", "`/etc/hosts` was changed"),
        ("echo $$ >/tmp/pid", "the number of its process"),
    ];
    let scope = |part: &[(&str, &str)]| {
        for (script, reason) in part {
            let desk = Desk::new();
            let guide =
                format!("```bash id=one\n{script}\n```\n\n```bash id=two\ntrue\n```\n\n```bash id=three\ntrue\n```\n");
            let cold = desk.verify(&guide);
            assert_eq!(cold.exit, Some(0), "{script}: {}", cold.said);
            assert!(cold.said.contains(reason), "{script}: {}", cold.said);
            let again = desk.verify(&guide);
            assert_eq!(
                (again.exit, again.cached()),
                (Some(0), vec![]),
                "{script}: {}",
                again.said
            );
        }
    };
    std::thread::scope(|threads| {
        for part in cases.chunks(5) {
            threads.spawn(move || scope(part));
        }
    });
}

#[test]
fn a_status_is_not_forgotten() {
    let desk = Desk::new();
    let guide = "```bash id=one exit=3\n(exit 3)\n```\n\n```bash id=two\necho $?\n```\n\n```output\n3\n```\n\n```bash id=three\ntrue\n```\n";
    let cold = desk.verify(guide);
    assert_eq!(cold.exit, Some(0), "{}", cold.said);
    assert!(
        cold.said.contains("the last status of a terminal is 3"),
        "{}",
        cold.said
    );
    assert_eq!(desk.verify(guide).cached(), ["one", "two"]);
}

#[test]
fn a_block_that_failed_is_never_taken_from_a_snapshot() {
    let desk = Desk::new();
    let guide = "```bash id=one\ntrue\n```\n\n```bash id=two\nfalse\n```\n\n```bash id=three\ntrue\n```\n\n```bash id=four\ntrue\n```\n";
    for cached in [[].as_slice(), &["one"]] {
        let ran = desk.verify(guide);
        assert_eq!((ran.exit, ran.cached().as_slice()), (Some(1), cached), "{}", ran.said);
        assert!(
            ran.said.contains("no snapshot after it: block `two` is failed"),
            "{}",
            ran.said
        );
    }
}

#[test]
fn guides_that_cannot_be_copied_run_cold_and_say_so() {
    let blocks = "```bash id=one\ntrue\n```\n\n```bash id=two\ntrue\n```\n";
    let heads = [
        (
            "---\nmachines:\n  a: {image: 'debian:12'}\n  b: {image: 'debian:12'}\n---\n",
            " machine=b",
            "several machines",
        ),
        (
            "---\nmachines:\n  a:\n    image: debian:12\n    env: {TOKEN: {secret: DOCGEN_TEST_TOKEN}}\n---\n",
            "",
            "it has secrets",
        ),
    ];
    for (head, key, reason) in heads {
        let desk = Desk::new();
        let guide = format!("{head}{}", blocks.replace("id=two", &format!("id=two{key}")));
        for _ in 0..2 {
            let ran = desk.verify_with(&guide, &["--fast=0s"], &[("DOCGEN_TEST_TOKEN", "top-secret-value")]);
            assert_eq!((ran.exit, ran.cached()), (Some(0), vec![]), "{}", ran.said);
            assert!(ran.said.contains(reason), "{}", ran.said);
        }
        assert_eq!(desk.images(), [""; 0]);
    }
}

#[test]
fn a_proof_is_never_fast() {
    let desk = Desk::new();
    let guide = "```bash id=one\ntrue\n```\n";
    let in_ci = desk.verify_with(guide, &["--fast"], &[("CI", "true")]);
    assert_eq!(in_ci.exit, Some(2));
    assert!(in_ci.said.contains("CI is set"), "{}", in_ci.said);
    assert_eq!(desk.verify_with(guide, &["--fast", "--record"], &[]).exit, Some(2));
}

#[test]
fn images_carry_docgens_label_and_none_of_the_run() {
    let desk = Desk::new();
    let guide = "```bash id=one\ntrue\n```\n\n```bash id=two\ntrue\n```\n";
    assert_eq!(desk.verify(guide).exit, Some(0));
    let images = desk.images();
    assert_eq!(images.iter().collect::<BTreeSet<_>>().len(), 1);
    let format = "{{index .Config.Labels \"docgen.cache\"}} {{index .Config.Labels \"docgen.run\"}}|";
    let output = Command::new("docker")
        .args(["image", "inspect", "--format", format, &images[0]])
        .output()
        .unwrap();
    let labels = String::from_utf8(output.stdout).unwrap();
    let (cache, run) = labels.trim().trim_end_matches('|').split_once(' ').unwrap();
    assert!(cache.len() == 24 && run.is_empty(), "{labels}");

    // Somebody removed the image: the snapshot is of no use, and that is no error.
    assert!(
        Command::new("docker")
            .args(["rmi", &images[0]])
            .output()
            .unwrap()
            .status
            .success()
    );
    let again = desk.verify(guide);
    assert_eq!((again.exit, again.cached()), (Some(0), vec![]), "{}", again.said);
}
