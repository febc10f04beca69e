//! Pages that are lists of others: folders without a text, tags; and the cards in them.

use crate::render::address::link;
use crate::render::facts::GuideFacts;
use crate::render::index::Node;
use crate::render::page::{Scenery, frame};
use crate::render::tags;
use crate::render::view::{Card, Frame, Hero, LinkView, PageView};

/// Builds the view of a page that has no text.
pub(crate) fn view(scenery: &Scenery<'_>, address: &str) -> PageView {
    if address.starts_with(tags::ADDRESS) && !scenery.index.nodes.contains_key(address) {
        tags_view(scenery, address)
    } else {
        folder_view(scenery, address)
    }
}

fn folder_view(scenery: &Scenery<'_>, address: &str) -> PageView {
    let title = scenery
        .index
        .nodes
        .get(address)
        .map(|node| node.title.clone())
        .unwrap_or_default();
    let description = scenery.input.settings.description.clone().unwrap_or_default();
    let frame = frame(scenery, address, address, title, description);
    let mut view = list_view(frame, cards(scenery, address, scenery.index.below(address)));
    view.hero = hero(scenery, address, None);
    view
}

/// What the page at `address` begins with, if it is the home page.
pub(crate) fn hero(scenery: &Scenery<'_>, address: &str, description: Option<&String>) -> Option<Hero> {
    let first = scenery
        .index
        .order
        .get(1)
        .and_then(|first| scenery.index.nodes.get(first));
    address.is_empty().then(|| Hero {
        lede: description.or(scenery.input.settings.description.as_ref()).cloned(),
        start: first.map(|node| LinkView {
            href: Some(link(address, &node.address)),
            title: node.title.clone(),
        }),
    })
}

/// A page without a text of its own: a list of other pages.
fn list_view(frame: Frame, cards: Vec<Card>) -> PageView {
    PageView {
        frame,
        title_anchor: None,
        content: String::new(),
        toc: Vec::new(),
        hero: None,
        cards,
        previous: None,
        next: None,
        edit: None,
        day: None,
        changed: None,
        tags: Vec::new(),
        has_text: false,
        has_tabs: false,
        guide: None,
    }
}

/// The page of one tag, or of all.
fn tags_view(scenery: &Scenery<'_>, address: &str) -> PageView {
    let Some(tag) = scenery.tags.at(address) else {
        let all = scenery.tags.all();
        let cards = all.map(|(tag_address, tag)| Card {
            href: link(address, &tag_address),
            title: tag.title.to_owned(),
            description: count(tag.pages.len()),
            summary: None,
            pages: Vec::new(),
            more: 0,
        });
        let frame = frame(
            scenery,
            address,
            address,
            tags::TITLE.to_owned(),
            "All tags of this site.".to_owned(),
        );
        return list_view(frame, cards.collect());
    };
    let title = format!("Tagged “{}”", tag.title);
    let description = format!("{} with the tag “{}”.", count(tag.pages.len()), tag.title);
    let mut frame = frame(scenery, address, tags::ADDRESS, title, description);
    frame.breadcrumbs.push(LinkView {
        href: Some(link(address, tags::ADDRESS)),
        title: tags::TITLE.to_owned(),
    });
    let pages = tag.pages.iter().filter_map(|page| scenery.index.nodes.get(*page));
    list_view(frame, cards(scenery, address, pages))
}

fn count(pages: usize) -> String {
    format!("{pages} page{}", if pages == 1 { "" } else { "s" })
}

/// How many pages of a folder its card names.
const NAMED: usize = 4;

/// The cards that the page at `address` shows for `nodes`. A folder without a page leads to its first one.
pub(crate) fn cards<'n>(scenery: &Scenery<'_>, address: &str, nodes: impl Iterator<Item = &'n Node>) -> Vec<Card> {
    nodes.filter_map(|node| card(scenery, address, node)).collect()
}

fn card(scenery: &Scenery<'_>, address: &str, node: &Node) -> Option<Card> {
    let index = scenery.index;
    let view = |node: &Node| {
        Some(LinkView {
            href: Some(link(address, index.first_page(node)?)),
            title: node.title.clone(),
        })
    };
    let entry = index.entries.get(node.address.as_str());
    let about = || entry.map(|entry| entry.facts.about.clone());
    let pages: Vec<LinkView> = index.below(&node.address).take(NAMED).filter_map(view).collect();
    Some(Card {
        href: view(node)?.href?,
        title: node.title.clone(),
        description: node.description.clone().or_else(about).unwrap_or_default(),
        summary: entry
            .and_then(|entry| entry.facts.guide.as_ref())
            .map(GuideFacts::summary),
        more: index.below(&node.address).count() - pages.len(),
        pages,
    })
}
