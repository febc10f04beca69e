//! Boxes that say note or warning, in the classes of those who make sites.

use crate::import::dom::{self, Handle};

/// A box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Alert {
    /// As GitHub writes it: `NOTE`.
    kind: &'static str,
    /// What stands above it, if that is more than its kind.
    title: String,
}

/// Classes that make an element a box; the kind stands beside them or at the end of one.
const BOXES: &[&str] = &[
    "admonition",
    "alert",
    "callout",
    "custom-block",
    "markdown-alert",
    "starlight-aside",
    "notice",
    "hint",
];

/// Words for kinds.
const KINDS: &[(&str, &str)] = &[
    ("note", "NOTE"),
    ("info", "NOTE"),
    ("seealso", "NOTE"),
    ("tip", "TIP"),
    ("hint", "TIP"),
    ("success", "TIP"),
    ("important", "IMPORTANT"),
    ("attention", "IMPORTANT"),
    ("warning", "WARNING"),
    ("caution", "CAUTION"),
    ("danger", "CAUTION"),
    ("error", "CAUTION"),
];

/// Returns what a box says, and takes its title out of it; `None` if an element is none.
pub(super) fn take(node: &Handle) -> Option<Alert> {
    if !matches!(dom::tag(node), "div" | "aside" | "section" | "blockquote") {
        return None;
    }
    let classes = dom::classes(node);
    let is_box = |class: &String| {
        BOXES
            .iter()
            .any(|name| class == name || class.starts_with(&format!("{name}-")) || class.ends_with(&format!("-{name}")))
    };
    if !classes.iter().any(is_box) {
        return None;
    }
    let kind = kind(&classes)?;
    let title = title(node).map(|title| {
        let shown = dom::plain(&title);
        dom::prune(node, &|child| dom::key(child) == dom::key(&title));
        shown
    });
    let title = title.filter(|title| KINDS.iter().all(|(word, _)| !title.eq_ignore_ascii_case(word)));
    Some(Alert {
        kind,
        title: title.unwrap_or_default(),
    })
}

fn kind(classes: &[String]) -> Option<&'static str> {
    let words = classes.iter().flat_map(|class| class.split(['-', '_']));
    let known = |word: &str| KINDS.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind);
    // `hint` names a box as well as a kind, so that another word goes before it.
    let named: Vec<&str> = words.filter(|word| known(word).is_some()).collect();
    let first = named.iter().find(|word| **word != "hint").or(named.first());
    first.and_then(|word| known(word))
}

/// The element that holds a box's title.
fn title(node: &Handle) -> Option<Handle> {
    let is_title = |child: &Handle| {
        let classes = dom::classes(child);
        let named = |class: &String| {
            ["title", "heading"]
                .iter()
                .any(|word| class.ends_with(word) || class.contains(&format!("{word}_")))
        };
        classes.iter().any(named)
    };
    dom::all(node, &is_title).into_iter().next()
}

impl Alert {
    /// Returns the box as Markdown around its content.
    pub(super) fn quote(&self, content: &str) -> String {
        let head = if self.title.is_empty() {
            String::new()
        } else {
            format!("**{}**\n\n", self.title)
        };
        let text = format!("{head}{}", content.trim_matches('\n'));
        let lines = text
            .lines()
            .map(|line| format!("> {line}").trim_end().to_owned() + "\n");
        format!("\n\n> [!{}]\n{}\n\n", self.kind, lines.collect::<String>().trim_end())
    }
}
