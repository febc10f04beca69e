//! What docgen and its agent say to each other; shared by both ends.

#[path = "codec.rs"]
mod codec;

/// Version of the protocol; both ends must have the same.
pub const VERSION: u8 = 4;

/// Why a file cannot be written whose folder is missing; the folder follows.
pub const NO_FOLDER: &str = "there is no folder";

/// Why a file cannot be written by the user that follows.
pub const NOT_ALLOWED: &str = "permission denied to";

/// Which of a block's output streams bytes came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stream {
    /// Standard output, or both in merged mode.
    Out,
    /// Standard error in split mode.
    Err,
    /// The terminal.
    Tty,
}

/// Where the output of a block goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Both streams into one pipe, in exact order.
    #[default]
    Merged,
    /// Each stream into a pipe of its own.
    Split,
    /// To the session's terminal.
    Tty,
}

/// What a block reads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Stdin {
    /// Nothing: end of file at once.
    #[default]
    Null,
    /// These bytes, then end of file.
    Bytes(Vec<u8>),
    /// The session's terminal.
    Tty,
    /// Nothing, but whether it was read is found out.
    Watched,
}

/// What a block opens inside, for later blocks to run in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Inner {
    /// Nothing.
    #[default]
    None,
    /// A shell: `su -`, `ssh`, `docker exec -it … sh`.
    Shell,
    /// A program with a prompt of its own: `psql`, `python3`.
    Prompt,
}

/// What docgen orders the agent to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// First message: the version spoken.
    Hello(u8),
    /// Opens a session.
    Open(Open),
    /// Runs a block in a session.
    Run(Run),
    /// Types bytes into the terminal of a session.
    Input(u32, Vec<u8>),
    /// Sets the terminal size of a session: rows, columns.
    Resize(u32, u16, u16),
    /// Sends a signal to the foreground group of a session.
    Signal(u32, i32),
    /// Ends a session and everything in its foreground.
    Close(u32),
    /// Writes a file.
    Write(Write),
    /// Asks which TCP ports have a listener; the number is the request's.
    Ports(u32),
    /// Asks what a copy of the machine's files would lose; the number is the request's.
    Look(u32),
}

/// How a session is opened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Open {
    /// Number of the session, chosen by docgen, never reused.
    pub session: u32,
    /// Name of the user in the machine's /etc/passwd; empty is root.
    pub user: String,
    /// Whether the shell is a login shell (reads the profile).
    pub login: bool,
    /// Variables on top of the usual ones.
    pub env: Vec<(String, String)>,
    /// Directory to start in; empty is the user's home.
    pub cwd: String,
    /// Terminal height in characters.
    pub rows: u16,
    /// Terminal width in characters.
    pub cols: u16,
}

/// How a block is run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// The session.
    pub session: u32,
    /// Number of the block on this machine, chosen by docgen, never reused.
    pub block: u32,
    /// The text, as pasted.
    pub script: Vec<u8>,
    /// Where its output goes.
    pub mode: Mode,
    /// What it reads.
    pub stdin: Stdin,
    /// Time it may take in milliseconds; 0 is no limit.
    pub timeout_ms: u64,
    /// Time between the signals that end it, in milliseconds.
    pub grace_ms: u64,
    /// Bytes of output after which it is ended; 0 is no limit.
    pub output_limit: u64,
    /// What the block opens inside, for later blocks to run in.
    pub enter: Inner,
    /// How often docgen expects to type something before what is inside is ready.
    pub answers: u32,
}

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Write {
    /// Number of the request, never reused.
    pub request: u32,
    /// Path; `~/` is the home of `user`, a relative path starts at `cwd`.
    pub path: String,
    /// Whose home and ownership count; empty is root.
    pub user: String,
    /// Directory that relative paths start at; empty is the user's home.
    pub cwd: String,
    /// `user`, `user:group` or `:group`: root writes it and gives it away. Empty: `user` writes it, with that user's rights.
    pub owner: String,
    /// Permission bits; `None` leaves an existing file's bits and gives a new one 0644.
    pub mode: Option<u32>,
    /// Whether the file grows instead of being replaced.
    pub append: bool,
    /// Whether missing directories above it are made.
    pub make_parents: bool,
    /// The content.
    pub bytes: Vec<u8>,
}

/// What the agent reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// Answer to `Hello`: the version spoken.
    Hello(u8),
    /// A session is ready.
    Opened(Opened),
    /// The session or request with this number failed, with the reason.
    Failed(u32, String),
    /// Output of a block, also after it ended.
    Output(Output),
    /// The shell inside an enter block answers; its blocks may come.
    Entered(u32),
    /// A block seems to wait for somebody to type.
    Waiting(u32, Waiting),
    /// A block ended.
    Done(Done),
    /// A session ended, with the status of its shell.
    Closed(u32, i32),
    /// A file was written; the number is the request's, the text the resolved path.
    Written(u32, String),
    /// The TCP ports that have a listener.
    Ports(u32, Vec<u16>),
    /// What a copy of the machine's files would lose.
    Looked(u32, Looked),
}

/// A session that is ready.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Opened {
    /// The session.
    pub session: u32,
    /// Directory of its block files, which shows in messages about syntax errors.
    pub directory: String,
    /// Working directory of the shell.
    pub cwd: String,
    /// Whether failing commands inside a block are noticed (bash only).
    pub watches_commands: bool,
}

/// A piece of output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The block that it belongs to.
    pub block: u32,
    /// Which stream.
    pub stream: Stream,
    /// Microseconds since the agent started.
    pub at_us: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Evidence that a block waits for input.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Waiting {
    /// Name of the program in the foreground.
    pub program: String,
    /// True if it was seen reading the terminal; false if only silence speaks for it.
    pub reads_terminal: bool,
    /// How long the block was silent, in milliseconds.
    pub silent_ms: u64,
}

/// What of a machine is not in its files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Looked {
    /// What goes on, in words: programs that run, terminals that are not at rest. Nothing, if only idle shells are there.
    pub busy: Vec<String>,
    /// What lies outside the machine's own file system, a line each: mounts, what is in memory, the files that the engine
    /// writes. To be compared with what was there at the start.
    pub outside: Vec<String>,
}

/// Why a block ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cause {
    /// All of it ran.
    #[default]
    Finished,
    /// It took too long and was ended.
    TimedOut,
    /// The shell ended with it: `exit`, `set -e`, `exec`, a signal.
    ShellExited,
    /// It printed too much and was ended.
    OutputLimit,
    /// It was ended because docgen asked for it.
    Closed,
}

/// What came of a block's empty standard input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Input {
    /// Nobody looked, or the machine's files do not tell.
    #[default]
    Unwatched,
    /// Nothing read it.
    Untouched,
    /// Something read it and met its end, before any command failed.
    Read,
    /// Something read it, but only after a command had failed.
    ReadLate,
}

/// How a block ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Done {
    /// The block.
    pub block: u32,
    /// Its status: that of its last command, or of the shell.
    pub status: i32,
    /// Why it ended.
    pub cause: Cause,
    /// Whether its shell is gone.
    pub shell_gone: bool,
    /// Time taken in microseconds.
    pub micros: u64,
    /// Working directory afterwards; empty if unknown.
    pub cwd: String,
    /// Commands that failed: line in the block (1-based) and status, in order.
    pub failed: Vec<(u32, i32)>,
    /// Failed commands beyond those listed.
    pub more_failed: u32,
    /// Whether a trap of the block's own hides failing commands.
    pub reduced: bool,
    /// Whether it ran in a program that tells no status; then `status` means nothing.
    pub untold: bool,
    /// Signals sent to end it, by number; 0 stands for ^C typed into the terminal.
    pub signals: Vec<i32>,
    /// Whether the kernel killed something of the machine for want of memory meanwhile.
    pub out_of_memory: bool,
    /// What came of its empty standard input.
    pub input: Input,
}
