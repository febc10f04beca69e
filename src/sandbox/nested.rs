//! Machines of kind `docker`: an engine inside, with the images handed over from the outer engine.
//!
//! The images are loaded once into a *store*: a volume that is an inner engine's `/var/lib/docker`, kept
//! for later runs and never used itself. Each machine copies it, which takes about a second.

use bollard::models::ContainerCreateBody;

use crate::model::machine::MachineSpec;
use crate::sandbox::{Machine, Sandbox, SandboxError};
use crate::session::Session;

pub(super) async fn store(_: &Sandbox, _: &MachineSpec, _: &str) -> Result<Option<String>, SandboxError> {
    Ok(None)
}

pub(super) fn permit(_: &mut ContainerCreateBody, _: Option<&str>) {}

pub(super) async fn boot(_: &Machine, _: &MachineSpec, _: bool) -> Result<Session, SandboxError> {
    unreachable!()
}
