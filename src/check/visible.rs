//! Shows text in messages: control characters and, where it matters, white space made visible; long lines cut.

/// The most characters of a line that a message shows.
const WIDTH: usize = 200;

/// Returns the text with control characters escaped as in Rust; with `white_space`, spaces as `·` and tabs as `→`.
pub fn visible(text: &str, white_space: bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' if white_space => shown.push('·'),
            '\t' if white_space => shown.push('→'),
            '\t' => shown.push(' '),
            // Spaces other than the usual one, zero-width and direction marks would let a line look like another.
            '\u{a0}'
            | '\u{2000}'..='\u{200f}'
            | '\u{202f}'
            | '\u{205f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}' => {
                shown.extend(c.escape_default());
            }
            c if c.is_control() => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    shown
}

/// Returns a line cut to a length that a message can show.
pub(crate) fn clip(line: &str) -> String {
    match line.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// Returns how alike two lines are, 0 to 1000: their common start and end against their lengths. Runs in linear time.
pub(crate) fn likeness(a: &str, b: &str) -> u32 {
    let (a, b) = (a.trim().as_bytes(), b.trim().as_bytes());
    let (a, b) = (&a[..a.len().min(WIDTH)], &b[..b.len().min(WIDTH)]);
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a_rest, b_rest) = (&a[start..], &b[start..]);
    let end = a_rest
        .iter()
        .rev()
        .zip(b_rest.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    match a.len() + b.len() {
        0 => 1000,
        total => u32::try_from(2000 * (start + end) / total).unwrap_or(1000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_matters_is_made_visible() {
        assert_eq!(visible("a b\tc\x1b", false), "a b c\\u{1b}");
        assert_eq!(visible("a b\tc", true), "a·b→c");
        assert_eq!(visible("pay\u{202e}lap", false), "pay\\u{202e}lap");
        assert_eq!(visible("a\u{a0}b", true), "a\\u{a0}b");
    }

    #[test]
    fn likeness_has_its_ends() {
        assert_eq!(likeness("abc", " abc"), 1000);
        assert_eq!(likeness("abc", "xyz"), 0);
        assert_eq!(likeness("", ""), 1000);
        assert!(likeness("\"active\": true,", "\"active\": false,") > 600);
    }
}
