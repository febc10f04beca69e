//! `docgen schema`: the published JSON schemas.

use super::exit::Verdict;
use super::terminal::Terminal;
use crate::align;
use crate::model::settings;
use crate::report::schema;

/// Options of `docgen schema`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Of what
    #[arg(value_enum)]
    of: Subject,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Subject {
    /// docgen.toml; its `$defs/frontMatter` describes the head of a text
    Config,
    /// The report that `docgen verify --report json` writes
    Report,
    /// What `docgen compare --json` prints, and `compare.json` beside a comparison page
    Compare,
}

pub(super) fn run(terminal: &Terminal, options: &Options) -> Verdict {
    let text = match options.of {
        Subject::Config => settings::SCHEMA,
        Subject::Report => schema::REPORT,
        Subject::Compare => align::SCHEMA,
    };
    terminal.result(text.trim_end());
    Verdict::AsStated
}
