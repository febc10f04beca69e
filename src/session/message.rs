//! What docgen and its agent say to each other, as typed messages in frames; shared by both ends.
//!
//! Numbers are big endian; a text or byte string is its length (u32) and its bytes; a list is its
//! count (u32) and its items; an optional value is a byte 0 or 1 and the value.

#[path = "field.rs"]
mod field;

use self::field::{Fields, Reader};
use super::frame::Frame;

/// Version of the protocol; both ends must have the same.
pub const VERSION: u8 = 1;

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
    /// Whether the block opens a shell inside, which later blocks run in.
    pub enter: bool,
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
    /// `user`, `user:group` or `:group`; empty is `user`.
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
    /// Signals sent to end it, by number; 0 stands for ^C typed into the terminal.
    pub signals: Vec<i32>,
}

impl Order {
    /// Returns the message as a frame.
    pub fn to_frame(&self) -> Frame {
        let mut fields = Fields::default();
        let (kind, id) = match self {
            Self::Hello(version) => {
                fields.u8(*version);
                (b'h', 0)
            }
            Self::Open(open) => {
                fields
                    .str(&open.user)
                    .flag(open.login)
                    .list(&open.env, |fields, (name, value)| {
                        fields.str(name).str(value);
                    });
                fields.str(&open.cwd).u16(open.rows).u16(open.cols);
                (b'o', open.session)
            }
            Self::Run(run) => {
                fields.u32(run.session).bytes(&run.script).u8(run.mode as u8);
                match &run.stdin {
                    Stdin::Null => fields.u8(0),
                    Stdin::Bytes(bytes) => fields.u8(1).bytes(bytes),
                    Stdin::Tty => fields.u8(2),
                };
                fields
                    .u64(run.timeout_ms)
                    .u64(run.grace_ms)
                    .u64(run.output_limit)
                    .flag(run.enter);
                (b'r', run.block)
            }
            Self::Input(session, bytes) => {
                fields.bytes(bytes);
                (b'i', *session)
            }
            Self::Resize(session, rows, cols) => {
                fields.u16(*rows).u16(*cols);
                (b'w', *session)
            }
            Self::Signal(session, signal) => {
                fields.u32(signal.cast_unsigned());
                (b's', *session)
            }
            Self::Close(session) => (b'c', *session),
            Self::Write(write) => {
                fields
                    .str(&write.path)
                    .str(&write.user)
                    .str(&write.cwd)
                    .str(&write.owner);
                fields
                    .flag(write.mode.is_some())
                    .u32(write.mode.unwrap_or(0))
                    .flag(write.append);
                fields.flag(write.make_parents).bytes(&write.bytes);
                (b'f', write.request)
            }
            Self::Ports(request) => (b'p', *request),
        };
        Frame {
            kind,
            stream: 0,
            id,
            payload: fields.into_bytes(),
        }
    }

    /// Returns the message of a frame, or `None` if it is not one.
    pub fn from_frame(frame: &Frame) -> Option<Self> {
        let mut fields = Reader::new(&frame.payload);
        let order = match frame.kind {
            b'h' => Self::Hello(fields.u8()?),
            b'o' => Self::Open(Open {
                session: frame.id,
                user: fields.string()?,
                login: fields.flag()?,
                env: fields.list(|fields| Some((fields.string()?, fields.string()?)))?,
                cwd: fields.string()?,
                rows: fields.u16()?,
                cols: fields.u16()?,
            }),
            b'r' => Self::Run(Run {
                block: frame.id,
                session: fields.u32()?,
                script: fields.bytes()?,
                mode: [Mode::Merged, Mode::Split, Mode::Tty]
                    .get(usize::from(fields.u8()?))
                    .copied()?,
                stdin: match fields.u8()? {
                    0 => Stdin::Null,
                    1 => Stdin::Bytes(fields.bytes()?),
                    2 => Stdin::Tty,
                    _ => return None,
                },
                timeout_ms: fields.u64()?,
                grace_ms: fields.u64()?,
                output_limit: fields.u64()?,
                enter: fields.flag()?,
            }),
            b'i' => Self::Input(frame.id, fields.bytes()?),
            b'w' => Self::Resize(frame.id, fields.u16()?, fields.u16()?),
            b's' => Self::Signal(frame.id, fields.u32()?.cast_signed()),
            b'c' => Self::Close(frame.id),
            b'f' => Self::Write(Write {
                request: frame.id,
                path: fields.string()?,
                user: fields.string()?,
                cwd: fields.string()?,
                owner: fields.string()?,
                mode: fields.optional_u32()?,
                append: fields.flag()?,
                make_parents: fields.flag()?,
                bytes: fields.bytes()?,
            }),
            b'p' => Self::Ports(frame.id),
            _ => return None,
        };
        fields.is_empty().then_some(order)
    }
}

impl Report {
    /// Returns the message as a frame.
    pub fn to_frame(&self) -> Frame {
        let mut fields = Fields::default();
        let mut stream = 0;
        let (kind, id) = match self {
            Self::Hello(version) => {
                fields.u8(*version);
                (b'H', 0)
            }
            Self::Opened(opened) => {
                fields
                    .str(&opened.directory)
                    .str(&opened.cwd)
                    .flag(opened.watches_commands);
                (b'R', opened.session)
            }
            Self::Failed(id, reason) => {
                fields.str(reason);
                (b'E', *id)
            }
            Self::Output(output) => {
                stream = output.stream as u8 + 1;
                fields.u64(output.at_us).raw(&output.bytes);
                (b'O', output.block)
            }
            Self::Entered(block) => (b'N', *block),
            Self::Waiting(block, waiting) => {
                fields
                    .str(&waiting.program)
                    .flag(waiting.reads_terminal)
                    .u64(waiting.silent_ms);
                (b'W', *block)
            }
            Self::Done(done) => {
                fields
                    .u32(done.status.cast_unsigned())
                    .u8(done.cause as u8)
                    .flag(done.shell_gone);
                fields
                    .u64(done.micros)
                    .str(&done.cwd)
                    .list(&done.failed, |fields, (line, status)| {
                        fields.u32(*line).u32(status.cast_unsigned());
                    });
                fields
                    .u32(done.more_failed)
                    .flag(done.reduced)
                    .list(&done.signals, |fields, signal| {
                        fields.u32(signal.cast_unsigned());
                    });
                (b'D', done.block)
            }
            Self::Closed(session, status) => {
                fields.u32(status.cast_unsigned());
                (b'C', *session)
            }
            Self::Written(request, path) => {
                fields.str(path);
                (b'F', *request)
            }
            Self::Ports(request, ports) => {
                fields.list(ports, |fields, port| {
                    fields.u16(*port);
                });
                (b'P', *request)
            }
        };
        Frame {
            kind,
            stream,
            id,
            payload: fields.into_bytes(),
        }
    }

    /// Returns the message of a frame, or `None` if it is not one.
    pub fn from_frame(frame: Frame) -> Option<Self> {
        let id = frame.id;
        let mut fields = Reader::new(&frame.payload);
        let report = match frame.kind {
            b'H' => Self::Hello(fields.u8()?),
            b'R' => Self::Opened(Opened {
                session: id,
                directory: fields.string()?,
                cwd: fields.string()?,
                watches_commands: fields.flag()?,
            }),
            b'E' => Self::Failed(id, fields.string()?),
            b'O' => Self::Output(Output {
                block: id,
                stream: [Stream::Out, Stream::Err, Stream::Tty]
                    .get(usize::from(frame.stream).checked_sub(1)?)
                    .copied()?,
                at_us: fields.u64()?,
                bytes: fields.rest(),
            }),
            b'N' => Self::Entered(id),
            b'W' => Self::Waiting(
                id,
                Waiting {
                    program: fields.string()?,
                    reads_terminal: fields.flag()?,
                    silent_ms: fields.u64()?,
                },
            ),
            b'D' => Self::Done(Done {
                block: id,
                status: fields.u32()?.cast_signed(),
                cause: [
                    Cause::Finished,
                    Cause::TimedOut,
                    Cause::ShellExited,
                    Cause::OutputLimit,
                    Cause::Closed,
                ]
                .get(usize::from(fields.u8()?))
                .copied()?,
                shell_gone: fields.flag()?,
                micros: fields.u64()?,
                cwd: fields.string()?,
                failed: fields.list(|fields| Some((fields.u32()?, fields.u32()?.cast_signed())))?,
                more_failed: fields.u32()?,
                reduced: fields.flag()?,
                signals: fields.list(|fields| Some(fields.u32()?.cast_signed()))?,
            }),
            b'C' => Self::Closed(id, fields.u32()?.cast_signed()),
            b'F' => Self::Written(id, fields.string()?),
            b'P' => Self::Ports(id, fields.list(Reader::u16)?),
            _ => return None,
        };
        fields.is_empty().then_some(report)
    }
}
