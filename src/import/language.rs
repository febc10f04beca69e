//! The language of a code block, as highlighters note it in classes and attributes.

use crate::import::dom::{self, Handle};

/// How many elements around a `<pre>` may say its language.
const AROUND: usize = 3;

/// Heads of classes that name a language.
const HEADS: &[&str] = &[
    "language-",
    "lang-",
    "highlight-source-",
    "highlight-text-",
    "highlight-",
    "source-",
    "brush:",
];

/// Classes that stand beside a language, without being one.
const BESIDE: &[&str] = &["sourcecode", "hljs", "prettyprint", "codehilite", "code-block", "src"];

/// Returns the language of a `<pre>`; empty if nothing says it.
pub(super) fn of(pre: &Handle) -> String {
    let inside = dom::all(pre, &|node| dom::tag(node) == "code");
    let around = std::iter::successors(dom::parent(pre), dom::parent).take(AROUND);
    let wrapping =
        around.take_while(|node| matches!(dom::tag(node), "div" | "figure" | "td" | "tr" | "tbody" | "table"));
    let named = inside
        .into_iter()
        .chain([pre.clone()])
        .chain(wrapping)
        .find_map(|node| said_by(&node));
    named.map(|name| plain(&name).to_owned()).unwrap_or_default()
}

/// What one element says.
fn said_by(node: &Handle) -> Option<String> {
    let attribute = ["data-lang", "data-language"]
        .iter()
        .find_map(|name| dom::attribute(node, name));
    let classes = dom::classes(node);
    let headed = || {
        let found = classes.iter().enumerate().find_map(|(at, class)| {
            let name = HEADS.iter().find_map(|head| class.strip_prefix(head))?;
            // `brush: bash;` is two words.
            let name = if name.is_empty() {
                classes.get(at + 1)?.as_str()
            } else {
                name
            };
            Some(name.trim_matches([';', ':']).to_owned())
        });
        found.filter(|name| is_language(name))
    };
    let beside = || {
        let marked = classes.iter().any(|class| BESIDE.contains(&class.as_str()));
        let other = classes.iter().find(|class| !BESIDE.contains(&class.as_str()))?;
        (marked && is_language(other)).then(|| other.clone())
    };
    let found = attribute
        .map(|name| name.to_ascii_lowercase())
        .filter(|name| is_language(name));
    found.or_else(headed).or_else(beside)
}

/// Whether a word can be the name of a language.
fn is_language(word: &str) -> bool {
    let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "+#-_.".contains(c));
    let known_not = [
        "none",
        "default",
        "plaintext",
        "notranslate",
        "highlighter-rouge",
        "numberlines",
        "copy",
        "wrap",
    ];
    plain && (1..=20).contains(&word.len()) && !known_not.contains(&word)
}

/// The name that docgen and GitHub know.
fn plain(name: &str) -> &str {
    match name {
        "shell-session" | "shellsession" | "sh-session" | "bash-session" | "terminal" | "session" | "console" => {
            "console"
        }
        "bash" | "zsh" | "sh" => name,
        "shell" | "shellscript" | "source-shell" | "cmd" | "command" => "sh",
        "text" | "txt" | "plain" | "output" => "text",
        "yml" => "yaml",
        "docker" => "dockerfile",
        "js" => "javascript",
        "py" => "python",
        other => other,
    }
}
