//! The docgen program.

fn main() {}
