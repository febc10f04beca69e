//! Which part of a page is its text, and what in it is not.

use crate::import::dom::{self, Handle};

/// Elements that hold no text of the page.
const NOT_TEXT: &[&str] = &[
    "nav", "footer", "script", "style", "noscript", "template", "button", "input", "select", "textarea", "svg",
    "iframe", "object", "canvas", "dialog", "link", "meta",
];

/// Roles of what stands around a text.
const FRAME_ROLES: &[&str] = &["navigation", "search", "banner", "contentinfo", "dialog", "toolbar"];

/// Classes that generators of sites give to what stands around a text.
const FRAME_CLASSES: &[&str] = &[
    "toc",
    "table-of-contents",
    "tableofcontents",
    "breadcrumb",
    "breadcrumbs",
    "pagination",
    "pager",
    "prev-next",
    "prev-next-area",
    "page-nav",
    "page-navigation",
    "edit-link",
    "edit-page",
    "edit-this-page",
    "theme-edit-this-page",
    "theme-doc-footer",
    "sidebar",
    "skip-link",
    "sr-only",
    "visually-hidden",
    "screen-reader-text",
    "feedback",
    "share",
    "social-share",
    "related",
    "comments",
    "newsletter",
    "copybtn",
    "copy",
    "copy-button",
    "copy-code-button",
    "btn-clipboard",
    "clipboard",
    "zeroclipboard-container",
    "md-clipboard",
    "linenos",
    "lineno",
    "line-numbers-rows",
    "line-numbers-wrapper",
    "gutter",
    "lntable-gutter",
];

/// Classes of links by which headings point at themselves.
const ANCHOR_CLASSES: &[&str] = &[
    "headerlink",
    "header-anchor",
    "hash-link",
    "anchor",
    "anchorjs-link",
    "sl-anchor-link",
    "heading-anchor",
    "anchor-link",
    "permalink",
];

/// What headings show in a link to themselves.
const ANCHOR_SIGNS: &[&str] = &["", "#", "¶", "§", "🔗", "\u{200b}"];

/// Returns the element that holds the text of a page.
pub(super) fn main_part(document: &Handle) -> Handle {
    let is_article = |node: &Handle| dom::tag(node) == "article";
    let is_main = |node: &Handle| dom::tag(node) == "main" || dom::has_role(node, "main");
    let is_named = |node: &Handle| {
        matches!(
            dom::attribute(node, "id").as_deref(),
            Some("content" | "main-content" | "main")
        ) || dom::has_class(
            node,
            &["markdown-body", "post-content", "entry-content", "article-content"],
        )
    };
    let main = longest(dom::all(document, &is_main));
    let around = main.clone().unwrap_or_else(|| document.clone());
    let article = longest(dom::all(&around, &is_article)).filter(|article| holds_most(article, main.as_ref()));
    let named = || longest(dom::all(document, &is_named));
    let body = || longest(dom::all(document, &|node| dom::tag(node) == "body"));
    article
        .or(main)
        .or_else(named)
        .or_else(body)
        .unwrap_or_else(|| document.clone())
}

/// Without `<main>` the longest article is the text; with it, only one that holds most of it.
fn holds_most(article: &Handle, main: Option<&Handle>) -> bool {
    main.is_none_or(|main| dom::plain(article).len() * 2 > dom::plain(main).len())
}

fn longest(nodes: Vec<Handle>) -> Option<Handle> {
    // Of equals the first, which is the outer one.
    nodes.into_iter().rev().max_by_key(|node| dom::plain(node).len())
}

/// Returns whether an element of a text is no part of it: navigation, buttons, anchors of headings. The labels of tabs
/// are, though they are often made of buttons in a list of links.
pub(super) fn is_frame(node: &Handle) -> bool {
    let tag = dom::tag(node);
    let is_tab = |node: &Handle| dom::has_role(node, "tab");
    if is_tab(node) || (tag == "nav" && !dom::all(node, &is_tab).is_empty()) || is_checkbox(node) {
        return false;
    }
    if tag == "span" && dom::has_class(node, &["lang"]) {
        return true;
    }
    if NOT_TEXT.contains(&tag) || dom::has_class(node, FRAME_CLASSES) {
        return true;
    }
    let role = dom::attribute(node, "role").unwrap_or_default();
    FRAME_ROLES.contains(&role.as_str()) || (tag == "a" && is_anchor(node))
}

/// Returns whether an element is the box of a task in a list.
pub(super) fn is_checkbox(node: &Handle) -> bool {
    let in_list = dom::parent(node).is_some_and(|parent| matches!(dom::tag(&parent), "li" | "p" | "label"));
    dom::tag(node) == "input" && dom::attribute(node, "type").as_deref() == Some("checkbox") && in_list
}

/// A link of a heading to itself, with a sign or nothing in it.
fn is_anchor(link: &Handle) -> bool {
    let to_itself = dom::attribute(link, "href").is_none_or(|href| href.starts_with('#'));
    let shown = dom::plain(link);
    let has_image = !dom::all(link, &|node| dom::tag(node) == "img").is_empty();
    let is_sign = ANCHOR_SIGNS.contains(&shown.as_str());
    !has_image && is_sign && (to_itself || dom::has_class(link, ANCHOR_CLASSES))
}

/// Returns whether a link stands in a heading and leads to that heading: only its text counts.
pub(super) fn is_heading_link(link: &Handle) -> bool {
    let heading =
        dom::parent(link).filter(|parent| matches!(dom::tag(parent), "h1" | "h2" | "h3" | "h4" | "h5" | "h6"));
    heading.is_some() && dom::attribute(link, "href").is_some_and(|href| href.starts_with('#'))
}
