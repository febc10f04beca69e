//! Machines of kind `docker`: an engine inside, with the images handed over from the outer engine.
//!
//! The images come out of a [`store`](crate::sandbox::store): a volume that every machine copies.

use std::time::Duration;

use bollard::models::{ContainerCreateBody, HostConfigCgroupnsModeEnum, Mount, MountType};

use crate::sandbox::prepare::last_lines;
use crate::sandbox::start::anonymous;
use crate::sandbox::{Machine, SandboxError};
use crate::session::{Link, Request, Session, SessionOptions};

/// Where a machine sees the store, until it has copied it.
const STORE: &str = "/.docgen-store";

/// Where an engine keeps its images.
pub(super) const LIBRARY: &str = "/var/lib/docker";

/// How long the inner engine may take to copy its images and to answer.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Lets a container run an engine; each part was found to be needed, and no other. SYS_ADMIN: to mount
/// layers; NET_ADMIN: for its networks and firewall; SYS_PTRACE: for `docker exec`; no seccomp profile:
/// for session keyrings.
pub(super) fn permit(body: &mut ContainerCreateBody) {
    let host = body.host_config.get_or_insert_default();
    host.cgroupns_mode = Some(HostConfigCgroupnsModeEnum::PRIVATE);
    host.cap_add = Some(["SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE"].map(str::to_owned).to_vec());
    host.security_opt = Some(
        ["seccomp=unconfined", "apparmor=unconfined"]
            .map(str::to_owned)
            .to_vec(),
    );
}

/// Gives a container a library of its own, and the store to fill it from.
pub(super) fn mount(body: &mut ContainerCreateBody, store: Option<&str>) {
    let library = anonymous(LIBRARY, body.labels.clone());
    let store = store.map(|name| Mount {
        target: Some(STORE.to_owned()),
        source: Some(name.to_owned()),
        typ: Some(MountType::VOLUME),
        read_only: Some(true),
        ..Mount::default()
    });
    let host = body.host_config.get_or_insert_default();
    host.mounts
        .get_or_insert_default()
        .extend([library].into_iter().chain(store));
}

/// Starts the inner engine and waits until it answers. It lives as long as the returned session.
pub(super) async fn boot(machine: &Machine, has_store: bool) -> Result<Session, SandboxError> {
    let copy = format!("cp -a {STORE}/. {LIBRARY}/ && umount {STORE}\n");
    let script = format!("{}{}", if has_store { copy.as_str() } else { "" }, start_script(""));
    serve(&machine.link, &machine.facts.machine, &script).await
}

/// Runs a script that starts an engine, in a session of its own.
pub(super) async fn serve(link: &Link, machine: &str, script: &str) -> Result<Session, SandboxError> {
    let failed = |source| SandboxError::Session {
        machine: machine.to_owned(),
        source,
    };
    let mut session = Session::open(link, &SessionOptions::default()).await.map_err(failed)?;
    let transcript = session.run(Request::script(script, TIMEOUT)).await.map_err(failed)?;
    if transcript.status == 0 {
        return Ok(session);
    }
    let what = format!("its Docker engine did not start (status {})", transcript.status);
    let output = last_lines(&transcript.output.to_text());
    Err(SandboxError::NotReady {
        machine: machine.to_owned(),
        what,
        output,
    })
}

/// The script that starts dockerd in the background and ends when it answers.
pub(super) fn start_script(options: &str) -> String {
    include_str!("engine.sh").replace("@OPTIONS@", options)
}
