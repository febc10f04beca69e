//! Builds the in-container agent.
fn main() {}
