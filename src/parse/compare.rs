//! Reads `compare.toml`: pairings, roles and notes for an original that may not be edited.
//!
//! ```toml
//! [[block]]
//! original = "docker run -d --name consent"  # a part of the block's text that no other block of the original has
//! revised = "run-consent"                    # id of the block of guide.md that revises it, or "none": left out
//! label = "Now on a network of its own"      # in place of the generated words
//! role = "command"                           # or "output", "file": what the fence does not say or says wrong
//! notes = ["`-d` — Runs in the background."] # as the items of a note list; they quote this block of the original
//!
//! [[block]]
//! original = "hydra migrate sql"
//! revised = "none"
//! see = "migrate"                            # id of the block of guide.md that does the step instead
//!
//! [[block]]
//! original = "none"                          # the block of guide.md is new on purpose
//! revised = "backup"
//! ```

use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Parsed};
use crate::model::annotation::{About, Note, OriginalRef};
use crate::model::compare::{CompareEntry, CompareFile, OriginalRole, Revised, Said};
use crate::model::guide::Side;
use crate::parse::markdown::Code;
use crate::parse::outline::OutlineItem;
use crate::parse::values::suggestion;
use crate::parse::{annotation, markdown};
use crate::source::{Place, SourceFile, Span};

const KEYS: [&str; 6] = ["original", "revised", "label", "see", "role", "notes"];
const NOTE_FORM: &str = "begin it with a quote of the original's block and a dash: \"`-d` — Runs in the background.\"";

/// Reads the file. What cannot be understood is left out and said; all problems are said at once.
pub fn compare(source: Arc<SourceFile>) -> Parsed<CompareFile> {
    let (root, errors) = DeTable::parse_recoverable(&source.text);
    let mut reader = Reader {
        source: &source,
        remarks: String::new(),
        diagnostics: Vec::new(),
    };
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        reader.error("bad-settings", span, error.message().to_owned(), "");
    }
    let mut drafts = Vec::new();
    for (key, value) in root.get_ref() {
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("block", DeValue::Array(list)) => drafts.extend(list.iter().filter_map(|entry| reader.entry(entry))),
            ("block", _) => reader.error(
                "bad-value",
                value.span(),
                "`block` is no list of tables".to_owned(),
                "head each entry with `[[block]]`",
            ),
            (word, _) => reader.unknown(word, key.span(), &["block"]),
        }
    }
    let Reader {
        remarks,
        mut diagnostics,
        ..
    } = reader;
    // The notes are read as Markdown once their whole text stands, so that their places are those of one text.
    let remarks = SourceFile::new(source.path.as_str(), remarks);
    let entries = drafts
        .into_iter()
        .map(|(entry, notes)| CompareEntry {
            notes: self::notes(&source, &remarks, notes, &mut diagnostics),
            ..entry
        })
        .collect();
    let remarks = super::document(remarks, Side::Original).value;
    Parsed {
        value: CompareFile {
            entries,
            remarks,
            source: Arc::clone(&source),
        },
        diagnostics,
    }
}

/// Where the Markdown of a note stands among the remarks, and its place in the file.
type Draft = Said<Span>;

struct Reader<'s> {
    source: &'s Arc<SourceFile>,
    remarks: String,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn error(&mut self, code: &'static str, span: Span, message: String, help: &str) {
        self.diagnostics.push(problem(self.source, code, span, message, help));
    }

    fn unknown(&mut self, word: &str, span: Span, known: &[&str]) {
        let help = match suggestion(word, known) {
            Some(known) => format!("did you mean `{known}`?"),
            None => format!("known keys are {}", known.join(", ")),
        };
        self.error("unknown-key", span, format!("unknown key `{word}`"), &help);
    }

    fn entry(&mut self, entry: &Spanned<DeValue<'_>>) -> Option<(CompareEntry, Vec<Draft>)> {
        let DeValue::Table(table) = entry.get_ref() else {
            let message = "an entry of `block` is a table".to_owned();
            self.error("bad-value", entry.span(), message, "head it with `[[block]]`");
            return None;
        };
        let mut found: [Option<Said<String>>; 5] = Default::default();
        let mut notes = Vec::new();
        for (key, value) in table {
            let word = key.get_ref().as_ref();
            match (KEYS.iter().position(|known| *known == word), value.get_ref()) {
                (Some(5), DeValue::Array(list)) => list.iter().for_each(|note| notes.extend(self.draft(note))),
                (Some(5), _) => {
                    let message = "`notes` is no list".to_owned();
                    self.error("bad-value", value.span(), message, "write `notes = [\"…\"]`");
                }
                (Some(at), DeValue::String(text)) => {
                    found[at] = Some(Said {
                        value: text.trim().to_owned(),
                        span: value.span(),
                    });
                }
                (Some(_), other) => {
                    let message = format!("`{word}` is a text, not {}", other.type_str());
                    self.error("bad-value", value.span(), message, "put it in quotes");
                }
                (None, _) => self.unknown(word, key.span(), &KEYS),
            }
        }
        let [original, revised, label, see, role] = found;
        let Some(original) = original.filter(|original| !original.value.is_empty()) else {
            let message = "this entry does not say which block of the original it means".to_owned();
            let help = "add `original = \"a part of the block's text that no other block has\"`";
            self.error("bad-value", entry.span(), message, help);
            return None;
        };
        let role = role.and_then(|role| self.role(&role));
        let entry = CompareEntry {
            original: Said {
                value: original_ref(original.value),
                span: original.span,
            },
            revised: revised.map(|revised| Said {
                value: match revised.value.as_str() {
                    "none" => Revised::Nothing,
                    _ => Revised::Block(revised.value),
                },
                span: revised.span,
            }),
            label: label.map(|label| label.value),
            see,
            role,
            notes: Vec::new(),
        };
        self.makes_sense(&entry, !notes.is_empty()).then_some((entry, notes))
    }

    fn role(&mut self, role: &Said<String>) -> Option<OriginalRole> {
        match role.value.as_str() {
            "command" => Some(OriginalRole::Command),
            "output" => Some(OriginalRole::Output),
            "file" => Some(OriginalRole::File),
            word => {
                let help = match suggestion(word, &["command", "output", "file"]) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => "a role is `command`, `output` or `file`".to_owned(),
                };
                self.error("bad-value", role.span.clone(), format!("unknown role `{word}`"), &help);
                None
            }
        }
    }

    /// Says which keys of an entry do not go together.
    fn makes_sense(&mut self, entry: &CompareEntry, has_notes: bool) -> bool {
        let at = entry.original.span.clone();
        let revised = entry.revised.as_ref().map(|revised| &revised.value);
        let fault = match (&entry.original.value, revised) {
            (OriginalRef::New, None | Some(Revised::Nothing)) => Some((
                "`original = \"none\"` needs the block that is new",
                "add `revised = \"id of the block\"`",
            )),
            (OriginalRef::New, _) if has_notes || entry.role.is_some() => Some((
                "a block that the original has not can have no role and no notes here",
                "write its notes in guide.md, as a list after the block",
            )),
            (OriginalRef::Text(_), None) if entry.label.is_some() => Some((
                "a label stands on a pairing or a gap, and this entry makes none",
                "add `revised = \"id of the block\"` or `revised = \"none\"`",
            )),
            (OriginalRef::Text(_), None) if !has_notes && entry.role.is_none() && entry.see.is_none() => Some((
                "this entry says nothing about the block",
                "add `revised`, `role` or `notes`",
            )),
            (_, revised) if entry.see.is_some() && revised != Some(&Revised::Nothing) => Some((
                "`see` is for a block that is left out",
                "add `revised = \"none\"`, or say `revised` instead of `see`",
            )),
            _ => None,
        };
        if let Some((message, help)) = fault {
            self.error("bad-value", at, message.to_owned(), help);
        }
        fault.is_none()
    }

    /// Adds a note to the remarks: a list item after a fence, as in a guide.
    fn draft(&mut self, note: &Spanned<DeValue<'_>>) -> Option<Draft> {
        let DeValue::String(text) = note.get_ref() else {
            self.error(
                "bad-value",
                note.span(),
                "a note is a text".to_owned(),
                "put it in quotes",
            );
            return None;
        };
        self.remarks.push_str("~~~\n~~~\n");
        let start = self.remarks.len();
        let indented = text.trim().replace('\r', "").replace('\n', "\n  ");
        self.remarks.push_str(&format!("- {indented}\n"));
        let value = start..self.remarks.len();
        self.remarks.push('\n');
        Some(Said {
            value,
            span: note.span(),
        })
    }
}

fn original_ref(text: String) -> OriginalRef {
    if text == "none" {
        OriginalRef::New
    } else {
        OriginalRef::Text(text)
    }
}

fn notes(
    source: &Arc<SourceFile>,
    remarks: &SourceFile,
    drafts: Vec<Draft>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Said<Note>> {
    let outline = if drafts.is_empty() {
        Vec::new()
    } else {
        markdown::outline(remarks, 0, Code::Fenced).items
    };
    let mut notes = Vec::new();
    for draft in drafts {
        let list = outline.iter().find_map(|item| match item {
            OutlineItem::List(list) if draft.value.contains(&list.span.start) => Some(list),
            _ => None,
        });
        let note = match list.map(|list| &list.items[..]) {
            Some([(span, inlines)]) => annotation::note(span, inlines, &remarks.text),
            _ => None,
        };
        match note {
            Some(note) if note.about == About::Block => notes.push(Said {
                value: note,
                span: draft.span,
            }),
            Some(_) => diagnostics.push(problem(
                source,
                "bad-value",
                draft.span,
                "notes in compare.toml are about the block of the original that the entry names".to_owned(),
                "leave out the word before the quote; for an output of the original, make an entry of its own",
            )),
            None => diagnostics.push(problem(
                source,
                "note-unread",
                draft.span,
                "this is no note".to_owned(),
                NOTE_FORM,
            )),
        }
    }
    notes
}

fn problem(source: &Arc<SourceFile>, code: &'static str, span: Span, message: String, help: &str) -> Diagnostic {
    let place = Place {
        file: Arc::clone(source),
        span,
    };
    let problem = Diagnostic::error(code, Some(place), message);
    if help.is_empty() { problem } else { problem.help(help) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Look;

    fn read(text: &str) -> Parsed<CompareFile> {
        compare(SourceFile::new("content/a/compare.toml", text))
    }

    #[test]
    fn entries_are_typed() {
        let parsed = read(
            "[[block]]\noriginal = \"docker run\"\nrevised = \"run\"\nrole = \"command\"\nnotes = [\"`-d`#2 (changed) — Runs on.\\n\\nAnd more.\", \"**All:** Old.\"]\n\n[[block]]\noriginal = \"none\"\nrevised = \"backup\"\n",
        );
        assert_eq!(parsed.diagnostics, []);
        let entries = parsed.value.entries;
        assert_eq!(entries[0].original.value, OriginalRef::Text("docker run".to_owned()));
        assert_eq!(entries[0].role, Some(OriginalRole::Command));
        let note = &entries[0].notes[0].value;
        assert_eq!((note.targets[0].text.as_str(), note.targets[0].nth), ("-d", Some(2)));
        assert_eq!(
            &parsed.value.remarks.source.text[note.text.clone()],
            "Runs on.\n  \n  And more."
        );
        assert!(entries[0].notes[1].value.targets.is_empty());
        assert_eq!(entries[1].original.value, OriginalRef::New);
    }

    #[test]
    fn all_problems_are_said_at_once() {
        let parsed = read(
            "colour = 1\n[[block]]\norignal = \"x\"\n[[block]]\noriginal = \"x\"\nrole = \"comand\"\nnotes = [\"prose\", 3]\n[[block]]\noriginal = \"x\"\nsee = \"y\"\n",
        );
        let codes: Vec<&str> = parsed.diagnostics.iter().map(|d| d.code).collect();
        assert_eq!(
            codes,
            [
                "unknown-key",
                "unknown-key",
                "bad-value",
                "bad-value",
                "bad-value",
                "bad-value",
                "note-unread"
            ],
            "{:#?}",
            parsed.diagnostics
        );
        assert_eq!(
            parsed.diagnostics[1].draw(Look::Plain),
            "error[unknown-key]: unknown key `orignal`\n --> content/a/compare.toml:3:1\n  |\n3 | orignal = \"x\"\n  | ^^^^^^^\n  |\n  = help: did you mean `original`?"
        );
    }

    #[test]
    fn any_text_is_survived() {
        for text in [
            "",
            "[[block]]",
            "block = 1",
            "[[block]\nx",
            "block = [1]",
            "[[block]]\noriginal=\"a\"\nnotes=[\"\", \"- - `x` — y\", \"~~~\\nx\"]",
        ] {
            let _ = read(text);
        }
    }
}
