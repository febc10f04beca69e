//! What a command prints to: results on standard output, everything else on standard error.
#![expect(clippy::disallowed_methods, reason = "edge: colour depends on the environment")]

use std::io::{IsTerminal, Write};

use crate::diagnostic::{Diagnostic, Look, Severity, with_causes};

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR or CI say otherwise.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How much to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loudness {
    /// Problems and results only.
    Quiet,
    /// What a person wants to know.
    Normal,
    /// The output of blocks as it comes, and more.
    Verbose,
}

/// The two streams and how to write to them.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    /// Colours on standard error.
    pub look: Look,
    /// Colours on standard output.
    pub out_look: Look,
    /// How much to say.
    pub loudness: Loudness,
    /// Whether standard error is a terminal that can show progress.
    pub progress: bool,
}

impl Terminal {
    /// Looks at the streams and the environment.
    pub fn new(color: ColorChoice, loudness: Loudness) -> Self {
        let env = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let plain = env("NO_COLOR") || env("CI") || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let look = |terminal: bool| match color {
            ColorChoice::Always => Look::Colour,
            ColorChoice::Auto if terminal && !plain => Look::Colour,
            ColorChoice::Auto | ColorChoice::Never => Look::Plain,
        };
        let (out, err) = (std::io::stdout().is_terminal(), std::io::stderr().is_terminal());
        let progress = err && !env("CI") && loudness > Loudness::Quiet;
        Self {
            look: look(err),
            out_look: look(out),
            loudness,
            progress,
        }
    }

    /// Prints a result. A reader that has gone away (`docgen … | head`) is no failure of ours.
    pub fn result(&self, text: &str) {
        drop(writeln!(std::io::stdout().lock(), "{text}"));
    }

    /// Says something that is neither result nor problem; silent with `-q`.
    pub fn say(&self, text: &str) {
        if self.loudness > Loudness::Quiet {
            drop(writeln!(std::io::stderr().lock(), "{text}"));
        }
    }

    /// Reports that docgen could not do its work.
    pub fn error(&self, error: &dyn std::error::Error, help: Option<&str>) {
        let text = with_causes(error);
        let mut diagnostic = Diagnostic::error("", None, text);
        diagnostic.help.extend(help.map(str::to_owned));
        self.diagnostics(&[diagnostic]);
    }

    /// Draws problems, errors last, so that the worst stands nearest to the prompt.
    pub fn diagnostics(&self, diagnostics: &[Diagnostic]) {
        let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
        sorted.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity));
        let mut stderr = std::io::stderr().lock();
        for diagnostic in sorted {
            drop(writeln!(stderr, "{}\n", diagnostic.draw(self.look)));
        }
    }

    /// Counts problems in one line; nothing if there are none.
    pub fn count(&self, diagnostics: &[Diagnostic]) {
        let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
        let warnings = diagnostics.len() - errors;
        let parts: Vec<String> = [(errors, "error"), (warnings, "warning")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
            .collect();
        if !parts.is_empty() {
            self.say(&parts.join(", "));
        }
    }
}
