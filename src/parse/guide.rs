//! Both sides of a guide and its machines.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Parsed};
use crate::model::block::Block;
use crate::model::guide::{Document, Guide, MachineKeys, Side};
use crate::model::machine::{MachineFile, MachineKind, MachineSpec, NetworkPolicy};
use crate::model::settings::Settings;
use crate::parse::{browser, images, lint, machine_names, machine_place, references, values};
use crate::source::{Place, SourceFile};

/// Image of a guide's machine if nobody names one.
pub const DEFAULT_IMAGE: &str = "debian:12";
/// Name of a guide's machine if nobody names one.
pub const DEFAULT_MACHINE: &str = "default";

/// The texts of a guide, read.
#[derive(Debug, Clone)]
pub struct GuideSource {
    /// Name of its folder below `content/`.
    pub name: String,
    /// `guide.md`
    pub revised: Arc<SourceFile>,
    /// `original.md`
    pub original: Option<Arc<SourceFile>>,
    /// `compare.toml`
    pub compare: Option<Arc<SourceFile>>,
    /// Text files below the folder's `files/`, by their path from the guide's folder (`files/x.conf`).
    pub files: BTreeMap<String, Arc<SourceFile>>,
    /// `verified.json`
    pub recorded: Option<Arc<SourceFile>>,
}

/// Parses a guide.
pub fn guide(source: GuideSource, settings: &Settings) -> Parsed<Guide> {
    let revised = super::document(source.revised, Side::Revised);
    let mut diagnostics = revised.diagnostics;
    let mut revised = revised.value;
    include(&mut revised, &source.files, &mut diagnostics);
    let original = source.original.map(|text| {
        let parsed = super::document(text, Side::Original);
        diagnostics.extend(parsed.diagnostics);
        parsed.value
    });
    let compare = source.compare.map(|text| {
        let parsed = super::compare::compare(text);
        diagnostics.extend(parsed.diagnostics);
        parsed.value
    });
    if let (Some(compare), None) = (&compare, &original) {
        let place = Place {
            file: Arc::clone(&compare.source),
            span: 0..0,
        };
        let fact = "there is no original.md beside this file, so it says nothing";
        diagnostics.push(
            Diagnostic::warning("compare-orphan", Some(place), fact)
                .help("save the original as original.md, or remove this file"),
        );
    }
    let machines = machines_with(&revised, settings, &source.files, &mut diagnostics);
    machine_names::known(&revised, &machines, &mut diagnostics);
    diagnostics.extend(images::check(&revised, &machines));
    let original_machines = match &original {
        Some(text) if !text.front.machines.is_empty() => machines_with(text, settings, &source.files, &mut diagnostics),
        _ => machines.clone(),
    };
    diagnostics.extend(lint::check(&revised));
    diagnostics.extend(references::check(&revised));
    let guide = Guide {
        name: source.name,
        revised,
        original,
        compare,
        machines,
        original_machines,
        recorded: source.recorded,
    };
    Parsed {
        value: guide,
        diagnostics,
    }
}

/// Fills the bodies of blocks that include a file.
fn include(document: &mut Document, files: &BTreeMap<String, Arc<SourceFile>>, diagnostics: &mut Vec<Diagnostic>) {
    let source = Arc::clone(&document.source);
    for block in &mut document.blocks {
        let Some(path) = block.keys.include.clone() else {
            continue;
        };
        let place = Some(Place {
            file: Arc::clone(&source),
            span: block.info.clone(),
        });
        match included(&path, block, files) {
            Ok(text) => {
                let fence = source.line_span(source.line(block.fence.start));
                block.lines = vec![fence; text.lines().count()];
                block.text = text;
            }
            Err(fault) => diagnostics.push(Diagnostic { place, ..fault }),
        }
    }
}

fn included(path: &str, block: &Block, files: &BTreeMap<String, Arc<SourceFile>>) -> Result<String, Diagnostic> {
    if path.starts_with('/') || path.split('/').any(|part| part == "..") {
        let fact = format!("`{path}` is outside the guide's folder");
        return Err(
            Diagnostic::error("file-outside", None, fact).help("put the file below the guide's `files/` folder")
        );
    }
    let Some(file) = files.get(path) else {
        let known: Vec<&str> = files.keys().map(String::as_str).collect();
        let fault = Diagnostic::error(
            "file-missing",
            None,
            format!("there is no file `{path}` in the guide's folder"),
        );
        return Err(match values::suggestion(path, &known) {
            Some(known) => fault.help(format!("did you mean `{known}`?")),
            None => fault.help("included files are text files below the guide's `files/` folder"),
        });
    };
    let Some(region) = &block.keys.region else {
        return Ok(with_newline(&file.text));
    };
    region_of(&file.text, region).ok_or_else(|| {
        Diagnostic::error("region-missing", None, format!("`{path}` has no region `{region}`")).help(format!(
            "mark it by the lines `# region {region}` and `# endregion` (any comment mark will do)"
        ))
    })
}

fn with_newline(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    if text.is_empty() || text.ends_with('\n') {
        text
    } else {
        text + "\n"
    }
}

/// The lines between a line that says `region NAME` and the next that says `endregion`, whatever the comment marks.
fn region_of(text: &str, name: &str) -> Option<String> {
    let mark = |line: &str| {
        line.trim_start_matches(|c: char| !c.is_alphanumeric())
            .trim_end()
            .to_owned()
    };
    let mut lines = text.lines().skip_while(|line| {
        let mark = mark(line);
        let found = mark
            .strip_prefix("region")
            .is_some_and(|rest| rest.trim().trim_end_matches("-->").trim() == name);
        !found
    });
    lines.next()?;
    Some(
        lines
            .take_while(|line| !mark(line).starts_with("endregion"))
            .map(|line| format!("{line}\n"))
            .collect(),
    )
}

/// Returns the machines of a text that stands alone, without a site's settings and files.
pub fn machines_of(document: &Document) -> Vec<MachineSpec> {
    machines_with(document, &Settings::default(), &BTreeMap::new(), &mut Vec::new())
}

/// Merges the guide's machines with the site's.
fn machines_with(
    document: &Document,
    settings: &Settings,
    files: &BTreeMap<String, Arc<SourceFile>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<MachineSpec> {
    let mut list = document.front.machines.clone();
    if list.is_empty() {
        list.push((DEFAULT_MACHINE.to_owned(), MachineKeys::default()));
    }
    diagnostics.extend(machine_names::listed(document, settings));
    browser::add_machine(document, &mut list);
    let base = settings.machines.get(DEFAULT_MACHINE).cloned().unwrap_or_default();
    let mut specs = Vec::new();
    for (name, keys) in &list {
        let site = settings.machines.get(name);
        let mut keys = merge(site.cloned().unwrap_or_default(), keys.clone());
        browser::set_defaults(name, &mut keys);
        let keys = MachineKeys {
            image: keys.image.or_else(|| base.image.clone()),
            ..keys
        };
        let place =
            Some(document.place(machine_place::place(document, name).unwrap_or_else(|| document.front.span.clone())));
        let mut fault = |message: String| {
            let message = format!("machine `{name}`: {message}");
            diagnostics.push(Diagnostic::error("bad-machine", place.clone(), message));
        };
        specs.push(spec(name, keys, files, &mut fault));
    }
    specs
}

fn merge(site: MachineKeys, guide: MachineKeys) -> MachineKeys {
    MachineKeys {
        image: guide.image.or(site.image),
        kind: guide.kind.or(site.kind),
        prepare: guide.prepare.or(site.prepare),
        images: guide.images.or(site.images),
        aliases: guide.aliases.or(site.aliases),
        user: guide.user.or(site.user),
        hostname: guide.hostname.or(site.hostname),
        workdir: guide.workdir.or(site.workdir),
        env: guide.env.or(site.env),
        memory: guide.memory.or(site.memory),
        disk: guide.disk.or(site.disk),
        cpus: guide.cpus.or(site.cpus),
        network: guide.network.or(site.network),
        run: guide.run.or(site.run),
        ready: guide.ready.or(site.ready),
        tabs: guide.tabs.or(site.tabs),
        files: guide.files.or(site.files),
    }
}

fn spec(
    name: &str,
    keys: MachineKeys,
    files: &BTreeMap<String, Arc<SourceFile>>,
    fault: &mut dyn FnMut(String),
) -> MachineSpec {
    if !values::is_name(name) {
        fault("the name must be letters, digits, `-` and `_`, a letter first".to_owned());
    }
    let mut size = |text: Option<String>| text.and_then(|text| values::size(&text).map_err(&mut *fault).ok());
    let (memory, disk) = (size(keys.memory), size(keys.disk));
    let mut ready = Vec::new();
    for text in keys.ready.unwrap_or_default() {
        match values::ready(&text) {
            Ok(condition) => ready.push(condition),
            Err(message) => fault(message),
        }
    }
    let mut given = Vec::new();
    for (path, from) in keys.files.unwrap_or_default() {
        match files.get(&from) {
            Some(file) => given.push(MachineFile {
                path,
                bytes: file.text.clone().into_bytes(),
                mode: 0o644,
                owner: None,
            }),
            None => fault(no_file(&from, files)),
        }
    }
    if !ready.is_empty() && keys.run.is_none() {
        fault("`ready` says when the program of `run` is ready, and there is no `run`".to_owned());
    }
    let kind = keys.kind.unwrap_or_default();
    if kind != MachineKind::Docker && keys.images.as_ref().is_some_and(|images| !images.is_empty()) {
        fault("`images` are for machines of kind `docker`".to_owned());
    }
    MachineSpec {
        name: name.to_owned(),
        image: keys.image.unwrap_or_else(|| DEFAULT_IMAGE.to_owned()),
        kind,
        prepare: keys.prepare,
        images: keys.images.unwrap_or_default(),
        aliases: keys.aliases.unwrap_or_default(),
        user: keys.user,
        hostname: keys.hostname,
        workdir: keys.workdir,
        env: keys.env.unwrap_or_default(),
        memory,
        disk,
        milli_cpus: keys.cpus.map(|cpus| cpus.0),
        network: keys.network.unwrap_or(NetworkPolicy::Full),
        run: keys.run,
        ready,
        tabs: keys.tabs.unwrap_or_default(),
        files: given,
    }
}

/// Says why a machine cannot be given a file.
fn no_file(from: &str, files: &BTreeMap<String, Arc<SourceFile>>) -> String {
    let below = format!("{}/", from.trim_end_matches('/'));
    if files.keys().any(|path| path.starts_with(&below)) {
        return format!("`{from}` is a folder; name each file of it");
    }
    format!("there is no file `{from}` in the guide's folder")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::annotation::About;
    use crate::model::block::Role;

    fn parse(text: &str) -> Parsed<Guide> {
        let files = [(
            "files/a.conf".to_owned(),
            SourceFile::new("files/a.conf", "x\n# region r\ny\n# endregion\nz"),
        )];
        let source = GuideSource {
            name: "a".to_owned(),
            revised: SourceFile::new("content/a/guide.md", text),
            original: None,
            compare: None,
            files: files.into_iter().collect(),
            recorded: None,
        };
        guide(source, &Settings::default())
    }

    #[test]
    fn blocks_outputs_and_notes_are_tied_together() {
        let parsed = parse(
            "# T\n\n## Start it\n\n```sh\nls -d\n```\n```output\n/\n```\n\n- `-d` — The folder.\n- output: `/` — The root.\n\n```sh\npwd\n```\n",
        );
        assert_eq!(parsed.diagnostics, []);
        let document = parsed.value.revised;
        let ids: Vec<&str> = document.blocks.iter().map(|block| block.id.as_str()).collect();
        assert_eq!(ids, ["start-it", "start-it-output", "start-it-2"]);
        assert_eq!(document.blocks[1].role, Role::Output(Some(0)));
        assert_eq!(document.note_lists[0].block, 0);
        assert_eq!(document.note_lists[0].notes[1].about, About::Output);
    }

    #[test]
    fn hidden_blocks_and_pairings_are_read() {
        let parsed = parse(
            "<!-- docgen: run machine=default\nls\npwd\n-->\n\n<!-- docgen: original=\"x y\" -->\n```sh\nx\n```\n",
        );
        assert_eq!(parsed.diagnostics, []);
        let document = parsed.value.revised;
        assert_eq!(
            (document.blocks[0].text.as_str(), document.blocks[0].hidden),
            ("ls\npwd\n", true)
        );
        assert_eq!(document.pairings[0].block, Some(1));
        assert_eq!(document.source.line(document.blocks[0].lines[1].start), 3);
    }

    #[test]
    fn files_are_included_from_the_folder_only() {
        let parsed = parse("```conf file=/etc/a include=files/a.conf region=r\n```\n");
        assert_eq!(parsed.value.revised.blocks[0].text, "y\n");
        assert_eq!(parsed.diagnostics, []);
        assert_eq!(parse("```conf include=../x\n```\n").diagnostics[0].code, "file-outside");
        assert_eq!(
            parse("```conf include=files/b.conf\n```\n").diagnostics[0].code,
            "file-missing"
        );
    }

    #[test]
    fn problems_are_all_reported_at_once() {
        let parsed = parse("```sh idd=x machine=web\n```\n\n```output\n```\n\n```sh id=a\n```\n\n```sh id=a\nls\n");
        let codes: Vec<&str> = parsed.diagnostics.iter().map(|d| d.code).collect();
        assert_eq!(codes, ["double-id", "unknown-key", "unclosed-fence", "unknown-machine"]);
    }
}
