//! The score of the pairing on the labelled cases of `tests/cases/align`, held against the gates of the design.
//!
//! `cargo test --test suite score_of_the_labelled_cases -- --nocapture` prints it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use docgen::align::{Comparison, GapWhy, Line, Link, Pair, Row, RowKind};
use docgen::diagnostic::{Diagnostic, Parsed};
use docgen::source::Place;

use crate::align::{Case, Moved, cases, compared};

/// Counts over all cases, and what was not as labelled.
#[derive(Default)]
struct Score {
    right: u32,
    wrong: u32,
    missed: u32,
    /// Wrong links that no warning speaks of.
    silent: u32,
    moved: u32,
    moved_found: u32,
    /// Links said to have moved that stand in order.
    moved_wrong: u32,
    rows: u32,
    rows_wrong: u32,
    boxed: u32,
    boxed_wrong: u32,
    gaps: u32,
    gaps_wrong: u32,
    report: String,
}

impl Score {
    fn say(&mut self, case: &Case, what: &str) {
        let _ = writeln!(self.report, "{}: {what}", case.name);
    }

    fn precision(&self) -> f64 {
        f64::from(self.right) / f64::from(self.right + self.wrong)
    }

    fn recall(&self) -> f64 {
        f64::from(self.right) / f64::from(self.right + self.missed)
    }

    fn f1(&self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        2.0 * precision * recall / (precision + recall)
    }

    fn summary(&self) -> String {
        format!(
            "{}links: {} right, {} wrong ({} without a warning), {} missed: precision {:.3}, recall {:.3}, F1 {:.3}\n\
             moves: {} of {} found, {} false\n\
             rows: {} of {}; boxes: {} of {}; gaps: {} of {} as labelled",
            self.report,
            self.right,
            self.wrong,
            self.silent,
            self.missed,
            self.precision(),
            self.recall(),
            self.f1(),
            self.moved_found,
            self.moved,
            self.moved_wrong,
            self.rows - self.rows_wrong,
            self.rows,
            self.boxed - self.boxed_wrong,
            self.boxed,
            self.gaps - self.gaps_wrong,
            self.gaps,
        )
    }

    fn links(&mut self, case: &Case, comparison: &Comparison, diagnostics: &[Diagnostic]) {
        let ends = |link: &Link| (link.old.line, link.new.line);
        let found: BTreeSet<(usize, usize)> = comparison.links.iter().map(ends).collect();
        let wanted: BTreeSet<(usize, usize)> = case.labels.iter().filter_map(|label| label.wanted()).collect();
        let is_free = |(old, new): &(usize, usize)| case.labels.iter().any(|label| label.leaves_open(*old, *new));
        let doubted = doubted(diagnostics);
        for link in found.difference(&wanted).filter(|link| !is_free(link)) {
            self.wrong += 1;
            let warned = doubted.contains(&link.1);
            self.silent += u32::from(!warned);
            let word = if warned { "" } else { " WITHOUT A WARNING" };
            self.say(case, &format!("{} -> {} is wrong{word}", link.0, link.1));
        }
        for (old, new) in wanted.difference(&found) {
            self.missed += 1;
            self.say(case, &format!("{old} -> {new} is missed"));
        }
        self.right += count(wanted.intersection(&found));
    }

    fn moves(&mut self, case: &Case, comparison: &Comparison) {
        let said = |old: usize, new: usize| {
            let mut links = comparison.links.iter();
            links.any(|link| (link.old.line, link.new.line) == (old, new) && link.moved != 0)
        };
        for label in &case.labels {
            let Some((old, new)) = label.wanted() else { continue };
            let found = said(old, new);
            match label.moved {
                Moved::Yes => {
                    self.moved += 1;
                    self.moved_found += u32::from(found);
                    if !found {
                        self.say(case, &format!("{old} -> {new} is not seen as moved"));
                    }
                }
                Moved::No if found => {
                    self.moved_wrong += 1;
                    self.say(case, &format!("{old} -> {new} has not moved"));
                }
                Moved::No | Moved::May => {}
            }
        }
    }

    fn rows(&mut self, case: &Case, comparison: &Comparison) {
        for label in &case.rows {
            let row = rows(comparison).find(|(_, row)| {
                row.old.as_ref().map(|line| line.line) == Some(label.old)
                    && row.new.as_ref().map(|line| line.line) == Some(label.new)
            });
            self.rows += 1;
            let Some((_, row)) = row else {
                self.rows_wrong += 1;
                self.say(case, &format!("lines {} and {} are not level", label.old, label.new));
                continue;
            };
            let Some(wanted) = &label.boxes else { continue };
            self.boxed += 1;
            let real = [boxed(row.old.as_ref()), boxed(row.new.as_ref())];
            if real != [wanted.old.clone(), wanted.new.clone()] {
                self.boxed_wrong += 1;
                self.say(
                    case,
                    &format!("lines {} and {} have the boxes {real:?}", label.old, label.new),
                );
            }
        }
    }

    fn gaps(&mut self, case: &Case, comparison: &Comparison) {
        for label in &case.gaps {
            let is_here = |line: &Option<Line>, wanted: Option<usize>| {
                wanted.is_some() && line.as_ref().map(|line| line.line) == wanted
            };
            let found = rows(comparison).find(|(_, row)| is_here(&row.old, label.old) || is_here(&row.new, label.new));
            self.gaps += 1;
            if !found.is_some_and(|(pair, row)| stands_alone(pair, row, label.why.as_str())) {
                self.gaps_wrong += 1;
                self.say(
                    case,
                    &format!("{:?} {:?} is not shown as {}", label.old, label.new, label.why),
                );
            }
        }
    }
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap()
}

fn rows(comparison: &Comparison) -> impl Iterator<Item = (&Pair, &Row)> {
    comparison
        .pairs
        .iter()
        .flat_map(|pair| pair.rows.iter().map(move |row| (pair, row)))
}

/// A line without partner: alone in its row or opposite a line that it has nothing to do with; a block of such lines
/// faces a gap that says why.
fn stands_alone(pair: &Pair, row: &Row, why: &str) -> bool {
    let gap = pair.gap.as_ref().map(|gap| gap.why);
    let said = match why {
        "new" => gap == Some(GapWhy::New),
        "left-out" => gap == Some(GapWhy::LeftOut),
        other => panic!("a gap cannot be `{other}`"),
    };
    match gap {
        Some(_) => said,
        None => matches!(row.kind, RowKind::Added | RowKind::Removed | RowKind::Replaced),
    }
}

fn boxed(line: Option<&Line>) -> Vec<String> {
    let line = line.expect("a level row has both lines");
    line.boxes
        .iter()
        .map(|span| line.text[span.clone()].to_owned())
        .collect()
}

/// The revised lines that a warning speaks of.
fn doubted(diagnostics: &[Diagnostic]) -> BTreeSet<usize> {
    let doubts = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.code == "pair-ambiguous");
    doubts
        .filter_map(|diagnostic| diagnostic.place.as_ref())
        .map(Place::line)
        .collect()
}

fn score(set: &str) -> Score {
    let mut score = Score::default();
    for case in cases(set) {
        let Parsed { value, diagnostics } = compared(&case);
        score.links(&case, &value, &diagnostics);
        score.moves(&case, &value);
        score.rows(&case, &value);
        score.gaps(&case, &value);
    }
    score
}

/// The gates of both sets.
#[expect(clippy::print_stdout, reason = "the score is what the test is run for")]
fn assert_linked(score: &Score) {
    let summary = score.summary();
    println!("{summary}");
    assert!(score.f1() >= 0.95, "{summary}");
    assert_eq!(score.silent, 0, "{summary}");
}

#[test]
fn score_of_the_labelled_cases() {
    let score = score("align");
    assert_linked(&score);
    let summary = score.summary();
    assert!(score.rows_wrong * 50 <= score.rows, "{summary}");
    assert!(score.boxed_wrong * 20 <= score.boxed, "{summary}");
    assert!(score.gaps_wrong * 20 <= score.gaps, "{summary}");
}

/// Texts labelled before the pairing had seen them; no threshold was tuned on them.
#[test]
fn score_of_the_held_out_cases() {
    assert_linked(&score("align-held-out"));
}

/// Few of the held-out commands moved for certain, so the gate is one for both sets.
#[test]
fn moves_of_all_labelled_cases_are_found() {
    let (fitted, held_out) = (score("align"), score("align-held-out"));
    let (moved, found) = (fitted.moved + held_out.moved, fitted.moved_found + held_out.moved_found);
    assert!(moved > 0 && found * 10 >= moved * 9, "{found} of {moved}");
    assert_eq!(fitted.moved_wrong + held_out.moved_wrong, 0);
}
