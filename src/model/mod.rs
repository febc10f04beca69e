//! Plain data: what a site, a guide and its blocks are. No parser, no engine, no HTML in here.

pub mod annotation;
pub mod block;
pub mod browser;
pub mod compare;
pub mod expectation;
pub mod fingerprint;
pub mod guide;
pub mod machine;
pub mod record;
pub mod settings;
