//! The JSON schema of the report, published by `docgen schema report`.

/// The schema (JSON Schema, draft 2020-12) of a report of version 1.
pub const REPORT: &str = include_str!("report.schema.json");
