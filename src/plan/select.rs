//! Which blocks of a guide the command line asks for. Pure.

use crate::model::guide::Document;
use crate::parse::values;
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

/// A selection that names a block which would not be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSelection {
    /// It is not there.
    #[error("the guide has no block `{id}` that runs")]
    Unknown {
        /// The id asked for.
        id: String,
        /// The ids there are.
        known: Vec<String>,
    },
    /// It is in another tab than the run takes: what passes then would not be what was asked for.
    #[error("the block `{id}` is an alternative, and this run takes the tab `{instead}`")]
    OtherTab {
        /// The id asked for.
        id: String,
        /// The tab that is run instead.
        instead: String,
    },
}

/// Marks the steps that are not selected.
pub(super) fn select(document: &Document, steps: &mut [Step], selection: &Selection) -> Result<(), BadSelection> {
    let find = |id: &Option<String>| id.as_ref().map(|id| position(document, steps, id)).transpose();
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

/// Returns where the block with this id is among the steps.
fn position(document: &Document, steps: &[Step], id: &str) -> Result<usize, BadSelection> {
    let ids = steps.iter().map(|step| document.blocks[step.block].id.as_str());
    let Some(index) = ids.clone().position(|known| known == id) else {
        return Err(BadSelection::Unknown {
            id: id.to_owned(),
            known: ids.map(str::to_owned).collect(),
        });
    };
    match &steps[index].not_run {
        Some(NotRun::Alternative(instead)) => Err(BadSelection::OtherTab {
            id: id.to_owned(),
            instead: instead.clone(),
        }),
        _ => Ok(index),
    }
}

impl BadSelection {
    /// Returns what to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Unknown { id, known } => {
                let names: Vec<&str> = known.iter().map(String::as_str).collect();
                values::suggestion(id, &names).map_or_else(
                    || format!("its blocks are {}", known.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                )
            }
            Self::OtherTab { .. } => {
                "name blocks of one alternative, and none of another with `--alternative`".to_owned()
            }
        }
    }
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
