//! Why blocks were paired: candidates, scores, and the words that decided.

use std::fmt::Write as _;
use std::ops::Range;

use serde::Serialize;

use super::ambiguity::unique_part;
use super::comparison::{How, LinkEnd};
use super::linked::{Linked, end};
use super::matching::{SIMILAR, SIMILAR_BETWEEN};
use super::moving::SIMILAR_MOVED;
use crate::model::guide::Guide;

/// How many candidates are named.
const CANDIDATES: usize = 3;
/// How many shared words are named.
const WORDS: usize = 3;

/// What is known about one unit of the revised text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The unit.
    pub new: LinkEnd,
    /// The first line of its text.
    pub text: String,
    /// How it was paired; `None` if it has no partner.
    pub how: Option<How>,
    /// Steps up (+) or down (-).
    pub moved: i32,
    /// The partner first, then what else came near.
    pub candidates: Vec<Candidate>,
    /// The comment that would settle the pairing, if another candidate is near or there is no partner.
    pub settle: Option<String>,
}

/// A unit of the original that could be the partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// The unit.
    pub old: LinkEnd,
    /// The first line of its text.
    pub text: String,
    /// Whether it is the partner.
    pub chosen: bool,
    /// Similarity in thousandths.
    pub score: u16,
    /// The rarest words that both have, and in how many units of both documents they stand.
    pub words: Vec<(String, u32)>,
}

/// Explains the pairing of the units of one revised block, or of all; `None` if the guide has no original or no such block.
pub fn explain(guide: &Guide, block: Option<&str>) -> Option<Vec<Explanation>> {
    let original = guide.original.as_ref()?;
    let wanted = match block {
        Some(id) => Some(guide.revised.blocks.iter().position(|other| other.id == id)?),
        None => None,
    };
    let linked = Linked::new(original, &guide.revised, guide.compare.as_ref(), &mut Vec::new());
    let units: Range<usize> = wanted.map_or(0..linked.new_units.list.len(), |block| {
        linked.new_units.of_block[block].clone()
    });
    Some(units.map(|unit| explanation(&linked, unit)).collect())
}

fn explanation(linked: &Linked<'_>, new: usize) -> Explanation {
    let found = linked.matches.iter().position(|found| found.new == new);
    let chosen = found.map(|at| linked.matches[at]);
    let role = linked.new_units.list[new].role;
    let mut scored: Vec<(bool, u16, usize)> = (0..linked.old_units.list.len())
        .filter(|old| linked.old_units.list[*old].role == role || chosen.is_some_and(|found| found.old == *old))
        .map(|old| {
            (
                chosen.is_none_or(|found| found.old != old),
                linked.features.score(old, new),
                old,
            )
        })
        .filter(|(other, score, _)| !other || *score > 0)
        .collect();
    scored.sort_by_key(|(other, score, old)| (*other, std::cmp::Reverse(*score), *old));
    let candidates = scored.iter().take(CANDIDATES).map(|(other, score, old)| Candidate {
        old: end(linked.old, &linked.old_units, *old),
        text: first_line(&linked.old_units.list[*old].text),
        chosen: !other,
        score: *score,
        words: linked.features.rarest_shared(*old, new, WORDS),
    });
    let doubt = found.is_some_and(|at| linked.doubts[at].rival.is_some());
    let best = scored.first().filter(|_| doubt || chosen.is_none());
    let part = best.and_then(|(_, _, old)| unique_part(linked.old, &linked.old_units, *old));
    Explanation {
        new: end(linked.new, &linked.new_units, new),
        text: first_line(&linked.new_units.list[new].text),
        how: chosen.map(|found| found.how),
        moved: chosen.map_or(0, |found| found.moved),
        candidates: candidates.collect(),
        settle: part.map(|part| format!("<!-- docgen: original=\"{part}\" -->")),
    }
}

fn first_line(text: &str) -> String {
    const SHOWN: usize = 70;
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    }
}

impl std::fmt::Display for Explanation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} line {}: {}", self.new.block, self.new.line, self.text)?;
        writeln!(f, "  {}", self.verdict())?;
        for candidate in &self.candidates {
            let mark = if candidate.chosen { "=" } else { "·" };
            let words = candidate.words.iter().fold(String::new(), |mut words, (word, count)| {
                let _ = write!(
                    words,
                    "{}`{word}` ({count})",
                    if words.is_empty() { "; shared: " } else { ", " }
                );
                words
            });
            let score = f64::from(candidate.score) / 1000.0;
            writeln!(
                f,
                "  {mark} {score:.2}  line {}: {}{words}",
                candidate.old.line, candidate.text
            )?;
        }
        match &self.settle {
            Some(comment) => writeln!(f, "  to settle it, put before the fence: {comment}"),
            None => Ok(()),
        }
    }
}

impl Explanation {
    fn verdict(&self) -> String {
        let how = match self.how {
            Some(How::Explicit) => "paired by the author's comment",
            Some(How::Exact) => "paired: the text is the same but for layout",
            Some(How::Fuzzy) => "paired: the most alike, all pairs taken together",
            None => {
                let [between, alike, moved] =
                    [SIMILAR_BETWEEN, SIMILAR, SIMILAR_MOVED].map(|score| f64::from(score) / 1000.0);
                return format!(
                    "no partner: nothing that is free is alike enough ({alike:.2}; {between:.2} between the same neighbours, {moved:.2} out of order)"
                );
            }
        };
        match self.moved {
            0 => how.to_owned(),
            up @ 1.. => format!("{how}; moved up, as {up} steps that keep their order now follow it"),
            down => format!(
                "{how}; moved down, as {} steps that keep their order now precede it",
                -down
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::align::{Options, documents};
    use crate::model::guide::{Guide, Side};
    use crate::parse;
    use crate::source::SourceFile;

    #[test]
    fn candidates_scores_and_words_are_named() {
        let document = |path: &str, text: &str, side| parse::document(SourceFile::new(path, text), side).value;
        let old = "```sh\ncurl -o a.tgz http://x.example/a.tgz\n```\n```sh\ntar xzf a.tgz\n```\n";
        let new = "```sh id=get\ncurl -fo a.tgz https://y.example/a.tgz\n```\n```sh id=new\nmake\n```\n";
        let guide = Guide {
            name: "g".to_owned(),
            revised: document("g.md", new, Side::Revised),
            original: Some(document("o.md", old, Side::Original)),
            original_machines: Vec::new(),
            machines: Vec::new(),
            compare: None,
            recorded: None,
        };
        let text = |id| super::explain(&guide, Some(id)).unwrap()[0].to_string();
        let get = text("get");
        assert!(get.starts_with("get line 2: curl -fo a.tgz"), "{get}");
        assert!(get.contains("  = 0.") && get.contains("  · 0."), "{get}");
        assert!(get.contains("shared: `curl` (2)"), "{get}");
        assert!(text("new").contains("no partner"), "{}", text("new"));
        assert!(super::explain(&guide, Some("gone")).is_none());
        assert_eq!(
            documents(guide.original.as_ref().unwrap(), &guide.revised, Options::default())
                .value
                .links
                .len(),
            1
        );
    }
}
