//! The report as JSON, version 1: what other programs read.

use crate::report::results::{Report, VERSION};

/// Returns the report as JSON with a newline at its end.
pub fn write(report: &Report) -> String {
    // Strings, numbers and lists only: there is nothing in a report that JSON cannot say.
    let mut text = serde_json::to_string_pretty(report).expect("a report is plain data");
    text.push('\n');
    text
}

/// Reads a report.
///
/// # Errors
/// Text that is not a report of this version; the message says what is wrong.
pub fn read(text: &str) -> Result<Report, String> {
    let report: Report = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if report.version != VERSION {
        return Err(format!("version {} is not known, expected {VERSION}", report.version));
    }
    Ok(report)
}
