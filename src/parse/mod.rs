//! Text to guide. Never fails and never reads files: what could not be understood is a diagnostic.
//!
//! 1. [`front_matter`] takes the settings off the head of the text.
//! 2. [`markdown`] walks pulldown-cmark's events once and collects headings, fences, comments and lists ([`outline`]).
//! 3. [`info_string`] types the keys of a fence; [`console`] splits transcripts, [`browser`] reads the steps in a browser.
//! 4. [`directive`] reads the docgen comments, [`annotation`] and [`note_list`] the notes.
//! 5. [`blocks`] gives roles and names, and ties outputs to the blocks above them.
//! 6. [`guide`] puts both sides and the machines together; [`compare`] reads what `compare.toml` adds about them.

pub mod annotation;
pub mod blocks;
pub mod browser;
pub mod compare;
pub mod console;
pub mod directive;
mod entering;
pub mod expectation;
pub mod expected;
mod expected_json;
pub mod expiry;
mod extensions;
pub mod front_matter;
pub mod guess;
pub mod guide;
mod hidden;
pub mod hole_type;
mod images;
pub mod info_string;
pub mod lint;
mod machine_names;
pub mod machine_place;
pub mod markdown;
mod misplaced;
pub mod mixed;
pub mod note_list;
pub mod outline;
mod recover;
pub mod references;
mod role;
pub mod slug;
mod tabs;
pub mod values;

use std::sync::Arc;

use crate::diagnostic::Parsed;
use crate::model::guide::{Document, Side};
use crate::source::SourceFile;

use self::markdown::Code;

pub use extensions::markdown_options;
pub use guide::{GuideSource, guide};

/// How strictly a text's info strings are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// Written for docgen: an unknown key is an error.
    Guide,
    /// Written for somebody else's tools: what is not ours is left alone.
    Foreign,
}

/// Parses one Markdown text.
pub fn document(source: Arc<SourceFile>, side: Side) -> Parsed<Document> {
    let strictness = match side {
        Side::Revised => Strictness::Guide,
        Side::Original => Strictness::Foreign,
    };
    document_with(source, side, strictness)
}

/// Parses one Markdown text that was not written for docgen. `structure` is the same text, to the byte as long, in which
/// what CommonMark cannot read stands as something that it can; fences and their bodies are the same in both.
pub fn foreign_document(source: Arc<SourceFile>, structure: &str) -> Parsed<Document> {
    let head = front_matter::split(&source, Strictness::Foreign);
    let outline = markdown::outline(
        &SourceFile::new(source.path.as_str(), structure),
        head.value.body,
        Code::Fenced,
    );
    let mut parsed = blocks::document(source, Side::Revised, Strictness::Foreign, head.value, outline);
    parsed.diagnostics.splice(0..0, head.diagnostics);
    parsed
}

/// Parses one Markdown text that need not have been written for docgen.
pub fn document_with(source: Arc<SourceFile>, side: Side, strictness: Strictness) -> Parsed<Document> {
    let head = front_matter::split(&source, strictness);
    let code = match strictness {
        Strictness::Guide => Code::Fenced,
        Strictness::Foreign => Code::Any,
    };
    let outline = markdown::outline(&source, head.value.body, code);
    let mut parsed = blocks::document(source, side, strictness, head.value, outline);
    parsed.diagnostics.splice(0..0, head.diagnostics);
    parsed
}
