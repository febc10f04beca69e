//! The outcome of an audit: JSON for programs, a table for people.

use serde::{Deserialize, Serialize};

use super::Kind;

/// Of a hundred mutants, how many must be noticed.
pub const REQUIRED_PERCENT: usize = 95;
/// The version of the JSON.
pub const VERSION: u32 = 1;

/// What came of the mutants of some guides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditReport {
    /// [`VERSION`].
    pub version: u32,
    /// docgen's own version.
    pub docgen: String,
    /// One entry for each guide.
    pub guides: Vec<GuideAudit>,
}

/// What came of the mutants of one guide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuideAudit {
    /// The guide's name.
    pub guide: String,
    /// The text's path.
    pub path: String,
    /// Mutants that could be made.
    pub possible: usize,
    /// Those that were judged, in the order of the text.
    pub mutants: Vec<Judged>,
    /// Expectations that accept anything.
    pub loose: Vec<Weak>,
    /// Blocks of which only the status is judged.
    pub without_expectation: Vec<Weak>,
}

/// A mutant and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// What kind of mistake.
    pub kind: Kind,
    /// Name of the block that has it.
    pub block: String,
    /// Line (1-based) of the text.
    pub line: usize,
    /// What stood there.
    pub before: String,
    /// What stood there instead.
    pub after: String,
    /// What came of it.
    pub fate: Fate,
}

/// What came of a mutant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fate", rename_all = "kebab-case")]
pub enum Fate {
    /// Noticed.
    Caught {
        /// Where.
        by: By,
        /// The first thing that was said.
        message: String,
    },
    /// Not noticed.
    Survived {
        /// Which kind of reason.
        reason: Reason,
        /// The reason in words.
        message: String,
    },
    /// docgen could not tell: the engine failed.
    Unclear {
        /// Why.
        message: String,
    },
}

/// Who noticed a mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// The parser or a lint, before anything ran.
    Text,
    /// The comparison with what the guide printed.
    Comparison,
    /// A run.
    Run,
}

/// Why nobody noticed a mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The swapped blocks print the same in either order, and all others are as stated: no mistake, so it is not counted.
    EitherOrder,
    /// Nothing that ran shows a difference.
    NothingChanged,
    /// A block showed a difference, and its expected output accepts it.
    Accepted,
    /// A block showed a difference, and has no expected output.
    NoExpectation,
}

/// A place that notices little.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weak {
    /// Name of the block.
    pub block: String,
    /// Line (1-based) of the text.
    pub line: usize,
    /// What is weak.
    pub why: String,
}

impl AuditReport {
    /// Returns whether enough mutants of each guide were caught.
    pub fn is_enough(&self) -> bool {
        self.guides.iter().all(GuideAudit::is_enough)
    }

    /// Returns the report as JSON, with a final newline.
    pub fn json(&self) -> String {
        // The types hold nothing that JSON cannot say.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Returns the report for people, without a final newline.
    pub fn table(&self) -> String {
        let guides: Vec<String> = self.guides.iter().map(GuideAudit::table).collect();
        guides.join("\n\n")
    }
}

impl GuideAudit {
    /// Returns how many mutants were caught.
    pub fn caught(&self) -> usize {
        let caught = |judged: &&Judged| matches!(judged.fate, Fate::Caught { .. });
        self.mutants.iter().filter(caught).count()
    }

    /// Returns how many were mistakes, and are decided.
    pub fn mistakes(&self) -> usize {
        self.mutants.iter().filter(|judged| judged.is_mistake()).count()
    }

    /// Returns whether enough of them were.
    pub fn is_enough(&self) -> bool {
        self.caught() * 100 >= self.mistakes() * REQUIRED_PERCENT
    }

    fn table(&self) -> String {
        let total = self.mistakes();
        let mut text = format!(
            "{}: {} of {total} mistakes noticed ({}), {} could be made\n",
            self.guide,
            self.caught(),
            percent(self.caught(), total),
            self.possible
        );
        for kind in Kind::ALL {
            let own: Vec<&Judged> = self
                .mutants
                .iter()
                .filter(|judged| judged.kind == kind && judged.is_mistake())
                .collect();
            if !own.is_empty() {
                let caught = own.iter().filter(|judged| matches!(judged.fate, Fate::Caught { .. }));
                text.push_str(&format!(
                    "  {:<26} {:>4} of {:>4}\n",
                    kind.words(),
                    caught.count(),
                    own.len()
                ));
            }
        }
        for judged in &self.mutants {
            let (word, message) = match &judged.fate {
                Fate::Caught { .. } => continue,
                Fate::Survived { message, .. } if !judged.is_mistake() => ("not counted", message),
                Fate::Survived { message, .. } => ("survived", message),
                Fate::Unclear { message } => ("unclear", message),
            };
            text.push_str(&format!(
                "\n{word}: {}:{} ({}): {}\n  {}\n  {message}\n",
                self.path,
                judged.line,
                judged.block,
                judged.kind.words(),
                judged.change()
            ));
        }
        for (title, list) in [
            ("expectations that accept anything", &self.loose),
            ("blocks without an expected output", &self.without_expectation),
        ] {
            if !list.is_empty() {
                text.push_str(&format!("\n{title}:\n"));
                for weak in list {
                    text.push_str(&format!(
                        "  {}:{} ({}): {}\n",
                        self.path, weak.line, weak.block, weak.why
                    ));
                }
            }
        }
        text.trim_end().to_owned()
    }
}

impl Judged {
    /// Returns whether it was one: not a change of order that does not matter.
    fn is_mistake(&self) -> bool {
        !matches!(&self.fate, Fate::Survived { reason, .. } if *reason == Reason::EitherOrder)
    }

    /// Returns what was changed, in one line: `` `--silent` left out ``.
    pub fn change(&self) -> String {
        let before = self.before.split_whitespace().collect::<Vec<_>>().join(" ");
        if self.after.is_empty() {
            format!("`{before}` left out")
        } else {
            format!("`{before}` became `{}`", self.after)
        }
    }
}

fn percent(part: usize, whole: usize) -> String {
    // One decimal, rounded down: 94.96 % is not yet 95 %.
    match (part * 1000).checked_div(whole) {
        Some(tenths) => format!("{}.{} %", tenths / 10, tenths % 10),
        None => "none".to_owned(),
    }
}
