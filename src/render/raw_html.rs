//! Links in the raw HTML of a text. They are written for the source's place, as in Markdown, but the page has another.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::render::paint::escaped;

/// An attribute that holds an address, with its value in quotes.
static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)(\s(?:href|src|poster)\s*=\s*)("[^"]*"|'[^']*')"#).ok());

/// Returns whether an HTML block that begins so holds no elements of the page: a comment, a script, a style sheet.
pub(crate) fn is_opaque(html: &str) -> bool {
    let start = html.trim_start().to_ascii_lowercase();
    ["<!--", "<script", "<style", "<textarea"]
        .iter()
        .any(|tag| start.starts_with(tag))
}

/// Returns `html` with every address replaced by what `resolve` makes of it and of its place in `html`.
pub(crate) fn with_links(html: &str, mut resolve: impl FnMut(&str, Range<usize>) -> String) -> String {
    let Some(address) = ADDRESS.as_ref() else {
        return html.to_owned();
    };
    let replaced = address.replace_all(html, |found: &Captures<'_>| {
        let value = &found[2][1..found[2].len() - 1];
        let place = found.get(2).map_or(0..0, |value| value.start() + 1..value.end() - 1);
        format!(
            "{}\"{}\"",
            &found[1],
            escaped(&resolve(&value.replace("&amp;", "&"), place))
        )
    });
    replaced.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_replaced_and_nothing_else() {
        let html =
            "<a class=\"href\" href='b.md?a&amp;b'><img alt=\"src\" SRC = \"c.png\" width=3></a> data-href=\"x\"";
        let mut seen = Vec::new();
        let made = with_links(html, |dest, place| {
            seen.push((dest.to_owned(), html[place].to_owned()));
            format!("[{dest}]")
        });
        assert_eq!(
            made,
            "<a class=\"href\" href=\"[b.md?a&amp;b]\"><img alt=\"src\" SRC = \"[c.png]\" width=3></a> data-href=\"x\""
        );
        assert_eq!(seen[0], ("b.md?a&b".to_owned(), "b.md?a&amp;b".to_owned()));
        assert!(is_opaque(" <!-- x") && is_opaque("<SCRIPT>") && !is_opaque("<div>"));
    }
}
