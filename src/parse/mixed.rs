//! Output that stands among the commands of a script fence: a reader who pastes the fence runs it.

use crate::diagnostic::Diagnostic;
use crate::model::block::Block;
use crate::model::guide::Document;
use crate::shell::{self, LogicalCommand};

/// Returns the first command of a script that is surely none: a prompt, or a mark for text that was left out.
pub(super) fn check(document: &Document, block: &Block) -> Option<Diagnostic> {
    let commands = shell::commands(&block.text);
    let (command, word) = commands
        .iter()
        .find_map(|command| Some((command, no_command(&block.text, command)?)))?;
    let place = document.place(block.line_span(command.lines.start));
    let (fact, help) = match word {
        "$" => (
            "a prompt stands in a script: the shell would look for a command `$`".to_owned(),
            "use the language `console`: there lines after `$ ` are commands and the others are their output",
        ),
        _ => (
            format!("`{word}` is no command: output stands among the commands of a script"),
            "move the output to a fence of its own with the language `output`",
        ),
    };
    Some(Diagnostic::error("mixed-output", Some(place), fact).help(help))
}

fn no_command<'a>(text: &'a str, command: &LogicalCommand) -> Option<&'a str> {
    let first = command.words.first().map(|span| &text[span.clone()])?;
    let left_out = matches!(first, "..." | "[...]" | "…" | "[…]") && command.words.len() == 1;
    (first == "$" && command.words.len() > 1 || left_out).then_some(first)
}

#[cfg(test)]
mod tests {
    use crate::model::guide::Side;
    use crate::source::SourceFile;

    fn line(script: &str) -> Option<usize> {
        let source = SourceFile::new("a.md", format!("```sh\n{script}\n```\n"));
        let document = crate::parse::document(source, Side::Revised).value;
        super::check(&document, &document.blocks[0]).map(|found| found.place.map_or(0, |place| place.line()))
    }

    #[test]
    fn prompts_and_left_out_text_are_found() {
        assert_eq!(line("ls\n$ ls -l"), Some(3));
        assert_eq!(line("docker compose up -d\nStarting hydra_1 ... done\n[...]"), Some(4));
        assert_eq!(line("make\n..."), Some(3));
    }

    #[test]
    fn commands_and_here_documents_are_left_alone() {
        for script in [
            "echo '$ ls'",
            "cat <<E\n$ ls\n...\nE",
            "[ -f x ]",
            "$HOME/bin/x",
            "ls ...",
            "x='\n...\n'",
        ] {
            assert_eq!(line(script), None, "{script}");
        }
    }
}
