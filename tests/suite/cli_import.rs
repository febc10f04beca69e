//! `docgen import` as people call it: what is written where, and what is refused.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::cli::{Site, run};

const PAGE: &str = "<html><head><link rel=canonical href='https://a.test/x/'></head><body><nav>Home</nav><main><h1>Say \"hi\"</h1>\
                    <p>See <a href='../y/'>why</a>.</p><pre>$ echo hi\nhi</pre></main></body></html>";

const TEXT: &str = "---\ntitle: \"Say \\\"hi\\\"\"\noriginal:\n  title: \"Say \\\"hi\\\"\"\n  url: \"https://a.test/x/\"\n---\n\n\
                    # Say \"hi\"\n\nSee [why](https://a.test/y/).\n\n```console\n$ echo hi\nhi\n```\n";

#[test]
fn a_page_becomes_a_text_on_standard_output_or_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("page.html"), PAGE).unwrap();
    let ran = run(folder.path(), &["import", "page.html"]).ends(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), (TEXT, ""));
    run(folder.path(), &["import", "page.html", "-o", "page.md"]).ends(0);
    assert_eq!(std::fs::read_to_string(folder.path().join("page.md")).unwrap(), TEXT);
    run(folder.path(), &["import", "page.html", "-o", "page.md"])
        .ends(2)
        .says("`page.md` is there already; nothing was written")
        .says("--force");
    run(folder.path(), &["import", "page.html", "-o", "page.md", "--force"]).ends(0);
    run(folder.path(), &["import", "page.html", "--url", "https://b.test/"])
        .ends(0)
        .says("[why](https://b.test/y/)");
}

#[test]
fn standard_input_is_read_whatever_its_encoding() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_docgen"))
        .args(["import", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"<p>caf\xe9</p>").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "café\n");
}

#[test]
fn a_page_becomes_the_original_of_a_guide() {
    let site = Site::new("# Other\n\n```sh\ntrue\n```\n");
    site.write("page.html", PAGE);
    site.run(&["import", "page.html", "--into", "say-hi"])
        .ends(0)
        .says("wrote original.md and guide.md")
        .says("docgen verify say-hi");
    let text = |path: &str| std::fs::read_to_string(site.path(path)).unwrap();
    assert_eq!(text("content/say-hi/original.md"), TEXT);
    assert!(text("content/say-hi/guide.md").contains("  sha256: "));
    site.run(&["check", "--strict"]).ends(0);
    site.write("content/say-hi/guide.md", "# Mine\n\n```sh\ntrue\n```\n");
    site.run(&["import", "page.html", "--into", "say-hi"])
        .ends(2)
        .says("original.md` is there already");
    site.run(&["import", "page.html", "--into", "content/say-hi/", "--force"])
        .ends(0)
        .says("wrote original.md in");
    assert!(text("content/say-hi/guide.md").starts_with("# Mine"));
    site.run(&["import", "page.html", "--into", "../x"])
        .ends(2)
        .says("`../x` cannot be the name of a guide");
}

#[test]
fn what_cannot_be_imported_is_said_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let run = |page: &str| run(folder.path(), &["import", page]).ends(2);
    run("https://a.test/x").says("curl -fsSL https://a.test/x | docgen import - --url https://a.test/x");
    run("missing.html").says("could not read `missing.html`");
    run("README.md").says("`README.md` is Markdown already");
    std::fs::write(folder.path().join("empty.html"), "<script>x</script>").unwrap();
    run("empty.html").says("`empty.html` is no HTML page: there is no text in it");
    run(".").says("could not read `.`");
    crate::cli::run(folder.path(), &["import", "empty.html", "--into", "g"]).ends(2);
}

#[test]
fn code_in_a_table_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let page = "<main><h1>T</h1><table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td><pre>ls\npwd</pre></td></tr></table></main>";
    std::fs::write(folder.path().join("p.html"), page).unwrap();
    let ran = run(folder.path(), &["import", "p.html"]).ends(0);
    assert!(ran.out.contains("`ls`<br>`pwd`"), "{}", ran.out);
    assert!(
        ran.err.contains("warning[code-in-table]") && ran.err.contains("`ls`"),
        "{}",
        ran.err
    );
}
