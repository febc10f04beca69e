//! The instructions of a browser block: one a line, readable as prose.
//!
//! ```text
//! block  = { line }
//! line   = "" | "#" comment
//!        | "open" word
//!        | "click" target | "check" target
//!        | "type" target string
//!        | "expect" string
//!        | "expect-url" word
//!        | "capture" name string
//!        | "screenshot" slug
//!        | "wait" duration string
//! target = string [ "#" number ]
//! string = '"' { character | '\"' | '\\' } '"'
//! word   = string | characters without white space
//! ```

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::model::block::Block;
use crate::model::browser::{BrowserStep, Instruction, Target};
use crate::model::guide::Document;
use crate::parse::values;
use crate::source::Place;

/// Each instruction with its form.
const FORMS: &[(&str, &str)] = &[
    ("open", "open URL"),
    ("click", "click \"TEXT\""),
    ("type", "type \"LABEL\" \"VALUE\""),
    ("check", "check \"LABEL\""),
    ("expect", "expect \"TEXT\""),
    ("expect-url", "expect-url GLOB"),
    ("capture", "capture NAME \"SELECTOR\""),
    ("screenshot", "screenshot NAME"),
    ("wait", "wait 10s \"TEXT\""),
];

/// A line that is no instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line (0-based).
    pub line: usize,
    /// Bytes of the line.
    pub columns: Range<usize>,
    /// The fact.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// Reads the body of a browser block; lines that cannot be read are left out and told.
pub fn steps(text: &str) -> (Vec<BrowserStep>, Vec<Fault>) {
    let mut steps = Vec::new();
    let mut faults = Vec::new();
    for (line, content) in text.lines().enumerate() {
        let trimmed = content.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        match instruction(content) {
            Ok(instruction) => steps.push(BrowserStep { line, instruction }),
            Err(Wrong { columns, message, help }) => faults.push(Fault {
                line,
                columns,
                message,
                help,
            }),
        }
    }
    (steps, faults)
}

/// Returns what is wrong with the lines of a browser block.
pub(super) fn check(document: &Document, block: &Block) -> Vec<Diagnostic> {
    let place = |span| {
        Some(Place {
            file: Arc::clone(&document.source),
            span,
        })
    };
    let (steps, faults) = steps(&block.text);
    let mut found: Vec<Diagnostic> = faults
        .into_iter()
        .map(|fault| {
            let line = block.lines.get(fault.line).unwrap_or(&block.fence);
            let start = (line.start + fault.columns.start).min(line.end);
            let end = (line.start + fault.columns.end).clamp(start, line.end);
            Diagnostic::error("bad-instruction", place(start..end), fault.message).help(fault.help)
        })
        .collect();
    let mut shots: Vec<&str> = Vec::new();
    for step in &steps {
        let Instruction::Screenshot(name) = &step.instruction else {
            continue;
        };
        if shots.contains(&name.as_str()) {
            let line = block.lines.get(step.line).unwrap_or(&block.fence).clone();
            let fact = format!("this block has two screenshots `{name}`");
            found.push(
                Diagnostic::error("bad-instruction", place(line), fact)
                    .help("the second would replace the first; rename it"),
            );
        }
        shots.push(name);
    }
    found
}

/// What is wrong with a line.
struct Wrong {
    columns: Range<usize>,
    message: String,
    help: String,
}

/// A word of a line.
struct Word {
    text: String,
    /// Whether it stood in quotes.
    quoted: bool,
    /// The number after it.
    number: Option<usize>,
    columns: Range<usize>,
}

fn instruction(line: &str) -> Result<Instruction, Wrong> {
    let mut words = words(line)?.into_iter();
    let verb = words.next().filter(|verb| !verb.quoted);
    let known: Vec<&str> = FORMS.iter().map(|(verb, _)| *verb).collect();
    let Some((verb, (_, form))) = verb
        .as_ref()
        .and_then(|verb| Some((verb, FORMS.iter().find(|(known, _)| *known == verb.text)?)))
    else {
        let (text, columns) = verb.map_or((line.trim().to_owned(), 0..line.len()), |verb| {
            (verb.text, verb.columns)
        });
        return Err(Wrong {
            columns,
            message: format!("`{text}` is no instruction for a browser"),
            help: match values::suggestion(&text, &known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", known.join(", ")),
            },
        });
    };
    let mut arguments = Arguments {
        words: words.collect(),
        form,
        end: line.trim_end().len(),
    };
    let instruction = match verb.text.as_str() {
        "open" => Instruction::Open(arguments.address()?),
        "click" => Instruction::Click(arguments.target()?),
        "type" => Instruction::Type(arguments.target()?, arguments.string()?),
        "check" => Instruction::Check(arguments.target()?),
        "expect" => Instruction::See {
            text: arguments.shown()?,
            within: None,
        },
        "expect-url" => Instruction::At(arguments.word()?.text),
        "capture" => Instruction::Capture {
            name: arguments.name(values::is_name)?,
            from: arguments.string()?,
        },
        "screenshot" => Instruction::Screenshot(arguments.name(is_file_name)?),
        _ => {
            let within = arguments.word()?;
            let within = values::duration(&within.text).map_err(|message| Wrong {
                columns: within.columns,
                message,
                help: format!("write `{form}`"),
            })?;
            Instruction::See {
                text: arguments.shown()?,
                within: Some(within),
            }
        }
    };
    arguments.finish()?;
    Ok(instruction)
}

/// Screenshots are files: lower-case names that mean the same on every computer.
fn is_file_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.starts_with(plain) && text.chars().all(|c| plain(c) || matches!(c, '-' | '_'))
}

/// The words after the verb, taken one by one.
struct Arguments<'a> {
    words: std::collections::VecDeque<Word>,
    form: &'a str,
    end: usize,
}

impl Arguments<'_> {
    fn wrong(&self, columns: Range<usize>, message: &str) -> Wrong {
        Wrong {
            columns,
            message: message.to_owned(),
            help: format!("write `{}`", self.form),
        }
    }

    fn any(&mut self) -> Result<Word, Wrong> {
        let missing = self.wrong(0..self.end, "this instruction is not complete");
        self.words.pop_front().ok_or(missing)
    }

    fn word(&mut self) -> Result<Word, Wrong> {
        let word = self.any()?;
        if word.number.is_some() {
            return Err(self.wrong(
                word.columns,
                "a number can only stand after what is clicked or filled in",
            ));
        }
        Ok(word)
    }

    fn address(&mut self) -> Result<String, Wrong> {
        let word = self.word()?;
        if ["http://", "https://"]
            .iter()
            .any(|scheme| word.text.starts_with(scheme))
        {
            return Ok(word.text);
        }
        Err(Wrong {
            message: format!("`{}` is no address that a browser opens", word.text),
            help: "begin it with `https://` or `http://`".to_owned(),
            columns: word.columns,
        })
    }

    fn target(&mut self) -> Result<Target, Wrong> {
        let word = self.any()?;
        if !word.quoted || word.text.trim().is_empty() {
            return Err(self.wrong(word.columns, "what a page shows stands in quotes"));
        }
        Ok(Target {
            name: word.text,
            number: word.number,
        })
    }

    fn string(&mut self) -> Result<String, Wrong> {
        let word = self.word()?;
        if word.quoted {
            return Ok(word.text);
        }
        Err(self.wrong(word.columns, "this stands in quotes"))
    }

    /// A text to be seen: an empty one would be on every page.
    fn shown(&mut self) -> Result<String, Wrong> {
        let columns = self.words.front().map_or(0..self.end, |word| word.columns.clone());
        let text = self.string()?;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return Err(self.wrong(columns, "an empty text is on every page"));
        }
        Ok(text)
    }

    fn name(&mut self, is_name: fn(&str) -> bool) -> Result<String, Wrong> {
        let word = self.word()?;
        if is_name(&word.text) {
            return Ok(word.text);
        }
        Err(self.wrong(word.columns, &format!("`{}` is no name", word.text)))
    }

    fn finish(self) -> Result<(), Wrong> {
        match self.words.front() {
            None => Ok(()),
            Some(word) => Err(self.wrong(word.columns.start..self.end, "the instruction goes on after its end")),
        }
    }
}

fn words(line: &str) -> Result<Vec<Word>, Wrong> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(start) = line[at..].find(|c: char| !c.is_whitespace()).map(|skip| at + skip) {
        let word = if line[start..].starts_with('"') {
            string(line, start)?
        } else {
            let end = line[start..]
                .find(char::is_whitespace)
                .map_or(line.len(), |length| start + length);
            Word {
                text: line[start..end].to_owned(),
                quoted: false,
                number: None,
                columns: start..end,
            }
        };
        at = word.columns.end;
        words.push(word);
    }
    Ok(words)
}

/// Reads the string whose quote is at `start`, and the number behind it.
fn string(line: &str, start: usize) -> Result<Word, Wrong> {
    let mut text = String::new();
    let mut chars = line[start + 1..].char_indices();
    let end = loop {
        match chars.next() {
            Some((at, '"')) => break start + 1 + at + 1,
            Some((_, '\\')) => text.extend(chars.next().map(|(_, c)| c)),
            Some((_, c)) => text.push(c),
            None => {
                return Err(Wrong {
                    columns: start..line.len(),
                    message: "this quote is never closed".to_owned(),
                    help: "end the text with `\"`; a quote inside it is written `\\\"`".to_owned(),
                });
            }
        }
    };
    let rest = &line[end..];
    let tail = &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())];
    let number = tail
        .strip_prefix('#')
        .and_then(|digits| digits.parse().ok())
        .filter(|number| *number > 0);
    if !tail.is_empty() && number.is_none() {
        return Err(Wrong {
            columns: end..end + tail.len(),
            message: format!("`{tail}` cannot stand after a text in quotes"),
            help: "put a blank before the next word; the second of several is `\"TEXT\"#2`".to_owned(),
        });
    }
    Ok(Word {
        text,
        quoted: true,
        number,
        columns: start..end + tail.len(),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn target(name: &str) -> Target {
        Target {
            name: name.to_owned(),
            number: None,
        }
    }

    #[test]
    fn every_instruction_is_read() {
        let text = "open https://a.test/x\n\n# who logs in\nclick \"Log in\"\ntype \"Say \\\"hi\\\"\"#2 \"a \\\\ b\"\n\
                    check \"Keep\"\nexpect \"two   words\"\nexpect-url https://a.test/*?x=1\ncapture code \"#code\"\n\
                    screenshot log-in\n  wait 1m30s \"Done\"\n";
        let (steps, faults) = steps(text);
        assert_eq!(faults, []);
        let expected = [
            (0, Instruction::Open("https://a.test/x".into())),
            (3, Instruction::Click(target("Log in"))),
            (
                4,
                Instruction::Type(
                    Target {
                        number: Some(2),
                        ..target("Say \"hi\"")
                    },
                    "a \\ b".into(),
                ),
            ),
            (5, Instruction::Check(target("Keep"))),
            (
                6,
                Instruction::See {
                    text: "two words".into(),
                    within: None,
                },
            ),
            (7, Instruction::At("https://a.test/*?x=1".into())),
            (
                8,
                Instruction::Capture {
                    name: "code".into(),
                    from: "#code".into(),
                },
            ),
            (9, Instruction::Screenshot("log-in".into())),
            (
                10,
                Instruction::See {
                    text: "Done".into(),
                    within: Some(Duration::from_secs(90)),
                },
            ),
        ];
        assert_eq!(steps.len(), expected.len());
        for (step, (line, instruction)) in steps.iter().zip(expected) {
            assert_eq!((step.line, &step.instruction), (line, &instruction));
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_at_its_place() {
        let cases = [
            (
                "clik \"x\"",
                0..4,
                "`clik` is no instruction for a browser",
                "did you mean `click`?",
            ),
            (
                "click x",
                6..7,
                "what a page shows stands in quotes",
                "write `click \"TEXT\"`",
            ),
            (
                "click",
                0..5,
                "this instruction is not complete",
                "write `click \"TEXT\"`",
            ),
            (
                "type \"a\" b",
                9..10,
                "this stands in quotes",
                "write `type \"LABEL\" \"VALUE\"`",
            ),
            (
                "expect \"\"",
                7..9,
                "an empty text is on every page",
                "write `expect \"TEXT\"`",
            ),
            (
                "expect \"a\" \"b\"",
                11..14,
                "the instruction goes on after its end",
                "write `expect \"TEXT\"`",
            ),
            (
                "open a.test",
                5..11,
                "`a.test` is no address that a browser opens",
                "begin it with `https://` or `http://`",
            ),
            ("screenshot A", 11..12, "`A` is no name", "write `screenshot NAME`"),
        ];
        for (line, columns, message, help) in cases {
            let (steps, faults) = steps(line);
            assert_eq!(steps, [], "{line}");
            let expected = Fault {
                line: 0,
                columns,
                message: message.to_owned(),
                help: help.to_owned(),
            };
            assert_eq!(faults, [expected], "{line}");
        }
        assert!(steps("click \"x\n").1[0].message.contains("never closed"));
        assert!(steps("click \"x\"y").1[0].message.contains("`y` cannot stand"));
        assert!(steps("wait soon \"x\"").1[0].help.contains("wait 10s"));
        assert_eq!(steps("\"\" x").1[0].message, "`\"\" x` is no instruction for a browser");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_told(text in "[a-z\"#\\\\ \\n\u{e4}0-9:/-]{0,60}") {
            let (steps, faults) = steps(&text);
            let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
            prop_assert_eq!(steps.len() + faults.len(), lines.count());
            for fault in faults {
                let line = text.lines().nth(fault.line).unwrap_or_default();
                prop_assert!(line.get(fault.columns).is_some());
            }
        }

        #[test]
        fn what_is_written_is_read_back(name in "[a-z\"\\\\#\u{e4} ]{1,12}", value in "\\PC{0,12}", number in 1usize..9) {
            prop_assume!(!name.trim().is_empty());
            let instruction = Instruction::Type(Target { name, number: Some(number) }, value);
            let (read, faults) = steps(&instruction.to_string());
            prop_assert_eq!(faults, []);
            prop_assert_eq!(&read[0].instruction, &instruction);
        }
    }
}
