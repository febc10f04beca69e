//! Machines that are just a service beside the guide (`run:`): watched like programs in the background.

use std::collections::BTreeSet;

use crate::sandbox::Machine;
use crate::session::Loss;
use crate::verify::runner::readable;
use crate::verify::service::Ended;

/// Which services of machines have been told to have ended.
#[derive(Default)]
pub(super) struct Beside {
    told: BTreeSet<usize>,
}

impl Beside {
    /// Returns the services that ended since the last call.
    pub(super) fn ended(&mut self, machines: &[Option<Machine>]) -> Vec<Ended> {
        let mut ended = Vec::new();
        for (index, machine) in machines.iter().enumerate() {
            if !self.told.contains(&index)
                && let Some(end) = machine.as_ref().and_then(end)
            {
                self.told.insert(index);
                ended.push(end);
            }
        }
        ended
    }
}

/// The end of a machine's service: of its command, or of the whole machine.
fn end(machine: &Machine) -> Option<Ended> {
    let log = machine.service_log()?;
    let state = match (machine.service_status(), machine.lost_now()) {
        (Some(status), _) => format!("ended with status {status}"),
        // A lost engine is told by the next block, whatever it does.
        (None, Some(loss @ Loss::MachineDied { .. })) => format!("ended: {loss}"),
        _ => return None,
    };
    let name = machine.facts().machine.clone();
    Some(Ended {
        origin: format!("it is what machine `{name}` runs (`run:`)"),
        name,
        state,
        log: readable(&log.to_bytes()),
    })
}
