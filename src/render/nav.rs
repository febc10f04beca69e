//! The navigation of a page: the folders on its way, its neighbours, and no more, whatever the size of the site.

use std::collections::BTreeMap;

use crate::render::address::{encoded, file, parent, root};
use crate::render::index::{Index, Node};
use crate::render::paint::escape;
use crate::render::tags;

/// A site with at most this many pages shows its whole tree on every page.
const SMALL: usize = 60;

/// Navigation of all pages. Pages of one folder share one text; only the mark of the current page differs.
pub(crate) struct Navigation<'a> {
    index: &'a Index<'a>,
    with_tags: bool,
    shared: BTreeMap<String, String>,
}

impl<'a> Navigation<'a> {
    /// Prepares the shared texts; `with_tags` adds the page of all tags at the end.
    pub(crate) fn new(index: &'a Index<'a>, with_tags: bool) -> Self {
        let leaf = |address: &&String| !index.children.contains_key(address.as_str());
        let mut shared = BTreeMap::new();
        for address in index.order.iter().filter(leaf) {
            let folder = parent(address).unwrap_or_default();
            shared
                .entry(folder.to_owned())
                .or_insert_with(|| draw(index, address, address, with_tags));
        }
        Self {
            index,
            with_tags,
            shared,
        }
    }

    /// Returns the navigation as it stands in the page at `page`, which belongs to the node `current`.
    pub(crate) fn html(&self, page: &str, current: &str) -> String {
        let is_leaf = !self.index.children.contains_key(current);
        let shared = parent(current).and_then(|folder| self.shared.get(folder));
        let text = match shared {
            Some(text) if is_leaf && page == current => text.clone(),
            _ => draw(self.index, page, current, self.with_tags),
        };
        let mut href = String::from("<a href=\"");
        escape(&mut href, &from_root(page, current));
        href.push('"');
        text.replacen(&href, &format!("{href} aria-current=\"page\""), 1)
    }
}

fn draw(index: &Index<'_>, page: &str, current: &str, with_tags: bool) -> String {
    let mut out = String::new();
    level(&mut out, index, page, current, "");
    if with_tags {
        out.push_str("<ul class=\"more\"><li>");
        anchor(&mut out, page, tags::ADDRESS, tags::TITLE);
        out.push_str("</li></ul>");
    }
    out
}

fn level(out: &mut String, index: &Index<'_>, page: &str, current: &str, folder: &str) {
    out.push_str("<ul>");
    for node in index.below(folder) {
        let is_folder = index.children.contains_key(&node.address);
        let is_open = current.starts_with(&node.address) || index.order.len() <= SMALL;
        out.push_str("<li>");
        if is_folder && is_open {
            out.push_str("<div class=\"group\">");
            label(out, page, node);
            out.push_str("</div>");
            level(out, index, page, current, &node.address);
        } else if is_folder && !node.is_page {
            // A closed folder without a page leads to its first page.
            let first = index.first_page(node).unwrap_or_default();
            anchor(out, page, first, &node.title);
        } else {
            label(out, page, node);
        }
        out.push_str("</li>");
    }
    out.push_str("</ul>");
}

fn label(out: &mut String, page: &str, node: &Node) {
    if node.is_page {
        anchor(out, page, &node.address, &node.title);
    } else {
        out.push_str("<span>");
        escape(out, &node.title);
        out.push_str("</span>");
    }
}

fn anchor(out: &mut String, page: &str, address: &str, title: &str) {
    out.push_str("<a href=\"");
    escape(out, &from_root(page, address));
    out.push_str("\">");
    escape(out, title);
    out.push_str("</a>");
}

/// Returns the link by way of the root. It is longer than need be, but the same for all pages of a folder.
fn from_root(page: &str, address: &str) -> String {
    format!("{}{}", root(page), encoded(&file(address)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::guide::{Page, Side};
    use crate::model::settings::Settings;
    use crate::parse;
    use crate::render::text::Text;
    use crate::render::words::Words;
    use crate::source::SourceFile;

    fn page(address: &str) -> Text<'static> {
        let source = SourceFile::new(format!("content/{address}x.md"), "text\n");
        let page = Page {
            address: address.to_owned(),
            is_section: false,
            document: parse::document(source, Side::Revised).value,
        };
        Text::page(page, &Words::default())
    }

    #[test]
    fn pages_of_a_folder_share_a_text_but_for_the_current_mark() {
        let pages = ["", "a/", "b/", "f/", "f/x/", "f/y/"].map(page);
        let index = Index::new(&Settings::default(), &pages, false);
        let nav = Navigation::new(&index, false);
        for (page, current) in [
            ("a/", "../a/index.html"),
            ("b/", "../b/index.html"),
            ("f/y/", "../../f/y/index.html"),
        ] {
            let html = nav.html(page, page);
            assert!(
                html.contains(&format!("<a href=\"{current}\" aria-current=\"page\">")),
                "{html}"
            );
            assert_eq!(html.matches("aria-current").count(), 1);
        }
        assert_eq!(nav.shared.len(), 2);
        assert!(
            nav.html("a/compare/", "a/")
                .contains("<a href=\"../../a/index.html\" aria-current=\"page\">")
        );
    }
}
