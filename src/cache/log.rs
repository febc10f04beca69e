//! A file of records that only grows: loaded at once, added to by one write.
//!
//! ```text
//! header  8 bytes  `docgen`, the format's number, a newline
//!        32 bytes  what the records depend on besides their keys
//! record 16 bytes  key
//!         4 bytes  length of the value, little-endian
//!         8 bytes  check: begin of the hash of key and value
//!                  value
//! ```
//!
//! A record that is cut off or damaged ends the file: what comes behind it is not there, and the file is begun anew, as is one
//! with another header. Later records replace earlier ones of their key.
use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::pack::{Hash as Key, hash_of};

const MAGIC: &[u8; 8] = b"docgen\x01\n";
const HEADER: usize = MAGIC.len() + 32;
const HEAD: usize = 16 + 4 + 8;

/// Bytes that may be of no use besides half of a log: a small one need not be written anew all the time.
const MAY_BE_DEAD: usize = 4096;

/// A log and how much of it is sound.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    fingerprint: [u8; 32],
    /// The file as it was left; `None` if it is to be begun anew.
    left: Option<Left>,
}

/// By what a file is known again: another build beside this one may have written it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Left {
    length: u64,
    modified: Option<SystemTime>,
    number: u64,
}

impl Left {
    fn of(metadata: &Metadata) -> Self {
        Self {
            length: metadata.len(),
            modified: metadata.modified().ok(),
            number: metadata.ino(),
        }
    }
}

impl Log {
    /// Reads a log. Whatever is wrong with it, what comes back is sound.
    pub(super) fn read(path: &Path, fingerprint: [u8; 32]) -> (Self, BTreeMap<Key, Vec<u8>>) {
        let mut records = BTreeMap::new();
        let mut log = Self {
            path: path.to_owned(),
            fingerprint,
            left: None,
        };
        let Ok((bytes, metadata)) = whole(path) else {
            return (log, records);
        };
        if bytes.len() < HEADER || bytes[..MAGIC.len()] != MAGIC[..] || bytes[MAGIC.len()..HEADER] != fingerprint {
            return (log, records);
        }
        let mut at = HEADER;
        while let Some((key, value)) = record(&bytes[at..]) {
            at += HEAD + value.len();
            records.insert(key, value.to_vec());
        }
        // Nothing may come behind a damaged tail.
        log.left = (at == bytes.len()).then(|| Left::of(&metadata));
        (log, records)
    }

    /// Forgets what is in the file: it is written anew next time.
    pub(super) fn begun_anew(mut self) -> Self {
        self.left = None;
        self
    }

    /// Adds records by one write; if most of the file is dead, writes the live ones anew instead. `live` holds all
    /// records that are of use, with those to add.
    ///
    /// # Errors
    /// If the system refuses; the log is then as it was, or cut off where the next reader notices.
    pub(super) fn add(&mut self, added: &BTreeMap<Key, Vec<u8>>, live: &BTreeMap<Key, Vec<u8>>) -> io::Result<()> {
        let Some(left) = self.left else {
            return self.begin(live);
        };
        let size: usize = live.values().map(|value| HEAD + value.len()).sum();
        if added.is_empty() || left.length > (2 * size + MAY_BE_DEAD) as u64 {
            return if added.is_empty() { Ok(()) } else { self.begin(live) };
        }
        let mut file = File::options().append(true).open(&self.path)?;
        file.lock()?;
        if Left::of(&file.metadata()?) != left {
            return self.begin(live);
        }
        let mut bytes = Vec::new();
        added.iter().for_each(|(key, value)| push(&mut bytes, key, value));
        file.write_all(&bytes)?;
        self.left = Some(Left::of(&file.metadata()?));
        Ok(())
    }

    fn begin(&mut self, live: &BTreeMap<Key, Vec<u8>>) -> io::Result<()> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.fingerprint);
        live.iter().for_each(|(key, value)| push(&mut bytes, key, value));
        self.left = Some(Left::of(&replace(&self.path, &bytes)?));
        Ok(())
    }
}

/// Writes a whole file so that a reader finds the old one or the new one.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<Metadata> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?.metadata()
}

fn whole(path: &Path) -> io::Result<(Vec<u8>, Metadata)> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
    file.read_to_end(&mut bytes)?;
    Ok((bytes, metadata))
}

fn record(bytes: &[u8]) -> Option<(Key, &[u8])> {
    let key: Key = bytes.get(..16)?.try_into().ok()?;
    let length = u32::from_le_bytes(bytes.get(16..20)?.try_into().ok()?) as usize;
    let value = bytes.get(HEAD..HEAD + length)?;
    (bytes.get(20..HEAD)? == check(&key, value)).then_some((key, value))
}

fn push(bytes: &mut Vec<u8>, key: &Key, value: &[u8]) {
    let Ok(length) = u32::try_from(value.len()) else {
        return;
    };
    bytes.extend(key);
    bytes.extend(length.to_le_bytes());
    bytes.extend(check(key, value));
    bytes.extend(value);
}

fn check(key: &Key, value: &[u8]) -> [u8; 8] {
    let hash = hash_of([&key[..], value]);
    std::array::from_fn(|at| hash[at])
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn records(pairs: &[(u8, &str)]) -> BTreeMap<Key, Vec<u8>> {
        pairs
            .iter()
            .map(|(key, value)| ([*key; 16], value.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn records_come_back_and_wherever_a_log_is_cut_the_rest_is_sound() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let (mut log, none) = Log::read(&path, [1; 32]);
        assert!(none.is_empty());
        let first = records(&[(1, "one"), (2, "two")]);
        log.add(&first, &first).unwrap();
        let whole = fs::read(&path).unwrap();
        for cut in 0..whole.len() {
            fs::write(&path, &whole[..cut]).unwrap();
            let (mut log, found) = Log::read(&path, [1; 32]);
            assert!(found.iter().all(|(key, value)| first.get(key) == Some(value)), "{cut}");
            let added = records(&[(3, "three")]);
            let mut live = found;
            live.extend(added.clone());
            log.add(&added, &live).unwrap();
            assert_eq!(Log::read(&path, [1; 32]).1, live, "{cut}");
        }
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x10;
            fs::write(&path, &damaged).unwrap();
            let found = Log::read(&path, [1; 32]).1;
            assert!(found.iter().all(|(key, value)| first.get(key) == Some(value)), "{at}");
            assert!(found.len() < 2, "{at}");
        }
        fs::write(&path, &whole).unwrap();
        assert!(Log::read(&path, [2; 32]).1.is_empty(), "made by another docgen");
        let (mut log, _) = Log::read(&path, [1; 32]);
        for key in 3..6 {
            let added = records(&[(key, "more")]);
            log.add(&added, &added).unwrap();
        }
        assert_eq!(Log::read(&path, [1; 32]).1.len(), 5, "one log adds again and again");
    }

    #[test]
    fn a_log_of_dead_records_is_written_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let size = || fs::metadata(&path).unwrap().len();
        for turn in 0..200 {
            let (mut log, mut live) = Log::read(&path, [1; 32]);
            let added = records(&[(turn % 2, "a value of some length")]);
            live.extend(added.clone());
            log.add(&added, &live).unwrap();
        }
        assert!(size() < 5000, "{}", size());
        assert_eq!(Log::read(&path, [1; 32]).1.len(), 2);
    }
}
