//! Tests against a real Docker engine: what cannot be faked. Without an engine they fail.
//!
//! Run with `cargo test --test docker`. They need the image `debian:12` (tests/images).

mod fixture;
mod blocks;
mod cleanup;
mod failures;
mod inside;
mod nested;
mod timeouts;
