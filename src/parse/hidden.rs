//! Hidden blocks that do what the reader would have to do: make a file, a user or a service that a block which is shown
//! then uses. Only what is plain is told: a name written by a well-known command and named again further down.

use crate::diagnostic::Diagnostic;
use crate::model::block::{Block, Role};
use crate::model::guide::Document;
use crate::shell::{self, TokenKind};
use crate::source::Span;

/// Something that a script makes.
#[derive(Debug, PartialEq, Eq)]
struct Made {
    what: What,
    name: String,
    /// Where the script names it.
    at: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    File,
    User,
    Service,
    Container,
}

/// Returns one warning for each thing that a hidden block makes and a block that is shown uses, without having made it.
pub(super) fn check(document: &Document) -> Vec<Diagnostic> {
    let runs = |block: &&Block| matches!(block.role, Role::Script | Role::Console(_)) && block.keys.skip.is_none();
    let mut found = Vec::new();
    for (index, hidden) in document.blocks.iter().enumerate() {
        if !hidden.hidden || !runs(&hidden) {
            continue;
        }
        let same = |block: &&Block| !block.hidden && block.keys.machine == hidden.keys.machine;
        let before: Vec<&Block> = document.blocks[..index].iter().filter(same).collect();
        let after: Vec<&Block> = document.blocks[index..].iter().filter(same).filter(runs).collect();
        for made in makes(&hidden.commands_text()) {
            if before.iter().any(|block| gives(block, &made)) {
                continue;
            }
            let first = after.iter().find(|block| gives(block, &made) || uses(block, &made));
            if let Some(user) = first.filter(|block| !gives(block, &made)) {
                found.push(warning(document, hidden, &made, user));
            }
        }
    }
    found
}

fn warning(document: &Document, hidden: &Block, made: &Made, user: &Block) -> Diagnostic {
    let line = hidden.commands_text()[..made.at].matches('\n').count();
    let place = document.place(hidden.line_span(line));
    let what = match made.what {
        What::File => "file",
        What::User => "user",
        What::Service => "service",
        What::Container => "container",
    };
    let fact = format!(
        "this hidden block makes the {what} `{}`, which block `{}` uses (line {})",
        made.name,
        user.id,
        user.file_line(&document.source, 0)
    );
    Diagnostic::warning("hidden-setup", Some(place), fact)
        .note("a reader does not see it, and has no such thing")
        .help("show the block; or let `prepare` or `files` of the machine make what the guide takes for granted")
}

/// Whether a block makes the same thing, or saves it as a file.
fn gives(block: &Block, made: &Made) -> bool {
    let saves = made.what == What::File && block.keys.file.as_ref() == Some(&made.name);
    let same = |other: &Made| other.what == made.what && other.name == made.name;
    saves || (matches!(block.role, Role::Script | Role::Console(_)) && makes(&block.commands_text()).iter().any(same))
}

fn uses(block: &Block, made: &Made) -> bool {
    let text = block.commands_text();
    let lexed = shell::lex(&text);
    lexed.words.iter().any(|word| names(&text[word.clone()], made))
}

/// Returns whether a word names what was made.
fn names(word: &str, made: &Made) -> bool {
    let name = made.name.as_str();
    let word = word.trim_matches(['"', '\'']);
    if made.what == What::File && name.starts_with('/') {
        let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || "-_./".contains(c));
        let begins = |before: &str| !before.ends_with(|c: char| c.is_alphanumeric() || "-_.".contains(c));
        let mut found = word.match_indices(name);
        return found.any(|(at, _)| begins(&word[..at]) && ends(&word[at + name.len()..]));
    }
    match made.what {
        What::File => word == name || word.strip_prefix("./") == Some(name),
        What::User => {
            word == name
                || [format!("{name}:"), format!("{name}@"), format!("/home/{name}/")]
                    .iter()
                    .any(|start| word.starts_with(start))
        }
        What::Service => word.strip_suffix(".service").unwrap_or(word) == name,
        What::Container => word == name,
    }
}

/// Returns what a script makes, as far as that is plain.
fn makes(script: &str) -> Vec<Made> {
    let mut found: Vec<Made> = written(script)
        .into_iter()
        .filter_map(|span| made(What::File, script, &span))
        .collect();
    for command in shell::simple_commands(script) {
        let words: Vec<&str> = command.words.iter().map(|span| &script[span.clone()]).collect();
        let skipped = words.iter().take_while(|word| **word == "sudo").count();
        found.extend(made_by(script, &words[skipped..], &command.words[skipped..]));
    }
    found
}

fn made_by(script: &str, words: &[&str], spans: &[Span]) -> Vec<Made> {
    let Some((program, arguments)) = words.split_first() else {
        return Vec::new();
    };
    let operands: Vec<(&str, &Span)> = arguments
        .iter()
        .copied()
        .zip(&spans[1..])
        .filter(|(word, _)| !word.starts_with('-'))
        .collect();
    let one = |what, operand: Option<&(&str, &Span)>| operand.and_then(|(_, span)| made(what, script, span));
    match program.rsplit('/').next().unwrap_or(program) {
        "tee" | "touch" => operands
            .iter()
            .filter_map(|(_, span)| made(What::File, script, span))
            .collect(),
        "cp" | "mv" | "ln" | "install" if operands.len() > 1 => one(What::File, operands.last()).into_iter().collect(),
        "useradd" | "adduser" => one(What::User, operands.last()).into_iter().collect(),
        "service"
            if operands
                .get(1)
                .is_some_and(|(word, _)| matches!(*word, "start" | "restart")) =>
        {
            one(What::Service, operands.first()).into_iter().collect()
        }
        "systemctl"
            if operands
                .first()
                .is_some_and(|(word, _)| matches!(*word, "start" | "enable" | "restart")) =>
        {
            operands[1..]
                .iter()
                .filter_map(|(_, span)| made(What::Service, script, span))
                .collect()
        }
        "docker" | "podman" if operands.first().is_some_and(|(word, _)| *word == "run") => {
            let at = arguments.iter().position(|word| *word == "--name").map(|at| at + 2);
            at.and_then(|at| spans.get(at))
                .and_then(|span| made(What::Container, script, span))
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    }
}

/// A name as the script writes it, if it is plain.
fn made(what: What, script: &str, span: &Span) -> Option<Made> {
    let word = script[span.clone()].trim_matches(['"', '\'']);
    let name = match what {
        What::Service => word.strip_suffix(".service").unwrap_or(word),
        _ => word,
    };
    let plain = |c: char| c.is_alphanumeric() || "/._-~@+".contains(c);
    let is_name = !name.is_empty() && name.chars().all(plain) && !name.starts_with("/dev/") && !name.ends_with('/');
    is_name.then(|| Made {
        what,
        name: name.to_owned(),
        at: span.start,
    })
}

/// The targets of redirections that write.
fn written(script: &str) -> Vec<Span> {
    let lexed = shell::lex(script);
    let operator = |word: &&Span| {
        let before = lexed.tokens.partition_point(|token| token.span.end <= word.start);
        let token = before.checked_sub(1).and_then(|index| lexed.tokens.get(index));
        token.is_some_and(|token| {
            token.kind == TokenKind::Operator
                && matches!(&script[token.span.clone()], ">" | ">>" | ">|" | "&>" | "&>>")
                && script[token.span.end..word.start].trim().is_empty()
        })
    };
    lexed.words.iter().filter(operator).cloned().collect()
}

#[cfg(test)]
mod tests {
    use crate::model::guide::Side;
    use crate::source::SourceFile;

    fn told(hidden: &str, shown: &str) -> Vec<String> {
        let text = format!("<!-- docgen: run\n{hidden}\n-->\n\n```sh id=shown\n{shown}\n```\n");
        let document = crate::parse::document(SourceFile::new("a.md", text), Side::Revised).value;
        let found = super::check(&document);
        found.into_iter().map(|fault| fault.message).collect()
    }

    #[test]
    fn what_a_reader_would_have_to_make_is_told() {
        for (hidden, shown, name) in [
            ("echo a > /tmp/x", "cat /tmp/x", "file `/tmp/x`"),
            (
                "sudo tee -a /etc/a.conf <<E\nb\nE",
                "grep b --file=/etc/a.conf",
                "file `/etc/a.conf`",
            ),
            ("cp a.conf site.conf", "cat ./site.conf", "file `site.conf`"),
            ("useradd -m amy", "su - amy -c id", "user `amy`"),
            ("useradd -m amy", "ls /home/amy/x", "user `amy`"),
            ("service nginx start", "service nginx status", "service `nginx`"),
            (
                "systemctl start web.service",
                "systemctl is-active web",
                "service `web`",
            ),
            (
                "docker run -d --name db postgres",
                "docker exec db psql -l",
                "container `db`",
            ),
        ] {
            let told = told(hidden, shown);
            assert!(matches!(&told[..], [one] if one.contains(name)), "{hidden}: {told:?}");
        }
    }

    #[test]
    fn what_nobody_uses_or_the_reader_makes_is_not() {
        for (hidden, shown) in [
            ("echo a > /tmp/x", "cat /tmp/xy /a/tmp/x"),
            ("echo a > /dev/null", "cat /dev/null"),
            ("test -e /tmp/x 2>&1", "cat /tmp/x"),
            ("touch /tmp/x", "echo b > /tmp/x; cat /tmp/x"),
            (
                "cp /given/ca.pem /usr/local/share/ca.crt && update-ca-certificates",
                "curl https://a.test/",
            ),
            ("useradd amy", "echo gamy"),
            ("echo x > \"$file\"", "cat \"$file\""),
        ] {
            assert_eq!(told(hidden, shown), Vec::<String>::new(), "{hidden}");
        }
        let made = "```sh\ntouch /tmp/x\n```\n\n<!-- docgen: run\necho a > /tmp/x\n-->\n\n```sh\ncat /tmp/x\n```\n";
        let document = crate::parse::document(SourceFile::new("a.md", made.to_owned()), Side::Revised).value;
        assert_eq!(super::check(&document), []);
    }
}
