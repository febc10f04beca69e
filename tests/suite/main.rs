//! Tests that need no engine.

mod align;
