//! Whether the order of two blocks may matter.

use std::collections::BTreeSet;

use crate::model::block::Role;
use crate::model::guide::Document;

/// Words that say nothing about what a block works on.
const COMMON: [&str; 12] = [
    "sudo", "docker", "run", "curl", "apt-get", "install", "service", "network", "http", "https", "test", "bin",
];

/// Returns whether two blocks (by their index) name the same thing. If not, a reader may do them in any order.
pub(super) fn may(document: &Document, one: usize, other: usize) -> bool {
    names(document, one)
        .intersection(&names(document, other))
        .next()
        .is_some()
}

/// What a block names: the words of its commands; of a file, its path only, because nothing in it is executed yet.
fn names(document: &Document, index: usize) -> BTreeSet<&str> {
    let block = &document.blocks[index];
    let text = match (&block.role, &block.keys.file) {
        (Role::File, Some(path)) => path.as_str(),
        _ => block.text.as_str(),
    };
    let words = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.')));
    words
        .flat_map(|word| [word, word.split('.').next().unwrap_or(word)])
        .filter(|word| word.len() > 2 && !word.starts_with('-') && !COMMON.contains(word))
        .filter(|word| word.bytes().any(|byte| byte.is_ascii_alphabetic()))
        .collect()
}
