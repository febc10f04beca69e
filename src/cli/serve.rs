//! `docgen serve`: the site in a browser, while it is written.
#![expect(clippy::disallowed_methods, reason = "edge: the browser is another program")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use super::exit::Verdict;
use super::terminal::Terminal;
use super::{build, site};
use crate::cache::Cache;
use crate::diagnostic::Diagnostic;
use crate::load;
use crate::render::Memo;
use crate::serve::{Built, ServeError, Server};

/// Options of `docgen serve`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Port of this computer; 0 takes any that is free
    #[arg(long, value_name = "PORT", default_value_t = 4000)]
    port: u16,
    /// Open the site in a browser
    #[arg(long)]
    open: bool,
    /// Leave drafts out, as `docgen build` does
    #[arg(long)]
    no_drafts: bool,
}

pub(super) fn run(terminal: &Terminal, root: Option<&Path>, options: &Options) -> Verdict {
    let root = match load::root(root.unwrap_or(Path::new("."))) {
        Ok(root) => root,
        Err(error) => {
            site::explain(terminal, &error);
            return Verdict::CouldNotTell;
        }
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            terminal.error(&error, None);
            return Verdict::CouldNotTell;
        }
    };
    match runtime.block_on(show(terminal, &root, options)) {
        Ok(()) => Verdict::Interrupted,
        Err(error) => {
            terminal.error(&error, help(&error));
            Verdict::CouldNotTell
        }
    }
}

fn help(error: &ServeError) -> Option<&'static str> {
    match error {
        ServeError::Listen { .. } => Some("choose another port with `--port`, or any that is free with `--port 0`"),
        ServeError::Watch(_) | ServeError::Stopped(_) => None,
    }
}

async fn show(terminal: &Terminal, root: &Path, options: &Options) -> Result<(), ServeError> {
    let server = Server::listen(options.port).await?;
    let url = server.url();
    terminal.result(&format!("{url}  (Ctrl-C ends it)"));
    if options.open {
        open(terminal, &url);
    }
    let clock = std::cell::Cell::new(Instant::now());
    let mut cache = Cache::open(root);
    let build = || {
        clock.set(Instant::now());
        let built = built(root, &cache.colours, &url, !options.no_drafts);
        // Without a cache the next build is slower, and that is all.
        let _ = cache.save();
        built
    };
    let told = |diagnostics: &[Diagnostic]| {
        terminal.diagnostics(diagnostics);
        terminal.count(diagnostics);
        terminal.say(&format!("built in {:.2} s", clock.get().elapsed().as_secs_f64()));
    };
    server.run(root.to_owned(), sources(root, None), build, told).await
}

/// The folders whose files make the site.
fn sources(root: &Path, theme: Option<&str>) -> Vec<PathBuf> {
    let folders = ["content", "assets"].into_iter().chain(theme);
    folders.map(|folder| root.join(folder)).collect()
}

/// Reads and renders the site. What keeps it from being read is a problem like others: it may be gone with the next change.
fn built(root: &Path, colours: &Memo, url: &str, drafts: bool) -> Built {
    let mut site = match site::open(Some(root)) {
        Ok(site) => site,
        Err(error) => {
            return Built {
                diagnostics: vec![Diagnostic::error("site", None, error.to_string())],
                ..Built::default()
            };
        }
    };
    let rendered = build::pages(&mut site, colours, Some(url.to_owned()), drafts);
    Built {
        site: rendered.site,
        sources: sources(root, site.source.settings.theme.as_deref()),
        diagnostics: site.diagnostics,
    }
}

fn open(terminal: &Terminal, url: &str) {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let started = Command::new(program)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if let Err(error) = started {
        terminal.say(&format!("could not start a browser with `{program}`: {error}"));
    }
}
