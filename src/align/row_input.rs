//! Lines to be placed: what of them is compared, and how alike two are.

use super::comparison::Line;
use super::line_tokens::{command_tokens, is_word, text_tokens};
use super::unit::{Style, content};
use crate::shell;
use crate::source::Span;

/// Lines pair up from this similarity on (thousandths).
const ALIKE: i32 = 400;
/// What it adds that the lines belong to commands that are linked.
const LINKED: i32 = 150;

/// A line to be placed.
#[derive(Debug, Clone)]
pub(super) struct Input {
    /// Where it comes from and its text; the boxes are empty.
    pub(super) line: Line,
    /// The link of its unit, if it has one.
    pub(super) link: Option<InLink>,
    /// The text without prompt, outer blanks and continuation mark.
    pub(super) normal: String,
    /// What boxes may begin and end at.
    pub(super) tokens: Vec<Span>,
    /// The words that must be equal if the line is to be the same but for blanks.
    words: Vec<String>,
    /// The tokens, sorted, with their weights.
    weights: Vec<(String, i32)>,
}

/// The link that a line's unit has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InLink {
    /// Its number; equal on both sides.
    pub(super) number: usize,
    /// The line is the whole unit.
    pub(super) whole: bool,
    /// The unit is a command, whose lines may be broken elsewhere without a change.
    pub(super) command: bool,
}

impl Input {
    /// Prepares a line of a block in `style`.
    pub(super) fn new(line: Line, link: Option<InLink>, style: Style) -> Self {
        let (span, _) = content(&line.text, style);
        let normal = line.text[span.clone()].to_owned();
        let command = style != Style::Plain;
        let cut = if command {
            command_tokens(&normal)
        } else {
            text_tokens(&normal)
        };
        let mut weights: Vec<(String, i32)> = cut.iter().map(|token| weighted(&normal[token.clone()])).collect();
        weights.sort_unstable();
        let tokens = cut
            .into_iter()
            .map(|token| token.start + span.start..token.end + span.start)
            .collect();
        let words = words(&normal, command);
        Self {
            line,
            link,
            normal,
            tokens,
            words,
            weights,
        }
    }

    /// Returns whether the lines differ in their layout at most.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.normal == other.normal || self.words == other.words
    }
}

/// Marks weigh little: most lines share some.
fn weighted(token: &str) -> (String, i32) {
    (token.to_owned(), if is_word(token) { 10 } else { 2 })
}

fn words(normal: &str, command: bool) -> Vec<String> {
    if !command {
        return normal.split_whitespace().map(str::to_owned).collect();
    }
    let lexed = shell::lex(normal);
    let mut words: Vec<Span> = lexed.words;
    let inside = |at: usize, words: &[Span]| words.iter().any(|word| word.contains(&at));
    let marks: Vec<Span> = lexed
        .tokens
        .into_iter()
        .map(|token| token.span)
        .filter(|span| !inside(span.start, &words))
        .collect();
    words.extend(marks);
    words.sort_unstable_by_key(|span| span.start);
    words.into_iter().map(|span| normal[span].to_owned()).collect()
}

/// What it is worth to put two lines opposite each other; 0 if they are not alike. Longer equal lines are better anchors.
pub(super) fn gain(old: &Input, new: &Input) -> i32 {
    let (linked, least) = match (old.link, new.link) {
        (Some(a), Some(b)) if a.number == b.number => (LINKED, i32::from(a.whole && b.whole)),
        _ => (0, 0),
    };
    if old.same(new) {
        let length = i32::try_from(new.normal.chars().count()).unwrap_or(i32::MAX);
        // A line that stands for any lines is no anchor, and neither is an empty one.
        return if length == 0 || new.normal == "..." {
            10
        } else {
            600 + linked + 100 * (1 + length.min(1 << 20)).ilog2() as i32 / 2
        };
    }
    let (mut a, mut b, mut common) = (0, 0, 0);
    while a < old.weights.len() && b < new.weights.len() {
        match old.weights[a].0.cmp(&new.weights[b].0) {
            std::cmp::Ordering::Less => a += 1,
            std::cmp::Ordering::Greater => b += 1,
            std::cmp::Ordering::Equal => {
                common += old.weights[a].1;
                (a, b) = (a + 1, b + 1);
            }
        }
    }
    let mass: i32 = old.weights.iter().chain(&new.weights).map(|weight| weight.1).sum();
    let alike = (2000 * common).checked_div(mass).unwrap_or(0) + linked;
    (alike - ALIKE).max(least)
}
