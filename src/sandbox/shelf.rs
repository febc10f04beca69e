//! Which snapshots there are: a file each in the user's cache, the images themselves on the engine.
#![expect(clippy::disallowed_methods, reason = "edge: snapshots outlive a run")]

use std::env;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bollard::query_parameters::RemoveImageOptionsBuilder;
use serde::{Deserialize, Serialize};

use crate::sandbox::{Engine, SandboxError, image};

/// How long a snapshot may be used: package mirrors, certificates and `latest` move on.
const LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// Bytes that all snapshots may add together; those used longest ago go first.
const ROOM: u64 = 5 << 30;

/// A machine between two of its blocks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Snapshot {
    /// Hash of all that led to it.
    pub key: String,
    /// [`Sandbox::origin`](crate::sandbox::Sandbox::origin) of its machine.
    pub origin: String,
    /// Id of its image.
    pub image: String,
    /// Address of the engine that has the image.
    pub engine: String,
    /// When it was made, in seconds since 1970.
    pub made: u64,
    /// Bytes that it adds.
    pub bytes: u64,
    /// What else its maker wants to know.
    pub data: String,
}

/// The snapshots of this user.
#[derive(Debug, Clone)]
pub struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    /// Finds the user's shelf; `None` if the user has no place for one.
    pub fn find() -> Option<Self> {
        let named = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let cache = named("XDG_CACHE_HOME").or_else(|| Some(named("HOME")?.join(".cache")))?;
        let folder = cache.join("docgen/snapshots");
        Some(Self { folder })
    }

    /// Returns the snapshots of an origin that may still be used and whose image is there.
    pub async fn of(&self, engine: &Engine, origin: &str) -> Result<Vec<Snapshot>, SandboxError> {
        let mut found = Vec::new();
        for (_, _, snapshot) in self.all() {
            let fits = snapshot.origin == origin && !snapshot.is_old();
            if fits && image::find(engine, &snapshot.image).await?.is_some() {
                found.push(snapshot);
            }
        }
        Ok(found)
    }

    /// Keeps a snapshot, and makes room for it.
    ///
    /// # Errors
    /// If its file cannot be written.
    pub async fn put(&self, engine: &Engine, snapshot: &Snapshot) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        // The file holds what blocks printed: it is made readable for its owner only.
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        serde_json::to_writer(&mut file, snapshot)?;
        file.persist(self.file(&snapshot.key))?;
        self.tidy(engine).await;
        Ok(())
    }

    /// Notes that a snapshot was used now.
    pub fn touch(&self, snapshot: &Snapshot) {
        if let Ok(file) = File::options().append(true).open(self.file(&snapshot.key)) {
            // It only goes earlier than others then.
            let _ = file.set_modified(SystemTime::now());
        }
    }

    /// Forgets all snapshots; their images carry docgen's label and are removed by that.
    pub(super) fn clear() {
        if let Some(shelf) = Self::find() {
            // One that is not there is as good; one that stays has no image any more.
            let _ = fs::remove_dir_all(shelf.folder);
        }
    }

    /// Removes what is too old, and what is beyond the room.
    async fn tidy(&self, engine: &Engine) {
        let mut all = self.all();
        all.retain(|(_, _, snapshot)| snapshot.engine == engine.url());
        all.sort_by_key(|(_, used, _)| std::cmp::Reverse(*used));
        let mut taken = 0_u64;
        for (path, _, snapshot) in all {
            taken = taken.saturating_add(snapshot.bytes);
            if snapshot.is_old() || taken > ROOM {
                let options = RemoveImageOptionsBuilder::default().force(false).build();
                // One that a machine uses goes another time: by its label, at the latest.
                let _ = engine.docker.remove_image(&snapshot.image, Some(options), None).await;
                let _ = fs::remove_file(path);
            }
        }
    }

    /// All snapshots, each with its file and when it was used last.
    fn all(&self) -> Vec<(PathBuf, SystemTime, Snapshot)> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let files = entries.map(|entry| entry.path());
        let is_snapshot = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "json");
        files
            .filter(is_snapshot)
            .filter_map(|path| {
                let used = fs::metadata(&path)
                    .and_then(|data| data.modified())
                    .unwrap_or(UNIX_EPOCH);
                let snapshot = serde_json::from_slice(&fs::read(&path).ok()?).ok()?;
                Some((path, used, snapshot))
            })
            .collect()
    }

    fn file(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.json"))
    }
}

impl Snapshot {
    /// Returns the time now, as `made` has it.
    pub fn now() -> u64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs()
    }

    fn is_old(&self) -> bool {
        // One from the future was made by a clock that cannot be believed.
        Self::now()
            .checked_sub(self.made)
            .is_none_or(|age| age > LIFETIME.as_secs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_gets_old() {
        let made = |made| Snapshot {
            key: String::new(),
            origin: String::new(),
            image: String::new(),
            engine: String::new(),
            made,
            bytes: 0,
            data: String::new(),
        };
        let now = Snapshot::now();
        assert!(!made(now).is_old() && !made(now - 3600).is_old());
        assert!(made(now - 25 * 3600).is_old() && made(now + 3600).is_old());
    }
}
