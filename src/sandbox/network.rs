//! One run's network and all that is on it.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use bollard::models::NetworkCreateRequest;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::model::machine::NetworkPolicy;
use crate::sandbox::fate::Fates;
use crate::sandbox::labels::{self, RunId};
use crate::sandbox::watch::Watchdog;
use crate::sandbox::{Engine, SandboxError, Scope, sweep};

/// How a sandbox is made.
#[derive(Debug, Clone)]
pub struct SandboxOptions {
    /// Name of the run.
    pub run: RunId,
    /// What the machines may reach together.
    pub network: NetworkPolicy,
    /// The docgen program, which is started once more as the watchdog (`docgen __watch RUN`); `None` for none.
    pub watchdog: Option<PathBuf>,
    /// Default memory limit of a machine in bytes.
    pub memory: Option<u64>,
    /// Largest count of processes of a machine.
    pub pids: Option<i64>,
    /// Where slow steps are told.
    pub events: Option<mpsc::UnboundedSender<SandboxEvent>>,
}

/// A slow step of making machines.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum SandboxEvent {
    /// An image is pulled.
    Pulling {
        /// The image.
        image: String,
    },
    /// A machine's image is prepared.
    Preparing {
        /// The machine.
        machine: String,
    },
    /// The images of an inner engine are put into a store.
    FillingStore {
        /// The images.
        images: Vec<String>,
    },
    /// A machine starts.
    Starting {
        /// The machine.
        machine: String,
    },
    /// A machine is ready for its first block.
    Ready {
        /// The machine.
        machine: String,
    },
}

/// The machines and the network of one run.
pub struct Sandbox {
    pub(super) engine: Engine,
    pub(super) options: SandboxOptions,
    pub(super) network: String,
    pub(super) fates: Fates,
    /// One for each machine: set before it is stopped on purpose.
    pub(super) stops: Mutex<Vec<Arc<AtomicBool>>>,
    listener: JoinHandle<()>,
    watchdog: Option<Watchdog>,
}

impl Sandbox {
    /// Removes what dead runs left, makes the network and starts the watchdog.
    pub async fn start(engine: &Engine, options: SandboxOptions) -> Result<Self, SandboxError> {
        // What cannot be removed now is tried again next time; it must not keep this run from starting.
        let _ = sweep(engine, Scope::Abandoned).await;
        let watchdog = options
            .watchdog
            .as_deref()
            .and_then(|program| Watchdog::start(program, &options.run, engine));
        let (fates, listener) = Fates::listen(engine, &options.run);
        let network = format!("docgen-{}", options.run.as_str());
        let request = NetworkCreateRequest {
            name: network.clone(),
            driver: Some("bridge".to_owned()),
            internal: Some(options.network == NetworkPolicy::Internal),
            labels: Some(labels::of_run(&options.run)),
            ..NetworkCreateRequest::default()
        };
        let made = engine.docker.create_network(request).await;
        made.map_err(SandboxError::doing(format!("make the network `{network}`")))?;
        let (engine, stops) = (engine.clone(), Mutex::default());
        Ok(Self {
            engine,
            options,
            network,
            fates,
            stops,
            listener,
            watchdog,
        })
    }

    /// Returns the name of the run.
    pub fn run(&self) -> &RunId {
        &self.options.run
    }

    /// Tells of a slow step.
    pub(super) fn tell(&self, event: SandboxEvent) {
        if let Some(events) = &self.options.events {
            // Nobody needs to listen.
            let _ = events.send(event);
        }
    }

    /// Removes everything of the run and waits until it is gone.
    pub async fn stop(mut self) -> Result<(), SandboxError> {
        self.note_stops();
        self.listener.abort();
        sweep(&self.engine, Scope::Run(self.options.run.clone())).await?;
        if let Some(watchdog) = self.watchdog.take() {
            watchdog.dismiss().await;
        }
        Ok(())
    }
}
