//! Text to guide: front matter, Markdown structure, info strings, annotations. Never fails, never reads files.

pub mod expectation;
mod expected_json;
