//! Output of any size, collected in bounded memory.

use std::collections::VecDeque;

use crate::transcript::Output;

/// Bytes kept of the beginning and of the end.
pub(super) const KEPT: usize = 1 << 20;

/// Collects one output.
pub(super) struct Collector {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    total: u64,
    hash: blake3::Hasher,
}

impl Default for Collector {
    fn default() -> Self {
        Self {
            head: Vec::new(),
            tail: VecDeque::new(),
            total: 0,
            hash: blake3::Hasher::new(),
        }
    }
}

impl Collector {
    /// Adds bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        self.hash.update(bytes);
        let (head, rest) = bytes.split_at(bytes.len().min(KEPT - self.head.len()));
        self.head.extend_from_slice(head);
        let rest = &rest[rest.len().saturating_sub(KEPT)..];
        let surplus = (self.tail.len() + rest.len()).saturating_sub(KEPT);
        self.tail.drain(..surplus);
        self.tail.extend(rest);
    }

    /// Returns what was collected so far.
    pub(super) fn output(&self) -> Output {
        let hash = if self.total == 0 {
            [0; 32]
        } else {
            *self.hash.finalize().as_bytes()
        };
        Output {
            head: self.head.clone(),
            tail: self.tail.iter().copied().collect(),
            total: self.total,
            hash,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Collector, KEPT};

    #[test]
    fn head_and_tail_are_kept_however_it_is_cut() {
        let all: Vec<u8> = (0..3 * KEPT).map(|at| (at % 251) as u8).collect();
        for size in [1000, KEPT - 1, KEPT, KEPT + 1, all.len()] {
            let mut collector = Collector::default();
            all.chunks(size).for_each(|chunk| collector.push(chunk));
            let output = collector.output();
            assert_eq!(output.head, all[..KEPT]);
            assert_eq!(output.tail, all[2 * KEPT..]);
            assert_eq!(output.total, all.len() as u64);
            assert_eq!(output.hash, *blake3::hash(&all).as_bytes());
        }
    }

    #[test]
    fn a_short_output_has_no_tail() {
        let mut collector = Collector::default();
        collector.push(b"abc");
        let output = collector.output();
        assert_eq!(
            (output.head.as_slice(), output.tail.len(), output.omitted()),
            (b"abc".as_slice(), 0, 0)
        );
    }
}
