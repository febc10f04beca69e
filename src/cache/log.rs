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
//! A record that is cut off or damaged ends the file: it and what follows is cut away. A file with another header is begun
//! anew. Later records replace earlier ones of their key.
#![expect(clippy::disallowed_methods, reason = "edge: caches are files")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::pack::{Hash as Key, hash_of};

const MAGIC: &[u8; 8] = b"docgen\x01\n";
const HEADER: usize = MAGIC.len() + 32;
const HEAD: usize = 16 + 4 + 8;

/// A log and how much of it is sound.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    fingerprint: [u8; 32],
    /// Bytes that were found sound; 0 if the file is to be begun anew.
    sound: u64,
    /// Bytes of records that later ones replaced.
    dead: usize,
}

impl Log {
    /// Reads a log. Whatever is wrong with it, what comes back is sound.
    pub(super) fn read(path: &Path, fingerprint: [u8; 32]) -> (Self, BTreeMap<Key, Vec<u8>>) {
        let bytes = fs::read(path).unwrap_or_default();
        let mut records = BTreeMap::new();
        let mut log = Self {
            path: path.to_owned(),
            fingerprint,
            sound: 0,
            dead: 0,
        };
        if bytes.len() < HEADER || bytes[..MAGIC.len()] != MAGIC[..] || bytes[MAGIC.len()..HEADER] != fingerprint {
            return (log, records);
        }
        let mut at = HEADER;
        while let Some((key, value)) = record(&bytes[at..]) {
            at += HEAD + value.len();
            if let Some(before) = records.insert(key, value.to_vec()) {
                log.dead += HEAD + before.len();
            }
        }
        log.sound = at as u64;
        (log, records)
    }

    /// Adds records by one write; if most of the file is dead, writes the live ones anew instead. `live` holds all
    /// records that were read, and those to add.
    ///
    /// # Errors
    /// If the system refuses; the log is then as it was, or cut off where the next reader notices.
    pub(super) fn add(&mut self, added: &BTreeMap<Key, Vec<u8>>, live: &BTreeMap<Key, Vec<u8>>) -> io::Result<()> {
        if added.is_empty() && self.sound > 0 {
            return Ok(());
        }
        if self.sound == 0 || self.dead as u64 * 2 > self.sound {
            return self.begin(live);
        }
        let mut file = File::options().append(true).open(&self.path)?;
        if file.metadata()?.len() != self.sound {
            // A damaged tail, or records of a build beside this one: nothing may come behind a damaged tail.
            file.set_len(self.sound)?;
        }
        let mut bytes = Vec::new();
        added.iter().for_each(|(key, value)| push(&mut bytes, key, value));
        file.write_all(&bytes)?;
        self.sound += bytes.len() as u64;
        Ok(())
    }

    fn begin(&mut self, live: &BTreeMap<Key, Vec<u8>>) -> io::Result<()> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.fingerprint);
        live.iter().for_each(|(key, value)| push(&mut bytes, key, value));
        replace(&self.path, &bytes)?;
        (self.sound, self.dead) = (bytes.len() as u64, 0);
        Ok(())
    }
}

/// Writes a whole file so that a reader finds the old one or the new one.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
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
        for turn in 0..40 {
            let (mut log, mut live) = Log::read(&path, [1; 32]);
            let added = records(&[(turn % 2, "a value of some length")]);
            live.extend(added.clone());
            log.add(&added, &live).unwrap();
        }
        assert!(size() < 6 * 60, "{}", size());
        assert_eq!(Log::read(&path, [1; 32]).1.len(), 2);
    }
}
