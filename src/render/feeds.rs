//! What machines read: sitemap, feed, robots, llms.txt.

use crate::render::abstract_text;
use crate::render::index::Index;
use crate::render::paint::escaped;

/// Returns the files for machines by their path. Those that need full addresses are left out without a base address.
pub(crate) fn files(
    index: &Index<'_>,
    title: &str,
    description: Option<&str>,
    base: Option<&str>,
) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![
        ("robots.txt".to_owned(), robots(base)),
        ("llms.txt".to_owned(), llms(index, title, description, base)),
    ];
    if let Some(base) = base {
        files.push(("sitemap.xml".to_owned(), sitemap(index, base)));
        files.push(("atom.xml".to_owned(), atom(index, title, base)));
    }
    files
        .into_iter()
        .map(|(path, text)| (path, text.into_bytes()))
        .collect()
}

fn robots(base: Option<&str>) -> String {
    let sitemap = base
        .map(|base| format!("Sitemap: {base}sitemap.xml\n"))
        .unwrap_or_default();
    format!("User-agent: *\nAllow: /\n{sitemap}")
}

fn sitemap(index: &Index<'_>, base: &str) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for address in &index.order {
        let date = index
            .entries
            .get(address.as_str())
            .and_then(|entry| entry.document.front.date.as_deref());
        let changed = date
            .map(|date| format!("<lastmod>{}</lastmod>", escaped(date)))
            .unwrap_or_default();
        out.push_str(&format!(
            "<url><loc>{}</loc>{changed}</url>\n",
            escaped(&format!("{base}{address}"))
        ));
    }
    out.push_str("</urlset>\n");
    out
}

/// Dated pages, the latest first. The feed's own date is that of its latest page, so that a build changes nothing.
fn atom(index: &Index<'_>, title: &str, base: &str) -> String {
    let mut dated: Vec<_> = index
        .entries
        .values()
        .filter_map(|entry| Some((entry.document.front.date.as_deref()?, entry)))
        .collect();
    dated.sort_by(|a, b| b.0.cmp(a.0).then(a.1.address.cmp(b.1.address)));
    let updated = dated
        .first()
        .map_or_else(|| "1970-01-01T00:00:00Z".to_owned(), |(date, _)| instant(date));
    let (title, base_text) = (escaped(title), escaped(base));
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>{title}</title>\n\
         <id>{base_text}</id>\n<link href=\"{base_text}\"/>\n<link rel=\"self\" href=\"{base_text}atom.xml\"/>\n\
         <updated>{updated}</updated>\n<author><name>{title}</name></author>\n"
    );
    for (date, entry) in dated.into_iter().take(30) {
        let link = escaped(&format!("{base}{}", entry.address));
        let summary = entry
            .document
            .front
            .description
            .clone()
            .unwrap_or_else(|| abstract_text::of(entry.document));
        out.push_str(&format!(
            "<entry><title>{}</title><id>{link}</id><link href=\"{link}\"/><updated>{}</updated><summary>{}</summary></entry>\n",
            escaped(&entry.document.title()),
            instant(date),
            escaped(&summary),
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

fn llms(index: &Index<'_>, title: &str, description: Option<&str>, base: Option<&str>) -> String {
    let mut out = format!("# {title}\n\n");
    if let Some(description) = description {
        out.push_str(&format!("> {description}\n\n"));
    }
    out.push_str("## Pages\n\n");
    for address in &index.order {
        let Some(entry) = index.entries.get(address.as_str()) else {
            continue;
        };
        let about = entry
            .document
            .front
            .description
            .clone()
            .unwrap_or_else(|| abstract_text::of(entry.document));
        let link = format!("{}{address}index.md", base.unwrap_or_default());
        out.push_str(&format!("- [{}]({link}): {about}\n", entry.document.title()));
    }
    out
}
