//! Names of machines: those that nothing has.

use crate::diagnostic::Diagnostic;
use crate::model::guide::Document;
use crate::model::machine::MachineSpec;
use crate::model::settings::Settings;
use crate::parse::guide::DEFAULT_MACHINE;
use crate::parse::{machine_place, values};

/// Names in a list of machines that the site's settings do not have, though they have some: a typo would be a new machine.
pub(super) fn listed(document: &Document, settings: &Settings) -> Vec<Diagnostic> {
    let known: Vec<&str> = settings.machines.keys().map(String::as_str).collect();
    let others: Vec<&str> = known.iter().copied().filter(|name| *name != DEFAULT_MACHINE).collect();
    if !document.front.machines_by_name || others.is_empty() {
        return Vec::new();
    }
    let is_known = |name: &str| name == DEFAULT_MACHINE || known.contains(&name);
    let names = document.front.machines.iter().map(|(name, _)| name);
    let unknown = names.filter(|name| !is_known(name)).map(|name| {
        let place = document.place(machine_place::place(document, name).unwrap_or_else(|| document.front.span.clone()));
        let fact = format!("no machine of docgen.toml is named `{name}`");
        let problem = Diagnostic::error("unknown-machine", Some(place), fact);
        match values::suggestion(name, &known) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!(
                "docgen.toml has {}; a machine of the guide's own is no item of a list but a key: `{name}: {{}}`",
                others.join(", ")
            )),
        }
    });
    unknown.collect()
}

/// Says which blocks name a machine that the guide does not have.
pub(super) fn known(document: &Document, machines: &[MachineSpec], diagnostics: &mut Vec<Diagnostic>) {
    let known: Vec<&str> = machines.iter().map(|machine| machine.name.as_str()).collect();
    for block in &document.blocks {
        let Some(name) = block.keys.machine.as_deref().filter(|name| !known.contains(name)) else {
            continue;
        };
        let place = Some(document.place(block.info.clone()));
        let fault = Diagnostic::error("unknown-machine", place, format!("the guide has no machine `{name}`"));
        diagnostics.push(match values::suggestion(name, &known) {
            Some(known) => fault.help(format!("did you mean `{known}`?")),
            None => fault.help(format!("its machines are {}", known.join(", "))),
        });
    }
}
