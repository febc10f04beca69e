//! Bad input becomes pages: every case of `tests/cases/align` as a guide of one site, and texts of 5,000 lines.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use walkdir::WalkDir;

/// The cases that issue 6 names, by what is bad in them.
const NAMED: [&str; 11] = [
    "unbalanced-fence",
    "output-marked-as-shell",
    "powershell-prompts",
    "root-prompts",
    "right-to-left",
    "wide-characters",
    "tabs",
    "crlf",
    "fences-in-lists",
    "quote-blocks",
    "twin-commands",
];

/// A text of about `lines` lines in one block for each section, or all in one block.
fn long_text(host: &str, lines: usize, one_block: bool) -> String {
    let mut text = String::from("# Long\n");
    let fence = |text: &mut String, mark: &str| {
        if !one_block {
            text.push_str(mark);
        }
    };
    if one_block {
        text.push_str("```sh\n");
    }
    for index in 0..lines / if one_block { 3 } else { 12 } {
        fence(&mut text, &format!("\n## Part {index}\n\n```sh\n"));
        let _ = write!(
            text,
            "curl -fsS http://{host}:{}/item-{index} \\\n  --header 'X-Step: {}' \\\n  --retry 3\n",
            8000 + index % 50,
            index * 7919 % 1009
        );
        fence(&mut text, &format!("```\n\n```output\nok {index}\n```\n"));
    }
    if one_block {
        text.push_str("```\n");
    }
    text
}

fn guide(root: &Path, name: &str, original: &str, revised: &str) {
    let folder = root.join("content").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("original.md"), original).unwrap();
    std::fs::write(folder.join("guide.md"), revised).unwrap();
}

/// The text of a page: tags removed, entities replaced, blanks single.
fn text_of(html: &str) -> String {
    let text: String = html
        .split('<')
        .map(|part| part.split_once('>').map_or("", |(_, text)| text))
        .collect();
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The lines of code of a text, as docgen reads it.
fn code(text: &str) -> Vec<String> {
    use docgen::model::guide::Side;
    let document = docgen::parse::document(docgen::source::SourceFile::new("a.md", text), Side::Original).value;
    let lines = document
        .blocks
        .iter()
        .filter(|block| !block.hidden)
        .flat_map(|block| block.text.lines());
    lines
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        // Holes are drawn as what may stand there.
        .filter(|line| !line.is_empty() && !line.contains("{{"))
        .collect()
}

#[test]
fn bad_input_becomes_pages_that_show_every_line() {
    let site = tempfile::tempdir().unwrap();
    let root = site.path();
    std::fs::create_dir_all(root.join("content")).unwrap();
    std::fs::write(root.join("docgen.toml"), "title = \"Bad input\"\n").unwrap();
    let mut texts: Vec<(String, String, String)> = Vec::new();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/align");
    for entry in WalkDir::new(cases).min_depth(1).max_depth(1).sort_by_file_name() {
        let folder = entry.unwrap().into_path();
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        texts.push((name, read("original.md"), read("revised.md")));
    }
    for name in NAMED {
        assert!(texts.iter().any(|(case, ..)| case == name), "there is no case `{name}`");
    }
    for (name, one_block) in [("long", false), ("long-block", true)] {
        let (old, new) = (
            long_text("10.0.0.1", 5000, one_block),
            long_text("shop.example.test", 5000, one_block),
        );
        texts.push((name.to_owned(), old.replace('\n', "\r\n"), new));
    }
    for (name, old, new) in &texts {
        guide(root, name, old, new);
    }
    let ran = Command::new(env!("CARGO_BIN_EXE_docgen"))
        .args(["build", "--site"])
        .arg(root)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    for (name, old, new) in &texts {
        let page = root.join("public").join(name).join("compare/index.html");
        let text = text_of(&std::fs::read_to_string(page).unwrap());
        for line in code(old).iter().chain(&code(new)) {
            assert!(text.contains(line.as_str()), "{name}: `{line}` is not on the page");
        }
    }
}

/// `cargo test --release --test suite -- --ignored --nocapture time_of_5000`
#[test]
#[ignore = "a benchmark: prints the time of comparing texts of 5,000 lines"]
fn time_of_5000_lines() {
    use docgen::model::guide::Side;
    for (name, one_block) in [("many blocks", false), ("one block", true)] {
        let read = |host: &str, side: Side| {
            let text = long_text(host, 5000, one_block);
            docgen::parse::document(docgen::source::SourceFile::new("a.md", text), side).value
        };
        let start = std::time::Instant::now();
        let (old, new) = (
            read("10.0.0.1", Side::Original),
            read("shop.example.test", Side::Revised),
        );
        let parsed = start.elapsed().as_millis();
        let comparison = docgen::align::documents(&old, &new, docgen::align::Options::default()).value;
        println!(
            "5,000 lines, {name}: parsed in {parsed} ms, compared after {} ms, {} links",
            start.elapsed().as_millis(),
            comparison.links.len()
        );
    }
}
