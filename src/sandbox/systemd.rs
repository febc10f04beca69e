//! Machines of kind `systemd`: the image's own init is the first process, the agent runs beside it.

use std::collections::HashMap;
use std::time::Duration;

use bollard::models::{ContainerCreateBody, HostConfigCgroupnsModeEnum, SystemInfoCgroupVersionEnum};

use crate::sandbox::prepare::last_lines;
use crate::sandbox::{Engine, SandboxError};
use crate::session::{Link, Request, Session, SessionOptions};

/// How long systemd may take to start its units.
const TIMEOUT: Duration = Duration::from_secs(90);

/// Where control groups live.
const GROUPS: &str = "/sys/fs/cgroup";

/// Waits until all units were started; one that failed makes the machine degraded, not useless. At first
/// systemd cannot be asked at all.
const WAIT: &str = "until [ -S /run/systemd/private ]; do sleep 0.05; done
case $(systemctl is-system-running --wait) in
running | degraded) ;;
*) systemctl --no-pager --failed; return 1 ;;
esac";

/// Lets a container run systemd without privileges. With version 1 of control groups it only needs to
/// see them: writable, it would remount the host's. Version 2 gives it a name space of its own.
pub(super) async fn permit(engine: &Engine, body: &mut ContainerCreateBody) -> Result<(), SandboxError> {
    let info = engine
        .docker
        .info()
        .await
        .map_err(SandboxError::doing("ask the engine about itself"))?;
    let host = body.host_config.get_or_insert_default();
    host.tmpfs = Some(
        ["/run", "/run/lock"]
            .into_iter()
            .map(|path| (path.to_owned(), String::new()))
            .collect::<HashMap<_, _>>(),
    );
    if info.cgroup_version == Some(SystemInfoCgroupVersionEnum::_2) {
        host.cgroupns_mode = Some(HostConfigCgroupnsModeEnum::PRIVATE);
    } else {
        host.binds = Some(vec![format!("{GROUPS}:{GROUPS}:ro")]);
    }
    body.env.get_or_insert_default().push("container=docker".to_owned());
    body.stop_signal = Some("SIGRTMIN+3".to_owned());
    Ok(())
}

/// Waits until the machine is up.
pub(super) async fn wait(link: &Link, machine: &str) -> Result<(), SandboxError> {
    let failed = |source| SandboxError::Session {
        machine: machine.to_owned(),
        source,
    };
    let mut session = Session::open(link, &SessionOptions::default()).await.map_err(failed)?;
    let transcript = session.run(Request::script(WAIT, TIMEOUT)).await.map_err(failed)?;
    session.close();
    if transcript.status == 0 {
        return Ok(());
    }
    let output = last_lines(&transcript.output.to_text());
    Err(SandboxError::NotReady {
        machine: machine.to_owned(),
        what: "systemd did not start".to_owned(),
        output,
    })
}
