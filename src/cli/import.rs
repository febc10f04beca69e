//! `docgen import`: Markdown from an HTML page.
#![expect(clippy::disallowed_methods, reason = "edge: pages are read, texts are written")]

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::exit::Verdict;
use super::output;
use super::terminal::Terminal;
use crate::align;
use crate::diagnostic::Diagnostic;
use crate::import::{self, ImportError, Imported};
use crate::load::{self, LoadError};

/// Options of `docgen import`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// A file that holds an HTML page; `-` reads standard input
    #[arg(value_name = "FILE.html")]
    page: PathBuf,
    /// Where to write the Markdown; else standard output
    #[arg(short, long, value_name = "PATH", conflicts_with = "into")]
    output: Option<PathBuf>,
    /// Write it as `content/GUIDE/original.md` of the site; if there is no `guide.md` yet, that begins as its copy
    #[arg(long, value_name = "GUIDE")]
    into: Option<String>,
    /// Address of the page, if it does not say it itself; its links are made whole by it
    #[arg(long, value_name = "URL", value_parser = super::whole_address)]
    url: Option<String>,
    /// Replace a file that is there (a `guide.md` never is)
    #[arg(long)]
    force: bool,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("docgen fetches nothing from the network")]
    Address(String),
    #[error("`{0}` is Markdown already")]
    Markdown(String),
    #[error("could not read {what}: {source}")]
    Read { what: String, source: io::Error },
    #[error("{what} is no HTML page: {source}")]
    Page { what: String, source: ImportError },
    #[error("`{}` is there already; nothing was written", .0.display())]
    Exists(PathBuf),
    #[error("`{0}` cannot be the name of a guide")]
    Name(String),
    #[error("could not {action} `{}`: {source}", path.display())]
    Write {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error(transparent)]
    Site(#[from] LoadError),
}

impl Problem {
    fn help(&self) -> Option<String> {
        match self {
            Self::Address(url) => Some(format!("curl -fsSL {url} | docgen import - --url {url}")),
            Self::Markdown(_) => Some("copy it; `docgen compare` and `docgen verify` take it as it is".to_owned()),
            Self::Page { .. } => Some("save the page in a browser as HTML, and import that".to_owned()),
            Self::Exists(_) => Some("write to another file, or add `--force`".to_owned()),
            Self::Name(_) => Some("name it as its folder below `content/`, for example `install-nginx`".to_owned()),
            Self::Site(LoadError::NoSite(_)) => {
                Some("`--into` needs a site: make one with `docgen init`, or use `-o PATH`".to_owned())
            }
            Self::Read { .. } | Self::Write { .. } | Self::Site(_) => None,
        }
    }
}

pub(super) fn run(terminal: &Terminal, root: Option<&Path>, options: &Options) -> Verdict {
    match work(terminal, root, options) {
        Ok(verdict) => verdict,
        Err(problem) => {
            terminal.error(&problem, problem.help().as_deref());
            Verdict::CouldNotTell
        }
    }
}

fn work(terminal: &Terminal, root: Option<&Path>, options: &Options) -> Result<Verdict, Problem> {
    let what = name(&options.page);
    let html = read(&options.page)?;
    let page = import::import(&html, options.url.as_deref()).map_err(|source| Problem::Page { what, source })?;
    for line in &page.in_tables {
        let fact = format!(
            "code in a cell of a table is text that cannot be run: `{}`",
            line.trim()
        );
        let warning = Diagnostic::warning("code-in-table", None, fact);
        terminal.diagnostics(&[warning.help("write it as a fence outside of the table")]);
    }
    if let Some(guide) = &options.into {
        let said = into(root, guide, &page, options.force)?;
        terminal.say(&said);
        return Ok(Verdict::AsStated);
    }
    if let Some(path) = options.output.as_deref().filter(|path| path.exists() && !options.force) {
        return Err(Problem::Exists(path.to_owned()));
    }
    Ok(output::write(
        terminal,
        options.output.as_deref(),
        &with_head(&page, None),
    ))
}

fn name(page: &Path) -> String {
    if page == Path::new("-") {
        "standard input".to_owned()
    } else {
        format!("`{}`", page.display())
    }
}

fn read(page: &Path) -> Result<String, Problem> {
    let text = page.to_string_lossy();
    if text.starts_with("http://") || text.starts_with("https://") {
        return Err(Problem::Address(text.into_owned()));
    }
    if page
        .extension()
        .is_some_and(|extension| extension == "md" || extension == "markdown")
    {
        return Err(Problem::Markdown(text.into_owned()));
    }
    let bytes = if text == "-" {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(page)
    };
    let bytes = bytes.map_err(|source| Problem::Read {
        what: name(page),
        source,
    })?;
    // Old pages are in Latin-1, of which every byte is the number of its character.
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect()))
}

/// Writes the original of a guide, and the guide if there is none; returns what is to be said.
fn into(root: Option<&Path>, guide: &str, page: &Imported, force: bool) -> Result<String, Problem> {
    let guide = guide.trim_start_matches("content/").trim_end_matches('/');
    let is_part = |part: &str| !part.is_empty() && !part.starts_with(['.', '_']) && !part.contains('\\');
    if !guide.split('/').all(is_part) {
        return Err(Problem::Name(guide.to_owned()));
    }
    let folder = load::root(root.unwrap_or(Path::new(".")))?.join("content").join(guide);
    let (original, revised) = (folder.join("original.md"), folder.join("guide.md"));
    if original.exists() && !force {
        return Err(Problem::Exists(original));
    }
    let failed = |action, path: &Path| {
        let path = path.to_owned();
        move |source| Problem::Write { action, path, source }
    };
    fs::create_dir_all(&folder).map_err(failed("make", &folder))?;
    let text = with_head(page, None);
    fs::write(&original, &text).map_err(failed("write", &original))?;
    let begins = !revised.exists();
    if begins {
        let text = with_head(page, Some(&align::sha256(text.as_bytes())));
        fs::write(&revised, text).map_err(failed("write", &revised))?;
    }
    let wrote = if begins {
        "original.md and guide.md"
    } else {
        "original.md"
    };
    Ok(format!(
        "wrote {wrote} in `{}`; go on with\n  docgen check             # what of it cannot run as it is\n  docgen verify {guide}    # run it in a container",
        folder.display()
    ))
}

/// The text with its front matter; a guide says which original it revises.
fn with_head(page: &Imported, sha256: Option<&str>) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut head = String::new();
    if !page.title.is_empty() {
        head.push_str(&format!("title: {}\n", quoted(&page.title)));
    }
    if page.url.is_some() || sha256.is_some() {
        head.push_str("original:\n");
        if !page.title.is_empty() {
            head.push_str(&format!("  title: {}\n", quoted(&page.title)));
        }
        head.extend(page.url.iter().map(|url| format!("  url: {}\n", quoted(url))));
        head.extend(sha256.iter().map(|hash| format!("  sha256: {hash}\n")));
    }
    if head.is_empty() {
        return page.text.clone();
    }
    format!("---\n{head}---\n\n{}", page.text)
}
