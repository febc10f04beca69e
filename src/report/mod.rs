//! What a run found, told to people and programs. The engine speaks in events; reporters print.
//!
//! 1. [`event`]: what can happen during a run.
//! 2. [`collect`] folds events into a [`results::Report`]; every planned block gets exactly one status.
//! 3. The report becomes text: [`human`], [`json`], [`junit`], [`github`], [`tap`]; [`live`] shows progress meanwhile.
//! 4. [`record`] keeps what the site shows; [`merge`] joins the reports of shards.
//!
//! A run that did not begin has a report too: [`unread`].
//!
//! Nothing in here runs anything or knows the engine. Secrets are masked before a report leaves: [`masking`].

mod brief;
pub mod collect;
mod draw;
mod uncovered;
pub mod event;
pub mod failure;
pub mod github;
pub mod hint;
pub mod human;
pub mod json;
pub mod junit;
pub mod live;
pub mod masking;
pub mod merge;
pub mod record;
pub mod results;
pub mod schema;
pub mod tap;
pub mod unread;
