//! What was sent to a shell and what came back: data.
