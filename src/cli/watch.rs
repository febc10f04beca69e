//! `docgen __watch RUN`: the watchdog of a run, started by `docgen verify` itself.

use super::exit::Verdict;
use crate::sandbox::{RunId, watch};

/// Options of the watchdog.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Name of the run
    run: String,
    /// Address of the engine
    #[arg(long)]
    engine: Option<String>,
}

pub(super) fn run(options: &Options) -> Verdict {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return Verdict::CouldNotTell;
    };
    match runtime.block_on(watch::run(RunId::from_text(&options.run), options.engine.as_deref())) {
        Ok(()) => Verdict::AsStated,
        Err(_) => Verdict::CouldNotTell,
    }
}
