//! What a recorded result is tied to: the commands, the expectation, and how the one was run and the other compared.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::block::{Block, Keys, Role};
use crate::model::guide::Document;
use crate::model::machine::MachineSpec;

/// Hashes of a block: a record counts only for the very commands and expectation that were run and compared, in that very
/// way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Hash of the language and the commands.
    pub commands: String,
    /// Hash of the expected output; `None` if the guide shows none.
    pub expected: Option<String>,
    /// Hash of how it was run and judged: its keys and those of its output, the machines, the hidden blocks.
    #[serde(default)]
    pub how: String,
}

impl Fingerprint {
    /// Hashes a block. `commands` is [`Block::commands_text`], `expected` the text of its expected outputs, `how` says how
    /// it is run and judged.
    pub fn of<'h>(
        lang: &str,
        commands: &str,
        expected: Option<&str>,
        how: impl IntoIterator<Item = &'h String>,
    ) -> Self {
        Self {
            commands: hash([lang, commands]),
            expected: expected.map(|text| hash([text])),
            how: hash(how.into_iter().map(String::as_str)),
        }
    }

    /// Hashes the steps of a text, by their ids: language, commands, the outputs that the text expects, and on which of the
    /// guide's `machines`, after which hidden blocks and by which keys each is run and judged.
    pub fn of_steps(document: &Document, machines: &[MachineSpec]) -> BTreeMap<String, Self> {
        let common = common(document, machines);
        let steps = document.blocks.iter().enumerate().filter(|(_, block)| block.is_step());
        let print = |(index, block): (usize, &Block)| {
            let own = conduct(&block.keys).into_iter().chain(
                document
                    .outputs_of(index)
                    .filter_map(|(_, output)| conduct(&output.keys)),
            );
            let how: Vec<String> = own.collect();
            let expected = expected(document, index);
            let commands = block.commands_text();
            let print = Self::of(&block.lang, &commands, expected.as_deref(), how.iter().chain(&common));
            (block.id.clone(), print)
        };
        steps.map(print).collect()
    }
}

/// What all steps have in common: the machines, and the hidden blocks.
fn common(document: &Document, machines: &[MachineSpec]) -> Vec<String> {
    let machines = machines.iter().map(|machine| format!("{machine:?}"));
    let hidden = document.blocks.iter().filter(|block| block.hidden);
    machines
        .chain(hidden.flat_map(|block| std::iter::once(block.text.clone()).chain(conduct(&block.keys))))
        .collect()
}

/// The text of all outputs that are shown of a block; `None` if there are none.
fn expected(document: &Document, index: usize) -> Option<String> {
    let mut outputs = document.outputs_of(index).peekable();
    if outputs.peek().is_some() {
        return Some(outputs.map(|(_, output)| output.text.as_str()).collect());
    }
    let block = &document.blocks[index];
    let Role::Console(commands) = &block.role else {
        return None;
    };
    let lines: Vec<&str> = block.text.lines().collect();
    let outputs = commands
        .iter()
        .flat_map(|command| lines.get(command.output.clone()).unwrap_or_default());
    let text: String = outputs.flat_map(|line| [line, "\n"]).collect();
    (!text.is_empty()).then_some(text)
}

fn hash<'p>(parts: impl IntoIterator<Item = &'p str>) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        // The length keeps `a`+`bc` apart from `ab`+`c`.
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().as_str()[..32].to_owned()
}

/// The keys that change what is run, where, and what of it counts; not those that change how it looks.
fn conduct(keys: &Keys) -> Option<String> {
    let given = Keys {
        id: None,
        title: None,
        marked: Vec::new(),
        first_number: None,
        tab: None,
        timeout: None,
        until: None,
        ..keys.clone()
    };
    (given != Keys::default()).then(|| format!("{given:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::guide::Side;

    #[test]
    fn how_a_block_is_run_and_judged_is_part_of_the_claim() {
        use crate::parse;
        use crate::source::SourceFile;
        let print = |text: &str, image: &str| {
            let parsed = parse::document(SourceFile::new("g.md", text), Side::Revised);
            assert_eq!(parsed.diagnostics, [], "{text}");
            let steps = Fingerprint::of_steps(&parsed.value, &[MachineSpec::plain("m", image)]);
            steps["step"].clone()
        };
        let text = "```sh id=step exit=1 title=x\nfalse\n```\n\n```output\nno\n```\n\n<!-- docgen: run\ntrue\n-->\n";
        let recorded = print(text, "debian:12");
        let changed = |from: &str, to: &str| print(&text.replace(from, to), "debian:12");
        assert_eq!(recorded, changed("title=x", "title=y mark=1"));
        for (from, to) in [
            ("exit=1", "exit=any"),
            ("exit=1", "exit=1 terminal=new"),
            ("```output", "```output mocked=\"made up\""),
            ("```output", "```output match=contains"),
            ("true", "false"),
        ] {
            assert_ne!(recorded, changed(from, to), "{to}");
        }
        assert_ne!(recorded, print(text, "debian:13"));
        let two = format!("{text}\n```sh id=step\nls\n```\n\n```output\na\n```\n\n```output\nb\n```\n");
        let two = two.replacen("id=step", "id=other", 1);
        assert_ne!(
            print(&two, "debian:12"),
            print(&two.replace("\nb\n", "\nc\n"), "debian:12")
        );
    }
}
