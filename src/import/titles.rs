//! What stands above code blocks and beside them: titles, tables of line numbers.

use std::collections::HashMap;

use crate::import::dom::{self, Handle};

/// Titles that stand above code blocks, by the key of the block; they are taken out.
pub(super) fn take(main: &Handle) -> HashMap<usize, String> {
    let mut titles = HashMap::new();
    for title in dom::all(main, &is_code_title) {
        let Some(around) = dom::parent(&title) else { continue };
        let shown = dom::plain(&title);
        let after = dom::elements(&around).into_iter();
        let mut after = after.skip_while(|node| dom::key(node) != dom::key(&title)).skip(1);
        let wraps = matches!(dom::tag(&around), "div" | "figure").then(|| around.clone());
        let only = after.next().as_ref().and_then(only_pre).or_else(|| only_pre(&wraps?));
        if let Some(pre) = only {
            if !shown.is_empty() {
                titles.insert(dom::key(&pre), shown);
            }
            dom::prune(&around, &|child| dom::key(child) == dom::key(&title));
        }
    }
    titles
}

fn is_code_title(node: &Handle) -> bool {
    const NAMES: &[&str] = &[
        "filename",
        "file-name",
        "code-label",
        "secondary-code-label",
        "code-title",
        "codeblock-title",
        "code-block-caption",
    ];
    let named = |class: &String| NAMES.contains(&class.as_str()) || class.starts_with("codeblocktitle");
    dom::classes(node).iter().any(named) || dom::tag(node) == "figcaption"
}

/// The code block of an element that has no other.
fn only_pre(node: &Handle) -> Option<Handle> {
    let is_pre = |node: &Handle| dom::tag(node) == "pre";
    if is_pre(node) {
        return Some(node.clone());
    }
    match &dom::all(node, &is_pre)[..] {
        [pre] => Some(pre.clone()),
        _ => None,
    }
}

/// Tables that only set line numbers beside code become their code; one of a single cell, which only sets a frame or a width,
/// becomes what is in the cell.
pub(super) fn unwrap_tables(main: &Handle) {
    for table in dom::all(main, &|node| dom::tag(node) == "table") {
        let own =
            |node: &Handle| std::iter::successors(dom::parent(node), dom::parent).find(|up| dom::tag(up) == "table");
        let is_own = |node: &Handle| own(node).is_some_and(|near| dom::key(&near) == dom::key(&table));
        let cells = dom::all(&table, &|node| matches!(dom::tag(node), "td" | "th") && is_own(node));
        let pres = dom::all(&table, &|node| dom::tag(node) == "pre");
        match (pres.last(), &cells[..]) {
            (None, _) => {}
            (Some(pre), [_] | [_, _]) if all_else_is_numbers(&table, pre) => {
                // A node that is dropped empties all nodes below it, so the code is taken out first.
                dom::prune(&table, &|node| dom::key(node) == dom::key(pre));
                dom::replace(&table, vec![pre.clone()]);
            }
            (Some(_), [cell]) => dom::replace(&table, cell.children.take()),
            _ => {}
        }
    }
}

/// Whether there is nothing to read below a node but a code block, and numbers of lines.
fn all_else_is_numbers(node: &Handle, pre: &Handle) -> bool {
    if dom::key(node) == dom::key(pre) || matches!(dom::tag(node), "button" | "script" | "style" | "svg") {
        return true;
    }
    let own = dom::own_text(node).unwrap_or_default();
    own.chars().all(|c| c.is_ascii_digit() || c.is_whitespace())
        && dom::children(node).iter().all(|child| all_else_is_numbers(child, pre))
}
