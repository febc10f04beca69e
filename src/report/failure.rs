//! Why a block is not green: the fact, its place, what was seen, what to do.

use serde::{Deserialize, Serialize};

use crate::check::{Diff, shell_quote};
use crate::model::guide::Side;
use crate::report::event::GuideKey;
use crate::source::Place;

/// What went wrong with a block. The texts are complete sentences' parts, ready to be shown; secrets are masked later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// The kind.
    pub code: Code,
    /// The fact, in one line.
    pub message: String,
    /// Where the guide is wrong.
    pub spot: Spot,
    /// What is said right at that place.
    pub label: String,
    /// Further facts.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Vec<String>,
    /// Expected against real, for [`Code::OutputDiffers`].
    #[serde(default)]
    pub diff: Option<Diff>,
    /// The end of what the block printed, where there is no diff.
    #[serde(default)]
    pub output: Option<Excerpt>,
    /// The ends of the logs of what was running.
    #[serde(default)]
    pub logs: Vec<Log>,
}

/// The kinds of failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// The output is not what the guide shows.
    OutputDiffers,
    /// The block ended with another status than the guide says.
    Status,
    /// A command of the block failed, though the block went on.
    CommandFailed,
    /// The shell could not read the block.
    Syntax,
    /// The block did not end in time.
    TimedOut,
    /// The block printed more than a block may.
    TooMuchOutput,
    /// The block ended its shell.
    ShellEnded,
    /// A value that is pasted was never captured.
    CaptureMissing,
    /// A value that is pasted might be executed or expanded.
    FillUnquotable,
    /// A program in the background ended.
    ServiceEnded,
    /// A program in the background was not ready in time.
    NotReady,
    /// A prompt that has an answer never came, or one came that has none.
    Prompt,
    /// A page is not as a step in a browser needs it.
    BrowserStep,
    /// The machine was gone.
    MachineDied,
    /// docgen, the engine or the network could not do its part.
    Engine,
}

impl Code {
    /// Returns the word of messages: `output-differs`.
    pub fn word(self) -> &'static str {
        match self {
            Self::OutputDiffers => "output-differs",
            Self::Status => "status",
            Self::CommandFailed => "command-failed",
            Self::Syntax => "syntax",
            Self::TimedOut => "timed-out",
            Self::TooMuchOutput => "too-much-output",
            Self::ShellEnded => "shell-ended",
            Self::CaptureMissing => "capture-missing",
            Self::FillUnquotable => "fill-unquotable",
            Self::ServiceEnded => "service-ended",
            Self::NotReady => "not-ready",
            Self::Prompt => "prompt",
            Self::BrowserStep => "browser-step",
            Self::MachineDied => "machine-died",
            Self::Engine => "engine",
        }
    }
}

impl Failure {
    /// Starts a failure.
    pub fn new(code: Code, spot: Spot, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            spot,
            label: String::new(),
            notes: Vec::new(),
            help: Vec::new(),
            diff: None,
            output: None,
            logs: Vec::new(),
        }
    }

    /// The output is not what the guide shows. `spot` is the expected line `diff.line`.
    pub fn output_differs(spot: Spot, diff: Diff) -> Self {
        let mut failure =
            Self::new(Code::OutputDiffers, spot, "the output is not what the guide shows").label(&diff.label);
        failure.notes.clone_from(&diff.notes);
        if !diff.filters.is_empty() {
            let ignored: Vec<&str> = diff.filters.iter().map(|filter| filter.describe()).collect();
            failure.notes.push(format!("ignored in both: {}", ignored.join(", ")));
        }
        failure.diff = Some(diff);
        failure
    }

    /// Says something right at the place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = text.into();
        self
    }

    /// Adds a further fact.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds a remedy.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds the end of what the block printed.
    #[must_use]
    pub fn output(mut self, text: &str) -> Self {
        self.output = (!text.is_empty()).then(|| Excerpt::tail(text));
        self
    }

    /// Adds the end of the log of something that was running.
    #[must_use]
    pub fn log(mut self, name: &str, state: &str, text: &str) -> Self {
        self.logs.push(Log {
            name: name.to_owned(),
            state: state.to_owned(),
            text: Excerpt::tail(text),
        });
        self
    }

    /// Says where the block ran and how it ended, and which values it used: each with the place of its capture and what may
    /// be shown of it.
    #[must_use]
    pub fn ran(mut self, path: &str, line: usize, exit: Option<i32>, used: &[UsedValue<'_>]) -> Self {
        let file = file_name(path);
        let mut note = match exit {
            Some(exit) => format!("the block ran at {file}:{line} with status {exit}"),
            None => format!("the block ran at {file}:{line}"),
        };
        for (index, value) in used.iter().enumerate() {
            let joint = if index == 0 { ";" } else { "," };
            note.push_str(&format!(
                "{joint} `{}` was captured at {}:{} as `{}`",
                value.name,
                file_name(value.path),
                value.line,
                value.shown
            ));
            if value.masked {
                note.push_str(" (masked)");
            }
        }
        self.notes.push(note);
        self
    }

    /// Adds the line that runs the guide up to this block and opens a shell there.
    #[must_use]
    pub fn reproduce(self, run: &GuideKey, id: &str) -> Self {
        let original = if run.side == Side::Original { " --original" } else { "" };
        let tab = run
            .alternative
            .as_ref()
            .map(|name| format!(" --alternative {}", shell_quote(name)));
        self.help(format!(
            "docgen verify {}{original}{} --until {} --shell",
            shell_quote(&run.guide),
            tab.unwrap_or_default(),
            shell_quote(id)
        ))
    }
}

/// A captured value that a block used, for the note of a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedValue<'a> {
    /// Its name.
    pub name: &'a str,
    /// File in which it was captured.
    pub path: &'a str,
    /// Line (1-based) at which it was captured.
    pub line: usize,
    /// What may be shown of it, see [`crate::check::capture::hint`].
    pub shown: String,
    /// True if that is not all.
    pub masked: bool,
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

impl Spot {
    /// Takes the first line of a place; what is meant ends with that line at the latest.
    pub fn of(place: &Place) -> Self {
        let line = place.line();
        let bytes = place.file.line_span(line);
        let start = place.span.start.clamp(bytes.start, bytes.end) - bytes.start;
        let end = place.span.end.clamp(bytes.start + start, bytes.end) - bytes.start;
        Self {
            path: place.file.path.clone(),
            line,
            text: place.file.text[bytes].to_owned(),
            start,
            end,
        }
    }

    /// Narrows the spot to its text without the white space around it.
    #[must_use]
    pub fn trimmed(mut self) -> Self {
        if let Some(text) = self.text.get(self.start..self.end) {
            self.start += text.len() - text.trim_start().len();
            self.end -= text.len() - text.trim_end().len();
            self.end = self.end.max(self.start);
        }
        self
    }
}

/// Lines of an excerpt.
const LINES: usize = 20;
/// The most characters of one line of an excerpt.
const WIDTH: usize = 400;

impl Excerpt {
    /// Takes the last lines of a text; control characters are applied or made visible later.
    pub fn tail(text: &str) -> Self {
        let normal = crate::check::normalize(text);
        let lines = normal.lines();
        let left_out = lines.len().saturating_sub(LINES);
        let cut = |line: &&str| match line.char_indices().nth(WIDTH) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => (*line).to_owned(),
        };
        Self {
            lines: lines[left_out..].iter().map(cut).collect(),
            left_out,
        }
    }
}

/// A place in a file together with its line, so that a report can be drawn without the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// The file's path from the site's root.
    pub path: String,
    /// Line, 1-based.
    pub line: usize,
    /// The line's text.
    pub text: String,
    /// First byte of `text` that is meant, 0-based.
    pub start: usize,
    /// End of the bytes of `text` that are meant.
    pub end: usize,
}

/// A part of a longer text: its end, which says most about a failure.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Excerpt {
    /// The last lines.
    pub lines: Vec<String>,
    /// How many lines before them are left out.
    pub left_out: usize,
}

/// The end of a log of something that was running.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// What wrote it: a service of the guide, or a machine.
    pub name: String,
    /// Its state: `running`, `ended with status 1 at 20:11:05`, …
    pub state: String,
    /// Its end.
    pub text: Excerpt,
}
