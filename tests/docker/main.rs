//! Tests against a real Docker engine: what cannot be faked. Without an engine they fail.
//!
//! Run with `cargo test --test docker`. They need the image `debian:12` (tests/images).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "tests are edges")]

mod fixture;
mod audit;
mod bench;
mod blocks;
mod broken;
mod cleanup;
mod failures;
mod inside;
mod machines;
mod nested;
mod timeouts;
