//! Tests that need no engine.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "tests are edges")]

mod architecture;
mod align;
