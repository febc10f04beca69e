//! Blocks that end in a server: it is started in the background, as a block of its own. Pure.

use crate::foreign::Reading;
use crate::model::block::{Block, Ready, Role};
use crate::shell;

/// Whether the last command is a line of its own, not the end of `a && b`.
pub(super) fn stands_alone(block: &Block, script: &str) -> bool {
    let text = match &block.role {
        Role::Console(commands) => commands.last().map_or("", |command| &command.script),
        _ => script,
    };
    let commands = shell::commands(text);
    let last = commands.last().map(|command| &text[command.span.clone()]);
    last.is_some_and(|last| shell::simple_commands(last).len() == 1)
}

/// Makes a block that ends in a server two: what comes before, and the server, in the background.
pub(super) fn split(reading: &mut Reading, index: usize) {
    let block = &reading.document.blocks[index];
    let (head, mut tail) = match &block.role {
        Role::Console(commands) => {
            let mut head = commands.clone();
            let last = head.split_off(head.len().saturating_sub(1));
            let with = |commands| Block {
                role: Role::Console(commands),
                ..block.clone()
            };
            ((!head.is_empty()).then(|| with(head)), with(last))
        }
        _ => {
            let start = shell::commands(&block.text)
                .last()
                .map_or(0, |command| command.lines.start);
            let lines: Vec<&str> = block.text.split_inclusive('\n').collect();
            let part = |from: usize, to: usize| Block {
                text: lines[from..to].concat(),
                lines: block.lines[from.min(block.lines.len())..to.min(block.lines.len())].to_vec(),
                ..block.clone()
            };
            let head = part(0, start);
            let has_commands = !shell::commands(&head.text).is_empty();
            (has_commands.then_some(head), part(start, lines.len()))
        }
    };
    tail.keys.background = Some(tail.id.clone());
    tail.keys.ready = vec![ready(&tail.commands_text())];
    let Some(head) = head else {
        reading.document.blocks[index] = tail;
        return;
    };
    tail.id = format!("{}-serve", head.id);
    tail.keys.background = Some(tail.id.clone());
    reading.document.blocks.splice(index..=index, [head, tail]);
    for block in &mut reading.document.blocks {
        if let Role::Output(Some(owner)) = &mut block.role
            && *owner >= index
        {
            *owner += 1;
        }
    }
    let moved = reading.remarks.split_off(&index);
    reading
        .remarks
        .extend(moved.into_iter().map(|(at, remark)| (at + 1, remark)));
}

/// A port that is told in the command, else a while in which it must not end.
fn ready(script: &str) -> Ready {
    let words: Vec<&str> = script.split_whitespace().collect();
    let port = words.windows(2).find_map(|pair| {
        let told = matches!(
            pair[0],
            "http.server" | "SimpleHTTPServer" | "--port" | "-p" | "-S" | "runserver"
        );
        told.then(|| pair[1].rsplit(':').next()?.parse::<u16>().ok())?
    });
    let server = words
        .iter()
        .any(|word| matches!(*word, "http.server" | "SimpleHTTPServer"));
    match port.or(server.then_some(8000)) {
        Some(port) => Ready::Port(port),
        None => Ready::Command("sleep 2".to_owned()),
    }
}
