//! docgen: how-to guides that are proven.
//!
//! Two pipelines share their first half. Data flows one way; everything but the edges is a pure function.
//!
//! ```text
//!                                        ┌─> align ─> render ─> write        docgen build
//! load ─> parse ─> model::guide::Guide ──┤
//!                                        └─> plan ─> verify ─> report        docgen verify
//!                                                     │  ▲
//!                               sandbox ─> session ───┘  └─── check ─> update
//! ```
//!
//! # Code map
//! | module | what it is |
//! |---|---|
//! | [`source`], [`diagnostic`] | texts with places; problems with place, fact and remedy |
//! | [`pack`] | plain data as bytes, for caches; hashes |
//! | [`model`] | plain data: guides, blocks, machines, annotations, expectations, records |
//! | [`load`] | edge: reads a site from disk |
//! | [`parse`] | text to guide; never fails, never reads files |
//! | [`shell`] | the shell lexer: tokens, words, logical commands |
//! | [`align`] | two documents to one comparison |
//! | [`render`] | guides and comparisons to a site: a map from path to bytes |
//! | [`cache`] | edge: what a build keeps for the next one, below `.docgen/` |
//! | [`write`] | edge: a site to disk, staged and swapped |
//! | [`serve`] | edge: a site to a browser, from memory, anew after every change |
//! | [`import`] | an HTML page to a Markdown text |
//! | [`foreign`] | Markdown that nobody wrote for docgen: what of it can be run |
//! | [`plan`] | a guide to a plan: which block runs where, what it must print |
//! | [`transcript`] | what was sent to a shell and what came back |
//! | [`session`] | a persistent shell on a machine, and the frames spoken with its agent |
//! | [`sandbox`] | edge: machines, networks and volumes of one run, on a Docker engine |
//! | [`webdriver`] | edge: a browser on a machine |
//! | [`check`] | output and expectation to outcome |
//! | [`verify`] | the loop: plan, sandbox, session, check, events |
//! | [`report`] | the events of a run, and their consumers |
//! | [`audit`] | a guide with mistakes in it, and whether anybody would notice |
//! | [`update`] | outputs to an edited Markdown text |
//! | [`cli`] | the command line |
//!
//! # Invariants, as absences
//! - Only `load`, `cache`, `write`, `serve`, `sandbox`, `session`, `webdriver` and `cli` touch files, sockets, processes, the
//!   clock or the environment.
//! - The build side (`align`, `render`, `write`, `serve`) and the verify side (`plan`, `verify`, `session`, `sandbox`,
//!   `webdriver`, `check`,
//!   `report`) never import each other; what they share is in `model`.
//! - Nothing imports `cli`. The library never prints.
//! - Results are data: a failed block is no `Err`. An `Err` means that docgen could not find out.
//! - No command of a guide ever runs outside a container.
//!
//! `tests/suite/architecture.rs` checks the edges.

pub mod source;
pub mod diagnostic;
pub mod pack;
pub mod model;
pub mod load;
pub mod parse;
pub mod shell;
pub mod align;
pub mod render;
pub mod cache;
pub mod write;
pub mod serve;
pub mod import;
pub mod foreign;
pub mod plan;
pub mod transcript;
pub mod session;
pub mod sandbox;
pub mod webdriver;
pub mod check;
pub mod verify;
pub mod report;
pub mod update;
pub mod audit;
pub mod cli;
