//! Images that blocks name on a machine with an engine of its own, and that nobody gave to that engine.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::model::block::{Block, Role};
use crate::model::guide::Document;
use crate::model::machine::{MachineKind, MachineSpec};
use crate::shell;
use crate::source::Span;

/// Flags of `run` and `create` whose value is a word of its own.
const WITH_VALUE: [&str; 40] = [
    "--add-host",
    "--cap-add",
    "--cap-drop",
    "--cpus",
    "--device",
    "--dns",
    "--entrypoint",
    "--env",
    "--env-file",
    "--gpus",
    "--health-cmd",
    "--hostname",
    "--ip",
    "--label",
    "--link",
    "--log-driver",
    "--log-opt",
    "--memory",
    "--mount",
    "--name",
    "--net",
    "--network",
    "--network-alias",
    "--platform",
    "--publish",
    "--pull",
    "--restart",
    "--security-opt",
    "--shm-size",
    "--tmpfs",
    "--ulimit",
    "--user",
    "--volume",
    "--volumes-from",
    "--workdir",
    "-e",
    "-h",
    "-l",
    "-m",
    "-p",
];

/// Returns the images that the blocks of a document name and that their machine is not given.
pub(super) fn check(document: &Document, machines: &[MachineSpec]) -> Vec<Diagnostic> {
    let mut known: BTreeSet<(&str, String)> = BTreeSet::new();
    for machine in machines {
        known.extend(machine.images.iter().map(|image| (machine.name.as_str(), full(image))));
    }
    let mut found = Vec::new();
    for block in document.blocks.iter().filter(|block| runs(block)) {
        let named = |machine: &&MachineSpec| Some(&machine.name) == block.keys.machine.as_ref();
        let machine = machines.iter().find(named).or(machines.first());
        let Some(machine) = machine.filter(|machine| machine.kind == MachineKind::Docker) else {
            continue;
        };
        for call in calls(&block.text) {
            match call {
                Call::Makes(image) => drop(known.insert((&machine.name, full(&image)))),
                Call::Needs(image, span) => {
                    if known.insert((&machine.name, full(&image))) {
                        found.push(missing(document, block, machine, &image, &span));
                    }
                }
            }
        }
    }
    found
}

fn runs(block: &Block) -> bool {
    matches!(block.role, Role::Script | Role::Console(_)) && block.keys.skip.is_none()
}

fn missing(document: &Document, block: &Block, machine: &MachineSpec, image: &str, span: &Span) -> Diagnostic {
    let place = document.place(block.span_of(&block.text, 0, span));
    let fact = format!(
        "the engine of machine `{}` is not given the image `{image}`",
        machine.name
    );
    Diagnostic::warning("image-missing", Some(place), fact)
        .note("it would have to pull it during the run, which needs the network and may give another image each time")
        .help(format!("list it under `images` of the machine: `images: [{image}]`"))
}

/// What a call of the engine does about an image.
enum Call {
    /// It makes one: `docker build -t`, `docker tag`.
    Makes(String),
    /// It needs one, which is named at these bytes of the text.
    Needs(String, Span),
}

fn calls(text: &str) -> Vec<Call> {
    let commands = shell::simple_commands(text);
    commands
        .iter()
        .filter_map(|command| call(text, &command.words))
        .collect()
}

fn call(text: &str, words: &[Span]) -> Option<Call> {
    let word = |span: &Span| &text[span.clone()];
    let engine = words
        .iter()
        .position(|span| matches!(word(span), "docker" | "podman"))?;
    if words[..engine]
        .iter()
        .any(|span| !matches!(word(span), "sudo" | "-E" | "time"))
    {
        return None;
    }
    let (verb, rest) = match words.get(engine + 1..)? {
        [group, rest @ ..] if matches!(word(group), "container" | "image") => rest.split_first()?,
        words => words.split_first()?,
    };
    match word(verb) {
        "run" | "create" | "pull" => {
            let span = first_operand(text, rest)?;
            let image = word(span);
            // Who fills in a variable or a placeholder knows more than its text.
            let is_plain = image.chars().all(|c| c.is_ascii_alphanumeric() || "._-/:@".contains(c));
            is_plain.then(|| Call::Needs(image.to_owned(), span.clone()))
        }
        "build" => {
            let tag = rest.iter().position(|span| matches!(word(span), "-t" | "--tag"))?;
            Some(Call::Makes(word(rest.get(tag + 1)?).to_owned()))
        }
        "tag" | "commit" => Some(Call::Makes(word(rest.last()?).to_owned())),
        _ => None,
    }
}

/// The first word that is neither a flag nor the value of one.
fn first_operand<'s>(text: &str, words: &'s [Span]) -> Option<&'s Span> {
    let mut words = words.iter();
    while let Some(span) = words.next() {
        let word = &text[span.clone()];
        if WITH_VALUE.contains(&word) || matches!(word, "-u" | "-v" | "-w") {
            words.next();
        } else if !word.starts_with('-') {
            return Some(span);
        }
    }
    None
}

/// The name in full: `debian` is `docker.io/library/debian:latest`.
fn full(image: &str) -> String {
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    let image = image.strip_prefix("library/").unwrap_or(image);
    let name = image.rsplit('/').next().unwrap_or_default();
    if name.contains([':', '@']) {
        image.to_owned()
    } else {
        format!("{image}:latest")
    }
}

#[cfg(test)]
mod tests {
    use crate::model::settings::Settings;
    use crate::parse::{GuideSource, guide};
    use crate::source::SourceFile;

    fn missing(kind: &str, commands: &str) -> Vec<String> {
        let head = format!(
            "---\nmachines:\n  a:\n    kind: {kind}\n{}---\n",
            match kind {
                "docker" => "    images: [\"postgres:15\"]\n",
                _ => "",
            }
        );
        let source = GuideSource {
            name: "a".to_owned(),
            revised: SourceFile::new("content/a/guide.md", format!("{head}\n```sh\n{commands}\n```\n")),
            original: None,
            compare: None,
            files: Default::default(),
            recorded: None,
        };
        let found = guide(source, &Settings::default()).diagnostics;
        let images = found.iter().filter(|diagnostic| diagnostic.code == "image-missing");
        images
            .map(|d| {
                d.place
                    .as_ref()
                    .map_or(String::new(), |at| at.file.text[at.span.clone()].to_owned())
            })
            .collect()
    }

    #[test]
    fn images_that_nobody_gave_are_told_once() {
        assert_eq!(
            missing("docker", "docker run --rm debian:12 echo x\ndocker run debian:12"),
            ["debian:12"]
        );
        assert_eq!(
            missing("docker", "sudo docker run -d --name db -p 1:2 \\\n  --network=n redis"),
            ["redis"]
        );
        assert_eq!(missing("docker", "docker container create -e A=b nginx:1"), ["nginx:1"]);
        assert_eq!(missing("docker", "docker pull nginx:1"), ["nginx:1"]);
    }

    #[test]
    fn images_that_are_there_or_made_are_left_alone() {
        for commands in [
            "docker run -d postgres:15",
            "docker run docker.io/library/postgres:15",
            "docker build -t own .\ndocker run own",
            "docker run \"$IMAGE\"",
            "docker ps",
            "echo docker run x",
        ] {
            assert!(missing("docker", commands).is_empty(), "{commands}");
        }
        assert!(missing("plain", "docker run debian:12").is_empty());
    }
}
