//! Mutants of a guide that passes: would `verify` notice if the text were wrong? Pure.
//!
//! 1. [`mutants`] makes small mistakes such as authors make: one edit of the text, or two steps in the wrong order
//!    (`commands`, `browser`, `expectations`, `names`). Always the same ones, in the order of the text.
//! 2. [`sample()`] takes some of those that must be run, spread over kinds and blocks.
//! 3. [`Mutant::applied`] is the guide with the mistake. It is parsed anew, so that a mistake which the parser or a lint
//!    finds counts as found.
//! 4. [`survivor`] says of a mistake that nobody noticed what it changed, [`weak`] which expectations would notice nothing.
//! 5. [`report`] holds the outcome, as JSON and as a table.
//!
//! Mistakes in an expectation need no new run: what the guide printed when it passed is judged again
//! ([`crate::verify::rejudge`]).

mod browser;
mod commands;
mod depends;
mod expectations;
mod names;
pub mod report;
mod sample;
mod survivor;
pub mod weak;

use crate::diagnostic::{Diagnostic, Severity};
use crate::model::block::Role;
use crate::model::guide::Document;
use crate::model::machine::MachineSpec;
use crate::parse::{self, Strictness, lint, references};
use crate::plan::{self, Plan, Selection};
use crate::source::SourceFile;
use crate::update::{self, Edit};

pub use sample::sample;
pub use survivor::{Usual, explain};

/// A kind of mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An option is left out; its value, if it has one, with it.
    DropFlag,
    /// An option is misspelt.
    ChangeFlag,
    /// A `cd`, an `export` or another command that sets the shell up is left out.
    DropCommand,
    /// Two blocks that follow each other change places.
    SwapBlocks,
    /// A host name is misspelt.
    Host,
    /// A number is wrong: mostly a port.
    Number,
    /// The name of an image is misspelt.
    Image,
    /// The name of a program is misspelt.
    Program,
    /// Something that the reader does in a browser is left out.
    DropInstruction,
    /// An address, a label or a text of a browser is wrong.
    Instruction,
    /// A digit of an expected output is wrong.
    ExpectedDigit,
    /// A word of an expected output is wrong.
    ExpectedWord,
    /// Another status is expected.
    ExpectedStatus,
}

impl Kind {
    /// All kinds, in the order of reports.
    pub const ALL: [Self; 13] = [
        Self::DropFlag,
        Self::ChangeFlag,
        Self::DropCommand,
        Self::SwapBlocks,
        Self::Host,
        Self::Number,
        Self::Image,
        Self::Program,
        Self::DropInstruction,
        Self::Instruction,
        Self::ExpectedDigit,
        Self::ExpectedWord,
        Self::ExpectedStatus,
    ];

    /// Returns what people read: `a flag left out`.
    pub fn words(self) -> &'static str {
        match self {
            Self::DropFlag => "a flag left out",
            Self::ChangeFlag => "a flag misspelt",
            Self::DropCommand => "a cd or export left out",
            Self::SwapBlocks => "two blocks swapped",
            Self::Host => "a host name misspelt",
            Self::Number => "a port or number wrong",
            Self::Image => "an image misspelt",
            Self::Program => "a program misspelt",
            Self::DropInstruction => "a browser step left out",
            Self::Instruction => "a browser text wrong",
            Self::ExpectedDigit => "an expected digit wrong",
            Self::ExpectedWord => "an expected word wrong",
            Self::ExpectedStatus => "an expected status wrong",
        }
    }
}

/// A guide's text with one mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutant {
    /// What kind of mistake.
    pub kind: Kind,
    /// Index in `Document::blocks` of the block that has it.
    pub block: usize,
    /// Line (1-based) of the text.
    pub line: usize,
    /// What stood there.
    pub before: String,
    /// What stands there now; empty if it was left out.
    pub after: String,
    /// What is changed.
    pub change: Change,
}

/// What a mutant changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Bytes of the text.
    Text(Edit),
    /// The order of two steps, by their index in `Plan::steps`.
    Swap(usize, usize),
}

/// A guide with a mistake, ready to be run.
#[derive(Debug, Clone)]
pub struct Applied {
    /// What would be executed.
    pub plan: Plan,
    /// The text.
    pub document: Document,
    /// Errors that docgen finds in the text before it runs anything; then the mistake has been noticed.
    pub errors: Vec<Diagnostic>,
}

impl Mutant {
    /// Returns whether commands change, so that they must be run again.
    pub fn needs_run(&self) -> bool {
        !matches!(
            self.kind,
            Kind::ExpectedDigit | Kind::ExpectedWord | Kind::ExpectedStatus
        )
    }

    /// Makes the mistake in `document`, of which `plan` is the plan on `machines`.
    pub fn applied(
        &self,
        document: &Document,
        plan: &Plan,
        machines: &[MachineSpec],
        strictness: Strictness,
    ) -> Applied {
        match &self.change {
            Change::Swap(first, second) => {
                let mut plan = plan.clone();
                plan.steps.swap(*first, *second);
                Applied {
                    plan,
                    document: document.clone(),
                    errors: Vec::new(),
                }
            }
            Change::Text(edit) => edited(edit, document, plan, machines, strictness),
        }
    }
}

fn edited(edit: &Edit, document: &Document, plan: &Plan, machines: &[MachineSpec], strictness: Strictness) -> Applied {
    let text = update::apply(&document.source.text, std::slice::from_ref(edit));
    let source = SourceFile::new(document.source.path.as_str(), text);
    let parsed = parse::document_with(source, document.side, strictness);
    let (mut changed, mut errors) = (parsed.value, parsed.diagnostics);
    // The command line may have changed settings, and included files are not in the text.
    changed.front.clone_from(&document.front);
    for (block, before) in changed.blocks.iter_mut().zip(&document.blocks) {
        if block.keys.include.is_some() && block.keys.include == before.keys.include {
            block.text.clone_from(&before.text);
            block.lines.clone_from(&before.lines);
        }
    }
    if strictness == Strictness::Guide {
        errors.extend(lint::check(&changed));
        errors.extend(references::check(&changed));
    }
    errors.retain(|diagnostic| diagnostic.severity == Severity::Error);
    // A selection of everything names no block, so it cannot name an unknown one.
    let plan = plan::plan(
        &plan.guide,
        &changed,
        machines,
        &Selection::default(),
        plan.alternative.as_deref(),
    )
    .unwrap_or_else(|_| plan.clone());
    Applied {
        plan,
        document: changed,
        errors,
    }
}

/// Returns all mutants of a guide, in the order of the text.
pub fn mutants(document: &Document, plan: &Plan) -> Vec<Mutant> {
    let mut found = Vec::new();
    for (number, step) in plan.steps.iter().enumerate().filter(|(_, step)| step.not_run.is_none()) {
        let block = &document.blocks[step.block];
        match block.role {
            Role::File => found.extend(commands::of_file(document, step.block)),
            Role::Browser => found.extend(browser::of_block(document, step.block)),
            _ => found.extend(commands::of_block(document, step.block)),
        }
        found.extend(expectations::of_step(document, step));
        found.extend(swap(document, plan, number));
    }
    found
}

/// The step and the next one that runs, in the wrong order; if that order may matter.
fn swap(document: &Document, plan: &Plan, first: usize) -> Option<Mutant> {
    let second = (first + 1..plan.steps.len()).find(|at| plan.steps[*at].not_run.is_none())?;
    let (one, other) = (plan.steps[first].block, plan.steps[second].block);
    if !depends::may(document, one, other) {
        return None;
    }
    let name = |block: usize| document.blocks[block].id.as_str();
    Some(Mutant {
        kind: Kind::SwapBlocks,
        block: one,
        line: document.source.line(document.blocks[one].fence.start),
        before: format!("{}, {}", name(one), name(other)),
        after: format!("{}, {}", name(other), name(one)),
        change: Change::Swap(first, second),
    })
}

#[cfg(test)]
mod tests;
