//! What the site consists of: entries by address, their order, and the folders above them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::guide::Document;
use crate::model::settings::Settings;
use crate::render::address::parent;
use crate::render::facts::Facts;
use crate::render::text::{GuideWork, Text};

/// One page of the site that has a text of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'a> {
    /// Address below the site's root; `""` is the home page.
    pub address: &'a str,
    /// What is known about its text, parsed or not.
    pub facts: &'a Facts,
    /// Its text.
    pub text: &'a Text<'a>,
}

impl<'a> Entry<'a> {
    /// Returns the whole text. Only its own page should ask for it: it may have to be parsed first.
    pub(crate) fn document(&self) -> &'a Document {
        self.text.document()
    }

    /// Returns the guide, if the page is one. Only its own page should ask for it.
    pub(crate) fn guide(&self) -> Option<&'a GuideWork> {
        self.text.guide_work()
    }
}

/// A place in the tree: a page, or a folder without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// Address; folders without a page have one too, but nothing is there.
    pub address: String,
    /// Title of the page, else made of the folder's name.
    pub title: String,
    /// One sentence about it.
    pub description: Option<String>,
    /// Whether there is a page at the address.
    pub is_page: bool,
    weight: i64,
}

/// All entries with the tree over them.
pub(crate) struct Index<'a> {
    /// Entries by address.
    pub entries: BTreeMap<&'a str, Entry<'a>>,
    /// The tree's nodes by address; the root is `""`.
    pub nodes: BTreeMap<String, Node>,
    /// Children of a node in order.
    pub children: BTreeMap<String, Vec<String>>,
    /// Addresses of all pages in reading order.
    pub order: Vec<String>,
}

impl<'a> Index<'a> {
    /// Puts all texts together. Of two texts at one address the first counts.
    pub(crate) fn new(settings: &Settings, texts: &'a [Text<'a>], with_drafts: bool) -> Self {
        let entries = texts.iter().rev().map(|text| Entry {
            address: &text.address,
            facts: &text.facts,
            text,
        });
        let entries: BTreeMap<&str, Entry<'_>> = entries
            .filter(|entry| with_drafts || !entry.facts.draft)
            .map(|entry| (entry.address, entry))
            .collect();
        let nodes = nodes(&settings.title, &entries);
        let children = children(&nodes, &settings.nav);
        let mut order = Vec::with_capacity(entries.len());
        walk("", &nodes, &children, &mut order);
        Self {
            entries,
            nodes,
            children,
            order,
        }
    }

    /// Returns the nodes from the root down to `address`, without `address` itself.
    pub(crate) fn above(&self, address: &str) -> Vec<&Node> {
        let mut above = Vec::new();
        let mut at = address;
        while let Some(folder) = parent(at) {
            above.extend(self.nodes.get(folder));
            at = folder;
        }
        above.reverse();
        above
    }

    /// Returns the children of a node, in order.
    pub(crate) fn below(&self, address: &str) -> impl Iterator<Item = &Node> {
        self.children
            .get(address)
            .into_iter()
            .flatten()
            .filter_map(|child| self.nodes.get(child))
    }

    /// Returns the address of a node's page, or of the first one below it.
    pub(crate) fn first_page<'i>(&'i self, node: &'i Node) -> Option<&'i str> {
        if node.is_page {
            return Some(&node.address);
        }
        self.below(&node.address).find_map(|child| self.first_page(child))
    }

    /// Returns the addresses before and after a page in reading order.
    pub(crate) fn neighbours(&self) -> BTreeMap<&str, (Option<&str>, Option<&str>)> {
        let at = |index: Option<usize>| index.and_then(|index| self.order.get(index)).map(String::as_str);
        (0..self.order.len())
            .map(|index| {
                (
                    self.order[index].as_str(),
                    (at(index.checked_sub(1)), at(Some(index + 1))),
                )
            })
            .collect()
    }
}

fn nodes(site_title: &str, entries: &BTreeMap<&str, Entry<'_>>) -> BTreeMap<String, Node> {
    let mut nodes: BTreeMap<String, Node> = entries
        .values()
        .map(|entry| {
            let node = Node {
                address: entry.address.to_owned(),
                title: title(site_title, entry),
                description: entry.facts.description.clone(),
                is_page: true,
                weight: entry.facts.weight,
            };
            (node.address.clone(), node)
        })
        .collect();
    let addresses: BTreeSet<&str> = entries.keys().copied().collect();
    for address in addresses {
        let mut at = address;
        while let Some(folder) = parent(at) {
            nodes.entry(folder.to_owned()).or_insert_with(|| Node {
                address: folder.to_owned(),
                title: folder_title(site_title, folder),
                description: None,
                is_page: folder.is_empty(),
                weight: 0,
            });
            at = folder;
        }
    }
    nodes
}

/// The page's own title, else one made of its folder's name: `_index` and `guide` are no titles.
fn title(site_title: &str, entry: &Entry<'_>) -> String {
    let own = entry.facts.title.clone();
    own.unwrap_or_else(|| folder_title(site_title, entry.address))
}

/// Makes `"getting-started/"` into `"Getting started"`.
fn folder_title(site_title: &str, folder: &str) -> String {
    let name = folder.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let words = name.replace(['-', '_'], " ");
    let mut chars = words.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => site_title.to_owned(),
    }
}

/// The author's order comes first, then weights, then titles. Who gives the first pages weights has not to give one to all.
fn children(nodes: &BTreeMap<String, Node>, nav: &[String]) -> BTreeMap<String, Vec<String>> {
    let ranks: BTreeMap<&str, usize> = nav.iter().map(|name| name.trim_matches('/')).zip(0..).collect();
    let key = |node: &&Node| {
        let rank = ranks
            .get(node.address.trim_end_matches('/'))
            .copied()
            .unwrap_or(usize::MAX);
        (rank, node.weight == 0, node.weight)
    };
    let mut children: BTreeMap<String, Vec<&Node>> = BTreeMap::new();
    for node in nodes.values() {
        if let Some(folder) = parent(&node.address) {
            children.entry(folder.to_owned()).or_default().push(node);
        }
    }
    children
        .into_iter()
        .map(|(folder, mut nodes)| {
            nodes.sort_by(|a, b| (key(a), &a.title, &a.address).cmp(&(key(b), &b.title, &b.address)));
            (folder, nodes.into_iter().map(|node| node.address.clone()).collect())
        })
        .collect()
}

fn walk(at: &str, nodes: &BTreeMap<String, Node>, children: &BTreeMap<String, Vec<String>>, order: &mut Vec<String>) {
    if nodes.get(at).is_some_and(|node| node.is_page) {
        order.push(at.to_owned());
    }
    for child in children.get(at).into_iter().flatten() {
        walk(child, nodes, children, order);
    }
}
