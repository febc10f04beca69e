//! A guide: one folder of content, the revised text and the original that it revises.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::model::annotation::{NoteList, Pairing};
use crate::model::block::{Block, Role};
use crate::model::compare::CompareFile;
use crate::model::machine::MachineSpec;
use crate::source::{Place, SourceFile, Span};

/// Which text of a guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The text a reader follows.
    Revised,
    /// The text that it revises.
    Original,
}

impl Side {
    /// Returns the word used in messages and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Revised => "revised",
            Self::Original => "original",
        }
    }
}

/// One Markdown text, parsed.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Which side of its guide.
    pub side: Side,
    /// The text.
    pub source: Arc<SourceFile>,
    /// Byte at which the Markdown begins, after the front matter.
    pub body: usize,
    /// The settings at the head of the text.
    pub front: FrontMatter,
    /// Headings in order; section 0 is what stands before the first heading.
    pub sections: Vec<Section>,
    /// Fences and hidden blocks, in order.
    pub blocks: Vec<Block>,
    /// Note lists, in order.
    pub note_lists: Vec<NoteList>,
    /// Pairing overrides, in order.
    pub pairings: Vec<Pairing>,
    /// All `<!-- docgen: … -->` comments in the source; they are not shown.
    pub comments: Vec<Span>,
}

impl Document {
    /// Returns a place in the text.
    pub fn place(&self, span: Span) -> Place {
        Place {
            file: Arc::clone(&self.source),
            span,
        }
    }

    /// Returns the title: front matter, else the first heading of level 1, else the file's name.
    pub fn title(&self) -> String {
        let heading = || self.sections.iter().find(|s| s.level == 1).map(|s| s.title.clone());
        self.front.title.clone().or_else(heading).unwrap_or_else(|| {
            let name = self.source.path.rsplit('/').next().unwrap_or_default();
            name.trim_end_matches(".md").to_owned()
        })
    }

    /// Returns the groups of alternatives, each with the names of its tabs in the author's order.
    pub fn tab_groups(&self) -> Vec<Vec<&str>> {
        let mut groups: Vec<Vec<&str>> = Vec::new();
        for tab in self.blocks.iter().filter_map(|block| block.tab.as_ref()) {
            groups.resize_with(groups.len().max(tab.group + 1), Vec::new);
            if !groups[tab.group].contains(&tab.name.as_str()) {
                groups[tab.group].push(&tab.name);
            }
        }
        groups
    }

    /// Returns the output blocks that belong to the block with this index, each with its own.
    pub fn outputs_of(&self, block: usize) -> impl Iterator<Item = (usize, &Block)> {
        let blocks = self.blocks.iter().enumerate();
        blocks.filter(move |(_, other)| other.role == Role::Output(Some(block)))
    }

    /// Returns the first output block that belongs to the block with this index.
    pub fn output_of(&self, block: usize) -> Option<&Block> {
        self.outputs_of(block).map(|(_, output)| output).next()
    }
}

/// A part of a text under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading's plain text; empty for what stands before the first heading.
    pub title: String,
    /// 1 to 6; 0 for what stands before the first heading.
    pub level: u8,
    /// The heading's anchor, as GitHub makes it.
    pub anchor: String,
    /// The heading in the source.
    pub span: Span,
}

/// A guide: two sides of one document.
#[derive(Debug, Clone, PartialEq)]
pub struct Guide {
    /// Name of its folder below `content/`; nested folders keep their `/`.
    pub name: String,
    /// The text a reader follows.
    pub revised: Document,
    /// The text that it revises.
    pub original: Option<Document>,
    /// `compare.toml`, if there is one.
    pub compare: Option<CompareFile>,
    /// Machines by name, in the author's order; the first is the default.
    pub machines: Vec<MachineSpec>,
    /// Machines that the original runs on: its own, if its front matter names some, else the same.
    pub original_machines: Vec<MachineSpec>,
    /// The last recorded report (`verified.json`), if there is one.
    pub recorded: Option<Arc<SourceFile>>,
}

/// An ordinary page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Address below the site's root without `index.html`: `""` is the home page, `guides/` a section.
    pub address: String,
    /// True for `_index.md`.
    pub is_section: bool,
    /// The text.
    pub document: Document,
}

/// Settings at the head of a text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FrontMatter {
    /// Page title.
    pub title: Option<String>,
    /// One sentence, for lists and search engines.
    pub description: Option<String>,
    /// Order among its neighbours; lower comes first.
    pub weight: i64,
    /// Not built unless asked for.
    pub draft: bool,
    /// ISO date.
    pub date: Option<String>,
    /// Tags, in the author's order.
    pub tags: Vec<String>,
    /// Old addresses that redirect here.
    pub aliases: Vec<String>,
    /// What the guide revises.
    pub original: Option<OriginalInfo>,
    /// Machines by name, in the author's order, not yet merged with the site's.
    pub machines: Vec<(String, MachineKeys)>,
    /// Whether the machines are given as a list of names.
    pub machines_by_name: bool,
    /// Which of its alternatives are run.
    pub alternatives: Alternatives,
    /// Default timeout of its blocks.
    pub timeout: Option<Duration>,
    /// `Some(false)` needs a reason.
    pub verify: Option<bool>,
    /// Why it is not verified.
    pub verify_reason: Option<String>,
    /// Where the keys stand, for diagnostics.
    pub span: Span,
}

/// Which alternatives of a guide are run, where fences with `tab=` show several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Alternatives {
    /// In each group the first.
    #[default]
    First,
    /// Each in a run of its own.
    Each,
}

/// Where the original comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct OriginalInfo {
    /// Its title.
    pub title: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// ISO date of retrieval.
    pub retrieved: Option<String>,
    /// Commit it was taken at.
    pub commit: Option<String>,
    /// Hash of `original.md` that the notes were written for.
    pub sha256: Option<String>,
}

/// The keys of a machine as an author writes them; absent ones come from the site's machine of that name or `default`.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MachineKeys {
    /// See [`MachineSpec::image`].
    pub image: Option<String>,
    /// See [`MachineSpec::kind`].
    pub kind: Option<crate::model::machine::MachineKind>,
    /// See [`MachineSpec::prepare`].
    pub prepare: Option<String>,
    /// See [`MachineSpec::images`].
    pub images: Option<Vec<String>>,
    /// See [`MachineSpec::aliases`].
    pub aliases: Option<Vec<String>>,
    /// See [`MachineSpec::user`].
    pub user: Option<String>,
    /// See [`MachineSpec::hostname`].
    pub hostname: Option<String>,
    /// See [`MachineSpec::workdir`].
    pub workdir: Option<String>,
    /// See [`MachineSpec::env`].
    pub env: Option<BTreeMap<String, crate::model::machine::EnvValue>>,
    /// A size such as `2g`.
    pub memory: Option<String>,
    /// A size such as `10g`.
    pub disk: Option<String>,
    /// Cores, for example `1.5`.
    pub cpus: Option<MilliCores>,
    /// See [`MachineSpec::network`].
    pub network: Option<crate::model::machine::NetworkPolicy>,
    /// See [`MachineSpec::run`].
    pub run: Option<String>,
    /// Ready conditions as in an info string: `port:8080`.
    pub ready: Option<Vec<String>>,
    /// See [`MachineSpec::tabs`].
    pub tabs: Option<BTreeMap<String, String>>,
    /// Files below the guide's folder by their path on the machine.
    pub files: Option<BTreeMap<String, String>>,
}

/// A number of cores in thousandths, so that the model keeps `Eq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MilliCores(pub u64);

impl<'de> serde::Deserialize<'de> for MilliCores {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let cores = f64::deserialize(deserializer)?;
        if !(0.01..=1024.0).contains(&cores) {
            return Err(serde::de::Error::custom(
                "expected a number of cores between 0.01 and 1024",
            ));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range was checked above"
        )]
        Ok(Self((cores * 1000.0).round() as u64))
    }
}
