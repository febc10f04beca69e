//! Whole small sites: what a page holds, and what is said about its links.

use std::collections::BTreeMap;

use crate::diagnostic::Parsed;
use crate::model::guide::{Page, Side};
use crate::model::settings::Settings;
use crate::parse::{self, GuideSource, Strictness};
use crate::render::{self, Options, Site, SiteInput};
use crate::source::SourceFile;

fn page(address: &str, path: &str, text: &str) -> Page {
    let source = SourceFile::new(format!("content/{path}"), text);
    let parsed = parse::document_with(source, Side::Revised, Strictness::Foreign);
    assert_eq!(parsed.diagnostics, [], "{path}");
    Page {
        address: address.to_owned(),
        is_section: path.ends_with("_index.md"),
        document: parsed.value,
    }
}

fn build(pages: &[Page], guide: Option<&str>, theme: &[(&str, &str)]) -> Parsed<Site> {
    let settings = Settings {
        title: "T".to_owned(),
        base_url: Some("https://x.test/docs".to_owned()),
        ..Settings::default()
    };
    let guides: Vec<_> = guide
        .map(|text| {
            let source = GuideSource {
                name: "g".to_owned(),
                revised: SourceFile::new("content/g/guide.md", text),
                original: None,
                files: BTreeMap::new(),
                compare: None,
                recorded: None,
            };
            parse::guide(source, &settings).value
        })
        .into_iter()
        .collect();
    let theme = theme
        .iter()
        .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
        .collect();
    render::site(&SiteInput {
        settings: &settings,
        pages,
        guides: &guides,
        comparisons: &BTreeMap::new(),
        statuses: &BTreeMap::new(),
        assets: &BTreeMap::from([("a/pic.png".to_owned(), vec![1])]),
        theme: &theme,
        options: &Options {
            base_url: None,
            drafts: false,
        },
        colours: &render::Memo::default(),
    })
}

fn text<'s>(site: &'s Site, path: &str) -> &'s str {
    std::str::from_utf8(site.get(path).map_or(b"(not there)", Vec::as_slice)).unwrap()
}

#[test]
fn all_broken_links_are_reported_at_once_with_places() {
    let pages = [
        page(
            "",
            "_index.md",
            "[ok](a.md#one) [x](gone.md) [y](a.md#too) [z](../../up.md) [w](https://x.test/gone)\n",
        ),
        page(
            "a/",
            "a.md",
            "## One\n\n![p](a/pic.png) [home](_index.md) [self](#one) [root](/a.md) [bad](#tow)\n",
        ),
    ];
    let built = build(&pages, None, &[]);
    let told: Vec<String> = built
        .diagnostics
        .iter()
        .map(|d| {
            format!(
                "{} {}",
                d.code,
                d.place.as_ref().map(|place| place.address()).unwrap_or_default()
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "link-broken content/_index.md:1:16",
            "anchor-broken content/_index.md:1:29",
            "file-outside content/_index.md:1:43",
            "anchor-broken content/a.md:3:62",
        ]
    );
    let html = text(&built.value, "a/index.html");
    assert!(html.contains("<img src=\"pic.png\" alt=\"p\""), "{html}");
    assert!(html.contains("<a href=\"../index.html\">home</a>"), "{html}");
    assert!(html.contains("<a href=\"#one\">self</a>"), "{html}");
}

#[test]
fn what_authors_tell_docgen_is_not_shown() {
    let guide = "# G\n\n## S\n\n<!-- docgen: run -->\n\n```sh id=x title=\"t\"\nls -d . # c\n```\n\n- `-d` — Only the folder. *Not* its files.\n\n```output\n{{path}} `&`\n```\n\n<!-- plain -->\n";
    let html = build(&[], Some(guide), &[]).value;
    let html = text(&html, "g/index.html");
    assert!(!html.contains("docgen: run"), "{html}");
    assert!(html.contains("<!-- plain -->"), "{html}");
    assert!(html.contains("<span class=\"tied\"><i class=a>-d</i></span>"), "{html}");
    assert!(
        html.contains("<strong>Only the folder.</strong> <em>Not</em> its files."),
        "{html}"
    );
    assert!(!html.contains("<li><code>-d</code>"), "{html}");
    assert!(
        html.contains("<span class=\"brace\">{{</span>path<span class=\"brace\">}}</span></span> `&amp;`"),
        "{html}"
    );
    assert!(html.contains("○"), "{html}");
}

#[test]
fn the_same_input_gives_the_same_bytes_and_a_complete_site() {
    let pages = [
        page("", "_index.md", "hello\n"),
        page(
            "b/c/",
            "b/c.md",
            "---\ntitle: C\ndate: 2026-01-02\naliases: [/old/]\n---\n\ntext[^a]\n\n[^a]: note\n",
        ),
        page("d/", "d.md", "---\ndraft: true\n---\n\nhidden\n"),
    ];
    let one = build(&pages, Some("# G\n"), &[]);
    assert_eq!(one.diagnostics, []);
    let two = build(&pages, Some("# G\n"), &[]);
    assert_eq!(one.value, two.value);
    let paths: Vec<&str> = one
        .value
        .keys()
        .map(String::as_str)
        .filter(|path| !path.starts_with("theme/"))
        .collect();
    assert_eq!(
        paths,
        [
            "404.html",
            "a/pic.png",
            "atom.xml",
            "b/c/index.html",
            "b/c/index.md",
            "g/index.html",
            "g/index.md",
            "index.html",
            "index.md",
            "llms.txt",
            "old/index.html",
            "robots.txt",
            "search/index.js",
            "sitemap.xml",
        ]
    );
    assert!(text(&one.value, "old/index.html").contains("url=../b/c/index.html"));
    assert!(
        text(&one.value, "sitemap.xml").contains("<loc>https://x.test/docs/b/c/</loc><lastmod>2026-01-02</lastmod>")
    );
    assert!(text(&one.value, "404.html").contains("href=\"/docs/theme/style."));
    assert!(text(&one.value, "b/c/index.html").contains("<span>Previous</span>T"));
}

#[test]
fn two_pages_at_one_address_are_an_error() {
    let pages = [page("g/", "g.md", "x\n")];
    let built = build(&pages, Some("# G\n"), &[]);
    assert_eq!(
        built.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(),
        ["same-address"]
    );
}

#[test]
fn a_template_of_the_site_replaces_the_themes() {
    let pages = [page("", "_index.md", "hello\n")];
    let built = build(
        &pages,
        None,
        &[("page.html", "own: {{ content | safe }}"), ("extra.css", "a { b: c }")],
    );
    assert_eq!(built.diagnostics, []);
    assert_eq!(text(&built.value, "index.html"), "own: <p>hello</p>\n");
    assert!(built.value.keys().any(|path| path.starts_with("theme/extra.")));
    let built = build(&pages, None, &[("page.html", "\n{{ contents }}")]);
    assert_eq!(
        built.diagnostics[0].place.as_ref().unwrap().address(),
        "theme/page.html:2:4"
    );
}
