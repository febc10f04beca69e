//! Do the names in a guide fit together: captures made before they are used, fills that stand in their block.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Severity};
use crate::model::block::{Block, Role};
use crate::model::browser::Instruction;
use crate::model::expectation::{Expectation, HoleType};
use crate::model::guide::Document;
use crate::parse::hole_type::meant;
use crate::parse::values::suggestion;
use crate::parse::{browser, expected};
use crate::source::{Place, Span};

/// Returns what is wrong with the expectations, captures and fills of a document.
pub fn check(document: &Document) -> Vec<Diagnostic> {
    let mut check = Check {
        document,
        made: BTreeSet::new(),
        used: BTreeSet::new(),
        places: Vec::new(),
        found: Vec::new(),
    };
    for (index, block) in document.blocks.iter().enumerate() {
        check.fills(block);
        check.expectations(index, block);
        check.noted(block);
    }
    check.unused();
    check.found
}

struct Check<'a> {
    document: &'a Document,
    made: BTreeSet<String>,
    used: BTreeSet<String>,
    places: Vec<(String, Span)>,
    found: Vec<Diagnostic>,
}

impl Check<'_> {
    fn place(&self, span: Span) -> Option<Place> {
        Some(Place {
            file: Arc::clone(&self.document.source),
            span,
        })
    }

    fn fills(&mut self, block: &Block) {
        for fill in &block.keys.fills {
            let place = self.place(block.info.clone());
            if !block.text.contains(&fill.literal) {
                let fact = format!("`{}` does not stand in this block", fill.literal);
                self.found.push(
                    Diagnostic::error("fill-missing", place.clone(), fact)
                        .help("`fill` names the text that a reader replaces; write it as it stands in the code"),
                );
            }
            self.used.insert(fill.capture.clone());
            if !self.made.contains(&fill.capture) {
                self.unknown(&fill.capture, place, None);
            }
        }
    }

    /// `kind` is the type of hole that the name could be meant for.
    fn unknown(&mut self, name: &str, place: Option<Place>, kind: Option<HoleType>) {
        let known: Vec<&str> = self.made.iter().map(String::as_str).collect();
        let fault = Diagnostic::error("capture-unknown", place, format!("nothing above captures `{name}`"));
        self.found.push(match (suggestion(name, &known), kind) {
            (Some(known), _) => fault.help(format!("did you mean `{known}`?")),
            (None, Some(kind)) => fault.help(format!("did you mean the type `{{{{{}}}}}`?", kind.word())),
            (None, None) => fault.help(format!("capture it in an expected output above: `{{{{{name}:word}}}}`")),
        });
    }

    fn expectations(&mut self, index: usize, block: &Block) {
        let output = matches!(block.role, Role::Output(_)) && block.keys.mocked.is_none();
        if output {
            self.expectation(block, 0..block.text.lines().count());
        } else if let Role::Console(commands) = &self.document.blocks[index].role {
            for command in commands.iter().filter(|command| !command.output.is_empty()) {
                self.expectation(block, command.output.clone());
            }
        }
    }

    fn expectation(&mut self, block: &Block, lines: std::ops::Range<usize>) {
        let (parsed, faults) = expected::of_block(block, lines.clone());
        for fault in faults {
            let line = block.lines.get(lines.start + fault.line).unwrap_or(&block.fence);
            let columns = fault.columns.start.min(line.len())..fault.columns.end.min(line.len());
            let place = self.place(line.start + columns.start..line.start + columns.end);
            let mut diagnostic = match fault.severity {
                Severity::Error => Diagnostic::error(fault.code, place, fault.message),
                Severity::Warning => Diagnostic::warning(fault.code, place, fault.message),
            };
            diagnostic.help.extend(fault.help);
            self.found.push(diagnostic);
        }
        self.names(block, lines.start, &parsed);
    }

    fn names(&mut self, block: &Block, first: usize, expectation: &Expectation) {
        let span = |line: usize| block.line_span(first + line);
        for (line, name) in expectation.captures() {
            self.places.push((name.clone(), span(line)));
            self.made.insert(name);
        }
        for (line, name) in expectation.references() {
            self.used.insert(name.clone());
            if !self.made.contains(&name) {
                let place = self.place(span(line));
                self.unknown(&name, place, meant(&name));
            }
        }
    }

    /// What a browser block notes of a page.
    fn noted(&mut self, block: &Block) {
        if block.role != Role::Browser {
            return;
        }
        for step in browser::steps(&block.text).0 {
            if let Instruction::Capture { name, .. } = step.instruction {
                let span = block.line_span(step.line);
                self.places.push((name.clone(), span));
                self.made.insert(name);
            }
        }
    }

    fn unused(&mut self) {
        for (name, span) in std::mem::take(&mut self.places) {
            if !self.used.contains(&name) {
                let place = self.place(span);
                self.found.push(
                    Diagnostic::warning("capture-unused", place, format!("nothing uses the capture `{name}`")).help(
                        "drop the name and keep the type, or use it in a `fill` or as `{{name}}` in a later output",
                    ),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::model::guide::Side;
    use crate::source::SourceFile;

    #[test]
    fn a_loose_expectation_is_told_once() {
        let text = "```sh\nls\n```\n```output\n...\n{{any}}\n```\n";
        let document = crate::parse::document(SourceFile::new("a.md", text), Side::Revised).value;
        let found = super::check(&document);
        let codes: Vec<&str> = found.iter().map(|diagnostic| diagnostic.code).collect();
        assert_eq!(codes, ["loose-expectation"]);
    }
}
