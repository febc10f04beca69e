//! What can be said to `docgen verify`.

use std::path::PathBuf;
use std::time::Duration;

use crate::cli::reporting::{self, ReportTarget};
use crate::model::machine::NetworkPolicy;
use crate::parse::values;
use crate::report::results::Shard;

/// Options of `docgen verify`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Options {
    /// Guides by name, or Markdown files; all guides of the site if none is given
    #[arg(value_name = "GUIDE")]
    pub(super) guides: Vec<String>,
    /// Run the originals instead of the revised texts
    #[arg(long, conflicts_with = "both", help_heading = "What is run")]
    pub(super) original: bool,
    /// Run the originals as well
    #[arg(long, help_heading = "What is run")]
    pub(super) both: bool,
    /// Run only the block with this id; with `--audit`, make mistakes only in it
    #[arg(long, value_name = "ID", conflicts_with_all = ["until", "from"], help_heading = "What is run")]
    pub(super) only: Option<String>,
    /// Run up to and including the block with this id
    #[arg(long, value_name = "ID", help_heading = "What is run")]
    pub(super) until: Option<String>,
    /// Run from the block with this id on
    #[arg(long, value_name = "ID", help_heading = "What is run")]
    pub(super) from: Option<String>,
    /// Run this alternative where blocks have tabs (`tab=NAME`), elsewhere the first
    #[arg(long, value_name = "NAME", help_heading = "What is run")]
    pub(super) alternative: Option<String>,
    /// Guides that run at the same time
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = at_least_one, help_heading = "How it is run")]
    pub(super) jobs: usize,
    /// Run the I-th of N parts of the guides, for several CI machines
    #[arg(long, value_name = "I/N", value_parser = shard, help_heading = "What is run")]
    pub(super) shard: Option<Shard>,
    /// End a guide at its first block that is not as stated
    #[arg(long, help_heading = "How it is run")]
    pub(super) fail_fast: bool,
    /// Keep the machines of a failed guide until Enter or Ctrl-C
    #[arg(long, help_heading = "How it is run")]
    pub(super) keep: bool,
    /// Open a shell on the machine when the guide has run or failed
    #[arg(long, help_heading = "How it is run")]
    pub(super) shell: bool,
    /// Where reports go: human, json, junit, github, tap; with `:PATH` to a file (may be given several times)
    #[arg(long, value_name = "FMT[:PATH]", value_parser = reporting::target, help_heading = "What becomes of the results")]
    pub(super) report: Vec<ReportTarget>,
    /// Do not run again what is known from a snapshot of the machine, made after commands of TIME (5s if not said); at
    /// your desk only, not where CI is set
    #[arg(long, value_name = "TIME", num_args = 0..=1, require_equals = true, default_missing_value = "5s",
          value_parser = values::duration, conflicts_with_all = ["record", "update", "audit"], help_heading = "How it is run")]
    pub(super) fast: Option<Duration>,
    /// Write all that blocks print into files of this folder, secrets masked
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with = "audit",
        help_heading = "What becomes of the results"
    )]
    pub(super) logs: Option<PathBuf>,
    /// Store the results that the site shows (`verified.json` beside each guide)
    #[arg(long, help_heading = "What becomes of the results")]
    pub(super) record: bool,
    /// Rewrite expected outputs that differ, keeping holes and `...` that still fit; not where CI is set
    #[arg(long, help_heading = "What becomes of the results")]
    pub(super) update: bool,
    /// Compare outputs that look like such in Markdown that was not written for docgen
    #[arg(long, help_heading = "How it is run")]
    pub(super) outputs: bool,
    /// Let `--update` change files even where CI is set
    #[arg(long, requires = "update", help_heading = "What becomes of the results")]
    pub(super) force: bool,
    /// Make small mistakes in guides that pass, and list those that nobody notices
    #[arg(long, conflicts_with_all = ["until", "from", "record", "update", "report", "keep", "shell"], help_heading = "Mistakes made on purpose")]
    pub(super) audit: bool,
    /// Mistakes in commands that `--audit` runs for each guide, at most
    #[arg(
        long,
        value_name = "N",
        default_value_t = 150,
        requires = "audit",
        help_heading = "Mistakes made on purpose"
    )]
    pub(super) audit_limit: usize,
    /// Where the outcome of `--audit` goes as JSON
    #[arg(
        long,
        value_name = "PATH",
        requires = "audit",
        help_heading = "Mistakes made on purpose"
    )]
    pub(super) audit_json: Option<PathBuf>,
    /// Say what would be run, and run nothing
    #[arg(long, help_heading = "What is run")]
    pub(super) dry_run: bool,
    /// Time for a block that does not say
    #[arg(long, value_name = "TIME", value_parser = values::duration, help_heading = "How it is run")]
    pub(super) timeout: Option<Duration>,
    /// Memory of a machine that does not say
    #[arg(long, value_name = "SIZE", value_parser = values::size, help_heading = "Machines")]
    pub(super) memory: Option<u64>,
    /// What machines may reach: none, internal, full
    #[arg(long, value_name = "POLICY", value_parser = network, help_heading = "Machines")]
    pub(super) network: Option<NetworkPolicy>,
    /// Image of machines whose guide names none
    #[arg(long, value_name = "IMAGE", help_heading = "Machines")]
    pub(super) image: Option<String>,
    /// Address of the engine; else DOCKER_HOST, then the usual sockets of Docker and Podman
    #[arg(long, value_name = "URL", help_heading = "Machines")]
    pub(super) engine: Option<String>,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| "write a number from 1 on".to_owned())
}

fn shard(text: &str) -> Result<Shard, String> {
    let parsed = text.split_once('/').and_then(|(part, parts)| {
        let (part, parts) = (part.parse().ok()?, parts.parse().ok()?);
        Some(Shard { part, parts })
    });
    parsed
        .filter(|shard| (1..=shard.parts).contains(&shard.part))
        .ok_or_else(|| "write it as `1/3`, up to `3/3`".to_owned())
}

fn network(text: &str) -> Result<NetworkPolicy, String> {
    match text {
        "none" => Ok(NetworkPolicy::None),
        "internal" => Ok(NetworkPolicy::Internal),
        "full" => Ok(NetworkPolicy::Full),
        _ => Err("there are none, internal and full".to_owned()),
    }
}
