//! The docgen program.

use std::process::ExitCode;

fn main() -> ExitCode {
    docgen::cli::run(std::env::args_os())
}
