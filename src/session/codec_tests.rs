//! The messages on their way, in any pieces. Not in the codec's own file, which the agent shares.

use crate::session::frame::{Decoder, Frame};
use crate::session::message::{
    Cause, Done, Inner, Input, Looked, Mode, Open, Opened, Order, Output, Report, Run, Stdin, Stream, Waiting, Write,
};

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
        Order::Look(6),
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
            untold: true,
            signals: vec![0, 2, 15],
            out_of_memory: true,
            input: Input::ReadLate,
        }),
        Report::Closed(3, 143),
        Report::Written(4, "/root/a".into()),
        Report::Ports(5, vec![22, 8080]),
        Report::Looked(
            6,
            Looked {
                busy: vec!["`nginx` runs".into()],
                outside: vec!["mount /".into(), String::new()],
            },
        ),
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
