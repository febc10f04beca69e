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

/// Tables that only set line numbers beside code become their code.
pub(super) fn unwrap_tables(main: &Handle) {
    for table in dom::all(main, &|node| dom::tag(node) == "table") {
        let pres = dom::all(&table, &|node| dom::tag(node) == "pre");
        let cells = dom::all(&table, &|node| dom::tag(node) == "td").len();
        if let (Some(pre), 1..=2, Some(around)) = (pres.last(), cells, dom::parent(&table)) {
            // A node that is dropped empties all nodes below it, so the code is taken out first.
            dom::prune(&table, &|node| dom::key(node) == dom::key(pre));
            let swapped = |node: Handle| {
                if dom::key(&node) == dom::key(&table) {
                    pre.clone()
                } else {
                    node
                }
            };
            let nodes = dom::children(&around).into_iter().map(swapped).collect();
            around.children.replace(nodes);
        }
    }
}
