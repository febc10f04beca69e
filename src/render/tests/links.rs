//! Where the links of a site lead, and what is said about those that lead nowhere.

use super::{build, page, text, text_at, told};

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
fn links_in_raw_html_lead_where_links_in_markdown_do() {
    let written = "<p><a href=\"y.md#z\">y</a></p>\n\nIn <a href='gone.md'>line</a> <!-- <a href=\"gone\"> -->\n\n<!--\n<img src=\"gone.png\">\n-->\n\n<img src=\"a/b.gif\" width=9>\n";
    let pages = [page("x/", "x.md", written), page("y/", "y.md", "## Z\n")];
    let built = build(&pages, None, &[]);
    let html = text_at(&built, "x/index.html");
    assert!(html.contains("<p><a href=\"../y/index.html#z\">y</a></p>"), "{html}");
    assert!(html.contains("<img src=\"../a/b.gif\" width=9>"), "{html}");
    assert_eq!(told(&built), ["link-broken content/x.md:3:13: nothing is at `gone.md`"]);
}

#[test]
fn labels_and_footnotes_without_a_definition_are_told() {
    let written = "[one][two] [three][] [four] list[0][1] x[^five] `[^six]` [A] [ok][a]\n\n[a]: #here\n\n## Here\n";
    let built = build(&[page("x/", "x.md", written)], None, &[]);
    assert_eq!(
        told(&built),
        [
            "link-undefined content/x.md:1:1: no link is defined for the label `[two]`",
            "link-undefined content/x.md:1:12: no link is defined for the label `[three]`",
            "link-undefined content/x.md:1:41: there is no footnote `[^five]`",
        ]
    );
}

#[test]
fn a_broken_link_says_what_may_have_been_meant() {
    let pages = [
        page(
            "x/y/",
            "x/y.md",
            "[a](../z/page.md) [b](pags.md) [c](quite-another.txt) [d](page.md#nothing-like-it) [e](empty.md#f)\n",
        ),
        page("x/page/", "x/page.md", "## One\n\n## Two\n"),
        page("x/empty/", "x/empty.md", ""),
    ];
    let help: Vec<Vec<String>> = build(&pages, None, &[])
        .diagnostics
        .into_iter()
        .map(|d| d.help)
        .collect();
    assert_eq!(
        help,
        [
            vec!["did you mean `page.md`?"],
            vec!["did you mean `page.md`?"],
            vec![],
            vec!["its anchors are `#one`, `#two`"],
            vec!["it has no headings and no blocks to link to"],
        ]
    );
}

#[test]
fn of_files_of_one_name_the_one_in_the_folders_of_the_link_is_meant() {
    let pages = [
        page("x/", "x.md", "[a](old/cli/flags.md)\n"),
        page("new/api/flags/", "new/api/flags.md", ""),
        page("new/cli/flags/", "new/cli/flags.md", ""),
    ];
    let built = build(&pages, None, &[]);
    assert_eq!(built.diagnostics[0].help, ["did you mean `new/cli/flags.md`?"]);
}

#[test]
fn old_addresses_stay_below_the_site() {
    let pages = [page(
        "x/",
        "x.md",
        "---\naliases: [/y.html, old/../older, ../../etc]\n---\n",
    )];
    let built = build(&pages, None, &[]);
    assert_eq!(
        told(&built),
        ["file-outside content/x.md:2:34: the alias `../../etc` leaves the site"]
    );
    assert!(text_at(&built, "y.html").contains("data-to=\"x/index.html\""));
    assert!(text_at(&built, "older/index.html").contains("data-to=\"../x/index.html\""));
}
