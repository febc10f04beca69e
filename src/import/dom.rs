//! The tree of an HTML page: small questions about its nodes.

use std::rc::Rc;

use htmd::Node;
use markup5ever_rcdom::NodeData;

/// A node that others may hold too.
pub(super) type Handle = Rc<Node>;

/// Returns the name of an element in lower case; empty for anything else.
pub(super) fn tag(node: &Handle) -> &str {
    match &node.data {
        NodeData::Element { name, .. } => &name.local,
        _ => "",
    }
}

/// Returns the value of an attribute.
pub(super) fn attribute(node: &Handle, name: &str) -> Option<String> {
    let NodeData::Element { attrs, .. } = &node.data else {
        return None;
    };
    let attrs = attrs.borrow();
    let found = attrs.iter().find(|attribute| &*attribute.name.local == name)?;
    Some(found.value.to_string())
}

/// Returns the classes of an element, in lower case.
pub(super) fn classes(node: &Handle) -> Vec<String> {
    let text = attribute(node, "class").unwrap_or_default().to_ascii_lowercase();
    text.split_whitespace().map(str::to_owned).collect()
}

/// Returns whether an element has one of these classes.
pub(super) fn has_class(node: &Handle, names: &[&str]) -> bool {
    classes(node).iter().any(|class| names.contains(&class.as_str()))
}

/// Returns whether an element plays this role.
pub(super) fn has_role(node: &Handle, role: &str) -> bool {
    attribute(node, "role").is_some_and(|value| value.eq_ignore_ascii_case(role))
}

/// Returns the text of a text node.
pub(super) fn own_text(node: &Handle) -> Option<String> {
    match &node.data {
        NodeData::Text { contents } => Some(contents.borrow().to_string()),
        _ => None,
    }
}

/// Returns the nodes below a node, one level.
pub(super) fn children(node: &Handle) -> Vec<Handle> {
    node.children.borrow().clone()
}

/// Returns the elements below a node, one level.
pub(super) fn elements(node: &Handle) -> Vec<Handle> {
    children(node)
        .into_iter()
        .filter(|child| !tag(child).is_empty())
        .collect()
}

/// Returns all text below a node.
pub(super) fn text(node: &Handle) -> String {
    let own = own_text(node).unwrap_or_default();
    children(node).iter().fold(own, |text, child| text + &self::text(child))
}

/// Returns all text below a node, its white space made single blanks.
pub(super) fn plain(node: &Handle) -> String {
    text(node).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns all elements below a node that fit, in the order of the page.
pub(super) fn all(node: &Handle, fits: &dyn Fn(&Handle) -> bool) -> Vec<Handle> {
    let mut found = Vec::new();
    for child in elements(node) {
        let below = all(&child, fits);
        if fits(&child) {
            found.push(child);
        }
        found.extend(below);
    }
    found
}

/// Takes out all elements below a node that fit.
pub(super) fn prune(node: &Handle, fits: &dyn Fn(&Handle) -> bool) {
    node.children
        .borrow_mut()
        .retain(|child| tag(child).is_empty() || !fits(child));
    children(node).iter().for_each(|child| prune(child, fits));
}

/// Returns the element around a node.
pub(super) fn parent(node: &Handle) -> Option<Handle> {
    let weak = node.parent.take();
    let parent = weak.as_ref().and_then(std::rc::Weak::upgrade);
    node.parent.set(weak);
    parent
}

/// Puts other nodes in the place of a node.
pub(super) fn replace(node: &Handle, others: Vec<Handle>) {
    let Some(around) = parent(node) else { return };
    for other in &others {
        other.parent.set(Some(Rc::downgrade(&around)));
    }
    let mut children = around.children.borrow_mut();
    if let Some(at) = children.iter().position(|child| key(child) == key(node)) {
        children.splice(at..=at, others);
    }
}

/// Returns what tells a node from all others while the tree lives.
pub(super) fn key(node: &Handle) -> usize {
    Rc::as_ptr(node).addr()
}

/// Returns how many levels a tree has. Without recursion: it is asked before anything dares to recurse.
pub(super) fn depth(root: &Handle) -> usize {
    let mut deepest = 0;
    let mut waiting = vec![(root.clone(), 1)];
    while let Some((node, depth)) = waiting.pop() {
        deepest = deepest.max(depth);
        waiting.extend(children(&node).into_iter().map(|child| (child, depth + 1)));
    }
    deepest
}
