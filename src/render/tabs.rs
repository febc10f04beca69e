//! Alternatives on a page: one after the other under their names, for the script to make tabs of.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::model::block::Block;
use crate::model::guide::Document;
use crate::render::anchors;
use crate::render::theme::Theme;

/// `tabs.html`: a group of alternatives.
#[derive(Debug, Clone, Serialize)]
struct TabsView {
    /// The alternatives, in the author's order.
    tabs: Vec<TabView>,
}

/// One alternative.
#[derive(Debug, Clone, Serialize)]
struct TabView {
    /// Anchor.
    id: String,
    /// What is written on it.
    name: String,
    /// Its blocks, as HTML.
    content: String,
}

/// The visible blocks of one tab.
pub(crate) struct Shown<'a> {
    /// What is written on it.
    pub name: &'a str,
    /// Its anchor.
    pub anchor: String,
    /// Its blocks, at least one.
    pub blocks: &'a [&'a Block],
}

/// Calls `each` for every group of a text that has something to show, with its tabs.
pub(crate) fn groups(document: &Document, mut each: impl FnMut(&[Shown<'_>])) {
    let visible: Vec<&Block> = document.blocks.iter().filter(|block| !block.hidden).collect();
    let group = |block: &Block| block.tab.as_ref().map(|tab| tab.group);
    for members in visible.chunk_by(|a, b| group(a) == group(b)) {
        let tabs: Vec<Shown<'_>> = members
            .chunk_by(|a, b| a.tab == b.tab)
            .filter_map(|blocks| {
                Some(Shown {
                    name: &blocks[0].tab.as_ref()?.name,
                    anchor: format!("{}-tab", anchors::of_block(document, blocks[0])),
                    blocks,
                })
            })
            .collect();
        if !tabs.is_empty() {
            each(&tabs);
        }
    }
}

/// Puts the blocks of each group together where its first block stands; `html` is by the start of blocks in the source.
pub(crate) fn join(theme: &Theme, document: &Document, html: &mut BTreeMap<usize, String>) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    groups(document, |tabs| {
        let mut content = |block: &&Block| html.insert(block.fence.start, String::new()).unwrap_or_default();
        let view = TabsView {
            tabs: tabs
                .iter()
                .map(|tab| TabView {
                    id: tab.anchor.clone(),
                    name: tab.name.to_owned(),
                    content: tab.blocks.iter().map(&mut content).collect(),
                })
                .collect(),
        };
        match theme.render("tabs.html", &view) {
            Ok(text) => drop(html.insert(tabs[0].blocks[0].fence.start, text)),
            Err(problem) => problems.push(problem),
        }
    });
    problems
}
