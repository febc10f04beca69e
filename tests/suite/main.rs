//! Tests that need no engine.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "tests are edges")]

mod align;
mod align_agreement;
mod align_compare_file;
mod align_diagnostics;
mod align_layout;
mod align_notes;
mod align_properties;
mod align_same_bytes;
mod align_schema;
mod align_score;
mod architecture;
mod bad_input;
mod check;
mod check_speed;
mod cli;
mod cli_compare;
mod cli_files;
mod cli_import;
mod cli_init;
mod cli_reports;
mod cli_serve;
mod cli_site;
mod cli_words;
mod fill;
mod foreign;
mod golden;
mod import;
mod incremental;
mod junit;
mod odd;
mod parse;
mod report;
mod schema;
mod shell;
