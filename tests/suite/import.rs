//! tests/cases/import/CASE: `page.html` and the `page.md` that it becomes. `UPDATE=1` rewrites the texts.

use docgen::import::{ImportError, import};
use docgen::model::guide::Side;
use docgen::parse;
use docgen::source::SourceFile;
use proptest::prelude::*;

use crate::golden;

#[test]
fn each_page_becomes_its_text() {
    let mut problems = Vec::new();
    for case in golden::cases("import") {
        let html = std::fs::read_to_string(case.join("page.html")).unwrap();
        let page = import(&html, None).unwrap();
        let head = format!("{}\n{}\n\n", page.title, page.url.as_deref().unwrap_or("no address"));
        problems.extend(golden::compare(&case.join("page.md"), &(head + &page.text)));
        let parsed = parse::document(SourceFile::new("page.md", page.text), Side::Original);
        let codes: Vec<&str> = parsed.diagnostics.iter().map(|d| d.code).collect();
        assert!(!codes.contains(&"unclosed-fence"), "{}", case.display());
    }
    golden::report(problems);
}

#[test]
fn what_is_no_page_is_said() {
    assert_eq!(import("", None), Err(ImportError::NoText));
    assert_eq!(
        import("<nav>Home</nav><script>x</script>", None),
        Err(ImportError::NoText)
    );
    assert_eq!(import(&"<div>".repeat(1_000), None), Err(ImportError::TooDeep));
}

#[test]
fn an_address_makes_links_whole() {
    let page = import("<a href='../b#c'>x</a> <a href='#d'>y</a>", Some("https://a.test/x/y/")).unwrap();
    assert_eq!(page.text, "[x](https://a.test/x/b#c) [y](#d)\n");
}

fn piece() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "<p>",
        "</p>",
        "<pre>",
        "</pre>",
        "<code class='language-sh'>",
        "</code>",
        "\n",
        "```",
        "$ ls",
        "<div class='tabs'>",
        "<li role='tab'>a</li>",
        "<div role='tabpanel'>",
        "</div>",
        "<table>",
        "<tr><td>",
        "<ul><li>",
        "</ul>",
        "<h1>",
        "</h1>",
        "<div class='admonition note'>",
        "<p class='admonition-title'>",
        "&lt;",
        "<a href='#'>",
        "</a>",
        "<img src=x>",
        "é\u{202e}",
        "<main>",
        "<article>",
        "<br>",
        "~~~",
        "> ",
        "<label for=x>b</label>",
        "<figcaption>",
        "<span class='line'>",
    ]);
    prop_oneof![6 => fixed.prop_map(str::to_owned), 1 => ".{0,8}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_page_is_read_without_panic(pieces in prop::collection::vec(piece(), 0..30)) {
        let html = pieces.concat();
        if let Ok(page) = import(&html, Some("https://a.test/")) {
            prop_assert!(page.text.ends_with('\n') && !page.text.trim().is_empty());
        }
    }
}
