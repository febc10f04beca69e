//! The tree of a page as Markdown, with what was found out about its nodes.

use std::sync::Arc;

use htmd::element_handler::{HandlerResult, Handlers};
use htmd::options::{BrStyle, BulletListMarker, HrStyle, Options};
use htmd::{Element, HtmlToMarkdown};

use crate::import::dom::{self, Handle};
use crate::import::{Marks, code};
use crate::parse::values;

/// What stands for a code block until its text is written: nothing that tidies prose may touch code.
const MARK: [char; 2] = ['\u{fdd0}', '\u{fdd1}'];

/// Writes the part of a page below `main`.
pub(super) fn write(mut marks: Marks, main: &Handle) -> String {
    let mut fences = Vec::new();
    for fence in marks.fences.values_mut().filter(|fence| !fence.is_empty()) {
        let mark = format!("{}{}{}", MARK[0], fences.len(), MARK[1]);
        fences.push(std::mem::replace(fence, mark));
    }
    with_code(&tidy(&converter(marks).tree_to_markdown(main)), &fences)
}

/// Puts code blocks in the place of their marks.
fn with_code(text: &str, fences: &[String]) -> String {
    let mut whole = String::with_capacity(text.len());
    for line in text.lines() {
        whole.push_str(&line_with_code(line, fences));
        whole.push('\n');
    }
    whole
}

/// A line with the code block that stands in it, as far to the right and as deep in quotes.
fn line_with_code(line: &str, fences: &[String]) -> String {
    let parts = line.split_once(MARK[0]).and_then(|(before, rest)| {
        let (number, after) = rest.split_once(MARK[1])?;
        Some((before, fences.get(number.parse::<usize>().ok()?)?, after))
    });
    let Some((before, fence, after)) = parts else {
        return line.to_owned();
    };
    let is_structure = before.chars().all(|c| c.is_ascii_digit() || " >-.".contains(c));
    let (first, rest) = if is_structure {
        let rest = before.chars().map(|c| if c == '>' { '>' } else { ' ' }).collect();
        (before.to_owned(), rest)
    } else {
        (format!("{}\n\n", before.trim_end()), String::new())
    };
    let mut whole = first;
    for (at, line) in fence.lines().enumerate() {
        if at > 0 {
            whole.push('\n');
            whole.push_str(if line.is_empty() { rest.trim_end() } else { &rest });
        }
        whole.push_str(line);
    }
    if !after.trim().is_empty() {
        whole = format!("{whole}\n\n{}", line_with_code(after.trim_start(), fences));
    }
    whole
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
            let key = dom::key(element.node);
            if let Some(spans) = of_code.in_cells.get(&key) {
                return Some(format!(" {spans} ").into());
            }
            let fence = of_code.fences.get(&key)?;
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
            Some(code::span(&dom::plain(element.node)).into())
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
        Some(href) if !marks.heading_links.contains(&dom::key(&node)) && !text.is_empty() && leads_on(text, &href) => {
            Some(format!("[{text}]({})", destination(&marks.link(href.trim()))).into())
        }
        _ => Some(content.into()),
    }
}

/// Whether there is a place to go to, and no code block in what is shown: a link would tear it apart.
fn leads_on(text: &str, href: &str) -> bool {
    let scheme = values::scheme(href);
    !text.contains(MARK[0]) && matches!(scheme.as_deref(), None | Some("http" | "https" | "mailto"))
}

fn image(marks: &Marks, element: &Element<'_>) -> Option<HandlerResult> {
    let src = ["src", "data-src"]
        .iter()
        .find_map(|name| dom::attribute(element.node, name))?;
    if !matches!(values::scheme(&src).as_deref(), None | Some("http" | "https")) {
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

/// One empty line between blocks, none at the ends, no signs that are not needed.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut was_empty = true;
    for line in text.lines() {
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
