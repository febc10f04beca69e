//! Transcript and expectation to outcome.
