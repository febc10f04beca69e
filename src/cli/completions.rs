//! `docgen completions`: a script for a shell that completes docgen's own words.

use clap::{Command, CommandFactory};
use clap_complete::Shell;

use super::exit::Verdict;
use super::terminal::Terminal;

/// Options of `docgen completions`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(terminal: &Terminal, options: &Options) -> Verdict {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut shown(&super::Cli::command()), "docgen", &mut script);
    terminal.result(String::from_utf8_lossy(&script).trim_end());
    Verdict::AsStated
}

/// The program without the commands that nobody types.
fn shown(program: &Command) -> Command {
    let commands = program.get_subcommands().filter(|command| !command.is_hide_set());
    Command::new("docgen")
        .args(program.get_arguments())
        .subcommands(commands.cloned())
}
