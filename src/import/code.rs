//! Code blocks: what of them is code, in which language, under which title.

use std::collections::BTreeSet;

use crate::import::dom::{self, Handle};
use crate::import::language;
use crate::parse::guess;
use crate::shell::{self, PromptKind};

/// A code block as a fence shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Code {
    /// First word of the info string; may be empty.
    pub language: String,
    /// Keys after it.
    pub keys: Vec<String>,
    /// The lines, each with its end.
    pub body: String,
}

/// Elements that are a line each, or a cell of a line, in some highlighters.
const LINE_CLASSES: &[&str] = &["line", "token-line", "code-line", "view-line", "ec-line", "cm-line"];

/// Classes of what stands in a code block without being code.
const NOT_CODE: &[&str] = &[
    "linenos",
    "lineno",
    "linenumber",
    "line-number",
    "line-numbers",
    "line-numbers-rows",
    "ln",
    "lnt",
    "gutter",
    "copy",
    "copybtn",
    "sr-only",
    "lang",
    "language-name",
    "secondary-code-label",
];

/// Reads a `<pre>` element, which may have a title.
pub(super) fn code(pre: &Handle, title: Option<&str>) -> Code {
    let text = lines(pre).replace('\u{a0}', " ").replace(['\u{200b}', '\u{feff}'], "");
    let mut body: String = text.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    body.truncate(body.trim_end().len());
    let mut body = body.trim_start_matches('\n').to_owned();
    if !body.is_empty() {
        body.push('\n');
    }
    let named = language::of(pre);
    let is_shell = matches!(
        named.as_str(),
        "" | "sh" | "bash" | "zsh" | "shell" | "console" | "text"
    );
    let mut keys = Vec::new();
    let drawn_root = dom::all(pre, &|node| drawn(node).as_deref() == Some("#"));
    // In what the page calls a transcript, a `# ` before what can only be a command is root's prompt.
    let is_root = || named == "console" && guess::has_hash_prompts(&body, &BTreeSet::new());
    let prompts = if !drawn_root.is_empty() || is_root() {
        Some(Prompts::Root)
    } else {
        prompts(&body)
    };
    let language = match prompts.filter(|_| is_shell) {
        Some(Prompts::User) => "console".to_owned(),
        Some(Prompts::Root) => {
            keys.push("prompt=root".to_owned());
            "console".to_owned()
        }
        None if named.is_empty() && title.is_some_and(|title| title.eq_ignore_ascii_case("output")) => {
            "output".to_owned()
        }
        // Without a prompt there is no transcript, whatever the page says.
        None if named == "console" => "sh".to_owned(),
        None => named,
    };
    keys.extend(title.filter(|_| language != "output").map(|title| key("title", title)));
    Code { language, keys, body }
}

enum Prompts {
    User,
    Root,
}

/// Which prompt the first line has. A `#` alone may as well begin a comment.
fn prompts(body: &str) -> Option<Prompts> {
    let first = body.lines().find(|line| !line.trim().is_empty())?;
    match shell::prompt(first)?.kind {
        PromptKind::User => Some(Prompts::User),
        PromptKind::Root => Some(Prompts::Root),
        PromptKind::Hash | PromptKind::Continuation | PromptKind::Windows | PromptKind::Program => None,
    }
}

/// The text of a node with the line ends that a browser shows.
fn lines(node: &Handle) -> String {
    let mut text = String::new();
    let nodes = dom::children(node);
    for (at, child) in nodes.iter().enumerate() {
        if let Some(own) = dom::own_text(child) {
            text.push_str(&own);
            continue;
        }
        if dom::tag(child) == "br" {
            text.push('\n');
            continue;
        }
        if is_no_code(child) {
            continue;
        }
        let inner = format!("{}{}", prefix(child), lines(child));
        let ended = inner.ends_with('\n') || text_begins_a_line(nodes.get(at + 1));
        text.push_str(&inner);
        if is_line(child) && !ended {
            text.push('\n');
        }
    }
    text
}

fn is_no_code(node: &Handle) -> bool {
    matches!(dom::tag(node), "" | "button" | "svg" | "style" | "script") || dom::has_class(node, NOT_CODE)
}

fn is_line(node: &Handle) -> bool {
    matches!(dom::tag(node), "li" | "div" | "p" | "tr") || dom::has_class(node, LINE_CLASSES)
}

fn text_begins_a_line(node: Option<&Handle>) -> bool {
    node.and_then(dom::own_text).is_some_and(|text| text.starts_with('\n'))
}

/// A prompt that the style sheet draws before a line; a number there is none.
fn drawn(line: &Handle) -> Option<String> {
    let drawn = ["data-prefix", "data-prompt"]
        .iter()
        .find_map(|name| dom::attribute(line, name))?;
    let drawn = drawn.trim_end();
    (!drawn.is_empty() && !drawn.chars().all(|c| c.is_ascii_digit())).then(|| drawn.to_owned())
}

fn prefix(line: &Handle) -> String {
    drawn(line).map(|prompt| format!("{prompt} ")).unwrap_or_default()
}

impl Code {
    /// Returns the block as Markdown.
    pub(super) fn fence(&self) -> String {
        let longest = self
            .body
            .lines()
            .map(|line| line.trim_start())
            .map(ticks)
            .max()
            .unwrap_or(0);
        let marks = "`".repeat(longest.max(2) + 1);
        let info: Vec<&str> = std::iter::once(self.language.as_str())
            .chain(self.keys.iter().map(String::as_str))
            .filter(|word| !word.is_empty())
            .collect();
        format!("{marks}{}\n{}{marks}", info.join(" "), self.body)
    }
}

/// Code in a cell, where no fence can stand: its lines.
pub(super) fn in_cell(body: &str) -> String {
    let lines = body.lines().filter(|line| !line.trim().is_empty());
    let lines: Vec<String> = lines.map(|line| span(line.trim())).collect();
    lines.join("<br>")
}

/// Code within a line.
pub(super) fn span(text: &str) -> String {
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

fn ticks(line: &str) -> usize {
    line.chars().take_while(|c| *c == '`').count()
}

/// A key with its value, quoted where it must be.
pub(super) fn key(name: &str, value: &str) -> String {
    let plain = value.chars().all(|c| c.is_alphanumeric() || "-_./".contains(c));
    if plain && !value.is_empty() {
        format!("{name}={value}")
    } else {
        // A backtick would end the info string.
        let value = value.replace('`', "'").replace('\\', "\\\\").replace('"', "\\\"");
        format!("{name}=\"{value}\"")
    }
}
