//! The settings at the head of a text: YAML between `---` lines or TOML between `+++` lines.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::diagnostic::{Diagnostic, Parsed};
use crate::model::guide::{Alternatives, FrontMatter, MachineKeys, OriginalInfo};
use crate::parse::Strictness;
use crate::parse::recover::{self, Syntax};
use crate::parse::values;
use crate::source::{Place, SourceFile, Span};

/// Front matter and where the text begins after it.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// The settings.
    pub front: FrontMatter,
    /// First byte of the Markdown.
    pub body: usize,
}

/// Takes the front matter off a text. For a foreign text, what cannot be read is left alone.
pub fn split(source: &Arc<SourceFile>, strictness: Strictness) -> Parsed<Head> {
    let Some(found) = find(&source.text) else {
        let unclosed = (strictness == Strictness::Guide).then(|| unclosed(source)).flatten();
        return Parsed {
            value: Head {
                front: FrontMatter::default(),
                body: 0,
            },
            diagnostics: unclosed.into_iter().collect(),
        };
    };
    let text = &source.text[found.inner.clone()];
    let (keys, wrong) = if found.toml {
        settings::<FrontKeys>(text)
    } else {
        recover::read(text, &YAML)
    };
    let place = |span: &Span| {
        Some(Place {
            file: Arc::clone(source),
            span: span.start + found.inner.start..span.end + found.inner.start,
        })
    };
    let mut diagnostics: Vec<Diagnostic> = wrong.iter().map(|fault| fault.diagnostic(place(&fault.span))).collect();
    let (front, faults) = keys.typed();
    for (key, message) in faults {
        let at = text.find(key).unwrap_or(0);
        diagnostics.push(Diagnostic::error("bad-value", place(&(at..at + key.len())), message));
    }
    if strictness == Strictness::Foreign {
        diagnostics.clear();
    }
    let front = FrontMatter {
        span: found.inner.clone(),
        ..front
    };
    Parsed {
        value: Head {
            front,
            body: found.body,
        },
        diagnostics,
    }
}

struct Found {
    toml: bool,
    inner: Span,
    body: usize,
}

fn find(text: &str) -> Option<Found> {
    let mark = if text.starts_with("---") { "---" } else { "+++" };
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().filter(|line| line.trim_end() == mark)?;
    let mut at = first.len();
    for line in lines {
        if line.trim_end() == mark {
            return Some(Found {
                toml: mark == "+++",
                inner: first.len()..at,
                body: at + line.len(),
            });
        }
        at += line.len();
    }
    None
}

/// A text that begins with settings which nothing ends: all of them would be shown as text.
fn unclosed(source: &Arc<SourceFile>) -> Option<Diagnostic> {
    let mut lines = source.text.lines();
    let mark = lines
        .next()
        .map(str::trim_end)
        .filter(|mark| matches!(*mark, "---" | "+++"))?;
    let sign = if mark == "---" { ':' } else { '=' };
    let (key, _) = lines.next()?.split_once(sign)?;
    let is_key = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if key.trim_end().is_empty() || !key.trim_end().chars().all(is_key) {
        return None;
    }
    let place = Place {
        file: Arc::clone(source),
        span: 0..mark.len(),
    };
    let fault = Diagnostic::error(
        "unclosed-settings",
        Some(place),
        "the settings at the head are never closed",
    );
    Some(fault.help(format!("end them with a line `{mark}`")))
}

/// A problem that the YAML or TOML reader reports.
pub struct Fault {
    message: String,
    /// Bytes in the text that was read.
    pub span: Span,
}

impl Fault {
    /// Turns the reader's message into ours: an unknown key gets a suggestion.
    pub fn diagnostic(&self, place: Option<Place>) -> Diagnostic {
        let names: Vec<&str> = self.message.split('`').skip(1).step_by(2).collect();
        if self.message.contains("unknown field") && !names.is_empty() {
            let diagnostic = Diagnostic::error("unknown-key", place, format!("unknown key `{}`", names[0]));
            return match values::suggestion(names[0], &names[1..]) {
                Some(known) => diagnostic.help(format!("did you mean `{known}`?")),
                None => diagnostic.help(format!("known keys are {}", names[1..].join(", "))),
            };
        }
        // The reader counts lines from the head of the settings; the place says it for the file.
        let fact = self.message.split(" at line ").next().unwrap_or_default();
        let diagnostic = Diagnostic::error("bad-settings", place, fact);
        match remedy(fact) {
            Some(remedy) => diagnostic.help(remedy),
            None => diagnostic,
        }
    }
}

/// What to do about the mistakes in YAML that people make most.
fn remedy(fact: &str) -> Option<&'static str> {
    if fact.contains("mapping values are not allowed") {
        Some("put a text that holds a colon into quotes: `title: \"Install: the short way\"`")
    } else if fact.contains("did not find expected <document start>") || fact.contains("block mapping") {
        Some("keys of one level begin in the same column")
    } else {
        None
    }
}

/// Reads TOML; used for `docgen.toml` as well.
///
/// # Errors
/// Returns the first problem with its place in `text`.
pub fn from_toml<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Fault> {
    toml::from_str(text).map_err(|error| Fault {
        message: error.message().to_owned(),
        span: error.span().unwrap_or(0..0),
    })
}

/// Reads settings in TOML with all that is wrong with them; used for `docgen.toml` as well.
pub fn settings<T: serde::de::DeserializeOwned + Default>(text: &str) -> (T, Vec<Fault>) {
    let syntax = Syntax {
        read: from_toml,
        is_whole: |text| toml::de::DeTable::parse(text).is_ok(),
        entry: recover::line_entry,
    };
    recover::read(text, &syntax)
}

const YAML: Syntax<FrontKeys> = Syntax {
    read: read_yaml,
    is_whole: |text| text.trim().is_empty() || serde_saphyr::from_str::<IgnoredAny>(text).is_ok(),
    entry: recover::indented_entry,
};

fn read_yaml(text: &str) -> Result<FrontKeys, Fault> {
    if text.trim().is_empty() {
        return Ok(FrontKeys::default());
    }
    serde_saphyr::from_str(text).map_err(|error| {
        let at = error.location().map_or(0, |place| {
            let line = usize::try_from(place.line()).unwrap_or(1);
            let start: usize = text
                .split_inclusive('\n')
                .take(line.saturating_sub(1))
                .map(str::len)
                .sum();
            let column = usize::try_from(place.column()).unwrap_or(1).saturating_sub(1);
            start + text[start..].chars().take(column).map(char::len_utf8).sum::<usize>()
        });
        let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
        let message = match error.without_snippet() {
            // The reader's own sentence leaves out which keys there are.
            serde_saphyr::Error::SerdeUnknownField { field, expected, .. } => {
                format!("unknown field `{field}`, expected one of `{}`", expected.join("`, `"))
            }
            other => other.to_string().lines().next().unwrap_or_default().to_owned(),
        };
        Fault { message, span: at..end }
    })
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct FrontKeys {
    title: Option<String>,
    description: Option<String>,
    weight: i64,
    draft: bool,
    date: Option<String>,
    tags: Vec<String>,
    aliases: Vec<String>,
    original: Option<OriginalInfo>,
    machines: Machines,
    alternatives: Alternatives,
    timeout: Option<String>,
    verify: Option<VerifyKey>,
    reason: Option<String>,
}

/// `verify: false` with `reason:`, or `verify: "reason"`, which says no and why.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "`verify` is `false`, with a `reason` beside it, or the reason itself: `verify: \"…\"`"
)]
enum VerifyKey {
    Flag(bool),
    No(String),
}

impl FrontKeys {
    fn typed(self) -> (FrontMatter, Vec<(&'static str, String)>) {
        let mut faults = Vec::new();
        let timeout = self
            .timeout
            .and_then(|text| values::duration(&text).map_err(|m| faults.push(("timeout", m))).ok());
        if let Some(date) = self.date.as_deref().filter(|date| !values::is_date(date)) {
            faults.push(("date", format!("`{date}` is not a date; write it as `2027-01-31`")));
        }
        let (verify, verify_reason) = match self.verify {
            Some(VerifyKey::Flag(flag)) => (Some(flag), self.reason),
            Some(VerifyKey::No(reason)) => (Some(false), Some(reason)),
            None => (None, self.reason),
        };
        if verify == Some(false) && verify_reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
            faults.push((
                "verify",
                "`verify: false` needs a reason; add `reason: \"…\"`".to_owned(),
            ));
        }
        let front = FrontMatter {
            title: self.title,
            description: self.description,
            weight: self.weight,
            draft: self.draft,
            date: self.date,
            tags: self.tags,
            aliases: self.aliases,
            original: self.original,
            machines: self.machines.list,
            machines_by_name: self.machines.by_name,
            alternatives: self.alternatives,
            timeout,
            verify,
            verify_reason,
            span: 0..0,
        };
        (front, faults)
    }
}

/// Machines in the author's order: a map from names to keys, or a list of names that the site defines.
#[derive(Default)]
struct Machines {
    list: Vec<(String, MachineKeys)>,
    /// Whether it is a list of names.
    by_name: bool,
}

impl<'de> Deserialize<'de> for Machines {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MachinesVisitor)
    }
}

struct MachinesVisitor;

impl<'de> Visitor<'de> for MachinesVisitor {
    type Value = Machines;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("machines by name, or a list of names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut machines = Vec::new();
        while let Some((name, keys)) = map.next_entry::<String, Option<MachineKeys>>()? {
            machines.push((name, keys.unwrap_or_default()));
        }
        Ok(Machines {
            list: machines,
            by_name: false,
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut machines = Vec::new();
        while let Some(name) = seq.next_element::<String>()? {
            machines.push((name, MachineKeys::default()));
        }
        Ok(Machines {
            list: machines,
            by_name: true,
        })
    }
}

#[cfg(test)]
mod tests;
