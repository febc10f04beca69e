//! Edge: what a build keeps for the next one, below `.docgen/build/` of the site.
//!
//! All of it can be deleted at any time. What cannot be read, or was made by another docgen, is not there; what cannot be
//! written is left out: a build without a cache is slower, and no failure.
#![expect(clippy::disallowed_methods, reason = "edge: caches are files")]

mod log;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::render::Memo;
use log::Log;

/// The folder of the caches, from the site's root.
pub const FOLDER: &str = ".docgen/build";

/// What earlier builds of a site left.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    colours_log: Log,
    /// Colours of blocks.
    pub colours: Memo,
}

impl Cache {
    /// Reads the cache of the site in `root`.
    pub fn open(root: &Path) -> Self {
        let folder = root.join(FOLDER);
        let (colours_log, colours) = Log::read(&folder.join("colours"), fingerprint());
        Self {
            folder,
            colours_log,
            colours: Memo::new(colours),
        }
    }

    /// Keeps what was found since.
    ///
    /// # Errors
    /// If the system refuses; nothing is lost but time.
    pub fn save(&mut self) -> io::Result<()> {
        self.make_folder()?;
        let found = self.colours.take_found();
        self.colours_log.add(&found, self.colours.known())
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

/// What this docgen's caches depend on: every source that it was built from.
fn fingerprint() -> [u8; 32] {
    *blake3::hash(env!("DOCGEN_FINGERPRINT").as_bytes()).as_bytes()
}
