//! What a recorded run says about the blocks of a guide, as the pages show it.

use std::collections::BTreeMap;

use serde::Serialize;

/// Recorded results of one guide.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GuideStatus {
    /// Blocks of the revised text by id.
    pub revised: BTreeMap<String, BlockStatus>,
    /// Blocks of the original by id.
    pub original: BTreeMap<String, BlockStatus>,
    /// Images that the run used, for example `debian:12`, with what is special about them.
    pub images: Vec<ImageUse>,
}

/// An image of the recorded run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImageUse {
    /// Its name.
    pub name: String,
    /// For example `sha256:3fa8…, local build`.
    pub note: String,
}

/// What is known about one block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockStatus {
    /// How it ended.
    pub state: State,
    /// ISO day of the run.
    pub date: Option<String>,
    /// Why it was not run, what failed, or what the waiver is.
    pub reason: Option<String>,
    /// What it printed.
    pub output: Option<String>,
}

/// How a block's last run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It did what the text says.
    Verified,
    /// It did, apart from something that the author declared.
    Waived,
    /// It did not run.
    NotRun,
    /// It did not do what the text says.
    Failed,
    /// It did, but the text has changed since.
    Stale,
}

/// A badge: sign, words and day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Badge {
    /// Class name.
    pub state: State,
    /// One character.
    pub sign: &'static str,
    /// For example `verified`.
    pub word: &'static str,
    /// Day of the run.
    pub day: Option<Day>,
    /// More about it.
    pub reason: Option<String>,
}

/// A day for machines and for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Day {
    /// `2026-11-23`
    pub iso: String,
    /// `23 Nov 2026`
    pub text: String,
}

impl Day {
    /// Reads the day at the head of an ISO date or time; anything else is shown as it is.
    pub(crate) fn new(iso: &str) -> Self {
        const MONTHS: [&str; 12] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ];
        let day = iso.get(..10).unwrap_or(iso);
        let parts: Vec<usize> = day.split('-').filter_map(|part| part.parse().ok()).collect();
        let text = match parts[..] {
            [year, month @ 1..=12, date @ 1..=31] => format!("{date} {} {year}", MONTHS[month - 1]),
            _ => day.to_owned(),
        };
        Self {
            iso: day.to_owned(),
            text,
        }
    }
}

impl State {
    fn sign(self) -> &'static str {
        match self {
            Self::Verified => "✓",
            Self::Waived => "≈",
            Self::NotRun => "○",
            Self::Failed => "✗",
            Self::Stale => "↻",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Waived => "verified with waiver",
            Self::NotRun => "not run",
            Self::Failed => "failed",
            Self::Stale => "changed since its last run",
        }
    }

    /// Returns the badge of this state.
    pub(crate) fn badge(self, date: Option<&str>, reason: Option<String>) -> Badge {
        Badge {
            state: self,
            sign: self.sign(),
            word: self.word(),
            day: date.map(Day::new),
            reason,
        }
    }
}

impl BlockStatus {
    /// Returns the badge of the block.
    pub(crate) fn badge(&self) -> Badge {
        self.state.badge(self.date.as_deref(), self.reason.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_out() {
        assert_eq!(Day::new("2026-11-23T10:00:00Z").text, "23 Nov 2026");
        assert_eq!(Day::new("soon").text, "soon");
    }
}
