//! Notes as an author meets them: every kind of target holds however the code is laid out, and every fault has a place,
//! a fact and a remedy.

use crate::cli::{Ran, Site};

const ORIGINAL: &str = "# Old\n\n```sh\ndocker run --name web -p 8080:80 nginx:1.25\n```\n\n```\nstarted\n```\n\n```sh\ndocker logs web\n```\n";
const NOTES: &str = "\
- `-d`, `--name web`, `8443:443` (changed) — Several targets.
- `-p` … `nginx:1.29` — A range.
- original: `8080:80` (removed) — On the original.
- output: `started` — On the output.
- **All:** On the whole block.
";

fn check(front: &str, code: &str, notes: &str, rest: &str) -> Ran {
    let guide = format!("{front}# New\n\n{code}\n{notes}\n```output\nstarted\n```\n\n{rest}");
    let site = Site::new(&guide);
    site.write("docgen.toml", "title = \"T\"\nmax_unexplained = 0\n");
    site.write("content/g/original.md", ORIGINAL);
    site.run(&["check"])
}

const LOGS: &str = "```sh id=logs\ndocker logs web\n```\n";

#[test]
fn targets_of_every_kind_survive_a_new_layout() {
    for code in [
        "docker run -d --name web -p 8443:443 nginx:1.29",
        "docker run -d \\\n  --name web \\\n  -p 8443:443 \\\n  nginx:1.29",
        "docker run \\\n\t-d --name web \\\n\t-p 8443:443 nginx:1.29",
        "   docker   run -d --name web \\\n          -p   8443:443   nginx:1.29",
    ] {
        let ran = check("", &format!("```sh id=run\n{code}\n```\n"), NOTES, LOGS).ends(0);
        assert_eq!(ran.err, "", "{code}");
    }
}

#[test]
fn every_fault_has_a_place_a_fact_and_a_remedy() {
    let code = "```sh id=run\ndocker run -d --name web -p 8443:443 nginx:1.29\n```\n";
    let told = |front: &str, comment: &str, note: &str, rest: &str, parts: [&str; 3]| {
        let notes = format!("{NOTES}{note}");
        let ran = check(front, &format!("{comment}{code}"), &notes, rest);
        for part in parts {
            assert!(ran.err.contains(part), "`{part}` is not said:\n{}", ran.err);
        }
    };
    let stale = "- `--nme` — Stale.\n";
    let parts = [
        "error[quote-gone]: the block above does not have `--nme`",
        "guide.md:12:3",
        "did you mean `--name`?",
    ];
    told("", "", stale, LOGS, parts);
    let parts = [
        "error[quote-gone]: the original's block does not have `9090`",
        "guide.md:12:13",
        "= help: quote",
    ];
    told("", "", "- original: `9090` — Stale.\n", LOGS, parts);
    let parts = [
        "error[quote-many]: the block above has `e` 3 times",
        "guide.md:12:3",
        "`e`#1 is the first",
    ];
    told("", "", "- `e` — Which?\n", LOGS, parts);
    let comment = "<!-- docgen: original=\"docker rum\" -->\n";
    let parts = [
        "error[pair-gone]: no block of the original has the text `docker rum`",
        "guide.md:3:1",
        "quote a part",
    ];
    told("", comment, "", LOGS, parts);
    let same = format!("{LOGS}\n- `logs` (changed) — No.\n");
    let parts = [
        "warning[note-same]: the note says `(changed)`",
        "guide.md:21:1",
        "remove `(changed)`",
    ];
    told("", "", "", &same, parts);
    let new = format!("{LOGS}\n```sh\ndocker stop web\n```\n");
    let parts = [
        "warning[unexplained-change]",
        "guide.md:22:1",
        "add an item to the list",
    ];
    told("", "", "", &new, parts);
    let hash = "0".repeat(64);
    let front = format!("---\noriginal:\n  title: Old\n  sha256: {hash}\n---\n\n");
    let parts = [
        "error[original-changed]",
        "guide.md:4:11",
        "check the notes and pairings, then set `sha256: ",
    ];
    told(&front, "", "", LOGS, parts);
}
