//! What can keep a machine from coming up; never the guide's fault.

use crate::model::machine::MachineSpec;
use crate::session::SessionError;

/// Why the sandbox could not do its part.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// No engine answers.
    #[error("no Docker engine answers; tried {}\nstart Docker (https://docs.docker.com/engine/install/) or Podman's socket (`systemctl --user start podman.socket`), or name the engine with `--engine URL` or DOCKER_HOST", tried(.0))]
    NoEngine(
        /// Addresses that were tried, and what each said.
        Vec<(String, String)>,
    ),
    /// The engine is too old.
    #[error(
        "the engine at `{url}` speaks API {found}, docgen needs 1.41 or later: update it to Docker 20.10 or Podman 4"
    )]
    EngineTooOld {
        /// Its address.
        url: String,
        /// What it speaks.
        found: String,
    },
    /// The engine stopped answering.
    #[error("the engine does not answer any more: {0}")]
    EngineLost(
        /// What it said last.
        String,
    ),
    /// An image is neither here nor can it be pulled.
    #[error(
        "the image `{image}` is not here and cannot be pulled: {reason}\nbuild or load it (`docker build -t {image} …`, `docker load`), or `docker pull {image}` where its registry can be reached"
    )]
    ImageMissing {
        /// The image.
        image: String,
        /// What the engine said.
        reason: String,
    },
    /// The script that prepares a machine failed.
    #[error("`prepare` of machine `{machine}` failed {what}\n{output}")]
    Prepare {
        /// The machine.
        machine: String,
        /// With which status, at which line.
        what: String,
        /// The last lines of its output.
        output: String,
    },
    /// The machine's own set-up failed: its inner engine, for example.
    #[error("machine `{machine}` is not ready: {what}\n{output}")]
    NotReady {
        /// The machine.
        machine: String,
        /// What did not hold.
        what: String,
        /// The last lines of the log.
        output: String,
    },
    /// A variable that a machine's environment needs is not set.
    #[error("machine `{machine}` needs the environment variable `{variable}`, which is not set")]
    SecretMissing {
        /// The machine.
        machine: String,
        /// The variable.
        variable: String,
    },
    /// A machine of kind `systemd` has no systemd.
    #[error(
        "the image has no `/sbin/init`, which a machine of kind `systemd` starts\nname an image that has systemd, or install it: `prepare: apt-get update && apt-get install -y systemd-sysv`"
    )]
    NoInit {
        /// Name of the machine's container.
        machine: String,
    },
    /// The engine refused something.
    #[error("the engine could not {doing}")]
    Refused {
        /// What docgen asked for.
        doing: String,
        /// What the engine said.
        source: bollard::errors::Error,
    },
    /// The machine's agent failed.
    #[error("machine `{machine}`: {source}")]
    Session {
        /// The machine.
        machine: String,
        /// What happened.
        source: SessionError,
    },
}

/// Whether a name is that of a machine, or of its container, which ends in it.
fn is_of(name: &str, machine: &MachineSpec) -> bool {
    name == machine.name || name.ends_with(&format!("-{}", machine.name))
}

fn tried(tried: &[(String, String)]) -> String {
    let list: Vec<String> = tried
        .iter()
        .map(|(url, reason)| format!("`{url}` ({reason})"))
        .collect();
    list.join(", ")
}

impl SandboxError {
    /// Returns whether it is about a machine: about itself, its container, or an image that it needs.
    pub fn concerns(&self, machine: &MachineSpec) -> bool {
        match self {
            Self::ImageMissing { image, .. } => *image == machine.image || machine.images.contains(image),
            Self::Prepare { machine: name, .. }
            | Self::NotReady { machine: name, .. }
            | Self::SecretMissing { machine: name, .. }
            | Self::NoInit { machine: name }
            | Self::Session { machine: name, .. } => is_of(name, machine),
            Self::Refused { doing, .. } => is_of(doing.trim_end_matches('`'), machine),
            Self::NoEngine(_) | Self::EngineTooOld { .. } | Self::EngineLost(_) => false,
        }
    }

    /// Returns a function that turns an engine's error into ours, for `map_err`.
    pub(super) fn doing(doing: impl Into<String>) -> impl FnOnce(bollard::errors::Error) -> Self {
        let doing = doing.into();
        move |source| {
            if is_unreachable(&source) {
                return Self::EngineLost(source.to_string());
            }
            Self::Refused { doing, source }
        }
    }
}

/// Whether the engine said nothing at all.
pub(super) fn is_unreachable(error: &bollard::errors::Error) -> bool {
    use bollard::errors::Error;
    matches!(
        error,
        Error::HyperLegacyError { .. }
            | Error::HyperResponseError { .. }
            | Error::RequestTimeoutError
            | Error::SocketNotFoundError(_)
            | Error::IOError { .. }
    )
}

/// The status that the engine answered with, if it answered.
pub(super) fn status(error: &bollard::errors::Error) -> Option<u16> {
    match error {
        bollard::errors::Error::DockerResponseServerError { status_code, .. } => Some(*status_code),
        _ => None,
    }
}
