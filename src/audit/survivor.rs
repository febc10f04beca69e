//! What a mistake changed that nobody noticed: the survivor's run beside the run of the guide as it is.

use super::report::Reason;
use super::{Kind, Mutant};
use crate::model::guide::Document;
use crate::plan::{Action, Plan, Step};
use crate::report::results::{BlockReport, Status};
use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

/// `AB:CD:EF:…`: a fingerprint, or an address of hardware.
static PAIRS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("(?i)[0-9a-f]{2}(:[0-9a-f]{2}){5,}").expect("the pattern is a constant"));

/// What the blocks of a guide print when all is well; more than one text where it is another each time.
#[derive(Debug, Clone, Default)]
pub struct Usual {
    /// The blocks in their order: name, whether it ran, what it printed.
    blocks: Vec<(String, Status, BTreeSet<String>)>,
}

impl Usual {
    /// Takes the guide's first run.
    pub fn of(blocks: &[BlockReport]) -> Self {
        let entry = |block: &BlockReport| (block.id.clone(), block.status, BTreeSet::from([steady(&block.output)]));
        Self {
            blocks: blocks.iter().map(entry).collect(),
        }
    }

    /// Whether a block printed what it never did in the guide's own runs, or did not run at all.
    fn differs(&self, id: &str, after: &[BlockReport]) -> bool {
        let usual = self.blocks.iter().find(|(usual, _, _)| usual == id);
        let printed = after.iter().find(|block| block.id == id);
        match (usual, printed) {
            (Some((_, _, texts)), Some(block)) => !texts.contains(&steady(&block.output)),
            _ => true,
        }
    }

    /// Adds what a block printed in a later run.
    pub fn add(&mut self, block: &BlockReport) {
        if let Some((_, _, texts)) = self.blocks.iter_mut().find(|(id, _, _)| *id == block.id) {
            texts.insert(steady(&block.output));
        }
    }
}

/// Says why a mutant survived: by what its run printed otherwise than the guide as it is.
pub fn explain(
    mutant: &Mutant,
    document: &Document,
    plan: &Plan,
    usual: &Usual,
    after: &[BlockReport],
) -> (Reason, String) {
    let step = |id: &str| plan.steps.iter().find(|step| document.blocks[step.block].id == id);
    let unusual = |id: &str| {
        // What a browser does is judged by its own instructions; the words of pages are others each time.
        let in_browser = step(id).is_some_and(|step| matches!(step.action, Action::Browser(_)));
        !in_browser && usual.differs(id, after)
    };
    if let (Kind::SwapBlocks, Some((one, other))) = (mutant.kind, mutant.before.split_once(", "))
        && !unusual(one)
        && !unusual(other)
    {
        let said = "both blocks print the same in either order, and all others are as stated: no mistake";
        return (Reason::EitherOrder, said.to_owned());
    }
    if matches!(mutant.kind, Kind::DropInstruction | Kind::Instruction) {
        let said = "what the browser did and saw after it was as stated, and so was all that came after its block";
        return (Reason::NothingChanged, said.to_owned());
    }
    let own = &document.blocks[mutant.block].id;
    let shows = |id: &str| step(id).is_some_and(expects_output);
    if unusual(own) && !shows(own) {
        let said = format!("block `{own}` printed something else, and shows no output to compare");
        return (Reason::NoExpectation, said);
    }
    // What ran before the mistake cannot show it.
    let ids = usual.blocks.iter().map(|(id, _, _)| id.as_str());
    let mut later = ids.skip_while(|id| id != own);
    if let Some(id) = later.find(|id| shows(id) && unusual(id)) {
        let said = format!("block `{id}` printed something else, which its expected output accepts");
        return (Reason::Accepted, said);
    }
    let idle = |status: &Status| matches!(status, Status::NotVerified | Status::Skipped);
    let not_run = usual.blocks.iter().filter(|(_, status, _)| idle(status));
    let not_run: Vec<String> = not_run.map(|(id, _, _)| format!("`{id}`")).collect();
    let mut said =
        "no block that shows its output printed anything else: nothing that is compared depends on it".to_owned();
    if !not_run.is_empty() {
        said.push_str(&format!("; {} was not run", not_run.join(", ")));
    }
    (Reason::NothingChanged, said)
}

/// A text without what is another in every run: numbers, long identifiers that hold a digit, and fingerprints.
fn steady(output: &str) -> String {
    let output = PAIRS.replace_all(output, "#");
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut text = String::with_capacity(output.len());
    for piece in output.split_inclusive(|c| !part(c)) {
        let word = piece.trim_end_matches(|c| !part(c));
        let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
        if has_digit && (word.len() >= 12 || word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')) {
            text.push('#');
        } else {
            text.push_str(word);
        }
        text.push_str(&piece[word.len()..]);
    }
    text
}

/// Returns whether a step says what it must print.
pub(super) fn expects_output(step: &Step) -> bool {
    match &step.action {
        Action::Commands(commands) => commands.pastes.iter().any(|paste| !paste.expected.is_empty()),
        _ => false,
    }
}
