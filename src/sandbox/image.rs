//! Images: found locally, else pulled, else an error that says how to get them.

use bollard::models::ContainerConfig;
use bollard::query_parameters::{CommitContainerOptionsBuilder, CreateImageOptionsBuilder};
use futures_util::StreamExt;

use crate::sandbox::error::status;
use crate::sandbox::labels::{self, CACHE};
use crate::sandbox::{Engine, SandboxError};

/// Label by which an image says that it was built here on purpose.
const LOCAL_BUILD: &str = "docgen.local-build";

/// Label by which an image says what it stands in for.
const STAND_IN: &str = "docgen.stand-in";

/// What is known of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageFacts {
    /// Its name as the guide has it.
    pub name: String,
    /// Its id, `sha256:…`.
    pub id: String,
    /// Its digest in the registry that it came from.
    pub digest: Option<String>,
    /// Whether it was built on this engine and comes from no registry.
    pub local_build: bool,
    /// What it is, if it only stands in for the image of that name.
    pub stand_in: Option<String>,
}

/// Finds an image, pulls it if it is not here; `pulling` is called before that.
pub(super) async fn find_or_pull(
    engine: &Engine,
    name: &str,
    pulling: impl FnOnce(),
) -> Result<ImageFacts, SandboxError> {
    if let Some(facts) = find(engine, name).await? {
        return Ok(facts);
    }
    pulling();
    let missing = |reason: String| SandboxError::ImageMissing {
        image: name.to_owned(),
        reason,
    };
    let (repository, tag) = split_tag(name);
    let options = CreateImageOptionsBuilder::default()
        .from_image(repository)
        .tag(tag)
        .build();
    let mut progress = std::pin::pin!(engine.docker.create_image(Some(options), None, None));
    while let Some(step) = progress.next().await {
        step.map_err(|error| missing(reason(&error)))?;
    }
    find(engine, name)
        .await?
        .ok_or_else(|| missing("the engine pulled something else".to_owned()))
}

/// Finds an image on the engine.
pub(super) async fn find(engine: &Engine, name: &str) -> Result<Option<ImageFacts>, SandboxError> {
    let image = match engine.docker.inspect_image(name).await {
        Ok(image) => image,
        Err(error) if status(&error) == Some(404) => return Ok(None),
        Err(error) => return Err(SandboxError::doing(format!("look up the image `{name}`"))(error)),
    };
    let digests = image.repo_digests.unwrap_or_default();
    let digest = digests
        .first()
        .and_then(|digest| digest.split_once('@'))
        .map(|(_, digest)| digest.to_owned());
    let labels = image.config.and_then(|config| config.labels).unwrap_or_default();
    let local_build = digest.is_none() || labels.contains_key(LOCAL_BUILD);
    Ok(Some(ImageFacts {
        name: name.to_owned(),
        id: image.id.unwrap_or_default(),
        digest,
        local_build,
        stand_in: labels.get(STAND_IN).filter(|text| !text.is_empty()).cloned(),
    }))
}

/// Where an image is kept for later runs, and what is said of it.
pub(super) struct Keep<'a> {
    pub(super) repository: &'a str,
    pub(super) tag: &'a str,
    pub(super) comment: &'a str,
    /// Labels on top of those of the image that it was made from.
    pub(super) labels: Vec<(String, String)>,
}

/// Makes an image of a container that was started from `base`, with the settings of that; returns its id.
pub(super) async fn commit(
    engine: &Engine,
    container: &str,
    base: &str,
    keep: Keep<'_>,
) -> Result<String, bollard::errors::Error> {
    let config = engine.docker.inspect_image(base).await?.config.unwrap_or_default();
    let mut labels = config.labels.unwrap_or_default();
    labels.extend(labels::none_of_run());
    labels.insert(CACHE.to_owned(), keep.tag.to_owned());
    labels.extend(keep.labels);
    let config = ContainerConfig {
        labels: Some(labels),
        env: config.env,
        working_dir: config.working_dir,
        cmd: Some(config.cmd.unwrap_or_else(|| vec!["/bin/sh".to_owned()])),
        ..ContainerConfig::default()
    };
    let options = CommitContainerOptionsBuilder::default()
        .container(container)
        .repo(keep.repository)
        .tag(keep.tag)
        .comment(keep.comment)
        .pause(true)
        .build();
    Ok(engine.docker.commit_container(options, config).await?.id)
}

/// Splits a name into repository and tag; a digest counts as a tag. Without one it is `latest`.
fn split_tag(name: &str) -> (&str, &str) {
    if let Some((repository, digest)) = name.split_once('@') {
        return (repository, digest);
    }
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, tag),
        _ => (name, "latest"),
    }
}

fn reason(error: &bollard::errors::Error) -> String {
    match error {
        bollard::errors::Error::DockerResponseServerError { message, .. } => message.clone(),
        bollard::errors::Error::DockerStreamError { error } => error.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::split_tag;

    #[test]
    fn a_port_is_not_a_tag() {
        assert_eq!(split_tag("debian:12"), ("debian", "12"));
        assert_eq!(split_tag("debian"), ("debian", "latest"));
        assert_eq!(split_tag("host:5000/debian"), ("host:5000/debian", "latest"));
        assert_eq!(split_tag("debian@sha256:ab"), ("debian", "sha256:ab"));
    }
}
