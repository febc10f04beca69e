//! Words of all texts by number, so that a search index of many texts is made without comparing words again.

use std::collections::{BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock};

use crate::pack::{Hash, Packer, Unpacker, hash_of};

/// All words that texts hold, in no order. A word keeps its number for ever.
#[derive(Debug, Default)]
pub struct Words {
    inner: RwLock<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    list: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
    /// How many words of the list are in `numbers`: they are put there when the first new text comes.
    indexed: usize,
}

/// The words of a text: number of the word, places that hold it. They stay packed until a search index is made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct PlaceWords {
    /// More than the number of each word.
    bound: usize,
    /// For each word, by ascending number: distance from the one before, how many places, the places.
    packed: Vec<u8>,
}

impl Words {
    /// Starts with words in the order of their numbers.
    pub fn new(list: Vec<Box<str>>) -> Self {
        let inner = Inner {
            list,
            ..Inner::default()
        };
        Self {
            inner: RwLock::new(inner),
        }
    }

    /// Returns how many words there are.
    pub fn count(&self) -> usize {
        self.read().list.len()
    }

    /// Returns a hash of all words and their numbers.
    pub(crate) fn hash(&self) -> Hash {
        hash_of(self.read().list.iter().map(|word| word.as_bytes()))
    }

    /// Returns the words from this number on.
    pub fn since(&self, number: usize) -> Vec<Box<str>> {
        self.read().list.get(number..).unwrap_or_default().to_vec()
    }

    /// Calls `with` with all words in the order of their numbers.
    pub(crate) fn with_all<T>(&self, with: impl FnOnce(&[Box<str>]) -> T) -> T {
        with(&self.read().list)
    }

    /// Numbers the words of a text's places.
    pub(crate) fn keep(&self, places: &[BTreeSet<String>]) -> PlaceWords {
        let mut by_word: Vec<(&str, u32)> = Vec::new();
        for (place, words) in (0..).zip(places) {
            by_word.extend(words.iter().map(|word| (word.as_str(), place)));
        }
        by_word.sort_unstable();
        let mut list: Vec<(u32, &[(&str, u32)])> = Vec::new();
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        for part in by_word.chunk_by(|a, b| a.0 == b.0) {
            list.push((inner.number(part[0].0), part));
        }
        drop(inner);
        list.sort_unstable();
        let mut out = Packer::default();
        let mut before = 0;
        for (word, places) in &list {
            out.number(u64::from(*word - before));
            before = *word;
            out.count(places.len());
            places.iter().for_each(|(_, place)| out.number(u64::from(*place)));
        }
        PlaceWords {
            bound: list.last().map_or(0, |(word, _)| *word as usize + 1),
            packed: out.finish(),
        }
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn number(&mut self, word: &str) -> u32 {
        while self.indexed < self.list.len() {
            let known = self.list[self.indexed].clone();
            self.numbers.insert(known, self.indexed as u32);
            self.indexed += 1;
        }
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let number = self.list.len() as u32;
        self.list.push(word.into());
        self.numbers.insert(word.into(), number);
        self.indexed = self.list.len();
        number
    }
}

impl PlaceWords {
    /// Calls `each` with every word's number and a place that holds it, by ascending place for each word.
    pub(crate) fn each(&self, mut each: impl FnMut(usize, usize)) {
        let mut bytes = Unpacker::new(&self.packed);
        let mut word = 0;
        while let (Some(distance), Some(places)) = (bytes.count(), bytes.count()) {
            word += distance;
            if word >= self.bound {
                return;
            }
            for place in (0..places).map_while(|_| bytes.count()) {
                each(word, place);
            }
        }
    }

    /// Writes the words.
    pub(crate) fn pack(&self, out: &mut Packer) {
        out.count(self.bound);
        out.block(&self.packed);
    }

    /// Reads what [`PlaceWords::pack`] wrote; `None` for anything else, or if a word has no number in `words`.
    pub(crate) fn unpack(bytes: &mut Unpacker<'_>, words: &Words) -> Option<Self> {
        Some(Self {
            bound: bytes.count().filter(|bound| *bound <= words.count())?,
            packed: bytes.block()?.to_vec(),
        })
    }
}
