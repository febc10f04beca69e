//! Where a quoted target stands: first as shell words, then between tokens, then as raw text.

use super::comparison::Hit;
use super::line_tokens::{command_tokens, text_tokens};
use crate::shell;
use crate::source::Span;

/// Lines in which quotes are looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Haystack {
    text: String,
    lines: Vec<Place>,
    command: bool,
}

/// A line of a haystack.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    /// First byte in the haystack's text.
    start: usize,
    /// 1-based line of the file.
    line: usize,
    /// Index in the block's text.
    index: usize,
}

/// Why a quote has no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Miss {
    /// The text does not occur; perhaps this was meant.
    Gone(Option<String>),
    /// It occurs on these lines of the file, and no number says which is meant.
    Many(Vec<usize>),
    /// It occurs less often than the number says: how often.
    TooFew(usize),
}

impl Haystack {
    /// Takes lines with their 1-based line in the file and their index in the block.
    pub(super) fn new<'a>(lines: impl Iterator<Item = (usize, usize, &'a str)>, command: bool) -> Self {
        let mut haystack = Self {
            text: String::new(),
            lines: Vec::new(),
            command,
        };
        for (line, index, text) in lines {
            haystack.lines.push(Place {
                start: haystack.text.len(),
                line,
                index,
            });
            haystack.text.push_str(text);
            haystack.text.push('\n');
        }
        haystack
    }

    /// Finds occurrence `nth` (1-based) of `quote`, or the only one.
    pub(super) fn find(&self, quote: &str, nth: Option<usize>) -> Result<Span, Miss> {
        let raw: Vec<Span> = self.occurrences(quote);
        let words = self.word_bounds();
        let tokens = self.token_bounds();
        let bounded = |bounds: &Bounds| -> Vec<Span> {
            let fits = |span: &&Span| {
                bounds.starts.binary_search(&span.start).is_ok() && bounds.ends.binary_search(&span.end).is_ok()
            };
            raw.iter().filter(fits).cloned().collect()
        };
        let tiers = [bounded(&words), bounded(&tokens), raw.clone()];
        match nth {
            Some(nth) => {
                let found = tiers.iter().find_map(|tier| tier.get(nth.checked_sub(1)?)).cloned();
                found.ok_or_else(|| {
                    if raw.is_empty() {
                        self.gone(quote)
                    } else {
                        Miss::TooFew(raw.len())
                    }
                })
            }
            None => match tiers.iter().find(|tier| !tier.is_empty()).map(Vec::as_slice) {
                None => Err(self.gone(quote)),
                Some([one]) => Ok(one.clone()),
                Some(many) => Err(Miss::Many(
                    many.iter().map(|span| self.place(span.start).line).collect(),
                )),
            },
        }
    }

    /// Finds the range from `from` to the first `to` after it.
    pub(super) fn find_range(&self, from: &str, nth: Option<usize>, to: &str) -> Result<Span, Miss> {
        let start = self.find(from, nth)?;
        let end = self.text[start.end..].find(to).ok_or_else(|| self.gone(to))?;
        Ok(start.start..start.end + end + to.len())
    }

    /// Cuts a span into lines; blanks around the code of a line are left out.
    pub(super) fn hits(&self, span: &Span) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (at, place) in self.lines.iter().enumerate() {
            let next = self.lines.get(at + 1).map_or(self.text.len(), |next| next.start);
            let line = &self.text[place.start..next - 1];
            let (from, to) = (span.start.max(place.start), span.end.min(next - 1));
            if from >= to {
                continue;
            }
            let inner = &line[from - place.start..to - place.start];
            let start = from - place.start + (inner.len() - inner.trim_start().len());
            let bytes = start..start + inner.trim().len();
            if !bytes.is_empty() {
                hits.push(Hit {
                    line: place.line,
                    bytes,
                    index: place.index,
                });
            }
        }
        hits
    }

    fn place(&self, at: usize) -> &Place {
        &self.lines[self.lines.partition_point(|place| place.start <= at).saturating_sub(1)]
    }

    fn occurrences(&self, quote: &str) -> Vec<Span> {
        if quote.is_empty() {
            return Vec::new();
        }
        self.text
            .match_indices(quote)
            .map(|(at, found)| at..at + found.len())
            .collect()
    }

    fn word_bounds(&self) -> Bounds {
        if self.command {
            return Bounds::new(shell::lex(&self.text).words);
        }
        let words = self.text.split_whitespace().map(|word| {
            let start = word.as_ptr() as usize - self.text.as_ptr() as usize;
            start..start + word.len()
        });
        Bounds::new(words.collect())
    }

    fn token_bounds(&self) -> Bounds {
        let mut tokens = Vec::new();
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            let cut = if self.command {
                command_tokens(line)
            } else {
                text_tokens(line)
            };
            tokens.extend(cut.into_iter().map(|span| span.start + start..span.end + start));
            start += line.len();
        }
        Bounds::new(tokens)
    }

    /// The token that is most like the quote, if one is.
    fn gone(&self, quote: &str) -> Miss {
        let words = shell::lex(&self.text).words;
        let mut scored: Vec<(u64, &str)> = words
            .into_iter()
            .map(|span| &self.text[span])
            .filter(|word| word.len() >= 2 && word.len() <= 200)
            .map(|word| (thousandths(strsim::normalized_damerau_levenshtein(word, quote)), word))
            .filter(|(score, _)| *score >= 600)
            .collect();
        scored.sort_by_key(|(score, word)| (std::cmp::Reverse(*score), *word));
        Miss::Gone(scored.first().map(|(_, word)| (*word).to_owned()))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share between 0 and 1"
)]
fn thousandths(share: f64) -> u64 {
    (share * 1000.0) as u64
}

/// Where pieces begin and end, sorted.
struct Bounds {
    starts: Vec<usize>,
    ends: Vec<usize>,
}

impl Bounds {
    fn new(mut spans: Vec<Span>) -> Self {
        spans.sort_by_key(|span| (span.start, span.end));
        let starts = spans.iter().map(|span| span.start).collect();
        let mut ends: Vec<usize> = spans.iter().map(|span| span.end).collect();
        ends.sort_unstable();
        Self { starts, ends }
    }
}

#[cfg(test)]
mod tests {
    use super::{Haystack, Miss};

    fn haystack(text: &str) -> Haystack {
        Haystack::new(
            text.lines().enumerate().map(|(index, line)| (index + 10, index, line)),
            true,
        )
    }

    #[test]
    fn a_word_is_found_before_a_piece_of_one() {
        let hay = haystack("run -d --redirect x \\\n  -p 80:80 a-d\n");
        assert_eq!(hay.find("-d", None), Ok(4..6));
        assert_eq!(hay.find("redirect", None), Ok(9..17));
        assert_eq!(hay.find("80", None), Err(Miss::Many(vec![11, 11])));
        assert_eq!(
            hay.find("80", Some(2)).map(|span| hay.hits(&span)[0].bytes.clone()),
            Ok(8..10)
        );
        assert_eq!(hay.find("80", Some(3)), Err(Miss::TooFew(2)));
        assert_eq!(
            hay.find("--redirct", None),
            Err(Miss::Gone(Some("--redirect".to_owned())))
        );
    }

    #[test]
    fn a_range_covers_lines_without_their_indentation() {
        let hay = haystack("run \\\n  -a 1 \\\n  -b 2 x\n");
        let span = hay.find_range("-a", None, "-b 2").unwrap();
        let hits: Vec<_> = hay.hits(&span).into_iter().map(|hit| (hit.line, hit.bytes)).collect();
        assert_eq!(hits, [(11, 2..8), (12, 2..6)]);
    }
}
