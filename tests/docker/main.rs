//! Tests against a real Docker engine: what cannot be faked. Without an engine they fail.
//!
//! Run with `cargo test --test docker`. They need the images `debian:12` and `docgen/chromium:debian12` (tests/images).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "tests are edges")]

mod fixture;
mod foreign;
mod alternatives;
mod audit;
mod begin;
mod behaviours;
mod bench;
mod blocks;
mod broken;
mod browser;
mod cleanup;
mod endings;
mod failures;
mod fast;
mod inside;
mod limits;
mod live;
mod logs;
mod machines;
mod nested;
mod podman;
mod timeouts;
mod update;
