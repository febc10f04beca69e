//! The tree of a page as Markdown, with what was found out about its nodes.

use std::sync::Arc;

use htmd::element_handler::{HandlerResult, Handlers};
use htmd::options::{BrStyle, BulletListMarker, HrStyle, Options};
use htmd::{Element, HtmlToMarkdown};

use crate::import::Marks;
use crate::import::dom::{self, Handle};

/// Writes the part of a page below `main`.
pub(super) fn write(marks: Marks, main: &Handle) -> String {
    tidy(&converter(marks).tree_to_markdown(main))
}

fn converter(marks: Marks) -> HtmlToMarkdown {
    const BOXES: &[&str] = &[
        "div",
        "aside",
        "section",
        "blockquote",
        "details",
        "article",
        "li",
        "figure",
    ];
    let marks = Arc::new(marks);
    let (of_code, of_boxes, of_links, of_images) = (marks.clone(), marks.clone(), marks.clone(), marks);
    HtmlToMarkdown::builder()
        .options(Options {
            bullet_list_marker: BulletListMarker::Dash,
            ul_bullet_spacing: 1,
            ol_number_spacing: 1,
            hr_style: HrStyle::Dashes,
            br_style: BrStyle::Backslash,
            ..Options::default()
        })
        .add_handler(vec!["pre"], move |_: &dyn Handlers, element: Element<'_>| {
            let fence = of_code.fences.get(&dom::key(element.node))?;
            Some(format!("\n\n{fence}\n\n").into())
        })
        .add_handler(BOXES.to_vec(), move |handlers: &dyn Handlers, element: Element<'_>| {
            let key = dom::key(element.node);
            if let Some(alert) = of_boxes.alerts.get(&key) {
                return Some(alert.quote(&handlers.walk_children(element.node).content).into());
            }
            let label = of_boxes.labels.get(&key);
            let result = handlers.fallback(element)?;
            Some(match label {
                Some(label) => format!("\n\n**{label}**\n\n{}", result.content.trim_start_matches('\n')).into(),
                None => result,
            })
        })
        .add_handler(vec!["a"], move |handlers: &dyn Handlers, element: Element<'_>| {
            link(&of_links, handlers, element)
        })
        .add_handler(vec!["img"], move |_: &dyn Handlers, element: Element<'_>| {
            image(&of_images, &element)
        })
        .add_handler(vec!["samp", "tt", "kbd"], |_: &dyn Handlers, element: Element<'_>| {
            Some(code_span(&dom::plain(element.node)).into())
        })
        .add_handler(vec!["input"], |_: &dyn Handlers, element: Element<'_>| {
            let done = dom::attribute(element.node, "checked").is_some();
            Some(if done { "[x] " } else { "[ ] " }.into())
        })
        .add_handler(vec!["summary"], |_: &dyn Handlers, element: Element<'_>| {
            Some(format!("\n\n**{}**\n\n", dom::plain(element.node)).into())
        })
        .build()
}

fn link(marks: &Marks, handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let node = element.node.clone();
    let content = handlers.walk_children(&node).content;
    let text = content.trim();
    match dom::attribute(&node, "href") {
        Some(href) if !marks.heading_links.contains(&dom::key(&node)) && !text.is_empty() => {
            Some(format!("[{text}]({})", destination(&marks.link(href.trim()))).into())
        }
        _ => Some(content.into()),
    }
}

fn image(marks: &Marks, element: &Element<'_>) -> Option<HandlerResult> {
    let src = ["src", "data-src"]
        .iter()
        .find_map(|name| dom::attribute(element.node, name))?;
    if src.starts_with("data:") {
        return None;
    }
    let alt = dom::attribute(element.node, "alt").unwrap_or_default();
    let alt = alt
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace(['[', ']'], "");
    Some(format!("![{alt}]({})", destination(&marks.link(src.trim()))).into())
}

/// An address as Markdown holds it.
fn destination(link: &str) -> String {
    if link.contains([' ', '(', ')', '<', '>']) {
        format!("<{}>", link.replace(['<', '>'], ""))
    } else {
        link.to_owned()
    }
}

fn code_span(text: &str) -> String {
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

/// One empty line between blocks, none at the ends, no signs that are not needed; code stays as it is.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut fence: Option<String> = None;
    let mut was_empty = true;
    for line in text.lines() {
        let bare = line.trim_start_matches([' ', '>']);
        let marks: String = bare.chars().take_while(|c| *c == '`').collect();
        let in_code = fence.is_some();
        match &fence {
            Some(open) if marks.len() >= open.len() && bare.trim_end() == marks => fence = None,
            None if marks.len() > 2 => fence = Some(marks),
            _ => {}
        }
        if in_code || fence.is_some() {
            tidy.push_str(line);
            tidy.push('\n');
            was_empty = false;
            continue;
        }
        let is_empty = line.trim().is_empty();
        if is_empty && tidy.ends_with("\\\n") {
            // A line that is broken at the end of its paragraph.
            tidy.truncate(tidy.len() - 2);
            tidy.push('\n');
        }
        if !(is_empty && was_empty) {
            tidy.push_str(&plain_line(line));
            tidy.push('\n');
        }
        was_empty = is_empty;
    }
    let end = tidy.trim_end().len();
    tidy.truncate(end);
    tidy.push('\n');
    tidy
}

/// A line of prose as people write it: no escape where none is needed, a bar in a table as GitHub reads it.
fn plain_line(line: &str) -> String {
    let line = line.trim_end();
    match line {
        "- - -" => "---".to_owned(),
        _ if line.starts_with('#') => line.replacen("\\. ", ". ", 1),
        _ if line.starts_with('|') => line.replace("&#124;", "\\|"),
        _ => line.to_owned(),
    }
}
