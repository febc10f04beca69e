//! Browser blocks in a real browser, on pages of a machine beside it. They need `docgen/chromium:debian12`.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// What `docgen verify` made of a site.
struct Ran {
    exit: i32,
    printed: String,
    blocks: Vec<Value>,
    site: TempDir,
}

fn pages() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/docker/browser-site"))
}

fn guide() -> String {
    std::fs::read_to_string(pages().join("content/shop/guide.md")).unwrap()
}

/// Runs docgen on the site of these tests with another text of its guide.
fn verify(text: &str, options: &[&str]) -> Ran {
    let site = tempfile::tempdir().unwrap();
    for file in walkdir::WalkDir::new(pages()).into_iter().map(Result::unwrap) {
        let to = site.path().join(file.path().strip_prefix(pages()).unwrap());
        if file.file_type().is_dir() {
            std::fs::create_dir_all(to).unwrap();
        } else {
            std::fs::copy(file.path(), to).unwrap();
        }
    }
    std::fs::write(site.path().join("content/shop/guide.md"), text).unwrap();
    let report = site.path().join("report.json");
    let output = docgen(
        site.path(),
        &["verify", "--report", &format!("json:{}", report.display())],
        options,
    );
    let json = std::fs::read_to_string(&report).unwrap_or_default();
    let json: Value = serde_json::from_str(&json).unwrap_or_default();
    Ran {
        exit: output.0,
        printed: output.1,
        blocks: json["guides"][0]["blocks"].as_array().cloned().unwrap_or_default(),
        site,
    }
}

fn docgen(site: &Path, command: &[&str], options: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_docgen"))
        .args(command)
        .args(options)
        .arg("--site")
        .arg(site)
        .env("NO_COLOR", "1")
        .env("TMPDIR", site)
        .output()
        .unwrap();
    let printed = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (output.status.code().unwrap_or(-1), printed.concat())
}

impl Ran {
    fn block(&self, id: &str) -> &Value {
        let found = self.blocks.iter().find(|block| block["id"] == id);
        found.unwrap_or_else(|| panic!("no block `{id}`\n{}", self.printed))
    }

    /// Names of the files in a folder of the site.
    fn files(&self, folder: &str) -> Vec<String> {
        let files = std::fs::read_dir(self.site.path().join(folder)).into_iter().flatten();
        let mut names: Vec<String> = files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

#[test]
fn a_guide_goes_through_a_browser() {
    let ran = verify(&guide(), &["--record"]);
    assert_eq!(ran.exit, 0, "{}", ran.printed);
    let form = ran.block("form");
    let output = form["output"].as_str().unwrap();
    assert!(
        output.contains("click \"Delete\"#2 → button “Delete”\nexpect \"second\"\n"),
        "{output}"
    );
    assert!(output.contains("capture token \"#token\" → tok-42-ace\n"), "{output}");
    assert_eq!(form["captures"][0], "token");
    let welcome = &form["screenshots"][1];
    assert_eq!(
        (welcome["name"].as_str(), welcome["width"].as_u64()),
        (Some("welcome"), Some(1100))
    );
    let height = welcome["height"].as_u64().unwrap();
    assert!(
        (150..300).contains(&height),
        "a short page makes a small picture: {height}"
    );
    assert_eq!(
        ran.block("block")["output"],
        "the token is tok-42-ace\n",
        "it goes on in the shell"
    );

    let anew = ran.block("anew");
    assert!(
        !anew.to_string().contains("Please sign in"),
        "the title is a secret: {anew}"
    );
    assert_eq!(
        ran.files("content/shop/screenshots"),
        ["form-filled-in.png", "form-welcome.png"]
    );

    let (exit, printed) = docgen(ran.site.path(), &["build"], &[]);
    assert_eq!(exit, 0, "{printed}");
    assert_eq!(
        ran.files("public/shop/screenshots"),
        ["form-filled-in.png", "form-welcome.png"]
    );
    let page = std::fs::read_to_string(ran.site.path().join("public/shop/index.html")).unwrap();
    let image = format!(
        "<img src=\"screenshots/form-welcome.png\" alt=\"Screenshot: welcome\" width=\"1100\" height=\"{height}\""
    );
    assert!(page.contains(&image), "{page}");

    // What a later run does not show any more is gone.
    let text = guide().replace("screenshot welcome\n", "");
    std::fs::write(ran.site.path().join("content/shop/guide.md"), text).unwrap();
    let (exit, printed) = docgen(ran.site.path(), &["verify", "--record"], &[]);
    assert_eq!(exit, 0, "{printed}");
    assert_eq!(ran.files("content/shop/screenshots"), ["form-filled-in.png"]);
}

/// Changes a line of the guide; its first block must be red with this message at this line.
fn must_be_red(from: &str, to: &str, says: &[&str]) {
    let text = guide();
    assert!(text.contains(from), "the guide has no `{from}`");
    let ran = verify(&text.replacen(from, to, 1), &["--until", "form", "--record"]);
    assert_eq!(ran.exit, 1, "{}", ran.printed);
    assert_eq!(ran.block("form")["status"], "failed");
    assert_eq!(
        ran.block("form")["failure"]["spot"]["text"],
        to.trim_end(),
        "{}",
        ran.printed
    );
    for part in says {
        assert!(ran.printed.contains(part), "`{part}` is not in\n{}", ran.printed);
    }
    assert!(
        ran.printed.contains("the page at which `form` failed: "),
        "{}",
        ran.printed
    );
    let kept = ran.files("content/shop/screenshots");
    assert!(!kept.iter().any(|name| name.contains("failure")), "{kept:?}");
}

#[test]
fn a_text_that_never_comes_is_red() {
    must_be_red(
        "wait 5s \"All is ready\"",
        "wait 2s \"all is ready\"",
        &[
            "error[browser-step]: the page does not show “all is ready”",
            "the page is “Welcome” at http://shop.example.test/welcome?",
            "| Your token: tok-42-ace",
            "the page has it in other upper and lower case",
        ],
    );
    must_be_red(
        "expect \"second\"",
        "expect \"nobody sees this\"",
        &["does not show “nobody sees this”"],
    );
}

#[test]
fn a_wrong_address_is_red() {
    must_be_red(
        "open http://shop.example.test/\n",
        "open http://shopp.example.test/\n",
        &["the page could not be opened: unknown error: net::ERR_NAME_NOT_RESOLVED"],
    );
    let from = "expect-url http://shop.example.test/welcome?mail=amy%40example.test&*";
    must_be_red(
        from,
        "expect-url http://shop.example.test/",
        &["the address is http://shop.example.test/welcome?mail"],
    );
}

#[test]
fn what_is_not_there_or_not_alone_is_red() {
    must_be_red(
        "click \"Delete\"#2",
        "click \"Delete\"",
        &[
            "2 links and buttons are called “Delete”",
            "say which one: `\"Delete\"#1` is the first",
        ],
    );
    must_be_red(
        "type \"Nickname\" \"ace\"",
        "type \"Nicname\" \"ace\"",
        &["the page has no field called “Nicname”", "did you mean `Nickname`?"],
    );
}

/// A site with a certificate that nobody knows; `{trust}` is where the browser is told of it.
const SECURE: &str = r#"---
machines:
  web:
    image: docgen/chromium:debian12
    aliases: [safe.example.test]
    run: |
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=Test \
        -addext subjectAltName=DNS:safe.example.test -keyout /key.pem -out /cert.pem
      openssl s_server -quiet -accept 443 -www -key /key.pem -cert /cert.pem
    ready: ["port:443"]
---

{trust}

```browser id=safe
open https://safe.example.test/
expect "s_server"
```
"#;

#[test]
fn certificates_are_trusted_only_if_the_guide_says_so() {
    let ran = verify(&SECURE.replace("{trust}", ""), &[]);
    assert_eq!(
        (ran.exit, ran.block("safe")["status"].as_str()),
        (1, Some("failed")),
        "{}",
        ran.printed
    );
    assert!(ran.printed.contains("trust-certificate FILE"), "{}", ran.printed);
    let trust = "<!-- docgen: run machine=browser\nopenssl s_client -connect safe.example.test:443 </dev/null 2>/dev/null \
                 | openssl x509 >/tmp/root.pem\ntrust-certificate /tmp/root.pem\n-->";
    let ran = verify(&SECURE.replace("{trust}", trust), &[]);
    assert_eq!(ran.exit, 0, "{}", ran.printed);
    assert!(
        ran.blocks.iter().any(|block| block["hidden"] == true),
        "the report names the help"
    );
}

#[test]
fn a_machine_without_a_browser_is_an_error() {
    let text = guide().replace("machines:\n", "machines:\n  browser:\n    image: debian:12\n");
    let ran = verify(&text, &["--until", "form"]);
    assert_eq!(
        (ran.exit, ran.block("form")["status"].as_str()),
        (2, Some("error")),
        "{}",
        ran.printed
    );
    assert!(
        ran.printed.contains("must serve WebDriver on port 4444"),
        "{}",
        ran.printed
    );
}
