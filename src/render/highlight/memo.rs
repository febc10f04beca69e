//! What is known about the colours of blocks: from earlier builds, and from this one.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::pack::{Hash, Packer, Unpacker, hash_of};
use crate::render::highlight::{Class, Language, Plain, Span, fast_spans, grammar, limit, marks};
use crate::render::paint::Mark;

/// Coloured parts of blocks by their content. Only languages that need a grammar are kept: the others are faster than a
/// look-up.
#[derive(Debug, Default)]
pub struct Memo {
    known: BTreeMap<Hash, Vec<u8>>,
    found: Mutex<BTreeMap<Hash, Vec<u8>>>,
}

impl Memo {
    /// Starts with what earlier builds found.
    pub fn new(known: BTreeMap<Hash, Vec<u8>>) -> Self {
        Self {
            known,
            found: Mutex::default(),
        }
    }

    /// Takes out what was found since, and not known before.
    pub fn take_found(&mut self) -> BTreeMap<Hash, Vec<u8>> {
        let found = std::mem::take(self.found.get_mut().unwrap_or_else(PoisonError::into_inner));
        self.known.extend(found.clone());
        found
    }

    /// Returns everything that is known.
    pub fn known(&self) -> &BTreeMap<Hash, Vec<u8>> {
        &self.known
    }

    /// Returns the marks that colour `text`, or why it stays plain.
    pub(crate) fn marks(&self, lang: &str, text: &str) -> Result<Vec<Mark>, Plain> {
        self.spans(lang, text).map(marks)
    }

    fn spans(&self, lang: &str, text: &str) -> Result<Vec<Span>, Plain> {
        let Language::Grammar(token) = Language::of(lang) else {
            return fast_spans(lang, text);
        };
        limit(text)?;
        let key = hash_of([token.as_bytes(), text.as_bytes()]);
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

/// Three numbers a span: distance from the one before, length, class.
fn packed_spans(spans: &[Span]) -> Vec<u8> {
    let mut out = Packer::default();
    let mut end = 0;
    for (range, class) in spans {
        out.count(range.start - end);
        out.count(range.len());
        out.number(*class as u64);
        end = range.end;
    }
    out.finish()
}

/// Reads what [`packed_spans`] wrote; `None` for anything else.
fn unpacked(bytes: &[u8]) -> Option<Vec<Span>> {
    let mut bytes = Unpacker::new(bytes);
    let mut spans = Vec::new();
    let mut end = 0usize;
    while !bytes.is_empty() {
        let start = end.checked_add(bytes.count()?)?;
        end = start.checked_add(bytes.count()?)?;
        spans.push((start..end, Class::from_number(bytes.byte()?)?));
    }
    Some(spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_parsed_once_and_comes_back_the_same() {
        let mut memo = Memo::default();
        let first = memo.spans("toml", "port = 443 # tls\n").unwrap();
        assert!(!first.is_empty());
        let found = memo.take_found();
        assert_eq!(found.len(), 1);
        let mut again = Memo::new(found);
        assert_eq!(again.spans("toml", "port = 443 # tls\n"), Ok(first));
        assert!(again.take_found().is_empty());
        for (lang, text) in [("sh", "ls -l\n"), ("json", "{}"), ("nginx", "listen 443;\n")] {
            assert!(again.spans(lang, text).is_ok());
        }
        assert!(again.take_found().is_empty(), "our own lexers need no memory");
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
