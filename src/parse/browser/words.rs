//! The words of an instruction.

use std::ops::Range;

use crate::parse::browser::Wrong;

/// A word of a line.
pub(super) struct Word {
    /// Its text, unquoted.
    pub(super) text: String,
    /// Whether it stood in quotes.
    pub(super) quoted: bool,
    /// The number after it.
    pub(super) number: Option<usize>,
    /// Bytes of the line.
    pub(super) columns: Range<usize>,
}

/// Splits a line into words; quotes hold spaces together.
pub(super) fn words(line: &str) -> Result<Vec<Word>, Wrong> {
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
