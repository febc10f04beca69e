//! One expected line, made ready to judge real ones.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use regex::Regex;

use crate::check::capture::Captures;
use crate::check::diff::Taken;
use crate::check::hole;
use crate::check::needed;
use crate::check::parts::{Part, Split, split};
use crate::model::expectation::{Expectation, HoleType, Piece, Rule, Takes, glob_pattern, whole_line};

/// A rule of one expected line. Its pattern is compiled when it is first needed: most lines of most outputs are literal.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    rule: &'a Rule,
    /// The expected line as written.
    pub(crate) text: &'a str,
    /// What it is compared by.
    pub(crate) kind: Kind,
    holes: Vec<HoleOf<'a>>,
    /// The line in parts, if it is text with holes.
    parts: Vec<Part>,
    /// Text that every line that fits holds, if that is known.
    needs: OnceCell<Option<String>>,
    /// Its pattern; lines of the same pattern share it.
    regex: Rc<OnceCell<Option<Regex>>>,
}

/// How a line is compared.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind {
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
pub(crate) struct Taking {
    /// The values of its holes, in order.
    pub(crate) holes: Vec<Taken>,
    /// The captured values by name, in order.
    pub(crate) captures: Vec<(String, String)>,
}

/// Makes the rules of an expectation ready. `known` are the values of earlier blocks.
pub(crate) fn lines<'a>(expectation: &'a Expectation, rules: &'a [Rule], known: &Captures) -> Vec<Line<'a>> {
    let own: BTreeMap<&str, HoleType> = expectation
        .holes()
        .into_iter()
        .filter_map(|(_, hole)| match &hole.takes {
            Takes::Capture(name, kind) => Some((name.as_str(), *kind)),
            Takes::Any(_) | Takes::Same(_) => None,
        })
        .collect();
    let numbered = rules.iter().zip(&expectation.lines);
    let mut lines: Vec<Line<'a>> = numbered
        .map(|(rule, text)| Line::new(rule, text, &own, known))
        .collect();
    let mut compiled: HashMap<(bool, String), Rc<OnceCell<Option<Regex>>>> = HashMap::new();
    for line in &mut lines {
        if let Kind::Pattern(source) = &line.kind {
            let key = (line.parts.is_empty(), source.clone());
            line.regex = Rc::clone(compiled.entry(key).or_default());
        }
    }
    lines
}

impl<'a> Line<'a> {
    fn new(rule: &'a Rule, text: &'a str, own: &BTreeMap<&'a str, HoleType>, known: &Captures) -> Self {
        let (mut holes, mut parts) = (Vec::new(), Vec::new());
        let kind = match rule {
            Rule::AnyLines => Kind::AnyLines,
            Rule::Regex(pattern) => Kind::Pattern(pattern.clone()),
            Rule::Glob(glob) => Kind::Pattern(glob_pattern(glob)),
            Rule::Pieces(pieces) => pattern_of(pieces, text, own, known, &mut holes, &mut parts),
        };
        Self {
            rule,
            text,
            kind,
            holes,
            parts,
            needs: OnceCell::new(),
            regex: Rc::default(),
        }
    }

    /// Returns the longest text that every line that fits is known to hold.
    pub(crate) fn needs(&self) -> Option<&str> {
        let find = || match &self.kind {
            Kind::Pattern(source) if self.parts.is_empty() => needed::by_pattern(source),
            _ => needed::by_parts(&self.parts),
        };
        self.needs.get_or_init(find).as_deref()
    }

    /// Returns whether the line fits, apart from values captured by the same expectation.
    pub(crate) fn accepts(&self, real: &str) -> bool {
        match &self.kind {
            Kind::AnyLines | Kind::Impossible { .. } => false,
            Kind::Literal(text) => text == real,
            Kind::Pattern(_) if self.parts.is_empty() => self.values(real).is_some(),
            Kind::Pattern(_) => match split(&self.parts, real, false) {
                Split::Values(_) => true,
                Split::No => false,
                Split::Unsure => self.values(real).is_some(),
            },
        }
    }

    /// Returns what the line takes from `real`, if it fits. `own` are the values captured so far by the same expectation.
    pub(crate) fn take(&self, real: &str, own: &Captures) -> Option<Taking> {
        match &self.kind {
            Kind::AnyLines | Kind::Impossible { .. } => None,
            Kind::Literal(text) => (text == real).then(Taking::default),
            Kind::Pattern(_) => self.take_by_pattern(real, own),
        }
    }

    fn take_by_pattern(&self, real: &str, own: &Captures) -> Option<Taking> {
        let values = self.values(real)?;
        if !self.agrees(&values, |name| own.get(name).map(String::as_str)) {
            return None;
        }
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
        if let Rule::Regex(_) = self.rule {
            self.named_groups(real, &mut taking);
        }
        Some(taking)
    }

    /// Returns whether the line fits when the lines before it captured what `own` holds, and adds what it captures itself.
    pub(crate) fn binds<'s, 'r>(&'s self, real: &'r str, own: &mut Vec<(&'s str, &'r str)>, before: &Captures) -> bool {
        let Some(values) = self.values(real) else {
            return matches!(&self.kind, Kind::Literal(text) if text == real);
        };
        let earlier = |name: &str| {
            let here = own
                .iter()
                .rev()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| *value);
            here.or_else(|| before.get(name).map(String::as_str))
        };
        if !self.agrees(&values, earlier) {
            return false;
        }
        let captures = self.holes.iter().zip(values);
        own.extend(captures.filter_map(|(hole, value)| Some((hole.capture?, value))));
        true
    }

    /// Whether each hole that must equal a value captured before it, in this line or in an `earlier` one, does.
    fn agrees<'v>(&self, values: &[&'v str], earlier: impl Fn(&str) -> Option<&'v str>) -> bool {
        let holes = || self.holes.iter().zip(values);
        let same_line = |name| holes().rev().find(|(hole, _)| hole.capture == Some(name));
        holes()
            .filter_map(|(hole, value)| Some((hole.same?, *value)))
            .all(|(name, value)| same_line(name).map(|(_, value)| *value).or_else(|| earlier(name)) == Some(value))
    }

    /// The values of the holes, if the line fits and each value is of its type.
    fn values<'r>(&self, real: &'r str) -> Option<Vec<&'r str>> {
        if !self.parts.is_empty() {
            match split(&self.parts, real, true) {
                Split::Values(values) => return Some(values),
                Split::No => return None,
                Split::Unsure => {}
            }
        }
        if self.parts.is_empty() && self.needs().is_some_and(|needs| !real.contains(needs)) {
            return None;
        }
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

    /// Returns whether the line needs a value that the same expectation captures.
    pub(crate) fn is_bound(&self) -> bool {
        self.holes.iter().any(|hole| hole.same.is_some())
    }

    /// Returns whether holes of the line capture values.
    pub(crate) fn captures(&self) -> bool {
        self.holes.iter().any(|hole| hole.capture.is_some())
    }

    /// Returns how much the line says about the real one: lines that say more choose first where the order is free.
    pub(crate) fn weight(&self) -> (usize, usize) {
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
    pub(crate) fn refusal(&self, real: &str, own: &Captures, known: &Captures) -> Option<String> {
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
                Takes::Same(name) => match own.get(name).or_else(|| known.get(name)) {
                    Some(known) if known != value => {
                        return Some(format!("`{written}` is `{known}` here, not `{value}`"));
                    }
                    _ => {}
                },
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
    parts: &mut Vec<Part>,
) -> Kind {
    let mut pattern = String::from("^");
    for piece in pieces {
        let hole = match piece {
            Piece::Text(text) => {
                push_text(parts, text);
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
                    push_text(parts, value);
                    pattern.push_str(&regex::escape(value));
                    continue;
                }
                (None, None) => return Kind::Impossible { name: name.clone() },
            },
        };
        pattern.push_str(&format!("({})", hole::pattern(kind)));
        parts.push(Part::Hole(kind));
        holes.push(HoleOf {
            written,
            kind,
            capture,
            same,
        });
    }
    match parts.as_mut_slice() {
        [] => Kind::Literal(String::new()),
        [Part::Text(text)] => Kind::Literal(std::mem::take(text)),
        _ => Kind::Pattern(pattern + "$"),
    }
}

/// Adds text to the last part, so that no two parts of text follow each other.
fn push_text(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        Some(Part::Text(last)) => last.push_str(text),
        _ if text.is_empty() => {}
        _ => parts.push(Part::Text(text.to_owned())),
    }
}
