//! A fenced code block of a guide and the keys of its info string.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::source::Span;

/// A fenced code block, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Stable name, unique in its document: anchor, `--only`, pairings.
    pub id: String,
    /// What the block is for.
    pub role: Role,
    /// First word of the info string, as written; empty if there is none.
    pub lang: String,
    /// The other words of the info string.
    pub keys: Keys,
    /// The whole fence in the source, marks included.
    pub fence: Span,
    /// The info string in the source.
    pub info: Span,
    /// The body: LF line ends, the indentation of lists and quotes removed, a final newline if not empty.
    pub text: String,
    /// For each line of `text`, its bytes in the source without line end. For an included file, the fence's first line.
    pub lines: Vec<Span>,
    /// Index of the section in `Document::sections`.
    pub section: usize,
    /// True for a block in a comment that the reader does not see.
    pub hidden: bool,
    /// The tab that it stands in, if it is part of an alternative.
    pub tab: Option<Tab>,
}

/// The tab of a block: one of several alternatives, of which a reader takes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// Number of its group in the document, from 0.
    pub group: usize,
    /// What is written on it; unique in its group.
    pub name: String,
}

/// What a block is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// The whole body runs, as pasted.
    Script,
    /// A transcript: prompt lines are commands, the others expected output.
    Console(Vec<ConsoleCommand>),
    /// Expected output of the block with this index; `None` is an orphan.
    Output(Option<usize>),
    /// A file that the reader saves at `Keys::file`.
    File,
    /// Steps in a browser.
    Browser,
    /// Shown only.
    Other,
}

/// One command of a console transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleCommand {
    /// The command without prompts, lines joined by `\n`.
    pub script: String,
    /// Lines of the block (0-based, half open) that hold the command.
    pub lines: std::ops::Range<usize>,
    /// Lines of the block (0-based, half open) that hold its expected output; may be empty.
    pub output: std::ops::Range<usize>,
    /// True if the prompt was `# `.
    pub root: bool,
}

/// The keys of an info string, typed. `Default` is "none given".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keys {
    /// `id=`
    pub id: Option<String>,
    /// `machine=`
    pub machine: Option<String>,
    /// `terminal=`; `None` is `main`.
    pub terminal: Option<String>,
    /// `file=`: absolute, or relative to the user's home or the working directory of the guide.
    pub file: Option<String>,
    /// `mode=`: permission bits of the file.
    pub mode: Option<u32>,
    /// `owner=`: `user` or `user:group`.
    pub owner: Option<String>,
    /// `append`: the file grows instead of being replaced.
    pub append: bool,
    /// `include=`: path below the guide's folder.
    pub include: Option<String>,
    /// `region=`
    pub region: Option<String>,
    /// `title=`: shown above the block.
    pub title: Option<String>,
    /// `mark=`: lines that stand out, counted from 1.
    pub marked: Vec<RangeInclusive<usize>>,
    /// `lines` or `lines=N`: the number of the first line, if lines are numbered.
    pub first_number: Option<usize>,
    /// `prompt=root`: `# ` is a prompt too.
    pub prompt_root: bool,
    /// `timeout=`
    pub timeout: Option<Duration>,
    /// `exit=`
    pub exit: Option<ExitRule>,
    /// `tty`
    pub tty: bool,
    /// `answer=`, repeatable.
    pub answers: Vec<Answer>,
    /// `enter`
    pub enter: bool,
    /// `leave`
    pub leave: bool,
    /// `background=`: name of the service.
    pub background: Option<String>,
    /// `ready=`, repeatable.
    pub ready: Vec<Ready>,
    /// `eventually=`
    pub eventually: Option<Duration>,
    /// `fill=`, repeatable.
    pub fills: Vec<Fill>,
    /// `skip=`: the reason.
    pub skip: Option<String>,
    /// `until=`: after this day `skip` is an error (ISO date).
    pub until: Option<String>,
    /// `output`: expected output, whatever the language.
    pub output: bool,
    /// `mocked=`: the reason.
    pub mocked: Option<String>,
    /// `recorded`
    pub recorded: bool,
    /// `match=`
    pub matching: Option<MatchMode>,
    /// `stream=`
    pub stream: Option<StreamChoice>,
    /// `tab=`: name of the alternative that the block belongs to.
    pub tab: Option<String>,
    /// `secret=`: names of captures that are masked everywhere, separated by commas.
    pub secrets: Vec<String>,
}

/// Which statuses a block may end with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExitRule {
    /// Any of these.
    OneOf(Vec<i32>),
    /// Whatever it is.
    Any,
}

impl ExitRule {
    /// Returns whether the rule accepts `status`.
    pub fn accepts(&self, status: i32) -> bool {
        match self {
            Self::OneOf(list) => list.contains(&status),
            Self::Any => true,
        }
    }
}

impl std::fmt::Display for ExitRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::OneOf(list) => {
                let list: Vec<String> = list.iter().map(i32::to_string).collect();
                f.write_str(&list.join(","))
            }
        }
    }
}

/// An answer to a prompt of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Text that the program prints.
    pub prompt: String,
    /// What is typed then, without the Enter key.
    pub text: String,
}

/// What must hold before the guide goes on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Ready {
    /// A port of the machine accepts connections: `port:8080`.
    Port(u16),
    /// The program printed this text: `log:"text"`.
    Log(String),
    /// This address answers with a status below 400: `http://...`.
    Http(String),
    /// This command ends with status 0: `cmd:"..."`.
    Command(String),
}

/// What the reader pastes: a literal text and the captured value that replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fill {
    /// The text as printed in the block.
    pub literal: String,
    /// Name of the capture.
    pub capture: String,
}

/// How an expected output is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MatchMode {
    /// Line by line, in order, both ways.
    #[default]
    Lines,
    /// The same lines in any order.
    Unordered,
    /// The expected lines appear, in order, among others.
    Contains,
    /// As JSON: the expected value is a subset of the real one.
    Json,
}

/// Which stream an expected output is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StreamChoice {
    /// Standard output only.
    Stdout,
    /// Standard error only.
    Stderr,
    /// Both, as a terminal shows them.
    #[default]
    Both,
}

impl Block {
    /// Returns whether `verify` has something to do for this block.
    pub fn is_step(&self) -> bool {
        match self.role {
            Role::Script | Role::Console(_) | Role::File | Role::Browser => true,
            Role::Output(_) | Role::Other => false,
        }
    }

    /// Returns whether an output is compared with what is printed, and not only shown.
    pub fn is_compared(&self) -> bool {
        self.keys.mocked.is_none() && !self.keys.recorded
    }

    /// Returns whether the two stand in different tabs of one group: a run takes only one of them.
    pub fn is_instead_of(&self, other: &Self) -> bool {
        matches!((&self.tab, &other.tab), (Some(one), Some(two)) if one.group == two.group && one.name != two.name)
    }

    /// Returns the text that a reader copies: commands without prompts and outputs.
    pub fn commands_text(&self) -> String {
        match &self.role {
            Role::Console(commands) => commands.iter().map(|command| format!("{}\n", command.script)).collect(),
            _ => self.text.clone(),
        }
    }

    /// Returns the bytes of the file that line `index` (0-based) of the body stands on; its fence if there is no such line.
    pub fn line_span(&self, index: usize) -> Span {
        self.lines.get(index).unwrap_or(&self.fence).clone()
    }

    /// Returns the bytes of the file where a part of `text` stands, whose first line is line `first` (0-based) of the body; no
    /// further than to the end of the line in which it begins.
    pub fn span_of(&self, text: &str, first: usize, part: &Span) -> Span {
        let before = &text[..part.start];
        let line = self.line_span(first + before.matches('\n').count());
        let column = before.len() - before.rfind('\n').map_or(0, |newline| newline + 1);
        let start = (line.start + column).min(line.end);
        start..(start + part.len()).min(line.end)
    }

    /// Returns the 1-based line of the file on which line `index` (0-based) of the body stands.
    pub fn file_line(&self, file: &crate::source::SourceFile, index: usize) -> usize {
        let span = self.lines.get(index).or(self.lines.last()).unwrap_or(&self.fence);
        file.line(span.start)
    }
}
