//! The machine that browser blocks run on.

use crate::model::block::Role;
use crate::model::browser::{IMAGE, MACHINE, PORT, PROGRAM, USER};
use crate::model::guide::{Document, MachineKeys};

/// Adds the machine `browser` to those of a guide whose browser blocks need one and that names none.
pub(in crate::parse) fn add_machine(document: &Document, machines: &mut Vec<(String, MachineKeys)>) {
    let is_named = machines.iter().any(|(name, _)| name == MACHINE);
    let mut blocks = document.blocks.iter().filter(|block| block.role == Role::Browser);
    let is_needed = blocks.any(|block| block.keys.machine.as_deref().is_none_or(|name| name == MACHINE));
    if is_needed && !is_named {
        machines.push((MACHINE.to_owned(), MachineKeys::default()));
    }
}

/// Fills in what nobody said about the machine `browser`: the image and, with it, its user and program; that WebDriver
/// must answer before the guide begins.
pub(in crate::parse) fn set_defaults(name: &str, keys: &mut MachineKeys) {
    if name != MACHINE {
        return;
    }
    if keys.image.is_none() {
        keys.image = Some(IMAGE.to_owned());
        keys.user.get_or_insert_with(|| USER.to_owned());
        keys.run.get_or_insert_with(|| PROGRAM.to_owned());
    }
    if keys.run.is_some() {
        keys.ready.get_or_insert_with(|| vec![format!("port:{PORT}")]);
    }
}
