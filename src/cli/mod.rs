//! The command line: one file per command; each loads, calls the stages, prints.

pub mod exit;
mod screenshots;
pub mod site;
pub mod terminal;

mod audit;
mod build;
mod check;
mod clean;
mod compare;
mod completions;
mod explain;
mod hold;
mod import;
mod init;
mod interrupt;
mod logs;
mod man;
mod nothing;
mod output;
mod pair;
mod report;
mod reporting;
mod rewriting;
mod schema;
mod serve;
mod targets;
mod texts;
mod phases;
mod verify;
mod watch;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use self::exit::Verdict;
use self::terminal::{ColorChoice, Loudness, Terminal};

/// What stands below the list of commands.
const BEGIN: &str = "Begin with:
  docgen init my-guides      a small site whose guide works
  docgen verify README.md    any Markdown file with commands, run in a container

Exit status: 0 all is as stated; 1 the text is wrong; 2 docgen could not tell (usage, no engine, nothing to verify);
130 interrupted.";

/// How-to guides that are proven: shown side by side with what they revise, and run in real containers.
#[derive(Debug, Parser)]
#[command(name = "docgen", version, about, propagate_version = true, max_term_width = 100, after_help = BEGIN)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
struct Global {
    /// Folder of the site; else docgen looks for `docgen.toml` here and above
    #[arg(long, global = true, value_name = "DIR")]
    site: Option<PathBuf>,
    /// When to use colours: auto, always, never
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        hide_possible_values = true,
        hide_default_value = true
    )]
    color: ColorChoice,
    /// Say only what is wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more; `verify` shows the output of blocks as it comes
    #[arg(short, long, global = true)]
    verbose: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a small site with one guide, to begin with
    Init(init::Options),
    /// Make Markdown from an HTML page: a text to revise, or the beginning of a guide
    Import(import::Options),
    /// Make the site
    Build(build::Options),
    /// Show the site in a browser and keep it up to date
    Serve(serve::Options),
    /// Say everything that can be said without containers: problems, links, notes, pairings
    Check(check::Options),
    /// Run guides in containers and say what worked
    Verify(Box<verify::Options>),
    /// Show the commands of two Markdown files side by side on one page
    ///
    /// Commands, their outputs and files to save are compared; the text around them is not shown.
    Compare(compare::Options),
    /// Say why blocks of a guide and its original were paired
    Explain(explain::Options),
    /// Work with the reports of runs
    Report(report::Options),
    /// Remove what earlier runs left behind
    Clean(clean::Options),
    /// Print the JSON schema of the settings or of the report
    Schema(schema::Options),
    /// Print a script that completes docgen's commands in a shell
    Completions(completions::Options),
    /// Print the manual
    Man(man::Options),
    /// The watchdog of a run
    #[command(name = crate::sandbox::watch::COMMAND, hide = true)]
    Watch(watch::Options),
}

/// Runs the program with these arguments.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let wrong = error.use_stderr();
            drop(error.print());
            return if wrong {
                Verdict::CouldNotTell.into()
            } else {
                Verdict::AsStated.into()
            };
        }
    };
    let loudness = match (cli.global.quiet, cli.global.verbose) {
        (true, _) => Loudness::Quiet,
        (_, true) => Loudness::Verbose,
        _ => Loudness::Normal,
    };
    let terminal = Terminal::new(cli.global.color, loudness);
    let site = cli.global.site.as_deref();
    let verdict = match cli.command {
        Command::Init(options) => init::run(&terminal, &options),
        Command::Import(options) => import::run(&terminal, site, &options),
        Command::Build(options) => build::run(&terminal, site, &options),
        Command::Serve(options) => serve::run(&terminal, site, &options),
        Command::Check(options) => check::run(&terminal, site, &options),
        Command::Verify(options) => verify::run(&terminal, site, &options),
        Command::Compare(options) => compare::run(&terminal, &options),
        Command::Explain(options) => explain::run(&terminal, site, &options),
        Command::Report(options) => report::run(&terminal, &options),
        Command::Clean(options) => clean::run(&terminal, site, &options),
        Command::Schema(options) => schema::run(&terminal, &options),
        Command::Completions(options) => completions::run(&terminal, &options),
        Command::Man(options) => man::run(&terminal, &options),
        Command::Watch(options) => watch::run(&options),
    };
    verdict.into()
}

/// Reads an address with its scheme and host.
fn whole_address(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.filter(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
        .map(|_| text.to_owned())
        .ok_or_else(|| "write it whole: `https://docs.example.org/`".to_owned())
}
