//! What changed within a line: boxes around tokens.

use super::line_tokens::is_word;
use crate::source::Span;

/// More tokens than this on one side are not compared: the line is marked as a whole.
const MAX_TOKENS: usize = 500;
/// What a common word is worth.
const WORD: i32 = 10;
/// What a common mark is worth: less than a run costs, so that a mark alone does not cut a changed run in two.
const MARK: i32 = 3;
/// What it costs to begin a changed run.
const RUN: i32 = 4;
/// Below this share of common words (per mille) boxes say less than the whole line.
const MIN_COMMON: usize = 300;
/// Boxes with no more than this many characters between them, none of them a letter or digit, are one.
const MAX_JOIN: usize = 3;

/// A line and its tokens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut<'a> {
    /// The line.
    pub(super) text: &'a str,
    /// Its tokens, in order.
    pub(super) tokens: &'a [Span],
}

impl Cut<'_> {
    fn token(&self, index: usize) -> &str {
        &self.text[self.tokens[index].clone()]
    }
}

/// Returns the boxes of both lines, as bytes of each; none on either side means that the lines differ as a whole.
pub(super) fn boxes(old: Cut<'_>, new: Cut<'_>) -> (Vec<Span>, Vec<Span>) {
    if old.tokens.len().max(new.tokens.len()) > MAX_TOKENS {
        return (Vec::new(), Vec::new());
    }
    let common = common(old, new);
    let weight = |cut: Cut<'_>, index: usize| usize::from(is_word(cut.token(index)));
    let shared: usize = common.iter().map(|(index, _)| weight(old, *index)).sum();
    let all = |cut: Cut<'_>| (0..cut.tokens.len()).map(|index| weight(cut, index)).sum::<usize>();
    if shared * 2000 < MIN_COMMON * (all(old) + all(new)) {
        return (Vec::new(), Vec::new());
    }
    (
        changed(old, common.iter().map(|pair| pair.0).collect()),
        changed(new, common.iter().map(|pair| pair.1).collect()),
    )
}

/// The tokens that both have, by index, in order: the heaviest common subsequence, where each changed run costs.
fn common(old: Cut<'_>, new: Cut<'_>) -> Vec<(usize, usize)> {
    let (rows, columns) = (old.tokens.len(), new.tokens.len());
    let cell = |row: usize, column: usize| row * (columns + 1) + column;
    // Best value of the rest, if the pair before it is common (`after`), or if a changed run is open (`open`).
    let mut after = vec![0_i32; (rows + 1) * (columns + 1)];
    let mut open = after.clone();
    for row in (0..=rows).rev() {
        for column in (0..=columns).rev() {
            let skip_old = if row < rows {
                open[cell(row + 1, column)]
            } else {
                i32::MIN / 2
            };
            let skip_new = if column < columns {
                open[cell(row, column + 1)]
            } else {
                i32::MIN / 2
            };
            let both = if row < rows && column < columns && old.token(row) == new.token(column) {
                gain(old.token(row)) + after[cell(row + 1, column + 1)]
            } else {
                i32::MIN / 2
            };
            let end = if row == rows && column == columns {
                0
            } else {
                i32::MIN / 2
            };
            let skip = skip_old.max(skip_new);
            open[cell(row, column)] = end.max(both).max(skip);
            after[cell(row, column)] = end.max(both).max(skip - RUN);
        }
    }
    trace(old, new, &after, &open)
}

fn gain(token: &str) -> i32 {
    if is_word(token) { WORD } else { MARK }
}

fn trace(old: Cut<'_>, new: Cut<'_>, after: &[i32], open: &[i32]) -> Vec<(usize, usize)> {
    let (rows, columns) = (old.tokens.len(), new.tokens.len());
    let cell = |row: usize, column: usize| row * (columns + 1) + column;
    let (mut row, mut column, mut in_run) = (0, 0, false);
    let mut pairs = Vec::new();
    while row < rows || column < columns {
        let value = if in_run {
            open[cell(row, column)]
        } else {
            after[cell(row, column)]
        };
        let price = if in_run { 0 } else { RUN };
        let same = row < rows && column < columns && old.token(row) == new.token(column);
        if same && value == gain(old.token(row)) + after[cell(row + 1, column + 1)] {
            pairs.push((row, column));
            (row, column, in_run) = (row + 1, column + 1, false);
        } else if row < rows && value == open[cell(row + 1, column)] - price {
            (row, in_run) = (row + 1, true);
        } else {
            (column, in_run) = (column + 1, true);
        }
    }
    pairs
}

/// The tokens that are not common, as boxes.
fn changed(cut: Cut<'_>, common: Vec<usize>) -> Vec<Span> {
    let mut boxes: Vec<Span> = Vec::new();
    let mut common = common.into_iter().peekable();
    let mut touching = false;
    for (index, token) in cut.tokens.iter().enumerate() {
        if common.next_if_eq(&index).is_some() {
            touching = false;
            continue;
        }
        match boxes.last_mut() {
            Some(last) if touching || joins(&cut.text[last.end..token.start]) => last.end = token.end,
            _ => boxes.push(token.clone()),
        }
        touching = true;
    }
    boxes
}

fn joins(between: &str) -> bool {
    between.chars().count() <= MAX_JOIN && !is_word(between) && !between.contains(' ')
}

#[cfg(test)]
mod tests {
    use super::{Cut, boxes};
    use crate::align::line_tokens::command_tokens;

    fn marked(old: &str, new: &str) -> (String, String) {
        let (old_tokens, new_tokens) = (command_tokens(old), command_tokens(new));
        let (old_boxes, new_boxes) = boxes(
            Cut {
                text: old,
                tokens: &old_tokens,
            },
            Cut {
                text: new,
                tokens: &new_tokens,
            },
        );
        let mark = |text: &str, boxes: Vec<std::ops::Range<usize>>| {
            let mut text = text.to_owned();
            for span in boxes.iter().rev() {
                text.insert(span.end, ']');
                text.insert(span.start, '[');
            }
            text
        };
        (mark(old, old_boxes), mark(new, new_boxes))
    }

    #[test]
    fn a_changed_address_is_one_box() {
        let (old, new) = marked(
            "-e SELF=http://127.0.0.1:9000/",
            "-e SELF=https://hydra-a.example.test/",
        );
        assert_eq!(
            (old.as_str(), new.as_str()),
            (
                "-e SELF=[http://127.0.0.1:9000]/",
                "-e SELF=[https://hydra-a.example.test]/"
            )
        );
    }

    #[test]
    fn what_was_added_has_a_box_on_one_side() {
        let (old, new) = marked("docker run -p 9000:4444 x", "docker run -d -p 127.0.0.1:9000:4444 x");
        assert_eq!(
            (old.as_str(), new.as_str()),
            (
                "docker run -p 9000:4444 x",
                "docker run [-d] -p [127.0.0.1:]9000:4444 x"
            )
        );
    }

    #[test]
    fn unlike_lines_have_no_boxes() {
        let (old, new) = marked("apt install x", "curl -o y z");
        assert_eq!((old.as_str(), new.as_str()), ("apt install x", "curl -o y z"));
    }
}
