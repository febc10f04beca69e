//! The heart of the first guide, broken in ten ways, one at a time: `docgen verify` must be red each time and say where.
//! It is kept in `tests/docker/first-proof`, without the packages and certificates that take the whole guide its time.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

const GUIDE: &str = "run-your-own-oauth2-server";

/// One way to break the guide.
struct Break {
    /// Text to be replaced, the first time it stands after `after`, and what replaces it.
    after: &'static str,
    from: &'static str,
    to: &'static str,
    /// The last block that is run.
    until: &'static str,
    /// The block that must be red, and how.
    block: &'static str,
    status: &'static str,
    code: &'static str,
    /// Text of the line that the message must point at.
    line: &'static str,
}

fn guide() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/docker/first-proof/guide.md");
    std::fs::read_to_string(path).unwrap()
}

/// Runs docgen on a site with this guide text; returns its exit code, what it printed, and its JSON report.
fn verify(text: &str, until: &str) -> (i32, String, Value) {
    let site = tempfile::tempdir().unwrap();
    let folder = site.path().join("content").join(GUIDE);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(site.path().join("docgen.toml"), "title = \"Test\"\n").unwrap();
    std::fs::write(folder.join("guide.md"), text).unwrap();
    let report = site.path().join("report.json");
    let output = Command::new(env!("CARGO_BIN_EXE_docgen"))
        .args(["verify", GUIDE, "--until", until, "--timeout", "30s", "--site"])
        .arg(site.path())
        .arg("--report")
        .arg(format!("json:{}", report.display()))
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let printed = [output.stdout, output.stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat();
    let json = std::fs::read_to_string(report)
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok());
    (output.status.code().unwrap_or(-1), printed, json.unwrap_or(Value::Null))
}

impl Break {
    fn broken(&self) -> String {
        let text = guide();
        let at = text
            .find(self.after)
            .unwrap_or_else(|| panic!("the guide has no `{}`", self.after));
        let (head, tail) = text.split_at(at);
        assert!(
            tail.contains(self.from),
            "the guide has no `{}` after `{}`",
            self.from,
            self.after
        );
        format!("{head}{}", tail.replacen(self.from, self.to, 1))
    }

    fn must_be_red(&self) {
        let text = self.broken();
        let clock = Instant::now();
        let (exit, printed, report) = verify(&text, self.until);
        assert!(
            clock.elapsed() < Duration::from_secs(120),
            "it took too long\n{printed}"
        );
        assert_eq!(exit, 1, "{printed}");
        let blocks = report["guides"][0]["blocks"]
            .as_array()
            .unwrap_or_else(|| panic!("no report\n{printed}"));
        let first = blocks
            .iter()
            .find(|block| !matches!(block["status"].as_str(), Some("passed" | "skipped")));
        let first = first.unwrap_or_else(|| panic!("nothing is red\n{printed}"));
        assert_eq!(
            (first["id"].as_str(), first["status"].as_str()),
            (Some(self.block), Some(self.status)),
            "{printed}"
        );
        assert!(printed.contains(&format!("error[{}]", self.code)), "{printed}");
        let place = printed.lines().find(|line| line.contains("--> ")).unwrap_or_default();
        let number: usize = place
            .rsplit(':')
            .nth(1)
            .and_then(|number| number.parse().ok())
            .unwrap_or(0);
        assert!(place.contains(&format!("content/{GUIDE}/guide.md:")), "{printed}");
        let line = text.lines().nth(number.saturating_sub(1)).unwrap_or_default();
        assert!(line.contains(self.line), "the message points at `{line}`\n{printed}");
    }
}

#[test]
fn the_guide_as_it_is_is_green() {
    let (exit, printed, report) = verify(&guide(), "introspect");
    assert_eq!(exit, 0, "{printed}");
    assert_eq!(report["summary"]["passed"], 9, "{printed}");
}

#[test]
fn a_wrong_port_is_red() {
    Break {
        after: "id=token",
        from: "--hydra:4444",
        to: "--hydra:4447",
        until: "token",
        block: "token",
        status: "failed",
        code: "command-failed",
        line: "docker run",
    }
    .must_be_red();
}

#[test]
fn a_wrong_secret_is_red() {
    Break {
        after: "id=token",
        from: "--client-secret some-secret",
        to: "--client-secret another-secret",
        until: "token",
        block: "token",
        status: "failed",
        code: "command-failed",
        line: "docker run",
    }
    .must_be_red();
}

#[test]
fn swapped_blocks_are_red() {
    // The network is used before it is made.
    let text = guide();
    let first = "```bash id=network\ndocker network create hydraguide\n```";
    let start = text.find("```bash id=database").unwrap();
    let end = start + text[start..].find("\n```\n").unwrap() + "\n```".len();
    let second = text[start..end].to_owned();
    let text = text
        .replace(first, "FIRST")
        .replace(&second, first)
        .replace("FIRST", &second);
    let (exit, printed, report) = verify(&text, "network");
    assert_eq!(exit, 1, "{printed}");
    assert_eq!(report["guides"][0]["blocks"][0]["id"], "database", "{printed}");
    assert_eq!(report["guides"][0]["blocks"][0]["status"], "failed", "{printed}");
    assert!(printed.contains("network hydraguide not found"), "{printed}");
}

#[test]
fn a_stale_digit_in_an_expected_output_is_red() {
    Break {
        after: "id=client",
        from: "OAuth 2.0 Client ID",
        to: "OAuth 2.1 Client ID",
        until: "client",
        block: "client",
        status: "failed",
        code: "output-differs",
        line: "OAuth 2.1 Client ID: some-consumer",
    }
    .must_be_red();
}

#[test]
fn a_missing_export_is_red() {
    Break {
        after: "id=settings",
        from: "export DSN=",
        to: "DSM=",
        until: "migrate",
        block: "migrate",
        status: "failed",
        code: "command-failed",
        line: "docker run",
    }
    .must_be_red();
}

#[test]
fn a_misspelt_image_is_red() {
    Break {
        after: "id=migrate",
        from: "oryd/hydra:v1.11.10",
        to: "oryd/hydar:v1.11.10",
        until: "migrate",
        block: "migrate",
        status: "failed",
        code: "command-failed",
        line: "docker run",
    }
    .must_be_red();
}

#[test]
fn a_dropped_flag_is_red() {
    Break {
        after: "id=client",
        from: "    --grant-types client_credentials \\\n",
        to: "",
        until: "token",
        block: "token",
        status: "failed",
        code: "command-failed",
        line: "docker run",
    }
    .must_be_red();
}

#[test]
fn an_unclosed_quote_is_red_before_anything_runs() {
    let text = guide().replacen("sslmode=disable'", "sslmode=disable", 1);
    let (exit, printed, _) = verify(&text, "settings");
    assert_eq!(exit, 1, "{printed}");
    let line = 1 + text.lines().position(|line| line.starts_with("export DSN=")).unwrap();
    assert!(
        printed.contains("error[shell-syntax]: the quote `'` is never closed"),
        "{printed}"
    );
    assert!(printed.contains(&format!("guide.md:{line}:")), "{printed}");
}

#[test]
fn a_wrong_expected_status_is_red() {
    Break {
        after: "```bash id=network",
        from: "id=network",
        to: "id=network exit=3",
        until: "network",
        block: "network",
        status: "failed",
        code: "status",
        line: "exit=3",
    }
    .must_be_red();
}

#[test]
fn a_block_that_never_ends_is_red_within_its_timeout() {
    Break {
        after: "```bash id=network",
        from: "id=network\ndocker network create hydraguide",
        to: "id=network timeout=2s\ntail -f /dev/null",
        until: "network",
        block: "network",
        status: "timed-out",
        code: "timed-out",
        line: "tail -f /dev/null",
    }
    .must_be_red();
}
