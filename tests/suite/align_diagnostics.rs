//! Everything that is said about notes and pairings, word for word.

use docgen::align::{self, Options};
use docgen::diagnostic::Look;
use docgen::model::guide::Side;
use docgen::parse;
use docgen::source::SourceFile;

const ORIGINAL: &str = "\
# Old
```sh
docker run -d --name web -p 8080:80 nginx:1.25
```
```sh
docker logs web
```
```sh
docker stop web
```
";

/// Compares with [`ORIGINAL`] and draws what is said.
fn said(guide: &str, options: Options) -> Vec<String> {
    said_of(ORIGINAL, guide, options)
}

fn said_of(original: &str, guide: &str, options: Options) -> Vec<String> {
    let old = parse::document(SourceFile::new("g/original.md", original), Side::Original);
    let new = parse::document(SourceFile::new("g/guide.md", guide), Side::Revised);
    assert_eq!(new.diagnostics, [], "the guide itself is in order");
    let found = align::documents(&old.value, &new.value, options).diagnostics;
    found.iter().map(|diagnostic| diagnostic.draw(Look::Plain)).collect()
}

fn steps(first: &str, notes: &str) -> String {
    format!("# New\n```sh\n{first}\n```\n{notes}\n```sh\ndocker logs web\n```\n```sh\ndocker stop web\n```\n")
}

#[test]
fn a_quote_that_is_gone_names_what_is_near() {
    let guide = steps(
        "docker run -d --name web -p 80:80 nginx:1.29",
        "- `-p` — A port.\n- `--nmae` — The name.\n",
    );
    let said = said(&guide, Options::default());
    assert_eq!(
        said,
        ["error[quote-gone]: the block above does not have `--nmae`
 --> g/guide.md:6:3
  |
6 | - `--nmae` — The name.
  |   ^^^^^^^^
  |
  = help: did you mean `--name`?"]
    );
}

#[test]
fn a_quote_with_many_places_wants_a_number() {
    let guide = steps(
        "docker run -p 80:80 -p 443:443 --name web nginx:1.29",
        "- `-p` — Ports.\n- `-p`#3 — None.\n- `-p`#2 — Fine.\n",
    );
    let said = said(&guide, Options::default());
    assert_eq!(
        said,
        [
            "error[quote-many]: the block above has `-p` 2 times
 --> g/guide.md:5:3
  |
5 | - `-p` — Ports.
  |   ^^^^
  |
  = note: it stands on the lines 3, 3
  = help: say which one is meant: `-p`#1 is the first; or quote more of the line",
            "error[quote-gone]: the block above has `-p` only 2 times
 --> g/guide.md:6:3
  |
6 | - `-p`#3 — None.
  |   ^^^^
  |
  = help: the number after the quote can be at most 2"
        ]
    );
}

#[test]
fn a_claim_that_does_not_hold_is_said() {
    let notes = "- `--name` (changed) — It is not.\n- `nginx:1.29` (changed) — It is.\n- `-p` (new) — It is not.\n";
    let said = said(
        &steps("docker run -d --name web -p 8080:80 nginx:1.29", notes),
        Options::default(),
    );
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(
        said[0].starts_with(
            "warning[note-same]: the note says `(new)`, but both sides are equal there\n --> g/guide.md:7:"
        ),
        "{said:#?}"
    );
}

#[test]
fn notes_on_the_original_are_looked_up_there() {
    let notes = "- original: `8080:80` (changed) — Open to all.\n- original: `--restart` — Never was.\n";
    let said = said(
        &steps("docker run -d --name web -p 127.0.0.1:8080:80 nginx:1.29", notes),
        Options::default(),
    );
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(
        said[0].starts_with("error[quote-gone]: the original's block does not have `--restart`"),
        "{said:#?}"
    );
}

#[test]
fn changes_without_a_note_are_warned_of_beyond_the_limit() {
    let guide = steps("docker run -d --name web -p 9090:80 nginx:1.25", "");
    assert!(said(&guide, Options::default()).is_empty());
    assert!(
        said(
            &guide,
            Options {
                max_unexplained: Some(1)
            }
        )
        .is_empty()
    );
    assert_eq!(
        said(
            &guide,
            Options {
                max_unexplained: Some(0)
            }
        ),
        [
            "warning[unexplained-change]: this line differs from the original, and no note says why
 --> g/guide.md:3:1
  |
3 | docker run -d --name web -p 9090:80 nginx:1.25
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: 1 change is unexplained, `max_unexplained` is 0
  = help: add an item to the list after the code block: - `what changed` — Why."
        ]
    );
}

#[test]
fn pairings_that_name_nothing_or_too_much_are_errors() {
    let guide = "# New\n<!-- docgen: original=\"podman run\" -->\n```sh\npodman run web\n```\n<!-- docgen: gap original=\"web\" -->\n";
    assert_eq!(
        said(guide, Options::default()),
        [
            "error[pair-gone]: no block of the original has the text `podman run`
 --> g/guide.md:2:1
  |
2 | <!-- docgen: original=\"podman run\" -->
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: quote a part of a code block in g/original.md as it stands there, or use `original=\"none\"`",
            "error[pair-ambiguous]: 3 blocks of the original have the text `web`
 --> g/guide.md:6:1
  |
6 | <!-- docgen: gap original=\"web\" -->
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: they begin on the lines 3, 6, 9 of g/original.md
  = help: quote a longer part, which only one of them has"
        ]
    );
}

#[test]
fn a_pair_in_doubt_comes_with_the_line_to_paste() {
    let original = "# Old\n```sh\nrsync -a --delete /srv/photos/ nas:/backup/photos-first/\n```\n```sh\nrsync -a --delete /srv/photos/ nas:/backup/photos-later/\n```\n";
    let guide = "# New\n```sh\nrsync -a --delete /srv/photos/ nas:/backup/photos/\n```\n";
    assert_eq!(
        said_of(original, guide, Options::default()),
        [
            "warning[pair-ambiguous]: this could revise line 6 of the original as well as line 3, which was chosen
 --> g/guide.md:3:1
  |
3 | rsync -a --delete /srv/photos/ nas:/backup/photos/
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: if it is right, say so before the fence: <!-- docgen: original=\"nas:/backup/photos-first/\" -->"
        ]
    );
    let settled = guide.replace(
        "```sh\nrsync",
        "<!-- docgen: original=\"photos-later\" -->\n```sh\nrsync",
    );
    assert!(said_of(original, &settled, Options::default()).is_empty());
}

#[test]
fn an_original_that_changed_is_an_error() {
    let guide = format!(
        "---\ntitle: G\noriginal:\n  sha256: \"{}\"\n---\n{}",
        "0".repeat(64),
        steps("docker run -d --name web -p 8080:80 nginx:1.25", "")
    );
    let said = said(&guide, Options::default());
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(
        said[0].starts_with("error[original-changed]: g/original.md is not the text that the notes were written for"),
        "{said:#?}"
    );
    let hash = said[0]
        .split("its SHA-256 is ")
        .nth(1)
        .unwrap()
        .split(',')
        .next()
        .unwrap()
        .to_owned();
    assert!(said_of(ORIGINAL, &guide.replace(&"0".repeat(64), &hash), Options::default()).is_empty());
}

#[test]
fn notes_bind_without_an_original() {
    let text = "# G\n```sh\ncurl -fsS http://127.0.0.1:9001/health\n```\n- `-f` — No.\n- `-fsS` — Quiet. But says errors.\n- output: `ok` — All is well.\n\n```output\n{\"status\":\"ok\"}\n```\n";
    let document = parse::document(SourceFile::new("g/guide.md", text), Side::Revised).value;
    let bound = align::notes::bind(&document, 0);
    assert_eq!(bound.diagnostics, []);
    let found: Vec<(usize, String, String, std::ops::Range<usize>)> = bound
        .value
        .iter()
        .map(|note| {
            (
                note.id,
                note.block.clone(),
                note.label.clone(),
                note.targets[0].hits[0].bytes.clone(),
            )
        })
        .collect();
    let owned = |id, block: &str, label: &str, bytes| (id, block.to_owned(), label.to_owned(), bytes);
    assert_eq!(
        found,
        [
            owned(1, "g", "No.", 5..7),
            owned(2, "g", "Quiet.", 5..9),
            owned(3, "g-output", "All is well.", 11..13)
        ]
    );
    assert_eq!(bound.value[1].more, "But says errors.");
}

#[test]
fn stale_notes_are_said_without_an_original() {
    let text = "# G\n```sh\ncurl -fsS http://127.0.0.1:9001/health\n```\n- `-fsS` — Quiet.\n- `--retry` — No more.\n";
    let document = parse::document(SourceFile::new("g/guide.md", text), Side::Revised).value;
    let codes: Vec<&str> = align::notes::check(&document)
        .iter()
        .map(|diagnostic| diagnostic.code)
        .collect();
    assert_eq!(codes, ["quote-gone"]);
}
