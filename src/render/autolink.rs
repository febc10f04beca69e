//! Addresses in plain text become links, as on GitHub.

use std::sync::LazyLock;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};
use regex::Regex;

use crate::render::paint::escaped;

static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"https?://[^\s<>"]+"#).ok());

/// Returns `events` with links around the addresses in their texts, but for texts in links and in code.
pub(crate) fn linked(events: Vec<Event<'_>>) -> Vec<Event<'_>> {
    let has_address = |event: &Event<'_>| matches!(event, Event::Text(text) if text.contains("://"));
    if !events.iter().any(has_address) {
        return events;
    }
    let mut out = Vec::with_capacity(events.len() + 8);
    let mut held = String::new();
    let mut depth = 0;
    for event in events {
        match &event {
            // A text comes in pieces: each underscore is one of its own.
            Event::Text(text) if depth == 0 => {
                held.push_str(text);
                continue;
            }
            Event::Start(Tag::Link { .. } | Tag::CodeBlock(_)) => depth += 1,
            Event::End(TagEnd::Link | TagEnd::CodeBlock) => depth -= 1,
            _ => {}
        }
        add(&mut out, &mut held);
        out.push(event);
    }
    add(&mut out, &mut held);
    out
}

fn add(out: &mut Vec<Event<'_>>, held: &mut String) {
    if held.is_empty() {
        return;
    }
    let text = std::mem::take(held);
    let mut from = 0;
    for found in ADDRESS.iter().flat_map(|address| address.find_iter(&text)) {
        let starts = text[..found.start()].ends_with(|c: char| !c.is_alphanumeric()) || found.start() == 0;
        let address = trimmed(found.as_str());
        if !starts || address.ends_with("://") {
            continue;
        }
        out.push(Event::Text(CowStr::from(text[from..found.start()].to_owned())));
        let shown = escaped(address);
        out.push(Event::InlineHtml(
            format!("<a class=\"url\" href=\"{shown}\">{shown}</a>").into(),
        ));
        from = found.start() + address.len();
    }
    out.push(Event::Text(CowStr::from(text[from..].to_owned())));
}

/// What ends a sentence or closes a bracket that was opened before is no part of the address.
fn trimmed(address: &str) -> &str {
    let count = |bracket: char| address.matches(bracket).count();
    let mut surplus = count(')').saturating_sub(count('('));
    let mut address = address;
    loop {
        let shorter = address.trim_end_matches(['?', '!', '.', ',', ':', ';', '*', '_', '~', '\'']);
        let shorter = match shorter.strip_suffix(')') {
            Some(rest) if surplus > 0 => {
                surplus -= 1;
                rest
            }
            _ => shorter,
        };
        if shorter.len() == address.len() {
            return address;
        }
        address = shorter;
    }
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Parser, html};

    use super::*;

    fn shown(text: &str) -> String {
        let mut out = String::new();
        html::push_html(&mut out, linked(Parser::new(text).collect()).into_iter());
        out.trim().replace("<p>", "").replace("</p>", "")
    }

    #[test]
    fn addresses_in_text_are_links() {
        assert_eq!(
            shown("See https://x.test/a_b_c?d=1&e, (http://y.test/f(g)) or *https://z.test*."),
            "See <a class=\"url\" href=\"https://x.test/a_b_c?d=1&amp;e\">https://x.test/a_b_c?d=1&amp;e</a>, \
             (<a class=\"url\" href=\"http://y.test/f(g)\">http://y.test/f(g)</a>) or \
             <em><a class=\"url\" href=\"https://z.test\">https://z.test</a></em>."
        );
    }

    #[test]
    fn many_brackets_take_no_time() {
        let clock = std::time::Instant::now();
        let text = format!("http://x.test/(a){}", ").".repeat(100_000));
        assert_eq!(trimmed(&text), "http://x.test/(a)");
        assert!(clock.elapsed().as_secs() < 5);
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        for (text, wanted) in [
            (
                "[https://x.test](https://y.test)",
                "<a href=\"https://y.test\">https://x.test</a>",
            ),
            ("`https://x.test`", "<code>https://x.test</code>"),
            ("    https://x.test", "<pre><code>https://x.test</code></pre>"),
            ("nohttps://x.test and https://", "nohttps://x.test and https://"),
        ] {
            assert_eq!(shown(text), wanted);
        }
    }
}
