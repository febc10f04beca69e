//! Words of all texts by number, so that a search index of many texts is made without comparing words again.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{PoisonError, RwLock};

use foldhash::fast::FixedState;

use crate::pack::{Hash, Packer, Unpacker, hash_of};

/// Longer words are hashes and the like.
const LONGEST: usize = 32;

/// All words that texts hold, in no order. A word keeps its number for ever.
#[derive(Debug, Default)]
pub struct Words {
    inner: RwLock<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    list: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32, FixedState>,
    /// How many words of the list are in `numbers`: they are put there when the first new text comes.
    indexed: usize,
}

/// The words of one text while it is read.
#[derive(Debug, Default)]
pub(crate) struct TextWords {
    /// All of them, one after the other, in lower case.
    text: String,
    /// Where in it each word is, and the place that holds it.
    found: Vec<(Range<u32>, u32)>,
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

    /// Numbers the words of a text.
    pub(crate) fn keep(&self, text: &TextWords) -> PlaceWords {
        let (words, found) = text.distinct();
        let numbers = self.numbers(&words);
        let numbered = found.into_iter().map(|(word, place)| (numbers[word], place));
        let mut list: Vec<(u32, u32)> = numbered.collect();
        list.sort_unstable();
        let mut out = Packer::default();
        let mut before = 0;
        for same in list.chunk_by(|a, b| a.0 == b.0) {
            let word = same[0].0;
            out.number(u64::from(word - before));
            before = word;
            out.count(same.len());
            same.iter().for_each(|(_, place)| out.number(u64::from(*place)));
        }
        PlaceWords {
            bound: list.last().map_or(0, |(word, _)| *word as usize + 1),
            packed: out.finish(),
        }
    }

    /// Returns the number of each word. Most are known, and many may look at once.
    fn numbers(&self, words: &[&str]) -> Vec<u32> {
        let inner = self.read();
        let known: Vec<Option<u32>> = words.iter().map(|word| inner.numbers.get(*word).copied()).collect();
        drop(inner);
        if let Some(all) = known.iter().copied().collect() {
            return all;
        }
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        let pairs = words.iter().zip(known);
        pairs
            .map(|(word, known)| known.unwrap_or_else(|| inner.number(word)))
            .collect()
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TextWords {
    /// Adds the words of `text`, which stands in `place`; places come in ascending order.
    pub(crate) fn add(&mut self, place: usize, text: &str) {
        for word in text.split(|c: char| !c.is_alphanumeric()) {
            if !(2..=LONGEST).contains(&word.len()) {
                continue;
            }
            let start = self.text.len() as u32;
            if word.is_ascii() {
                self.text.push_str(word);
                self.text[start as usize..].make_ascii_lowercase();
            } else {
                self.text.push_str(&word.to_lowercase());
            }
            self.found.push((start..self.text.len() as u32, place as u32));
        }
    }

    /// Returns each word once, and which of them is in which place, each pair once.
    fn distinct(&self) -> (Vec<&str>, Vec<(usize, u32)>) {
        let mut indices: HashMap<&str, usize, FixedState> = HashMap::default();
        let mut words = Vec::new();
        // The last place of each word.
        let mut last = Vec::new();
        let mut pairs = Vec::new();
        for (range, place) in &self.found {
            let word = &self.text[range.start as usize..range.end as usize];
            let index = *indices.entry(word).or_insert(words.len());
            if index == words.len() {
                words.push(word);
                last.push(None);
            }
            if last[index].replace(*place) != Some(*place) {
                pairs.push((index, *place));
            }
        }
        (words, pairs)
    }

    /// Returns the places that hold a word.
    #[cfg(test)]
    pub(crate) fn places_of(&self, word: &str) -> Vec<u32> {
        let (words, pairs) = self.distinct();
        let pairs = pairs.into_iter().filter(|(index, _)| words[*index] == word);
        pairs.map(|(_, place)| place).collect()
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
