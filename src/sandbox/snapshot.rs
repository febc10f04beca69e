//! Snapshots: images made of a machine between two of its blocks.

use crate::model::machine::MachineSpec;
use crate::sandbox::image::{self, Keep};
use crate::sandbox::{Engine, Machine, Sandbox, SandboxError, start, sweep};

/// Part of [`Sandbox::origin`]: changes when docgen makes machines differently.
const FORMAT: &str = "1";

/// Where images of snapshots are kept.
const REPOSITORY: &str = "docgen-snapshot";

impl Sandbox {
    /// Returns a hash of all that a machine is made of and runs on: image, settings, given files, agent, engine, kernel.
    pub async fn origin(&self, spec: &MachineSpec) -> Result<String, SandboxError> {
        let image = self.find_image(&spec.image).await?;
        let info = self.engine.docker.info().await;
        let info = info.map_err(SandboxError::doing("ask the engine about itself"))?;
        let mut hash = blake3::Hasher::new();
        for part in [
            FORMAT,
            env!("CARGO_PKG_VERSION"),
            &start::agent_version(),
            &image.id,
            &format!("{spec:?}"),
            &format!(
                "{:?} {:?} {:?}",
                self.options.memory, self.options.pids, self.options.network
            ),
            &format!("{:?} {:?} {:?}", info.id, info.server_version, info.driver),
            &format!("{:?} {:?} {:?}", info.kernel_version, info.architecture, info.ncpu),
        ] {
            hash.update(&(part.len() as u64).to_be_bytes()).update(part.as_bytes());
        }
        Ok(hash.finalize().to_hex().to_string())
    }

    /// Makes an image of a machine's files; returns its id and how many bytes it adds.
    pub async fn snapshot(&self, machine: &Machine, key: &str) -> Result<(String, u64), SandboxError> {
        let keep = Keep {
            repository: REPOSITORY,
            tag: &key[..24.min(key.len())],
            comment: "between two blocks of a guide, for `docgen verify --fast`",
            labels: Vec::new(),
        };
        let name = &machine.facts.machine;
        let doing = || SandboxError::doing(format!("make a snapshot of `{name}`"));
        let made = image::commit(&self.engine, &machine.container, &machine.image, keep).await;
        let id = made.map_err(doing())?;
        let own = size(&self.engine, &id).await.map_err(doing())?;
        let base = size(&self.engine, &machine.image).await.map_err(doing())?;
        Ok((id, own.saturating_sub(base)))
    }

    /// Removes a machine that turned out to be of no use, and waits until it is gone.
    pub async fn discard(&self, machine: Machine) -> Result<(), SandboxError> {
        let id = machine.container.clone();
        drop(machine);
        start::remove(&self.engine, &id).await?;
        sweep::until_removed(&self.engine, &id).await;
        Ok(())
    }

    /// Returns the engine that it is on.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }
}

async fn size(engine: &Engine, image: &str) -> Result<u64, bollard::errors::Error> {
    let found = engine.docker.inspect_image(image).await?;
    Ok(found.size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0))
}
