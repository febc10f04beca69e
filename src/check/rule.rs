//! One expected line, made ready to judge real ones.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use regex::Regex;

use crate::check::capture::Captures;
use crate::check::diff::Taken;
use crate::check::hole;
use crate::model::expectation::{Expectation, HoleType, Piece, Rule, Takes, glob_pattern, whole_line};

/// A rule of one expected line. Its pattern is compiled when it is first needed: most lines of most outputs are literal.
#[derive(Debug)]
pub(super) struct Line<'a> {
    rule: &'a Rule,
    /// The expected line as written.
    pub(super) text: &'a str,
    /// What it is compared by.
    pub(super) kind: Kind,
    holes: Vec<HoleOf<'a>>,
    regex: OnceCell<Option<Regex>>,
}

/// How a line is compared.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `...`
    AnyLines,
    /// Only this text fits.
    Literal(String),
    /// A pattern decides; the text is its source.
    Pattern(String),
    /// Nothing fits, because a value that it needs was never captured.
    Impossible {
        /// The name of the value.
        name: String,
    },
}

/// A hole that the pattern has a group for.
#[derive(Debug)]
struct HoleOf<'a> {
    written: &'a str,
    kind: HoleType,
    /// Name under which the value is captured.
    capture: Option<&'a str>,
    /// Name of a capture of this same expectation that the value must equal.
    same: Option<&'a str>,
}

/// What a line took from a real one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Taking {
    /// The values of its holes, in order.
    pub(super) holes: Vec<Taken>,
    /// The captured values by name, in order.
    pub(super) captures: Vec<(String, String)>,
}

/// Makes the rules of an expectation ready. `known` are the values of earlier blocks.
pub(super) fn lines<'a>(expectation: &'a Expectation, rules: &'a [Rule], known: &Captures) -> Vec<Line<'a>> {
    let own: BTreeMap<&str, HoleType> = expectation
        .holes()
        .into_iter()
        .filter_map(|(_, hole)| match &hole.takes {
            Takes::Capture(name, kind) => Some((name.as_str(), *kind)),
            Takes::Any(_) | Takes::Same(_) => None,
        })
        .collect();
    let numbered = rules.iter().zip(&expectation.lines);
    numbered
        .map(|(rule, text)| Line::new(rule, text, &own, known))
        .collect()
}

impl<'a> Line<'a> {
    fn new(rule: &'a Rule, text: &'a str, own: &BTreeMap<&'a str, HoleType>, known: &Captures) -> Self {
        let mut holes = Vec::new();
        let kind = match rule {
            Rule::AnyLines => Kind::AnyLines,
            Rule::Regex(pattern) => Kind::Pattern(pattern.clone()),
            Rule::Glob(glob) => Kind::Pattern(glob_pattern(glob)),
            Rule::Pieces(pieces) => pattern_of(pieces, text, own, known, &mut holes),
        };
        Self {
            rule,
            text,
            kind,
            holes,
            regex: OnceCell::new(),
        }
    }

    /// Returns whether the line fits, apart from values captured by the same expectation.
    pub(super) fn accepts(&self, real: &str) -> bool {
        match &self.kind {
            Kind::AnyLines | Kind::Impossible { .. } => false,
            Kind::Literal(text) => text == real,
            Kind::Pattern(_)
                if self
                    .holes
                    .iter()
                    .all(|hole| !matches!(hole.kind, HoleType::Ip | HoleType::Port)) =>
            {
                self.regex().is_some_and(|regex| regex.is_match(real))
            }
            Kind::Pattern(_) => self.values(real).is_some(),
        }
    }

    /// Returns what the line takes from `real`, if it fits. `own` are the values captured so far by the same expectation.
    pub(super) fn take(&self, real: &str, own: &Captures) -> Option<Taking> {
        match &self.kind {
            Kind::AnyLines | Kind::Impossible { .. } => None,
            Kind::Literal(text) => (text == real).then(Taking::default),
            Kind::Pattern(_) => self.take_by_pattern(real, own),
        }
    }

    fn take_by_pattern(&self, real: &str, own: &Captures) -> Option<Taking> {
        let values = self.values(real)?;
        let mut taking = Taking::default();
        for (hole, value) in self.holes.iter().zip(values) {
            if let Some(name) = hole.capture {
                taking.captures.push((name.to_owned(), value.to_owned()));
            }
            taking.holes.push(Taken {
                hole: hole.written.to_owned(),
                value: value.to_owned(),
            });
        }
        for (index, name) in self
            .holes
            .iter()
            .enumerate()
            .filter_map(|(i, hole)| Some((i, hole.same?)))
        {
            let same_line = taking.captures.iter().rev().find(|(known, _)| known == name);
            let earlier = same_line.map(|(_, value)| value).or_else(|| own.get(name));
            if earlier != Some(&taking.holes[index].value) {
                return None;
            }
        }
        if let Rule::Regex(_) = self.rule {
            self.named_groups(real, &mut taking);
        }
        Some(taking)
    }

    /// The values of the holes, if the line fits and each value is of its type.
    fn values<'r>(&self, real: &'r str) -> Option<Vec<&'r str>> {
        let regex = self.regex()?;
        if self.holes.is_empty() {
            return regex.is_match(real).then(Vec::new);
        }
        let groups = regex.captures(real)?;
        let value = |index| groups.get(index).map_or("", |group| group.as_str());
        let values: Vec<&str> = (1..=self.holes.len()).map(value).collect();
        let valid = self
            .holes
            .iter()
            .zip(&values)
            .all(|(hole, value)| hole::is_valid(hole.kind, value));
        valid.then_some(values)
    }

    fn named_groups(&self, real: &str, taking: &mut Taking) {
        let Some(regex) = self.regex() else { return };
        let Some(groups) = regex.captures(real) else { return };
        for name in regex.capture_names().flatten() {
            if let Some(group) = groups.name(name) {
                taking.captures.push((name.to_owned(), group.as_str().to_owned()));
                taking.holes.push(Taken {
                    hole: format!("(?<{name}>…)"),
                    value: group.as_str().to_owned(),
                });
            }
        }
    }

    fn regex(&self) -> Option<&Regex> {
        let Kind::Pattern(source) = &self.kind else { return None };
        // A pattern of holes is always well-formed; one of an author that is not was reported when it was parsed.
        let compile = || match self.rule {
            Rule::Regex(_) | Rule::Glob(_) => whole_line(source).ok(),
            Rule::Pieces(_) | Rule::AnyLines => Regex::new(source).ok(),
        };
        self.regex.get_or_init(compile).as_ref()
    }

    /// Returns whether the line needs or captures a value of the same expectation.
    pub(super) fn is_bound(&self) -> bool {
        self.holes.iter().any(|hole| hole.same.is_some())
    }

    /// Returns how much the line says about the real one: lines that say more choose first where the order is free.
    pub(super) fn weight(&self) -> (usize, usize) {
        match self.rule {
            Rule::AnyLines => (0, 0),
            Rule::Regex(text) | Rule::Glob(text) => (text.chars().filter(|c| c.is_alphanumeric()).count(), 0),
            Rule::Pieces(pieces) => {
                let plain = pieces.iter().map(|piece| match piece {
                    Piece::Text(text) => text.len(),
                    Piece::Hole(_) => 0,
                });
                (plain.sum(), self.holes.iter().map(|hole| hole::weight(hole.kind)).sum())
            }
        }
    }

    /// Returns why a real line that would fit with other values does not: the hole and what it met.
    pub(super) fn refusal(&self, real: &str, own: &Captures) -> Option<String> {
        if let Kind::Impossible { name } = &self.kind {
            return Some(format!("`{name}` was not captured"));
        }
        let Rule::Pieces(pieces) = self.rule else { return None };
        let loose = pieces.iter().fold(String::from("^"), |pattern, piece| match piece {
            Piece::Text(text) => pattern + &regex::escape(text),
            Piece::Hole(_) => pattern + "(.*?)",
        });
        let groups = Regex::new(&(loose + "$")).ok()?.captures(real)?;
        let holes = pieces.iter().filter_map(|piece| match piece {
            Piece::Hole(hole) => Some(hole),
            Piece::Text(_) => None,
        });
        for (index, hole) in holes.enumerate() {
            let value = groups.get(index + 1).map_or("", |group| group.as_str());
            let written = self.text.get(hole.columns.clone()).unwrap_or_default();
            match &hole.takes {
                Takes::Any(kind) | Takes::Capture(_, kind) if !hole::is(*kind, value) => {
                    return Some(format!("`{written}` accepts {}, not `{value}`", kind.accepts()));
                }
                Takes::Same(name) if own.get(name).is_some_and(|known| known != value) => {
                    return Some(format!("`{written}` is `{}` here, not `{value}`", own[name]));
                }
                _ => {}
            }
        }
        None
    }
}

/// Builds the pattern of a line with holes; a line without is literal.
fn pattern_of<'a>(
    pieces: &'a [Piece],
    text: &'a str,
    own: &BTreeMap<&'a str, HoleType>,
    known: &Captures,
    holes: &mut Vec<HoleOf<'a>>,
) -> Kind {
    let mut literal = String::new();
    let mut pattern = String::from("^");
    for piece in pieces {
        let hole = match piece {
            Piece::Text(text) => {
                literal.push_str(text);
                pattern.push_str(&regex::escape(text));
                continue;
            }
            Piece::Hole(hole) => hole,
        };
        let written = text.get(hole.columns.clone()).unwrap_or_default();
        let (kind, capture, same) = match &hole.takes {
            Takes::Any(kind) => (*kind, None, None),
            Takes::Capture(name, kind) => (*kind, Some(name.as_str()), None),
            Takes::Same(name) => match (own.get(name.as_str()), known.get(name)) {
                (Some(kind), _) => (*kind, None, Some(name.as_str())),
                (None, Some(value)) => {
                    literal.push_str(value);
                    pattern.push_str(&regex::escape(value));
                    continue;
                }
                (None, None) => return Kind::Impossible { name: name.clone() },
            },
        };
        pattern.push_str(&format!("({})", hole::pattern(kind)));
        holes.push(HoleOf {
            written,
            kind,
            capture,
            same,
        });
    }
    if holes.is_empty() {
        Kind::Literal(literal)
    } else {
        Kind::Pattern(pattern + "$")
    }
}

/// Compares a text within a line, such as a JSON string, with its pieces; returns what it captures.
///
/// # Errors
/// The text does not fit; the reason, if a hole is to blame.
pub(super) fn in_text(
    pieces: &[Piece],
    real: &str,
    known: &Captures,
    own: &Captures,
) -> Result<Vec<(String, String)>, Option<String>> {
    let mut pattern = String::from("(?s)^");
    let mut kinds = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => pattern.push_str(&regex::escape(text)),
            Piece::Hole(hole) => match &hole.takes {
                Takes::Any(kind) => {
                    pattern.push_str(&format!("({})", hole::pattern(*kind)));
                    kinds.push((*kind, None));
                }
                Takes::Capture(name, kind) => {
                    pattern.push_str(&format!("({})", hole::pattern(*kind)));
                    kinds.push((*kind, Some(name)));
                }
                Takes::Same(name) => match own.get(name).or_else(|| known.get(name)) {
                    Some(value) => pattern.push_str(&regex::escape(value)),
                    None => return Err(Some(format!("`{name}` was not captured"))),
                },
            },
        }
    }
    let groups = Regex::new(&(pattern + "$"))
        .ok()
        .and_then(|regex| regex.captures(real))
        .ok_or(None)?;
    let mut captures = Vec::new();
    for (index, (kind, name)) in kinds.into_iter().enumerate() {
        let value = groups.get(index + 1).map_or("", |group| group.as_str());
        if !hole::is_valid(kind, value) {
            return Err(Some(format!(
                "`{}` accepts {}, not `{value}`",
                kind.word(),
                kind.accepts()
            )));
        }
        captures.extend(name.map(|name| (name.clone(), value.to_owned())));
    }
    Ok(captures)
}
