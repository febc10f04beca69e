//! Texts as the last build found them: files, stamps, facts.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use super::fingerprint;
use super::log::Log;
use crate::pack::{Hash, Packer, Unpacker, hash};
use crate::render::{Facts, Words};

/// A file whose last change lies this close before it was read may be changed again without looking different.
const GRAIN: u64 = 2_000_000_000;

/// A file that a text is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Path from the site's root.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Nanoseconds of its last change since 1970.
    pub modified: u64,
    /// Seconds and nanoseconds of the same as the system notes it.
    pub changed: (i64, i64),
    /// Hash of what is in it.
    pub hash: Hash,
}

/// What is known about texts.
#[derive(Debug)]
pub struct Texts {
    log: Log,
    /// Records as they are in the log: of words, and of texts.
    records: BTreeMap<Hash, Vec<u8>>,
    added: BTreeMap<Hash, Vec<u8>>,
    /// By the path of the text.
    known: BTreeMap<String, Known>,
    /// By the path of the file; only those that can be trusted.
    files: BTreeMap<String, Input>,
    /// The words of all facts.
    pub words: Words,
    saved_words: usize,
}

#[derive(Debug)]
struct Known {
    inputs: Hash,
    /// When the files were looked at.
    seen: u64,
    files: Vec<Input>,
    facts: Arc<Facts>,
}

impl Texts {
    pub(super) fn read(path: &Path) -> Self {
        let (log, records) = Log::read(path, fingerprint());
        let words = Words::new(words(&records));
        let known: BTreeMap<String, Known> = records
            .par_iter()
            .filter_map(|(_, value)| unpacked(value, &words))
            .collect();
        let mut files = BTreeMap::new();
        for text in known.values() {
            for file in &text.files {
                if file.modified + GRAIN < text.seen {
                    files.insert(file.path.clone(), file.clone());
                }
            }
        }
        Self {
            log,
            records,
            added: BTreeMap::new(),
            known,
            files,
            saved_words: words.count(),
            words,
        }
    }

    /// Returns what is in the file at `path`, if it looks as it did.
    pub fn content(&self, path: &str, size: u64, modified: u64, changed: (i64, i64)) -> Option<Hash> {
        let known = self.files.get(path)?;
        let looks_the_same = (known.size, known.modified, known.changed) == (size, modified, changed);
        looks_the_same.then_some(known.hash)
    }

    /// Returns the facts of the text at `path`, if it is made from the same inputs.
    pub fn facts(&self, path: &str, inputs: Hash) -> Option<&Arc<Facts>> {
        let known = self.known.get(path)?;
        (known.inputs == inputs).then_some(&known.facts)
    }

    /// Remembers a text that nothing is wrong with. `seen` is when its files were looked at, in nanoseconds since 1970.
    pub fn remember(&mut self, path: &str, inputs: Hash, seen: u64, files: Vec<Input>, facts: &Arc<Facts>) {
        let is_known = self
            .known
            .get(path)
            .is_some_and(|known| known.inputs == inputs && known.files == files && self.is_trusted(&files));
        if is_known {
            return;
        }
        let value = packed(path, inputs, seen, &files, facts);
        self.added.insert(key(path), value);
        let known = Known {
            inputs,
            seen,
            files,
            facts: Arc::clone(facts),
        };
        for file in known.files.iter().filter(|file| file.modified + GRAIN < seen) {
            self.files.insert(file.path.clone(), file.clone());
        }
        self.known.insert(path.to_owned(), known);
    }

    /// Forgets a text: the next build has to read it.
    pub fn forget(&mut self, path: &str) {
        if let Some(known) = self.known.remove(path) {
            for file in &known.files {
                self.files.remove(&file.path);
            }
            self.records.remove(&key(path));
            // An empty record says in the log what is said here.
            self.added.insert(key(path), Vec::new());
        }
    }

    /// Forgets all texts but these.
    pub fn retain(&mut self, is_there: impl Fn(&str) -> bool) {
        let gone: Vec<String> = self.known.keys().filter(|path| !is_there(path)).cloned().collect();
        gone.iter().for_each(|path| self.forget(path));
    }

    fn is_trusted(&self, files: &[Input]) -> bool {
        files.iter().all(|file| self.files.contains_key(&file.path))
    }

    pub(super) fn save(&mut self) -> io::Result<()> {
        let new = self.words.since(self.saved_words);
        if !new.is_empty() {
            self.added.insert(words_key(self.saved_words), packed_words(&new));
            self.saved_words += new.len();
        }
        let added = std::mem::take(&mut self.added);
        let new = added.iter().filter(|(_, value)| !value.is_empty());
        self.records.extend(new.map(|(key, value)| (*key, value.clone())));
        self.log.add(&added, &self.records)
    }
}

fn key(path: &str) -> Hash {
    hash(path.as_bytes())
}

/// The key of words from this number on: ascending keys are ascending numbers, and no hash begins so.
fn words_key(first: usize) -> Hash {
    let mut key = [0; 16];
    key[8..].copy_from_slice(&(first as u64).to_be_bytes());
    key
}

fn packed_words(words: &[Box<str>]) -> Vec<u8> {
    let mut out = Packer::default();
    words.iter().for_each(|word| out.text(word));
    out.finish()
}

/// The words of all records that follow on each other.
fn words(records: &BTreeMap<Hash, Vec<u8>>) -> Vec<Box<str>> {
    let mut words: Vec<Box<str>> = Vec::new();
    while let Some(value) = records.get(&words_key(words.len())).filter(|value| !value.is_empty()) {
        let mut bytes = Unpacker::new(value);
        while let Some(word) = bytes.text() {
            words.push(word.into());
        }
    }
    words
}

fn packed(path: &str, inputs: Hash, seen: u64, files: &[Input], facts: &Facts) -> Vec<u8> {
    let mut out = Packer::default();
    out.text(path);
    out.raw(&inputs);
    out.number(seen);
    out.count(files.len());
    for file in files {
        out.text(&file.path);
        out.number(file.size);
        out.number(file.modified);
        out.raw(&file.changed.0.to_le_bytes());
        out.raw(&file.changed.1.to_le_bytes());
        out.raw(&file.hash);
    }
    out.block(&facts.packed());
    out.finish()
}

fn unpacked(value: &[u8], words: &Words) -> Option<(String, Known)> {
    let mut bytes = Unpacker::new(value);
    let path = bytes.text()?;
    let known = Known {
        inputs: bytes.raw()?,
        seen: bytes.number()?,
        files: bytes.list(|bytes| {
            Some(Input {
                path: bytes.text()?,
                size: bytes.number()?,
                modified: bytes.number()?,
                changed: (i64::from_le_bytes(bytes.raw()?), i64::from_le_bytes(bytes.raw()?)),
                hash: bytes.raw()?,
            })
        })?,
        facts: Arc::new(Facts::unpacked(bytes.block()?, words)?),
    };
    bytes.is_empty().then_some((path, known))
}
