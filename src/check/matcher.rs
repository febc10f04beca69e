//! Compares lines: in order, in any order, or among others.
//!
//! - `lines`: what stands between two `...` is a run of lines; each run is found as early as possible after the one before it,
//!   the first stands at the start of the output, the last at its end. Values are captured where their run was found.
//! - `unordered`: lines without holes choose first, then those that say most; each takes the first real line left that fits.
//! - `contains`: each expected line is found as early as possible after the one before it.
//!
//! No choice is ever taken back, so that the time stays linear in the output.

use std::collections::HashMap;
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
        match find(&self.lines[last.clone()], self.real, from) {
            Found::At(start) => Some(Stop::ordered(last.end, start + last.len())),
            Found::Best(..) => None,
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
        let mut from = from;
        loop {
            match find(&self.lines[run.clone()], self.real, from) {
                Found::At(start) => match self.bind(run.clone(), start) {
                    Some(own) => {
                        self.own = own;
                        return Ok(start + run.len());
                    }
                    None => from = start + 1,
                },
                Found::Best(length, start) if length > 0 => {
                    return Err(Stop::ordered(run.start + length, start + length));
                }
                Found::Best(..) => return Err(Stop::absent(run.start, from)),
            }
        }
    }

    /// What is captured if the run stands at this place; `None` if a value is not the one it must equal.
    fn bind(&self, run: Range<usize>, start: usize) -> Option<Captures> {
        let mut own = self.own.clone();
        for (line, real) in self.lines[run].iter().zip(&self.real[start..]) {
            own.extend(line.take(real, &own)?.captures);
        }
        Some(own)
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

    fn unordered(&mut self) -> Result<(), Stop> {
        let mut met: Vec<Option<usize>> = vec![None; self.lines.len()];
        let mut free = vec![true; self.real.len()];
        self.choose_literals(&mut met, &mut free);
        for index in self.order_of_choice() {
            let own = &self.own;
            let line = &self.lines[index];
            let choice = self.real.iter().enumerate().find_map(|(at, real)| {
                let fits = free[at].then(|| line.take(real, own)).flatten();
                fits.map(|taking| (at, taking))
            });
            if let Some((at, taking)) = choice {
                self.own.extend(taking.captures);
                free[at] = false;
                met[index] = Some(at);
            }
        }
        let others = self.lines.iter().any(|line| line.kind == Kind::AnyLines);
        let missing = |index: usize| met[index].is_none() && self.lines[index].kind != Kind::AnyLines;
        let missing: Vec<usize> = (0..self.lines.len()).filter(|index| missing(*index)).collect();
        let left: Vec<usize> = (0..self.real.len()).filter(|at| free[*at]).collect();
        if missing.is_empty() && (others || left.is_empty()) {
            return Ok(());
        }
        let left = if others && missing.is_empty() { Vec::new() } else { left };
        Err(Stop::Unordered { met, left, others })
    }

    /// Lines without holes take equal real lines. Equal lines can stand for each other, so no choice is a wrong one.
    fn choose_literals(&self, met: &mut [Option<usize>], free: &mut [bool]) {
        let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, real) in self.real.iter().enumerate().rev() {
            places.entry(real).or_default().push(at);
        }
        for (index, line) in self.lines.iter().enumerate() {
            let Kind::Literal(text) = &line.kind else { continue };
            if let Some(at) = places.get_mut(text.as_str()).and_then(Vec::pop) {
                met[index] = Some(at);
                free[at] = false;
            }
        }
    }

    /// The lines with patterns: those that need a value captured here come last, else those that say most come first.
    fn order_of_choice(&self) -> Vec<usize> {
        let is_pattern = |index: &usize| matches!(self.lines[*index].kind, Kind::Pattern(_));
        let mut order: Vec<usize> = (0..self.lines.len()).filter(is_pattern).collect();
        order.sort_by_key(|index| {
            let line = &self.lines[*index];
            (line.is_bound(), std::cmp::Reverse(line.weight()), *index)
        });
        order
    }
}
