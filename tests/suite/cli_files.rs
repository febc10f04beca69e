//! Which files make a site: links, hidden files, names. No engine is needed.

use std::fs;
use std::os::unix::fs::symlink;

use crate::cli::Site;

const BROKEN: &str = "```sh idd=x\necho\n```\n";

#[test]
fn a_link_is_followed_to_what_is_below_the_site_s_folder() {
    let site = Site::new("# G\n");
    site.write("shared/guide.md", BROKEN)
        .write("shared/files/a.txt", "a\n")
        .write("shared/page.md", "A shared page.\n");
    fs::create_dir(site.path("content/linked")).unwrap();
    symlink("../../shared/guide.md", site.path("content/linked/guide.md")).unwrap();
    symlink("../shared", site.path("content/whole")).unwrap();
    site.run(&["check"])
        .ends(1)
        .says("content/linked/guide.md:1:")
        .says("content/whole/guide.md:1:");
    site.write("shared/guide.md", "# Linked guide\n");
    site.run(&["build"]).ends(0);
    for path in ["linked/index.html", "whole/index.html", "whole/page/index.html"] {
        assert!(site.path("public").join(path).is_file(), "{path}");
    }
    // What changes behind a link is seen by the next build.
    site.write("shared/guide.md", "# Another title\n");
    site.run(&["build"]).ends(0);
    let page = fs::read_to_string(site.path("public/linked/index.html")).unwrap();
    assert!(page.contains("Another title"));
}

#[test]
fn a_link_to_anything_else_is_an_error_and_nothing_of_it_is_read() {
    let other = tempfile::tempdir().unwrap();
    fs::write(other.path().join("secret.md"), "outside\n").unwrap();
    let cases = [
        (
            "content/out.md",
            other.path().join("secret.md"),
            "which is outside of the site's folder",
        ),
        (
            "content/out",
            other.path().to_owned(),
            "which is outside of the site's folder",
        ),
        ("assets", other.path().to_owned(), "`assets` leads to"),
        ("theme", other.path().to_owned(), "`theme` leads to"),
        ("content/gone.md", "nowhere.md".into(), "leads nowhere"),
        ("content/g/up", "..".into(), "leads to a folder that it is in"),
        ("content/round", "round".into(), "leads nowhere"),
    ];
    for (link, target, fact) in cases {
        let site = Site::new("# G\n");
        site.write("docgen.toml", "title = \"T\"\n");
        if link == "theme" {
            site.write("docgen.toml", "title = \"T\"\ntheme = \"theme\"\n");
        }
        symlink(target, site.path(link)).unwrap();
        let ran = site
            .run(&["check"])
            .ends(1)
            .says("error[file-link]")
            .says(fact)
            .says("help:");
        assert_eq!(ran.err.matches("error[").count(), 1, "{}", ran.err);
        site.run(&["build"]).ends(1);
        assert!(!site.path("public").exists(), "{link}");
    }
    let site = Site::new("# G\n");
    fs::rename(site.path("content"), other.path().join("content")).unwrap();
    symlink(other.path().join("content"), site.path("content")).unwrap();
    site.run(&["check"]).ends(1).says("`content` leads to");
    let site = Site::new("# G\n");
    fs::rename(site.path("docgen.toml"), other.path().join("docgen.toml")).unwrap();
    symlink(other.path().join("docgen.toml"), site.path("docgen.toml")).unwrap();
    site.run(&["check"]).ends(1).says("`docgen.toml` leads to");
}

#[test]
fn the_lock_of_an_editor_is_no_problem() {
    let site = Site::new("# G\n");
    symlink("me@host.4711:1", site.path("content/.#_index.md")).unwrap();
    site.run(&["check"]).ends(0);
}

#[test]
fn hidden_texts_are_no_pages_and_no_guides() {
    let site = Site::new("# G\n");
    site.write("content/.trash/draft.md", "[gone](gone.md)\n")
        .write("content/.old/guide.md", BROKEN)
        .write("content/.page.md", "[gone](gone.md)\n");
    site.run(&["check"]).ends(0);
    site.run(&["build"]).ends(0);
    let made = ["public/.trash", "public/.old", "public/.page", "public/draft"];
    assert!(made.iter().all(|path| !site.path(path).exists()));
}

#[test]
fn a_hidden_file_of_a_guide_is_one() {
    let site = Site::new("```text file=/root/.env include=files/.env\n```\n");
    site.run(&["check"]).ends(1).says("there is no file `files/.env`");
    site.write("content/g/files/.env", "A=1\n");
    site.run(&["check"]).ends(0);
}

#[test]
fn what_cannot_be_beside_another_file_is_said() {
    let cases: [(&[(&str, &str)], &str); 4] = [
        (&[("assets/c", "a"), ("content/c/x.txt", "b")], "`c`"),
        (&[("assets/p", "a"), ("content/p/_index.md", "b\n")], "`p`"),
        (&[("assets/.docgen-manifest", "a")], "`.docgen-manifest`"),
        (
            &[("assets/c/x.txt", "a"), ("content/c/x.txt", "b")],
            "`content/c/x.txt`",
        ),
    ];
    for (files, fact) in cases {
        let site = Site::new("# G\n");
        for (path, text) in files {
            site.write(path, text);
        }
        site.run(&["check"])
            .ends(1)
            .says("error[same-address]")
            .says(fact)
            .says("help:");
        site.run(&["build"]).ends(1);
    }
}

#[test]
fn a_line_break_in_a_name_is_an_error() {
    let site = Site::new("# G\n");
    site.write("assets/x\nCNAME", "a");
    site.run(&["check"]).ends(1).says("error[file-name]").says("rename it");
}

#[test]
fn the_sum_of_an_original_may_be_that_of_the_file_with_its_mark() {
    let text = "\u{FEFF}# Old\n";
    let site = Site::new("");
    site.write("content/g/original.md", text);
    for (sum, code) in [(docgen::align::sha256(text.as_bytes()), 0), ("0".repeat(64), 1)] {
        let guide = format!("---\noriginal:\n  title: Old\n  sha256: \"{sum}\"\n---\n# Old\n");
        site.write("content/g/guide.md", &guide);
        site.run(&["check", "--strict"]).ends(code);
    }
}
