//! The anchors of a page: headings, blocks, and what raw HTML brings.

use std::collections::BTreeSet;

use crate::model::block::Block;
use crate::model::guide::Document;

/// Returns all anchors that a link to the page of `document` may name.
pub(crate) fn of(document: &Document) -> BTreeSet<String> {
    let headings = document.sections.iter().map(|section| section.anchor.clone());
    let blocks = document
        .blocks
        .iter()
        .filter(|block| !block.hidden)
        .map(|block| of_block(document, block));
    let mut tabs = BTreeSet::new();
    crate::render::tabs::groups(document, |group| {
        tabs.extend(group.iter().map(|tab| tab.anchor.clone()))
    });
    let raw = raw_ids(&document.source.text[document.body.min(document.source.text.len())..]);
    headings
        .chain(blocks)
        .chain(tabs)
        .chain(raw)
        .filter(|anchor| !anchor.is_empty())
        .collect()
}

/// Returns a block's anchor: its name, unless a heading has taken that.
pub(crate) fn of_block(document: &Document, block: &Block) -> String {
    if document.sections.iter().any(|section| section.anchor == block.id) {
        format!("{}-block", block.id)
    } else {
        block.id.clone()
    }
}

/// Returns what looks like `id="…"` or `name="…"` in raw HTML. Too many do no harm: a link is only not complained about.
fn raw_ids(text: &str) -> impl Iterator<Item = String> {
    let tags = text.split('<').skip(1);
    let values = tags.flat_map(|tag| ["id=\"", "name=\""].into_iter().flat_map(|key| tag.split(key).skip(1)));
    values.filter_map(|value| {
        let end = value.find('"')?;
        (end > 0 && end < 100).then(|| value[..end].to_owned())
    })
}
