//! What one text leaves open and the other tells: what a fence is for, and what has another name now.

use docgen::align::{self, Comparison, Options, PairRole};
use docgen::model::guide::Side;
use docgen::parse;
use docgen::source::SourceFile;

fn compare(old: &str, new: &str) -> Comparison {
    let read = |path, text: &str, side| parse::document(SourceFile::new(path, text), side).value;
    let (old, new) = (read("o.md", old, Side::Original), read("n.md", new, Side::Revised));
    align::documents(&old, &new, Options::default()).value
}

fn lines(comparison: &Comparison) -> Vec<(usize, usize)> {
    let links = comparison.links.iter();
    links.map(|link| (link.old.line, link.new.line)).collect()
}

#[test]
fn a_bare_fence_is_what_its_partner_says_it_is() {
    let code = "zone \"lab\" {\n  type master;\n  file \"lab.db\";\n};";
    let old = format!("```sh\nnamed -v\n```\n\n```\n{code}\n```\n");
    let saved = format!("```sh\nnamed -v\n```\n\n```text file=/etc/named.conf\n{code}\n```\n");
    let printed = format!("```sh\nnamed -v\n```\n\n```output\n{code}\n```\n");
    for (new, role) in [(saved, PairRole::File), (printed, PairRole::Output)] {
        let comparison = compare(&old, &new);
        assert_eq!(lines(&comparison), [(2, 2), (6, 6)], "{role:?}");
        assert_eq!(comparison.pairs[1].role, role);
    }
}

#[test]
fn what_says_what_it_is_keeps_its_word() {
    let old = "```console\n$ make\nall built\n```\n";
    let comparison = compare(old, "```output\nall built\n```\n\n```sh\nmake\n```\n");
    assert!(
        comparison
            .pairs
            .iter()
            .any(|pair| pair.role == PairRole::Command && !pair.old.is_empty())
    );
}

#[test]
fn a_name_that_changed_throughout_links_what_else_bears_it() {
    let fence = |command: String| format!("```sh\n{command}\n```\n");
    let seal = |store: &str| fence(format!("vault seal {store}"));
    let others = |store: &str| {
        let list = fence(format!("vault list --at {store} --all"));
        fence(format!("vault show --at {store} --as json")) + &list
    };
    let (old, new) = ("keeper@attic:/srv/old/boxes", "depot@cellar.example.net:/var/lib/store");
    let comparison = compare(&(others(old) + &seal(old)), &(seal(new) + &others(new)));
    assert_eq!(lines(&comparison), [(8, 2), (2, 5), (5, 8)]);
}
