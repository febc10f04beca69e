//! Tests that need no engine.

mod align;
mod align_properties;
