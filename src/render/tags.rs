//! Tags: a page with all of them, and one page per tag with its texts. They stand beside the tree of pages, not in it.

use std::collections::BTreeMap;

use crate::parse::slug::slug;
use crate::render::address::link;
use crate::render::index::{Entry, Index};
use crate::render::view::LinkView;

/// Address of the page with all tags.
pub(crate) const ADDRESS: &str = "tags/";

/// Its title.
pub(crate) const TITLE: &str = "Tags";

/// All tags of a site by the last part of their address. Tags that differ in case or signs only are one.
pub(crate) struct Tags<'a> {
    by_slug: BTreeMap<String, Tag<'a>>,
}

/// A tag and its texts.
pub(crate) struct Tag<'a> {
    /// As the first text spells it.
    pub title: &'a str,
    /// Addresses in reading order.
    pub pages: Vec<&'a str>,
}

impl<'a> Tags<'a> {
    /// Collects the tags of all texts.
    pub(crate) fn new(index: &'a Index<'a>) -> Self {
        let mut by_slug: BTreeMap<String, Tag<'_>> = BTreeMap::new();
        for entry in index
            .order
            .iter()
            .filter_map(|address| index.entries.get(address.as_str()))
        {
            for tag in &entry.facts.tags {
                let known = by_slug.entry(slug(tag)).or_insert_with(|| Tag {
                    title: tag,
                    pages: Vec::new(),
                });
                if known.pages.last() != Some(&entry.address) {
                    known.pages.push(entry.address);
                }
            }
        }
        // A tag of signs only could have no address.
        by_slug.remove("");
        Self { by_slug }
    }

    /// Returns the address of the page with all tags and of each tag's own; none if there are no tags.
    pub(crate) fn addresses(&self) -> Vec<String> {
        let own = self.by_slug.keys().map(|slug| format!("{ADDRESS}{slug}/"));
        let all = (!self.by_slug.is_empty()).then(|| ADDRESS.to_owned());
        all.into_iter().chain(own).collect()
    }

    /// Returns the tag whose page is at `address`.
    pub(crate) fn at(&self, address: &str) -> Option<&Tag<'a>> {
        self.by_slug.get(address.strip_prefix(ADDRESS)?.trim_end_matches('/'))
    }

    /// Returns all tags in the order of their names, with the addresses of their pages.
    pub(crate) fn all(&self) -> impl Iterator<Item = (String, &Tag<'a>)> {
        self.by_slug
            .iter()
            .map(|(slug, tag)| (format!("{ADDRESS}{slug}/"), tag))
    }

    /// Returns the links from a text to its tags.
    pub(crate) fn of(&self, entry: &Entry<'_>) -> Vec<LinkView> {
        let mut links: Vec<LinkView> = Vec::new();
        for title in &entry.facts.tags {
            let slug = slug(title);
            let view = LinkView {
                href: self
                    .by_slug
                    .contains_key(&slug)
                    .then(|| link(entry.address, &format!("{ADDRESS}{slug}/"))),
                title: title.clone(),
            };
            if !links.iter().any(|known| known.href == view.href) {
                links.push(view);
            }
        }
        links
    }
}
