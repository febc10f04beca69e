//! New expected lines from real ones.

use std::collections::BTreeSet;

use crate::check::Captures;
use crate::check::align::{self, Step};
use crate::check::rule::{self, Kind, Line};
use crate::check::visible::likeness;
use crate::model::block::MatchMode;
use crate::model::expectation::{Expectation, Rule};
use crate::update::Change;
use crate::update::volatile::{literal, proposed};

/// How new lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// What still fits stays, changed lines keep the holes that fit, volatile values become holes.
    Kept,
    /// All lines anew, volatile values become holes.
    Proposed,
    /// All lines anew, as they are.
    Literal,
}

/// The most lines of both sides, multiplied, that are aligned; more are taken as they are.
const CELLS: usize = 4_000_000;
/// A longer stretch of new lines is written as its ends with `...` between.
const LONGEST: usize = 60;
/// Lines kept at each end of such a stretch.
const ENDS: usize = 10;

/// Returns the lines of an expectation that fits `real`; `None` if there is nothing to write.
pub(super) fn revise(
    old: &Expectation,
    rules: &[Rule],
    real: &[&str],
    known: &Captures,
    written: Written,
    console: bool,
) -> Option<Vec<String>> {
    let writer = Writer {
        lines: rule::lines(old, rules, known),
        real,
        written,
        console,
    };
    match (old.mode, written) {
        (_, Written::Proposed | Written::Literal) => Some(writer.all()),
        (MatchMode::Contains, Written::Kept) => Some(writer.found()).filter(|lines| !lines.is_empty()),
        (MatchMode::Unordered, Written::Kept) => Some(writer.any_order()),
        (MatchMode::Lines | MatchMode::Json, Written::Kept) => Some(writer.in_order()),
    }
}

struct Writer<'a> {
    lines: Vec<Line<'a>>,
    real: &'a [&'a str],
    written: Written,
    console: bool,
}

impl Writer<'_> {
    fn all(&self) -> Vec<String> {
        let mut new = Vec::new();
        self.stretch(0..self.real.len(), &mut new);
        new
    }

    fn in_order(&self) -> Vec<String> {
        let mut new = Vec::new();
        let mut own = Captures::new();
        let mut stretch: Option<std::ops::Range<usize>> = None;
        for step in self.steps(false) {
            if let Step::Unexpected(real) = step {
                let start = stretch.map_or(real, |range| range.start);
                stretch = Some(start..real + 1);
                continue;
            }
            if let Some(range) = stretch.take() {
                self.stretch(range, &mut new);
            }
            match step {
                Step::Any(line, _) => new.push(self.lines[line].text.to_owned()),
                Step::Same(line, real) | Step::Changed(line, real) => new.push(self.kept(line, real, &mut own)),
                Step::Missing(_) | Step::Unexpected(_) => {}
            }
        }
        if let Some(range) = stretch {
            self.stretch(range, &mut new);
        }
        new
    }

    /// `contains`: lines that are nowhere are changed into those most like them, or go; none is added.
    fn found(&self) -> Vec<String> {
        let mut own = Captures::new();
        let mut new = Vec::new();
        for step in self.steps(true) {
            match step {
                // Every other line of the alignment is a `...` between the real ones.
                Step::Same(line, real) | Step::Changed(line, real) => new.push(self.kept(line, real, &mut own)),
                Step::Any(..) | Step::Missing(_) | Step::Unexpected(_) => {}
            }
        }
        new
    }

    fn any_order(&self) -> Vec<String> {
        let mut free: BTreeSet<usize> = (0..self.real.len()).collect();
        let mut own = Captures::new();
        let mut met: Vec<Option<usize>> = Vec::new();
        for line in &self.lines {
            let at = free.iter().copied().find(|at| line.accepts(self.real[*at]));
            met.extend([at]);
            at.map(|at| free.remove(&at));
        }
        let mut new = Vec::new();
        let mut others = false;
        for (line, met) in met.into_iter().enumerate() {
            if self.lines[line].kind == Kind::AnyLines {
                others = true;
                new.push(self.lines[line].text.to_owned());
                continue;
            }
            let text = self.lines[line].text;
            let near = || {
                free.iter()
                    .copied()
                    .max_by_key(|at| (alike(text, self.real[*at]), std::cmp::Reverse(*at)))
            };
            if let Some(real) = met.or_else(near) {
                free.remove(&real);
                new.push(self.kept(line, real, &mut own));
            }
        }
        if !others {
            new.extend(free.into_iter().map(|real| self.anew(real)));
        }
        new
    }

    fn steps(&self, among_others: bool) -> Vec<Step> {
        let (lines, reals) = (self.lines.len(), self.real.len());
        let score = |line: usize, real: usize| {
            if self.lines[line].accepts(self.real[real]) {
                1000
            } else {
                alike(self.lines[line].text, self.real[real]).min(999)
            }
        };
        if lines * reals > CELLS {
            return (0..reals).map(Step::Unexpected).collect();
        }
        if !among_others {
            return align::steps(lines, reals, |line| self.lines[line].kind == Kind::AnyLines, score);
        }
        let steps = align::steps(
            2 * lines + 1,
            reals,
            |line| line % 2 == 0,
            |line, real| score(line / 2, real),
        );
        steps
            .into_iter()
            .map(|step| match step {
                Step::Same(line, real) => Step::Same(line / 2, real),
                Step::Changed(line, real) => Step::Changed(line / 2, real),
                Step::Missing(line) => Step::Missing(line / 2),
                other => other,
            })
            .collect()
    }

    /// The expected line where it fits, else the real one with the holes that still fit.
    fn kept(&self, line: usize, real: usize, own: &mut Captures) -> String {
        let (expected, text) = (&self.lines[line], self.real[real]);
        if let Some(taking) = expected.take(text, own) {
            own.extend(taking.captures);
            return expected.text.to_owned();
        }
        let merged = merge(expected.text, text);
        match merged.filter(|merged| accepts(merged, text, own)) {
            Some(merged) => {
                take_captures(&merged, text, own);
                merged
            }
            None => self.anew(real),
        }
    }

    fn anew(&self, real: usize) -> String {
        let text = self.real[real];
        if self.written != Written::Literal {
            let line = proposed(text, self.console);
            if accepts(&line, text, &Captures::new()) {
                return line;
            }
        }
        literal(text, self.console)
    }

    fn stretch(&self, range: std::ops::Range<usize>, new: &mut Vec<String>) {
        if range.len() <= LONGEST {
            new.extend(range.map(|real| self.anew(real)));
            return;
        }
        new.extend((range.start..range.start + ENDS).map(|real| self.anew(real)));
        new.push("...".to_owned());
        new.extend((range.end - ENDS..range.end).map(|real| self.anew(real)));
    }
}

/// How alike an expected line and a real one are, 0 to 1000; of a line with holes, how many of its words are there in order.
fn alike(expected: &str, real: &str) -> u32 {
    let score = likeness(expected, real);
    if score >= 500 || !expected.contains("{{") {
        return score;
    }
    let words: Vec<&str> = real.split_whitespace().take(40).collect();
    let (mut at, mut met, mut all) = (0, 0, 0);
    for word in expected.split_whitespace().take(40) {
        all += 1;
        let is_hole = word.contains("{{");
        let next = words.iter().skip(at).position(|real| is_hole || *real == word);
        if let Some(skipped) = next {
            at += skipped + 1;
            met += 1;
        }
    }
    let words = u32::try_from(all + words.len()).unwrap_or(u32::MAX);
    score.max(2000 * met / words.max(1))
}

/// Reads one line as an expectation and hands its rule on.
fn with_line<R>(line: &str, known: &Captures, judge: impl FnOnce(&Line<'_>) -> R) -> Option<R> {
    let (expectation, findings) = crate::parse::expectation::expectation(line, MatchMode::Lines);
    let wrong = |finding: &crate::parse::expectation::Finding| finding.code != "loose-expectation";
    let crate::model::expectation::Body::Lines(rules) = &expectation.body else {
        return None;
    };
    if findings.iter().any(wrong) {
        return None;
    }
    rule::lines(&expectation, rules, known).first().map(judge)
}

fn accepts(line: &str, real: &str, known: &Captures) -> bool {
    if real.is_empty() && line.is_empty() {
        return true;
    }
    with_line(line, known, |rule| rule.take(real, &Captures::new()).is_some()).unwrap_or(false)
}

fn take_captures(line: &str, real: &str, own: &mut Captures) {
    let taken = with_line(line, own, |rule| {
        rule.take(real, &Captures::new()).map(|taking| taking.captures)
    });
    own.extend(taken.flatten().unwrap_or_default());
}

/// Merges an expected line with a real one, word by word: words that fit stay, with their holes; the others are taken over.
/// `None` if no hole stays.
fn merge(expected: &str, real: &str) -> Option<String> {
    if !expected.contains("{{") || expected.ends_with(" (re)") || expected.ends_with(" (glob)") {
        return None;
    }
    let old: Vec<&str> = expected.split_whitespace().collect();
    let new: Vec<&str> = real.split_whitespace().collect();
    let none = Captures::new();
    let fit: Vec<Vec<bool>> = old
        .iter()
        .map(|word| {
            let fits = |rule: &Line<'_>| new.iter().map(|real| rule.accepts(real)).collect();
            with_line(word, &none, fits).unwrap_or_else(|| vec![false; new.len()])
        })
        .collect();
    let spread = |word: usize| {
        let spaced = ["any", "str", "dur", "date", "time"];
        let inner = old[word].strip_prefix("{{").and_then(|word| word.strip_suffix("}}"));
        inner.is_some_and(|inner| spaced.contains(&inner.rsplit(':').next().unwrap_or_default()))
    };
    let score = |word: usize, at: usize| {
        if fit[word][at] {
            1000
        } else {
            likeness(old[word], new[at]).min(999)
        }
    };
    let mut words: Vec<(Option<usize>, String)> = Vec::new();
    let mut kept = false;
    let mut at = 0;
    for step in align::steps(old.len(), new.len(), spread, score) {
        match step {
            Step::Same(word, real) => {
                kept |= old[word].contains("{{");
                words.push((Some(real), old[word].to_owned()));
                at = real + 1;
            }
            Step::Any(_, 0) | Step::Missing(_) => {}
            Step::Any(word, count) => {
                kept = true;
                words.push((Some(at), old[word].to_owned()));
                at += count;
            }
            Step::Changed(_, real) | Step::Unexpected(real) => {
                words.push((Some(real), proposed(new[real], false)));
                at = real + 1;
            }
        }
    }
    kept.then(|| with_spaces(real, &words))
}

/// Joins words with the white space that stands before each in the real line.
fn with_spaces(real: &str, words: &[(Option<usize>, String)]) -> String {
    let mut gaps = Vec::new();
    let mut rest = real;
    while !rest.is_empty() {
        let start = rest.len() - rest.trim_start().len();
        let word = &rest[start..];
        let end = word.find(char::is_whitespace).unwrap_or(word.len());
        gaps.push(&rest[..start]);
        rest = &word[end..];
    }
    words
        .iter()
        .map(|(at, word)| format!("{}{word}", at.and_then(|at| gaps.get(at)).unwrap_or(&" ")))
        .collect()
}

/// The steps from old lines to new ones. Equal lines are kept; where both differ, they are replaced in pairs.
pub(super) fn changes(old: &[String], new: &[String]) -> Vec<Change> {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (middle, other) = (&old_rest[..old_rest.len() - end], &new_rest[..new_rest.len() - end]);
    let mut changes: Vec<Change> = (0..start).map(Change::Keep).collect();
    let score = |a: usize, b: usize| {
        if middle[a] == other[b] {
            1000
        } else {
            likeness(&middle[a], &other[b]).min(999)
        }
    };
    let steps = if middle.len() * other.len() > CELLS {
        let gone = (0..middle.len()).map(Step::Missing);
        gone.chain((0..other.len()).map(Step::Unexpected)).collect()
    } else {
        align::steps(middle.len(), other.len(), |_| false, score)
    };
    changes.extend(steps.into_iter().filter_map(|step| match step {
        Step::Same(a, _) => Some(Change::Keep(start + a)),
        Step::Changed(a, b) => Some(Change::Replace(start + a, start + b)),
        Step::Missing(a) => Some(Change::Delete(start + a)),
        Step::Unexpected(b) => Some(Change::Insert(start + b)),
        Step::Any(..) => None,
    }));
    changes.extend((old.len() - end..old.len()).map(Change::Keep));
    changes
}
