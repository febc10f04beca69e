//! Which extensions of Markdown a text uses.

use pulldown_cmark::{Event, Options, Parser, Tag};

/// What may stand before the `:` on its line.
const BEFORE: [char; 6] = [' ', '\t', '>', '-', '*', '+'];

/// The Markdown extensions that docgen reads in `text`. Smart punctuation stays off: curly quotes corrupt commands.
///
/// Definition lists are read only if each `:` that begins a definition has a space behind it. Else a line such as
/// `:rocket: Launch`, which is text on GitHub, would become a definition.
pub fn markdown_options(text: &str) -> Options {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM;
    let with_definitions = options | Options::ENABLE_DEFINITION_LIST;
    let is_tight = |text: &str| {
        let rest = text.trim_start_matches(BEFORE).strip_prefix(':');
        rest.is_some_and(|rest| !rest.starts_with([' ', '\t', '\n', '\r']))
    };
    let begins_line = |at: usize| {
        let before = text[..at].trim_end_matches(BEFORE);
        before.is_empty() || before.ends_with('\n')
    };
    // Most texts have no such line, and what has one may have it in code.
    let mut colons = text.match_indices(':');
    let is_misread = colons.any(|(at, _)| begins_line(at) && is_tight(&text[at..])) && {
        let mut events = Parser::new_ext(text, with_definitions).into_offset_iter();
        events.any(|(event, range)| {
            let is_definition = matches!(event, Event::Start(Tag::DefinitionListDefinition));
            is_definition && text.get(range).is_some_and(is_tight)
        })
    };
    if is_misread { options } else { with_definitions }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_begins_with_a_colon_is_a_definition_only_with_a_space() {
        let has_definition = |text: &str| {
            let mut events = Parser::new_ext(text, markdown_options(text));
            events.any(|event| matches!(event, Event::Start(Tag::DefinitionList)))
        };
        for text in [
            "Term\n: What\n",
            "Term\n\n:   What\n\n```vim\n:wq\n```\n",
            "- Term\n  : What\n",
        ] {
            assert!(has_definition(text), "{text:?}");
        }
        for text in [
            "Text\n:rocket: Launch\n",
            "Text\n::: tip\nInside\n:::\n",
            "- Text\n  :x\n",
            "> Text\n> :x\n",
        ] {
            assert!(!has_definition(text), "{text:?}");
        }
    }
}
