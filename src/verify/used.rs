//! Which captured values a block was given, and what a message may show of them. Pure.

use crate::check::Captures;
use crate::check::capture::hint;
use crate::report::failure::UsedValue;
use crate::verify::judge::Context;

/// The most characters of a value that is no secret.
const SHOWN: usize = 60;

/// Returns the values that the step's `fill=` pasted, each with the line of the text that captured it.
pub(super) fn values<'a>(context: Context<'a>, captures: &Captures) -> Vec<UsedValue<'a>> {
    let source = &context.document.source;
    let fills = context.block.keys.fills.iter();
    fills
        .filter_map(|fill| {
            let value = captures.get(&fill.capture)?;
            let secret = context
                .document
                .blocks
                .iter()
                .any(|block| block.keys.secrets.contains(&fill.capture));
            let short = value.chars().count() <= SHOWN;
            Some(UsedValue {
                name: &fill.capture,
                path: &source.path,
                line: captured_at(context, &fill.capture)?,
                shown: if secret || !short { hint(value) } else { value.clone() },
                masked: secret,
            })
        })
        .collect()
}

/// The line (1-based) of the last hole with this name before the step's own block.
fn captured_at(context: Context<'_>, name: &str) -> Option<usize> {
    let source = &context.document.source;
    let hole = format!("{{{{{name}:");
    let noted = format!("capture {name} ");
    let before = context.document.blocks.iter().take(context.step.block);
    before
        .flat_map(|block| &block.lines)
        .rfind(|span| {
            let line = &source.text[(*span).clone()];
            line.contains(&hole) || line.trim_start().starts_with(&noted)
        })
        .map(|span| source.line(span.start))
}
