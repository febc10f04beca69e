//! What is wrong with the shell text of a guide, as far as that can be said without running it.

use crate::diagnostic::Diagnostic;
use crate::model::block::{Block, ConsoleCommand, Role};
use crate::model::guide::Document;
use crate::parse::{browser, entering, hidden, misplaced, mixed};
use crate::shell::{self, Opener, ProblemKind};
use crate::source::Place;

/// Returns the `mark=` keys that name lines which the block does not have.
pub fn marks(document: &Document) -> Vec<Diagnostic> {
    let beyond = |block: &&Block| {
        let last = block.keys.marked.iter().map(|lines| *lines.end()).max();
        last > Some(block.text.lines().count())
    };
    let said = |block: &Block| {
        let count = block.text.lines().count();
        let fact = format!("`mark=` names a line that is not there: the block has {count}");
        let fault = Diagnostic::warning("mark-gone", Some(document.place(block.info.clone())), fact);
        fault.help("count the lines of the block from 1")
    };
    document.blocks.iter().filter(beyond).map(said).collect()
}

/// Returns the problems of all blocks that run. Skipped blocks, and those that are meant to fail, are left alone.
pub fn check(document: &Document) -> Vec<Diagnostic> {
    let mut found = marks(document);
    found.extend(entering::check(document));
    found.extend(misplaced::services(document));
    found.extend(not_compared(document));
    for block in &document.blocks {
        found.extend(misplaced::check(document, block));
        if block.keys.skip.is_some() || (block.keys.exit.is_some() && block.role != Role::Browser) {
            continue;
        }
        match &block.role {
            Role::Script => {
                found.extend(mixed::check(document, block));
                script(document, block, &block.text, 0, &mut found);
            }
            Role::Console(commands) => {
                for command in commands {
                    script(document, block, &command.script, command.lines.start, &mut found);
                }
                found.extend(printed_by_nobody(document, block, commands));
                if commands.is_empty() {
                    let fact = "this transcript has no command: no line begins with `$ `".to_owned();
                    let fault = Diagnostic::warning("no-command", Some(document.place(block.fence.clone())), fact);
                    found.push(fault.help("begin commands with `$ `, or use the language `output` or `text`"));
                }
            }
            Role::Browser => found.extend(browser::check(document, block)),
            _ => {}
        }
    }
    found.extend(hidden::check(document));
    found
}

/// Outputs of blocks that open a shell inside: what is shown until it answers ends in a prompt of its own.
fn not_compared(document: &Document) -> Vec<Diagnostic> {
    let of_enter = |block: &&Block| {
        let Role::Output(Some(owner)) = block.role else {
            return false;
        };
        document.blocks[owner].keys.enter && block.keys.mocked.is_none()
    };
    let said = |block: &Block| {
        let fact =
            "this output cannot be compared: the block above opens a shell inside, and its prompt is never the same";
        let fault = Diagnostic::error("output-orphan", Some(document.place(block.fence.clone())), fact);
        fault.help("show it after a block that is typed inside, or say `mocked=\"REASON\"`")
    };
    document.blocks.iter().filter(of_enter).map(said).collect()
}

/// Lines before the first command of a transcript: output that no command printed.
fn printed_by_nobody(document: &Document, block: &Block, commands: &[ConsoleCommand]) -> Option<Diagnostic> {
    let first = commands.first()?.lines.start;
    let line = block
        .text
        .lines()
        .take(first)
        .position(|line| !line.trim().is_empty())?;
    let fact = "this line stands before the first command, so nothing printed it";
    let fault = Diagnostic::error("output-orphan", line_place(document, block, line), fact);
    Some(fault.help("begin commands with `$ `, and show after each what it prints; move other text out of the block"))
}

fn script(document: &Document, block: &Block, text: &str, first_line: usize, found: &mut Vec<Diagnostic>) {
    let filled = filled(block, text);
    syntax(document, block, &filled, first_line, found);
    if !block.keys.enter && block.keys.answers.is_empty() {
        for command in shell::commands(&filled) {
            if let Some(word) = shell::opens_a_shell(&filled, &command) {
                found.push(enters(
                    line_place(document, block, first_line + command.lines.start),
                    word,
                ));
            }
        }
    }
}

/// The text as it runs: what a reader replaces is a plain word.
fn filled(block: &Block, text: &str) -> String {
    let replace = |text: String, literal: &str| text.replace(literal, &"x".repeat(literal.len().max(1)));
    block
        .keys
        .fills
        .iter()
        .fold(text.to_owned(), |text, fill| replace(text, &fill.literal))
}

fn syntax(document: &Document, block: &Block, text: &str, first_line: usize, found: &mut Vec<Diagnostic>) {
    for problem in shell::problems(text) {
        // Bash takes the end of the text for the end of a here-document, with a warning.
        let harmless = matches!(problem.kind, ProblemKind::Unclosed(Opener::Continuation));
        let start = problem.span.start.min(text.len());
        let shown = start..start + problem.span.len().max(1);
        let place = Some(document.place(block.span_of(text, first_line, &shown)));
        let diagnostic = if harmless {
            Diagnostic::warning("shell-syntax", place, problem.kind.to_string())
        } else {
            Diagnostic::error("shell-syntax", place, problem.kind.to_string())
        };
        found.push(diagnostic.help(
            "a reader who pastes this is left at a prompt that waits for more; if it is meant to fail, say `exit=2`",
        ));
    }
}

fn line_place(document: &Document, block: &Block, line: usize) -> Option<Place> {
    Some(document.place(block.line_span(line)))
}

fn enters(place: Option<Place>, word: &str) -> Diagnostic {
    Diagnostic::error("needs-enter", place, format!("`{word}` opens a shell inside, and nobody types into it"))
        .note("without input it ends at once with status 0, and the next commands run as somebody else")
        .help("add the key `enter` if the next blocks are typed into it, `answer=\"PROMPT => TEXT\"` if it only asks something")
}

#[cfg(test)]
mod tests {
    use crate::model::guide::Side;
    use crate::source::SourceFile;

    fn codes(block: &str) -> Vec<(&'static str, usize)> {
        let source = SourceFile::new("a.md", format!("text\n\n{block}\n"));
        let document = crate::parse::document(source, Side::Revised).value;
        super::check(&document)
            .iter()
            .map(|d| (d.code, d.place.as_ref().map_or(0, crate::source::Place::line)))
            .collect()
    }

    #[test]
    fn open_quotes_are_found_where_they_open() {
        assert_eq!(codes("```sh\nls\necho 'a\n```"), [("shell-syntax", 5)]);
        assert_eq!(codes("```sh exit=2\necho 'a\n```"), []);
        assert_eq!(codes("```sh prompt=root\nls\n```"), [("key-misplaced", 3)]);
        assert_eq!(codes("```sh fill=\">X< = t\"\ncat >X<\n```"), []);
    }

    #[test]
    fn nothing_printed_what_stands_before_the_first_command() {
        assert_eq!(codes("```console\n\nhello\n$ echo hi\nhi\n```"), [("output-orphan", 5)]);
        assert_eq!(codes("```console\n\n$ echo hi\nhi\n```"), []);
    }

    #[test]
    fn the_output_of_a_block_that_enters_cannot_be_compared() {
        let text = "```sh enter\nbash\n```\n```output KEY\nx\n```";
        assert_eq!(codes(&text.replace("KEY", "")), [("output-orphan", 6)]);
        assert_eq!(codes(&text.replace("KEY", "mocked=x")), []);
    }

    #[test]
    fn shells_inside_need_a_key() {
        for command in [
            "su - amy",
            "sudo -i",
            "sudo su -",
            "newgrp docker",
            "docker exec -it db bash",
            "psql -U me db",
            "python3",
            "bash",
            "ssh host",
            "ssh -p 2222 -i key amy@host",
            "sudo ssh -t host",
            "docker compose exec web sh",
            "docker-compose run --rm web /bin/bash",
            "kubectl exec -it pod -- sh",
            "sqlite3 x.db",
            "redis-cli -h cache -p 6379",
            "chroot /x",
            "sudo chroot /x /bin/bash",
            "sudo -u postgres psql",
            "mongosh",
        ] {
            assert_eq!(codes(&format!("```sh\n{command}\n```")).len(), 1, "{command}");
            assert_eq!(codes(&format!("```sh enter\n{command}\n```")), [], "{command}");
        }
        for command in [
            "su -c id amy",
            "sudo apt-get install -y x",
            "docker run -it --rm image migrate",
            "psql -c 'select 1'",
            "python3 app.py",
            "python3 -m venv x",
            "bash install.sh",
            "echo 'select 1' | psql",
            "curl x | sh",
            "python3 <<E\nx\nE",
            "ssh host uptime",
            "ssh -fN -L 80:a:80 host",
            "ssh -V",
            "docker compose exec -T web sh",
            "docker compose exec web ls",
            "docker compose up -d sh",
            "kubectl exec pod -- ls",
            "kubectl get pods -o wide",
            "sqlite3 x.db 'select 1'",
            "sqlite3 --version",
            "redis-cli -h cache ping",
            "redis-cli --scan",
            "chroot /x id",
            "chroot /x sh -c id",
            "sudo -u postgres psql -c 'select 1'",
            "mongosh --eval 1",
        ] {
            assert_eq!(codes(&format!("```sh\n{command}\n```")), [], "{command}");
        }
    }
}
