//! Removes docgen's things from an engine, by their labels, never by name.

use std::collections::HashMap;
use std::time::Duration;

use bollard::query_parameters::{
    ListContainersOptionsBuilder, ListImagesOptionsBuilder, ListNetworksOptionsBuilder, ListVolumesOptionsBuilder,
    RemoveImageOptionsBuilder, RemoveVolumeOptionsBuilder,
};
use futures_util::future::join_all;

use crate::sandbox::error::status;
use crate::sandbox::labels::{self, CACHE, RUN, RunId};
use crate::sandbox::start;
use crate::sandbox::{Engine, SandboxError, Shelf};

/// How long the engine may take to finish what it began to remove.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest pause between two attempts to remove a busy network of a run that ends; together they last twice that.
const LEAVING: Duration = Duration::from_secs(5);

/// The same for what dead runs left: most likely somebody else uses it, and a run waits for the end of the sweep.
const LEFT: Duration = Duration::from_millis(100);

/// How often a list that cannot be read is asked for again, and the time between.
const UNREADABLE: usize = 20;
const PAUSE: Duration = Duration::from_millis(250);

/// What is removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everything of one run.
    Run(RunId),
    /// Everything of runs whose process is no more, or whose time is over.
    Abandoned,
    /// That, and what is kept for later runs: prepared images, stores of images.
    All,
}

/// What was removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    /// Names of containers.
    pub containers: Vec<String>,
    /// Names of networks.
    pub networks: Vec<String>,
    /// Names of volumes.
    pub volumes: Vec<String>,
    /// Names or ids of images.
    pub images: Vec<String>,
}

impl Scope {
    fn takes(&self, labels: &HashMap<String, String>) -> bool {
        match self {
            Self::Run(run) => labels.get(RUN).is_some_and(|owner| owner == run.as_str()),
            Self::Abandoned | Self::All => labels::is_abandoned(labels),
        }
    }

    fn filter(&self) -> HashMap<&'static str, Vec<String>> {
        let label = match self {
            Self::Run(run) => format!("{RUN}={}", run.as_str()),
            Self::Abandoned | Self::All => RUN.to_owned(),
        };
        HashMap::from([("label", vec![label])])
    }
}

/// Removes what `scope` names: containers, then networks, then volumes, then kept images and volumes. What cannot be removed
/// hinders nothing else; it is told in the end.
pub async fn sweep(engine: &Engine, scope: Scope) -> Result<Swept, SandboxError> {
    let containers = containers(engine, &scope).await;
    if let Err(lost @ SandboxError::EngineLost(_)) = containers {
        return Err(lost);
    }
    let networks = networks(engine, &scope).await;
    let volumes = volumes(engine, &scope).await;
    let mut swept = Swept::default();
    if scope == Scope::All {
        let (volumes, images) = (kept_volumes(engine).await, kept_images(engine).await);
        Shelf::clear();
        (swept.volumes, swept.images) = (volumes?, images?);
    }
    swept.containers = containers?;
    swept.networks = networks?;
    swept.volumes.extend(volumes?);
    Ok(swept)
}

async fn containers(engine: &Engine, scope: &Scope) -> Result<Vec<String>, SandboxError> {
    let options = ListContainersOptionsBuilder::default()
        .all(true)
        .filters(&scope.filter())
        .build();
    let mut listed = engine.docker.list_containers(Some(options.clone())).await;
    for _ in 0..UNREADABLE {
        // A container that is just ending has a state on Podman that Docker does not have, and bollard does not know.
        if matches!(listed, Err(bollard::errors::Error::JsonDataError { .. })) {
            tokio::time::sleep(PAUSE).await;
            listed = engine.docker.list_containers(Some(options.clone())).await;
        }
    }
    let list = listed.map_err(SandboxError::doing("list containers"))?;
    let ours = list
        .into_iter()
        .filter(|one| one.labels.as_ref().is_some_and(|labels| scope.takes(labels)));
    let removals = ours.map(async |one| {
        let id = one.id.unwrap_or_default();
        let name = one
            .names
            .and_then(|names| names.into_iter().next())
            .unwrap_or_else(|| id.clone());
        start::remove(engine, &id).await?;
        until_removed(engine, &id).await;
        Ok(name.trim_start_matches('/').to_owned())
    });
    join_all(removals).await.into_iter().collect()
}

async fn networks(engine: &Engine, scope: &Scope) -> Result<Vec<String>, SandboxError> {
    let options = ListNetworksOptionsBuilder::default().filters(&scope.filter()).build();
    let list = engine
        .docker
        .list_networks(Some(options))
        .await
        .map_err(SandboxError::doing("list networks"))?;
    let ours = list
        .into_iter()
        .filter(|one| one.labels.as_ref().is_some_and(|labels| scope.takes(labels)));
    let patience = if matches!(scope, Scope::Run(_)) { LEAVING } else { LEFT };
    let removals = ours.map(async |one| {
        let (id, name) = (one.id.unwrap_or_default(), one.name.unwrap_or_default());
        gone(remove_network(engine, &id, patience).await)
            .map_err(SandboxError::doing(format!("remove the network `{name}`")))?;
        Ok(name)
    });
    join_all(removals).await.into_iter().collect()
}

async fn volumes(engine: &Engine, scope: &Scope) -> Result<Vec<String>, SandboxError> {
    let list = list_volumes(engine, &scope.filter()).await?;
    let ours = list
        .into_iter()
        .filter(|(_, labels)| scope.takes(labels))
        .map(|(name, _)| name);
    remove_volumes(engine, ours.collect()).await
}

async fn kept_volumes(engine: &Engine) -> Result<Vec<String>, SandboxError> {
    let list = list_volumes(engine, &HashMap::from([("label", vec![CACHE.to_owned()])])).await?;
    remove_volumes(engine, list.into_iter().map(|(name, _)| name).collect()).await
}

async fn list_volumes(
    engine: &Engine,
    filter: &HashMap<&'static str, Vec<String>>,
) -> Result<Vec<(String, HashMap<String, String>)>, SandboxError> {
    let options = ListVolumesOptionsBuilder::default().filters(filter).build();
    let list = engine
        .docker
        .list_volumes(Some(options))
        .await
        .map_err(SandboxError::doing("list volumes"))?;
    Ok(list
        .volumes
        .unwrap_or_default()
        .into_iter()
        .map(|volume| (volume.name, volume.labels))
        .collect())
}

/// Removes volumes; one that another run uses stays.
pub(super) async fn remove_volumes(engine: &Engine, names: Vec<String>) -> Result<Vec<String>, SandboxError> {
    let mut removed = Vec::new();
    for name in names {
        let options = RemoveVolumeOptionsBuilder::default().force(true).build();
        match engine.docker.remove_volume(&name, Some(options)).await {
            Ok(()) => removed.push(name),
            Err(error) if matches!(status(&error), Some(404 | 409)) => {}
            Err(error) => return Err(SandboxError::doing(format!("remove the volume `{name}`"))(error)),
        }
    }
    Ok(removed)
}

async fn kept_images(engine: &Engine) -> Result<Vec<String>, SandboxError> {
    let filter = HashMap::from([("label", vec![CACHE.to_owned()])]);
    let options = ListImagesOptionsBuilder::default().filters(&filter).build();
    let list = engine
        .docker
        .list_images(Some(options))
        .await
        .map_err(SandboxError::doing("list images"))?;
    let mut names = Vec::new();
    for image in list {
        let name = image.repo_tags.into_iter().next().unwrap_or(image.id);
        let options = RemoveImageOptionsBuilder::default().force(false).build();
        match engine.docker.remove_image(&name, Some(options), None).await {
            Ok(_) => names.push(name),
            // A running machine still uses it.
            Err(error) if matches!(status(&error), Some(404 | 409)) => {}
            Err(error) => return Err(SandboxError::doing(format!("remove the image `{name}`"))(error)),
        }
    }
    Ok(names)
}

/// Waits until a container is gone; the engine removes in the background.
pub(super) async fn until_removed(engine: &Engine, id: &str) {
    let wait = async {
        let mut pause = Duration::from_millis(10);
        while engine.docker.inspect_container(id, None).await.is_ok() {
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(200));
        }
    };
    // What remains after that is swept at the next start.
    let _ = tokio::time::timeout(PATIENCE, wait).await;
}

/// Removes a network; one that a container is just leaving is busy for a moment.
async fn remove_network(engine: &Engine, id: &str, patience: Duration) -> Result<(), bollard::errors::Error> {
    let mut pause = Duration::from_millis(20);
    loop {
        match engine.docker.remove_network(id).await {
            Err(error) if status(&error) == Some(403) && pause < patience => tokio::time::sleep(pause).await,
            other => return other,
        }
        pause *= 2;
    }
}

/// Somebody else may have removed it meanwhile: the watchdog, the engine itself.
fn gone(result: Result<(), bollard::errors::Error>) -> Result<(), bollard::errors::Error> {
    match result {
        Err(error) if status(&error) == Some(404) => Ok(()),
        other => other,
    }
}
