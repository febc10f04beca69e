//! What machines read: sitemap, feed, robots, llms.txt.

use crate::render::address::full;
use crate::render::index::Entry;
use crate::render::page::Scenery;
use crate::render::paint::escaped;

/// Returns the files for machines by their path. Those that need full addresses are left out without a base address.
pub(crate) fn files(scenery: &Scenery<'_>) -> Vec<(String, String)> {
    let base = scenery.base.as_deref();
    let mut files = vec![
        ("robots.txt".to_owned(), robots(base)),
        ("llms.txt".to_owned(), llms(scenery, base)),
    ];
    if let Some(base) = base {
        files.push(("sitemap.xml".to_owned(), sitemap(scenery, base)));
        files.push(("atom.xml".to_owned(), atom(scenery, base)));
    }
    files
}

/// When a page was last changed: git knows better than the author, who gives the day of its first appearance.
fn last_change<'s>(scenery: &'s Scenery<'_>, entry: &'s Entry<'_>) -> Option<&'s str> {
    scenery.changed(entry).or(entry.facts.date.as_deref())
}

/// The title that pages show.
fn name<'s>(scenery: &'s Scenery<'_>, entry: &'s Entry<'_>) -> &'s str {
    let node = scenery.index.nodes.get(entry.address);
    node.map_or(&entry.facts.name, |node| &node.title)
}

fn robots(base: Option<&str>) -> String {
    let sitemap = base
        .map(|base| format!("Sitemap: {base}sitemap.xml\n"))
        .unwrap_or_default();
    format!("User-agent: *\nAllow: /\n{sitemap}")
}

fn sitemap(scenery: &Scenery<'_>, base: &str) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    let index = scenery.index;
    for address in index.order.iter().chain(&scenery.tags.addresses()) {
        let date = index
            .entries
            .get(address.as_str())
            .and_then(|entry| last_change(scenery, entry));
        let changed = date
            .map(|date| format!("<lastmod>{}</lastmod>", escaped(date)))
            .unwrap_or_default();
        out.push_str(&format!(
            "<url><loc>{}</loc>{changed}</url>\n",
            escaped(&full(base, address))
        ));
    }
    out.push_str("</urlset>\n");
    out
}

/// Dated pages, the latest first. The feed's own date is that of its latest page, so that a build changes nothing.
fn atom(scenery: &Scenery<'_>, base: &str) -> String {
    let entries = scenery.index.entries.values();
    let mut dated: Vec<_> = entries
        .filter_map(|entry| Some((last_change(scenery, entry)?, entry)))
        .collect();
    dated.sort_by(|a, b| b.0.cmp(a.0).then(a.1.address.cmp(b.1.address)));
    let updated = dated
        .first()
        .map_or_else(|| "1970-01-01T00:00:00Z".to_owned(), |(date, _)| instant(date));
    let (title, base_text) = (escaped(&scenery.input.settings.title), escaped(base));
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>{title}</title>\n\
         <id>{base_text}</id>\n<link href=\"{base_text}\"/>\n<link rel=\"self\" href=\"{base_text}atom.xml\"/>\n\
         <updated>{updated}</updated>\n<author><name>{title}</name></author>\n"
    );
    for (date, entry) in dated.into_iter().take(30) {
        let link = escaped(&full(base, entry.address));
        let published = entry.facts.date.as_deref().map(instant);
        let published = published.map_or_else(String::new, |date| format!("<published>{date}</published>"));
        out.push_str(&format!(
            "<entry><title>{}</title><id>{link}</id><link href=\"{link}\"/>{published}<updated>{}</updated><summary>{}</summary></entry>\n",
            escaped(name(scenery, entry)),
            instant(date),
            escaped(entry.facts.description()),
        ));
    }
    out.push_str("</feed>\n");
    out
}

fn instant(date: &str) -> String {
    let full = if date.len() == 10 {
        format!("{date}T00:00:00Z")
    } else {
        date.to_owned()
    };
    escaped(&full)
}

fn llms(scenery: &Scenery<'_>, base: Option<&str>) -> String {
    let (index, settings) = (scenery.index, scenery.input.settings);
    let mut out = format!("# {}\n\n", settings.title);
    if let Some(description) = &settings.description {
        out.push_str(&format!("> {description}\n\n"));
    }
    out.push_str("## Pages\n\n");
    for address in &index.order {
        let Some(entry) = index.entries.get(address.as_str()) else {
            continue;
        };
        let about = entry.facts.description();
        let link = full(base.unwrap_or_default(), &format!("{address}index.md"));
        let about = if about.is_empty() {
            String::new()
        } else {
            format!(": {about}")
        };
        out.push_str(&format!("- [{}]({link}){about}\n", name(scenery, entry)));
    }
    out
}
