//! Starts a container with the agent inside and connects to it.
//!
//! The agent travels in an anonymous volume at `/.docgen`: it is filled before the start, which works
//! with a remote engine too; it stays out of images made of the container; it goes with the container.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bollard::models::{ContainerCreateBody, HostConfig, HostConfigLogConfig, Mount, MountType};
use bollard::query_parameters::{
    AttachContainerOptionsBuilder, CreateContainerOptionsBuilder, RemoveContainerOptionsBuilder,
    UploadToContainerOptionsBuilder,
};
use bytes::Bytes;
use futures_util::StreamExt;

use crate::sandbox::error::status;
use crate::sandbox::fate::Fates;
use crate::sandbox::{Engine, SandboxError};
use crate::session::Link;
use crate::session::link::{AgentInput, AgentOutput};

/// The program that runs as the first process of a machine; build.rs made it.
static AGENT: &[u8] = include_bytes!(env!("DOCGEN_AGENT"));

/// Where it lives on a machine.
const HOME: &str = "/.docgen";

/// What a container is made of.
pub(super) struct Recipe {
    /// Name of the container.
    pub(super) name: String,
    /// Name or id of the image.
    pub(super) image: String,
    /// Everything else; the agent's part is filled in.
    pub(super) body: ContainerCreateBody,
}

/// A started container.
pub(super) struct Started {
    pub(super) id: String,
    pub(super) link: Link,
    /// Set before it is stopped on purpose.
    pub(super) stopped: Arc<AtomicBool>,
}

/// Creates, fills, attaches and starts a container, in this order.
pub(super) async fn start(engine: &Engine, fates: &Fates, recipe: Recipe) -> Result<Started, SandboxError> {
    let name = recipe.name.clone();
    let doing = |what: &str| SandboxError::doing(format!("{what} `{name}`"));
    let options = CreateContainerOptionsBuilder::default().name(&recipe.name).build();
    let body = with_agent(recipe);
    let id = engine
        .docker
        .create_container(Some(options), body)
        .await
        .map_err(doing("create the container"))?
        .id;
    match connect(engine, fates, &id, &name).await {
        Ok(started) => Ok(started),
        Err(error) => {
            // A container that never started does not remove itself.
            let _ = remove(engine, &id).await;
            Err(error)
        }
    }
}

async fn connect(engine: &Engine, fates: &Fates, id: &str, name: &str) -> Result<Started, SandboxError> {
    let doing = |what: &str| SandboxError::doing(format!("{what} `{name}`"));
    let upload = UploadToContainerOptionsBuilder::default().path(HOME).build();
    let archive = bollard::body_full(agent_archive());
    engine
        .docker
        .upload_to_container(id, Some(upload), archive)
        .await
        .map_err(doing("put the agent into"))?;
    let attach = AttachContainerOptionsBuilder::default()
        .stream(true)
        .stdin(true)
        .stdout(true)
        .stderr(true)
        .build();
    let attached = engine
        .docker
        .attach_container(id, Some(attach))
        .await
        .map_err(doing("attach to"))?;
    engine.docker.start_container(id, None).await.map_err(doing("start"))?;
    let output: AgentOutput = Box::pin(attached.output.filter_map(async |item| match item {
        Ok(bollard::container::LogOutput::StdOut { message }) => Some(Ok(message)),
        // What the agent says on its standard error is a complaint, never a report.
        Ok(_) => None,
        Err(error) => Some(Err(error.to_string())),
    }));
    let input: AgentInput = attached.input;
    let stopped = Arc::new(AtomicBool::new(false));
    let fate = Box::pin(fates.clone().of(id.to_owned(), Arc::clone(&stopped)));
    let link = Link::connect(output, input, fate)
        .await
        .map_err(|source| SandboxError::Session {
            machine: name.to_owned(),
            source,
        })?;
    Ok(Started {
        id: id.to_owned(),
        link,
        stopped,
    })
}

fn with_agent(recipe: Recipe) -> ContainerCreateBody {
    let host = recipe.body.host_config.unwrap_or_default();
    let home = Mount {
        target: Some(HOME.to_owned()),
        typ: Some(MountType::VOLUME),
        ..Mount::default()
    };
    let mut mounts = vec![home];
    mounts.extend(host.mounts.unwrap_or_default());
    ContainerCreateBody {
        image: Some(recipe.image),
        entrypoint: Some(vec![format!("{HOME}/agent")]),
        cmd: Some(Vec::new()),
        user: Some("0:0".to_owned()),
        attach_stdin: Some(true),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        open_stdin: Some(true),
        stdin_once: Some(true),
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

/// Removes a container with its anonymous volumes; one that is gone or going is as good.
pub(super) async fn remove(engine: &Engine, id: &str) -> Result<(), SandboxError> {
    let options = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
    match engine.docker.remove_container(id, Some(options)).await {
        Err(error) if !matches!(status(&error), Some(404 | 409)) => {
            Err(SandboxError::doing(format!("remove the container `{id}`"))(error))
        }
        _ => Ok(()),
    }
}
