//! The disk of a machine as an image, from which the same machine starts again and again while one command runs.

use std::time::Duration;

use bollard::query_parameters::RemoveImageOptionsBuilder;

use crate::sandbox::{Engine, Machine, Sandbox, SandboxError};
use crate::session::{Request, SessionOptions};

/// What programs that run leave on the disk to say so; in another machine it would be a lie.
const TIDY: &str = "rm -rf /run/docker* /run/containerd";

/// How long that may take.
const TIME: Duration = Duration::from_secs(10);

impl Sandbox {
    /// Keeps the disk of a machine as an image and returns its id. The machine is of no use afterwards: what runs on it
    /// has lost its traces. Volumes, as that of an inner engine, are not kept.
    pub async fn disk(&self, machine: &Machine) -> Result<String, SandboxError> {
        let name = &machine.facts.machine;
        let failed = |source| SandboxError::Session {
            machine: name.clone(),
            source,
        };
        let mut session = machine.open(&SessionOptions::default()).await.map_err(failed)?;
        session.run(Request::script(TIDY, TIME)).await.map_err(failed)?;
        session.close();
        let key = format!("{}-{name}", self.run().as_str());
        self.snapshot(machine, &key).await.map(|(image, _)| image)
    }
}

impl Engine {
    /// Removes an image that nothing needs any more; one that is gone already is as good.
    pub async fn forget(&self, image: &str) {
        let options = RemoveImageOptionsBuilder::default().force(true).build();
        drop(self.docker.remove_image(image, Some(options), None).await);
    }
}
