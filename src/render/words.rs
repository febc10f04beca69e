//! Words of all texts by number, so that a search index of many texts is made without comparing words again.

use std::collections::{BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock};

use crate::pack::{Packer, Unpacker};

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

/// The words of a text: number of the word, places that hold it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct PlaceWords {
    /// By ascending number of the word.
    list: Vec<(u32, Vec<u32>)>,
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

    /// Returns the words from this number on.
    pub fn since(&self, number: usize) -> Vec<Box<str>> {
        self.read().list.get(number..).unwrap_or_default().to_vec()
    }

    /// Returns all words in the order of their numbers.
    pub(crate) fn all(&self) -> Vec<Box<str>> {
        self.since(0)
    }

    /// Numbers the words of a text's places.
    pub(crate) fn keep(&self, places: &[BTreeSet<String>]) -> PlaceWords {
        let mut by_word: Vec<(&str, u32)> = Vec::new();
        for (place, words) in (0..).zip(places) {
            by_word.extend(words.iter().map(|word| (word.as_str(), place)));
        }
        by_word.sort_unstable();
        let mut list: Vec<(u32, Vec<u32>)> = Vec::new();
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        for part in by_word.chunk_by(|a, b| a.0 == b.0) {
            list.push((inner.number(part[0].0), part.iter().map(|(_, place)| *place).collect()));
        }
        drop(inner);
        list.sort_unstable();
        PlaceWords { list }
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
    /// Returns each word's number with the places that hold it.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &[u32])> {
        self.list
            .iter()
            .map(|(word, places)| (*word as usize, places.as_slice()))
    }

    /// Writes distances, which are small.
    pub(crate) fn pack(&self, out: &mut Packer) {
        out.count(self.list.len());
        let mut before = 0;
        for (word, places) in &self.list {
            out.number(u64::from(*word - before));
            before = *word;
            out.count(places.len());
            places.iter().for_each(|place| out.number(u64::from(*place)));
        }
    }

    /// Reads what [`PlaceWords::pack`] wrote; `None` for anything else, or if a word has no number in `words`.
    pub(crate) fn unpack(bytes: &mut Unpacker<'_>, words: &Words) -> Option<Self> {
        let count = words.count() as u64;
        let mut before = 0;
        let list = bytes.list(|bytes| {
            before += bytes.number().filter(|distance| *distance < count)?;
            let places = bytes.list(|bytes| bytes.number()?.try_into().ok())?;
            (before < count).then_some((before as u32, places))
        })?;
        Some(Self { list })
    }
}
