//! What a recorded run says about the blocks of a guide, as the pages show it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Parsed};
use crate::model::fingerprint::Fingerprint;
use crate::model::guide::{Document, Guide, Side};
use crate::model::machine::MachineSpec;
use crate::model::record::{BlockState, Recorded, RecordedImage, RecordedMachine, RecordedScreenshot};
use crate::source::Place;

/// Recorded results of one guide.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GuideStatus {
    /// Blocks of the revised text by id.
    pub revised: BTreeMap<String, BlockStatus>,
    /// Blocks of the original by id.
    pub original: BTreeMap<String, BlockStatus>,
    /// Images that the run used, for example `debian:12`, with what is special about them.
    pub images: Vec<ImageUse>,
    /// What the run changed on the machines to make steps provable.
    pub deviations: Vec<String>,
}

impl GuideStatus {
    /// Reads what `verified.json` says about a guide as it is now. A record that cannot be read says nothing, with a
    /// warning.
    pub fn of(guide: &Guide) -> Parsed<Self> {
        let mut status = Self::default();
        let Some(source) = &guide.recorded else {
            return Parsed {
                value: status,
                diagnostics: Vec::new(),
            };
        };
        let recorded = match Recorded::read(&source.text) {
            Ok(recorded) => recorded,
            Err(reason) => {
                let place = Place {
                    file: source.clone(),
                    span: 0..0,
                };
                let problem = Diagnostic::warning(
                    "record-unreadable",
                    Some(place),
                    format!("the record cannot be read: {reason}"),
                )
                .help("record it anew with `docgen verify --record`");
                return Parsed {
                    value: status,
                    diagnostics: vec![problem],
                };
            }
        };
        status.revised = blocks(&guide.revised, &guide.machines, &recorded);
        for run in recorded.runs(Side::Revised) {
            add_new(&mut status.images, run.machines.iter().flat_map(images));
            add_new(&mut status.deviations, run.deviations.iter().cloned());
        }
        if let Some(original) = &guide.original {
            status.original = blocks(original, &guide.original_machines, &recorded);
        }
        Parsed {
            value: status,
            diagnostics: Vec::new(),
        }
    }
}

/// Adds what is not there yet: runs of alternatives have much in common.
fn add_new<T: PartialEq>(list: &mut Vec<T>, more: impl Iterator<Item = T>) {
    for one in more {
        if !list.contains(&one) {
            list.push(one);
        }
    }
}

fn blocks(document: &Document, machines: &[MachineSpec], recorded: &Recorded) -> BTreeMap<String, BlockStatus> {
    Fingerprint::of_steps(document, machines)
        .into_iter()
        .filter_map(|(id, now)| {
            let (claim, result) = recorded.claim(document.side, &id, &now)?;
            let (state, date, reason) = match claim {
                BlockState::Verified { date } => match failure(document, &id, result.exit) {
                    Some(exit) => (
                        State::FailsAsRecorded,
                        date,
                        Some(format!("it ends with status {exit}")),
                    ),
                    None => (State::Verified, date, None),
                },
                BlockState::Stale { date } => (State::Stale, date, None),
                BlockState::Failed { date, reason } => (State::Failed, date, Some(reason)),
                BlockState::NotRun { date, reason } => (State::NotRun, date, Some(reason)),
                BlockState::Unrecorded => return None,
            };
            // The output of other commands than those shown would be a lie.
            let shown = Some(result).filter(|_| state != State::Stale);
            let output = shown.map(|block| block.output.clone());
            let screenshots = shown.map(|block| block.screenshots.clone()).unwrap_or_default();
            Some((
                id,
                BlockStatus {
                    state,
                    date: Some(date),
                    reason,
                    output,
                    screenshots,
                },
            ))
        })
        .collect()
}

/// The status that a block of the original failed with where that is declared: nobody should read it as praise. What the
/// revised text declares to fail is a step that is meant to, and so is a failure whose output the original shows and
/// compares.
fn failure(document: &Document, id: &str, exit: Option<i32>) -> Option<i32> {
    let exit = exit.filter(|exit| document.side == Side::Original && *exit != 0)?;
    let index = document.blocks.iter().position(|block| block.id == id)?;
    let is_shown = document.outputs_of(index).any(|(_, output)| output.is_compared());
    (!is_shown).then_some(exit)
}

/// A machine's image, and after it those that its own engine was given.
fn images(machine: &RecordedMachine) -> Vec<ImageUse> {
    let own = RecordedImage {
        image: machine.image.clone(),
        image_id: machine.image_id.clone(),
        digest: machine.digest.clone(),
        local_build: machine.local_build,
        stand_in: machine.stand_in.clone(),
    };
    std::iter::once(&own).chain(&machine.images).map(image).collect()
}

fn image(image: &RecordedImage) -> ImageUse {
    let id = image.digest.as_deref().unwrap_or(&image.image_id);
    let hash = id.rsplit_once(':').map_or(id, |(_, hash)| hash);
    let short: String = hash.chars().take(12).collect();
    let mut note = format!("sha256:{short}");
    if image.local_build {
        note.push_str(", built on the computer of the run");
    }
    ImageUse {
        name: image.image.clone(),
        stand_in: image.stand_in.clone(),
        note,
    }
}

/// An image of the recorded run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImageUse {
    /// Its name.
    pub name: String,
    /// What it is in place of the published one, if it is not that.
    pub stand_in: Option<String>,
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
    /// Why it was not run, what failed, or how.
    pub reason: Option<String>,
    /// What it printed.
    pub output: Option<String>,
    /// What a browser showed.
    pub screenshots: Vec<RecordedScreenshot>,
}

/// How a block's last run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It did what the text says.
    Verified,
    /// It failed, and the original's annotations say that it does.
    FailsAsRecorded,
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
            Self::FailsAsRecorded => "✗",
            Self::NotRun => "○",
            Self::Failed => "✗",
            Self::Stale => "↻",
        }
    }

    /// Returns the state with this number.
    pub(crate) fn from_number(number: u8) -> Option<Self> {
        let all = [
            Self::Verified,
            Self::FailsAsRecorded,
            Self::NotRun,
            Self::Failed,
            Self::Stale,
        ];
        all.into_iter().find(|state| *state as u8 == number)
    }

    fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::FailsAsRecorded => "fails, as recorded",
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
    fn only_failures_of_an_original_that_it_does_not_show_are_told() {
        use crate::parse;
        use crate::source::SourceFile;
        let ended = |text: &str, side, exit| {
            let document = parse::document(SourceFile::new("g.md", text), side).value;
            failure(&document, "x", exit)
        };
        let known = |text: &str, side| ended(text, side, Some(2));
        let bare = "```sh id=x exit=2\nls /no\n```\n";
        let shown = format!("{bare}\n```output\nls: no\n```\n");
        let mocked = shown.replace("```output", "```output mocked=x");
        assert_eq!(known(bare, Side::Original), Some(2));
        assert_eq!(known(&mocked, Side::Original), Some(2));
        assert_eq!(known(&shown, Side::Original), None);
        assert_eq!(known(bare, Side::Revised), None);
        assert_eq!(ended(bare, Side::Original, Some(0)), None);
        assert_eq!(ended(bare, Side::Original, None), None);
    }

    #[test]
    fn days_are_written_out() {
        assert_eq!(Day::new("2026-11-23T10:00:00Z").text, "23 Nov 2026");
        assert_eq!(Day::new("soon").text, "soon");
    }
}
