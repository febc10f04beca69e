//! Which alternatives of a text a run takes, where fences with `tab=` show several. Pure.

use crate::model::block::{Block, Tab};
use crate::model::guide::{Alternatives, Document};
use crate::plan::Selection;

/// Returns the runs that a document asks for: each takes the tab of that name wherever there is one, and elsewhere, or
/// without a name, the first tab of a group ([`choice`]). Runs that would take the same are one. `wanted` is the only alternative
/// to be run, if the document has it.
pub fn runs(document: &Document, selection: &Selection, wanted: Option<&str>) -> Vec<Option<String>> {
    let names = names(document);
    if let Some(wanted) = wanted.filter(|wanted| names.contains(wanted)) {
        return vec![Some(wanted.to_owned())];
    }
    let selected = selected(document, selection);
    if document.front.alternatives == Alternatives::First || names.is_empty() {
        return vec![selected.first().map(|tab| tab.name.clone())];
    }
    let mut runs = Vec::new();
    let mut taken: Vec<Vec<&str>> = Vec::new();
    for name in names
        .into_iter()
        .filter(|name| can_run(document, |tab| tab.name == *name))
    {
        let choice = choice(document, Some(name));
        let has_selected = selected
            .iter()
            .all(|tab| choice.get(tab.group) == Some(&tab.name.as_str()));
        if has_selected && !taken.contains(&choice) {
            taken.push(choice);
            runs.push(Some(name.to_owned()));
        }
    }
    if runs.is_empty() {
        runs.push(None);
    }
    runs
}

/// Returns the names of all tabs, in the author's order.
pub fn names(document: &Document) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for name in document.tab_groups().into_iter().flatten() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Returns for each group the name of the tab that a run takes: its own; else one that it took before, as a page keeps a
/// reader's choice; else the first of which something can run.
pub(super) fn choice<'a>(document: &'a Document, alternative: Option<&str>) -> Vec<&'a str> {
    let mut taken: Vec<&str> = Vec::new();
    for (group, tabs) in document.tab_groups().into_iter().enumerate() {
        let own = tabs.iter().find(|name| Some(**name) == alternative);
        let before = || tabs.iter().find(|name| taken.contains(*name));
        let runs = |name: &&&str| can_run(document, |tab| tab.group == group && tab.name == **name);
        let chosen = own.or_else(before).or_else(|| tabs.iter().find(runs)).or(tabs.first());
        taken.push(chosen.copied().unwrap_or_default());
    }
    taken
}

/// Whether a block of such a tab can run.
fn can_run(document: &Document, fits: impl Fn(&Tab) -> bool) -> bool {
    let runs = |block: &&Block| block.is_step() && block.keys.skip.is_none();
    document
        .blocks
        .iter()
        .filter(runs)
        .any(|block| block.tab.as_ref().is_some_and(&fits))
}

/// The tabs of the blocks that the command line names.
fn selected<'a>(document: &'a Document, selection: &Selection) -> Vec<&'a Tab> {
    let ids = [&selection.only, &selection.until, &selection.from];
    let is_named = |block: &&Block| ids.iter().any(|id| id.as_ref() == Some(&block.id));
    let named = document.blocks.iter().filter(is_named);
    named.filter_map(|block| block.tab.as_ref()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::guide::Side;
    use crate::model::machine::MachineSpec;
    use crate::parse;
    use crate::plan::{NotRun, plan};
    use crate::source::SourceFile;

    fn document(head: &str) -> Document {
        let fence = |id: &str, keys: &str| format!("```sh id={id} {keys}\ntrue\n```\n");
        let text = [
            format!("---\n{head}\n---\n"),
            fence("mac", "tab=macOS skip=\"no Mac here\""),
            fence("deb", "tab=Debian"),
            fence("fed", "tab=Fedora"),
            "Then:\n\n".to_owned(),
            fence("npm", "tab=npm"),
            fence("yarn", "tab=yarn"),
            "Last:\n\n".to_owned(),
            fence("all", ""),
        ];
        parse::document(SourceFile::new("a.md", text.concat()), Side::Revised).value
    }

    fn told(runs: Vec<Option<String>>) -> Vec<String> {
        runs.into_iter()
            .map(|run| run.unwrap_or_else(|| "-".to_owned()))
            .collect()
    }

    fn only(id: &str) -> Selection {
        Selection {
            only: Some(id.to_owned()),
            ..Selection::default()
        }
    }

    #[test]
    fn first_is_one_run_and_each_one_per_choice() {
        let all = Selection::default();
        let (first, each) = (document("alternatives: first"), document("alternatives: each"));
        assert_eq!(told(runs(&first, &all, None)), ["-"]);
        // `npm` would take what `Debian` takes.
        assert_eq!(told(runs(&each, &all, None)), ["Debian", "Fedora", "yarn"]);
        assert_eq!(told(runs(&each, &all, Some("Fedora"))), ["Fedora"]);
        assert_eq!(told(runs(&first, &all, Some("Fedora"))), ["Fedora"]);
        assert_eq!(told(runs(&first, &all, Some("Arch"))), ["-"]);
    }

    #[test]
    fn a_block_that_is_named_chooses_its_tab() {
        let (first, each) = (document("alternatives: first"), document("alternatives: each"));
        assert_eq!(told(runs(&first, &only("fed"), None)), ["Fedora"]);
        assert_eq!(told(runs(&each, &only("deb"), None)), ["Debian", "yarn"]);
        assert_eq!(told(runs(&each, &only("yarn"), None)), ["yarn"]);
        assert_eq!(told(runs(&each, &only("all"), None)), ["Debian", "Fedora", "yarn"]);
    }

    #[test]
    fn a_choice_is_kept() {
        let text = ["A", "B", "-", "B", "A", "-", "C", "B"].map(|name| match name {
            "-" => "Text.\n\n".to_owned(),
            name => format!("```sh tab={name}\ntrue\n```\n"),
        });
        let document = parse::document(SourceFile::new("a.md", text.concat()), Side::Revised).value;
        assert_eq!(choice(&document, None), ["A", "A", "C"]);
        assert_eq!(choice(&document, Some("B")), ["B", "B", "B"]);
        assert_eq!(choice(&document, Some("C")), ["A", "A", "C"]);
    }

    #[test]
    fn the_others_of_a_group_are_not_run_and_say_what_was() {
        let document = document("alternatives: each");
        let mut machine = MachineSpec::plain("m", "debian:12");
        machine.tabs.insert("Fedora".to_owned(), "fedora:42".to_owned());
        let plan = |alternative| plan("g", &document, &[machine.clone()], &Selection::default(), alternative).unwrap();
        let not_run = |alternative| -> Vec<(String, Option<NotRun>)> {
            let steps = plan(alternative).steps.into_iter();
            steps
                .filter(|step| step.not_run.is_some())
                .map(|step| (document.blocks[step.block].id.clone(), step.not_run))
                .collect()
        };
        let instead = |name: &str| Some(NotRun::Alternative(name.to_owned()));
        let skipped = ("mac".to_owned(), Some(NotRun::Skipped("no Mac here".to_owned())));
        let first = [
            skipped.clone(),
            ("fed".into(), instead("Debian")),
            ("yarn".into(), instead("npm")),
        ];
        assert_eq!(not_run(None), first);
        assert_eq!(
            not_run(Some("Fedora")),
            [
                skipped,
                ("deb".into(), instead("Fedora")),
                ("yarn".into(), instead("npm"))
            ]
        );
        assert_eq!(plan(None).machines[0].image, "debian:12");
        assert_eq!(plan(Some("Fedora")).machines[0].image, "fedora:42");
    }

    #[test]
    fn a_named_block_that_no_run_takes_is_an_error() {
        let document = document("alternatives: each");
        let machines = [MachineSpec::plain("m", "debian:12")];
        let selection = Selection {
            from: Some("fed".to_owned()),
            until: Some("yarn".to_owned()),
            only: None,
        };
        let refused: Vec<String> = runs(&document, &selection, None)
            .iter()
            .map(|run| {
                plan("g", &document, &machines, &selection, run.as_deref())
                    .unwrap_err()
                    .to_string()
            })
            .collect();
        assert_eq!(
            refused,
            ["the block `yarn` is an alternative, and this run takes the tab `npm`"]
        );
    }
}
