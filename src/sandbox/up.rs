//! Brings a machine up: image, preparation, container, files.

#![expect(clippy::disallowed_methods, reason = "edge: secrets come from the environment")]

use std::collections::HashMap;
use std::env;

use bollard::models::{ContainerCreateBody, EndpointSettings, HostConfig, NetworkingConfig};

use crate::model::machine::{EnvValue, MachineKind, MachineSpec};
use crate::sandbox::start::{self, Recipe, Role};
use crate::sandbox::{
    Facts, FileToWrite, ImageFacts, Machine, Sandbox, SandboxError, SandboxEvent, image, labels, nested, prepare,
    service, store, systemd,
};
use crate::session::SessionOptions;

impl Sandbox {
    /// Brings a machine up; it is ready for its first block when this returns.
    pub async fn machine(&self, spec: &MachineSpec) -> Result<Machine, SandboxError> {
        self.machine_of(spec, None).await
    }

    /// Brings a plain machine up from an image that [`Sandbox::snapshot`] made of it.
    pub async fn machine_from(&self, spec: &MachineSpec, snapshot: &str) -> Result<Machine, SandboxError> {
        self.machine_of(spec, Some(snapshot)).await
    }

    async fn machine_of(&self, spec: &MachineSpec, snapshot: Option<&str>) -> Result<Machine, SandboxError> {
        let (env, secrets) = environment(spec)?;
        let base = self.find_image(&spec.image).await?;
        let image = match snapshot {
            Some(snapshot) => snapshot.to_owned(),
            None => prepare::image(self, spec, &base).await?,
        };
        let mut inner_images = Vec::new();
        for name in &spec.images {
            inner_images.push(self.find_image(name).await?);
        }
        let mut recipe = self.recipe(spec, image.clone(), &inner_images).await?;
        if snapshot.is_some() {
            // If it cannot be used, another machine of this name is made.
            recipe.name.push_str("-snapshot");
        }
        self.tell(SandboxEvent::Starting {
            machine: spec.name.clone(),
        });
        let started = start::start(&self.engine, &self.fates, recipe).await?;
        self.note_start(&started.stopped);
        self.join(spec.network, &started.id, &names(spec)).await?;
        let options = SessionOptions {
            user: spec.user.clone(),
            cwd: spec.workdir.clone(),
            env,
            ..SessionOptions::default()
        };
        let facts = Facts {
            machine: spec.name.clone(),
            image: base,
            inner_images,
            deviations: deviations(spec, started.disk_unlimited),
        };
        let (link, container) = (started.link, started.id);
        let mut machine = Machine {
            link,
            container,
            image,
            facts,
            options,
            secrets,
            inner_engine: None,
            service: None,
        };
        boot(&mut machine, spec, snapshot.is_none()).await?;
        self.tell(SandboxEvent::Ready {
            machine: spec.name.clone(),
        });
        Ok(machine)
    }

    /// Says what the container of a machine is made of.
    async fn recipe(&self, spec: &MachineSpec, image: String, inner: &[ImageFacts]) -> Result<Recipe, SandboxError> {
        let mut body = self.body(&names(spec));
        self.confine(&mut body, spec.network).await?;
        limit(&mut body, spec, self);
        let mut role = Role::First;
        match spec.kind {
            MachineKind::Plain => {}
            MachineKind::Docker => {
                let store = match inner {
                    [] => None,
                    images => Some(store::find_or_fill(self, &image, images).await?),
                };
                nested::permit(&mut body);
                nested::mount(&mut body, store.as_deref());
            }
            MachineKind::Systemd => {
                systemd::permit(&self.engine, &mut body).await?;
                role = Role::Beside;
            }
        }
        let name = format!("docgen-{}-{}", self.run().as_str(), spec.name);
        Ok(Recipe {
            name,
            image,
            body,
            role,
        })
    }

    /// Finds or pulls an image.
    pub(super) async fn find_image(&self, name: &str) -> Result<ImageFacts, SandboxError> {
        let pulling = || self.tell(SandboxEvent::Pulling { image: name.to_owned() });
        image::find_or_pull(&self.engine, name, pulling).await
    }

    /// The part of a container that all have: labels, and the run's network under these names.
    pub(super) fn body(&self, names: &[String]) -> ContainerCreateBody {
        let endpoint = EndpointSettings {
            aliases: Some(names.to_vec()),
            ..EndpointSettings::default()
        };
        ContainerCreateBody {
            labels: Some(labels::of_run(self.run())),
            hostname: names.first().cloned(),
            host_config: Some(HostConfig {
                network_mode: Some(self.network.clone()),
                ..HostConfig::default()
            }),
            networking_config: Some(NetworkingConfig {
                endpoints_config: Some(HashMap::from([(self.network.clone(), endpoint)])),
            }),
            ..ContainerCreateBody::default()
        }
    }
}

/// Host name first, then everything else by which the machine is known.
fn names(spec: &MachineSpec) -> Vec<String> {
    let mut names = vec![spec.hostname.clone().unwrap_or_else(|| spec.name.clone())];
    for name in std::iter::once(&spec.name).chain(&spec.aliases) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

fn limit(body: &mut ContainerCreateBody, spec: &MachineSpec, sandbox: &Sandbox) {
    let host = body.host_config.get_or_insert_default();
    let memory = spec
        .memory
        .or(sandbox.options.memory)
        .map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX));
    host.memory = memory;
    // The same limit for both forbids swapping, which would only hide that memory is short.
    host.memory_swap = memory;
    host.pids_limit = sandbox.options.pids;
    host.storage_opt = spec
        .disk
        .map(|bytes| HashMap::from([("size".to_owned(), bytes.to_string())]));
    host.nano_cpus = spec
        .milli_cpus
        .map(|milli| i64::try_from(milli).unwrap_or(i64::MAX).saturating_mul(1_000_000));
}

/// Starts what the machine has besides the guide's shells: its engine, its files, its service.
async fn boot(machine: &mut Machine, spec: &MachineSpec, is_new: bool) -> Result<(), SandboxError> {
    match spec.kind {
        MachineKind::Plain => {}
        MachineKind::Docker => machine.inner_engine = Some(nested::boot(machine, !spec.images.is_empty()).await?),
        MachineKind::Systemd => systemd::wait(&machine.link, &spec.name).await?,
    }
    if is_new {
        give_files(machine, spec).await?;
    }
    if let Some(command) = &spec.run {
        machine.service = Some(service::start(machine, command, &spec.ready).await?);
    }
    Ok(())
}

/// Variables by name, and the values among them that must not be shown.
type Environment = (Vec<(String, String)>, Vec<String>);

fn environment(spec: &MachineSpec) -> Result<Environment, SandboxError> {
    let mut all = Vec::new();
    let mut secrets = Vec::new();
    for (name, value) in &spec.env {
        let value = match value {
            EnvValue::Plain(value) => value.clone(),
            EnvValue::Secret { secret } => {
                let missing = |_| SandboxError::SecretMissing {
                    machine: spec.name.clone(),
                    variable: secret.clone(),
                };
                let value = env::var(secret).map_err(missing)?;
                secrets.push(value.clone());
                value
            }
        };
        all.push((name.clone(), value));
    }
    Ok((all, secrets))
}

/// Returns the values of a machine's environment that must not be shown. One that is not set is told when the machine is
/// made.
pub fn secrets(spec: &MachineSpec) -> Vec<String> {
    let value = |value: &EnvValue| match value {
        EnvValue::Secret { secret } => env::var(secret).ok(),
        EnvValue::Plain(_) => None,
    };
    spec.env.values().filter_map(value).collect()
}

/// What was added to the image, one sentence each.
fn deviations(spec: &MachineSpec, disk_unlimited: bool) -> Vec<String> {
    let mut all = Vec::new();
    if disk_unlimited {
        all.push("its disk is not limited: this engine's storage cannot do that".to_owned());
    }
    if let Some(script) = &spec.prepare {
        let first = script
            .lines()
            .map(str::trim)
            .find(|line| !line.is_empty() && !line.starts_with('#'));
        let count = script.lines().count();
        all.push(format!(
            "prepared by {count} lines of shell, beginning `{}`",
            first.unwrap_or_default()
        ));
    }
    if spec.kind == MachineKind::Docker {
        all.push(
            "an engine of its own: capabilities SYS_ADMIN, NET_ADMIN and SYS_PTRACE, no seccomp and AppArmor profile"
                .to_owned(),
        );
        if !spec.images.is_empty() {
            all.push(format!("images handed over, not pulled: {}", spec.images.join(", ")));
        }
    }
    if spec.kind == MachineKind::Systemd {
        all.push(
            "an init of its own: systemd is the first process, /run and /run/lock are in memory, it sees the control groups"
                .to_owned(),
        );
    }
    if let Some(command) = &spec.run {
        let first = command.trim().lines().next().unwrap_or_default();
        all.push(format!("a service beside the guide: `{first}`"));
    }
    all.extend(
        spec.files
            .iter()
            .map(|file| format!("the file `{}` is given", file.path)),
    );
    all
}

async fn give_files(machine: &Machine, spec: &MachineSpec) -> Result<(), SandboxError> {
    for file in &spec.files {
        let given = FileToWrite {
            path: file.path.clone(),
            owner: Some(file.owner.clone().unwrap_or_else(|| "root:root".to_owned())),
            mode: Some(file.mode),
            make_parents: true,
            bytes: file.bytes.clone(),
            ..FileToWrite::default()
        };
        let failed = |source| SandboxError::Session {
            machine: spec.name.clone(),
            source,
        };
        machine.write_file(given).await.map_err(failed)?;
    }
    Ok(())
}
