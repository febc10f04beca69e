//! Which blocks of a guide the command line asks for. Pure.

use crate::model::guide::Document;
use crate::plan::{NotRun, Step};

/// How the reason begins of a block that the command line did not select.
pub const NOT_SELECTED: &str = "not selected";

/// Which blocks of a guide are run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Only this block.
    pub only: Option<String>,
    /// Up to and including this block.
    pub until: Option<String>,
    /// From this block on.
    pub from: Option<String>,
}

/// A selection that names a block which is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the guide has no block `{id}` that runs")]
pub struct UnknownBlock {
    /// The id asked for.
    pub id: String,
    /// The ids there are.
    pub known: Vec<String>,
}

/// Marks the steps that are not selected.
pub(super) fn select(document: &Document, steps: &mut [Step], selection: &Selection) -> Result<(), UnknownBlock> {
    let find = |id: &Option<String>| match id {
        None => Ok(None),
        Some(id) => steps
            .iter()
            .position(|step| document.blocks[step.block].id == *id)
            .map(Some)
            .ok_or_else(|| UnknownBlock {
                id: id.clone(),
                known: steps
                    .iter()
                    .map(|step| document.blocks[step.block].id.clone())
                    .collect(),
            }),
    };
    let (only, until, from) = (find(&selection.only)?, find(&selection.until)?, find(&selection.from)?);
    for (index, step) in steps.iter_mut().enumerate() {
        let outside = only.is_some_and(|only| only != index)
            || until.is_some_and(|until| index > until)
            || from.is_some_and(|from| index < from);
        if outside && step.not_run.is_none() {
            step.not_run = Some(NotRun::NotSelected(selection.words()));
        }
    }
    Ok(())
}

impl Selection {
    fn words(&self) -> String {
        let part = |flag: &str, id: &Option<String>| id.as_ref().map(|id| format!("--{flag} {id}"));
        let parts = [
            part("only", &self.only),
            part("from", &self.from),
            part("until", &self.until),
        ];
        format!(
            "{NOT_SELECTED} ({})",
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        )
    }
}
