//! For whom a block is, by what stands around it: a system, a tab, an alternative to the block before. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::foreign::platform::{self, Platform};
use crate::foreign::roles::{Fact, before};
use crate::foreign::tabs::{Tab, tabs};
use crate::model::block::{Block, Role};
use crate::model::guide::Document;
use crate::shell;

/// The tab of each block, and which tab of each group is open.
pub(super) struct Tabs {
    of_block: Vec<Option<Tab>>,
    chosen: BTreeMap<usize, String>,
}

/// Finds the tabs of a text and opens in each group the first that fits, the same ones if they come again.
pub(super) fn open_tabs(document: &Document, facts: &[Fact], ours: Platform, wanted: Option<&str>) -> Tabs {
    let lines = tabs(&document.source.text);
    let of_block: Vec<Option<Tab>> = document
        .blocks
        .iter()
        .zip(facts)
        .enumerate()
        .map(|(index, (block, fact))| {
            if let Some(own) = &block.tab {
                // Groups that fences make are told from those of directives, which are as many as lines at most.
                return Some(Tab {
                    group: lines.len() + own.group,
                    label: Some(own.name.clone()),
                });
            }
            let line = document.source.line(block.fence.start);
            let tab = lines.get(line.saturating_sub(1)).cloned().flatten()?;
            let own = || fact.language.title.clone().unwrap_or_else(|| format!("fence {index}"));
            let label = Some(tab.label.unwrap_or_else(own));
            Some(Tab { label, ..tab })
        })
        .collect();
    let mut chosen: BTreeMap<usize, String> = BTreeMap::new();
    let mut liked: BTreeSet<String> = wanted.map(str::to_owned).into_iter().collect();
    let groups: BTreeSet<usize> = of_block.iter().flatten().map(|tab| tab.group).collect();
    for group in groups {
        let members = document.blocks.iter().zip(facts).zip(&of_block);
        let fitting: Vec<&String> = members
            .filter(|((block, fact), _)| is_commands(block) && !fact.other_shell)
            .filter_map(|((block, _), tab)| {
                let tab = tab.as_ref().filter(|tab| tab.group == group)?;
                let label = tab.label.as_ref()?;
                let fits =
                    platform::named(label).is_none_or(|named| named == ours) && wrong_program(block, ours).is_none();
                fits.then_some(label)
            })
            .collect();
        let known = fitting.iter().find(|label| liked.contains(**label));
        if let Some(label) = known.or(fitting.first()) {
            liked.insert((*label).clone());
            chosen.insert(group, (*label).clone());
        }
    }
    Tabs { of_block, chosen }
}

impl Tabs {
    /// Returns the label of the tab that is open instead of the block's.
    pub(super) fn other(&self, block: usize) -> Option<&str> {
        let tab = self.of_block.get(block)?.as_ref()?;
        let chosen = self.chosen.get(&tab.group)?;
        (tab.label.as_ref() != Some(chosen)).then_some(chosen.as_str())
    }

    /// Returns whether a tab of this label is open somewhere.
    pub(super) fn is_open(&self, label: &str) -> bool {
        self.chosen.values().any(|chosen| chosen == label)
    }

    /// Returns what is written on the block's tab.
    fn label(&self, block: usize) -> Option<&str> {
        self.of_block.get(block)?.as_ref()?.label.as_deref()
    }
}

fn is_commands(block: &Block) -> bool {
    matches!(block.role, Role::Script | Role::Console(_))
}

/// Returns the system that a block is for if it is not ours.
pub(super) fn wrong_platform(
    document: &Document,
    index: usize,
    fact: &Fact,
    tabs: &Tabs,
    ours: Platform,
) -> Option<Platform> {
    let block = &document.blocks[index];
    let line = before(document, block);
    let introduces = line.len() < 90 && (line.ends_with(':') || line.starts_with(['*', '_', '-', '#', '<']));
    let mut labels: Vec<&str> = Vec::new();
    labels.extend(fact.language.title.as_deref());
    labels.extend(tabs.label(index));
    labels.extend(introduces.then_some(line));
    // The nearest label that names a system counts.
    let near = labels.into_iter().find_map(platform::named);
    let named = near.or_else(|| headings(document, block).into_iter().find_map(platform::named));
    match named {
        Some(named) if named != ours => Some(named),
        Some(_) => None,
        None => wrong_program(block, ours),
    }
}

/// The heading above a block and those above that.
fn headings<'a>(document: &'a Document, block: &Block) -> Vec<&'a str> {
    let mut level = u8::MAX;
    let mut titles = Vec::new();
    for section in document.sections[..=block.section.min(document.sections.len().saturating_sub(1))]
        .iter()
        .rev()
    {
        if section.level < level && section.level > 1 {
            level = section.level;
            titles.push(section.title.as_str());
        }
    }
    titles
}

/// Returns the system whose package manager a block calls, if ours has none of those that it calls.
fn wrong_program(block: &Block, ours: Platform) -> Option<Platform> {
    let script = block.commands_text();
    if ["||", "command -v", "which ", "if "]
        .iter()
        .any(|sign| script.contains(sign))
    {
        return None;
    }
    let commands = shell::simple_commands(&script);
    let found: Vec<Platform> = commands
        .iter()
        .filter_map(|command| {
            let mut words = command.words.iter().map(|word| &script[word.clone()]);
            let program = words.find(|word| !matches!(*word, "sudo" | "doas" | "env") && !word.starts_with('-'))?;
            platform::of_program(program)
        })
        .collect();
    let first = found.first().copied()?;
    (!found.contains(&ours)).then_some(first)
}

/// How sentences begin that show another way.
const OTHERWISE: [&str; 12] = [
    "or ",
    "or,",
    "or:",
    "**or**",
    "or**",
    "alternatively",
    "another way",
    "another option",
    "if you prefer",
    "if you would rather",
    "if you'd rather",
    "instead of ",
];

/// Returns whether a block is said to replace the commands before it: `or`, `alternatively`.
pub(super) fn is_alternative(document: &Document, block: &Block) -> bool {
    let line = before(document, block).to_lowercase();
    let line = line.trim_start_matches(['*', '_', '-', ' ', '(']);
    let short = line.len() < 70;
    let begins = line == "or" || OTHERWISE.iter().any(|head| line.starts_with(head));
    short && begins
}
