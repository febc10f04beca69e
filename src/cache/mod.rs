//! Edge: what a build keeps for the next one, below `.docgen/build/` of the site.
//!
//! | file | what it holds |
//! |---|---|
//! | `colours` | the coloured parts of blocks whose language needs a grammar, by their content ([`log`]) |
//! | `texts` | what each text looked like from outside, its hash, and its facts ([`texts`]) |
//! | `out-…` | what pages of an output folder were made from, and what its files look like from outside ([`output`]) |
//! | `spare-…` | the output folder as it was one build ago, see [`crate::write`] |
//!
//! All of it can be deleted at any time. What cannot be read, or was made by another docgen, is not there; what cannot be
//! written is left out: a build without a cache is slower, and no failure.
#![expect(clippy::disallowed_methods, reason = "edge: caches are files")]

mod log;
mod output;
mod texts;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::pack::hash;
use crate::render::Memo;
use log::Log;
use texts::Texts;

pub use output::Output;
pub use texts::Input;

/// The folder of the caches, from the site's root.
pub const FOLDER: &str = ".docgen/build";

/// A log of colours larger than this is begun anew: nothing else takes out what no text holds any more.
const MOST_COLOURS: usize = 64 << 20;

/// What earlier builds of a site left.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    colours_log: Log,
    /// Colours of blocks.
    pub colours: Memo,
    /// Texts and their facts.
    pub texts: Texts,
}

/// Held while the output folder is changed: two builds at a time wait for each other.
#[derive(Debug)]
pub struct Turn(#[expect(dead_code, reason = "it is unlocked when it is closed")] Option<File>);

impl Cache {
    /// Reads the cache of the site in `root`.
    pub fn open(root: &Path) -> Self {
        let folder = root.join(FOLDER);
        let read = || Log::read(&folder.join("colours"), fingerprint());
        let ((colours_log, colours), texts) = rayon::join(read, || Texts::read(&folder.join("texts")));
        let is_small = colours.values().map(Vec::len).sum::<usize>() < MOST_COLOURS;
        Self {
            colours_log: if is_small {
                colours_log
            } else {
                colours_log.begun_anew()
            },
            colours: Memo::new(if is_small { colours } else { Default::default() }),
            texts,
            folder,
        }
    }

    /// Waits until no other build changes this site's output.
    pub fn turn(&self) -> Turn {
        let file = self.make_folder().and_then(|()| {
            let file = File::create(self.folder.join("lock"))?;
            file.lock()?;
            Ok(file)
        });
        Turn(file.ok())
    }

    /// Keeps what was found since.
    ///
    /// # Errors
    /// If the system refuses; nothing is lost but time.
    pub fn save(&mut self) -> io::Result<()> {
        self.make_folder()?;
        let found = self.colours.take_found();
        self.colours_log.add(&found, self.colours.known())?;
        self.texts.save()
    }

    /// Returns where the output folder `out` may have its spare; `None` if nothing can be written there.
    pub fn spare(&self, out: &Path) -> Option<PathBuf> {
        self.make_folder().ok()?;
        Some(self.folder.join(format!("spare-{}", name_of(out))))
    }

    fn make_folder(&self) -> io::Result<()> {
        let ignore = self.folder.join(".gitignore");
        if ignore.exists() {
            return Ok(());
        }
        fs::create_dir_all(&self.folder)?;
        fs::write(ignore, "*\n")
    }
}

/// Returns what is known about the output folder `out` of the site in `root`.
pub fn output(root: &Path, out: &Path) -> Output {
    Output::read(&root.join(FOLDER).join(format!("out-{}", name_of(out))))
}

/// Removes the cache of the site in `root`. Returns whether there was one.
///
/// # Errors
/// If the system refuses.
pub fn remove(root: &Path) -> io::Result<bool> {
    match fs::remove_dir_all(root.join(FOLDER)) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// A short name for a folder.
fn name_of(out: &Path) -> String {
    let hash = hash(out.to_string_lossy().as_bytes());
    hash[..4].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What this docgen's caches depend on: every source that it was built from.
fn fingerprint() -> [u8; 32] {
    *blake3::hash(env!("DOCGEN_FINGERPRINT").as_bytes()).as_bytes()
}
