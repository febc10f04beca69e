//! What a recorded result is tied to: the commands, the expectation, and how the one was run and the other compared.

use serde::{Deserialize, Serialize};

use crate::model::block::{Keys, Role};
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
    /// Hashes a block. `commands` is [`crate::model::block::Block::commands_text`], `expected` the text of its expected
    /// output, `how` says how it is run and judged.
    pub fn of(lang: &str, commands: &str, expected: Option<&str>, how: &[String]) -> Self {
        let how: Vec<&str> = how.iter().map(String::as_str).collect();
        Self {
            commands: hash(&[lang, commands]),
            expected: expected.map(|text| hash(&[text])),
            how: hash(&how),
        }
    }

    /// Hashes the block with this index: its language, its commands, the output that the text expects of it, and on which
    /// of the guide's `machines`, after which hidden blocks and by which keys it is run and judged.
    pub fn of_block(document: &Document, index: usize, machines: &[MachineSpec]) -> Self {
        let block = &document.blocks[index];
        let inside = || match &block.role {
            Role::Console(commands) => {
                let lines: Vec<&str> = block.text.lines().collect();
                let outputs = commands
                    .iter()
                    .flat_map(|command| lines.get(command.output.clone()).unwrap_or_default());
                let text: String = outputs.flat_map(|line| [line, "\n"]).collect();
                (!text.is_empty()).then_some(text)
            }
            _ => None,
        };
        let expected = document
            .output_of(index)
            .map(|output| output.text.clone())
            .or_else(inside);
        let outputs = document
            .blocks
            .iter()
            .filter(|other| other.role == Role::Output(Some(index)));
        let hidden = document.blocks.iter().filter(|other| other.hidden);
        let mut how = conduct(&block.keys);
        how.extend(outputs.flat_map(|output| conduct(&output.keys)));
        how.extend(machines.iter().map(|machine| format!("{machine:?}")));
        how.extend(hidden.flat_map(|block| [vec![block.text.clone()], conduct(&block.keys)].concat()));
        Self::of(&block.lang, &block.commands_text(), expected.as_deref(), &how)
    }
}

fn hash(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        // The length keeps `a`+`bc` apart from `ab`+`c`.
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().as_str()[..32].to_owned()
}

/// The keys that change what is run, where, and what of it counts; not those that change how it looks.
fn conduct(keys: &Keys) -> Vec<String> {
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
    if given == Keys::default() {
        return Vec::new();
    }
    vec![format!("{given:?}")]
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
            let index = parsed
                .value
                .blocks
                .iter()
                .position(|block| !block.hidden && block.is_step());
            Fingerprint::of_block(&parsed.value, index.expect("a step"), &[MachineSpec::plain("m", image)])
        };
        let text = "```sh exit=1 title=x\nfalse\n```\n\n```output\nno\n```\n\n<!-- docgen: run\ntrue\n-->\n";
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
    }
}
