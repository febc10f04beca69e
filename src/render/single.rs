//! The comparison of two texts as one page: everything in one file, no site around it.

use std::collections::BTreeMap;

use crate::align::Comparison;
use crate::diagnostic::{Diagnostic, Parsed};
use crate::model::guide::Guide;
use crate::model::settings::Settings;
use crate::pack::Hash;
use crate::render::highlight::Memo;
use crate::render::index::Index;
use crate::render::keep::Asked;
use crate::render::nav::Navigation;
use crate::render::page::Scenery;
use crate::render::status::GuideStatus;
use crate::render::tags::Tags;
use crate::render::theme::Theme;
use crate::render::{Before, GuideWork, Options, SiteInput, Text, Words, compare, links};

/// Returns the comparison as other programs read it: the text of `compare.json`, with a newline at its end.
pub fn comparison_json(comparison: &Comparison) -> String {
    compare::json(comparison)
}

/// Renders the comparison of a guide as one page that needs no other file: the style sheet stands in it, the fonts are
/// the reader's own, and there is no script. Empty if the guide has no original, or with the diagnostics of a failure.
pub fn comparison_page(guide: &Guide, comparison: &Comparison) -> Parsed<String> {
    match page(guide, comparison) {
        Ok(value) => Parsed {
            value,
            diagnostics: Vec::new(),
        },
        Err(problem) => Parsed {
            value: String::new(),
            diagnostics: vec![problem],
        },
    }
}

fn page(guide: &Guide, comparison: &Comparison) -> Result<String, Diagnostic> {
    let Some(original) = &guide.original else {
        return Ok(String::new());
    };
    let settings = Settings {
        title: guide.revised.title(),
        ..Settings::default()
    };
    let theme = Theme::new("theme", &BTreeMap::new())?;
    let options = Options {
        base_url: None,
        drafts: true,
    };
    let (none, words) = (BTreeMap::new(), Words::default());
    let work = GuideWork {
        guide: guide.clone(),
        comparison: None,
        status: GuideStatus::default(),
    };
    let texts = [Text::guide(work, &words)];
    let input = SiteInput {
        settings: &settings,
        texts: &texts,
        words: &words,
        before: &Before::default(),
        assets: &none,
        theme: &none,
        changes: &BTreeMap::new(),
        options: &options,
        colours: &Memo::default(),
    };
    let index = Index::new(&settings, &texts, true);
    let links = links(&input, &index);
    let scenery = Scenery {
        input: &input,
        common: Hash::default(),
        base: None,
        links: Asked::new(&links, &input),
        nav: &Navigation::new(&index, false),
        neighbours: &BTreeMap::new(),
        index: &index,
        tags: &Tags::new(&index),
        theme: &theme,
    };
    compare::alone(&scenery, guide, original, comparison, style(&theme, comparison))
}

/// The theme's style sheet without its fonts, and the rules of the rows.
fn style(theme: &Theme, comparison: &Comparison) -> String {
    let sheet = theme.names.get("style_css").and_then(|path| theme.files.get(path));
    let text = String::from_utf8_lossy(sheet.map_or(&[], |bytes| bytes));
    let mut style = String::new();
    for line in text.lines().filter(|line| !line.starts_with("@font-face")) {
        style.push_str(line);
        style.push('\n');
    }
    style + &compare::row_rules(compare::most_rows(comparison))
}
