//! `docgen report`: what becomes of reports after the run.
#![expect(clippy::disallowed_methods, reason = "edge: reports are files")]

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::exit::Verdict;
use super::reporting::{self, ReportTarget};
use super::terminal::Terminal;
use crate::report::results::Report;
use crate::report::{json, merge};

/// Options of `docgen report`.
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Join the JSON reports of shards into one verdict
    Merge(Merge),
}

#[derive(Debug, Args)]
struct Merge {
    /// JSON reports, as `docgen verify --report json:PATH` writes them
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Where the joined report goes: human, json, junit, github, tap; with `:PATH` to a file (may be given several times)
    #[arg(long, value_name = "FMT[:PATH]", value_parser = reporting::target)]
    report: Vec<ReportTarget>,
}

/// Why a report could not be read.
#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error("could not read `{}`: {source}", path.display())]
    System { path: PathBuf, source: std::io::Error },
    #[error("`{}` is no report of docgen: {reason}", path.display())]
    NotAReport { path: PathBuf, reason: String },
}

impl ReadError {
    fn help(&self) -> Option<&'static str> {
        match self {
            Self::System { .. } => Some("a shard that wrote no report proves nothing; look at its log"),
            Self::NotAReport { .. } => Some("reports are made with `docgen verify --report json:PATH`"),
        }
    }
}

pub(super) fn run(terminal: &Terminal, options: &Options) -> Verdict {
    let Command::Merge(options) = &options.command;
    let mut reports = Vec::new();
    let mut fine = true;
    for path in &options.files {
        match read(path) {
            Ok(report) => reports.push(report),
            Err(error) => {
                terminal.error(&error, error.help());
                fine = false;
            }
        }
    }
    if !fine {
        return Verdict::CouldNotTell;
    }
    match merge::merge(reports) {
        Ok(report) => {
            let written = reporting::write(terminal, &report, &options.report);
            let verdict = reporting::verdict(&report);
            if written {
                verdict
            } else {
                verdict.max(Verdict::CouldNotTell)
            }
        }
        Err(error) => {
            terminal.error(&error, Some("name the report of each shard of one run, once"));
            Verdict::CouldNotTell
        }
    }
}

fn read(path: &Path) -> Result<Report, ReadError> {
    let text = std::fs::read_to_string(path).map_err(|source| ReadError::System {
        path: path.to_owned(),
        source,
    })?;
    json::read(&text).map_err(|reason| ReadError::NotAReport {
        path: path.to_owned(),
        reason,
    })
}
