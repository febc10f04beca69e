//! The site's settings: `docgen.toml`.

use std::collections::BTreeMap;

use crate::model::guide::MachineKeys;

/// The JSON schema (draft 2020-12) of `docgen.toml`, published by `docgen schema config`. Its `$defs/frontMatter` describes
/// the head of a text. A test holds its keys to those that the readers know.
pub const SCHEMA: &str = include_str!("settings.schema.json");

/// `docgen.toml`, typed. Unknown keys are errors.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Name of the site.
    pub title: String,
    /// One sentence about it.
    pub description: Option<String>,
    /// Address at which it is published, for absolute links in feeds and the sitemap.
    pub base_url: Option<String>,
    /// Folder with templates and assets that replace the built-in theme's, file by file.
    pub theme: Option<String>,
    /// Language of the pages (BCP 47).
    pub language: Option<String>,
    /// Address of a page's source; `{path}` is replaced.
    pub edit_url: Option<String>,
    /// Order of pages and folders among their neighbours, by address; what is not named follows by weight and title.
    pub nav: Vec<String>,
    /// Whether pages say when git saw their last change; the default is yes.
    pub git_dates: Option<bool>,
    /// Changed lines without a note that a guide may have before it is a warning.
    pub max_unexplained: Option<u32>,
    /// Machines that guides refer to; `default` is the one for guides that name none.
    pub machines: BTreeMap<String, MachineKeys>,
}

impl Settings {
    /// Returns the language of the pages.
    pub fn language(&self) -> &str {
        self.language.as_deref().unwrap_or("en")
    }
}
