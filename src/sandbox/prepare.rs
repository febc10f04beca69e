//! Prepared images: `prepare` runs once, its result is kept as a local image named by its hash.

use std::time::Duration;

use crate::model::machine::MachineSpec;
use crate::sandbox::image::Keep;
use crate::sandbox::labels::ENGINE;
use crate::sandbox::start::{self, Recipe, Role};
use crate::sandbox::{ImageFacts, Sandbox, SandboxError, SandboxEvent, image};
use crate::session::{Request, Session, SessionOptions};
use crate::transcript::{Cause, Transcript};

/// Part of the hash: changes when docgen prepares differently.
const FORMAT: &str = "2";

/// How long a script may take.
const TIMEOUT: Duration = Duration::from_secs(20 * 60);

/// How long a question to a prepared machine may take.
const LOOK: Duration = Duration::from_secs(10);

/// Lines of output that an error shows.
const SHOWN: usize = 30;

/// Returns the image that a machine starts from: `base` itself, or what its script made of it.
pub(super) async fn image(sandbox: &Sandbox, spec: &MachineSpec, base: &ImageFacts) -> Result<String, SandboxError> {
    let Some(script) = &spec.prepare else {
        return Ok(base.id.clone());
    };
    let key = key(&base.id, script);
    let name = format!("docgen-prepared:{key}");
    if image::find(&sandbox.engine, &name).await?.is_none() {
        sandbox.tell(SandboxEvent::Preparing {
            machine: spec.name.clone(),
        });
        make(sandbox, spec, base, script, &key).await?;
    }
    Ok(name)
}

fn key(base: &str, script: &str) -> String {
    let mut hash = blake3::Hasher::new();
    for part in [FORMAT, base, script] {
        hash.update(&(part.len() as u64).to_be_bytes()).update(part.as_bytes());
    }
    hash.finalize().to_hex()[..24].to_owned()
}

async fn make(
    sandbox: &Sandbox,
    spec: &MachineSpec,
    base: &ImageFacts,
    script: &str,
    key: &str,
) -> Result<(), SandboxError> {
    let name = format!("docgen-{}-prepare-{}", sandbox.run().as_str(), spec.name);
    let recipe = Recipe {
        name,
        image: base.id.clone(),
        body: sandbox.body(&[]),
        role: Role::First,
    };
    let started = start::start(&sandbox.engine, &sandbox.fates, recipe).await?;
    let failed = |source| SandboxError::Session {
        machine: spec.name.clone(),
        source,
    };
    let result = async {
        let mut session = Session::open(&started.link, &SessionOptions::default())
            .await
            .map_err(failed)?;
        let transcript = session.run(Request::script(script, TIMEOUT)).await.map_err(failed)?;
        if let Some(what) = complaint(&transcript) {
            let output = last_lines(&transcript.output.to_text());
            return Err(SandboxError::Prepare {
                machine: spec.name.clone(),
                what,
                output,
            });
        }
        let asked = session
            .run(Request::script("dockerd --version", LOOK))
            .await
            .map_err(failed)?;
        let engine = Some(asked)
            .filter(|asked| asked.status == 0)
            .map(|asked| asked.output.to_text());
        commit(sandbox, base, &started.id, key, engine).await
    };
    let result = result.await;
    start::remove(&sandbox.engine, &started.id).await?;
    result
}

/// What is wrong with a script's run, if anything: any failing command counts.
fn complaint(transcript: &Transcript) -> Option<String> {
    match (transcript.cause, transcript.failed.first()) {
        (Cause::TimedOut, _) => Some(format!("to end within {} s", TIMEOUT.as_secs())),
        (_, Some(failed)) => Some(format!("at line {} with status {}", failed.line, failed.status)),
        (_, None) if transcript.status != 0 => Some(format!("with status {}", transcript.status)),
        _ => None,
    }
}

pub(super) fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(SHOWN)..].join("\n")
}

async fn commit(
    sandbox: &Sandbox,
    base: &ImageFacts,
    container: &str,
    key: &str,
    engine: Option<String>,
) -> Result<(), SandboxError> {
    let keep = Keep {
        repository: "docgen-prepared",
        tag: key,
        comment: &format!("{} prepared by docgen", base.name),
        labels: engine
            .map(|version| (ENGINE.to_owned(), version.trim().to_owned()))
            .into_iter()
            .collect(),
    };
    let kept = image::commit(&sandbox.engine, container, &base.id, keep).await;
    kept.map_err(SandboxError::doing(format!(
        "keep the prepared image of `{}`",
        base.name
    )))
    .map(drop)
}
