//! `docgen serve`: the site in a browser, while it is written.
#![expect(clippy::disallowed_methods, reason = "edge: the browser is another program")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use super::exit::Verdict;
use super::phases::now;
use super::terminal::Terminal;
use super::{site, texts};
use crate::cache::Cache;
use crate::diagnostic::Diagnostic;
use crate::load;
use crate::render::{self, Before, Site};
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
    let mut last = Last::default();
    let how = render::Options {
        base_url: Some(url.clone()),
        drafts: !options.no_drafts,
    };
    let build = || {
        clock.set(Instant::now());
        built(root, &mut cache, &mut last, &how)
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

/// The last build, from which the next one takes what is the same.
#[derive(Default)]
struct Last {
    before: Before,
    site: Site,
}

/// Reads and renders the site. What keeps it from being read is a problem like others: it may be gone with the next change.
fn built(root: &Path, cache: &mut Cache, last: &mut Last, how: &render::Options) -> Built {
    let seen = now();
    let texts = &cache.texts;
    let is_known = |path: &str, stamp: load::Stamp| texts.content(path, stamp.size, stamp.modified, stamp.changed);
    let read = load::root(root).and_then(|root| load::site(&root, &is_known));
    let (source, mut diagnostics) = match read {
        Ok(read) => read,
        Err(error) => {
            return Built {
                diagnostics: vec![Diagnostic::error("site", None, error.to_string())],
                ..Built::default()
            };
        }
    };
    let rendered = texts::rendered(&source, cache, &last.before, how, seen);
    diagnostics.extend(rendered.diagnostics);
    let mut site = rendered.site;
    for (path, file) in &mut site {
        if file.bytes.is_none() {
            file.bytes = last.site.get(path).and_then(|file| file.bytes.clone());
        }
    }
    if !site.is_empty() {
        last.before = Before::new(rendered.records, &site);
        last.site.clone_from(&site);
    }
    // Without a cache the next start is slower, and that is all.
    let _ = cache.save();
    Built {
        site,
        sources: sources(root, source.settings.theme.as_deref()),
        diagnostics,
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
