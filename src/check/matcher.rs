//! Compares lines: in order, in any order, or among others.
//!
//! - `lines`: what stands between two `...` is a run of lines; each run is found as early as possible after the one before it,
//!   the first stands at the start of the output, the last at its end. Values are captured where their run was found.
//! - `unordered`: see [`crate::check::unordered`].
//! - `contains`: each expected line is found as early as possible after the one before it.
//!
//! No choice is ever taken back, so that the time stays linear in the output.

use std::ops::Range;

use crate::check::capture::Captures;
use crate::check::explain::{self, Stop};
use crate::check::normalize::Normal;
use crate::check::rule::{self, Kind, Line};
use crate::check::search::{Found, find};
use crate::check::{Match, Outcome};
use crate::model::block::MatchMode;
use crate::model::expectation::{Expectation, Rule};

/// Compares the lines of an output. `known` are the values of earlier blocks.
pub(super) fn lines(expectation: &Expectation, rules: &[Rule], normal: &Normal<'_>, known: &Captures) -> Outcome {
    let real = normal.lines();
    let mut comparison = Comparison {
        lines: rule::lines(expectation, rules, known),
        real: &real,
        known,
        own: Captures::new(),
    };
    let result = match expectation.mode {
        MatchMode::Unordered => comparison.unordered(),
        MatchMode::Contains => comparison.contains(),
        MatchMode::Lines | MatchMode::Json => comparison.ordered(),
    };
    match result {
        Ok(()) => Outcome::Matched(Match {
            captures: comparison.own,
            filters: normal.filters.clone(),
        }),
        Err(stop) => Outcome::Mismatch(explain::diff(&comparison, &stop, normal)),
    }
}

/// A comparison in progress.
#[derive(Debug)]
pub(super) struct Comparison<'a> {
    /// The expected lines.
    pub(super) lines: Vec<Line<'a>>,
    /// The real lines.
    pub(super) real: &'a [&'a str],
    /// The values of earlier blocks.
    pub(super) known: &'a Captures,
    /// What was captured so far.
    pub(super) own: Captures,
}

impl Comparison<'_> {
    fn ordered(&mut self) -> Result<(), Stop> {
        let runs = self.runs();
        let (Some(first), Some(last)) = (runs.first().cloned(), runs.last().cloned()) else {
            return Ok(());
        };
        let mut at = self.walk(first.clone(), 0)?;
        if runs.len() == 1 {
            let complete = at == self.real.len();
            return if complete {
                Ok(())
            } else {
                Err(Stop::ordered(first.end, at))
            };
        }
        for run in &runs[1..runs.len() - 1] {
            at = self.find_run(run.clone(), at)?;
        }
        let tail = self.real.len().saturating_sub(last.len());
        if tail < at {
            return Err(Stop::ordered(last.start, at));
        }
        self.walk(last.clone(), tail)
            .map(|_| ())
            .map_err(|stop| self.early_end(last, at).unwrap_or(stop))
    }

    /// Where the last run stands, if it does not stand at the end: then what follows it is the surprise.
    fn early_end(&self, last: Range<usize>, from: usize) -> Option<Stop> {
        match self.search(last.clone(), from) {
            Found::At(start) if start + last.len() < self.real.len() => {
                Some(Stop::ordered(last.end, start + last.len()))
            }
            Found::At(_) | Found::Best(..) => None,
        }
    }

    /// The runs of lines between `...`: always one more than there are `...`; the first and the last may be empty.
    fn runs(&self) -> Vec<Range<usize>> {
        let mut runs = Vec::new();
        let mut start = 0;
        for (at, line) in self.lines.iter().enumerate() {
            if line.kind == Kind::AnyLines {
                // Two `...` in a row are one.
                if start < at || runs.is_empty() {
                    runs.push(start..at);
                }
                start = at + 1;
            }
        }
        runs.push(start..self.lines.len());
        runs
    }

    /// Compares the lines of a run with the real ones from `at` on; returns the real line after them.
    fn walk(&mut self, run: Range<usize>, at: usize) -> Result<usize, Stop> {
        let mut at = at;
        for index in run {
            let taking = self
                .real
                .get(at)
                .and_then(|real| self.lines[index].take(real, &self.own));
            let Some(taking) = taking else {
                return Err(Stop::ordered(index, at));
            };
            self.own.extend(taking.captures);
            at += 1;
        }
        Ok(at)
    }

    /// Finds a run at or after the real line `from`; returns the real line after it.
    fn find_run(&mut self, run: Range<usize>, from: usize) -> Result<usize, Stop> {
        match self.search(run.clone(), from) {
            Found::At(start) => self.walk(run, start),
            Found::Best(length, start) if length > 0 => Err(Stop::ordered(run.start + length, start + length)),
            Found::Best(..) => Err(Stop::absent(run.start, from)),
        }
    }

    /// Where a run stands such that its values agree.
    fn search(&self, run: Range<usize>, from: usize) -> Found {
        let lines = &self.lines[run];
        let bound = lines.iter().rposition(Line::is_bound);
        let binding: Vec<usize> = (0..bound.map_or(0, |last| last + 1))
            .filter(|index| lines[*index].is_bound() || lines[*index].captures())
            .collect();
        let mut own = Vec::new();
        find(lines, self.real, from, |start| {
            own.clear();
            let mut binds = |index: usize| lines[index].binds(self.real[start + index], &mut own, &self.own);
            binding
                .iter()
                .find(|index| !binds(**index))
                .map_or(Ok(()), |index| Err(*index))
        })
    }

    fn contains(&mut self) -> Result<(), Stop> {
        let mut at = 0;
        for index in 0..self.lines.len() {
            if self.lines[index].kind == Kind::AnyLines {
                continue;
            }
            let rest = &self.real[at.min(self.real.len())..];
            let found = rest
                .iter()
                .enumerate()
                .find_map(|(skipped, real)| Some((skipped, self.lines[index].take(real, &self.own)?)));
            let Some((skipped, taking)) = found else {
                return Err(Stop::absent(index, at));
            };
            self.own.extend(taking.captures);
            at += skipped + 1;
        }
        Ok(())
    }
}
