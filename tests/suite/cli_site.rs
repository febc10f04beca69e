//! What a site says about its settings and its history. No engine is needed.

use std::process::Command;

use crate::cli::Site;

fn git(site: &Site, arguments: &[&str], at: &str) {
    let done = Command::new("git")
        .args(["-c", "user.name=n", "-c", "user.email=e@x.test"])
        .args(arguments)
        .current_dir(site.path("."))
        .env("GIT_AUTHOR_DATE", at)
        .env("GIT_COMMITTER_DATE", "2030-01-01T00:00:00Z")
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}

fn commit(site: &Site, at: &str) {
    git(site, &["add", "-A"], at);
    git(site, &["commit", "-q", "-m", "x"], at);
}

const NONE: [&str; 3] = [""; 3];

/// The days of last change on the pages `a`, `b ü` and `c`.
fn days(site: &Site) -> [String; 3] {
    site.run(&["build"]).ends(0);
    shown(site)
}

fn shown(site: &Site) -> [String; 3] {
    ["a", "b ü", "c"].map(|name| {
        let html = std::fs::read_to_string(site.path(&format!("public/{name}/index.html"))).unwrap();
        let day = html.split("Last changed <time datetime=\"").nth(1);
        day.map(|rest| rest[..10].to_owned()).unwrap_or_default()
    })
}

#[test]
fn pages_say_when_git_saw_their_last_change() {
    let site = Site::new("# G\n");
    site.write("content/a.md", "a\n")
        .write("content/b ü.md", "b\n")
        .write("content/c.md", "c\n");
    site.write(".gitignore", "public\n");
    assert_eq!(days(&site), NONE, "no repository");
    git(&site, &["init", "-q", "-b", "main"], "");
    commit(&site, "2026-01-31T23:30:00-02:00");
    site.write("content/b ü.md", "b2\n");
    commit(&site, "2026-02-03T12:00:00Z");
    std::fs::write(site.path("content/c.md"), "not committed\n").unwrap();
    // The day is the same wherever the commit was made and is built: that of Greenwich.
    let full = ["2026-02-01", "2026-02-03", "2026-02-01"];
    assert_eq!(days(&site), full);
    // The second build finds what the first one kept, and a page that it did not know.
    assert_eq!(days(&site), full);
    site.write("content/d.md", "d\n");
    assert_eq!(days(&site), full);
    site.write("content/a.md", "a2\n");
    commit(&site, "2026-03-04T12:00:00Z");
    assert_eq!(days(&site), ["2026-03-04", "2026-02-03", "2026-03-04"]);
    git(&site, &["reset", "-q", "--hard", "HEAD~1"], "");

    // A shallow clone knows nothing before its first commit, which seems to have made every file.
    let clone = Site::new("# G\n");
    std::fs::remove_dir_all(clone.path("content")).unwrap();
    std::fs::remove_file(clone.path("docgen.toml")).unwrap();
    let from = format!("file://{}", site.path("").display());
    git(&clone, &["clone", "-q", "--depth", "1", &from, "."], "");
    assert_eq!(days(&clone), NONE);
    git(&clone, &["fetch", "-q", "--unshallow"], "");
    assert_eq!(days(&clone), full);

    clone.write("docgen.toml", "title = \"T\"\ngit_dates = false\n");
    assert_eq!(days(&clone), NONE);
}

#[test]
fn a_history_that_git_could_not_read_is_read_again() {
    let site = Site::new("# G\n");
    for name in ["a", "b ü", "c"] {
        site.write(&format!("content/{name}.md"), "x\n");
    }
    git(&site, &["init", "-q", "-b", "main"], "");
    commit(&site, "2026-02-01T12:00:00Z");
    let first = std::fs::read_to_string(site.path(".git/refs/heads/main")).unwrap();
    site.write("content/b ü.md", "b2\n");
    commit(&site, "2026-02-03T12:00:00Z");
    let object = site.path(&format!(".git/objects/{}/{}", &first[..2], first[2..].trim_end()));
    let aside = site.path(".git/aside");
    std::fs::rename(&object, &aside).unwrap();
    assert_eq!(days(&site), NONE, "the build goes on without dates");
    std::fs::rename(&aside, &object).unwrap();
    assert_eq!(days(&site), ["2026-02-01", "2026-02-03", "2026-02-01"]);
}

#[test]
fn a_build_in_a_hook_of_another_repository_asks_the_one_of_the_site() {
    let [site, other] = ["2026-02-03T12:00:00Z", "2001-01-01T12:00:00Z"].map(|at| {
        let site = Site::new("# G\n");
        for name in ["a", "b ü", "c"] {
            site.write(&format!("content/{name}.md"), "x\n");
        }
        git(&site, &["init", "-q"], "");
        commit(&site, at);
        site
    });
    let built = Command::new(env!("CARGO_BIN_EXE_docgen"))
        .arg("build")
        .current_dir(site.path(""))
        .env("GIT_DIR", other.path(".git"))
        .output()
        .unwrap();
    assert!(built.status.success());
    assert_eq!(shown(&site), ["2026-02-03"; 3]);
}

#[test]
fn the_settings_of_whoever_builds_change_no_date() {
    let site = Site::new("# G\n");
    for name in ["a", "b ü", "c"] {
        site.write(&format!("content/{name}.md"), "x\n");
    }
    git(&site, &["init", "-q"], "");
    commit(&site, "2026-02-03T12:00:00Z");
    for setting in [["log.showRoot", "false"], ["diff.orderFile", "/nowhere/order"]] {
        git(&site, &["config", setting[0], setting[1]], "");
        assert_eq!(days(&site), ["2026-02-03"; 3], "{setting:?}");
        std::fs::remove_dir_all(site.path(".docgen")).unwrap();
    }
}

#[test]
fn a_setting_is_found_however_it_is_written() {
    let site = Site::new("# G\n");
    let text = "title = \"gone\"\n# \"skin\"\ntheme = 'skin'\nnav = [\n  \"\"\"gone\"\"\",\n]\n";
    site.write("docgen.toml", text);
    site.run(&["check"])
        .ends(1)
        .says("docgen.toml:3:9")
        .says("docgen.toml:5:3");
}

#[test]
fn settings_that_name_what_is_not_there_are_errors_with_places() {
    let site = Site::new("# G\n");
    site.write(
        "docgen.toml",
        "title = \"T\"\ntheme = \"skin\"\nnav = [\"g\", \"gg\"]\n",
    );
    site.run(&["check"])
        .ends(1)
        .says("there is no folder `skin` with a theme's files")
        .says("docgen.toml:2:9")
        .says("`nav` names `gg`")
        .says("docgen.toml:3:13")
        .says("did you mean `g`?");
    site.write("docgen.toml", "title = \"T\"\ntheme = \"skin\"\nnav = [\"g/\"]\n")
        .write("skin/404.html", "gone\n");
    site.run(&["check"]).ends(0);
}

#[test]
fn a_mark_beyond_the_last_line_is_a_warning_on_every_kind_of_page() {
    let site = Site::new("# G\n\n```sh mark=2\necho\n```\n");
    site.write("content/p.md", "```text mark=1-3\none\n```\n");
    let ran = site.run(&["check"]).ends(0);
    assert_eq!(
        ran.err.matches("names a line that is not there").count(),
        2,
        "{}",
        ran.err
    );
    site.write("content/g/guide.md", "```sh mark=0\necho\n```\n");
    site.run(&["check"]).ends(1).says("`0` are no lines");
}

#[test]
fn a_folder_may_be_a_link_within_the_site() {
    use std::os::unix::fs::symlink;
    let site = Site::new("# G\n");
    std::fs::rename(site.path("content"), site.path("texts")).unwrap();
    symlink("texts", site.path("content")).unwrap();
    site.run(&["build"]).ends(0);
    assert!(site.path("public/g/index.html").exists());
}

#[test]
fn a_link_that_a_browser_would_run_is_an_error() {
    let site = Site::new("# G\n\n[a](javascript:alert%281%29) [b](<java\tscript:x>) [c](data:text/html,x)\n");
    site.write(
        "content/p.md",
        "![a](data:image/png;base64,iVBORw0KGgo=) [b](https://a.test) [c](mailto:a@b.test)\n",
    );
    let ran = site.run(&["check"]).ends(1).says("content/g/guide.md:3:1");
    assert_eq!(ran.err.matches("error[link-unsafe]").count(), 3, "{}", ran.err);
    assert!(!ran.err.contains("p.md"), "{}", ran.err);
}

#[test]
fn a_machine_that_the_settings_do_not_have_is_no_new_one() {
    let site = Site::new("---\nmachines: [wbe, default]\n---\n\n```sh machine=wbe\necho\n```\n");
    site.run(&["check"]).ends(0);
    site.write("docgen.toml", "title = \"T\"\n[machines.default]\n[machines.web]\n");
    site.run(&["check"])
        .ends(1)
        .says("no machine of docgen.toml is named `wbe`")
        .says("content/g/guide.md:2:12")
        .says("did you mean `web`?");
    site.write("content/g/guide.md", "---\nmachines: {wbe: {}}\n---\n# G\n");
    site.run(&["check"]).ends(0);
}

#[test]
fn all_mistakes_in_the_settings_are_said_at_once() {
    let site = Site::new("---\nweight: heavy\ntitel: x\n---\n# G\n");
    site.write(
        "docgen.toml",
        "titel = \"T\"\nnav = 3\n[machines.web]\nkind = \"foo\"\n",
    );
    let ran = site.run(&["check"]).ends(1);
    for place in [
        "docgen.toml:1:1",
        "docgen.toml:2:7",
        "docgen.toml:4:8",
        "guide.md:2:",
        "guide.md:3:",
    ] {
        assert!(ran.err.contains(place), "{place} is not in\n{}", ran.err);
    }
}
