//! How long judging takes: an output of 10 MB against 1,000 expected lines, as written by people and as built to be slow.
//!
//! `cargo test --release --test suite -- --ignored --nocapture time_of_matching`

use std::time::Duration;

use docgen::check::{Captures, Outcome, outcome};
use docgen::model::block::MatchMode;
use docgen::parse::expectation::expectation;

/// Expected lines.
const LINES: usize = 1000;
/// Bytes of output.
const BYTES: usize = 10_000_000;

/// One thing to judge.
struct Shape {
    name: &'static str,
    mode: MatchMode,
    expected: String,
    output: String,
    matches: bool,
}

fn output(line: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(BYTES + 1000);
    for at in 0.. {
        if text.len() >= BYTES {
            break;
        }
        text.push_str(&line(at));
        text.push('\n');
    }
    text
}

fn expected(line: impl Fn(usize) -> String) -> String {
    (0..LINES).map(|at| line(at) + "\n").collect()
}

/// A line of a log, as programs print them.
fn log(at: usize) -> String {
    let id = at as u64 * 0x9e37_79b9_7f4a_7c15;
    format!(
        "2026-11-23T20:{:02}:{:02}.{:03}Z level=info msg=\"request done\" id={id:016x} status=200 size={at} path=/a/{at}",
        at / 60 % 60,
        at % 60,
        at % 1000
    )
}

fn shapes() -> Vec<Shape> {
    use MatchMode::{Contains, Lines, Unordered};
    let wide = |at: usize| format!("{at} {}", "x".repeat(BYTES / LINES - 8));
    let letters = |at: usize| format!("{at}{}", "a".repeat(90));
    let shape = |name, mode, expected, output, matches| Shape {
        name,
        mode,
        expected,
        output,
        matches,
    };
    let hole = "{{time}} level=info msg=\"request done\" id={{hex}} status=200 size={{int}} path={{path}}";
    vec![
        shape("1,000 long lines, literal", Lines, expected(wide), expected(wide), true),
        shape(
            "1,000 long lines, holes",
            Lines,
            expected(|_| "{{int}} {{any}}".into()),
            expected(wide),
            true,
        ),
        shape(
            "1,000 long lines, regex",
            Lines,
            expected(|_| "[0-9]+ x+ (re)".into()),
            expected(wide),
            true,
        ),
        shape(
            "1,000 long lines, two words",
            Lines,
            expected(|_| "{{word}} {{word}}".into()),
            expected(wide),
            true,
        ),
        shape(
            "1,000 long lines, many holes",
            Lines,
            expected(|_| "{{any}}{{any}}{{any}}x{{any}}x{{any}}y".into()),
            expected(wide),
            false,
        ),
        shape(
            "log, last lines with holes",
            Lines,
            "...\n".to_owned() + &expected(|_| hole.into()),
            output(log),
            true,
        ),
        shape(
            "log, run with holes in the middle",
            Lines,
            "...\n".to_owned() + &expected(|_| hole.into()) + "...\n",
            output(log),
            true,
        ),
        shape(
            "log, run with holes that never ends",
            Lines,
            "...\n".to_owned() + &expected(|_| hole.into()) + "end\n...\n",
            output(log),
            false,
        ),
        shape(
            "log, run of different holes that never ends",
            Lines,
            "...\n".to_owned()
                + &expected(|at| {
                    format!(
                        "{{{{time}}}} level={{{{word}}}} {{{{any}}}}{}",
                        if at == 999 { "no" } else { "" }
                    )
                })
                + "end\n...\n",
            output(log),
            false,
        ),
        shape(
            "log, lines between any lines",
            Lines,
            "...\n".to_owned() + &expected(|at| log(at * 80) + "\n..."),
            output(log),
            true,
        ),
        shape(
            "log, holes between any lines",
            Lines,
            "...\n".to_owned()
                + &expected(|at| format!("{{{{time}}}} {{{{any}}}} size={} path={{{{path}}}}\n...", at * 80)),
            output(log),
            true,
        ),
        shape(
            "log, holes between any lines, absent",
            Lines,
            "...\n".to_owned()
                + &expected(|at| format!("{{{{time}}}} {{{{any}}}} size={} path={{{{path}}}}\n...", at * 900)),
            output(log),
            false,
        ),
        shape(
            "log, contains literal",
            Contains,
            expected(|at| log(at * 80)),
            output(log),
            true,
        ),
        shape(
            "log, contains holes",
            Contains,
            expected(|at| format!("{{{{time}}}} {{{{any}}}} size={} path={{{{path}}}}", at * 80)),
            output(log),
            true,
        ),
        shape(
            "log, contains a value captured",
            Contains,
            "{{t:time}} {{any}}\n".to_owned()
                + &expected(|at| format!("{{{{t}}}} {{{{any}}}} size={} path={{{{path}}}}", at * 80)),
            output(log),
            false,
        ),
        shape(
            "log, unordered literal",
            Unordered,
            expected(|at| log((LINES - at) * 80)) + "...\n",
            output(log),
            true,
        ),
        shape(
            "log, unordered holes",
            Unordered,
            expected(|at| format!("{{{{time}}}} {{{{any}}}} size={} path={{{{path}}}}", (LINES - at) * 80)) + "...\n",
            output(log),
            true,
        ),
        shape(
            "log, unordered holes, none there",
            Unordered,
            expected(|at| format!("{{{{time}}}} {{{{any}}}} size={} path={{{{path}}}}x y", at)) + "...\n",
            output(log),
            false,
        ),
        shape(
            "log, unordered holes, no others allowed",
            Unordered,
            expected(|at| format!("{{{{time}}}} {{{{any}}}} size={} path={{{{path}}}}", at)),
            output(log),
            false,
        ),
        shape(
            "same letter, unordered regexes",
            Unordered,
            expected(|at| format!("[0-9]+a*b{at} (re)")) + "...\n",
            output(letters),
            false,
        ),
        shape(
            "same letter, unordered holes",
            Unordered,
            expected(|at| format!("{{{{int}}}}{{{{word}}}}a{at}")) + "...\n",
            output(letters),
            false,
        ),
        shape(
            "same letter, run of distinct regexes",
            Lines,
            "...\n".to_owned()
                + &expected(|at| format!("[0-9]+a{{{},}}{} (re)", at % 80, if at == 999 { "b" } else { "" }))
                + "...\n",
            output(letters),
            false,
        ),
        shape(
            "same letter, run of distinct holes",
            Lines,
            "...\n".to_owned()
                + &expected(|at| {
                    format!(
                        "{{{{int}}}}{}{{{{word}}}}{}",
                        "a".repeat(at % 80),
                        if at == 999 { "b" } else { "" }
                    )
                })
                + "...\n",
            output(letters),
            false,
        ),
        shape(
            "one-letter lines, run that almost fits",
            Lines,
            "...\n".to_owned() + &expected(|at| (if at == 999 { "b" } else { "a" }).into()) + "...\n",
            output(|_| "a".into()),
            false,
        ),
        shape(
            "one-letter lines, holes that almost fit",
            Lines,
            "...\n".to_owned() + &expected(|at| (if at == 999 { "b" } else { "{{word}}" }).into()) + "...\n",
            output(|_| "a".into()),
            false,
        ),
        shape(
            "one-letter lines, all holes that almost fit",
            Lines,
            "...\n".to_owned()
                + &expected(|at| {
                    (if at == 999 {
                        "b"
                    } else {
                        ["{{word}}", "{{any}}", "{{hex}}", "{{str}}"][at % 4]
                    })
                    .into()
                })
                + "...\n",
            output(|_| "a".into()),
            false,
        ),
        shape(
            "one-letter lines, captures that never agree",
            Lines,
            "...\n{{a:word}}\n{{a}}b\n...\n".to_owned(),
            output(|at| (if at % 2 == 0 { "a" } else { "bb" }).into()),
            false,
        ),
        shape(
            "one line, words",
            Lines,
            "{{word}} ".repeat(LINES) + "b\n",
            "a ".repeat(BYTES / 2) + "\n",
            false,
        ),
        shape(
            "one line, any",
            Lines,
            "{{any}}a".repeat(LINES) + "b\n",
            "a".repeat(BYTES) + "\n",
            false,
        ),
        shape(
            "one line, glob",
            Lines,
            "*a".repeat(LINES) + "b (glob)\n",
            "a".repeat(BYTES) + "\n",
            false,
        ),
        shape(
            "one line, nested repetition",
            Lines,
            "((a*)*)*b (re)\n".to_owned(),
            "a".repeat(BYTES) + "\n",
            false,
        ),
        shape(
            "one line, counted repetition",
            Lines,
            "(a{1,100}){1,40}b (re)\n".to_owned(),
            "a".repeat(BYTES) + "\n",
            false,
        ),
        shape(
            "one line, words of letters",
            Lines,
            "(.*a){12}.{12}c (re)\n".to_owned(),
            "ab".repeat(BYTES / 2) + "\n",
            false,
        ),
        shape(
            "progress bars",
            Lines,
            "...\ndone\n".to_owned(),
            output(|at| format!("{at}%\r{}%", at + 1)) + "done\n",
            true,
        ),
        shape(
            "colours",
            Lines,
            "...\n1 ok\n...\n".to_owned(),
            output(|at| format!("\u{1b}[32m{at} ok\u{1b}[0m")),
            true,
        ),
    ]
}

/// The time that this thread spent on a processor, whatever else the machine does.
fn on_cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").expect("a Linux machine");
    let spent = stat.split(' ').next().and_then(|spent| spent.parse().ok());
    Duration::from_nanos(spent.expect("a number"))
}

fn time(shape: &Shape) -> Duration {
    let (wanted, _) = expectation(&shape.expected, shape.mode);
    let start = on_cpu();
    let outcome = outcome(&wanted, shape.output.as_bytes(), &Captures::new());
    let took = on_cpu() - start;
    assert_eq!(
        matches!(outcome, Outcome::Matched(_)),
        shape.matches,
        "{}: {outcome:?}",
        shape.name
    );
    took
}

#[test]
#[ignore = "a benchmark: prints the time of judging 10 MB against 1,000 lines"]
fn time_of_matching() {
    for shape in shapes() {
        let took = (0..3).map(|_| time(&shape)).min().unwrap_or_default();
        println!("{:>9.1} ms  {}", took.as_secs_f64() * 1000.0, shape.name);
    }
}
