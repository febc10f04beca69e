//! The fences of a text as HTML; each is a task of its own.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use crate::diagnostic::{Diagnostic, Parsed};
use crate::model::guide::Document;
use crate::render::block::{self, Scene};
use crate::render::highlight::Plain;
use crate::render::index::Entry;
use crate::render::page::Scenery;
use crate::render::prose::{self, Setting};
use crate::render::tabs;

/// Renders the fences of a text that are shown, by their start in the source.
pub(crate) fn render(
    scenery: &Scenery<'_>,
    entry: &Entry<'_>,
    setting: &Setting<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<usize, String> {
    let document = entry.document();
    let blocks = document.blocks.iter().enumerate();
    let shown: Vec<usize> = blocks
        .filter(|(_, block)| !block.hidden)
        .map(|(index, _)| index)
        .collect();
    let made = shown.into_par_iter().map(|index| {
        let start = document.blocks[index].fence.start;
        (start, fence(scenery, entry, setting, index))
    });
    let made: Vec<(usize, Parsed<Result<String, Diagnostic>>)> = made.collect();
    let mut html = BTreeMap::new();
    for (start, made) in made {
        diagnostics.extend(made.diagnostics);
        match made.value {
            Ok(text) => drop(html.insert(start, text)),
            Err(problem) => diagnostics.push(problem),
        }
    }
    diagnostics.extend(tabs::join(scenery.theme, document, &mut html));
    html
}

fn fence(
    scenery: &Scenery<'_>,
    entry: &Entry<'_>,
    setting: &Setting<'_>,
    index: usize,
) -> Parsed<Result<String, Diagnostic>> {
    let document = entry.document();
    let work = entry.guide();
    // A note may be rendered more than once; its problems are said once.
    let problems = RefCell::new(BTreeMap::new());
    let inline = |range: Range<usize>| {
        let start = range.start;
        let (html, found) = prose::inline(setting, range);
        problems.borrow_mut().insert(start, found);
        html
    };
    let scene = Scene {
        colours: scenery.input.colours,
        document,
        is_guide: work.is_some(),
        many_machines: work.is_some_and(|work| work.guide.machines.len() > 1),
        has_file: &|file| scenery.links.has_file(&format!("{}{file}", entry.address)),
        status: &|block| work?.status.revised.get(&block.id),
        inline: &inline,
    };
    let view = block::view(&scene, index);
    let plain = view.plain.map(|plain| stays_plain(document, index, plain));
    let notes = problems.into_inner().into_values().flatten();
    Parsed {
        value: scenery.theme.render("block.html", &view),
        diagnostics: plain.into_iter().chain(notes).collect(),
    }
}

fn stays_plain(document: &Document, index: usize, plain: Plain) -> Diagnostic {
    let place = document.place(document.blocks[index].info.clone());
    let fact = format!("this block is shown without colours: {}", plain.words());
    Diagnostic::warning("block-plain", Some(place), fact)
        .help("cut it down to what readers need, or give it the language `text`")
}
