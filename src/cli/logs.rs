//! `--logs DIR`: all that blocks print, one file a block.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tokio::sync::mpsc;

use super::terminal::Terminal;
use crate::model::guide::Side;
use crate::report::event::GuideKey;
use crate::report::results::Report;
use crate::verify::Printed;

/// Bytes that a file holds at most.
const MOST: u64 = 1 << 30;

/// The files of a run.
pub(super) struct Logs {
    folder: PathBuf,
    files: BTreeMap<(GuideKey, String), Log>,
    error: Option<io::Error>,
}

struct Log {
    path: PathBuf,
    file: File,
    written: u64,
    is_cut: bool,
}

/// Writes what comes until nobody sends any more.
pub(super) async fn write(folder: PathBuf, mut printed: mpsc::Receiver<Printed>) -> Logs {
    let mut logs = Logs {
        folder,
        files: BTreeMap::new(),
        error: None,
    };
    while let Some(piece) = printed.recv().await {
        // A disk that is full must not keep the guide from being judged; it is told at the end.
        if logs.error.is_none() {
            logs.error = logs.take(piece).err();
        }
    }
    logs
}

impl Logs {
    fn take(&mut self, piece: Printed) -> io::Result<()> {
        let key = (piece.guide, piece.id);
        if !self.files.contains_key(&key) {
            let log = Log::create(self.free(self.folder.join(place(&key.0, &key.1))))?;
            self.files.insert(key.clone(), log);
        }
        match self.files.get_mut(&key) {
            Some(log) => log.push(&piece.bytes),
            None => Ok(()),
        }
    }

    /// Returns the path, numbered if the file of another block is there: different names may look alike in a path.
    fn free(&self, path: PathBuf) -> PathBuf {
        let is_free = |path: &PathBuf| self.files.values().all(|log| log.path != *path);
        let numbered = (2..).map(|number| path.with_extension(format!("{number}.log")));
        let mut paths = std::iter::once(path.clone()).chain(numbered);
        paths.find(is_free).unwrap_or(path)
    }

    /// Says in the report where the output is; returns whether all could be written.
    pub(super) fn tell(mut self, terminal: &Terminal, report: &mut Report) -> bool {
        for guide in &mut report.guides {
            let key = guide.key();
            for block in &mut guide.blocks {
                let Some(log) = self.files.remove(&(key.clone(), block.id.clone())) else {
                    continue;
                };
                let path = log.path.display().to_string();
                let what = if log.is_cut { "the first GiB" } else { "all" };
                if let Some(failure) = &mut block.failure {
                    failure.notes.push(format!("{what} of its output is in {path}"));
                }
                block.log = Some(path);
            }
        }
        match self.error {
            None => true,
            Some(error) => {
                let message = format!("could not write to `{}`: {error}", self.folder.display());
                terminal.error(&io::Error::new(error.kind(), message), None);
                false
            }
        }
    }
}

impl Log {
    fn create(path: PathBuf) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(Self {
            file: File::create(&path)?,
            path,
            written: 0,
            is_cut: false,
        })
    }

    fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        let room = usize::try_from(MOST - self.written).unwrap_or(usize::MAX);
        let kept = &bytes[..bytes.len().min(room)];
        self.file.write_all(kept)?;
        self.written += kept.len() as u64;
        if kept.len() < bytes.len() && !self.is_cut {
            self.is_cut = true;
            self.file.write_all(b"\n[... more output, not kept ...]\n")?;
        }
        Ok(())
    }
}

/// The file of a block, from the folder on. Names of guides and blocks are no paths.
fn place(guide: &GuideKey, id: &str) -> PathBuf {
    let plain = |c: char| {
        if c.is_alphanumeric() || "-_.".contains(c) {
            c
        } else {
            '_'
        }
    };
    let name = |text: &str| text.trim_start_matches('.').chars().map(plain).collect::<String>();
    let side = match guide.side {
        Side::Original => ".original",
        Side::Revised => "",
    };
    let tab = guide.alternative.as_ref().map(|tab| format!(".{}", name(tab)));
    let folder = format!("{}{side}{}", name(&guide.guide), tab.unwrap_or_default());
    Path::new(&folder).join(format!("{}.log", name(id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let key = |guide: &str, side| GuideKey {
            guide: guide.into(),
            side,
            alternative: None,
        };
        let of_tab = GuideKey {
            alternative: Some("a/b".into()),
            ..key("g", Side::Revised)
        };
        assert_eq!(place(&of_tab, "c"), Path::new("g.a_b/c.log"));
        assert_eq!(place(&key("a/b", Side::Revised), "../c"), Path::new("a_b/_c.log"));
        assert_eq!(place(&key("..", Side::Original), "id"), Path::new(".original/id.log"));
    }

    #[test]
    fn each_block_has_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let mut logs = Logs {
            folder: folder.path().to_owned(),
            files: BTreeMap::new(),
            error: None,
        };
        for (guide, bytes) in [("a/b", "1"), ("a_b", "2"), ("a/b", "3")] {
            let guide = GuideKey {
                guide: guide.into(),
                side: Side::Revised,
                alternative: None,
            };
            let (id, bytes) = ("c".to_owned(), bytes.into());
            logs.take(Printed { guide, id, bytes }).unwrap();
        }
        let file = |name: &str| File::open(folder.path().join("a_b").join(name)).unwrap();
        let text = |name: &str| io::read_to_string(file(name)).unwrap();
        assert_eq!((text("c.log"), text("c.2.log")), ("13".to_owned(), "2".to_owned()));
    }

    #[test]
    fn a_file_has_an_end() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::create(folder.path().join("new/a.log")).unwrap();
        log.written = MOST - 2;
        log.push(b"abc").unwrap();
        log.push(b"def").unwrap();
        let end = "ab\n[... more output, not kept ...]\n";
        assert_eq!(log.path.metadata().unwrap().len(), end.len() as u64);
    }
}
