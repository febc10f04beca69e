//! Where a command's result goes: a file, or standard output.
#![expect(clippy::disallowed_methods, reason = "edge: this is where results are written")]

use std::path::Path;

use super::exit::Verdict;
use super::terminal::Terminal;

/// Writes `text` to the file `path`, or to standard output.
pub(super) fn write(terminal: &Terminal, path: Option<&Path>, text: &str) -> Verdict {
    let Some(path) = path else {
        // A report that has nothing to say is no empty line.
        if text.is_empty() {
            return Verdict::AsStated;
        }
        terminal.result(text.strip_suffix('\n').unwrap_or(text));
        return Verdict::AsStated;
    };
    match std::fs::write(path, text) {
        Ok(()) => Verdict::AsStated,
        Err(error) => {
            let error = std::io::Error::new(error.kind(), format!("could not write `{}`: {error}", path.display()));
            terminal.error(&error, None);
            Verdict::CouldNotTell
        }
    }
}
