//! `docgen man`: the manual, as pages for `man`.

use std::io;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::exit::Verdict;
use super::output;
use super::terminal::Terminal;

/// Options of `docgen man`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Write the pages of all commands into this folder; else the page of docgen itself goes to standard output
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn run(terminal: &Terminal, options: &Options) -> Verdict {
    let mut program = super::Cli::command();
    program.build();
    let Some(folder) = &options.out else {
        return match page(&program) {
            Ok((_, text)) => output::write(terminal, None, &text),
            Err(error) => fail(terminal, &error),
        };
    };
    if let Err(error) = std::fs::create_dir_all(folder) {
        return fail(terminal, &named(folder, &error));
    }
    let pages: io::Result<Vec<(String, String)>> = commands(&program).into_iter().map(page).collect();
    match pages {
        Ok(pages) => pages
            .iter()
            .map(|(name, text)| output::write(terminal, Some(&folder.join(name)), text))
            .max()
            .unwrap_or(Verdict::AsStated),
        Err(error) => fail(terminal, &error),
    }
}

/// The program and all its commands that are not hidden; `help` only repeats the others.
fn commands(program: &Command) -> Vec<&Command> {
    let shown = |command: &&Command| !command.is_hide_set() && command.get_name() != "help";
    let mut found = vec![program];
    for command in program.get_subcommands().filter(shown) {
        found.extend(commands(command));
    }
    found
}

/// Returns the name of a page's file and its text.
fn page(command: &Command) -> io::Result<(String, String)> {
    let man = Man::new(command.clone());
    let mut text = Vec::new();
    man.render(&mut text)?;
    Ok((man.get_filename(), String::from_utf8_lossy(&text).into_owned()))
}

fn named(folder: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("could not make `{}`: {error}", folder.display()))
}

fn fail(terminal: &Terminal, error: &io::Error) -> Verdict {
    terminal.error(error, None);
    Verdict::CouldNotTell
}
