//! Words of all texts by number, so that a search index of many texts is made without comparing words again.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

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
    numbers: HashMap<Box<str>, u32>,
    /// How many words of the list are in `numbers`: they are put there when the first new text comes.
    indexed: usize,
}

/// The words of one text while it is read: places by word, ascending.
#[derive(Debug, Default)]
pub(crate) struct TextWords {
    places: HashMap<String, Vec<u32>>,
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
    pub(crate) fn keep(&self, text: TextWords) -> PlaceWords {
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        let numbered = text
            .places
            .into_iter()
            .map(|(word, places)| (inner.number(word), places));
        let mut list: Vec<(u32, Vec<u32>)> = numbered.collect();
        drop(inner);
        list.sort_unstable();
        let mut out = Packer::default();
        let mut before = 0;
        for (word, places) in &list {
            out.number(u64::from(*word - before));
            before = *word;
            out.count(places.len());
            places.iter().for_each(|place| out.number(u64::from(*place)));
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

impl TextWords {
    /// Adds the words of `text`, which stands in `place`; places come in ascending order.
    pub(crate) fn add(&mut self, place: usize, text: &str) {
        let place = place as u32;
        for word in text.split(|c: char| !c.is_alphanumeric()) {
            if !(2..=LONGEST).contains(&word.len()) {
                continue;
            }
            let word = lower(word);
            match self.places.get_mut(word.as_ref()) {
                Some(places) if places.last() == Some(&place) => {}
                Some(places) => places.push(place),
                None => drop(self.places.insert(word.into_owned(), vec![place])),
            }
        }
    }

    /// Returns the places that hold a word.
    #[cfg(test)]
    pub(crate) fn places_of(&self, word: &str) -> &[u32] {
        self.places.get(word).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Most words are lower case already.
fn lower(word: &str) -> Cow<'_, str> {
    if word
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(word.to_lowercase())
    }
}

impl Inner {
    fn number(&mut self, word: String) -> u32 {
        while self.indexed < self.list.len() {
            let known = self.list[self.indexed].clone();
            self.numbers.insert(known, self.indexed as u32);
            self.indexed += 1;
        }
        if let Some(number) = self.numbers.get(word.as_str()) {
            return *number;
        }
        let number = self.list.len() as u32;
        let word: Box<str> = word.into();
        self.list.push(word.clone());
        self.numbers.insert(word, number);
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
