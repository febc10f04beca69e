//! Finds an engine and checks that it is recent enough.

#![expect(
    clippy::disallowed_methods,
    reason = "edge: the engine's address comes from the environment"
)]

use std::env;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use bollard::{API_DEFAULT_VERSION, Docker};

use crate::sandbox::SandboxError;

/// How long an address may take to answer when docgen looks for an engine.
const ANSWER: Duration = Duration::from_secs(10);

/// How long the engine may take to begin its answer to a call, in seconds. A commit answers at its end.
const CALL: u64 = 300;

/// The oldest API that has what docgen needs: Docker 20.10, Podman 4.
const OLDEST: (u32, u32) = (1, 41);

/// A Docker engine, or one that speaks like it.
#[derive(Clone)]
pub struct Engine {
    pub(super) docker: Docker,
    url: String,
    version: String,
    is_podman: bool,
}

impl Engine {
    /// Connects to the engine at `url`, else at DOCKER_HOST, else at the first of the usual sockets that
    /// answers: Docker's, rootless Docker's, Podman's.
    pub async fn connect(url: Option<&str>) -> Result<Self, SandboxError> {
        let mut tried = Vec::new();
        for url in candidates(url) {
            match try_url(&url).await {
                Ok(engine) => return Ok(engine),
                Err(Attempt::Silent(reason)) => tried.push((url, reason)),
                Err(Attempt::TooOld(found)) => return Err(SandboxError::EngineTooOld { url, found }),
            }
        }
        Err(SandboxError::NoEngine(tried))
    }

    /// Returns the engine's address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the engine's version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Returns whether it is Podman.
    pub fn is_podman(&self) -> bool {
        self.is_podman
    }

    /// Returns what it says if it does not answer.
    pub(super) async fn silence(&self) -> Option<String> {
        match tokio::time::timeout(ANSWER, self.docker.ping()).await {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => Some(cause(&error)),
            Err(_) => Some(format!("no answer within {} s", ANSWER.as_secs())),
        }
    }
}

/// What is at the bottom of an error, in words for people: those above it speak of clients and requests.
fn cause(error: &bollard::errors::Error) -> String {
    let mut bottom: &dyn std::error::Error = error;
    while let Some(source) = bottom.source() {
        bottom = source;
    }
    match bottom.downcast_ref::<std::io::Error>().map(std::io::Error::kind) {
        Some(ErrorKind::ConnectionRefused) => "nothing listens there: the connection was refused".to_owned(),
        Some(ErrorKind::PermissionDenied) => "permission denied: are you in its group?".to_owned(),
        _ => bottom.to_string(),
    }
}

enum Attempt {
    Silent(String),
    TooOld(String),
}

async fn try_url(url: &str) -> Result<Engine, Attempt> {
    let silent = |error: bollard::errors::Error| Attempt::Silent(cause(&error));
    let docker = match url.strip_prefix("unix://") {
        Some(path) if !Path::new(path).exists() => return Err(Attempt::Silent("no such socket".to_owned())),
        Some(path) => Docker::connect_with_unix(path, CALL, API_DEFAULT_VERSION).map_err(silent)?,
        None if url.starts_with("tcp://") || url.starts_with("http://") => {
            Docker::connect_with_http(url, CALL, API_DEFAULT_VERSION).map_err(silent)?
        }
        None => {
            return Err(Attempt::Silent(
                "only unix:// and tcp:// addresses can be used".to_owned(),
            ));
        }
    };
    let answer = tokio::time::timeout(ANSWER, docker.version()).await;
    let facts = answer.map_err(|_| Attempt::Silent(format!("no answer within {} s", ANSWER.as_secs())))?;
    let facts = facts.map_err(silent)?;
    let api = facts.api_version.unwrap_or_default();
    if version(&api).is_none_or(|api| api < OLDEST) {
        return Err(Attempt::TooOld(api));
    }
    let docker = docker.negotiate_version().await.map_err(silent)?;
    let is_podman = facts
        .components
        .iter()
        .flatten()
        .any(|part| part.name.to_lowercase().contains("podman"));
    Ok(Engine {
        docker,
        url: url.to_owned(),
        version: facts.version.unwrap_or_default(),
        is_podman,
    })
}

fn version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn candidates(url: Option<&str>) -> Vec<String> {
    let host = env::var("DOCKER_HOST").ok().filter(|host| !host.is_empty());
    if let Some(url) = url.map(str::to_owned).or(host) {
        return vec![url];
    }
    let home = env::var("HOME").unwrap_or_default();
    let runtime = env::var("XDG_RUNTIME_DIR").unwrap_or_else(|_| {
        let uid = std::fs::metadata("/proc/self").map_or(0, |data| data.uid());
        format!("/run/user/{uid}")
    });
    [
        "/var/run/docker.sock".to_owned(),
        format!("{runtime}/docker.sock"),
        format!("{home}/.docker/run/docker.sock"),
        format!("{home}/.colima/default/docker.sock"),
        format!("{runtime}/podman/podman.sock"),
        "/run/podman/podman.sock".to_owned(),
    ]
    .into_iter()
    .map(|path| format!("unix://{path}"))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::{OLDEST, version};

    #[test]
    fn versions_compare_as_numbers() {
        assert!(version("1.9").unwrap() < OLDEST);
        assert!(version("1.41").unwrap() >= OLDEST);
        assert!(version("1.100").unwrap() >= OLDEST);
        assert_eq!(version("junk"), None);
    }
}
