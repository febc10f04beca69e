//! Blocks that were to be left out only for a time.

use crate::diagnostic::Diagnostic;
use crate::model::guide::Document;

/// Returns the blocks whose `until=` has passed. `today` is a date as `2027-01-31`; dates of this form sort as they follow
/// each other.
pub fn check(document: &Document, today: &str) -> Vec<Diagnostic> {
    let expired = document.blocks.iter().filter_map(|block| {
        let until = block.keys.until.as_deref().filter(|until| *until < today)?;
        let place = document.place(block.info.clone());
        let reason = block.keys.skip.as_deref()?;
        let fact = format!("this block was to be left out until {until} only");
        let fault =
            Diagnostic::error("skip-expired", Some(place), fact).note(format!("the reason given was: {reason}"));
        Some(fault.help("run it again: remove `skip=` and `until=`; or say a new date and why"))
    });
    expired.collect()
}
