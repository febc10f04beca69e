//! `docgen init`: a small site that works, with one guide that is proven.
#![expect(clippy::disallowed_methods, reason = "edge: this is where a new site is written")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::exit::Verdict;
use super::terminal::Terminal;

/// The files of a new site, by their path in it.
const FILES: [(&str, &str); 6] = [
    ("docgen.toml", include_str!("init/docgen.toml")),
    (".gitignore", include_str!("init/gitignore")),
    (".github/workflows/guides.yml", include_str!("init/guides.yml")),
    ("content/_index.md", include_str!("init/index.md")),
    ("content/hello/guide.md", include_str!("init/guide.md")),
    ("content/hello/original.md", include_str!("init/original.md")),
];

/// What may stand in a folder that counts as empty: a repository that was just made.
const NO_HINDRANCE: &str = ".git";

/// Options of `docgen init`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Folder of the new site
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

/// Why no site was made.
#[derive(Debug, thiserror::Error)]
enum InitError {
    #[error("`{}` is not empty: it holds `{holds}`; nothing was written", folder.display())]
    NotEmpty { folder: PathBuf, holds: String },
    #[error("`{}` is not a folder", .0.display())]
    NotAFolder(PathBuf),
    #[error("could not {action} `{}`: {source}", path.display())]
    System {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
}

impl InitError {
    fn help(&self) -> Option<&'static str> {
        match self {
            Self::NotEmpty { .. } | Self::NotAFolder(_) => Some("name a new folder: docgen init my-guides"),
            Self::System { .. } => None,
        }
    }
}

pub(super) fn run(terminal: &Terminal, options: &Options) -> Verdict {
    match make(&options.folder) {
        Ok(()) => {
            terminal.say(&next_steps(&options.folder));
            Verdict::AsStated
        }
        Err(error) => {
            terminal.error(&error, error.help());
            Verdict::CouldNotTell
        }
    }
}

fn make(folder: &Path) -> Result<(), InitError> {
    must_be_empty(folder)?;
    for (path, text) in FILES {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(|source| system("make", parent, source))?;
        fs::write(&path, text).map_err(|source| system("write", &path, source))?;
    }
    Ok(())
}

fn must_be_empty(folder: &Path) -> Result<(), InitError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(InitError::NotAFolder(folder.to_owned()));
        }
        Err(source) => return Err(system("read", folder, source)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|source| system("read", folder, source))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    match names.into_iter().find(|name| name != NO_HINDRANCE) {
        None => Ok(()),
        Some(holds) => Err(InitError::NotEmpty {
            folder: folder.to_owned(),
            holds,
        }),
    }
}

fn system(action: &'static str, path: &Path, source: io::Error) -> InitError {
    InitError::System {
        action,
        path: path.to_owned(),
        source,
    }
}

fn next_steps(folder: &Path) -> String {
    let enter = if folder == Path::new(".") {
        String::new()
    } else {
        format!("  cd {}\n", folder.display())
    };
    format!(
        "made a site in `{}`; go on with\n{enter}  docgen verify --record   # run the guide in a container, keep the results for its page\n  docgen serve             # look at the pages while you write",
        folder.display()
    )
}
