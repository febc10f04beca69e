//! Places of a guide as reports carry them: with the line's text, so that they can be drawn without the file.

use crate::model::block::Block;
use crate::model::guide::Document;
use crate::report::failure::Spot;
use crate::source::Span;

/// Returns the place of line `index` (0-based) of a block's body; past its end, of its last line; without a body, of its fence.
pub(super) fn body_line(document: &Document, block: &Block, index: usize) -> Spot {
    match block.lines.get(index).or(block.lines.last()) {
        Some(span) => of_span(document, span.clone()),
        None => fence(document, block),
    }
}

/// Returns the place of a block's first line: the fence with its info string.
pub(super) fn fence(document: &Document, block: &Block) -> Spot {
    of_span(document, block.fence.clone())
}

/// Returns the place of a word of a block's info string, or of the fence if the word is not there.
pub(super) fn info_word(document: &Document, block: &Block, word: &str) -> Spot {
    match document.source.text[block.info.clone()].find(word) {
        Some(at) => of_span(document, block.info.start + at..block.info.start + at + word.len()),
        None => fence(document, block),
    }
}

fn of_span(document: &Document, span: Span) -> Spot {
    let source = &document.source;
    let line = source.line(span.start);
    let bounds = source.line_span(line);
    let text = source.text[bounds.clone()].to_owned();
    let end = span.end.min(bounds.end).max(span.start);
    Spot {
        path: source.path.clone(),
        line,
        start: span.start - bounds.start,
        end: end - bounds.start,
        text,
    }
}
