//! Plain data as bytes, and back: what caches are made of. Reading never fails loudly: what is not there is `None`.

/// Writes data one after the other.
#[derive(Debug, Default)]
pub struct Packer {
    bytes: Vec<u8>,
}

impl Packer {
    /// Writes a number: seven bits a byte, the lowest first.
    pub fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push((number & 0x7F) as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// Writes a length or an index.
    pub fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    /// Writes a yes or no.
    pub fn flag(&mut self, flag: bool) {
        self.bytes.push(u8::from(flag));
    }

    /// Writes a text.
    pub fn text(&mut self, text: &str) {
        self.block(text.as_bytes());
    }

    /// Writes a text that need not be there.
    pub fn maybe(&mut self, text: Option<&str>) {
        self.flag(text.is_some());
        if let Some(text) = text {
            self.text(text);
        }
    }

    /// Writes a list of texts.
    pub fn texts<'t>(&mut self, texts: impl ExactSizeIterator<Item = &'t String>) {
        self.count(texts.len());
        texts.for_each(|text| self.text(text));
    }

    /// Writes bytes of any length.
    pub fn block(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.bytes.extend(bytes);
    }

    /// Writes bytes whose length the reader knows.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    /// Returns what was written.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads what a [`Packer`] wrote.
#[derive(Debug, Clone, Copy)]
pub struct Unpacker<'b> {
    rest: &'b [u8],
}

impl<'b> Unpacker<'b> {
    /// Begins at the first byte.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Returns whether everything was read.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Reads a number.
    pub fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// Reads a length or an index.
    pub fn count(&mut self) -> Option<usize> {
        self.number()?.try_into().ok()
    }

    /// Reads the length of a list; each of its parts takes a byte at least, so that a damaged one reserves no memory.
    fn length(&mut self) -> Option<usize> {
        self.count().filter(|count| *count <= self.rest.len())
    }

    /// Reads a yes or no.
    pub fn flag(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    /// Reads one byte.
    pub fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    /// Reads a text.
    pub fn text(&mut self) -> Option<String> {
        std::str::from_utf8(self.block()?).ok().map(str::to_owned)
    }

    /// Reads a text that need not be there.
    pub fn maybe(&mut self) -> Option<Option<String>> {
        match self.flag()? {
            true => self.text().map(Some),
            false => Some(None),
        }
    }

    /// Reads a list of texts.
    pub fn texts(&mut self) -> Option<Vec<String>> {
        self.list(Self::text)
    }

    /// Reads a list whose parts `part` reads.
    pub fn list<T>(&mut self, mut part: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let length = self.length()?;
        let mut list = Vec::with_capacity(length);
        for _ in 0..length {
            list.push(part(self)?);
        }
        Some(list)
    }

    /// Reads bytes of any length.
    pub fn block(&mut self) -> Option<&'b [u8]> {
        let length = self.count()?;
        self.take(length)
    }

    /// Reads bytes of a known length.
    pub fn raw<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }
}

/// A hash of some content, long enough that no two contents share it.
pub type Hash = [u8; 16];

/// Hashes bytes.
pub fn hash(bytes: &[u8]) -> Hash {
    hash_of([bytes])
}

/// Hashes parts, each with its length, so that no part can stand for another.
pub fn hash_of<'b>(parts: impl IntoIterator<Item = &'b [u8]>) -> Hash {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
    }
    let mut hash = [0; 16];
    hasher.finalize_xof().fill(&mut hash);
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut packer = Packer::default();
        packer.number(u64::MAX);
        packer.flag(true);
        packer.maybe(None);
        packer.maybe(Some("ä"));
        packer.texts(["a".to_owned(), String::new()].iter());
        packer.raw(&[7; 16]);
        let bytes = packer.finish();
        let mut unpacker = Unpacker::new(&bytes);
        assert_eq!(unpacker.number(), Some(u64::MAX));
        assert_eq!(unpacker.flag(), Some(true));
        assert_eq!(unpacker.maybe(), Some(None));
        assert_eq!(unpacker.maybe(), Some(Some("ä".to_owned())));
        assert_eq!(unpacker.texts(), Some(vec!["a".to_owned(), String::new()]));
        assert_eq!(unpacker.raw(), Some([7; 16]));
        assert!(unpacker.is_empty());
        assert_eq!(unpacker.number(), None);
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(hash_of([&b"ab"[..], b"c"]), hash_of([&b"a"[..], b"bc"]));
    }

    proptest::proptest! {
        #[test]
        fn damaged_bytes_are_nothing(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..40)) {
            let mut unpacker = Unpacker::new(&bytes);
            let _ = (unpacker.texts(), unpacker.number(), unpacker.block());
            while !unpacker.is_empty() {
                let before = unpacker.rest.len();
                let _ = unpacker.maybe();
                if unpacker.rest.len() == before {
                    break;
                }
            }
        }
    }
}
