//! What holds for every comparison, whatever the texts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use docgen::align::{self, Comparison, How, Options, RowKind, Shape};
use docgen::model::guide::{Document, Side};
use docgen::parse;
use docgen::source::SourceFile;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, proptest};

/// Commands of one imagined guide; no two are alike by more than their program.
const COMMANDS: [&str; 16] = [
    "sudo apt-get install --yes nginx ca-certificates",
    "openssl req -x509 -newkey rsa:2048 -nodes -keyout http.key -out http.crt -subj /CN=10.0.0.7",
    "sudo install -m 600 http.key /etc/ssl/private/",
    "docker network create backbone --subnet 172.30.0.0/16",
    "docker run -d --name store --network backbone -e POSTGRES_PASSWORD=pw -p 5432:5432 postgres:15",
    "docker run -d --name broker --network backbone -p 5672:5672 rabbitmq:3-management",
    "export DATABASE_URL=postgres://app:pw@10.0.0.7:5432/app",
    "python3 manage.py migrate --noinput --database default",
    "python3 manage.py createsuperuser --username root --email root@10.0.0.7",
    "gunicorn app.wsgi:application --bind 10.0.0.7:8000 --workers 3",
    "curl -fsS http://10.0.0.7:8000/healthz",
    "ab -n 500 -c 20 http://10.0.0.7:8000/catalogue",
    "journalctl --unit gunicorn --since today --no-pager",
    "pg_dump --format custom --file nightly.dump --host 10.0.0.7 app",
    "rsync -az nightly.dump backup@10.0.0.9:/srv/dumps/",
    "sudo certbot renew --dry-run --deploy-hook 'systemctl reload nginx'",
];

fn text(commands: &[String]) -> String {
    let mut text = String::from("# A guide\n");
    for command in commands {
        let _ = write!(text, "\nDo this:\n\n```sh\n{command}\n```\n");
    }
    text
}

fn document(commands: &[String], side: Side) -> Document {
    parse::document(SourceFile::new("a.md", text(commands)), side).value
}

fn compare(old: &[String], new: &[String]) -> Comparison {
    align::documents(
        &document(old, Side::Original),
        &document(new, Side::Revised),
        Options::default(),
    )
    .value
}

/// The links by the index of their commands.
fn links(comparison: &Comparison) -> BTreeSet<(usize, usize)> {
    comparison
        .links
        .iter()
        .map(|link| (link.old.index, link.new.index))
        .collect()
}

fn commands() -> Vec<String> {
    COMMANDS.iter().map(|command| (*command).to_owned()).collect()
}

fn orders() -> impl Strategy<Value = Vec<usize>> {
    Just((0..COMMANDS.len()).collect::<Vec<_>>()).prop_shuffle()
}

/// Texts made of commands, torn pieces of them, blank lines, prompts and odd marks.
fn scraps() -> impl Strategy<Value = Vec<String>> {
    let odd = [
        "$ ls -l",
        "> x",
        "# note",
        "",
        "echo 'open",
        "cat <<E\nx\nE",
        "if true; then",
        "漢字 --flag",
        "a \\\n  b \\\n  c",
        "\tmake",
    ];
    let line = (any::<proptest::sample::Index>(), 0..30_usize).prop_map(move |(index, cut)| {
        let at = index.index(COMMANDS.len() + odd.len());
        let text = COMMANDS.get(at).copied().unwrap_or_else(|| odd[at - COMMANDS.len()]);
        let words: Vec<&str> = text.split(' ').collect();
        words[..words.len().min(cut + 1)].join(" ")
    });
    let block = proptest::collection::vec(line, 1..5).prop_map(|lines| lines.join("\n"));
    proptest::collection::vec(block, 0..8)
}

fn longest_run(order: &[usize]) -> usize {
    let mut best = vec![1; order.len()];
    for at in 0..order.len() {
        best[at] = (0..at)
            .filter(|before| order[*before] < order[at])
            .map(|before| best[before] + 1)
            .max()
            .unwrap_or(1);
    }
    best.into_iter().max().unwrap_or(0)
}

fn shown(comparison: &Comparison) -> (Vec<usize>, Vec<usize>) {
    let rows = || comparison.pairs.iter().flat_map(|pair| &pair.rows);
    let mut old: Vec<usize> = rows()
        .filter_map(|row| row.old.as_ref())
        .map(|line| line.line)
        .collect();
    let mut new: Vec<usize> = rows()
        .filter_map(|row| row.new.as_ref())
        .map(|line| line.line)
        .collect();
    old.sort_unstable();
    new.sort_unstable();
    (old, new)
}

fn code_lines(document: &Document) -> Vec<usize> {
    let blocks = document.blocks.iter().filter(|block| !block.text.trim().is_empty());
    blocks
        .flat_map(|block| (0..block.text.lines().count()).map(|line| block.file_line(&document.source, line)))
        .collect()
}

proptest! {
    #[test]
    fn a_permuted_text_is_found_whole(order in orders()) {
        let old = commands();
        let new: Vec<String> = order.iter().map(|at| old[*at].clone()).collect();
        let comparison = compare(&old, &new);
        let expected: BTreeSet<(usize, usize)> = order.iter().enumerate().map(|(new, old)| (*old, new)).collect();
        prop_assert_eq!(links(&comparison), expected);
        prop_assert!(comparison.links.iter().all(|link| link.how == How::Exact && link.score == 1000));
        let moved = comparison.links.iter().filter(|link| link.moved != 0).count();
        prop_assert_eq!(moved, order.len() - longest_run(&order));
    }

    #[test]
    fn renaming_hosts_and_ports_changes_no_link(shift in 1..9_u32, order in orders()) {
        let old = commands();
        let renamed = |text: &str| text.replace("10.0.0.7", "app.example.test").replace(":8000", &format!(":{shift}443"));
        let new: Vec<String> = order.iter().map(|at| renamed(&old[*at])).collect();
        let expected: BTreeSet<(usize, usize)> = order.iter().enumerate().map(|(new, old)| (*old, new)).collect();
        let found = links(&compare(&old, &new));
        prop_assert!(found.is_subset(&expected), "a wrong link in {found:?}");
        // Short commands that changed and moved may stay alone; in place every link is found.
        let placed = links(&compare(&old, &old.iter().map(|text| renamed(text)).collect::<Vec<_>>()));
        prop_assert_eq!(placed, (0..old.len()).map(|at| (at, at)).collect::<BTreeSet<_>>());
    }

    #[test]
    fn a_block_left_out_or_doubled_changes_no_other_link(at in 0..COMMANDS.len(), doubled in any::<bool>()) {
        let old = commands();
        let mut new = old.clone();
        if doubled {
            new.insert(at, old[at].clone());
        } else {
            new.remove(at);
        }
        let found = links(&compare(&old, &new));
        let others = (0..old.len()).filter(|other| *other != at);
        let expected: BTreeSet<(usize, usize)> =
            others.map(|other| (other, if other < at { other } else if doubled { other + 1 } else { other - 1 })).collect();
        prop_assert!(expected.is_subset(&found));
        prop_assert_eq!(found.len(), expected.len() + usize::from(doubled));
    }

    #[test]
    fn swapped_sides_give_mirrored_links(order in orders(), old in scraps(), new in scraps()) {
        let all = commands();
        let permuted: Vec<String> = order.iter().map(|at| all[*at].clone()).collect();
        for (old, new) in [(&all, &permuted), (&old, &new)] {
            let mirrored: BTreeSet<(usize, usize)> = links(&compare(new, old)).into_iter().map(|(a, b)| (b, a)).collect();
            prop_assert_eq!(links(&compare(old, new)), mirrored);
        }
    }

    #[test]
    fn every_line_is_shown_once_and_boxes_end_on_tokens(old in scraps(), new in scraps()) {
        let (old, new) = (document(&old, Side::Original), document(&new, Side::Revised));
        let comparison = align::documents(&old, &new, Options::default()).value;
        prop_assert_eq!(shown(&comparison), (code_lines(&old), code_lines(&new)));
        for row in comparison.pairs.iter().flat_map(|pair| &pair.rows) {
            for line in row.old.iter().chain(&row.new) {
                prop_assert!(line.boxes.is_empty() || row.kind == RowKind::Changed);
                for span in &line.boxes {
                    let cut = |at: usize| {
                        let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
                        inside(line.text[..at].chars().next_back()) && inside(line.text[at..].chars().next())
                    };
                    prop_assert!(!cut(span.start) && !cut(span.end), "{:?} {:?}", line.text, span);
                    prop_assert!(line.text[span.clone()].trim() == &line.text[span.clone()] && !span.is_empty());
                }
            }
        }
        let again = align::documents(&old, &new, Options::default()).value;
        prop_assert_eq!(serde_json::to_string(&comparison).unwrap(), serde_json::to_string(&again).unwrap());
    }

    #[test]
    fn quotes_survive_another_indentation(indent in 0..9_usize, at in 0..COMMANDS.len()) {
        let words: Vec<&str> = COMMANDS[at].split(' ').collect();
        let broken = words.join(&format!(" \\\n{}", " ".repeat(indent)));
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        words.iter().for_each(|word| *counts.entry(word).or_default() += 1);
        let unique = words.iter().filter(|word| counts[**word] == 1 && !word.contains('\''));
        let notes: String = unique.clone().map(|word| format!("- `{word}` — A word.\n")).collect();
        let text = format!("# G\n\n```sh\n{broken}\n```\n\n{notes}");
        let document = parse::document(SourceFile::new("g.md", text), Side::Revised).value;
        let bound = align::notes::bind(&document, 0);
        prop_assert_eq!(bound.diagnostics, vec![]);
        prop_assert_eq!(bound.value.len(), unique.clone().count());
        for (note, word) in bound.value.iter().zip(unique) {
            let hit = &note.targets[0].hits[0];
            let line = document.blocks[0].text.lines().nth(hit.index).unwrap();
            prop_assert_eq!(&line[hit.bytes.clone()], *word);
        }
    }
}

#[test]
fn a_split_and_a_merge_are_one_section_each() {
    let split = compare(&[COMMANDS[..3].join("\n")], &commands()[..3]);
    assert_eq!(
        split.pairs.iter().map(|pair| pair.shape).collect::<Vec<_>>(),
        [Shape::Split]
    );
    let merge = compare(&commands()[..3], &[COMMANDS[..3].join("\n")]);
    assert_eq!(
        merge.pairs.iter().map(|pair| pair.shape).collect::<Vec<_>>(),
        [Shape::Merge]
    );
    assert!(merge.pairs[0].rows.iter().all(|row| row.kind == RowKind::Same));
}

#[test]
fn lines_of_very_long_blocks_still_face_their_partners() {
    let block = |host: &str| {
        let lines = (0..700).map(|at| {
            format!(
                "curl --output part-{at}.bin http://{host}/parts/{}/{at}.bin",
                at * 31 % 97
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    let comparison = compare(&[block("10.0.0.7")], &[block("app.example.test")]);
    assert_eq!(comparison.pairs.len(), 1);
    for row in &comparison.pairs[0].rows {
        let (old, new) = (row.old.as_ref().unwrap(), row.new.as_ref().unwrap());
        assert_eq!((old.line, &old.text[old.boxes[0].clone()]), (new.line, "10.0.0.7"));
    }
}

/// Whole texts: fences of every kind, notes, comments, lists, all torn.
fn pages() -> impl Strategy<Value = String> {
    let pieces = proptest::sample::select(vec![
        "```sh\n",
        "```\n",
        "```console\n",
        "```output\n",
        "```yaml file=/etc/x.yaml\n",
        "```text\n",
        "> ```bash\n",
        "1. a\n\n   ```sh\n",
        "   ```\n",
        "$ ls -l /srv\n",
        "docker run -d --name web -p 80:80 nginx:1\n",
        "docker run -d --name web -p 8080:80 nginx:2\n",
        "root@box:/# id\n",
        "uid=0(root)\n",
        "{\"a\": 1}\n",
        "image: nginx:1\n",
        "image: nginx:2\n",
        "\n",
        "# Head\n",
        "echo 'open\n",
        "cat <<E\nx: 漢\nE\n",
        "- `-d` — Runs.\n",
        "- original: `web` (changed) — A name.\n",
        "- output: `uid` — Who.\n",
        "- **All:** Moved.\n",
        "<!-- docgen: original=\"nginx:1\" -->\n",
        "<!-- docgen: original=\"none\" -->\n",
        "<!-- docgen: gap original=\"id\" see=x -->\n",
        "<!-- docgen: run\nls\n-->\n",
        "words\n",
        "curl -fsS \\\n",
        "  http://10.0.0.7/x \\\n",
        "  -o y\n",
    ]);
    proptest::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn torn_pages_lose_no_line(old in pages(), new in pages()) {
        let read = |text: &str, side| parse::document(SourceFile::new("a.md", text), side).value;
        let (old, new) = (read(&old, Side::Original), read(&new, Side::Revised));
        let comparison = align::documents(&old, &new, Options { max_unexplained: Some(0) }).value;
        let visible = |document: &Document| {
            let mut document = document.clone();
            document.blocks.retain(|block| !block.hidden);
            code_lines(&document)
        };
        prop_assert_eq!(shown(&comparison), (visible(&old), visible(&new)));
        let again = align::documents(&old, &new, Options { max_unexplained: Some(0) }).value;
        prop_assert_eq!(serde_json::to_string(&comparison).unwrap(), serde_json::to_string(&again).unwrap());
    }
}
