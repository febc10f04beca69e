//! Room for notes beside the code: each as near to its line as those above it allow.

use crate::align::Pair;

/// Characters that fit on a line of a note in the margin.
const NOTE_WIDTH: usize = 36;

/// A note that wants a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wish {
    /// Row of its first target; 1 for a note on the whole block.
    pub row: usize,
    /// Rows that it probably takes.
    pub height: usize,
}

/// Returns the first row and the number of rows of each note, in the order given. Rows in which a note stands are not
/// stretched, as long as its text is as long as estimated.
pub(super) fn places(wishes: &[Wish]) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..wishes.len()).collect();
    order.sort_by_key(|index| wishes[*index].row);
    let mut places = vec![(0, 0); wishes.len()];
    let mut free = 1;
    for index in order {
        let row = wishes[index].row.max(free);
        places[index] = (row, wishes[index].height);
        free = row + wishes[index].height;
    }
    places
}

/// Estimates how many rows of code a note's text takes, its padding included.
pub(super) fn height(text: &str, has_more: bool) -> usize {
    let lines = text.chars().count().div_ceil(NOTE_WIDTH).max(1) + usize::from(has_more);
    // A line of a note is a little lower than a row of code; the padding takes the difference and half a row more.
    lines + usize::from(lines < 3)
}

/// Returns an upper bound of the rows that a pair needs.
pub(super) fn most_rows(pair: &Pair) -> usize {
    let notes: usize = pair.notes.iter().map(|note| height(&note.label, true)).sum();
    pair.rows.len() + pair.parts.old.len() + pair.parts.new.len() + notes + 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_stand_at_their_rows_or_below_the_note_above() {
        let wish = |row, height| Wish { row, height };
        assert_eq!(places(&[wish(1, 2), wish(5, 1)]), [(1, 2), (5, 1)]);
        assert_eq!(places(&[wish(4, 3), wish(5, 2), wish(1, 1)]), [(4, 3), (7, 2), (1, 1)]);
        assert_eq!(places(&[]), []);
    }
}
