//! What is on a page, as a reader calls it.

use serde::Deserialize;
use serde_json::Value;

/// The script that runs in the page.
pub(super) const SCRIPT: &str = include_str!("find.js");

/// The kinds of things that instructions name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What can be clicked: links, buttons, and any text if nothing else carries it.
    Click,
    /// What takes text.
    Field,
    /// What is ticked or chosen.
    Box,
}

impl Kind {
    /// The word of the script.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Click => "click",
            Self::Field => "field",
            Self::Box => "box",
        }
    }

    /// Returns the kind in the singular, for messages.
    pub fn singular(self) -> &'static str {
        match self {
            Self::Click => "link or button",
            Self::Field => "field",
            Self::Box => "box",
        }
    }

    /// Returns the kind in the plural, for messages.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Click => "links and buttons",
            Self::Field => "fields",
            Self::Box => "boxes",
        }
    }
}

/// What answers to a name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Found {
    /// The elements whose names fit best, in the order of the page.
    pub found: Vec<Element>,
    /// What else there is of the kind, in words.
    pub others: Vec<String>,
}

/// Something on a page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "(Value, String, bool)")]
pub struct Element {
    /// WebDriver's reference.
    pub(super) id: String,
    /// What it is: `button “Log in”`.
    pub words: String,
    /// Whether it is a ticked box.
    pub is_checked: bool,
}

/// The name of a reference to an element, fixed by the standard.
const REFERENCE: &str = "element-6066-11e4-a52e-4f735466cecf";

impl From<(Value, String, bool)> for Element {
    fn from((reference, words, is_checked): (Value, String, bool)) -> Self {
        Self {
            id: reference[REFERENCE].as_str().unwrap_or_default().to_owned(),
            words,
            is_checked,
        }
    }
}

/// What a reader sees of a page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct View {
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Its visible text.
    pub text: String,
}

impl View {
    /// Returns whether the text stands on the page, however its white space is set.
    pub fn shows(&self, text: &str) -> bool {
        plain(&self.text).contains(text)
    }

    /// Returns the text of the page that differs from `text` only in upper and lower case.
    pub fn shows_in_other_case(&self, text: &str) -> bool {
        plain(&self.text).to_lowercase().contains(&text.to_lowercase())
    }
}

/// One blank for any white space.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_of_a_page_is_one_blank() {
        let view = View {
            text: "Hello\n  big\u{a0}world".to_owned(),
            ..View::default()
        };
        assert!(view.shows("Hello big world") && !view.shows("hello"));
        assert!(view.shows_in_other_case("HELLO"));
    }

    #[test]
    fn what_the_script_returns_is_read() {
        let text = format!(r#"{{"found": [[{{"{REFERENCE}": "e1"}}, "button “Go”", false]], "others": ["link “x”"]}}"#);
        let found: Found = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (found.found[0].id.as_str(), found.found[0].words.as_str()),
            ("e1", "button “Go”")
        );
    }
}
