//! Which lists after a fence are notes on its code, and which are prose.
//!
//! Notes are a list whose first item quotes the block above. If all items have the form of notes, one quote that is
//! there is enough: the others are then stale, which is said when they are bound to the code.

use crate::diagnostic::Diagnostic;
use crate::model::annotation::{About, Note, NoteList, Quote};
use crate::model::block::{Block, Role};
use crate::model::guide::Document;
use crate::parse::annotation;
use crate::parse::outline::List;
use crate::source::{Place, Span};

/// What a list after a fence is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// Text for the reader.
    Prose,
    /// Notes on the block above.
    Notes(NoteList),
    /// Notes, but for this item.
    Odd(Span),
    /// All items have the form of notes, and nothing that they quote is there; this is the first quote.
    Stale(Quote),
}

/// Reads a list that stands after the last block of `document` so far.
pub fn read(document: &Document, list: &List) -> Reading {
    let blocks = &document.blocks;
    let visible = |block: &Block| !matches!(block.role, Role::Output(_)) && !block.hidden;
    let Some(block) = blocks.iter().rposition(visible) else {
        return Reading::Prose;
    };
    let source = &document.source.text;
    let mut notes: Vec<Option<Note>> = list
        .items
        .iter()
        .map(|(span, inlines)| annotation::note(span, inlines, source))
        .collect();
    if let Some(output) = blocks.last().filter(|last| matches!(last.role, Role::Output(_))) {
        let owner = &blocks[block].text;
        notes
            .iter_mut()
            .flatten()
            .for_each(|note| lean_towards(note, owner, &output.text));
    }
    let is_found = |note: &Note| is_found(blocks, block, note);
    let first_found = notes.first().and_then(Option::as_ref).is_some_and(is_found);
    let odd = notes.iter().position(Option::is_none);
    let notes: Vec<Note> = notes.into_iter().flatten().collect();
    match odd {
        Some(odd) if first_found => Reading::Odd(list.items[odd].0.clone()),
        Some(_) => Reading::Prose,
        None if notes.iter().any(is_found) => Reading::Notes(NoteList {
            span: list.span.clone(),
            block,
            notes,
        }),
        None => match notes.into_iter().flat_map(|note| note.targets).next() {
            Some(quote) => Reading::Stale(quote),
            None => Reading::Prose,
        },
    }
}

/// Says that an item keeps a list from being notes.
pub fn odd_item(place: Option<Place>) -> Diagnostic {
    Diagnostic::warning("note-unread", place, "this item is no note, so the whole list is shown as prose")
        .help("begin it with a quote of the code and a dash: `` `-d` — Runs in the background. ``, or put `<!-- docgen: prose -->` before the list")
}

/// Says that a list looks like notes on other code than the block above.
pub fn stale(place: Option<Place>, quote: &str) -> Diagnostic {
    let fact = format!("the block above does not have `{quote}`, so the list is shown as prose");
    Diagnostic::warning("quote-gone", place, fact)
        .note("all items of the list have the form of notes, and nothing that they quote is there")
        .help("quote the code as it stands there now, or put `<!-- docgen: prose -->` before the list")
}

/// Returns whether all that a note quotes is there. What a file has that is included, is not known yet; nor is the original.
fn is_found(blocks: &[Block], block: usize, note: &Note) -> bool {
    let in_block = |index: usize| {
        let has = |quote: &Quote| blocks[index].text.contains(&quote.text);
        blocks[index].keys.include.is_some() || note.targets.iter().all(has)
    };
    match note.about {
        About::Original => true,
        About::Block => in_block(block),
        About::Output => {
            let output = blocks.iter().position(|other| other.role == Role::Output(Some(block)));
            output.map_or_else(|| in_block(block), in_block)
        }
    }
}

/// Right under an expected output, a quote that stands only there means the output, without saying so.
fn lean_towards(note: &mut Note, commands: &str, output: &str) {
    let in_all = |text: &str| note.targets.iter().all(|quote| text.contains(&quote.text));
    if note.about == About::Block && !note.targets.is_empty() && !in_all(commands) && in_all(output) {
        note.about = About::Output;
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Look;
    use crate::model::guide::Side;
    use crate::parse;
    use crate::source::SourceFile;

    /// The number of note lists and what is said.
    fn lists(items: &str) -> (usize, Vec<String>) {
        let text = format!("```sh\nls -d /\n```\n{items}");
        let parsed = parse::document(SourceFile::new("g/guide.md", text), Side::Revised);
        let said = parsed.diagnostics.iter().map(|problem| problem.draw(Look::Plain));
        (parsed.value.note_lists.len(), said.collect())
    }

    #[test]
    fn one_quote_that_is_there_makes_notes_of_a_list() {
        assert_eq!(lists("- `-d` — The folder.\n- `-l` — Gone.\n"), (1, Vec::new()));
        assert_eq!(lists("- `-l` — Gone.\n- `-d` — The folder.\n"), (1, Vec::new()));
        assert_eq!(lists("- original: `-l` — There.\n"), (1, Vec::new()));
    }

    #[test]
    fn a_list_of_which_no_quote_is_there_is_said() {
        let (count, said) = lists("- `-l` — Gone.\n- `-r` — Gone.\n");
        assert_eq!(count, 0);
        assert_eq!(
            said,
            [
                "warning[quote-gone]: the block above does not have `-l`, so the list is shown as prose
 --> g/guide.md:4:3
  |
4 | - `-l` — Gone.
  |   ^^^^
  |
  = note: all items of the list have the form of notes, and nothing that they quote is there
  = help: quote the code as it stands there now, or put `<!-- docgen: prose -->` before the list"
            ]
        );
        assert_eq!(lists("\n<!-- docgen: prose -->\n- `-l` — Gone.\n"), (0, Vec::new()));
        assert_eq!(lists("- `-l` — Gone.\n- Prose.\n"), (0, Vec::new()));
        assert_eq!(lists("\nText.\n\n- `-l` — Gone.\n"), (0, Vec::new()));
    }
}
