//! `docgen build`: content to site. Nothing to install, no network, no engine.

use std::path::{Path, PathBuf};

use super::exit::Verdict;
use super::phases::{Phases, now};
use super::site;
use super::terminal::Terminal;
use super::texts;
use crate::cache::{self, Cache};
use crate::load::{self, LoadError};
use crate::render::{self, Before, Rendered};
use crate::write::{Output, WriteError};

/// Options of `docgen build`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Folder of the site's pages, from the site's root
    #[arg(long, value_name = "DIR", default_value = "public")]
    out: PathBuf,
    /// Address at which the site is published, for feeds and the sitemap
    #[arg(long, value_name = "URL", value_parser = super::whole_address)]
    base_url: Option<String>,
    /// Build drafts too
    #[arg(long)]
    drafts: bool,
    /// Treat warnings as errors
    #[arg(long)]
    strict: bool,
    /// Compare with what is there and change nothing
    #[arg(long)]
    check: bool,
}

pub(super) fn run(terminal: &Terminal, root: Option<&Path>, options: &Options) -> Verdict {
    match build(terminal, root, options) {
        Ok(verdict) => verdict,
        Err(Failure::Load(error)) => {
            site::explain(terminal, &error);
            Verdict::CouldNotTell
        }
        Err(Failure::Write(error)) => {
            terminal.error(&error, None);
            Verdict::CouldNotTell
        }
    }
}

/// Why there is no verdict.
enum Failure {
    Load(LoadError),
    Write(WriteError),
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Self::Load(error)
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        Self::Write(error)
    }
}

fn build(terminal: &Terminal, root: Option<&Path>, options: &Options) -> Result<Verdict, Failure> {
    let mut phases = Phases::start();
    let root = load::root(root.unwrap_or(Path::new(".")))?;
    let out = root.join(&options.out);
    let (mut cache, known) = rayon::join(|| Cache::open(&root), || cache::output(&root, &out));
    let _turn = cache.turn();
    phases.end("cache");
    let seen = now();
    let texts = &cache.texts;
    let is_known = |path: &str, stamp: load::Stamp| texts.content(path, stamp.size, stamp.modified, stamp.changed);
    let (source, output) = rayon::join(
        || load::site(&root, &is_known),
        || Output::look(&out, cache.spare(&out), &known.stamps),
    );
    let (source, diagnostics) = source?;
    phases.end("read");
    // A problem of the texts is said even if nothing can be written.
    let before = Before {
        pages: known.pages.clone(),
        present: output.as_ref().map(Output::present).unwrap_or_default(),
    };
    let how = render::Options {
        base_url: options.base_url.clone(),
        drafts: options.drafts,
    };
    // See `write`: nothing of it is given back piece by piece.
    let source = std::mem::ManuallyDrop::new(source);
    let before = std::mem::ManuallyDrop::new(before);
    let mut rendered = texts::rendered(&source, &mut cache, &before, &how, seen);
    rendered.diagnostics.splice(0..0, diagnostics);
    phases.end("render");
    terminal.diagnostics(&rendered.diagnostics);
    terminal.count(&rendered.diagnostics);
    if site::is_fatal(&rendered.diagnostics, options.strict) {
        terminal.say("nothing was written");
        return Ok(Verdict::Wrong);
    }
    let output = output?;
    if options.check {
        return Ok(check(terminal, &rendered, &output, &out));
    }
    write(terminal, &rendered, output, cache, known, &mut phases)
}

fn write(
    terminal: &Terminal,
    rendered: &Rendered,
    output: Output,
    mut cache: Cache,
    known: cache::Output,
    phases: &mut Phases,
) -> Result<Verdict, Failure> {
    let out = output.place().to_owned();
    let (changes, stamps) = output.write(&rendered.site)?;
    phases.end("write");
    // Without a cache the next build is slower, and that is all.
    let _ = cache.save();
    let _ = known.save(&rendered.records, &stamps);
    phases.end("save");
    terminal.say(&format!(
        "built {} files in {:.2} s: {} written, {} unchanged, {} removed; in {}",
        rendered.site.len(),
        phases.seconds(),
        changes.written,
        changes.unchanged,
        changes.removed,
        out.display()
    ));
    phases.say(terminal);
    // The program ends: to give back each piece of memory by itself would take longer than to make a page.
    std::mem::forget(cache);
    Ok(Verdict::AsStated)
}

fn check(terminal: &Terminal, rendered: &Rendered, output: &Output, out: &Path) -> Verdict {
    let differences = output.differences(&rendered.site);
    if differences.is_empty() {
        terminal.say(&format!("{} is what the content says", out.display()));
        return Verdict::AsStated;
    }
    differences
        .iter()
        .for_each(|difference| terminal.result(&difference.to_string()));
    terminal.say("run `docgen build` to bring it up to date");
    Verdict::Wrong
}
