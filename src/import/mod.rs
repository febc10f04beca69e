//! An HTML page to a Markdown text that docgen reads. Pure.
//!
//! 1. `content` finds the part of the page that is its text, and takes out what stands around it; `facts` reads what the
//!    page says about itself.
//! 2. `tabs`, `alerts`, `titles` and `code` (with `language`) read what HTML has no elements for: tabs, boxes, fences.
//! 3. `markdown` writes the text by way of htmd; links become whole by the page's address (`address`).

mod address;
mod alerts;
mod code;
mod content;
mod dom;
mod facts;
mod language;
mod markdown;
mod tabs;
mod titles;

use std::collections::HashMap;

use htmd::HtmlToMarkdown;

use self::alerts::Alert;
use self::dom::Handle;

/// Levels that a page may have; people write some dozens.
const DEEPEST: usize = 256;

/// A page, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Its title.
    pub title: String,
    /// Its address, if it is known.
    pub url: Option<String>,
    /// Its text as Markdown, without front matter.
    pub text: String,
    /// First lines of code that stands in cells of tables, where it is text that cannot be run.
    pub in_tables: Vec<String>,
}

/// Why a page could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Nothing is left when navigation is taken away.
    #[error("there is no text in it")]
    NoText,
    /// Nobody writes such pages by hand.
    #[error("its elements are nested deeper than {DEEPEST} levels")]
    TooDeep,
}

/// Reads a page. `url` is its address, if the page does not say it itself or says it wrong.
///
/// # Errors
/// A page without text, or one that no person can have written.
pub fn import(html: &str, url: Option<&str>) -> Result<Imported, ImportError> {
    let plain = HtmlToMarkdown::new();
    let document = plain.html_to_tree(html).map_err(|_| ImportError::NoText)?;
    if dom::depth(&document) > DEEPEST {
        return Err(ImportError::TooDeep);
    }
    let url = url.map(str::to_owned).or_else(|| facts::own_address(&document));
    let main = content::main_part(&document);
    let title = facts::title(&document, &main);
    let marks = Marks::read(&main, facts::base(&document, url.as_deref()));
    let in_tables = marks.in_tables.clone();
    let text = markdown::write(marks, &main);
    if text.trim().is_empty() {
        return Err(ImportError::NoText);
    }
    Ok(Imported {
        title,
        url,
        text,
        in_tables,
    })
}

/// What is known of nodes before the text is written, by their keys.
#[derive(Default)]
struct Marks {
    fences: HashMap<usize, String>,
    in_cells: HashMap<usize, String>,
    in_tables: Vec<String>,
    alerts: HashMap<usize, Alert>,
    labels: HashMap<usize, String>,
    heading_links: Vec<usize>,
    /// The address that links start from.
    base: Option<String>,
}

impl Marks {
    fn read(main: &Handle, base: Option<String>) -> Self {
        let mut marks = Self {
            base,
            ..Self::default()
        };
        dom::prune(main, &content::is_frame);
        let groups = tabs::take(main);
        let titles = titles::take(main);
        titles::unwrap_tables(main);
        for node in dom::all(main, &|node| dom::tag(node) == "a") {
            if content::is_heading_link(&node) {
                marks.heading_links.push(dom::key(&node));
            }
        }
        for node in dom::all(main, &|_| true) {
            if let Some(alert) = alerts::take(&node) {
                marks.alerts.insert(dom::key(&node), alert);
            }
        }
        let mut tab_of: HashMap<usize, String> = HashMap::new();
        for group in groups {
            let of_code: Option<Vec<Vec<Handle>>> = group.iter().map(|(_, panel)| only_code(panel)).collect();
            for (at, (name, panel)) in group.into_iter().enumerate() {
                match &of_code {
                    Some(pres) => tab_of.extend(pres[at].iter().map(|pre| (dom::key(pre), name.clone()))),
                    None => drop(marks.labels.insert(dom::key(&panel), name)),
                }
            }
        }
        for pre in dom::all(main, &|node| dom::tag(node) == "pre") {
            let key = dom::key(&pre);
            let mut code = code::code(&pre, titles.get(&key).map(String::as_str));
            if is_in_table(&pre) {
                marks.in_tables.extend(code.body.lines().next().map(str::to_owned));
                marks.in_cells.insert(key, code::in_cell(&code.body));
                continue;
            }
            code.keys.extend(tab_of.get(&key).map(|name| code::key("tab", name)));
            let fence = if code.body.is_empty() {
                String::new()
            } else {
                code.fence()
            };
            marks.fences.insert(key, fence);
        }
        marks
    }

    fn link(&self, link: &str) -> String {
        self.base
            .as_ref()
            .map_or_else(|| link.to_owned(), |base| address::whole(base, link))
    }
}

fn is_in_table(node: &Handle) -> bool {
    std::iter::successors(dom::parent(node), dom::parent).any(|around| dom::tag(&around) == "table")
}

/// The code blocks of a panel that holds nothing else.
fn only_code(panel: &Handle) -> Option<Vec<Handle>> {
    let is_pre = |node: &Handle| dom::tag(node) == "pre";
    let pres = if is_pre(panel) {
        vec![panel.clone()]
    } else {
        dom::all(panel, &is_pre)
    };
    let of_code: usize = pres.iter().map(|pre| dom::plain(pre).len()).sum();
    let rest = dom::plain(panel).len().saturating_sub(of_code);
    // Blanks between the blocks are no text.
    (!pres.is_empty() && rest <= pres.len()).then_some(pres)
}
