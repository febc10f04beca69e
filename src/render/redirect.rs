//! Old addresses of pages.

use crate::diagnostic::Diagnostic;
use crate::model::guide::Document;
use crate::render::address::{link, resolve};
use crate::render::page::Scenery;
use crate::render::view::RedirectView;
use crate::source::Place;

/// Makes what an author writes for an old address into one; `None` if it leaves the site.
pub(crate) fn old_address(alias: &str) -> Option<String> {
    let at = resolve("", alias)?;
    Some(if at.is_empty() || at.ends_with(".html") {
        at
    } else {
        format!("{at}/")
    })
}

/// Builds the view of the old address `from` of the page at `to`.
pub(crate) fn view(scenery: &Scenery<'_>, from: &str, to: &str, title: &str) -> RedirectView {
    let script = scenery.theme.names.get("redirect_js").map_or("", String::as_str);
    RedirectView {
        language: scenery.input.settings.language().to_owned(),
        title: title.to_owned(),
        href: link(from, to),
        script: link(from, script),
    }
}

/// Says that an old address leads out of the site.
pub(crate) fn alias_outside(document: &Document, alias: &str) -> Diagnostic {
    let fact = format!("the alias `{alias}` leaves the site");
    Diagnostic::error("file-outside", Some(place(document, alias)), fact)
        .help("write an old address below the site's root, such as `/old/page/`")
}

/// Says that the page of the text at `owner` is at an old address, or claims it as well.
pub(crate) fn alias_taken(document: &Document, alias: &str, owner: &str) -> Diagnostic {
    let fact = format!("the alias `{alias}` is an address of `{owner}` already");
    Diagnostic::error("same-address", Some(place(document, alias)), fact)
        .help("an alias is an address that the page once had: take it away from one of them")
}

fn place(document: &Document, alias: &str) -> Place {
    let head = &document.source.text[..document.body];
    let at = head.find(alias);
    document.place(at.map_or(0..0, |at| at..at + alias.len()))
}
