//! Edge: the machines and the network of one run, on a Docker engine.
//!
//! 1. [`Engine::connect`] finds an engine and checks that it is recent enough.
//! 2. [`Sandbox::start`] makes the run's network and starts the watchdog.
//! 3. [`Sandbox::machine`] finds or pulls the image, prepares it, starts the container with the agent as
//!    its first process, and returns the [`Machine`], on which sessions are opened.
//! 4. [`Sandbox::stop`] removes everything and waits until it is gone.
//!
//! Three layers clean up when docgen cannot: the agent ends its machine when docgen's end of its input
//! closes; the watchdog ([`watch`]) removes what carries the run's label; [`sweep`] removes at the next
//! start what belongs to a process that is no more.

mod disk;
mod engine;
mod error;
mod fate;
mod image;
mod labels;
mod machine;
mod nested;
mod network;
mod prepare;
mod service;
mod shelf;
mod snapshot;
mod start;
mod store;
mod sweep;
mod systemd;
mod up;
pub mod watch;

pub use self::engine::Engine;
pub use self::error::SandboxError;
pub use self::image::ImageFacts;
pub use self::labels::RunId;
pub use self::machine::{Facts, FileToWrite, Machine};
pub use self::network::{Sandbox, SandboxEvent, SandboxOptions};
pub use self::service::unmet;
pub use self::shelf::{Shelf, Snapshot};
pub use self::sweep::{Scope, Swept, sweep};
pub use self::up::secrets;
