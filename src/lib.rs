//! docgen: how-to guides that are proven.

pub mod source;
pub mod diagnostic;
pub mod model;
pub mod load;
pub mod parse;
pub mod shell;
pub mod align;
pub mod render;
pub mod write;
pub mod plan;
pub mod transcript;
pub mod session;
pub mod sandbox;
pub mod check;
pub mod verify;
pub mod report;
pub mod update;
pub mod cli;
