//! Anchors as GitHub makes them, so that links work in both places.

use std::collections::BTreeMap;

/// Returns the anchor of a heading with this plain text: lower case, letters, digits, `-` and `_` of any script kept,
/// spaces turned into `-`, everything else dropped.
pub fn slug(text: &str) -> String {
    let keep = |c: char| match c {
        ' ' => Some('-'),
        c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
        _ => None,
    };
    text.trim().to_lowercase().chars().filter_map(keep).collect()
}

/// Hands out names that are unique in one document.
#[derive(Debug, Default)]
pub struct Names {
    used: BTreeMap<String, usize>,
}

impl Names {
    /// Returns `name`, or `name-1`, `name-2`, … if it was handed out before, as GitHub numbers equal headings.
    pub fn anchor(&mut self, name: &str) -> String {
        self.numbered(name, 0)
    }

    /// Returns `name`, or `name-2`, `name-3`, … if it was handed out before, as people count.
    pub fn counted(&mut self, name: &str) -> String {
        self.numbered(name, 1)
    }

    /// Takes `name` if it is free.
    pub fn take(&mut self, name: &str) -> bool {
        let free = !self.used.contains_key(name);
        self.used.entry(name.to_owned()).or_insert(0);
        free
    }

    fn numbered(&mut self, name: &str, first: usize) -> String {
        if self.take(name) {
            return name.to_owned();
        }
        let mut number = self.used.get(name).copied().unwrap_or(0);
        loop {
            number += 1;
            let candidate = format!("{name}-{}", number + first);
            if self.take(&candidate) {
                self.used.insert(name.to_owned(), number);
                return candidate;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_github_s() {
        assert_eq!(slug("Run your own OAuth2 server!"), "run-your-own-oauth2-server");
        assert_eq!(slug("Über `--flag` & Co."), "über---flag--co");
    }

    #[test]
    fn equal_names_are_numbered() {
        let mut names = Names::default();
        assert_eq!(names.anchor("a"), "a");
        assert_eq!(names.anchor("a"), "a-1");
        assert_eq!(names.anchor("a"), "a-2");
        assert_eq!(names.counted("b"), "b");
        assert_eq!(names.counted("b"), "b-2");
    }
}
