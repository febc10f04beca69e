//! Why machines end: the engine's events, kept so that a lost connection can be explained.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bollard::query_parameters::EventsOptionsBuilder;
use futures_util::StreamExt;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::sandbox::Engine;
use crate::sandbox::labels::{self, RunId};
use crate::session::Loss;

/// How long the engine may take to tell of a death.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Debug, Clone, Default)]
struct Death {
    exit: Option<i64>,
    out_of_memory: bool,
}

/// What the engine told of the deaths of a run's machines.
#[derive(Clone)]
pub(super) struct Fates {
    engine: Engine,
    deaths: watch::Receiver<BTreeMap<String, Death>>,
}

impl Fates {
    /// Starts to listen; the task ends with the engine, or when it is aborted.
    pub(super) fn listen(engine: &Engine, run: &RunId) -> (Self, JoinHandle<()>) {
        let (sender, deaths) = watch::channel(BTreeMap::new());
        let label = format!("{}={}", labels::RUN, run.as_str());
        let filters = HashMap::from([
            ("type", vec!["container"]),
            ("event", vec!["die", "oom"]),
            ("label", vec![&label]),
        ]);
        let options = EventsOptionsBuilder::default().filters(&filters).build();
        let docker = engine.docker.clone();
        let task = tokio::spawn(async move {
            let mut events = std::pin::pin!(docker.events(Some(options)));
            while let Some(Ok(event)) = events.next().await {
                let Some(actor) = event.actor else { continue };
                let attributes = actor.attributes.unwrap_or_default();
                // Docker's name, and Podman's.
                let exit = attributes
                    .get("exitCode")
                    .or_else(|| attributes.get("containerExitCode"));
                let exit = exit.and_then(|code| code.parse().ok());
                let is_oom = event.action.as_deref() == Some("oom");
                sender.send_modify(|deaths| {
                    let death: &mut Death = deaths.entry(actor.id.unwrap_or_default()).or_default();
                    death.out_of_memory |= is_oom;
                    death.exit = death.exit.or(exit);
                });
            }
        });
        (
            Self {
                engine: engine.clone(),
                deaths,
            },
            task,
        )
    }

    /// Tells why the connection to a machine ended, once it did.
    pub(super) async fn of(self, container: String, stopped: Arc<AtomicBool>) -> Loss {
        if stopped.load(Ordering::Relaxed) {
            return Loss::Stopped;
        }
        let mut deaths = self.deaths.clone();
        let told = deaths.wait_for(|deaths| deaths.get(&container).is_some_and(|death| death.exit.is_some()));
        let death = match tokio::time::timeout(PATIENCE, told).await {
            Ok(Ok(deaths)) => deaths.get(&container).cloned(),
            _ => self.deaths.borrow().get(&container).cloned(),
        };
        if let Some(reason) = self.engine.silence().await {
            return Loss::EngineLost(reason);
        }
        let Death { exit, out_of_memory } = death.unwrap_or_default();
        Loss::MachineDied { exit, out_of_memory }
    }
}
