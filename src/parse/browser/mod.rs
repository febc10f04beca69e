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

mod machine;
mod words;

use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::model::block::Block;
use crate::model::browser::{BrowserStep, Instruction, Target};
use crate::model::guide::Document;
use crate::parse::browser::words::{Word, words};
use crate::parse::values;

pub(super) use machine::{add_machine, set_defaults};

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

/// Returns what is wrong with the lines and keys of a browser block.
pub(super) fn check(document: &Document, block: &Block) -> Vec<Diagnostic> {
    let place = |span| Some(document.place(span));
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
            let line = block.line_span(step.line);
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
    /// Bytes of the line.
    columns: Range<usize>,
    /// The fact.
    message: String,
    /// What to do.
    help: String,
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
            let has_unit = within.text.ends_with(|last: char| last.is_alphabetic());
            let time = values::duration(&within.text).and_then(|time| match has_unit {
                true => Ok(time),
                false => Err(format!("`{0}` has no unit; `{0}s` are seconds", within.text)),
            });
            let within = time.map_err(|message| Wrong {
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

/// Screenshots are files: lower-case names that mean the same on every computer. `failure` is
/// the picture of the page at which a block failed.
fn is_file_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text != "failure" && text.starts_with(plain) && text.chars().all(|c| plain(c) || matches!(c, '-' | '_'))
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

#[cfg(test)]
mod tests;
