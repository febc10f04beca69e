//! Starts a container with the agent inside and connects to it.
//!
//! The agent travels in an anonymous volume at `/.docgen`: it is filled before the start, which works
//! with a remote engine too; it stays out of images made of the container; it goes with the container.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use bollard::container::LogOutput;
use bollard::errors::Error;
use bollard::exec::{CreateExecOptions, StartExecResults};
use bollard::models::{ContainerCreateBody, HostConfig, HostConfigLogConfig, Mount, MountType, MountVolumeOptions};
use bollard::query_parameters::{
    AttachContainerOptionsBuilder, CreateContainerOptionsBuilder, RemoveContainerOptionsBuilder,
    UploadToContainerOptionsBuilder,
};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};

use crate::sandbox::error::status;
use crate::sandbox::fate::Fates;
use crate::sandbox::{Engine, SandboxError};
use crate::session::Link;
use crate::session::link::{AgentInput, AgentOutput};

/// The program that runs as the first process of a machine; build.rs made it.
static AGENT: &[u8] = include_bytes!(env!("DOCGEN_AGENT"));

/// Where it lives on a machine.
const HOME: &str = "/.docgen";
/// The first process of a machine of kind `systemd`.
const INIT: &str = "/sbin/init";

/// Returns what tells one version of the agent from another.
pub(super) fn agent_version() -> String {
    blake3::hash(AGENT).to_hex().to_string()
}

/// How often a container that could not be removed is tried again, and the time between.
const AGAIN: usize = 5;
const PAUSE: Duration = Duration::from_millis(300);

/// What a container is made of.
pub(super) struct Recipe {
    /// Name of the container.
    pub(super) name: String,
    /// Name or id of the image.
    pub(super) image: String,
    /// Everything else; the agent's part is filled in.
    pub(super) body: ContainerCreateBody,
    /// What the agent is in it.
    pub(super) role: Role,
}

/// What the agent is in a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Its first process.
    First,
    /// A process beside the image's own first process, which is systemd.
    Beside,
}

/// A started container.
pub(super) struct Started {
    pub(super) id: String,
    pub(super) link: Link,
    /// Set before it is stopped on purpose.
    pub(super) stopped: Arc<AtomicBool>,
    /// Whether a limit of its disk was asked for and the engine cannot set one.
    pub(super) disk_unlimited: bool,
}

/// Creates, fills, attaches and starts a container, in this order.
pub(super) async fn start(engine: &Engine, fates: &Fates, recipe: Recipe) -> Result<Started, SandboxError> {
    let name = recipe.name.clone();
    let doing = |what: &str| SandboxError::doing(format!("{what} `{name}`"));
    let role = recipe.role;
    let (created, disk_unlimited) = create(engine, with_agent(recipe), &name).await;
    let id = created.map_err(doing("create the container"))?;
    match connect(engine, fates, &id, &name, role).await {
        Ok(started) => Ok(Started {
            disk_unlimited,
            ..started
        }),
        Err(error) => {
            // A container that never started does not remove itself.
            let _ = remove(engine, &id).await;
            Err(error)
        }
    }
}

async fn connect(engine: &Engine, fates: &Fates, id: &str, name: &str, role: Role) -> Result<Started, SandboxError> {
    let doing = |what: &str| SandboxError::doing(format!("{what} `{name}`"));
    let upload = UploadToContainerOptionsBuilder::default().path(HOME).build();
    let archive = bollard::body_full(agent_archive());
    let uploaded = engine.docker.upload_to_container(id, Some(upload), archive).await;
    uploaded.map_err(doing("put the agent into"))?;
    let (output, input) = match role {
        Role::First => {
            let attached = attach(engine, id).await.map_err(doing("attach to"))?;
            engine.docker.start_container(id, None).await.map_err(doing("start"))?;
            attached
        }
        Role::Beside => {
            let started = engine.docker.start_container(id, None).await;
            if started.as_ref().is_err_and(|error| error.to_string().contains(INIT)) {
                let machine = name.to_owned();
                return Err(SandboxError::NoInit { machine });
            }
            started.map_err(doing("start"))?;
            execute(engine, id).await.map_err(doing("run the agent in"))?
        }
    };
    let output: AgentOutput = Box::pin(output.filter_map(async |item| match item {
        Ok(LogOutput::StdOut { message }) => Some(Ok(message)),
        // What the agent says on its standard error is a complaint, never a report.
        Ok(_) => None,
        Err(error) => Some(Err(error.to_string())),
    }));
    let stopped = Arc::new(AtomicBool::new(false));
    let fate = Box::pin(fates.clone().of(id.to_owned(), Arc::clone(&stopped)));
    let failed = |source| SandboxError::Session {
        machine: name.to_owned(),
        source,
    };
    let link = Link::connect(output, input, fate).await.map_err(failed)?;
    Ok(Started {
        id: id.to_owned(),
        link,
        stopped,
        disk_unlimited: false,
    })
}

/// Creates a container; without a limit of its disk, which is told, where the engine's storage cannot set one.
async fn create(engine: &Engine, mut body: ContainerCreateBody, name: &str) -> (Result<String, Error>, bool) {
    let options = CreateContainerOptionsBuilder::default().name(name).build();
    let created = engine
        .docker
        .create_container(Some(options.clone()), body.clone())
        .await;
    let refused =
        matches!(&created, Err(Error::DockerResponseServerError { message, .. }) if message.contains("storage-opt"));
    let host = body.host_config.as_mut().filter(|_| refused);
    if host.and_then(|host| host.storage_opt.take()).is_none() {
        return (created.map(|created| created.id), false);
    }
    let created = engine.docker.create_container(Some(options), body).await;
    (created.map(|created| created.id), true)
}

/// What an attached process prints, and where it reads.
type Attached = (Pin<Box<dyn Stream<Item = Result<LogOutput, Error>> + Send>>, AgentInput);

async fn attach(engine: &Engine, id: &str) -> Result<Attached, Error> {
    let options = AttachContainerOptionsBuilder::default()
        .stream(true)
        .stdin(true)
        .stdout(true)
        .stderr(true)
        .build();
    let attached = engine.docker.attach_container(id, Some(options)).await?;
    Ok((attached.output, attached.input))
}

async fn execute(engine: &Engine, id: &str) -> Result<Attached, Error> {
    let options = CreateExecOptions {
        cmd: Some(vec![format!("{HOME}/agent"), "beside".to_owned()]),
        user: Some("0:0".to_owned()),
        attach_stdin: Some(true),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        ..CreateExecOptions::default()
    };
    let exec = engine.docker.create_exec(id, options).await?;
    match engine.docker.start_exec(&exec.id, None).await? {
        StartExecResults::Attached { output, input } => Ok((output, input)),
        StartExecResults::Detached => Err(Error::DockerStreamError {
            error: "it was not attached".to_owned(),
        }),
    }
}

fn with_agent(recipe: Recipe) -> ContainerCreateBody {
    let host = recipe.body.host_config.unwrap_or_default();
    let home = anonymous(HOME, recipe.body.labels.clone());
    let mut mounts = vec![home];
    mounts.extend(host.mounts.unwrap_or_default());
    let is_first = recipe.role == Role::First;
    let program = if is_first {
        format!("{HOME}/agent")
    } else {
        INIT.to_owned()
    };
    ContainerCreateBody {
        image: Some(recipe.image),
        entrypoint: Some(vec![program]),
        cmd: Some(Vec::new()),
        user: Some("0:0".to_owned()),
        attach_stdin: Some(is_first),
        attach_stdout: Some(is_first),
        attach_stderr: Some(is_first),
        open_stdin: Some(is_first),
        stdin_once: Some(is_first),
        tty: Some(false),
        host_config: Some(HostConfig {
            auto_remove: Some(true),
            mounts: Some(mounts),
            // The engine would write a gigabyte of output to its disk once more.
            log_config: Some(HostConfigLogConfig {
                typ: Some("none".to_owned()),
                config: Some(HashMap::new()),
            }),
            ..host
        }),
        ..recipe.body
    }
}

/// A volume without a name. It goes with its container; the labels let a sweep find it where that failed.
pub(super) fn anonymous(target: &str, labels: Option<HashMap<String, String>>) -> Mount {
    Mount {
        target: Some(target.to_owned()),
        typ: Some(MountType::VOLUME),
        volume_options: Some(MountVolumeOptions {
            labels,
            ..MountVolumeOptions::default()
        }),
        ..Mount::default()
    }
}

fn agent_archive() -> Bytes {
    let mut header = tar::Header::new_gnu();
    header.set_size(AGENT.len() as u64);
    header.set_mode(0o755);
    header.set_cksum();
    let mut archive = tar::Builder::new(Vec::with_capacity(AGENT.len() + 4096));
    let written = archive
        .append_data(&mut header, "agent", AGENT)
        .and_then(|()| archive.into_inner());
    Bytes::from(written.expect("an archive in memory cannot fail to be written"))
}

/// Removes a container with its anonymous volumes; one that is gone or going is as good. Podman fails where the container
/// ends at the same time.
pub(super) async fn remove(engine: &Engine, id: &str) -> Result<(), SandboxError> {
    let options = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
    for _ in 0..AGAIN {
        match engine.docker.remove_container(id, Some(options.clone())).await {
            Err(error) if status(&error) == Some(500) => tokio::time::sleep(PAUSE).await,
            other => return removed(other, id),
        }
    }
    removed(engine.docker.remove_container(id, Some(options)).await, id)
}

fn removed(result: Result<(), Error>, id: &str) -> Result<(), SandboxError> {
    match result {
        Err(error) if !matches!(status(&error), Some(404 | 409)) => {
            Err(SandboxError::doing(format!("remove the container `{id}`"))(error))
        }
        _ => Ok(()),
    }
}
