//! Links that could as well be others: what came second, and the line that settles it.

use super::comparison::How;
use super::gaps::Gaps;
use super::matching::Match;
use super::unit::{Units, content};
use crate::diagnostic::Diagnostic;
use crate::model::guide::Document;

/// A link is in doubt if the next best is less than this behind (thousandths).
const CLOSE: u16 = 100;

/// For each link: the score of the best other candidate on either side, and the rival that puts it in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Doubt {
    /// Score of the next best.
    pub(super) second: u16,
    /// The other unit of the original, or the other revised unit, that fits as well.
    pub(super) rival: Option<Rival>,
}

/// What fits as well as the partner that was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rival {
    /// Another unit of the original.
    Old(usize),
    /// Another revised unit.
    New(usize),
}

/// Returns the doubts about each link. Order is evidence: a rival that order rules out raises none.
pub(super) fn doubts(old: &Units, new: &Units, scores: &[Vec<(usize, u16)>], matches: &[Match]) -> Vec<Doubt> {
    let mut columns: Vec<Vec<(usize, u16)>> = vec![Vec::new(); new.list.len()];
    for (old, row) in scores.iter().enumerate() {
        row.iter().for_each(|(new, score)| columns[*new].push((old, *score)));
    }
    let of_old = partners(old.list.len(), matches.iter().map(|found| (found.old, *found)));
    let of_new = partners(new.list.len(), matches.iter().map(|found| (found.new, *found)));
    let mut steady: Vec<(usize, usize)> = matches
        .iter()
        .filter(|found| found.moved == 0)
        .map(|found| (found.old, found.new))
        .collect();
    steady.sort_unstable();
    steady.dedup();
    let doubt = |found: &Match| {
        let role = old.list[found.old].role;
        let mut others: Vec<(u16, Rival)> = Vec::new();
        let rows = scores[found.old]
            .iter()
            .filter(|(at, _)| *at != found.new && new.list[*at].role == role);
        others.extend(rows.map(|(at, score)| (*score, Rival::New(*at))));
        let cells = columns[found.new]
            .iter()
            .filter(|(at, _)| *at != found.old && old.list[*at].role == role);
        others.extend(cells.map(|(at, score)| (*score, Rival::Old(*at))));
        let second = others.iter().map(|(score, _)| *score).max().unwrap_or(0);
        let exact = old.list[found.old].text == new.list[found.new].text;
        let gaps = Gaps::new(&without(&steady, found));
        let close = others.into_iter().filter(|(score, rival)| {
            let near = found.score < score + CLOSE && (!exact || *score == 1000);
            near && found.how != How::Explicit && is_open(*rival, *score, found, &gaps, &of_old, &of_new)
        });
        let rival = close.max_by_key(|(score, _)| *score).map(|(_, rival)| rival);
        Doubt { second, rival }
    };
    matches.iter().map(doubt).collect()
}

fn partners(count: usize, found: impl Iterator<Item = (usize, Match)>) -> Vec<Option<Match>> {
    let mut partners = vec![None; count];
    found.for_each(|(at, found)| partners[at] = Some(found));
    partners
}

fn without(steady: &[(usize, usize)], found: &Match) -> Vec<(usize, usize)> {
    steady
        .iter()
        .copied()
        .filter(|pair| *pair != (found.old, found.new))
        .collect()
}

/// Returns whether `found` could have the rival instead: nobody needs it more, and order does not speak against it.
fn is_open(
    rival: Rival,
    score: u16,
    found: &Match,
    gaps: &Gaps,
    of_old: &[Option<Match>],
    of_new: &[Option<Match>],
) -> bool {
    let taken = match rival {
        Rival::Old(at) => of_old[at],
        Rival::New(at) => of_new[at],
    };
    if let Some(other) = taken {
        return other.how != How::Explicit && other.score < score + CLOSE && (found.moved != 0) != (other.moved != 0);
    }
    let same_gap = match rival {
        Rival::Old(at) => gaps.of_old(at) == gaps.of_new(found.new),
        Rival::New(at) => gaps.of_old(found.old) == gaps.of_new(at),
    };
    // Order is evidence only where the likeness does not speak for the rival.
    found.moved != 0 || same_gap || score > found.score
}

/// Says that a link is in doubt, with the line to paste.
pub(super) fn diagnostic(
    old: (&Document, &Units),
    new: (&Document, &Units),
    found: &Match,
    rival: Rival,
) -> Diagnostic {
    let line = |(document, units): (&Document, &Units), unit: usize| {
        let unit = &units.list[unit];
        document.blocks[unit.block].file_line(&document.source, unit.lines.start)
    };
    let (chosen, message) = (
        line(old, found.old),
        match rival {
            Rival::Old(at) => format!(
                "this could revise line {} of the original as well as line {}, which was chosen",
                line(old, at),
                line(old, found.old)
            ),
            Rival::New(at) => format!(
                "line {} of the original could belong to line {} as well as to this line, which was chosen",
                line(old, found.old),
                line(new, at)
            ),
        },
    );
    let (document, units) = new;
    let unit = &units.list[found.new];
    let span = document.blocks[unit.block].lines.get(unit.lines.start).cloned();
    let span = span.unwrap_or_else(|| document.blocks[unit.block].fence.clone());
    let place = document.place(span);
    let diagnostic = Diagnostic::warning("pair-ambiguous", Some(place), message);
    match unique_part(old.0, old.1, found.old) {
        Some(part) => diagnostic.help(format!(
            "if it is right, say so before the fence: <!-- docgen: original=\"{part}\" -->"
        )),
        None => diagnostic.help(format!(
            "no part of line {chosen} of the original is its own, so keep the blocks in order or change the revised text"
        )),
    }
}

/// Returns a short part of the unit that stands in no other block of the original: the head of a line, else a word, else
/// a whole line.
pub(super) fn unique_part(document: &Document, units: &Units, unit: usize) -> Option<String> {
    const SHORT: usize = 30;
    let own = &units.list[unit];
    let lines: Vec<&str> = document.blocks[own.block].text.lines().collect();
    let usable = |part: &&str| {
        let elsewhere = document
            .blocks
            .iter()
            .enumerate()
            .any(|(index, block)| index != own.block && !block.hidden && block.text.contains(part));
        part.len() >= 4 && !elsewhere && !part.contains('"') && !part.contains("-->")
    };
    let shown: Vec<&str> = lines[own.lines.clone()]
        .iter()
        .map(|line| &line[content(line, units.styles[own.block]).0])
        .collect();
    let heads = shown
        .iter()
        .flat_map(|line| line.match_indices(' ').map(|(at, _)| &line[..at]));
    let words = shown.iter().flat_map(|line| line.split_whitespace());
    let short = heads.filter(|head| head.len() >= 8 && head.len() <= SHORT).find(usable);
    let part = short.or_else(|| words.filter(usable).min_by_key(|word| word.len()));
    part.or_else(|| shown.iter().copied().find(|line| usable(line)))
        .map(str::to_owned)
}
