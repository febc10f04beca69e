//! `docgen explain`: why blocks were paired: candidates, scores, and the words that decided.

use std::path::{Path, PathBuf};

use super::exit::Verdict;
use super::targets::{self, is_file};
use super::terminal::Terminal;
use super::{pair, site};
use crate::align;
use crate::model::guide::Guide;
use crate::parse::values::suggestion;

/// Options of `docgen explain`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// A guide of the site; with `#ID` one block of it
    #[arg(value_name = "GUIDE[#ID]")]
    guide: String,
    /// Without a site: the text that revises GUIDE, which is then a Markdown file too
    #[arg(value_name = "NEW.md[#ID]")]
    new: Option<String>,
    /// Print the explanations as data
    #[arg(long)]
    json: bool,
}

/// Why there is nothing to explain.
#[derive(Debug, thiserror::Error)]
enum ExplainError {
    #[error("`{0}` has no original, so nothing in it is paired")]
    NoOriginal(String),
    #[error("no block `{id}` in `{guide}`")]
    NoBlock {
        guide: String,
        id: String,
        known: Vec<String>,
    },
}

impl ExplainError {
    fn help(&self) -> String {
        match self {
            Self::NoOriginal(guide) => format!(
                "put the text that it revises into `content/{guide}/original.md`, or name two files: docgen explain OLD.md NEW.md"
            ),
            Self::NoBlock { id, known, .. } => {
                let names: Vec<&str> = known.iter().map(String::as_str).collect();
                suggestion(id, &names).map_or_else(
                    || format!("its blocks are {}", known.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                )
            }
        }
    }
}

pub(super) fn run(terminal: &Terminal, root: Option<&Path>, options: &Options) -> Verdict {
    let (name, id) = match &options.new {
        Some(new) => split(new),
        None => split(&options.guide),
    };
    let found = if options.new.is_some() {
        two_files(terminal, &options.guide, name)
    } else {
        of_site(terminal, root, name)
    };
    let guide = match found {
        Ok(guide) => guide,
        Err(verdict) => return verdict,
    };
    match explain(&guide, id) {
        Ok(explanations) if options.json => {
            // Strings, numbers and lists only: there is nothing in an explanation that JSON cannot say.
            terminal.result(&serde_json::to_string_pretty(&explanations).expect("explanations are plain data"));
            Verdict::AsStated
        }
        Ok(explanations) => {
            let texts: Vec<String> = explanations.iter().map(ToString::to_string).collect();
            terminal.result(texts.join("\n").trim_end());
            Verdict::AsStated
        }
        Err(error) => {
            terminal.error(&error, Some(&error.help()));
            Verdict::CouldNotTell
        }
    }
}

fn split(name: &str) -> (&str, Option<&str>) {
    match name.split_once('#') {
        Some((name, id)) => (name, Some(id).filter(|id| !id.is_empty())),
        None => (name, None),
    }
}

fn two_files(terminal: &Terminal, old: &str, new: &str) -> Result<Guide, Verdict> {
    let parsed = pair::read(&PathBuf::from(old), &PathBuf::from(new)).map_err(|error| {
        let help = "docgen explain takes a guide of the site, or two Markdown files: the original, then the text that revises it";
        terminal.error(&error, Some(help));
        Verdict::CouldNotTell
    })?;
    Ok(Guide {
        name: new.to_owned(),
        ..parsed.value
    })
}

fn of_site(terminal: &Terminal, root: Option<&Path>, name: &str) -> Result<Guide, Verdict> {
    if is_file(name) && !targets::is_guide_path(name) {
        let usage = std::io::Error::new(
            std::io::ErrorKind::InvalidInput,
            format!("`{name}` is one file, and a pairing needs two"),
        );
        terminal.error(
            &usage,
            Some(&format!("name the original first: docgen explain OLD.md {name}")),
        );
        return Err(Verdict::CouldNotTell);
    }
    let found = targets::guide(root, name).map_err(|error| {
        let help = match &error {
            targets::TargetError::Load(crate::load::LoadError::NoSite(_)) => Some(
                "name two Markdown files (`docgen explain OLD.md NEW.md`), or the site with `--site DIR`".to_owned(),
            ),
            other => other.help(),
        };
        terminal.error(&error, help.as_deref());
        Verdict::CouldNotTell
    })?;
    terminal.diagnostics(&found.diagnostics);
    if site::is_fatal(&found.diagnostics, false) {
        terminal.count(&found.diagnostics);
        terminal.say("nothing is explained: the text is wrong");
        return Err(Verdict::Wrong);
    }
    Ok(found.value)
}

fn explain(guide: &Guide, id: Option<&str>) -> Result<Vec<align::Explanation>, ExplainError> {
    if guide.original.is_none() {
        return Err(ExplainError::NoOriginal(guide.name.clone()));
    }
    align::explain(guide, id).ok_or_else(|| ExplainError::NoBlock {
        guide: guide.name.clone(),
        id: id.unwrap_or_default().to_owned(),
        known: guide.revised.blocks.iter().map(|block| block.id.clone()).collect(),
    })
}
