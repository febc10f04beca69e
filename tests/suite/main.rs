//! Tests that need no engine.

mod architecture;
