//! Odd inputs become pages, the same ones however many threads make them. `tests/bench/corpus.py odd` makes a larger tree.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use walkdir::WalkDir;

fn many(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect()
}

/// Pages by their path below `content/`.
fn pages() -> BTreeMap<String, String> {
    let words = |number: usize| format!("word{number} and `code {}` stand here. ", number % 7);
    let lists = many(120, |depth| format!("{}- level {depth}\n", "  ".repeat(depth)));
    let table = many(300, |row| format!("| {row} \\| 2 | `x \\| y` | a ||\n"));
    let html =
        "<details><summary>x</summary>\n\n*inside*\n\n<table><tr><td id=\"t\">1</td></tr></table>\n\n</details>\n\n";
    let large = many(400, |number| {
        format!(
            "## Part {number}\n\n{}\n\n```bash\ncat <<'END' | sort -u  # {number}\n`$(\nEND\n```\n\n",
            many(20, words)
        )
    });
    let nested = format!(
        "{}deep\n\n{1}a{1}\n\n{2}\n\n{2}](x\n",
        "> ".repeat(300),
        "*".repeat(2000),
        "[".repeat(2000)
    );
    let lines = format!(
        "```js\n{}\n```\n\n```yaml\n{}```\n",
        "a=(".repeat(2000),
        "- x\n".repeat(5000)
    );
    let fixed = [
        ("lists.md", lists),
        (
            "tables.md",
            format!("| a \\| b | `c \\| d` | |\n|---|:-:|--:|\n{table}"),
        ),
        ("html.md", html.repeat(100)),
        ("large.md", large),
        ("nested.md", nested),
        ("lines.md", lines),
        ("empty.md", String::new()),
        ("only-head.md", "---\ntitle: \"Only a head\"\n---\n".to_owned()),
        ("no-end.md", "~~~~nginx\nserver { listen \"80".to_owned()),
        (
            "crlf.md",
            "# A\r\n\r\n- b\r\n\r\n```json\r\n{\"a\": 1}\r\n```\r\n".to_owned(),
        ),
        ("ünï cödé/日本 語.md", "# 日本\n\n[here](../lists.md)\n".to_owned()),
    ];
    let flat = (0..200).map(|number| {
        (
            format!("many/n{number}.md"),
            format!("# N {number}\n\n{}\n", words(number)),
        )
    });
    fixed
        .map(|(name, text)| (name.to_owned(), text))
        .into_iter()
        .chain(flat)
        .collect()
}

fn built(site: &Path, threads: &str) -> BTreeMap<String, Vec<u8>> {
    let out = format!("public-{threads}");
    let ran = Command::new(env!("CARGO_BIN_EXE_docgen"))
        .args(["build", "-q", "--out", &out])
        .current_dir(site)
        .env("RAYON_NUM_THREADS", threads)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let files = WalkDir::new(site.join(&out)).into_iter().flatten();
    files
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(site.join(&out)).unwrap();
            (
                path.to_string_lossy().into_owned(),
                std::fs::read(entry.path()).unwrap(),
            )
        })
        .collect()
}

#[test]
fn odd_texts_become_the_same_pages_whatever_the_threads() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path();
    std::fs::write(site.join("docgen.toml"), "title = \"Odd\"\n").unwrap();
    let pages = pages();
    for (name, text) in &pages {
        let place = site.join("content").join(name);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, text).unwrap();
    }
    let one = built(site, "1");
    // Nothing of the first build is of use to the second.
    std::fs::remove_dir_all(site.join(".docgen")).unwrap();
    let five = built(site, "5");
    assert!(one == five, "the pages differ");
    for name in pages.keys() {
        let page = format!("{}/index.html", name.trim_end_matches(".md"));
        assert!(one.contains_key(&page), "there is no `{page}`");
    }
    let largest = (0..200)
        .map(|number| one[&format!("many/n{number}/index.html")].len())
        .max();
    assert!(
        largest < Some(9000),
        "a page of a large folder lists too much: {largest:?}"
    );
}
