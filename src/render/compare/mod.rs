//! The comparison page of a guide: original left, revised right, level with each other.
//!
//! 1. [`section`] turns the pairs of a comparison into sections: a step with the outputs that belong to it.
//! 2. [`lines`] writes the lines of both sides with boxes, marks and row numbers.
//! 3. [`words`] says what became of a step.
//! 4. [`margin`] finds room for the notes beside the lines that they are tied to.
//!
//! Rows are set by classes (`r5`, `n12`, `h2`), whose rules [`row_rules`] generates: a strict
//! Content-Security-Policy forbids style attributes.

mod lines;
mod margin;
mod section;
mod view;
mod words;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::align::{Comparison, Summary as Counts};
use crate::diagnostic::{Diagnostic, Parsed};
use crate::model::block::Role;
use crate::model::guide::{Document, Guide};
use crate::render::File;
use crate::render::address::{file, link};
use crate::render::index::Entry;
use crate::render::page::{Files, Scenery, frame};
use crate::render::summary;
use crate::render::view::LinkView;

use view::{CompareView, CountView, MapItem, SideView};

/// Returns the address of a guide's comparison page.
fn address(guide: &Guide) -> String {
    address_at(&format!("{}/", guide.name))
}

/// Returns the address of the comparison page of the guide at `address`.
pub(crate) fn address_at(address: &str) -> String {
    format!("{address}compare/")
}

/// Renders the comparison page of a guide, its data and its scripts.
pub(crate) fn files(scenery: &Scenery<'_>, guide: &Guide, comparison: &Comparison) -> Parsed<Files> {
    let Some(original) = &guide.original else {
        return Parsed {
            value: Files::new(),
            diagnostics: Vec::new(),
        };
    };
    let mut files = Files::new();
    let mut diagnostics = Vec::new();
    let at = address(guide);
    let view = page_view(scenery, guide, original, comparison, &at);
    match scenery.theme.render("compare.html", &view) {
        Ok(html) => files.push((file(&at), File::new(html.into_bytes()))),
        Err(problem) => diagnostics.push(problem),
    }
    files.push((
        format!("{}/compare.json", guide.name),
        File::new(json(comparison).into_bytes()),
    ));
    let steps = guide.revised.blocks.iter().filter(|block| !block.hidden);
    for block in steps.filter(|block| matches!(block.role, Role::Script | Role::Console(_))) {
        files.push((
            format!("{at}steps/{}.sh", block.id),
            File::new(block.commands_text().into_bytes()),
        ));
    }
    Parsed {
        value: files,
        diagnostics,
    }
}

/// Returns `compare.json`: the comparison as other programs read it, with a newline at its end.
pub(crate) fn json(comparison: &Comparison) -> String {
    // Strings, numbers and lists only: there is nothing in a comparison that JSON cannot say.
    let mut text = serde_json::to_string_pretty(comparison).expect("a comparison is plain data");
    text.push('\n');
    text
}

/// Renders the page as a text of its own: `style` is its style sheet, and nothing leads to other files of a site.
///
/// # Errors
/// A diagnostic if the template fails.
pub(crate) fn alone(
    scenery: &Scenery<'_>,
    guide: &Guide,
    original: &Document,
    comparison: &Comparison,
    style: String,
) -> Result<String, Diagnostic> {
    let mut view = page_view(scenery, guide, original, comparison, &address(guide));
    view.frame.alone = Some(style);
    view.frame.breadcrumbs.clear();
    view.new.href = None;
    for cell in view.sections.iter_mut().flat_map(|section| &mut section.grids) {
        cell.new.href = None;
        cell.new.script = None;
    }
    scenery.theme.render("compare.html", &view)
}

fn page_view(
    scenery: &Scenery<'_>,
    guide: &Guide,
    original: &Document,
    comparison: &Comparison,
    at: &str,
) -> CompareView {
    let guide_address = format!("{}/", guide.name);
    let sections = section::views(scenery, guide, original, comparison, at);
    let map = sections
        .iter()
        .map(|section| MapItem {
            href: format!("#{}", section.id),
            number: section.number.replace("Original step", "Original"),
            title: section.title.clone(),
            change: section.change,
            word: section.word.clone(),
        })
        .collect();
    let title = format!("{}, side by side", guide.revised.title());
    let description = format!(
        "What {} changes in the text that it revises, step by step.",
        guide.revised.title()
    );
    let mut frame = frame(scenery, at, &guide_address, title, description);
    frame.breadcrumbs.push(LinkView {
        href: Some(link(at, &guide_address)),
        title: guide.revised.title(),
    });
    CompareView {
        frame,
        heading: guide.revised.title(),
        guide_href: link(at, &guide_address),
        json_href: link(at, &format!("{}/compare.json", guide.name)),
        old: old_side(scenery, guide, original),
        new: SideView {
            title: guide.revised.title(),
            href: Some(link(at, &guide_address)),
            facts: Vec::new(),
            summary: summary::of(&guide.revised, &statuses(scenery, guide).revised),
        },
        counts: counts(&comparison.summary),
        explained: explained(&comparison.summary),
        map,
        sections,
    }
}

fn statuses(scenery: &Scenery<'_>, guide: &Guide) -> crate::render::status::GuideStatus {
    let entry = scenery.index.entries.get(format!("{}/", guide.name).as_str());
    let work = entry.and_then(Entry::guide);
    work.map(|work| work.status.clone()).unwrap_or_default()
}

fn old_side(scenery: &Scenery<'_>, guide: &Guide, original: &Document) -> SideView {
    let info = guide.revised.front.original.clone().unwrap_or_default();
    let retrieved = info
        .retrieved
        .map(|day| format!("retrieved {}", crate::render::status::Day::new(&day).text));
    let commit = info
        .commit
        .map(|commit| format!("commit {}", commit.chars().take(10).collect::<String>()));
    SideView {
        title: info.title.unwrap_or_else(|| original.title()),
        href: info.url,
        facts: retrieved.into_iter().chain(commit).collect(),
        summary: summary::of(original, &statuses(scenery, guide).original),
    }
}

fn counts(summary: &Counts) -> Vec<CountView> {
    let all = [
        (summary.same, "the same", "same"),
        (summary.changed, "changed", "changed"),
        (summary.new, "new", "new"),
        (summary.left_out, "left out", "left-out"),
        (summary.moved, "moved", "moved"),
    ];
    all.into_iter()
        .map(|(number, word, change)| CountView { number, word, change })
        .collect()
}

fn explained(summary: &Counts) -> String {
    match (summary.changes, summary.unexplained) {
        (0, _) => "No line of a command or file differs.".to_owned(),
        (changes, 0) => format!("All {changes} changed lines are explained."),
        (changes, rest) => format!(
            "{} of {changes} changed lines are explained, {rest} are not.",
            summary.explained
        ),
    }
}

/// Returns how many rows the largest section of a comparison needs.
pub(crate) fn most_rows(comparison: &Comparison) -> usize {
    comparison.pairs.iter().map(margin::most_rows).max().unwrap_or(0)
}

/// Returns the rules of the row classes, for sections of up to `most` rows.
pub(crate) fn row_rules(most: usize) -> String {
    // Round numbers: a line more in some guide does not rename the style sheet of the whole site.
    let most = most.next_multiple_of(64);
    let mut rules = String::new();
    for number in 0..=most {
        let _ = writeln!(
            rules,
            ".r{number}{{--r:{number}}}.n{number}{{--n:{number}}}.h{number}{{--h:{number}}}"
        );
    }
    rules
}

/// Anchors of the sections in which blocks are shown: by side (`true` is the original) and id of the block.
type Places = BTreeMap<(bool, String), Vec<String>>;
