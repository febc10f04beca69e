//! What `compare.toml` changes in a comparison, and what is said about it.

use docgen::align::{self, Comparison, GapWhy, Options, PairRole};
use docgen::diagnostic::{Look, Parsed};
use docgen::model::guide::Side;
use docgen::parse;
use docgen::source::SourceFile;

const ORIGINAL: &str = "\
# Old
```
docker run -d --name web -p 8080:80 nginx:1.25
```
```sh
web is up at port 8080
```
```
docker logs web
```
```
docker stop web
```
";
const GUIDE: &str = "\
# New
```sh id=start
podman play kube web.yaml
```
```sh id=logs
docker logs web
```
";

fn compared(toml: &str) -> Parsed<Comparison> {
    let old = parse::document(SourceFile::new("g/original.md", ORIGINAL), Side::Original).value;
    let new = parse::document(SourceFile::new("g/guide.md", GUIDE), Side::Revised).value;
    let file = parse::compare::compare(SourceFile::new("g/compare.toml", toml));
    assert_eq!(file.diagnostics, [], "the file itself is in order");
    align::documents_with(&old, &new, Some(&file.value), Options::default())
}

fn said(toml: &str) -> Vec<String> {
    let found = compared(toml).diagnostics;
    found.iter().map(|diagnostic| diagnostic.draw(Look::Plain)).collect()
}

#[test]
fn it_pairs_what_is_not_alike() {
    let found = compared("[[block]]\noriginal = \"docker run\"\nrevised = \"start\"\nlabel = \"By podman\"\n");
    assert_eq!(found.diagnostics, []);
    let pair = &found.value.pairs[0];
    assert_eq!((pair.parts.old[0].step, pair.new[0].as_str()), (1, "start"));
    assert_eq!(pair.label.as_deref(), Some("By podman"));
    assert_eq!(
        found
            .value
            .unexplained
            .iter()
            .filter(|change| change.block == "start")
            .count(),
        0
    );
}

#[test]
fn it_gives_roles() {
    let plain = compared("").value;
    assert_eq!(plain.summary.old_steps, 4, "a fence that says it is shell is believed");
    let told = compared("[[block]]\noriginal = \"is up at\"\nrole = \"output\"\n").value;
    assert_eq!(told.summary.old_steps, 3);
    assert!(told.pairs.iter().any(|pair| pair.role == PairRole::Output));
}

#[test]
fn it_explains_gaps_and_new_blocks() {
    let toml = "[[block]]\noriginal = \"docker stop\"\nrevised = \"none\"\nlabel = \"Not needed\"\nsee = \"logs\"\n\n[[block]]\noriginal = \"none\"\nrevised = \"start\"\nlabel = \"Another program\"\n";
    let found = compared(toml);
    assert_eq!(found.diagnostics, []);
    let gaps: Vec<_> = found.value.pairs.iter().filter_map(|pair| pair.gap.as_ref()).collect();
    let stop = gaps.iter().find(|gap| gap.why == GapWhy::AlreadyDone).unwrap();
    assert_eq!(
        (stop.label.as_str(), stop.see.as_ref().unwrap().block.as_str()),
        ("Not needed", "logs")
    );
    assert!(
        gaps.iter()
            .any(|gap| gap.why == GapWhy::New && gap.label == "Another program")
    );
}

#[test]
fn its_notes_stand_at_the_original() {
    let toml = "[[block]]\noriginal = \"docker run\"\nnotes = [\"`-p` — Open to the world. Anybody reaches it.\"]\n";
    let found = compared(toml);
    assert_eq!(found.diagnostics, []);
    let pair = found.value.pairs.iter().find(|pair| !pair.notes.is_empty()).unwrap();
    let note = &pair.notes[0];
    assert_eq!(
        (note.side, note.beside, note.id, note.line),
        (Side::Original, true, 1, 3)
    );
    assert_eq!(
        (note.label.as_str(), note.more.as_str()),
        ("Open to the world.", "Anybody reaches it.")
    );
    assert_eq!(pair.parts.old[0].step, 1);
}

#[test]
fn what_is_wrong_with_it_has_a_place() {
    assert_eq!(
        said("[[block]]\noriginal = \"docker run\"\nnotes = [\"`--nmae` — A name.\"]\n"),
        ["error[quote-gone]: the original's block does not have `--nmae`
 --> g/compare.toml:3:10
  |
3 | notes = [\"`--nmae` — A name.\"]
  |          ^^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `--name`?"]
    );
    assert_eq!(
        said(
            "[[block]]\noriginal = \"podman\"\nrole = \"file\"\n[[block]]\noriginal = \"docker stop\"\nrevised = \"strat\"\n"
        ),
        [
            "error[pair-gone]: no block of the original has the text `podman`
 --> g/compare.toml:2:12
  |
2 | original = \"podman\"
  |            ^^^^^^^^
  |
  = help: quote a part of a code block in g/original.md as it stands there, or use `original=\"none\"`",
            "error[pair-gone]: `revised = \"strat\"` names no block of this guide
 --> g/compare.toml:6:11
  |
6 | revised = \"strat\"
  |           ^^^^^^^
  |
  = help: did you mean `start`?"
        ]
    );
}
