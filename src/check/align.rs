//! Aligns a few expected lines with a few real ones at the least cost (Needleman and Wunsch, 1970), with `...` for free.

/// One step of an alignment; lines by their index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// An expected line fits a real one.
    Same(usize, usize),
    /// An expected line stands where a real one does not fit.
    Changed(usize, usize),
    /// An expected line without a partner.
    Missing(usize),
    /// A real line without a partner.
    Unexpected(usize),
    /// `...` and how many real lines it takes.
    Any(usize, usize),
}

const GAP: u32 = 1000;

/// Aligns `lines` expected with `reals` real lines. `score` is 1000 for lines that fit, else how alike they are, 0 to 999;
/// `is_any` says which expected lines are `...`. Time and memory grow with the product of both numbers.
pub(crate) fn steps(
    lines: usize,
    reals: usize,
    is_any: impl Fn(usize) -> bool,
    score: impl Fn(usize, usize) -> u32,
) -> Vec<Step> {
    let width = reals + 1;
    let any: Vec<bool> = (0..lines).map(is_any).collect();
    let mut scores = vec![0; lines * reals];
    for line in (0..lines).filter(|line| !any[*line]) {
        for real in 0..reals {
            scores[line * reals + real] = score(line, real);
        }
    }
    // Lines that fit cost nothing; a changed pair costs less than a missing and an unexpected line.
    let pair = |line: usize, real: usize| match scores[line * reals + real] {
        1000 => 0,
        alike => 3 * GAP / 2 - alike * GAP / 1000,
    };
    // `cost[line * width + real]` is the least cost of what comes from there on.
    let mut cost = vec![0u32; (lines + 1) * width];
    for line in (0..=lines).rev() {
        for real in (0..=reals).rev() {
            let at = line * width + real;
            cost[at] = match (line < lines, real < reals) {
                (false, false) => 0,
                (false, true) => cost[at + 1] + GAP,
                (true, false) => cost[at + width] + if any[line] { 0 } else { GAP },
                (true, true) if any[line] => cost[at + 1].min(cost[at + width]),
                (true, true) => (cost[at + width + 1] + pair(line, real))
                    .min(cost[at + 1] + GAP)
                    .min(cost[at + width] + GAP),
            };
        }
    }
    let (mut line, mut real) = (0, 0);
    let mut steps = Vec::new();
    while line < lines || real < reals {
        let at = line * width + real;
        if line < lines && any[line] {
            let start = real;
            while real < reals && cost[line * width + real + 1] <= cost[(line + 1) * width + real] {
                real += 1;
            }
            steps.push(Step::Any(line, real - start));
            line += 1;
        } else if line < lines && real < reals && cost[at] == cost[at + width + 1] + pair(line, real) {
            let fits = scores[line * reals + real] == 1000;
            steps.push(if fits {
                Step::Same(line, real)
            } else {
                Step::Changed(line, real)
            });
            (line, real) = (line + 1, real + 1);
        } else if line < lines && cost[at] == cost[at + width] + GAP {
            steps.push(Step::Missing(line));
            line += 1;
        } else {
            steps.push(Step::Unexpected(real));
            real += 1;
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aligned(expected: &[&str], real: &[&str]) -> Vec<Step> {
        let score = |line: usize, at: usize| {
            if expected[line] == real[at] {
                1000
            } else {
                crate::check::visible::likeness(expected[line], real[at]).min(999)
            }
        };
        steps(expected.len(), real.len(), |line| expected[line] == "...", score)
    }

    #[test]
    fn what_fits_is_kept_and_what_is_alike_is_paired() {
        use Step::{Any, Changed, Missing, Same, Unexpected};
        assert_eq!(
            aligned(&["a", "b"], &["x", "a", "b"]),
            [Unexpected(0), Same(0, 1), Same(1, 2)]
        );
        assert_eq!(
            aligned(&["a", "b", "c"], &["a", "c"]),
            [Same(0, 0), Missing(1), Same(2, 1)]
        );
        assert_eq!(aligned(&["ok"], &["bad"]), [Changed(0, 0)]);
        assert_eq!(
            aligned(&["...", "status: up"], &["x", "status: down"]),
            [Any(0, 1), Changed(1, 1)]
        );
        assert_eq!(aligned(&["a", "..."], &["a"]), [Same(0, 0), Any(1, 0)]);
    }
}
