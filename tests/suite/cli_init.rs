//! `docgen init`: the new site works, and nothing of anybody is overwritten. That its guide is proven, tests/docker shows.

use crate::cli::run;

#[test]
fn a_new_site_has_no_problems_and_builds() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["init", "new/site"])
        .ends(0)
        .says("cd new/site")
        .says("docgen verify --record");
    let site = folder.path().join("new/site");
    let ran = run(&site, &["check", "--strict"]).ends(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", ""));
    run(&site, &["build", "--strict"]).ends(0);
    run(&site, &["verify", "--dry-run"])
        .ends(0)
        .says("machine default: debian:12");
    let page = std::fs::read_to_string(site.join("public/hello/compare/index.html")).unwrap();
    assert!(page.contains("Only you can change the script."));
    for path in [".gitignore", ".github/workflows/guides.yml", "public/hello/index.html"] {
        assert!(site.join(path).is_file(), "{path}");
    }
}

#[test]
fn an_empty_folder_or_a_fresh_repository_takes_a_site() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    run(folder.path(), &["init"]).ends(0);
    assert!(folder.path().join("docgen.toml").is_file());
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("thesis.txt"), "mine").unwrap();
    run(folder.path(), &["init"])
        .ends(2)
        .says("`.` is not empty: it holds `thesis.txt`; nothing was written")
        .says("docgen init my-guides");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    run(folder.path(), &["init", "thesis.txt"])
        .ends(2)
        .says("`thesis.txt` is not a folder");
    run(folder.path(), &["init", "thesis.txt/site"])
        .ends(2)
        .says("thesis.txt");
    run(folder.path(), &["init", "/proc/site"]).ends(2).says("/proc/site");
}
