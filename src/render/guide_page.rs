//! What the page of a guide says about the guide as a whole: its state, its machines, where it comes from.

use crate::model::guide::Document;
use crate::render::highlight;
use crate::render::paint::{escaped, paint_lines};
use crate::render::summary;
use crate::render::text::GuideWork;
use crate::render::view::{GuideView, LinkView, MachineView};

pub(crate) fn view(work: &GuideWork) -> GuideView {
    let GuideWork {
        guide,
        comparison,
        status,
    } = work;
    let machines: Vec<MachineView> = guide.machines.iter().map(machine_view).collect();
    let is_bare = |machine: &MachineView| machine.facts.is_empty() && machine.prepare.is_none();
    let is_all = machines.len() == 1 && status.images.is_empty() && status.deviations.is_empty();
    GuideView {
        summary: summary::of(&guide.revised, &status.revised),
        compare: comparison.is_some().then(|| "compare/index.html".to_owned()),
        original: original_link(&guide.revised),
        has_more: !is_all || !machines.iter().all(is_bare),
        machines,
        stand_ins: status.images.iter().filter(|image| image.stand_in.is_some()).count(),
        images: status.images.clone(),
        deviations: status.deviations.iter().map(|text| code_spans(text)).collect(),
    }
}

/// Escapes a message; what stands between backticks becomes code.
fn code_spans(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts
        .map(|(at, part)| {
            if at % 2 == 1 {
                format!("<code>{}</code>", escaped(part))
            } else {
                escaped(part)
            }
        })
        .collect()
}

fn original_link(document: &Document) -> Option<LinkView> {
    let original = document.front.original.as_ref()?;
    let title = original.title.clone().or_else(|| original.url.clone())?;
    Some(LinkView {
        href: original.url.clone(),
        title,
    })
}

fn machine_view(machine: &crate::model::machine::MachineSpec) -> MachineView {
    use crate::model::machine::{MachineKind, NetworkPolicy};
    let mut facts = Vec::new();
    match machine.kind {
        MachineKind::Plain => {}
        MachineKind::Docker => facts.push("with a Docker engine of its own".to_owned()),
        MachineKind::Systemd => facts.push("with systemd".to_owned()),
    }
    let tabs = machine.tabs.iter();
    facts.extend(tabs.map(|(name, image)| format!("from {image} where the tab {name} is run")));
    facts.extend(machine.user.as_ref().map(|user| format!("as user {user}")));
    if !machine.images.is_empty() {
        facts.push(format!("images at hand: {}", machine.images.join(", ")));
    }
    if !machine.aliases.is_empty() {
        facts.push(format!("reached as {}", machine.aliases.join(", ")));
    }
    facts.extend(machine.files.iter().map(|file| format!("file {}", file.path)));
    facts.extend(machine.run.iter().map(|run| format!("runs {run}")));
    match machine.network {
        NetworkPolicy::Full => {}
        NetworkPolicy::None => facts.push("without a network".to_owned()),
        NetworkPolicy::Internal => facts.push("without the outside network".to_owned()),
    }
    let prepare = machine
        .prepare
        .as_ref()
        .map(|text| paint_lines(text, highlight::shell_marks(text)).join("\n"));
    MachineView {
        name: machine.name.clone(),
        image: machine.image.clone(),
        facts,
        prepare,
    }
}
