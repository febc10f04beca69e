//! Shells inside shells: who enters what, and who leaves it. Each terminal has one level: docgen types into the shell that
//! a block opened, and not into one that is opened from there.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::model::block::{Block, Role};
use crate::model::guide::Document;
use crate::parse::guide::DEFAULT_MACHINE;
use crate::parse::info_string::words;
use crate::shell;

/// Returns the blocks that enter from inside, and those that leave what nobody entered.
pub(super) fn check(document: &Document) -> Vec<Diagnostic> {
    let mut inside: BTreeMap<(&str, &str), &Block> = BTreeMap::new();
    let mut found = Vec::new();
    for block in document.blocks.iter().filter(|block| is_typed(block)) {
        let keys = &block.keys;
        let terminal = terminal(document, block);
        if keys.terminal.as_deref() == Some("new") {
            inside.remove(&terminal);
        }
        if keys.leave && inside.remove(&terminal).is_none() {
            let fact = "there is nothing to leave: no block of this terminal is inside of anything here";
            let help = "remove the key, or add `enter` to the block that opens a shell inside; a shell that was left by `exit` needs no `leave`";
            found.push(fault(document, block, "leave", "leave-nothing", fact).help(help));
        }
        if !keys.enter {
            if shell::leaves(&block.commands_text()) {
                inside.remove(&terminal);
            }
            continue;
        }
        if let Some(outer) = inside
            .insert(terminal, block)
            .filter(|outer| !block.is_instead_of(outer))
        {
            let fact = format!(
                "this enters from inside of what block `{}` entered, and docgen types into one level only",
                outer.id
            );
            let help = "leave that first (`leave`), go there in one step (`ssh -t host sudo -i`), or take another terminal (`terminal=NAME`)";
            found.push(fault(document, block, "enter", "enter-nested", &fact).help(help));
        }
    }
    found
}

fn is_typed(block: &Block) -> bool {
    let runs = matches!(block.role, Role::Script | Role::Console(_));
    runs && block.keys.skip.is_none() && block.keys.background.is_none()
}

/// Machine and name of the terminal that a block is typed into.
fn terminal<'a>(document: &'a Document, block: &'a Block) -> (&'a str, &'a str) {
    let first = document
        .front
        .machines
        .first()
        .map_or(DEFAULT_MACHINE, |(name, _)| name);
    let machine = block.keys.machine.as_deref().unwrap_or(first);
    let terminal = block.keys.terminal.as_deref().filter(|name| *name != "new");
    (machine, terminal.unwrap_or("main"))
}

/// A fault at a key of a block.
fn fault(document: &Document, block: &Block, key: &str, code: &'static str, fact: &str) -> Diagnostic {
    let info = &document.source.text[block.info.clone()];
    let word = words(info).into_iter().find(|word| word.key == key);
    let span = word.map_or(block.info.clone(), |word| {
        block.info.start + word.span.start..block.info.start + word.span.end
    });
    Diagnostic::error(code, Some(document.place(span)), fact)
}

#[cfg(test)]
mod tests {
    use crate::model::guide::Side;
    use crate::source::SourceFile;

    fn codes(fences: &[(&str, &str)]) -> Vec<(&'static str, usize)> {
        let fences = fences.iter().map(|(keys, text)| format!("```sh {keys}\n{text}\n```\n"));
        let source = SourceFile::new("a.md", fences.collect::<String>());
        let document = crate::parse::document(source, Side::Revised).value;
        let line = |place: &crate::source::Place| place.line();
        let found = super::check(&document);
        found
            .iter()
            .map(|d| (d.code, d.place.as_ref().map_or(0, line)))
            .collect()
    }

    #[test]
    fn only_what_was_entered_is_left() {
        assert_eq!(codes(&[("leave", "ls")]), [("leave-nothing", 1)]);
        assert_eq!(
            codes(&[("enter", "su - amy"), ("leave", "ls"), ("leave", "id")]),
            [("leave-nothing", 7)]
        );
        assert_eq!(
            codes(&[("enter", "su - amy"), ("", "id\nexit"), ("leave", "id")]),
            [("leave-nothing", 8)]
        );
        assert_eq!(
            codes(&[("enter", "su - amy"), ("terminal=b leave", "ls")]),
            [("leave-nothing", 4)]
        );
        assert_eq!(codes(&[("enter", "su - amy"), ("", "id"), ("leave", "ls")]), []);
    }

    #[test]
    fn nobody_enters_from_inside() {
        assert_eq!(
            codes(&[("enter", "bash"), ("enter", "su - amy")]),
            [("enter-nested", 4)]
        );
        assert_eq!(codes(&[("enter", "bash"), ("enter leave", "su - amy")]), []);
        assert_eq!(codes(&[("enter", "bash"), ("", "exit"), ("enter", "su - amy")]), []);
        assert_eq!(codes(&[("enter", "bash"), ("enter terminal=b", "su - amy")]), []);
        assert_eq!(codes(&[("enter", "bash"), ("enter terminal=new", "su - amy")]), []);
        assert_eq!(codes(&[("enter tab=A", "bash"), ("enter tab=B", "sh")]), []);
    }
}
