//! The messages as frames. Numbers are big endian; a text or byte string is its length (u32) and its
//! bytes; a list is its count (u32) and its items.

#[path = "field.rs"]
mod field;

use self::field::{Fields, Reader};
use super::super::frame::Frame;
use super::{Cause, Done, Inner, Input, Mode, Open, Opened, Order, Output, Report, Run, Stdin, Stream, Waiting, Write};

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
                out_of_memory: fields.flag()?,
                input: [Input::Unwatched, Input::Untouched, Input::Read, Input::ReadLate]
                    .get(usize::from(fields.u8()?))
                    .copied()?,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::frame::Decoder;

    fn orders() -> Vec<Order> {
        vec![
            Order::Hello(1),
            Order::Open(Open {
                session: 3,
                user: "amy".into(),
                login: true,
                env: vec![("A".into(), "b c".into())],
                cwd: "/".into(),
                rows: 24,
                cols: 80,
            }),
            Order::Run(Run {
                session: 3,
                block: 9,
                script: b"echo \0".to_vec(),
                mode: Mode::Split,
                stdin: Stdin::Bytes(vec![1, 2]),
                timeout_ms: 7,
                grace_ms: 8,
                output_limit: 9,
                enter: Inner::Prompt,
                answers: 2,
            }),
            Order::Input(3, b"y\r".to_vec()),
            Order::Resize(3, 40, 100),
            Order::Signal(3, -2),
            Order::Close(3),
            Order::Write(Write {
                request: 4,
                path: "~/a".into(),
                user: "amy".into(),
                cwd: "/tmp".into(),
                owner: "a:b".into(),
                mode: Some(0o600),
                append: true,
                make_parents: true,
                bytes: vec![0, 255],
            }),
            Order::Ports(5),
        ]
    }

    fn reports() -> Vec<Report> {
        vec![
            Report::Hello(1),
            Report::Opened(Opened {
                session: 3,
                directory: "/d".into(),
                cwd: "/".into(),
                watches_commands: true,
            }),
            Report::Failed(3, "no".into()),
            Report::Output(Output {
                block: 9,
                stream: Stream::Tty,
                at_us: 12,
                bytes: vec![0, 1],
            }),
            Report::Entered(9),
            Report::Waiting(
                9,
                Waiting {
                    program: "cat".into(),
                    reads_terminal: true,
                    silent_ms: 1000,
                },
            ),
            Report::Done(Done {
                block: 9,
                status: -1,
                cause: Cause::OutputLimit,
                shell_gone: true,
                micros: 5,
                cwd: "/x".into(),
                failed: vec![(2, 127)],
                more_failed: 1,
                reduced: true,
                signals: vec![0, 2, 15],
                out_of_memory: true,
                input: Input::ReadLate,
            }),
            Report::Closed(3, 143),
            Report::Written(4, "/root/a".into()),
            Report::Ports(5, vec![22, 8080]),
        ]
    }

    #[test]
    fn every_message_survives_the_way() {
        for order in orders() {
            assert_eq!(Order::from_frame(&order.to_frame()), Some(order));
        }
        for report in reports() {
            assert_eq!(Report::from_frame(report.to_frame()), Some(report));
        }
    }

    #[test]
    fn a_message_that_is_cut_is_none() {
        for order in orders()
            .into_iter()
            .filter(|order| !order.to_frame().payload.is_empty())
        {
            let mut frame = order.to_frame();
            frame.payload.pop();
            assert_eq!(Order::from_frame(&frame), None, "{order:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_cut_gives_the_same_frames(cuts in proptest::collection::vec(1_usize..40, 1..60)) {
            let sent: Vec<Frame> = reports().iter().map(Report::to_frame).collect();
            let bytes: Vec<u8> = sent.iter().flat_map(Frame::encode).collect();
            let (mut decoder, mut got, mut at) = (Decoder::default(), Vec::new(), 0);
            for cut in cuts.iter().cycle() {
                let end = (at + cut).min(bytes.len());
                decoder.push(&bytes[at..end]);
                while let Some(frame) = decoder.next_frame().unwrap() {
                    got.push(frame);
                }
                at = end;
                if at == bytes.len() {
                    break;
                }
            }
            proptest::prop_assert_eq!(got, sent);
        }

        #[test]
        fn junk_is_refused_without_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let mut decoder = Decoder::default();
            decoder.push(&bytes);
            while let Ok(Some(frame)) = decoder.next_frame() {
                let _ = (Order::from_frame(&frame), Report::from_frame(frame));
            }
            for kind in 0..=255 {
                let frame = Frame { kind, stream: 1, id: 0, payload: bytes.clone() };
                let _ = (Order::from_frame(&frame), Report::from_frame(frame));
            }
        }
    }
}
