//! Markdown that nobody wrote for docgen: what of it can be run, and what that would prove. Pure.
//!
//! 1. `mask` lets CommonMark see the fences below directives of other tools; `language` reads their info strings.
//! 2. `roles` says what each fence is: commands, a transcript, output of the commands above, something else. `printed`
//!    tells printed lines from typed ones, `comments` what a script says about itself.
//! 3. `around` says for whom a block is: systems (`platform`), tabs (`tabs`), alternatives.
//! 4. `steps` decides which blocks run. Those that need a person (`attended`), a value (`placeholder`) or another
//!    system do not, with the reason and what would change that. A program that serves until it is stopped (`endless`)
//!    is started in the background (`serve`); what a person only watches is not run. What needs something that is made by hand, or by a
//!    block that is not run, does not run either (`unmade`). What a good status leaves open is said (`uncertain`).
//!
//! Every key of docgen's that a fence has overrules what is guessed here.

mod around;
mod attended;
mod comments;
mod endless;
mod fences;
mod language;
mod mask;
mod notes;
mod placeholder;
mod platform;
mod printed;
mod roles;
mod serve;
mod steps;
mod tabs;
mod transcript;
mod uncertain;
mod unmade;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::Parsed;
use crate::model::guide::Document;
use crate::parse;
use crate::source::SourceFile;

/// How a text is read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Outputs are compared although nothing marks them as exact.
    pub outputs: bool,
    /// Image of the machine that the text is run on.
    pub image: String,
    /// Label of the tabs that are opened where they fit the machine.
    pub tab: Option<String>,
}

/// A text, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The text with the roles that its blocks have in truth.
    pub document: Document,
    /// What is to be said of its blocks, by index.
    pub remarks: BTreeMap<usize, Remark>,
    /// What is to be said of the whole text.
    pub notes: Vec<String>,
}

/// What is to be said of a block.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remark {
    /// Why it is not run.
    pub not_run: Option<String>,
    /// What its result does not cover.
    pub notes: Vec<String>,
    /// What would let docgen verify more of it, each with its line.
    pub advice: Vec<String>,
    /// The outputs shown in it are not compared.
    pub outputs_ignored: bool,
    /// It is started in the background though its author did not say so.
    pub background: bool,
}

/// Reads a text.
pub fn read(source: Arc<SourceFile>, options: &Options) -> Parsed<Reading> {
    let structure = mask::mask(&source.text);
    let parsed = parse::foreign_document(source, &structure);
    let mut diagnostics = parsed.diagnostics;
    let fences = roles::roles(parsed.value, options.outputs);
    diagnostics.extend(fences.diagnostics);
    let reading = steps::steps(fences.value, options);
    Parsed {
        value: reading,
        diagnostics,
    }
}
