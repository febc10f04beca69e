//! Groups of tabs, as generators of sites write them: their labels and their panels.

use crate::import::dom::{self, Handle};

/// Classes of panels where no role says so.
const PANELS: &[&str] = &[
    "tabbed-block",
    "tabbed-content",
    "sd-tab-content",
    "tab-pane",
    "tab-content",
    "tabs-panel",
    "sphinx-tabs-panel",
];

/// The panels of a group with their labels.
pub(super) type Group = Vec<(String, Handle)>;

/// Returns the groups below a node. What holds the labels is taken out.
pub(super) fn take(root: &Handle) -> Vec<Group> {
    let mut found = Vec::new();
    for node in dom::all(root, &|node| !dom::tag(node).is_empty()) {
        if let Some((labels, group)) = group(&node) {
            let holders: Vec<usize> = labels.iter().map(dom::key).collect();
            dom::prune(&node, &|child| {
                holders.contains(&dom::key(child)) || dom::has_role(child, "tablist")
            });
            found.push(group);
        }
    }
    found
}

/// The labels and the panels that an element holds together: as many of the one as of the other, more than one.
fn group(node: &Handle) -> Option<(Vec<Handle>, Group)> {
    let labels = labels(node);
    let panels = panels(node);
    if labels.len() != panels.len() || labels.len() < 2 {
        return None;
    }
    let names = labels.iter().map(dom::plain);
    let group: Group = names.zip(panels).collect();
    group
        .iter()
        .all(|(name, _)| !name.is_empty())
        .then_some((labels, group))
}

/// Labels that belong to no group further inside.
fn labels(node: &Handle) -> Vec<Handle> {
    let of_role = outermost(node, &|child| dom::has_role(child, "tab"));
    if !of_role.is_empty() {
        return of_role;
    }
    outermost(node, &|child| {
        dom::tag(child) == "label" && dom::attribute(child, "for").is_some()
    })
}

fn panels(node: &Handle) -> Vec<Handle> {
    let of_role = outermost(node, &|child| dom::has_role(child, "tabpanel"));
    if !of_role.is_empty() {
        return of_role;
    }
    let blocks = outermost(node, &|child| dom::has_class(child, &["blocks"]));
    if let [blocks] = &blocks[..] {
        return dom::elements(blocks);
    }
    let named = |child: &Handle| dom::has_class(child, PANELS) && !is_holder(child);
    outermost(node, &named)
}

/// Whether an element named like a panel only holds the panels.
fn is_holder(node: &Handle) -> bool {
    dom::elements(node).iter().any(|child| dom::has_class(child, PANELS))
}

/// Fitting elements below a node that stand in no other fitting one.
fn outermost(node: &Handle, fits: &dyn Fn(&Handle) -> bool) -> Vec<Handle> {
    let mut found = Vec::new();
    for child in dom::elements(node) {
        if fits(&child) {
            found.push(child);
        } else {
            found.extend(outermost(&child, fits));
        }
    }
    found
}
