//! Outputs that a text shows and nobody compares.

use crate::model::guide::Document;

/// Says which outputs that are shown after a block are not compared with what it prints.
pub(super) fn notes(document: &Document, index: usize) -> Vec<String> {
    let said = document.outputs_of(index).filter_map(|(_, output)| {
        let why = match (&output.keys.mocked, output.keys.recorded) {
            (Some(reason), _) => format!("the author says that it is not the real one: {reason}"),
            (None, true) => "it is filled from the last recorded run".to_owned(),
            (None, false) => return None,
        };
        let line = document.source.line(output.fence.start);
        Some(format!("the output shown at line {line} is not compared: {why}"))
    });
    said.collect()
}
