//! `docgen schema compare`: what comparisons are held to.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::align::{cases, compared};
use crate::cli::run;
use crate::schema;

fn published() -> Value {
    let folder = tempfile::tempdir().unwrap();
    serde_json::from_str(&run(folder.path(), &["schema", "compare"]).ends(0).out).unwrap()
}

#[test]
fn every_comparison_fits_the_published_schema() {
    let schema = published();
    let mut told = Vec::new();
    for case in ["align", "align-held-out"].into_iter().flat_map(cases) {
        let value = serde_json::to_value(compared(&case).value).unwrap();
        told.extend(
            schema::problems(&schema, &value)
                .into_iter()
                .map(|problem| format!("{}: {problem}", case.name)),
        );
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn what_does_not_fit_is_seen() {
    let schema = published();
    let case = &cases("align")[0];
    let good = serde_json::to_value(compared(case).value).unwrap();
    for (place, wrong) in [
        ("/version", json!(2)),
        ("/links/0/how", json!("guessed")),
        ("/links/0/old/line", json!(0)),
        ("/pairs/0/rows/0/kind", json!("same-ish")),
        ("/pairs/0/gap", json!("none")),
        ("/summary", json!({})),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(place).expect(place) = wrong;
        assert!(!schema::problems(&schema, &bad).is_empty(), "{place}");
    }
}

/// Comparisons with notes, gaps and moves: those of docgen's own guides, as they are published beside their pages.
#[test]
fn the_data_beside_a_comparison_page_fits_and_is_what_the_command_prints() {
    let schema = published();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let public = folder.path().join("public");
    let [site, out] = [root, &public].map(|path| path.to_str().unwrap());
    run(folder.path(), &["build", "--quiet", "--site", site, "--out", out]).ends(0);
    let mut pages = 0;
    for entry in fs::read_dir(&public).unwrap() {
        let guide = entry.unwrap().path();
        if !guide.join("compare/index.html").exists() {
            assert!(
                !guide.join("compare.json").exists(),
                "{guide:?} has data without a page"
            );
            continue;
        }
        pages += 1;
        let text = fs::read_to_string(guide.join("compare.json")).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(schema::problems(&schema, &value), [""; 0], "{guide:?}");
        let content = root.join("content").join(guide.file_name().unwrap());
        let [old, new] = ["original.md", "guide.md"].map(|name| content.join(name).to_str().unwrap().to_owned());
        let printed: Value =
            serde_json::from_str(&run(folder.path(), &["compare", "--json", &old, &new]).ends(0).out).unwrap();
        assert_eq!(printed["links"], value["links"], "{guide:?}");
        assert_eq!(printed["summary"], value["summary"], "{guide:?}");
    }
    assert!(pages > 0);
}
