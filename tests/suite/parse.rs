//! Parsing never panics, and every span lies inside the text, whatever the text is.

use docgen::model::guide::{Document, Side};
use docgen::parse::{self, GuideSource, Strictness};
use docgen::source::SourceFile;
use proptest::prelude::*;

/// Pieces that guides are made of, whole and broken.
fn piece() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "```sh id=a\n",
        "```sh tab=A\nls\n```\n",
        "```sh tab=\"B c\"\nls\n```\n",
        "<!-- docgen: run tab=A\nls\n-->\n",
        "```\n",
        "~~~~ bash tty fill=\"X = y\"\n",
        "```output match=json\n",
        "```console\n",
        "$ ls \\\n",
        "> x\n",
        "- `ls` — note\n",
        "- original: `a`#2, `b` … `c` (new) — x\n",
        "- **All:** x\n",
        "<!-- docgen: run id=z\n",
        "-->\n",
        "<!-- docgen: original=\"a\" -->\n",
        "<!-- docgen: gap original=x see=y -->\n",
        "---\n",
        "+++\n",
        "title: x\n",
        "machines:\n  a:\n",
        "# Head `code` {#id}\n",
        "> quote\n> ```sh\n",
        "1. item\n\n   ```sh\n   ls\n   ```\n",
        "{{token:word}}\n",
        "\\{{\n",
        "...\n",
        "{{x\n",
        "echo 'open\n",
        "cat <<EOF\n",
        "EOF\n",
        "\r\n",
        "\t",
        "é\u{202e}漢\n",
        "\0\n",
        "| a | b |\n|---|---|\n",
        "[^1]: note\n",
    ]);
    prop_oneof![4 => fixed.prop_map(str::to_owned), 1 => ".{0,12}"]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..24).prop_map(|pieces| pieces.concat())
}

fn spans_are_inside(document: &Document) {
    let text = &document.source.text;
    let inside = |span: &std::ops::Range<usize>| {
        assert!(
            text.get(span.clone()).is_some(),
            "{span:?} is not inside the text or cuts a character"
        );
    };
    for block in &document.blocks {
        inside(&block.fence);
        inside(&block.info);
        block.lines.iter().for_each(inside);
        assert_eq!(block.lines.len(), block.text.lines().count(), "each line has its place");
    }
    for list in &document.note_lists {
        inside(&list.span);
        for note in &list.notes {
            inside(&note.span);
            inside(&note.text);
        }
    }
    document.comments.iter().for_each(inside);
    document.sections.iter().for_each(|section| inside(&section.span));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_is_parsed(text in text()) {
        for strictness in [Strictness::Guide, Strictness::Foreign] {
            let parsed = parse::document_with(SourceFile::new("a.md", text.as_str()), Side::Revised, strictness);
            spans_are_inside(&parsed.value);
        }
    }

    #[test]
    fn any_guide_is_parsed_and_its_problems_can_be_drawn(text in text()) {
        let source = GuideSource {
            name: "a".to_owned(),
            revised: SourceFile::new("a.md", text.as_str()),
            original: Some(SourceFile::new("b.md", text.as_str())),
            files: Default::default(),
            compare: None,
            recorded: None,
        };
        for diagnostic in parse::guide(source, &Default::default()).diagnostics {
            prop_assert!(!diagnostic.draw(docgen::diagnostic::Look::Plain).is_empty());
        }
    }
}
