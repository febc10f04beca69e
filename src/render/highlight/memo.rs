//! What is known about the colours of blocks: from earlier builds, and from this one.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::render::highlight::{Class, Language, Plain, Span, fast_spans, grammar, limit};
use crate::render::paint::Mark;

/// Hash of a language and a code.
type Key = [u8; 16];

/// Coloured parts of blocks by their content. Only languages that need a grammar are kept: the others are faster than a
/// look-up.
#[derive(Debug, Default)]
pub struct Memo {
    known: BTreeMap<Key, Vec<u8>>,
    found: Mutex<BTreeMap<Key, Vec<u8>>>,
}

impl Memo {
    /// Starts with what earlier builds found.
    pub fn new(known: BTreeMap<Key, Vec<u8>>) -> Self {
        Self {
            known,
            found: Mutex::default(),
        }
    }

    /// Takes out what was found since, and not known before.
    pub fn take_found(&mut self) -> BTreeMap<Key, Vec<u8>> {
        let found = std::mem::take(self.found.get_mut().unwrap_or_else(PoisonError::into_inner));
        self.known.extend(found.clone());
        found
    }

    /// Returns everything that is known.
    pub fn known(&self) -> &BTreeMap<Key, Vec<u8>> {
        &self.known
    }

    /// Returns the marks that colour `text`, or why it stays plain.
    pub(crate) fn marks(&self, lang: &str, text: &str) -> Result<Vec<Mark>, Plain> {
        let spans = self.spans(lang, text)?;
        Ok(spans
            .into_iter()
            .map(|(range, class)| Mark::new(range, class.open(), "</i>"))
            .collect())
    }

    fn spans(&self, lang: &str, text: &str) -> Result<Vec<Span>, Plain> {
        let Language::Grammar(token) = Language::of(lang) else {
            return fast_spans(lang, text);
        };
        limit(text)?;
        let key = key(token, text);
        let found = || self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let packed = self.known.get(&key).cloned().or_else(|| found().get(&key).cloned());
        if let Some(spans) = packed.and_then(|packed| unpacked(&packed)) {
            return Ok(spans);
        }
        let spans = grammar::spans(token, text)?;
        found().insert(key, packed_spans(&spans));
        Ok(spans)
    }
}

fn key(token: &str, text: &str) -> Key {
    let mut hash = blake3::Hasher::new();
    hash.update(token.as_bytes()).update(&[0]).update(text.as_bytes());
    let mut key = [0; 16];
    hash.finalize_xof().fill(&mut key);
    key
}

/// Three numbers a span: distance from the one before, length, class.
fn packed_spans(spans: &[Span]) -> Vec<u8> {
    let mut out = Vec::with_capacity(spans.len() * 3);
    let mut end = 0;
    for (range, class) in spans {
        number(&mut out, range.start - end);
        number(&mut out, range.len());
        out.push(*class as u8);
        end = range.end;
    }
    out
}

/// Reads what [`packed_spans`] wrote; `None` for anything else.
fn unpacked(mut bytes: &[u8]) -> Option<Vec<Span>> {
    let mut spans = Vec::new();
    let mut end = 0usize;
    while !bytes.is_empty() {
        let start = end.checked_add(take(&mut bytes)?)?;
        end = start.checked_add(take(&mut bytes)?)?;
        let (class, rest) = bytes.split_first()?;
        bytes = rest;
        spans.push((start..end, Class::from_number(*class)?));
    }
    Some(spans)
}

/// Seven bits a byte, the lowest first.
fn number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn take(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0usize;
    for shift in (0..usize::BITS).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= usize::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_parsed_once_and_comes_back_the_same() {
        let mut memo = Memo::default();
        let first = memo.spans("nginx", "listen 443 ssl; # tls\n").unwrap();
        assert!(!first.is_empty());
        let found = memo.take_found();
        assert_eq!(found.len(), 1);
        let mut again = Memo::new(found);
        assert_eq!(again.spans("nginx", "listen 443 ssl; # tls\n"), Ok(first));
        assert!(again.take_found().is_empty());
        assert!(again.spans("sh", "ls -l\n").is_ok());
        assert!(again.take_found().is_empty(), "the shell lexer needs no memory");
    }

    proptest::proptest! {
        #[test]
        fn spans_survive_packing(parts in proptest::collection::vec((0usize..300, 1usize..70_000, 0u8..9), 0..20)) {
            let mut end = 0;
            let spans: Vec<Span> = parts
                .into_iter()
                .map(|(gap, length, class)| {
                    let start = end + gap;
                    end = start + length;
                    (start..end, Class::from_number(class).expect("a class"))
                })
                .collect();
            proptest::prop_assert_eq!(unpacked(&packed_spans(&spans)), Some(spans));
        }

        #[test]
        fn damaged_packs_are_nothing(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..40)) {
            let _ = unpacked(&bytes);
        }
    }
}
