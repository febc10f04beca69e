//! Takes secrets out of a stream of bytes, however it is cut. Pure.

use crate::check::Secrets;
use crate::check::capture::Found;

/// Masks a stream: what may be the beginning of a secret is held back until it is certain.
#[derive(Debug)]
pub struct Masker {
    secrets: Secrets,
    held: Vec<u8>,
}

impl Masker {
    /// Starts a stream.
    pub fn new(secrets: Secrets) -> Self {
        let held = Vec::new();
        Self { secrets, held }
    }

    /// Takes bytes; returns those that are certain by now, masked.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(bytes);
        self.certain(false)
    }

    /// Returns what is left when the stream has ended, masked.
    pub fn finish(&mut self) -> Vec<u8> {
        self.certain(true)
    }

    fn certain(&mut self, is_end: bool) -> Vec<u8> {
        if self.secrets.is_empty() {
            return std::mem::take(&mut self.held);
        }
        let mut masked = Vec::with_capacity(self.held.len());
        let mut at = 0;
        while let Some(byte) = self.held.get(at) {
            match self.secrets.at_start_of(&self.held[at..]) {
                Found::Whole(length, name) => {
                    masked.extend_from_slice(name.as_bytes());
                    at += length;
                }
                Found::Beginning if !is_end => break,
                Found::Beginning | Found::None => {
                    masked.push(*byte);
                    at += 1;
                }
            }
        }
        self.held.drain(..at);
        masked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(values: &[(&str, &str)], text: &str, size: usize) -> String {
        let mut secrets = Secrets::new();
        values.iter().for_each(|(name, value)| secrets.add(name, value));
        let mut masker = Masker::new(secrets);
        let mut bytes: Vec<u8> = text
            .as_bytes()
            .chunks(size)
            .flat_map(|chunk| masker.push(chunk))
            .collect();
        bytes.extend(masker.finish());
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn any_cut_gives_the_same_text() {
        let values = [("short", "abc"), ("long", "abcdef"), ("own", "tokent")];
        let text = "abc abcdef abcde tokent tokentokent token";
        for size in 1..=text.len() {
            assert_eq!(
                masked(&values, text, size),
                "[short] [long] [short]de [own] [own]okent token",
                "chunks of {size}"
            );
        }
    }

    #[test]
    fn without_secrets_bytes_pass() {
        assert_eq!(masked(&[], "\u{1b}[1mé", 1), "\u{1b}[1mé");
    }

    proptest::proptest! {
        #[test]
        fn no_cut_lets_a_secret_pass(text in "[ab]{0,40}", secret in "[ab]{2,5}", size in 1_usize..9) {
            let shown = masked(&[("s", &secret)], &text, size);
            proptest::prop_assert!(!shown.contains(&secret), "{shown}");
        }
    }
}
