//! Groups of alternatives: fences with `tab=` that follow each other, with nothing between them but what belongs to
//! them: outputs, notes, comments, hidden blocks.
//!
//! Fences of one name that follow each other are one tab. Everything else that a reader sees ends the group.

use crate::diagnostic::Diagnostic;
use crate::model::block::{Block, Role, Tab};
use crate::model::guide::{Alternatives, Document};
use crate::parse::machine_place;
use crate::parse::values::suggestion;

/// The groups so far.
#[derive(Debug, Default)]
pub(super) struct Tabs {
    /// Number of the next group.
    next: usize,
    /// The tab that is open.
    open: Option<Tab>,
}

impl Tabs {
    /// Returns the tab of the next block. `name` is its own key; what `belongs` to the block before stays in its tab.
    pub(super) fn take(&mut self, name: Option<&str>, belongs: bool) -> Option<Tab> {
        match name {
            Some(name) => {
                let group = self.open.take().map_or(self.next, |open| open.group);
                self.next = group + 1;
                self.open = Some(Tab {
                    group,
                    name: name.to_owned(),
                });
            }
            None if belongs => {}
            None => self.close(),
        }
        self.open.clone()
    }

    /// Ends the group.
    pub(super) fn close(&mut self) {
        self.open = None;
    }
}

/// Returns what is wrong with the alternatives of a document.
pub(super) fn check(document: &Document) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for block in &document.blocks {
        if block.keys.tab.is_some() && matches!(block.role, Role::Output(_)) {
            let fact = "an expected output has no tab of its own";
            let fault = Diagnostic::error("tab-on-output", Some(document.place(block.info.clone())), fact);
            found.push(fault.help("drop the key: the output belongs to the tab of the block that prints it"));
        }
    }
    let tabbed: Vec<&Block> = document.blocks.iter().filter(|block| block.tab.is_some()).collect();
    for group in tabbed.chunk_by(|a, b| group_of(a) == group_of(b)) {
        let tabs: Vec<&[&Block]> = group.chunk_by(|a, b| a.tab == b.tab).collect();
        if let [only] = tabs[..] {
            found.push(lone(document, only[0]));
        }
        for (at, tab) in tabs.iter().enumerate() {
            if tabs[..at].iter().any(|before| before[0].tab == tab[0].tab) {
                found.push(double(document, tab[0]));
            }
        }
    }
    found.extend(images(document));
    if document.front.alternatives == Alternatives::Each && tabbed.is_empty() {
        let fact = "`alternatives: each` says nothing here: no block has a tab";
        let fault = Diagnostic::warning(
            "alternatives-unused",
            Some(document.place(document.front.span.clone())),
            fact,
        );
        found.push(fault.help("drop the key, or mark the alternatives: ```` ```sh tab=\"Debian\" ````"));
    }
    found
}

/// Images that machines use in the runs of tabs which are not there.
fn images(document: &Document) -> Vec<Diagnostic> {
    let known: Vec<&str> = document.tab_groups().into_iter().flatten().collect();
    let machines = document.front.machines.iter();
    let named = machines.flat_map(|(machine, keys)| keys.tabs.iter().flatten().map(move |(name, _)| (machine, name)));
    let unknown = named.filter(|(_, name)| !known.contains(&name.as_str()));
    unknown
        .map(|(machine, name)| {
            let fact = format!("machine `{machine}`: no block has the tab `{name}`");
            let span = machine_place::place(document, machine).unwrap_or_else(|| document.front.span.clone());
            let fault = Diagnostic::error("bad-machine", Some(document.place(span.clone())), fact);
            match suggestion(name, &known) {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None => fault.help("`tabs` names an image for the runs of alternatives, by the name of their tab"),
            }
        })
        .collect()
}

fn group_of(block: &Block) -> Option<usize> {
    block.tab.as_ref().map(|tab| tab.group)
}

fn name_of(block: &Block) -> &str {
    block.tab.as_ref().map_or("", |tab| &tab.name)
}

fn lone(document: &Document, block: &Block) -> Diagnostic {
    let fact = format!(
        "the tab `{}` stands alone: there is no alternative to it",
        name_of(block)
    );
    Diagnostic::error("lone-tab", Some(document.place(block.info.clone())), fact)
        .note("alternatives follow each other with nothing between them but outputs, notes and comments")
        .help("move the prose before the first of them, or drop the key")
}

fn double(document: &Document, block: &Block) -> Diagnostic {
    let fact = format!("the tab `{}` is there already, before another one", name_of(block));
    Diagnostic::error("double-tab", Some(document.place(block.info.clone())), fact)
        .help("put all fences of one tab together; if a new group begins here, write a sentence before it")
}

#[cfg(test)]
mod tests {
    use crate::model::guide::Side;
    use crate::parse;
    use crate::source::SourceFile;

    /// The tabs of all blocks, as `0Debian`, and the codes of what is wrong.
    fn tabs(text: &str) -> (Vec<String>, Vec<&'static str>) {
        let parsed = parse::document(SourceFile::new("a.md", text), Side::Revised);
        let told = |tab: &super::Tab| format!("{}{}", tab.group, tab.name);
        let blocks = parsed.value.blocks.iter();
        let names = blocks.map(|block| block.tab.as_ref().map_or_else(|| "-".to_owned(), told));
        (names.collect(), parsed.diagnostics.iter().map(|d| d.code).collect())
    }

    const A: &str = "```sh tab=A\nls\n```\n";
    const B: &str = "```sh tab=\"B b\"\npwd\n```\n";

    #[test]
    fn fences_that_follow_each_other_are_a_group() {
        assert_eq!(tabs(&format!("{A}\n{B}")), (vec!["0A".into(), "0B b".into()], vec![]));
        let belongs = "```output\n...\n```\n\n- `ls` — Lists.\n\n<!-- a remark -->\n<!-- docgen: run\ntrue\n-->\n\n";
        assert_eq!(
            tabs(&format!("{A}{belongs}{B}\nText.\n\n{A}{A}{B}```sh\nid\n```\n")).0,
            ["0A", "0A", "0A", "0B b", "1A", "1A", "1B b", "-"]
        );
        let listed = format!("1. One\n\n   {}\n", format!("{A}\n{B}").replace('\n', "\n   "));
        assert_eq!(tabs(&listed), (vec!["0A".into(), "0B b".into()], vec![]));
    }

    #[test]
    fn what_a_reader_sees_between_them_parts_groups() {
        for between in [
            "Text.",
            "# Head",
            "- prose",
            "---",
            "<b>x</b>",
            "> quote",
            "| a |\n|---|",
            "```text\nx\n```",
        ] {
            let (names, codes) = tabs(&format!("{A}\n{between}\n\n{B}"));
            assert_eq!(
                names.first().zip(names.last()),
                Some((&"0A".into(), &"1B b".into())),
                "{between}"
            );
            assert_eq!(codes, ["lone-tab", "lone-tab"], "{between}");
        }
        assert_eq!(
            tabs(&format!("1. x\n\n   ```sh tab=A\n   ls\n   ```\n\n{B}")).1.len(),
            2
        );
    }

    #[test]
    fn mistakes_are_said() {
        assert_eq!(tabs(&format!("{A}{B}{A}")).1, ["double-tab"]);
        assert_eq!(tabs(&format!("{A}```output tab=A\n...\n```\n{B}")).1, ["tab-on-output"]);
        assert_eq!(
            tabs("---\nalternatives: each\n---\n```sh\nls\n```\n").1,
            ["alternatives-unused"]
        );
        let machine = "---\nmachines:\n  a: {image: x, tabs: {Aa: y}}\n---\n";
        assert_eq!(tabs(&format!("{machine}{A}{B}")).1, ["bad-machine"]);
        assert_eq!(tabs("---\nalternatives: all\n---\n").1, ["bad-settings"]);
        assert_eq!(tabs("```sh tab\nls\n```\n").1, ["bad-value"]);
    }
}
