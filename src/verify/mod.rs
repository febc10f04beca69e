//! The loop: plan, sandbox, session, check, events.
