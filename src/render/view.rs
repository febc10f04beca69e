//! What templates get to see: one struct per template, and nothing else.

use serde::Serialize;

use crate::render::prose::TocItem;
use crate::render::status::{Badge, Day, ImageUse};

/// What every page has.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Frame {
    /// Name of the site.
    pub site_title: String,
    /// Language of the page.
    pub language: String,
    /// Title of the page.
    pub title: String,
    /// One sentence about it.
    pub description: String,
    /// The style sheet of a page that is no part of a site; `None` for the pages of one.
    pub alone: Option<String>,
    /// Way up to the site's root, with a final `/`.
    pub root: String,
    /// Link to the home page.
    pub home: String,
    /// Links to the theme's files, by their names before hashing.
    pub assets: std::collections::BTreeMap<String, String>,
    /// Full address, if the site's is known.
    pub canonical: Option<String>,
    /// Full address of an image for previews of the page.
    pub image: Option<String>,
    /// Link to the feed.
    pub feed: Option<String>,
    /// Navigation, as HTML.
    pub nav: String,
    /// The pages above this one.
    pub breadcrumbs: Vec<LinkView>,
    /// Version of docgen.
    pub docgen: &'static str,
}

/// A link with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct LinkView {
    /// Relative link; `None` if nothing is there.
    pub href: Option<String>,
    /// Text.
    pub title: String,
}

/// `redirect.html`: an old address of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct RedirectView {
    /// Language of the page.
    pub language: String,
    /// Title of the page.
    pub title: String,
    /// Relative link to the page.
    pub href: String,
    /// Relative link to the script that keeps the anchor.
    pub script: String,
}

/// `page.html`: a page with a text.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PageView {
    /// What every page has.
    #[serde(flatten)]
    pub frame: Frame,
    /// Anchor of the title.
    pub title_anchor: Option<String>,
    /// The text, as HTML.
    pub content: String,
    /// Table of contents.
    pub toc: Vec<TocItem>,
    /// Set on the home page.
    pub hero: Option<Hero>,
    /// Pages below this one.
    pub cards: Vec<Card>,
    /// Page before this one.
    pub previous: Option<LinkView>,
    /// Page after this one.
    pub next: Option<LinkView>,
    /// Where the text can be changed.
    pub edit: Option<String>,
    /// Day given by the author.
    pub day: Option<Day>,
    /// Day of its last change, as git knows it.
    pub changed: Option<Day>,
    /// Tags given by the author, with their pages.
    pub tags: Vec<LinkView>,
    /// Whether there is a Markdown twin.
    pub has_text: bool,
    /// Whether some blocks are alternatives.
    pub has_tabs: bool,
    /// Set if the page is a guide.
    pub guide: Option<GuideView>,
}

/// What the home page begins with.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Hero {
    /// One sentence about the site, if its author wrote one.
    pub lede: Option<String>,
    /// Where to begin to read.
    pub start: Option<LinkView>,
}

/// A page below a section.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Card {
    /// Relative link.
    pub href: String,
    /// Title.
    pub title: String,
    /// One sentence.
    pub description: String,
    /// State of a guide.
    pub summary: Option<Summary>,
    /// The first pages below it.
    pub pages: Vec<LinkView>,
    /// How many more there are.
    pub more: usize,
}

/// What is special about a guide's page.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct GuideView {
    /// State of its blocks.
    pub summary: Summary,
    /// Link to the comparison page.
    pub compare: Option<String>,
    /// What it revises.
    pub original: Option<LinkView>,
    /// What its machines are given.
    pub machines: Vec<MachineView>,
    /// Whether there is more to say about them than the name of one image.
    pub has_more: bool,
    /// Images of the recorded run.
    pub images: Vec<ImageUse>,
    /// How many of them stand in for the published ones.
    pub stand_ins: usize,
    /// What the recorded run changed on the machines, as HTML.
    pub deviations: Vec<String>,
}

/// A guide's machine, as far as it is more than its image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct MachineView {
    /// Its name.
    pub name: String,
    /// What it starts from.
    pub image: String,
    /// Words on what is special: kind, user, names.
    pub facts: Vec<String>,
    /// Shell text run before the guide, as HTML.
    pub prepare: Option<String>,
}

/// How many blocks of a guide are in which state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Summary {
    /// Worst state, as a badge.
    pub badge: Badge,
    /// For example `14 of 15 steps verified`.
    pub text: String,
}
