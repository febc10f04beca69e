//! `docgen compare` and `docgen explain`, with and without a site.

use crate::cli::{Site, run};

const OLD: &str = "# Install\n\n```sh\ncurl -O http://a.example/tool.tgz\n```\n\n```sh\nmake all\n```\n";
const NEW: &str = "# Install it\n\n```sh id=get\ncurl -O https://a.example/tool.tgz\n```\n\n- `https:` (changed) — Over TLS. See [the other page](other.md).\n\n```sh id=look\nls\n```\n";

fn site() -> Site {
    let site = Site::new(&NEW.replace(" See [the other page](other.md).", ""));
    site.write("content/g/original.md", OLD);
    site.write("old.md", OLD).write("new.md", NEW);
    site
}

#[test]
fn the_page_of_two_files_needs_no_other_file_and_no_script() {
    let site = site();
    let ran = site.run(&["compare", "old.md", "new.md", "-o", "page.html"]).ends(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", ""));
    let page = std::fs::read_to_string(site.path("page.html")).unwrap();
    assert_eq!(site.run(&["compare", "old.md", "new.md"]).ends(0).out, page);
    for part in [
        "<!doctype html>",
        "<style>",
        "Over TLS",
        "left out",
        "https",
        "<title>Install it",
    ] {
        assert!(page.contains(part), "`{part}` is not in the page");
    }
    for part in [
        "<script",
        "<link rel=\"stylesheet\"",
        "url(",
        " style=",
        "href=\"../",
        "src=",
        "steps/",
    ] {
        assert!(!page.contains(part), "`{part}` is in the page");
    }
}

#[test]
fn the_data_of_two_files_is_that_of_the_site_but_for_paths() {
    let site = site();
    site.run(&["build"]).ends(0);
    let built = std::fs::read_to_string(site.path("public/g/compare.json")).unwrap();
    let files = ["content/g/original.md", "content/g/guide.md"];
    let printed = site.run(&["compare", files[0], files[1], "--json"]).ends(0);
    assert_eq!(printed.out, built);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let site = site();
    site.run(&["compare", "old.md", "neu.md"])
        .ends(2)
        .says("could not read `neu.md`")
        .says("takes two Markdown files");
    site.run(&["compare", "old.md", "content"])
        .ends(2)
        .says("it is a folder");
    site.run(&["compare", "old.md"]).ends(2).says("NEW.md");
    site.run(&["compare", "old.md", "new.md", "-o", "no/such/page.html"])
        .ends(2)
        .says("could not write `no/such/page.html`");
}

#[test]
fn a_note_that_quotes_what_is_not_there_is_an_error_and_the_page_is_written_all_the_same() {
    let site = site();
    site.write(
        "new.md",
        &NEW.replace("- `https:`", "- `https:` (changed) — Over TLS.\n- `httpd:`"),
    );
    site.run(&["compare", "old.md", "new.md", "-o", "page.html"])
        .ends(1)
        .says("new.md:8:")
        .says("httpd:");
    assert!(site.path("page.html").is_file());
}

#[test]
fn any_input_makes_a_page() {
    let site = site();
    let odd = [
        "",
        "```",
        "\u{feff}# a\r\n```sh\r\nls\r\n",
        "---\ntitle: [\n---\n```x\n",
        "<script>alert(1)</script>\n```sh\n</style><script>\n```\n",
    ];
    for text in odd {
        site.write("odd.md", text);
        for files in [["odd.md", "new.md"], ["new.md", "odd.md"], ["odd.md", "odd.md"]] {
            let ran = site.run(&["compare", files[0], files[1]]);
            assert!(ran.code <= 1 && ran.out.contains("</html>"), "{text:?}: {}", ran.err);
            assert!(!ran.out.contains("<script"), "{text:?}");
        }
    }
}

#[test]
fn explain_says_what_decided() {
    let site = site();
    let all = site.run(&["explain", "g"]).ends(0);
    assert!(
        all.out.contains("get line 4") && all.out.contains("look line 10"),
        "{}",
        all.out
    );
    let one = site.run(&["explain", "g#get"]).ends(0).says("paired: the most alike");
    assert!(one.out.contains("shared: `curl` (2)"), "{}", one.out);
    assert!(!one.out.contains("look line"), "{}", one.out);
    let path = site.run(&["explain", "content/g/guide.md#get"]).ends(0);
    assert_eq!(path.out, one.out);
    let files = site.run(&["explain", "old.md", "new.md#get"]).ends(0);
    assert_eq!(files.out, one.out);
    let data = site.run(&["explain", "g#get", "--json"]).ends(0);
    let data: serde_json::Value = serde_json::from_str(&data.out).unwrap();
    assert_eq!(data[0]["how"], "fuzzy");
}

#[test]
fn explain_names_what_it_cannot_find() {
    let site = site();
    site.run(&["explain", "gg"]).ends(2).says("did you mean `g`?");
    site.run(&["explain", "g#gets"])
        .ends(2)
        .says("no block `gets` in `g`")
        .says("did you mean `get`?");
    site.run(&["explain", "new.md"])
        .ends(2)
        .says("docgen explain OLD.md new.md");
    site.write("content/alone/guide.md", "# Alone\n\n```sh\nls\n```\n");
    site.run(&["explain", "alone"])
        .ends(2)
        .says("has no original")
        .says("content/alone/original.md");
    let nowhere = tempfile::tempdir().unwrap();
    run(nowhere.path(), &["explain", "g"])
        .ends(2)
        .says("docgen explain OLD.md NEW.md");
}

/// The heads, gaps and moved lines of a page that are links, as `section: words > section`.
fn ways(page: &str) -> Vec<String> {
    let mut ways = Vec::new();
    for section in page.split("<section class=\"pair").skip(1) {
        let value = |text: &str, key: &str| {
            let rest = text.split_once(&format!(" {key}=\"")).map(|(_, rest)| rest);
            rest.and_then(|rest| rest.split('"').next())
                .unwrap_or_default()
                .to_owned()
        };
        let here = value(section, "id");
        for link in section.split("<a").skip(1).filter(|link| link.contains("href=\"#")) {
            let words = link.split_once('>').and_then(|(_, rest)| rest.split('<').next());
            let words = words
                .filter(|words| !words.is_empty())
                .map_or(value(link, "aria-label"), str::to_owned);
            if !link.starts_with(" class=\"jump\"") {
                ways.push(format!("{here}: {words} > {}", value(link, "href")));
            }
        }
    }
    ways
}

/// Compares two lists of commands, each a step of its own; a step of several commands has them joined by `&`.
fn ways_of(old: &[&str], new: &[&str]) -> Vec<String> {
    let text = |steps: &[&str]| -> String {
        let steps = steps.iter().enumerate();
        steps
            .map(|(at, step)| format!("## S{at}\n\n```sh\n{}\n```\n\n", step.replace(" & ", "\n")))
            .collect()
    };
    let site = site();
    site.write("old.md", &text(old)).write("new.md", &text(new));
    ways(&site.run(&["compare", "old.md", "new.md"]).ends(0).out)
}

#[test]
fn both_ends_of_a_move_are_shown_and_lead_to_each_other() {
    let [a, b, c] = [
        "docker network create backbone --subnet 172.30.0.0/16",
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout http.key -out http.crt",
        "rsync -az nightly.dump backup@vault.example.net:/srv/dumps/",
    ];
    let d = "systemctl enable --now nightly-dump.timer";
    let equal = [
        "s0: Original step 4, moved up to step 1 > #original-s3",
        "original-s3: Already done in step 1 > #s0",
    ];
    assert_eq!(ways_of(&[a, b, c, d], &[d, a, b, c]), equal);
    let changed = [
        "s0: Original, step 4 > #original-s3",
        "original-s3: Shown beside step 1 > #s0",
        "original-s3: Already done in step 1 > #s0",
    ];
    assert_eq!(
        ways_of(&[a, b, c, d], &[&d.replace("dump", "dump-all"), a, b, c]),
        changed
    );
    let within = [
        "s0: moved to step 4 > #s3",
        "s3: Original step 1, moved down to step 4 > #s0",
    ];
    assert_eq!(ways_of(&[&format!("{a} & {d}"), b, c], &[a, b, c, d]), within);
}
