//! Names and numbers in a text, and how people get them wrong.

use std::ops::Range;

/// Returns the host names in a word: what follows `://`, and dotted names that end in letters.
pub(super) fn hosts(word: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for range in runs(word, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')) {
        let text = word[range.clone()].trim_end_matches('.');
        let after_scheme = word[..range.start].ends_with("://");
        let in_path = word[..range.start].ends_with(['/', '_', '$', '{', '@']) && !after_scheme;
        let labels: Vec<&str> = text.split('.').collect();
        let dotted = labels.len() >= 3
            && labels.iter().all(|label| !label.is_empty())
            && labels
                .last()
                .is_some_and(|last| last.len() > 1 && last.bytes().all(|byte| byte.is_ascii_alphabetic()));
        let lettered = text.bytes().any(|byte| byte.is_ascii_alphabetic());
        if !in_path && !text.starts_with('-') && lettered && (dotted || after_scheme) {
            found.push(range.start..range.start + text.len());
        }
    }
    found
}

/// Returns the whole numbers of two digits or more in a word, without parts of versions and addresses.
pub(super) fn numbers(word: &str) -> Vec<Range<usize>> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    runs(word, part)
        .filter(|range| range.len() >= 2 && word[range.clone()].bytes().all(|byte| byte.is_ascii_digit()))
        .collect()
}

/// Returns where the name of a container image stands in a word, without its tag, if the word is one.
pub(super) fn image(word: &str) -> Option<Range<usize>> {
    let (name, tag) = word.split_once(':')?;
    let fits = |text: &str, more: &[char]| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || more.contains(&c))
    };
    let port = !name.contains('/') && tag.len() >= 4 && tag.bytes().all(|byte| byte.is_ascii_digit());
    let is_image = fits(name, &['.', '_', '-', '/'])
        && fits(&tag.to_ascii_lowercase(), &['.', '_', '-'])
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() > 2
        && !port;
    is_image.then_some(0..name.len())
}

/// The ranges of characters that belong together.
fn runs(text: &str, belongs: impl Fn(char) -> bool) -> impl Iterator<Item = Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        match (start, belongs(c)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                found.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    found.extend(start.map(|from| from..text.len()));
    found.into_iter()
}

/// Returns a name with two letters in the wrong order, behind the first; without such letters, with one more.
pub(super) fn misspelt(name: &str) -> String {
    let mut chars: Vec<char> = name.chars().collect();
    let pair = (1..chars.len().saturating_sub(1)).find(|at| {
        let (one, other) = (chars[*at], chars[*at + 1]);
        one.is_alphabetic() && other.is_alphabetic() && one != other
    });
    match pair {
        Some(at) => chars.swap(at, at + 1),
        None => chars.push('x'),
    }
    chars.into_iter().collect()
}

/// Returns a number with its last digit one higher; 9 becomes 8, so that the number stays in its range.
pub(super) fn off_by_one(number: &str) -> String {
    let (head, last) = number.split_at(number.len().saturating_sub(1));
    let last = match last.parse::<u8>() {
        Ok(9) => 8,
        Ok(digit) => digit + 1,
        Err(_) => return format!("{number}1"),
    };
    format!("{head}{last}")
}

#[cfg(test)]
mod tests {
    use super::{hosts, image, misspelt, numbers, off_by_one};

    fn texts(word: &str, ranges: Vec<std::ops::Range<usize>>) -> Vec<&str> {
        ranges.into_iter().map(|range| &word[range]).collect()
    }

    #[test]
    fn hosts_are_found_in_addresses_and_alone() {
        for (word, expected) in [
            ("https://hydra-a.example.test/oauth2/auth", vec!["hydra-a.example.test"]),
            ("http://echo:80/x.y.txt", vec!["echo"]),
            ("http://127.0.0.1:9000/", vec![]),
            ("acme.example.test:14000", vec!["acme.example.test"]),
            ("/etc/nginx/nginx.conf", vec![]),
            ("you@example.org", vec![]),
            ("oryd/hydra:v1.11.10", vec![]),
        ] {
            assert_eq!(texts(word, hosts(word)), expected, "{word}");
        }
    }

    #[test]
    fn numbers_and_images() {
        for (word, expected) in [
            ("127.0.0.1:9000:4444", vec!["9000", "4444"]),
            ("22/tcp", vec!["22"]),
            ("hydra:v1.11.10", vec![]),
            ("5", vec![]),
        ] {
            assert_eq!(texts(word, numbers(word)), expected, "{word}");
        }
        assert_eq!(image("oryd/hydra:v1.11.10"), Some(0..10));
        assert_eq!(image("postgres:15"), Some(0..8));
        for word in ["127.0.0.1:3001:80", "http://a:80", "echo:3001", "$x:1", "plain"] {
            assert_eq!(image(word), None, "{word}");
        }
    }

    #[test]
    fn mistakes() {
        assert_eq!(misspelt("curl"), "crul");
        assert_eq!(misspelt("aaa"), "aaax");
        assert_eq!(off_by_one("80"), "81");
        assert_eq!(off_by_one("139"), "138");
    }
}
