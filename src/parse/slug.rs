//! Anchors as GitHub makes them, so that links work in both places.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

/// What GitHub drops: all but letters with their marks, decimal digits, connectors such as `_`, hyphens and spaces.
static DROPPED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[^\p{L}\p{M}\p{Nd}\p{Pc}\- ]").ok());

/// Returns the anchor of a heading with this plain text: lower case, spaces turned into `-`, what is no part of a word
/// dropped.
pub fn slug(text: &str) -> String {
    let lower = text.trim().to_lowercase();
    if lower.is_ascii() {
        let kept = lower
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '));
        return kept.map(|c| if c == ' ' { '-' } else { c }).collect();
    }
    let kept = DROPPED.as_ref().map(|dropped| dropped.replace_all(&lower, ""));
    kept.unwrap_or_default().replace(' ', "-")
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
        assert_eq!(slug("🚀 Emoji: start! (v1.2)"), "-emoji-start-v12");
        // The gear is two characters: a symbol, and a mark that asks for its picture.
        assert_eq!(slug("⚙\u{fe0f} Set up"), "\u{fe0f}-set-up");
        assert_eq!(slug("日本語 の見出し？"), "日本語-の見出し");
        assert_eq!(slug("हिन्दी"), "हिन्दी");
        assert_eq!(slug("x² is ½ of Ⅷ, 3‿4"), "x-is--of--3‿4");
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
