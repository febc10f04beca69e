//! Tests that need no engine.

mod align;
mod align_layout;
mod align_properties;
