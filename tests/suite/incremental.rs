//! A build after any change gives what a build from scratch gives: the same bytes, the same problems, the same status.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use walkdir::WalkDir;

use crate::cli::Ran;

/// Changes per series; another series with `DOCGEN_SEED=7`.
const CHANGES: usize = 70;

/// A small generator of numbers: the same series for the same seed, everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn one<'t, T: ?Sized>(&mut self, of: &[&'t T]) -> &'t T {
        of[self.roll(of.len())]
    }
}

/// A site that is changed again and again.
struct Story {
    folder: tempfile::TempDir,
    dice: Dice,
    turn: u64,
    drafts: bool,
    /// Whether what is written has no mistakes.
    calm: bool,
}

const NAMES: [&str; 8] = [
    "_index.md",
    "a/_index.md",
    "a/one.md",
    "a/two.md",
    "b/three.md",
    "b/c/four.md",
    "five.md",
    "g/guide.md",
];
const WORDS: [&str; 6] = ["alpha", "beta", "gamma", "delta", "Übung", "x9"];

impl Story {
    fn new(seed: u64) -> Self {
        let mut story = Self {
            folder: tempfile::tempdir().unwrap(),
            dice: Dice(seed),
            turn: 0,
            drafts: false,
            calm: true,
        };
        story.write("docgen.toml", "title = \"Story\"\n");
        story.calm_down();
        story
    }

    /// Writes all texts without mistakes.
    fn calm_down(&mut self) {
        self.calm = true;
        self.write("docgen.toml", "title = \"Story\"\n");
        self.write("content/pic.gif", "GIF89a\u{1}\0\u{2}\0\0\0\0\0\0\0");
        for name in NAMES {
            let text = self.page(name);
            self.write(&format!("content/{name}"), &text);
        }
        for path in ["moved0.md", "moved1.md", "g/original.md"] {
            self.remove(&format!("content/{path}"));
        }
        self.calm = false;
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file. Some seem to be old, so that their stamps are trusted, others were changed just now.
    fn write(&mut self, path: &str, text: &str) {
        let place = self.root().join("site").join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        // A new file for each change, as editors do.
        let _ = fs::remove_file(&place);
        fs::write(&place, text).unwrap();
        self.turn += 1;
        if self.dice.roll(4) > 0 {
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + self.turn);
            fs::File::options()
                .write(true)
                .open(place)
                .unwrap()
                .set_modified(time)
                .unwrap();
        }
    }

    fn remove(&self, path: &str) {
        let _ = fs::remove_file(self.root().join("site").join(path));
    }

    fn page(&mut self, name: &str) -> String {
        let dice = &mut self.dice;
        let mut head = String::new();
        if dice.roll(3) > 0 {
            head.push_str(&format!("title: {} {}\n", dice.one(&WORDS), dice.roll(5)));
        }
        if dice.roll(3) == 0 {
            head.push_str(&format!("weight: {}\n", dice.roll(4)));
        }
        if !self.calm && dice.roll(5) == 0 {
            head.push_str("draft: true\n");
        }
        if dice.roll(4) == 0 {
            head.push_str(&format!("aliases: [/old/{}/]\n", dice.roll(60)));
        }
        if dice.roll(3) == 0 {
            head.push_str(&format!("tags: [{}, {}]\n", dice.one(&WORDS), dice.one(&WORDS)));
        }
        if dice.roll(4) == 0 {
            head.push_str(&format!("date: 2026-01-0{}\n", 1 + dice.roll(9)));
        }
        let mut text = format!("---\n{head}---\n{} begins here.\n\n", dice.one(&WORDS));
        for _ in 0..self.dice.roll(4) {
            text.push_str(&format!(
                "## {}\n\n{} and {}\n\n",
                self.dice.one(&WORDS),
                self.dice.one(&WORDS),
                self.dice.roll(9)
            ));
            text.push_str(&self.link(name));
            text.push_str(&format!("```toml\nlisten = {}\n```\n\n", self.dice.roll(3)));
        }
        if name.ends_with("guide.md") {
            text.push_str(&format!("```sh id=s{0}\necho {0}\n```\n", self.dice.roll(3)));
        }
        text
    }

    /// A link that is right more often than not.
    fn link(&mut self, from: &str) -> String {
        let up = "../".repeat(from.matches('/').count());
        match self.dice.roll(if self.calm { 4 } else { 30 }) {
            0 if !self.calm => format!("[gone]({up}gone{}.md)\n\n", self.dice.roll(3)),
            1 if !self.calm => format!("[part]({up}a/one.md#{})\n\n", self.dice.one(&WORDS[..4])),
            2 => format!("![A picture]({up}pic.gif)\n\n"),
            3 => format!("[page]({up}{})\n\n", self.dice.one(&NAMES)),
            _ => String::new(),
        }
    }

    /// Changes something; returns what.
    fn change(&mut self) -> String {
        let name = self.dice.one(&NAMES);
        let path = format!("content/{name}");
        match self.dice.roll(22) {
            0..7 => {
                let text = self.page(name);
                self.write(&path, &text);
                format!("{name} is written anew")
            }
            7 | 8 => {
                let place = self.root().join("site").join(&path);
                let text = fs::read_to_string(place).unwrap_or_default();
                let word = self.dice.roll(100);
                self.write(&path, &format!("{text}more{word}\n"));
                format!("{name} grows")
            }
            9 => {
                self.remove(&path);
                format!("{name} goes")
            }
            10 => {
                let to = format!("content/moved{}.md", self.dice.roll(2));
                let _ = fs::rename(self.root().join("site").join(&path), self.root().join("site").join(&to));
                format!("{name} becomes {to}")
            }
            11 => {
                let theme = self.dice.one(&["", "theme = \"mine\"\n"]);
                let base = self.dice.one(&["", "base_url = \"https://x.test/\"\n"]);
                let title = self.dice.one(&WORDS);
                self.write("mine/404.html", "{% extends \"base.html\" %}\n");
                self.write("docgen.toml", &format!("title = \"{title}\"\n{theme}{base}"));
                format!("settings: {theme}{base}")
            }
            12 => {
                let text = format!("{{{{ site_title }}}} {}\n", self.dice.roll(3));
                self.write("mine/404.html", &text);
                "the theme's template".to_owned()
            }
            13 => {
                let style = format!("p {{ margin: {}px }}\n", self.dice.roll(3));
                self.write("mine/style.css", &style);
                "the theme's style".to_owned()
            }
            14 => {
                let width = self.dice.roll(3) as u8;
                let gif = format!("GIF89a{}\0\u{2}\0\0\0\0\0\0\0", char::from(width + 1));
                self.write("content/pic.gif", &gif);
                "the picture".to_owned()
            }
            15 => {
                self.remove("content/pic.gif");
                "no picture".to_owned()
            }
            16 => {
                let number = self.dice.roll(3);
                self.write(
                    "content/g/original.md",
                    &format!("# Old\n\n```sh\necho {number}\n```\n"),
                );
                "the guide's original".to_owned()
            }
            17 => {
                self.remove("content/g/original.md");
                "no original".to_owned()
            }
            18 => {
                self.drafts = !self.drafts;
                format!("drafts: {}", self.drafts)
            }
            19 => self.meddle_with_output(),
            20 => self.meddle_with_cache(),
            _ => "nothing".to_owned(),
        }
    }

    fn meddle_with_output(&mut self) -> String {
        let mut files = files(&self.root().join("site/public"));
        // By this one docgen knows a folder as its own: without it the folder is somebody else's, and stays as it is.
        files.remove(".docgen-manifest");
        let Some(path) = files.keys().nth(self.dice.roll(files.len().max(1))) else {
            return "there is no output".to_owned();
        };
        let place = self.root().join("site/public").join(path);
        if self.dice.roll(2) == 0 {
            fs::write(place, "by hand").unwrap();
            return format!("{path} is edited by hand");
        }
        fs::remove_file(place).unwrap();
        format!("{path} is deleted by hand")
    }

    fn meddle_with_cache(&mut self) -> String {
        let cache = self.root().join("site/.docgen/build");
        let all: Vec<_> = WalkDir::new(&cache)
            .into_iter()
            .flatten()
            .map(|entry| entry.into_path())
            .collect();
        let files: Vec<_> = all.into_iter().filter(|path| path.is_file()).collect();
        if files.is_empty() || self.dice.roll(5) == 0 {
            let _ = fs::remove_dir_all(&cache);
            return "the cache is deleted".to_owned();
        }
        let place = &files[self.dice.roll(files.len())];
        let mut bytes = fs::read(place).unwrap();
        if bytes.is_empty() || self.dice.roll(2) == 0 {
            bytes.truncate(self.dice.roll(bytes.len().max(1)));
        } else {
            let at = self.dice.roll(bytes.len());
            bytes[at] ^= 1;
        }
        fs::write(place, bytes).unwrap();
        format!("{} is damaged", place.display())
    }

    fn build(&mut self, site: &str) -> Ran {
        let threads = self.dice.one(&["1", "2", "5"]);
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_docgen"));
        command
            .args(["build", "-q"])
            .current_dir(self.root().join(site))
            .env_clear();
        command.env("RAYON_NUM_THREADS", threads);
        if self.drafts {
            command.arg("--drafts");
        }
        let output = command.output().unwrap();
        Ran {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The same site in another folder, where nothing has been built.
    fn copy(&self) {
        let (from, to) = (self.root().join("site"), self.root().join("scratch"));
        let _ = fs::remove_dir_all(&to);
        for part in ["docgen.toml", "content", "mine"] {
            for entry in WalkDir::new(from.join(part)).into_iter().flatten() {
                let place = to.join(entry.path().strip_prefix(&from).unwrap());
                if entry.file_type().is_dir() {
                    fs::create_dir_all(place).unwrap();
                } else {
                    fs::create_dir_all(place.parent().unwrap()).unwrap();
                    fs::copy(entry.path(), place).unwrap();
                }
            }
        }
    }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = WalkDir::new(folder).into_iter().flatten();
    entries
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry
                .path()
                .strip_prefix(folder)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            (path, fs::read(entry.path()).unwrap())
        })
        .collect()
}

#[test]
fn a_build_after_any_change_is_a_build_from_scratch() {
    let seed = std::env::var("DOCGEN_SEED").ok().and_then(|seed| seed.parse().ok());
    let mut story = Story::new(seed.unwrap_or(20_261_124));
    let (mut good, mut bad) = (0, 0);
    let mut told = Vec::new();
    for _ in 0..CHANGES {
        let before = files(&story.root().join("site/public"));
        let meddled = (0..=story.dice.roll(3)).map(|_| story.change()).collect::<Vec<_>>();
        let hand_made = meddled
            .iter()
            .any(|change| change.contains("by hand") || change.contains("spare-"));
        told.push(meddled.join("; "));
        story.copy();
        let (built, scratch) = (story.build("site"), story.build("scratch"));
        let tale = told.join("\n");
        assert_eq!((built.code, &built.err), (scratch.code, &scratch.err), "{tale}");
        let made = files(&story.root().join("site/public"));
        if built.code == 0 {
            good += 1;
            let wanted = files(&story.root().join("scratch/public"));
            let paths = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
            assert_eq!(paths(&made), paths(&wanted), "{tale}");
            for (path, bytes) in &wanted {
                assert!(made.get(path) == Some(bytes), "{path} differs after\n{tale}");
            }
        } else {
            bad += 1;
            if story.dice.roll(2) == 0 {
                story.calm_down();
                told.push("all texts are mended".to_owned());
            }
            assert!(hand_made || made == before, "a failed build changed the site\n{tale}");
        }
    }
    assert!(good > CHANGES / 5 && bad > 3, "{good} good and {bad} bad builds");
}

#[test]
fn an_edit_writes_its_own_page_only() {
    let site = crate::cli::Site::new("# Good\n\n```sh\necho hello\n```\n");
    for number in 0..9 {
        site.write(
            &format!("content/p{number}.md"),
            &format!("# P {number}\n\nOne word.\n"),
        );
    }
    site.run(&["build"]).ends(0);
    let number = |path: &str| std::os::unix::fs::MetadataExt::ino(&fs::metadata(site.path(path)).unwrap());
    let (own, other) = (number("public/p3/index.html"), number("public/p4/index.html"));
    site.write("content/p3.md", "# P 3\n\nAnother word.\n");
    site.run(&["build"]).ends(0).says("6 written");
    assert_ne!(number("public/p3/index.html"), own);
    assert_eq!(number("public/p4/index.html"), other);
    // A title stands in the navigation of all pages.
    site.write("content/p3.md", "# Q 3\n\nAnother word.\n");
    site.run(&["build"]).ends(0);
    assert_ne!(number("public/p4/index.html"), other);
    // The home page lists what its pages say: the description is the first paragraph.
    assert!(
        fs::read_to_string(site.path("public/index.html"))
            .unwrap()
            .contains("Another word.")
    );
}

#[test]
fn killed_at_any_moment_a_build_leaves_the_old_site_or_the_new_one() {
    let site = crate::cli::Site::new("# Good\n\n```sh\necho hello\n```\n");
    let write_all = |edition: usize| {
        for number in 0..60 {
            site.write(
                &format!("content/p{number}.md"),
                &format!("# P {number}\n\nEdition{edition}.\n"),
            );
        }
    };
    write_all(0);
    site.run(&["build"]).ends(0);
    let edition_of = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        let at = text.find("<p>Edition").map(|at| at + 10);
        at.and_then(|at| text[at..].split('.').next()?.parse::<usize>().ok())
    };
    let mut dice = Dice(11);
    let mut last = 0;
    for edition in 1..25 {
        write_all(edition);
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_docgen"))
            .args(["build", "-q"])
            .current_dir(site.path(""))
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(dice.roll(120) as u64));
        let _ = child.kill();
        child.wait().unwrap();
        let public = files(&site.path("public"));
        let pages: Vec<Option<usize>> = (0..60)
            .map(|number| edition_of(&public[&format!("p{number}/index.html")]))
            .collect();
        let found = pages[0].unwrap();
        assert!(found == last || found == edition, "{found} after {last} and {edition}");
        assert!(pages.iter().all(|page| *page == Some(found)), "{edition}: {pages:?}");
        last = found;
    }
    site.run(&["build"]).ends(0);
    let public = files(&site.path("public"));
    assert_eq!(edition_of(&public["p7/index.html"]), Some(24));
}

#[test]
fn another_text_of_the_same_size_and_time_is_read() {
    let site = crate::cli::Site::new("# Good\n\n```sh\necho hello\n```\n");
    let page = site.path("content/page.md");
    let write = |word: &str| {
        fs::write(&page, format!("# Page\n\n{word}\n")).unwrap();
        // As `cp -p` and `tar` do.
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let file = fs::File::options().write(true).open(&page).unwrap();
        file.set_modified(time).unwrap();
    };
    for word in ["first", "other"] {
        write(word);
        site.run(&["build"]).ends(0);
        let html = fs::read_to_string(site.path("public/page/index.html")).unwrap();
        assert!(html.contains(word), "{word}");
    }
}
