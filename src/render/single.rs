//! The comparison of two texts as one page: everything in one file, no site around it.

use std::collections::BTreeMap;

use crate::align::Comparison;
use crate::diagnostic::{Diagnostic, Parsed};
use crate::model::guide::Guide;
use crate::model::settings::Settings;
use crate::render::highlight::Memo;
use crate::render::index::Index;
use crate::render::nav::Navigation;
use crate::render::page::Scenery;
use crate::render::tags::Tags;
use crate::render::theme::Theme;
use crate::render::{Options, Site, SiteInput, compare, links};

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
    let theme = Theme::new("theme", &Site::new())?;
    let options = Options {
        base_url: None,
        drafts: true,
    };
    let (none, guides) = (Site::new(), std::slice::from_ref(guide));
    let input = SiteInput {
        settings: &settings,
        pages: &[],
        guides,
        comparisons: &BTreeMap::new(),
        statuses: &BTreeMap::new(),
        assets: &none,
        theme: &none,
        changes: &BTreeMap::new(),
        options: &options,
        colours: &Memo::default(),
    };
    let addresses = [format!("{}/", guide.name)];
    let index = Index::new(&settings, &[], guides, &addresses, true);
    let scenery = Scenery {
        input: &input,
        base: None,
        links: links(&input, &index),
        nav: Navigation::new(&index, false),
        neighbours: BTreeMap::new(),
        index: &index,
        tags: Tags::new(&index),
        theme: &theme,
    };
    compare::alone(&scenery, guide, original, comparison, style(&theme, comparison))
}

/// The theme's style sheet without its fonts, and the rules of the rows.
fn style(theme: &Theme, comparison: &Comparison) -> String {
    let sheet = theme.names.get("style_css").and_then(|path| theme.files.get(path));
    let text = String::from_utf8_lossy(sheet.map_or(&[], Vec::as_slice));
    let mut style = String::new();
    for line in text.lines().filter(|line| !line.starts_with("@font-face")) {
        style.push_str(line);
        style.push('\n');
    }
    style + &compare::row_rules(std::iter::once(comparison))
}
