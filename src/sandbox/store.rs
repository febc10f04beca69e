//! Stores: volumes that hold the images of an inner engine, made once and copied by each machine.
//!
//! A store is an engine's `/var/lib/docker`, named by the hash of its images and of the dockerd
//! that wrote it. It is whole only when a second, empty volume with the same hash says so; so a
//! process that dies while it fills a store leaves nothing that could be mistaken for one. A container
//! that is never started serves as the lock between processes: its name can be had only once.

use std::collections::HashMap;
use std::time::Duration;

use bollard::exec::{CreateExecOptions, StartExecResults};
use bollard::models::{ContainerCreateBody, HostConfig, Mount, MountType, VolumeCreateRequest};
use bollard::query_parameters::CreateContainerOptionsBuilder;
use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;

use crate::sandbox::error::status;
use crate::sandbox::labels::{self, CACHE, ENGINE};
use crate::sandbox::prepare::last_lines;
use crate::sandbox::start::{self, Recipe, Role, Started};
use crate::sandbox::sweep::{self, Scope};
use crate::sandbox::{ImageFacts, Sandbox, SandboxError, SandboxEvent, nested};
use crate::session::{Request, Session};

/// Part of the hash: changes when stores are made differently.
const FORMAT: &str = "2";

/// How often a process looks whether another one has finished the same store.
const POLL: Duration = Duration::from_millis(300);

/// How long the inner engine may take to end.
const STOP: Duration = Duration::from_secs(60);

/// Returns the name of the store that holds `images`, for machines of `image`; fills it if need be.
pub(super) async fn find_or_fill(
    sandbox: &Sandbox,
    image: &str,
    images: &[ImageFacts],
) -> Result<String, SandboxError> {
    let writer = writer(sandbox, image).await?;
    let key = key(&writer, images);
    let store = Store {
        name: format!("docgen-store-{key}"),
        mark: format!("docgen-store-{key}-whole"),
        key,
    };
    loop {
        if store.is_whole(sandbox).await? {
            return Ok(store.name);
        }
        if let Some(lock) = store.lock(sandbox, image).await? {
            let result = store.fill(sandbox, image, images).await;
            start::remove(&sandbox.engine, &lock).await?;
            return result.map(|()| store.name);
        }
        // Its holder may have died; then the next try gets the lock. What else cannot be removed does not matter here.
        let _ = sweep::sweep(&sandbox.engine, Scope::Abandoned).await;
        tokio::time::sleep(POLL).await;
    }
}

/// What writes the store: the engine in the machine's image if that is known, else that very image.
async fn writer(sandbox: &Sandbox, image: &str) -> Result<String, SandboxError> {
    let found = sandbox.engine.docker.inspect_image(image).await;
    let found = found.map_err(SandboxError::doing(format!("look up the image `{image}`")))?;
    let labels = found.config.and_then(|config| config.labels).unwrap_or_default();
    Ok(labels.get(ENGINE).cloned().or(found.id).unwrap_or_default())
}

fn key(writer: &str, images: &[ImageFacts]) -> String {
    let mut parts: Vec<String> = images
        .iter()
        .map(|image| format!("{} {}", image.name, image.id))
        .collect();
    parts.sort();
    parts.push(format!("{FORMAT} {writer}"));
    blake3::hash(parts.join("\n").as_bytes()).to_hex()[..24].to_owned()
}

struct Store {
    key: String,
    name: String,
    mark: String,
}

impl Store {
    async fn is_whole(&self, sandbox: &Sandbox) -> Result<bool, SandboxError> {
        for name in [&self.mark, &self.name] {
            match sandbox.engine.docker.inspect_volume(name).await {
                Ok(_) => {}
                Err(error) if status(&error) == Some(404) => return Ok(false),
                Err(error) => return Err(SandboxError::doing(format!("look up the volume `{name}`"))(error)),
            }
        }
        Ok(true)
    }

    /// Takes the lock; `None` if somebody else has it.
    async fn lock(&self, sandbox: &Sandbox, image: &str) -> Result<Option<String>, SandboxError> {
        let options = CreateContainerOptionsBuilder::default()
            .name(&format!("{}-lock", self.name))
            .build();
        let body = ContainerCreateBody {
            image: Some(image.to_owned()),
            cmd: Some(vec!["true".to_owned()]),
            labels: Some(labels::of_run(sandbox.run())),
            ..ContainerCreateBody::default()
        };
        match sandbox.engine.docker.create_container(Some(options), body).await {
            Ok(made) => Ok(Some(made.id)),
            Err(error) if status(&error) == Some(409) => Ok(None),
            Err(error) => Err(SandboxError::doing("lock the store of images")(error)),
        }
    }

    async fn fill(&self, sandbox: &Sandbox, image: &str, images: &[ImageFacts]) -> Result<(), SandboxError> {
        if self.is_whole(sandbox).await? {
            return Ok(());
        }
        let names: Vec<String> = images.iter().map(|image| image.name.clone()).collect();
        sandbox.tell(SandboxEvent::FillingStore { images: names.clone() });
        // What a dead process left is not whole.
        sweep::remove_volumes(&sandbox.engine, vec![self.mark.clone(), self.name.clone()]).await?;
        self.make_volume(sandbox, &self.name).await?;
        let mut body = sandbox.body(&[]);
        body.networking_config = None;
        let library = Mount {
            target: Some(nested::LIBRARY.to_owned()),
            source: Some(self.name.clone()),
            typ: Some(MountType::VOLUME),
            ..Mount::default()
        };
        let network_mode = Some("none".to_owned());
        body.host_config = Some(HostConfig {
            network_mode,
            mounts: Some(vec![library]),
            ..HostConfig::default()
        });
        nested::permit(&mut body);
        let name = format!("docgen-{}-store-{}", sandbox.run().as_str(), self.key);
        let started = start::start(
            &sandbox.engine,
            &sandbox.fates,
            Recipe {
                name,
                image: image.to_owned(),
                body,
                role: Role::First,
            },
        )
        .await?;
        let result = load(sandbox, &started, &names).await;
        start::remove(&sandbox.engine, &started.id).await?;
        sweep::until_removed(&sandbox.engine, &started.id).await;
        result?;
        self.make_volume(sandbox, &self.mark).await
    }

    async fn make_volume(&self, sandbox: &Sandbox, name: &str) -> Result<(), SandboxError> {
        let request = VolumeCreateRequest {
            name: Some(name.to_owned()),
            labels: Some(HashMap::from([(CACHE.to_owned(), self.key.clone())])),
            ..VolumeCreateRequest::default()
        };
        let made = sandbox.engine.docker.create_volume(request).await;
        made.map_err(SandboxError::doing(format!("make the volume `{name}`")))
            .map(drop)
    }
}

/// Starts an engine on the volume, loads the images into it, and stops it, so that all is written.
async fn load(sandbox: &Sandbox, started: &Started, names: &[String]) -> Result<(), SandboxError> {
    let machine = "store";
    let script = nested::start_script("--iptables=false --bridge=none");
    let mut session: Session = nested::serve(&started.link, machine, &script).await?;
    hand_over(sandbox, &started.id, names).await?;
    let stop = "kill %1 && wait %1";
    let failed = |source| SandboxError::Session {
        machine: machine.to_owned(),
        source,
    };
    session.run(Request::script(stop, STOP)).await.map_err(failed).map(drop)
}

/// Streams the images from the outer engine into `docker load` of the inner one.
async fn hand_over(sandbox: &Sandbox, container: &str, names: &[String]) -> Result<(), SandboxError> {
    let docker = &sandbox.engine.docker;
    let doing = || SandboxError::doing(format!("hand over the images {}", names.join(", ")));
    let options = CreateExecOptions {
        cmd: Some(vec!["docker", "load"]),
        attach_stdin: Some(true),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        ..CreateExecOptions::default()
    };
    let exec = docker.create_exec(container, options).await.map_err(doing())?;
    let StartExecResults::Attached { mut output, mut input } =
        docker.start_exec(&exec.id, None).await.map_err(doing())?
    else {
        return Ok(());
    };
    let send = async {
        let list: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut images = std::pin::pin!(docker.export_images(&list));
        while let Some(chunk) = images.next().await {
            // If it stopped reading, its output says why.
            if input.write_all(&chunk?).await.is_err() {
                break;
            }
        }
        let _ = input.shutdown().await;
        Ok(())
    };
    let hear = async {
        let mut text = Vec::new();
        while let Some(Ok(item)) = output.next().await {
            text.extend_from_slice(&item.into_bytes());
        }
        text
    };
    let (sent, text) = tokio::join!(send, hear);
    sent.map_err(doing())?;
    let state = docker.inspect_exec(&exec.id).await.map_err(doing())?;
    if state.exit_code == Some(0) {
        return Ok(());
    }
    let output = last_lines(&String::from_utf8_lossy(&text));
    Err(SandboxError::NotReady {
        machine: "store".to_owned(),
        what: "`docker load` failed".to_owned(),
        output,
    })
}
