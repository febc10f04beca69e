//! What a snapshot depends on, and which guides and steps can have one. Pure.

use crate::check::{self, Captures};
use crate::model::block::StreamChoice;
use crate::model::machine::{EnvValue, MachineKind};
use crate::plan::{Action, Commands, Step};
use crate::verify::Job;

/// Returns the only machine of a guide, or why it cannot have snapshots.
pub(super) fn machine(job: &Job) -> Result<usize, String> {
    let ran: Vec<&Step> = job.plan.steps.iter().filter(|step| step.not_run.is_none()).collect();
    let index = ran.first().map_or(0, |step| step.machine);
    if ran.iter().any(|step| step.machine != index) || job.plan.machines.iter().any(|spec| spec.run.is_some()) {
        return Err("it has several machines".to_owned());
    }
    let spec = job.plan.machines.get(index).ok_or("it has no machine")?;
    if spec.kind != MachineKind::Plain {
        return Err("its machine is not of kind `plain`".to_owned());
    }
    let is_secret = |value: &EnvValue| matches!(value, EnvValue::Secret { .. });
    if spec.env.values().any(is_secret) || job.document.blocks.iter().any(|block| !block.keys.secrets.is_empty()) {
        return Err("it has secrets, which must not be kept".to_owned());
    }
    Ok(index)
}

/// Returns the key of what a step leads to, from the key of what was there before, or why nobody can tell.
///
/// What a step must print and prose are not in it: they are judged anew.
pub(super) fn after(before: &str, step: &Step, captures: &Captures) -> Result<String, String> {
    let mut hash = Parts::default();
    hash.add(before);
    if step.not_run.is_some() {
        return Ok(hash.text());
    }
    hash.add(&format!(
        "{} {:?} {:?} {:?}",
        step.terminal, step.timeout, step.eventually, step.exit
    ));
    match &step.action {
        Action::Commands(commands) => self::commands(&mut hash, step, commands, captures)?,
        Action::File(file) => hash.add(&format!("{file:?}")),
        Action::Background(_) => return Err("a program in the background is not in any file".to_owned()),
        Action::Browser(_) => return Err("a browser is not in any file".to_owned()),
        Action::Nothing => hash.add("nothing"),
    }
    Ok(hash.text())
}

fn commands(hash: &mut Parts, step: &Step, commands: &Commands, captures: &Captures) -> Result<(), String> {
    if commands.enter || commands.leave {
        return Err("a shell inside is not in any file".to_owned());
    }
    if commands.pastes.len() > 1 && !step.fills.is_empty() {
        return Err("its values are filled in while it runs".to_owned());
    }
    hash.add(&format!(
        "{} {} {:?}",
        commands.tty, commands.unattended, commands.answers
    ));
    for paste in &commands.pastes {
        let fills = step.fills.iter().filter(|fill| paste.script.contains(&fill.literal));
        let fills: Vec<_> = fills.cloned().collect();
        let script = check::fill(&paste.script, &fills, captures).map_err(|error| error.to_string())?;
        if ["$$", "${$", "BASHPID", "PPID"]
            .iter()
            .any(|word| script.contains(word))
        {
            return Err("it uses the number of its process, which another shell does not have".to_owned());
        }
        let split = paste
            .expected
            .iter()
            .any(|expected| expected.stream != StreamChoice::Both);
        hash.add(&script);
        hash.add(&format!("{split}"));
    }
    Ok(())
}

/// Hashes parts so that none runs into the next.
#[derive(Default)]
struct Parts(blake3::Hasher);

impl Parts {
    fn add(&mut self, part: &str) {
        self.0
            .update(&(part.len() as u64).to_be_bytes())
            .update(part.as_bytes());
    }

    fn text(&self) -> String {
        self.0.finalize().to_hex().to_string()
    }
}
