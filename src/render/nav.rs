//! The navigation of a page: the folders on its way, its neighbours, and no more, whatever the size of the site.

use std::collections::BTreeMap;

use crate::render::address::{link, parent};
use crate::render::index::{Index, Node};
use crate::render::paint::escape;
use crate::render::tags;

/// A site with at most this many pages shows its whole tree on every page.
const SMALL: usize = 60;

/// Of a folder with many pages, this many are shown on each side of the current one, with a link to those beyond.
const AROUND: usize = 12;

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
            if is_whole(index, folder) && !shared.contains_key(folder) {
                shared.insert(folder.to_owned(), draw(index, address, address, with_tags));
            }
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
        escape(&mut href, &link_from(page, current));
        href.push('"');
        text.replacen(&href, &format!("{href} aria-current=\"page\""), 1)
    }
}

/// Whether all that is in a folder is shown, and so the same on each of its pages.
fn is_whole(index: &Index<'_>, folder: &str) -> bool {
    let count = index.children.get(folder).map_or(0, Vec::len);
    count <= 2 * AROUND + 1 || index.order.len() <= SMALL
}

fn draw(index: &Index<'_>, page: &str, current: &str, with_tags: bool) -> String {
    let mut out = String::new();
    level(&mut out, index, page, current, "");
    if with_tags {
        out.push_str("<ul class=\"more\"><li>");
        anchor(&mut out, page, tags::ADDRESS, tags::TITLE);
        out.push_str("</ul>");
    }
    out
}

/// Writes what is in a folder. HTML needs no `</li>`, and there are many.
fn level(out: &mut String, index: &Index<'_>, page: &str, current: &str, folder: &str) {
    let nodes: Vec<&Node> = index.below(folder).collect();
    let shown = if is_whole(index, folder) {
        0..nodes.len()
    } else {
        let at = nodes.iter().position(|node| current.starts_with(&node.address));
        let at = at.unwrap_or_default();
        at.saturating_sub(AROUND)..nodes.len().min(at + AROUND + 1)
    };
    out.push_str("<ul>");
    if let Some(before) = shown.start.checked_sub(1) {
        beyond(out, index, page, nodes[before], &format!("{} more above", shown.start));
    }
    for node in &nodes[shown.clone()] {
        let is_folder = index.children.contains_key(&node.address);
        let is_open = current.starts_with(&node.address) || index.order.len() <= SMALL;
        out.push_str("<li>");
        if is_folder && is_open {
            out.push_str("<div class=\"group\">");
            label(out, page, node);
            out.push_str("</div>");
            level(out, index, page, current, &node.address);
        } else {
            // A closed folder without a page leads to its first page.
            anchor(out, page, index.first_page(node).unwrap_or_default(), &node.title);
        }
    }
    if let Some(after) = nodes.get(shown.end) {
        beyond(
            out,
            index,
            page,
            after,
            &format!("{} more below", nodes.len() - shown.end),
        );
    }
    out.push_str("</ul>");
}

/// Leads to the first page that is not shown, which shows those around it.
fn beyond(out: &mut String, index: &Index<'_>, page: &str, node: &Node, words: &str) {
    out.push_str("<li class=\"beyond\">");
    anchor(out, page, index.first_page(node).unwrap_or_default(), words);
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
    escape(out, &link_from(page, address));
    out.push_str("\">");
    escape(out, title);
    out.push_str("</a>");
}

/// Returns the link by way of the folder above the page, so that it is the same for all pages of a folder.
fn link_from(page: &str, address: &str) -> String {
    match parent(page) {
        Some(folder) => format!("../{}", link(folder, address)),
        None => link(page, address),
    }
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
            ("f/y/", "../y/index.html"),
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
                .contains("<a href=\"../index.html\" aria-current=\"page\">")
        );
    }

    #[test]
    fn of_a_large_folder_only_the_neighbours_are_shown() {
        let pages: Vec<Text<'_>> = (0..100).map(|number| page(&format!("f/{number:03}/"))).collect();
        let index = Index::new(&Settings::default(), &pages, false);
        let nav = Navigation::new(&index, false);
        for (at, links, before, after) in [
            (0_usize, 14, None, Some(13)),
            (50, 27, Some(37), Some(63)),
            (99, 14, Some(86), None),
        ] {
            let address = format!("f/{at:03}/");
            let html = nav.html(&address, &address);
            assert_eq!(html.matches("<a ").count(), links, "{html}");
            assert!(
                html.contains(&format!("<a href=\"../{at:03}/index.html\" aria-current")),
                "{html}"
            );
            let beyond = |to: Option<usize>, words: &str| match to {
                Some(to) => html.contains(&format!(
                    "<li class=\"beyond\"><a href=\"../{to:03}/index.html\">{words}</a>"
                )),
                None => !html.contains(words),
            };
            assert!(
                beyond(before, &format!("{} more above", at.saturating_sub(12))),
                "{html}"
            );
            assert!(
                beyond(after, &format!("{} more below", 87usize.saturating_sub(at))),
                "{html}"
            );
        }
    }
}
