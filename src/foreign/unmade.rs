//! What a reader makes by hand between the commands, and what blocks that are not run would have made: files, variables.
//! What needs it proves nothing. Pure.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::foreign::roles::before;
use crate::model::block::{Block, Role};
use crate::model::guide::Document;

/// A word between backticks.
static QUOTED: LazyLock<Regex> = LazyLock::new(|| Regex::new("`([^`\\s]+)`").expect("the pattern is a constant"));

/// Where a sentence ends; `.` and `:` only before a blank, as paths hold them too.
static SENTENCE_END: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\.[ \n]|:\n|\n\n|;").expect("the pattern is a constant"));

/// `NAME=` at the head of a line.
static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=").expect("the pattern is a constant")
});

/// What is missing, and for want of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Missing {
    /// Why a block cannot be judged.
    pub reason: String,
    /// What would help, with its line.
    pub advice: String,
}

/// What nobody has made so far.
#[derive(Debug, Default)]
pub(super) struct Unmade {
    /// Files by their names without folders: the line that tells a reader to write them.
    files: BTreeMap<String, usize>,
    /// Variables: the block that would have set them.
    variables: BTreeMap<String, String>,
}

impl Unmade {
    /// Takes in the prose before a block, and the block itself if it shows a file that nobody saves.
    pub(super) fn read(&mut self, document: &Document, index: usize) {
        let block = &document.blocks[index];
        let start = index
            .checked_sub(1)
            .map_or(document.body, |before| document.blocks[before].fence.end)
            .min(block.fence.start);
        let prose = &document.source.text[start..block.fence.start];
        for (path, at) in written_by_hand(prose) {
            if block.keys.file.as_deref().map(base) != Some(base(path)) {
                self.files
                    .insert(base(path).to_owned(), document.source.line(start + at));
            }
        }
    }

    /// Returns what `script` needs that was not made.
    pub(super) fn needed(&self, script: &str) -> Option<Missing> {
        let file = self
            .files
            .iter()
            .find(|(name, _)| names(script, name) && !makes(script, name));
        if let Some((name, line)) = file {
            return Some(Missing {
                reason: format!("needs `{name}` as a reader writes it by hand"),
                advice: format!("line {line}: show it in a fence with `file=PATH`"),
            });
        }
        let sets = |name: &str| ASSIGNED.captures_iter(script).any(|found| &found[1] == name);
        let (name, by) = self
            .variables
            .iter()
            .find(|(name, _)| uses(script, name) && !sets(name))?;
        Some(Missing {
            reason: format!("needs `{name}`, which block `{by}` sets, and that was not run"),
            advice: format!("let block `{by}` run"),
        })
    }

    /// Returns what is to be said of the whole text: files that stay unwritten.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut files: Vec<(&String, &usize)> = self.files.iter().collect();
        files.sort_by_key(|(_, line)| **line);
        let said = |(name, line): (&String, &usize)| {
            format!("line {line}: `{name}` is written by hand, which nobody did: what depends on it was not proven")
        };
        files.into_iter().map(said).collect()
    }

    /// Notes what a block that is not run would have made.
    pub(super) fn missed(&mut self, block: &Block, script: &str) {
        for found in ASSIGNED.captures_iter(script) {
            self.variables.insert(found[1].to_owned(), block.id.clone());
        }
    }

    /// Notes what a block that runs makes.
    pub(super) fn made(&mut self, script: &str) {
        self.files.retain(|name, _| !makes(script, name));
        for found in ASSIGNED.captures_iter(script) {
            self.variables.remove(&found[1]);
        }
    }

    /// Notes that an editor is opened in a block that is not run: what it would have written is not there.
    pub(super) fn edited(&mut self, script: &str, line: usize) {
        let words = script.split_whitespace();
        for word in words.filter(|word| is_path(word)) {
            self.files.insert(base(word).to_owned(), line);
        }
    }
}

/// Returns why a script is no commands but the content of a file; `None` if it is commands.
pub(super) fn is_content(document: &Document, block: &Block) -> Option<String> {
    if block.role != Role::Script || block.hidden {
        return None;
    }
    let line = before(document, block);
    let first = block
        .text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let named = written_by_hand(line).next().map(|(path, _)| path);
    match named {
        Some(path) if line.ends_with([':', '.']) => Some(format!("is what a reader writes into `{path}`")),
        _ if first.starts_with("#!/") => Some("is a script that a reader saves as a file".to_owned()),
        _ => None,
    }
}

/// The paths that prose tells a reader to write or to change by hand, and where they stand in it.
fn written_by_hand(prose: &str) -> impl Iterator<Item = (&str, usize)> {
    sentences(prose)
        .filter(|(_, sentence)| QUOTED.is_match(sentence) && tells_to_write(sentence))
        .flat_map(|(start, sentence)| {
            let paths = QUOTED.captures_iter(sentence).filter_map(|found| found.get(1));
            paths.map(move |path| (path.as_str(), start + path.start()))
        })
        .filter(|(path, _)| is_path(path))
}

/// The sentences of a prose, each with its place.
fn sentences(prose: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = Some(0);
    std::iter::from_fn(move || {
        let start = rest?;
        let end = SENTENCE_END.find_at(prose, start).map(|end| end.start() + 1);
        rest = end;
        Some((start, &prose[start..end.unwrap_or(prose.len())]))
    })
}

/// Whether a sentence tells a reader to write or change something.
fn tells_to_write(sentence: &str) -> bool {
    const VERBS: [&str; 12] = [
        "create", "edit", "open", "modify", "change", "update", "save", "add", "append", "paste", "put", "write",
    ];
    // What is done by a command, or not by everybody, is not meant.
    const OTHER: [&str; 9] = [
        "run",
        "execute",
        "browser",
        "if",
        "can",
        "may",
        "optionally",
        "command",
        "should",
    ];
    let sentence = sentence.to_lowercase();
    let words: Vec<&str> = sentence.split(|c: char| !c.is_alphabetic()).collect();
    words.iter().any(|word| VERBS.contains(word)) && !words.iter().any(|word| OTHER.contains(word))
}

/// `greet.sh`, `/etc/motd`, `~/.bashrc`: the path of a file, not of a folder or a page.
fn is_path(word: &str) -> bool {
    let name = base(word);
    let ending = name.rsplit_once('.').is_some_and(|(_, ending)| {
        (1..=6).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    let plain = |c: char| c.is_alphanumeric() || "/._-~+@".contains(c);
    let rooted = word.starts_with(['/', '~']) && !name.is_empty();
    !word.contains("//")
        && word.chars().all(plain)
        && word.starts_with(|c: char| !"-@+".contains(c))
        && (ending || rooted)
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a script names a file, as a word or as the end of a path.
fn names(script: &str, file: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || "._-".contains(c);
    script.match_indices(file).any(|(at, _)| {
        let head = script[..at].chars().next_back();
        let tail = script[at + file.len()..].chars().next();
        !head.is_some_and(part) && !tail.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-')
    })
}

/// Whether a script makes a file itself: by a redirection, or by a program that writes what it names last.
fn makes(script: &str, file: &str) -> bool {
    script.lines().filter(|line| names(line, file)).any(|line| {
        let redirected = line.rfind('>').is_some_and(|at| names(&line[at..], file));
        let mut words = line.split_whitespace().filter(|word| *word != "sudo");
        let program = words.next().unwrap_or_default();
        let last = words.next_back().is_some_and(|word| names(word, file));
        let writes = matches!(
            program,
            "tee" | "touch" | "cp" | "mv" | "ln" | "install" | "curl" | "wget" | "git" | "unzip"
        );
        redirected || line.contains("tee ") || (writes && last)
    })
}

/// Whether a script uses a variable.
fn uses(script: &str, name: &str) -> bool {
    script.match_indices(name).any(|(at, _)| {
        let tail = script[at + name.len()..].chars().next();
        script[..at].ends_with(['$', '{']) && !tail.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::{Unmade, is_path, makes, uses, written_by_hand};

    #[test]
    fn sentences_that_tell_to_write_by_hand() {
        for prose in [
            "Open `greet.sh` in your editor and add the following:",
            "Then edit\nthe file `/etc/motd`.",
            "Ready. Now create `a.conf` with this content:",
        ] {
            assert_eq!(written_by_hand(prose).count(), 1, "{prose}");
        }
        for prose in [
            "Run this to create `a.conf`:",
            "If you like, edit `a.conf`.",
            "It writes to `a.conf`.",
            "Edit this page. The file `a.conf` is made by the program.",
            "Open `report.html` in a browser",
        ] {
            assert_eq!(written_by_hand(prose).count(), 0, "{prose}");
        }
    }

    #[test]
    fn paths_are_told_from_other_quotes() {
        for word in ["greet.sh", "/etc/motd", "~/.bashrc", ".env", "src/main.rs"] {
            assert!(is_path(word), "{word}");
        }
        for word in [
            "https://a.example/b.html",
            "PATH",
            "greet",
            "build/",
            "--conf=a.ini",
            "v1.2.3/",
        ] {
            assert!(!is_path(word), "{word}");
        }
    }

    #[test]
    fn what_is_made_is_not_needed() {
        assert!(makes("echo a | sudo tee /etc/a.conf", "a.conf"));
        assert!(makes("cat >a.conf <<EOF\nx\nEOF", "a.conf"));
        assert!(makes("cp b.conf a.conf", "a.conf"));
        assert!(!makes("cp a.conf b.conf", "a.conf"));
        assert!(!makes("nginx -c a.conf", "a.conf"));
        assert!(uses("echo ${KEY}$KEYS", "KEY") && !uses("echo $KEYS KEY", "KEY"));
        let mut unmade = Unmade::default();
        unmade.edited("sudo nano /etc/a.conf", 7);
        assert!(unmade.needed("cat /etc/a.conf").unwrap().advice.starts_with("line 7: "));
        assert_eq!(unmade.needed("cat /etc/ba.conf a.conf2"), None);
        unmade.made("touch /etc/a.conf");
        assert_eq!(unmade.needed("cat /etc/a.conf"), None);
    }
}
