//! The lines of a grid: boxes around what changed, numbers of notes, and the row that both sides share.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::align::{BoundNote, Line, Pair, PairRole, Part, RowKind};
use crate::model::block::Role;
use crate::model::guide::{Document, Side};
use crate::render::console::prompt_length;
use crate::render::expected;
use crate::render::highlight::{self, Memo};
use crate::render::paint::{Mark, escaped, paint};

/// The two sides of a pair as HTML.
#[derive(Debug, Default)]
pub(super) struct Sides {
    /// Lines of the original.
    pub old: String,
    /// Lines of the revised text.
    pub new: String,
    /// Number of rows.
    pub rows: usize,
    /// Row by side (`true` is the original), block and line of the block.
    pub places: BTreeMap<(bool, usize, usize), usize>,
}

/// Where the other end of a line is that moved: by side (`true` is the original) and line of the file, the link to its
/// section and the number of its step.
pub(super) type Ends = BTreeMap<(bool, usize), (String, usize)>;

/// Writes the lines of both sides; `moved` has the other ends of lines that moved without their block.
pub(super) fn sides(memo: &Memo, pair: &Pair, original: &Document, revised: &Document, moved: &Ends) -> Sides {
    let mut sides = Sides::default();
    let colours = [
        Colours::new(memo, original, &pair.parts.old),
        Colours::new(memo, revised, &pair.parts.new),
    ];
    let mut parts = [None, None];
    for row in &pair.rows {
        let ends = [
            (&row.old, &pair.parts.old, original),
            (&row.new, &pair.parts.new, revised),
        ];
        let heads: Vec<Option<String>> = ends
            .iter()
            .zip(&mut parts)
            .map(|((line, all, _), current)| part_head(line.as_ref()?, all, current))
            .collect();
        if heads.iter().any(Option::is_some) {
            sides.rows += 1;
            for (out, head) in [&mut sides.old, &mut sides.new].into_iter().zip(&heads) {
                if let Some(head) = head {
                    let _ = writeln!(out, "<span class=\"ln sub u r{}\">{}</span>", sides.rows, escaped(head));
                }
            }
        }
        sides.rows += 1;
        for (is_new, (line, _, document)) in ends.iter().enumerate() {
            let Some(line) = line else { continue };
            let is_old = is_new == 0;
            sides.places.insert((is_old, line.block, line.index), sides.rows);
            let out = if is_old { &mut sides.old } else { &mut sides.new };
            let look = Look {
                pair,
                document,
                is_old,
                kind: row.kind,
                row: sides.rows,
                colours: &colours[is_new],
                other: moved.get(&(is_old, line.line)).filter(|_| row.kind == RowKind::Moved),
            };
            write_line(out, line, &look);
        }
    }
    sides
}

/// The sub-heading above a line that begins another part than the line before; the first part needs none.
fn part_head(line: &Line, parts: &[Part], current: &mut Option<usize>) -> Option<String> {
    let at = parts
        .iter()
        .position(|part| part.index == line.block && part.range.contains(&line.index))?;
    let before = current.replace(at);
    let part = &parts[at];
    (before.is_some_and(|before| before != at)).then(|| format!("Step {}", part.step))
}

/// Colours of whole blocks, so that a line in the middle of a quoted text is coloured as such.
struct Colours {
    /// By block: its text's line starts and its marks.
    blocks: BTreeMap<usize, (Vec<usize>, Vec<Mark>)>,
}

impl Colours {
    fn new(memo: &Memo, document: &Document, parts: &[Part]) -> Self {
        let mut blocks = BTreeMap::new();
        for part in parts {
            if let Some(block) = document.blocks.get(part.index) {
                let is_shell = matches!(block.role, Role::Script);
                let lang = if is_shell { "sh" } else { block.lang.as_str() };
                let is_console = matches!(block.role, Role::Console(_));
                let mut marks = if is_console {
                    Vec::new()
                } else {
                    memo.marks(lang, &block.text).unwrap_or_default()
                };
                if matches!(block.role, Role::Output(_)) {
                    marks.extend(expected::marks(&block.text));
                }
                let starts = std::iter::once(0)
                    .chain(block.text.match_indices('\n').map(|(at, _)| at + 1))
                    .collect();
                blocks.insert(part.index, (starts, marks));
            }
        }
        Self { blocks }
    }

    /// Returns the marks of a line, in bytes of the line. A transcript's line is coloured by itself, after its prompt.
    fn of(&self, document: &Document, line: &Line) -> Vec<Mark> {
        let Some((starts, marks)) = self.blocks.get(&line.block) else {
            return Vec::new();
        };
        if let Some(Role::Console(commands)) = document.blocks.get(line.block).map(|block| &block.role) {
            let is_command = commands.iter().any(|command| command.lines.contains(&line.index));
            return console_marks(&line.text, is_command);
        }
        let start = starts.get(line.index).copied().unwrap_or_default();
        let end = start + line.text.len();
        let here = marks
            .iter()
            .filter(|mark| mark.range.start < end && mark.range.end > start);
        here.map(|mark| Mark {
            range: mark.range.start.saturating_sub(start)..mark.range.end.min(end) - start,
            ..mark.clone()
        })
        .collect()
    }
}

fn console_marks(text: &str, is_command: bool) -> Vec<Mark> {
    if !is_command {
        return vec![Mark::new(0..text.len(), "<span class=\"out\">", "</span>")];
    }
    let prompt = prompt_length(text);
    let mut marks = vec![Mark::new(0..prompt, "<span class=\"p u\">", "</span>")];
    marks.extend(highlight::shell_marks(&text[prompt..]).into_iter().map(|mark| Mark {
        range: mark.range.start + prompt..mark.range.end + prompt,
        ..mark
    }));
    marks
}

struct Look<'a> {
    pair: &'a Pair,
    document: &'a Document,
    is_old: bool,
    kind: RowKind,
    row: usize,
    colours: &'a Colours,
    other: Option<&'a (String, usize)>,
}

fn write_line(out: &mut String, line: &Line, look: &Look<'_>) {
    let (class, word) = words(look);
    let row = look.row;
    let id = match look.document.blocks.get(line.block) {
        Some(block) if !look.is_old => format!(" id=\"{}.L{}\"", escaped(&block.id), line.index + 1),
        _ => String::new(),
    };
    let unselected = if is_printed(line, look) { " u" } else { "" };
    let _ = write!(
        out,
        "<span class=\"ln {class}{unselected} r{row}\" data-row=\"{row}\"{id}>"
    );
    if !word.is_empty() {
        let _ = write!(out, "<span class=\"vh u\">{word}: </span>");
    }
    let mut marks: Vec<Mark> = Vec::new();
    let (open, close) = if look.is_old {
        ("<del>", "</del>")
    } else {
        ("<ins>", "</ins>")
    };
    marks.extend(line.boxes.iter().map(|range| Mark::new(range.clone(), open, close)));
    let notes = notes_at(look, line);
    for note in &notes {
        for hit in note
            .targets
            .iter()
            .flat_map(|target| &target.hits)
            .filter(|hit| hit.index == line.index)
        {
            marks.push(Mark::new(hit.bytes.clone(), "<span class=\"tied\">", "</span>"));
        }
    }
    marks.extend(unbroken(&line.text));
    marks.extend(look.colours.of(look.document, line));
    paint(out, &line.text, marks);
    for note in notes {
        let number = note.id;
        let _ = write!(
            out,
            "<a class=\"mk u\" href=\"#note-{number}\" data-n=\"{number}\" aria-label=\"note {number}\"></a>"
        );
    }
    if let Some((href, step)) = look.other {
        let (preposition, side) = if look.is_old { ("to", "") } else { ("from", "original ") };
        let _ = write!(
            out,
            "<a class=\"mk mv u\" href=\"{href}\" data-n=\"{preposition} {side}step {step}\" aria-label=\"moved {preposition} {side}step {step}\"></a>"
        );
    }
    out.push_str("\n</span>");
}

/// A line of a revised transcript that its commands print: who selects the side wants the commands.
fn is_printed(line: &Line, look: &Look<'_>) -> bool {
    let block = look.document.blocks.get(line.block).filter(|_| !look.is_old);
    match block.map(|block| &block.role) {
        Some(Role::Console(commands)) => !commands.iter().any(|command| command.lines.contains(&line.index)),
        _ => false,
    }
}

/// Returns the class of a line and the word that is read out before it.
fn words(look: &Look<'_>) -> (&'static str, &'static str) {
    // An output that only one side shows is no change of the output.
    let is_whole = look.pair.role == PairRole::Output && (look.pair.old.is_empty() || look.pair.new.is_empty());
    match (look.kind, look.is_old) {
        _ if is_whole => ("same", ""),
        (RowKind::Same | RowKind::Layout, _) => ("same", ""),
        (RowKind::Moved, _) => ("mov", "moved"),
        (RowKind::Removed | RowKind::Replaced | RowKind::Changed, true) => ("chg", "removed"),
        (RowKind::Added | RowKind::Replaced | RowKind::Changed, false) => ("chg", "added"),
        (RowKind::Added, true) | (RowKind::Removed, false) => ("same", ""),
    }
}

/// Notes whose last target line is this one on its side, so that each number stands once per line.
fn notes_at<'p>(look: &Look<'p>, line: &Line) -> Vec<&'p BoundNote> {
    let side = if look.is_old { Side::Original } else { Side::Revised };
    let notes = look
        .pair
        .notes
        .iter()
        .filter(|note| note.side == side && note.index == line.block);
    notes
        .filter(|note| {
            note.targets
                .iter()
                .any(|target| target.hits.iter().any(|hit| hit.index == line.index))
        })
        .collect()
}

/// Browsers break lines after `-` and `/`: words of moderate length are kept whole.
fn unbroken(text: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut start = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let len = word.trim_end().len();
        let breaks = word.contains(['-', '/', '?', '|', '%', '{', '}', '!']);
        if breaks && (2..=40).contains(&word.chars().count()) {
            marks.push(Mark::new(start..start + len, "<span class=\"w\">", "</span>"));
        }
        start += word.len();
    }
    marks
}
