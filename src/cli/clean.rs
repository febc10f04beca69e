//! `docgen clean`: removes what earlier runs left.

use std::path::Path;

use super::exit::Verdict;
use super::terminal::Terminal;
use crate::sandbox::{Engine, Scope, Swept, sweep};
use crate::{cache, load};

/// Options of `docgen clean`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Also remove what is kept to make later runs fast: prepared images, stores of images, snapshots
    #[arg(long)]
    all: bool,
    /// Address of the engine
    #[arg(long, value_name = "URL")]
    engine: Option<String>,
}

pub(super) fn run(terminal: &Terminal, root: Option<&Path>, options: &Options) -> Verdict {
    if options.all {
        clear_cache(terminal, root);
    }
    let scope = if options.all { Scope::All } else { Scope::Abandoned };
    let work = async {
        let engine = Engine::connect(options.engine.as_deref()).await?;
        sweep(&engine, scope).await
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            terminal.error(&error, None);
            return Verdict::CouldNotTell;
        }
    };
    match runtime.block_on(work) {
        Ok(swept) => {
            terminal.result(&words(&swept));
            Verdict::AsStated
        }
        Err(error) => {
            terminal.error(&error, None);
            Verdict::CouldNotTell
        }
    }
}

/// Removes what builds of the site around have kept, if there is one.
fn clear_cache(terminal: &Terminal, root: Option<&Path>) {
    let Ok(root) = load::root(root.unwrap_or(Path::new("."))) else {
        return;
    };
    match cache::remove(&root) {
        Ok(true) => terminal.result("removed what builds of this site have kept"),
        Ok(false) => {}
        Err(error) => terminal.error(&error, None),
    }
}

fn words(swept: &Swept) -> String {
    let counted = [
        (swept.containers.len(), "container"),
        (swept.networks.len(), "network"),
        (swept.volumes.len(), "volume"),
        (swept.images.len(), "image"),
    ];
    let parts: Vec<String> = counted
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
        .collect();
    if parts.is_empty() {
        "nothing was left behind".to_owned()
    } else {
        format!("removed {}", parts.join(", "))
    }
}
