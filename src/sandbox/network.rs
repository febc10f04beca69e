//! One run's network and all that is on it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bollard::models::{
    ContainerCreateBody, EndpointSettings, NetworkConnectRequest, NetworkCreateRequest, NetworkingConfig,
};
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
    stops: Mutex<Vec<Arc<AtomicBool>>>,
    inner: tokio::sync::Mutex<Inner>,
    listener: JoinHandle<()>,
    watchdog: Option<Watchdog>,
}

/// The second network, for machines that may not reach the outside beside others that may.
#[derive(Default)]
struct Inner {
    is_made: bool,
    /// Containers that may reach the outside, and their names; they are on both networks.
    members: Vec<(String, Vec<String>)>,
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
        make(
            engine,
            &options.run,
            &network,
            options.network == NetworkPolicy::Internal,
        )
        .await?;
        let (engine, stops, inner) = (engine.clone(), Mutex::default(), tokio::sync::Mutex::default());
        Ok(Self {
            engine,
            options,
            network,
            fates,
            stops,
            inner,
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

    /// Removes everything of a run that was cut short. What the engine is still making then appears a moment later: the
    /// watchdog is told nothing, and removes that.
    pub async fn abandon(mut self) -> Result<(), SandboxError> {
        self.note_stops();
        self.listener.abort();
        let swept = sweep(&self.engine, Scope::Run(self.options.run.clone())).await;
        drop(self.watchdog.take());
        swept.map(drop)
    }

    /// Notes a machine that was started.
    pub(super) fn note_start(&self, stopped: &Arc<AtomicBool>) {
        self.stops
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Arc::clone(stopped));
    }

    /// From now on a machine that ends was stopped on purpose.
    fn note_stops(&self) {
        let stops = self.stops.lock().unwrap_or_else(PoisonError::into_inner);
        stops.iter().for_each(|stopped| stopped.store(true, Ordering::Relaxed));
    }

    fn inner_name(&self) -> String {
        format!("{}-inner", self.network)
    }

    /// Whether a machine may reach less than its network gives.
    fn is_inner(&self, policy: NetworkPolicy) -> bool {
        policy == NetworkPolicy::Internal && self.options.network == NetworkPolicy::Full
    }

    /// Puts a container that is to be made on the network that its policy allows.
    pub(super) async fn confine(
        &self,
        body: &mut ContainerCreateBody,
        policy: NetworkPolicy,
    ) -> Result<(), SandboxError> {
        let host = body.host_config.get_or_insert_default();
        if policy == NetworkPolicy::None || self.options.network == NetworkPolicy::None {
            host.network_mode = Some("none".to_owned());
            body.networking_config = None;
        } else if self.is_inner(policy) {
            let name = self.inner_name();
            let mut inner = self.inner.lock().await;
            if !inner.is_made {
                make(&self.engine, self.run(), &name, true).await?;
                inner.is_made = true;
                for (container, names) in &inner.members {
                    self.connect(&name, container, names).await?;
                }
            }
            host.network_mode = Some(name.clone());
            let endpoints = body.networking_config.take().and_then(|config| config.endpoints_config);
            let endpoint = endpoints.and_then(|all| all.into_values().next()).unwrap_or_default();
            body.networking_config = Some(NetworkingConfig {
                endpoints_config: Some(HashMap::from([(name, endpoint)])),
            });
        }
        Ok(())
    }

    /// Lets machines of the second network reach a container of the first one.
    pub(super) async fn join(
        &self,
        policy: NetworkPolicy,
        container: &str,
        names: &[String],
    ) -> Result<(), SandboxError> {
        if policy != NetworkPolicy::Full || self.options.network != NetworkPolicy::Full {
            return Ok(());
        }
        let mut inner = self.inner.lock().await;
        inner.members.push((container.to_owned(), names.to_vec()));
        if inner.is_made {
            self.connect(&self.inner_name(), container, names).await?;
        }
        Ok(())
    }

    async fn connect(&self, network: &str, container: &str, names: &[String]) -> Result<(), SandboxError> {
        let request = NetworkConnectRequest {
            container: container.to_owned(),
            endpoint_config: Some(EndpointSettings {
                aliases: Some(names.to_vec()),
                ..EndpointSettings::default()
            }),
        };
        let connected = self.engine.docker.connect_network(network, request).await;
        connected.map_err(SandboxError::doing(format!("connect to the network `{network}`")))
    }
}

async fn make(engine: &Engine, run: &RunId, name: &str, internal: bool) -> Result<(), SandboxError> {
    let request = NetworkCreateRequest {
        name: name.to_owned(),
        driver: Some("bridge".to_owned()),
        internal: Some(internal),
        labels: Some(labels::of_run(run)),
        ..NetworkCreateRequest::default()
    };
    let made = engine.docker.create_network(request).await;
    made.map_err(SandboxError::doing(format!("make the network `{name}`")))
        .map(drop)
}
