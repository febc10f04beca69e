//! What a page says about itself.

use crate::import::address;
use crate::import::content;
use crate::import::dom::{self, Handle};

/// The title: the heading of the text, else what the page says of itself, without the site's name.
pub(super) fn title(document: &Handle, main: &Handle) -> String {
    let first = |root: &Handle, name: &str| {
        let found = dom::all(root, &|node| dom::tag(node) == name).into_iter().next()?;
        dom::prune(&found, &content::is_frame);
        Some(dom::plain(&found)).filter(|title| !title.is_empty())
    };
    let named = || {
        let title = first(document, "title")?;
        let ends = [" | ", " · ", " — ", " – ", " :: "]
            .iter()
            .filter_map(|sign| title.find(sign));
        let end = ends.min().unwrap_or(title.len());
        Some(title[..end].trim().to_owned())
    };
    first(main, "h1")
        .or_else(|| first(document, "h1"))
        .or_else(named)
        .unwrap_or_default()
}

/// The address that a page gives itself.
pub(super) fn own_address(document: &Handle) -> Option<String> {
    let link = |node: &Handle| {
        let canonical = dom::tag(node) == "link" && dom::attribute(node, "rel").as_deref() == Some("canonical");
        let open_graph = dom::tag(node) == "meta" && dom::attribute(node, "property").as_deref() == Some("og:url");
        canonical || open_graph
    };
    let found = dom::all(document, &link).into_iter();
    let addresses = found.filter_map(|node| dom::attribute(&node, "href").or_else(|| dom::attribute(&node, "content")));
    addresses
        .map(|address| address.trim().to_owned())
        .find(|address| address.starts_with("http"))
}

/// The address that the links of a page start from.
pub(super) fn base(document: &Handle, url: Option<&str>) -> Option<String> {
    let said = dom::all(document, &|node| dom::tag(node) == "base")
        .iter()
        .find_map(|node| dom::attribute(node, "href"));
    match (said, url) {
        (Some(said), Some(url)) => Some(address::whole(url, &said)),
        (Some(said), None) => Some(said).filter(|said| said.contains("://")),
        (None, url) => url.map(str::to_owned),
    }
}
