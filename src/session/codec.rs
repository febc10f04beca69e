//! The messages as frames. Numbers are big endian; a text or byte string is its length (u32) and its
//! bytes; a list is its count (u32) and its items.

#[path = "field.rs"]
mod field;

use self::field::{Fields, Reader};
use super::super::frame::Frame;
use super::{
    Cause, Done, Inner, Input, Looked, Mode, Open, Opened, Order, Output, Report, Run, Stdin, Stream, Waiting, Write,
};

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
                    Stdin::Watched => fields.u8(3),
                };
                fields
                    .u64(run.timeout_ms)
                    .u64(run.grace_ms)
                    .u64(run.output_limit)
                    .u8(run.enter as u8)
                    .u32(run.answers);
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
            Self::Look(request) => (b'l', *request),
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
                    3 => Stdin::Watched,
                    _ => return None,
                },
                timeout_ms: fields.u64()?,
                grace_ms: fields.u64()?,
                output_limit: fields.u64()?,
                enter: [Inner::None, Inner::Shell, Inner::Prompt]
                    .get(usize::from(fields.u8()?))
                    .copied()?,
                answers: fields.u32()?,
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
            b'l' => Self::Look(frame.id),
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
                    .flag(done.untold)
                    .flag(done.out_of_memory)
                    .u8(done.input as u8)
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
            Self::Looked(request, looked) => {
                for list in [&looked.busy, &looked.outside] {
                    fields.list(list, |fields, line| {
                        fields.str(line);
                    });
                }
                (b'L', *request)
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
                untold: fields.flag()?,
                out_of_memory: fields.flag()?,
                input: [Input::Unwatched, Input::Untouched, Input::Read, Input::ReadLate]
                    .get(usize::from(fields.u8()?))
                    .copied()?,
                signals: fields.list(|fields| Some(fields.u32()?.cast_signed()))?,
            }),
            b'C' => Self::Closed(id, fields.u32()?.cast_signed()),
            b'F' => Self::Written(id, fields.string()?),
            b'P' => Self::Ports(id, fields.list(Reader::u16)?),
            b'L' => Self::Looked(
                id,
                Looked {
                    busy: fields.list(Reader::string)?,
                    outside: fields.list(Reader::string)?,
                },
            ),
            _ => return None,
        };
        fields.is_empty().then_some(report)
    }
}
