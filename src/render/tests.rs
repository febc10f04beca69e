//! Whole small sites: what a page holds, and what is said about its links.

mod links;
mod recorded;

use std::collections::BTreeMap;

use crate::diagnostic::Parsed;
use crate::model::guide::{Guide, Page, Side};
use crate::model::settings::Settings;
use crate::parse::{self, GuideSource, Strictness};
use crate::render::status::GuideStatus;
use crate::render::{self, Before, GuideWork, Options, Site, SiteInput, Text};
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
    build_with(&[], pages, guide, theme)
}

/// A file of 3 by 2 pixels.
const GIF: &[u8] = b"GIF89a\x03\x00\x02\x00\x00\x00\x00\x00\x00\x00";

fn build_with(nav: &[&str], pages: &[Page], guide: Option<&str>, theme: &[(&str, &str)]) -> Parsed<Site> {
    let guides = guide.map(|text| self::guide(text, None));
    build_all(&settings(nav), guides.into_iter().collect(), pages, theme)
}

fn settings(nav: &[&str]) -> Settings {
    Settings {
        title: "T".to_owned(),
        base_url: Some("https://x.test/docs".to_owned()),
        nav: nav.iter().map(|name| (*name).to_owned()).collect(),
        ..Settings::default()
    }
}

fn guide(text: &str, recorded: Option<&str>) -> Guide {
    let source = GuideSource {
        name: "g".to_owned(),
        revised: SourceFile::new("content/g/guide.md", text),
        original: None,
        files: BTreeMap::new(),
        compare: None,
        recorded: recorded.map(|text| SourceFile::new("content/g/verified.json", text)),
    };
    parse::guide(source, &settings(&[])).value
}

fn build_all(settings: &Settings, guides: Vec<Guide>, pages: &[Page], theme: &[(&str, &str)]) -> Parsed<Site> {
    let theme = theme
        .iter()
        .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec().into()))
        .collect();
    let words = render::Words::default();
    let guides = guides.into_iter().map(|guide| GuideWork {
        status: GuideStatus::of(&guide).value,
        guide,
        comparison: None,
    });
    let texts: Vec<Text<'_>> = guides
        .map(|work| Text::guide(work, &words))
        .chain(pages.iter().map(|page| Text::page(page.clone(), &words)))
        .collect();
    let rendered = render::site(&SiteInput {
        settings,
        texts: &texts,
        words: &words,
        before: &Before::default(),
        assets: &BTreeMap::from([
            ("a/pic.png".to_owned(), vec![1].into()),
            ("a/b.gif".to_owned(), GIF.into()),
        ]),
        theme: &theme,
        changes: &BTreeMap::from([("content/changed.md".to_owned(), "2026-11-23T10:00:00Z".to_owned())]),
        options: &Options {
            base_url: None,
            drafts: false,
        },
        colours: &render::Memo::default(),
    });
    Parsed {
        value: rendered.site,
        diagnostics: rendered.diagnostics,
    }
}

fn text<'s>(site: &'s Site, path: &str) -> &'s str {
    std::str::from_utf8(site.get(path).and_then(render::File::bytes).unwrap_or(b"(not there)")).unwrap()
}

#[test]
fn what_authors_tell_docgen_is_not_shown() {
    let guide = "# G\n\n## S\n\n<!-- docgen: run -->\n\n```sh id=x title=\"t\"\nls -d . # c\n```\n\n- `-d` — Only the folder. *Not* its files.\n\n```output\n{{path}} `&`\n```\n\n<!-- plain -->\n";
    let html = build(&[], Some(guide), &[]).value;
    let html = text(&html, "g/index.html");
    assert!(!html.contains("docgen: run"), "{html}");
    assert!(html.contains("<!-- plain -->"), "{html}");
    assert!(html.contains("<span class=\"tied\"><i>-d</i></span>"), "{html}");
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
            "a/b.gif",
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
            "search/excerpts.js",
            "search/index.js",
            "sitemap.xml",
        ]
    );
    let redirect = text(&one.value, "old/index.html");
    assert!(redirect.contains("data-to=\"../b/c/index.html\""), "{redirect}");
    assert!(
        redirect.contains("<noscript><meta http-equiv=\"refresh\" content=\"0; url=../b/c/index.html\">"),
        "{redirect}"
    );
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

fn told(built: &Parsed<Site>) -> Vec<String> {
    let address = |d: &crate::diagnostic::Diagnostic| d.place.as_ref().map(|place| place.address()).unwrap_or_default();
    let one = |d: &crate::diagnostic::Diagnostic| format!("{} {}: {}", d.code, address(d), d.message);
    built.diagnostics.iter().map(one).collect()
}

#[test]
fn lines_are_marked_and_numbered() {
    let text = "```sh mark=2,4-5 lines=9\none\ntwo\nthree\nfour\nfive\n```\n";
    let built = build(&[page("a/", "a.md", text)], None, &[]);
    let html = text_of_code(text_at(&built, "a/index.html"));
    assert_eq!(
        html.replace("<span class=\"no u\" data-n=", "<")
            .replace("></span>", ">"),
        "<\"9\"><b>one</b>\n<mark class=\"line\"><\"10\"><b>two</b>\n</mark><\"11\"><b>three</b>\n\
         <mark class=\"line\"><\"12\"><b>four</b>\n</mark><mark class=\"line\"><\"13\"><b>five</b>\n</mark>"
    );
}

fn text_at<'s>(built: &'s Parsed<Site>, path: &str) -> &'s str {
    text(&built.value, path)
}

fn text_of_code(html: &str) -> String {
    let start = html.find("<code>").map_or(0, |at| at + 6);
    html[start..].split("</code>").next().unwrap_or_default().to_owned()
}

#[test]
fn images_have_sizes_and_texts_for_all() {
    let written = "![A thing](a/b.gif) ![](a/b.gif) ![Broken bytes](a/pic.png)\n";
    let built = build(&[page("x/", "x.md", written)], None, &[]);
    let html = text_at(&built, "x/index.html");
    let thing = "<img src=\"../a/b.gif\" alt=\"A thing\" width=\"3\" height=\"2\" loading=\"lazy\" decoding=\"async\">";
    assert!(html.contains(thing), "{html}");
    assert!(
        html.contains("<img src=\"../a/pic.png\" alt=\"Broken bytes\" loading"),
        "{html}"
    );
    assert!(
        html.contains("<meta property=\"og:image\" content=\"https://x.test/docs/a/b.gif\">"),
        "{html}"
    );
    assert_eq!(
        told(&built),
        ["alt-missing content/x.md:1:21: this image has no text for those who cannot see it"]
    );
}

#[test]
fn tags_have_pages_and_links() {
    let pages = [
        page("", "_index.md", "home\n"),
        page("x/", "x.md", "---\ntags: [Big Thing, b, big thing, '!']\n---\nx\n"),
        page("y/", "y.md", "---\ntags: [b]\n---\ny\n"),
    ];
    let built = build(&pages, None, &[]);
    let html = text_at(&built, "x/index.html");
    assert_eq!(
        html.matches("class=\"chip\" href=\"../tags/big-thing/index.html\">Big Thing</a>")
            .count(),
        1,
        "{html}"
    );
    assert!(html.contains("<span class=\"chip\">!</span>"), "{html}");
    assert!(html.contains("<a href=\"../tags/index.html\">Tags</a>"), "{html}");
    let tag = text_at(&built, "tags/b/index.html");
    assert!(
        tag.contains("<a href=\"../../x/index.html\">X</a>") && tag.contains("<a href=\"../../y/index.html\">Y</a>"),
        "{tag}"
    );
    assert!(tag.contains("<a href=\"../index.html\">Tags</a></li></ol>"), "{tag}");
    assert!(text_at(&built, "tags/index.html").contains("<a href=\"big-thing/index.html\">Big Thing</a>"));
    assert!(text_at(&built, "sitemap.xml").contains("<loc>https://x.test/docs/tags/big-thing/</loc>"));
    assert!(!text(&build(&pages[..1], None, &[]).value, "index.html").contains("tags/"));
}

#[test]
fn the_authors_order_comes_before_weights() {
    let pages = [
        page("a/", "a.md", "---\nweight: -5\n---\n"),
        page("b/c/", "b/c.md", ""),
        page("b/d/", "b/d.md", ""),
    ];
    let order = |nav: &[&str]| {
        let built = build_with(nav, &pages, None, &[]);
        let llms = text(&built.value, "llms.txt").to_owned();
        let links = llms.split("https://x.test/docs/").skip(1);
        links
            .filter_map(|rest| Some(rest.split_once("index.md")?.0.to_owned()))
            .collect::<Vec<_>>()
    };
    assert_eq!(order(&[]), ["a/", "b/c/", "b/d/"]);
    assert_eq!(order(&["b/", "b/d"]), ["b/d/", "b/c/", "a/"]);
}

#[test]
fn an_alias_that_is_taken_is_told_at_its_place() {
    let pages = [
        page("a/", "a.md", "x\n"),
        page("b/", "b.md", "---\naliases: [/a/]\n---\nx\n"),
        page("c/", "c.md", "---\naliases: [old.html]\n---\nx\n"),
        page("d/", "d.md", "---\naliases: [/old.html]\n---\nx\n"),
    ];
    let problems = build(&pages, None, &[]).diagnostics;
    let told = problems.iter().map(|problem| {
        let place = problem.place.as_ref().expect("a place");
        format!("{}: {}", place.address(), problem.message)
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "content/b.md:2:11: the alias `/a/` is an address of `content/a.md` already",
            "content/d.md:2:11: the alias `/old.html` is an address of `content/c.md` already"
        ]
    );
}

#[test]
fn a_heading_without_words_is_not_in_the_table_of_contents() {
    let pages = [page("a/", "a.md", "## One\n\n##\n\n## Two\n")];
    let built = build(&pages, None, &[]);
    let html = text(&built.value, "a/index.html");
    assert!(
        html.contains("<a href=\"#two\">Two</a>") && !html.contains("\"></a></li>"),
        "{html}"
    );
}

#[test]
fn pages_without_a_weight_come_after_those_that_have_one() {
    let pages = [
        page("a/", "a.md", ""),
        page("b/", "b.md", "---\nweight: 2\n---\n"),
        page("c/", "c.md", "---\nweight: 1\n---\n"),
    ];
    let built = build(&pages, None, &[]);
    let llms = text(&built.value, "llms.txt");
    assert!(
        llms.contains("- [C](https://x.test/docs/c/index.md)\n- [B](https://x.test/docs/b/index.md)\n- [A]"),
        "{llms}"
    );
}

#[test]
fn the_last_change_is_told_to_readers_and_to_machines() {
    let pages = [
        page("changed/", "changed.md", "---\ndate: 2026-01-02\n---\nx\n"),
        page("other/", "other.md", "x\n"),
    ];
    let built = build(&pages, None, &[]);
    let html = text_at(&built, "changed/index.html");
    assert!(
        html.contains("Last changed <time datetime=\"2026-11-23\">23 Nov 2026</time>"),
        "{html}"
    );
    assert!(!text_at(&built, "other/index.html").contains("Last changed"));
    let sitemap = text_at(&built, "sitemap.xml");
    assert!(
        sitemap.contains("/changed/</loc><lastmod>2026-11-23T10:00:00Z</lastmod>"),
        "{sitemap}"
    );
    let feed = text_at(&built, "atom.xml");
    let dates = "<published>2026-01-02T00:00:00Z</published><updated>2026-11-23T10:00:00Z</updated>";
    assert!(feed.contains(dates), "{feed}");
}
