//! One block of a guide as a figure: title bar, code, badge, notes, recorded output.

use serde::Serialize;

use crate::align::{BoundNote, Hit};
use crate::model::block::{Block, Keys, Role};
use crate::model::guide::Document;
use crate::render::anchors;
use crate::render::console;
use crate::render::expected;
use crate::render::highlight::{Memo, Plain};
use crate::render::notes::{self, NoteView};
use crate::render::paint::{Mark, paint_lines};
use crate::render::status::{Badge, BlockStatus, Day, State};

/// A block as `block.html` shows it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct BlockView {
    /// Anchor.
    pub id: String,
    /// `script`, `console`, `file`, `output`, `browser` or `other`.
    pub kind: &'static str,
    /// What stands in the title bar.
    pub title: String,
    /// What the code is, for screen readers.
    pub label: String,
    /// First word of the info string.
    pub lang: String,
    /// Small words in the title bar.
    pub chips: Vec<String>,
    /// State of the last recorded run.
    pub badge: Option<Badge>,
    /// The code as HTML, with its line ends.
    pub code: String,
    /// Why the code has no colours though its language is known.
    #[serde(skip)]
    pub plain: Option<Plain>,
    /// Whether there is something to copy.
    pub copy: bool,
    /// A sentence below the bar: why it is skipped, or why its output is not the real one.
    pub remark: Option<String>,
    /// What the program printed in the recorded run.
    pub recorded: Option<RecordedView>,
    /// What a browser showed in the recorded run.
    pub shots: Vec<ShotView>,
    /// Notes, in the author's order.
    pub notes: Vec<NoteView>,
}

/// Output of a recorded run.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RecordedView {
    /// The text, as printed.
    pub text: String,
    /// Day of the run.
    pub day: Option<Day>,
}

/// A screenshot of a recorded run.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ShotView {
    /// The file, from the guide's page.
    pub src: String,
    /// What it shows, in a few words.
    pub title: String,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// Day of the run.
    pub day: Option<Day>,
}

/// What a block is shown with.
pub(crate) struct Scene<'a> {
    /// Colours that are known.
    pub colours: &'a Memo,
    /// The text that the block is part of.
    pub document: &'a Document,
    /// Whether the text has results at all: an ordinary page's blocks get no badge.
    pub is_guide: bool,
    /// Whether the guide has more than one machine.
    pub many_machines: bool,
    /// Whether the page's folder has this file.
    pub has_file: &'a dyn Fn(&str) -> bool,
    /// Recorded result of a block.
    pub status: &'a dyn Fn(&Block) -> Option<&'a BlockStatus>,
    /// Makes a note's Markdown (its place in the source) into HTML.
    pub inline: &'a dyn Fn(std::ops::Range<usize>) -> String,
}

/// Builds the view of the block with this index.
pub(crate) fn view(scene: &Scene<'_>, index: usize) -> BlockView {
    let block = &scene.document.blocks[index];
    let id = anchors::of_block(scene.document, block);
    let parent = match block.role {
        Role::Output(Some(of)) => Some(&scene.document.blocks[of]),
        _ => None,
    };
    let status = (scene.status)(parent.unwrap_or(block));
    let has_output_block = scene.document.output_of(index).is_some();
    let bound = notes::of_block(scene.document, index);
    let filled = filled(block, status);
    let (code, plain) = match filled {
        Some(printed) => (crate::render::paint::escaped(printed), None),
        None => code(scene, index, &bound),
    };
    BlockView {
        kind: kind(&block.role),
        title: title(block, scene.is_guide),
        label: label(block),
        lang: block.lang.clone(),
        chips: chips(&block.keys, scene.many_machines),
        badge: badge(scene, block, status),
        code,
        plain,
        copy: matches!(block.role, Role::Script | Role::Console(_) | Role::File | Role::Other),
        remark: remark_on_filling(block, status).or_else(|| remark(block)),
        recorded: recorded(block, status, has_output_block).filter(|_| filled.is_none()),
        shots: shots(scene, block, status),
        notes: note_views(scene, index, &id, &bound),
        id,
    }
}

fn kind(role: &Role) -> &'static str {
    match role {
        Role::Script => "script",
        Role::Console(_) => "console",
        Role::Output(_) => "output",
        Role::File => "file",
        Role::Browser => "browser",
        Role::Other => "other",
    }
}

fn title(block: &Block, is_guide: bool) -> String {
    if let Some(title) = &block.keys.title {
        return title.clone();
    }
    match &block.role {
        Role::File => block.keys.file.clone().unwrap_or_default(),
        // Outside of guides blocks have no state to show, so a bar without a title of its own would be empty.
        Role::Script | Role::Console(_) => {
            if is_guide {
                "Terminal".to_owned()
            } else {
                String::new()
            }
        }
        Role::Output(_) if block.keys.mocked.is_some() => "Output, edited for clarity".to_owned(),
        Role::Output(_) if block.keys.recorded => "Output of a run".to_owned(),
        Role::Output(_) => "Expected output".to_owned(),
        Role::Browser => "In the browser".to_owned(),
        Role::Other => block.keys.include.clone().unwrap_or_default(),
    }
}

fn label(block: &Block) -> String {
    match &block.role {
        Role::Script | Role::Console(_) => format!("Commands: {}", block.id),
        Role::File => format!("File {}", title(block, true)),
        Role::Output(_) => title(block, true),
        Role::Browser => format!("Steps in the browser: {}", block.id),
        Role::Other => "Example".to_owned(),
    }
}

fn chips(keys: &Keys, many_machines: bool) -> Vec<String> {
    let mut chips = Vec::new();
    if let (true, Some(machine)) = (many_machines, &keys.machine) {
        chips.push(format!("on {machine}"));
    }
    if let Some(terminal) = &keys.terminal {
        chips.push(if terminal == "new" {
            "log in anew".to_owned()
        } else {
            format!("terminal “{terminal}”")
        });
    }
    if keys.append {
        chips.push("append".to_owned());
    }
    if let Some(mode) = keys.mode {
        chips.push(format!("mode {mode:o}"));
    }
    if let Some(owner) = &keys.owner {
        chips.push(format!("owner {owner}"));
    }
    if let Some(exit) = &keys.exit {
        chips.push(match exit {
            crate::model::block::ExitRule::Any => "any status".to_owned(),
            rule => format!("ends with status {rule}"),
        });
    }
    if keys.background.is_some() {
        chips.push("keeps running".to_owned());
    }
    if let Some(wait) = keys.eventually {
        chips.push(format!("may take {} s", wait.as_secs()));
    }
    chips
}

/// An output's badge stands at the command that prints it; a block that is only shown has none.
fn badge(scene: &Scene<'_>, block: &Block, status: Option<&BlockStatus>) -> Option<Badge> {
    if !scene.is_guide || !block.is_step() {
        return None;
    }
    Some(match status {
        Some(status) => status.badge(),
        None => State::NotRun.badge(None, block.keys.skip.clone()),
    })
}

/// What an output shows that is filled from the last recorded run; `None` for any other, and while there is none.
fn filled<'s>(block: &Block, status: Option<&'s BlockStatus>) -> Option<&'s str> {
    status?.output.as_deref().filter(|_| block.keys.recorded)
}

/// A sentence about an output that is filled from a run, or would be.
fn remark_on_filling(block: &Block, status: Option<&BlockStatus>) -> Option<String> {
    let day = status.and_then(|status| status.date.as_deref()).map(Day::new);
    block.keys.recorded.then(|| match (filled(block, status), day) {
        (Some(_), Some(day)) => format!("What was printed on {}; yours will differ", day.text),
        (Some(_), None) => "What a run printed; yours will differ".to_owned(),
        (None, _) => "An example: nothing is recorded of these commands".to_owned(),
    })
}

/// A sentence about a block that is not run, or an output that is not the real one.
pub(crate) fn remark(block: &Block) -> Option<String> {
    let keys = &block.keys;
    if let Some(reason) = &keys.skip {
        let until = keys
            .until
            .as_deref()
            .map(|day| format!(" (until {})", Day::new(day).text))
            .unwrap_or_default();
        return Some(format!("Not run{until}: {reason}"));
    }
    keys.mocked
        .as_ref()
        .map(|reason| format!("Not the real output: {reason}"))
}

fn recorded(block: &Block, status: Option<&BlockStatus>, has_output_block: bool) -> Option<RecordedView> {
    let is_place = matches!(block.role, Role::Output(Some(_))) || (block.is_step() && !has_output_block);
    let status = status.filter(|status| is_place && status.state != State::NotRun)?;
    let text = status
        .output
        .as_deref()
        .map(str::trim_end)
        .filter(|text| !text.is_empty())?;
    Some(RecordedView {
        text: text.to_owned(),
        day: status.date.as_deref().map(Day::new),
    })
}

/// The pictures of a browser block that are there.
fn shots(scene: &Scene<'_>, block: &Block, status: Option<&BlockStatus>) -> Vec<ShotView> {
    let Some(status) = status.filter(|_| block.role == Role::Browser) else {
        return Vec::new();
    };
    let shots = status.screenshots.iter().filter(|shot| (scene.has_file)(&shot.file));
    shots
        .map(|shot| ShotView {
            src: shot.file.clone(),
            title: shot.name.replace(['-', '_'], " "),
            width: shot.width,
            height: shot.height,
            day: status.date.as_deref().map(Day::new),
        })
        .collect()
}

fn code(scene: &Scene<'_>, index: usize, bound: &[BoundNote]) -> (String, Option<Plain>) {
    let block = &scene.document.blocks[index];
    let hits = notes::hits(bound, index);
    let mut plain = None;
    let lines = match &block.role {
        Role::Console(commands) => console::lines(&block.text, commands, overlays(block, &hits)),
        role => {
            let mut marks = overlays(block, &hits);
            if matches!(role, Role::Output(_)) {
                marks.extend(expected::marks(&block.text));
            }
            match scene.colours.marks(&block.lang, &block.text) {
                Ok(found) => marks.extend(found),
                Err(why) => plain = Some(why),
            }
            paint_lines(&block.text, marks)
        }
    };
    let refs = notes::lines(bound, index);
    let owner = notes::owner(scene.document, index);
    let noted = anchors::of_block(scene.document, &scene.document.blocks[owner]);
    let mut out = String::with_capacity(block.text.len() * 3);
    for (at, line) in lines.iter().enumerate() {
        let is_marked = block.keys.marked.iter().any(|lines| lines.contains(&(at + 1)));
        if is_marked {
            out.push_str("<mark class=\"line\">");
        }
        if let Some(first) = block.keys.first_number {
            line_number(&mut out, first + at);
        }
        out.push_str(line);
        for (_, number) in refs.iter().filter(|(line, _)| *line == at) {
            note_mark(&mut out, &noted, *number);
        }
        // The line's end belongs to the mark: a block that the end follows would be followed by an empty line.
        out.push('\n');
        if is_marked {
            out.push_str("</mark>");
        }
    }
    (out, plain)
}

/// The number before a line; the number itself is drawn by the style sheet, so that it is never copied.
fn line_number(out: &mut String, number: usize) {
    use std::fmt::Write as _;
    let _ = write!(out, "<span class=\"no u\" data-n=\"{number}\"></span>");
}

/// The number at a line's end; the number itself is drawn by the style sheet, so that it is never copied.
pub(crate) fn note_mark(out: &mut String, id: &str, number: usize) {
    use std::fmt::Write as _;
    let _ = write!(
        out,
        "<a class=\"mk u\" href=\"#{id}-n{number}\" data-n=\"{number}\" aria-label=\"note {number}\"></a>"
    );
}

fn overlays(block: &Block, hits: &[(usize, &Hit)]) -> Vec<Mark> {
    let mut marks = notes::marks(hits, &block.text);
    for fill in &block.keys.fills {
        let open = format!(
            "<mark class=\"fill\" title=\"put the value kept as “{}” here\">",
            crate::render::paint::escaped(&fill.capture)
        );
        let found = block
            .text
            .match_indices(fill.literal.as_str())
            .filter(|(_, found)| !found.is_empty());
        marks.extend(found.map(|(at, found)| Mark::new(at..at + found.len(), open.clone(), "</mark>")));
    }
    marks
}

/// The views of the notes in the block's own list. Those of an output stand in the list of its command.
fn note_views(scene: &Scene<'_>, index: usize, id: &str, bound: &[BoundNote]) -> Vec<NoteView> {
    let is_own = notes::owner(scene.document, index) == index;
    let refs = notes::lines(bound, index);
    let own = bound.iter().filter(|_| is_own);
    own.map(|note| NoteView {
        number: note.id,
        id: format!("{id}-n{}", note.id),
        label: (scene.inline)(note.label_span.clone()),
        more: (scene.inline)(note.more_span.clone()),
        lines: refs
            .iter()
            .filter(|(_, number)| *number == note.id)
            .map(|(line, _)| notes::LineRef {
                line: line + 1,
                href: format!("#{id}"),
            })
            .collect(),
    })
    .collect()
}
