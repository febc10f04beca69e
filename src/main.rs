//! The docgen program.

use std::process::ExitCode;

/// A build makes millions of small texts, on all processors.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    docgen::cli::run(std::env::args_os())
}
