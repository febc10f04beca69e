//! Logical commands: what a reader would paste at once.

use std::ops::Range;

use super::lexer::{Lexed, lex};
use super::token::{Opener, ProblemKind, TokenKind};
use crate::source::Span;

/// A command as a reader sees it: lines joined by backslashes, a heredoc with its body, a quote or compound over several lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogicalCommand {
    /// Its lines in the text, 0-based, half open.
    pub lines: Range<usize>,
    /// From its first to its last token, in bytes.
    pub span: Span,
    /// Its shell words, as bytes in the text.
    pub words: Vec<Span>,
}

/// Returns the logical commands of `text`, in order. Blank lines and lines with nothing but a comment belong to none.
///
/// If a quote or a compound never closes, the lines from there on are taken one by one, as the text is then not what it seems.
pub fn commands(text: &str) -> Vec<LogicalCommand> {
    let lexed = lex(text);
    let last = lexed.breaks.last().copied().unwrap_or(0);
    let mut bounds = lexed.breaks.clone();
    let broken = lexed.problems.iter().any(|problem| {
        let whole = matches!(
            problem.kind,
            ProblemKind::Unclosed(Opener::Heredoc(_) | Opener::Continuation) | ProblemKind::Unexpected(_)
        );
        !whole && problem.span.start >= last
    });
    if !broken || !text[last..].trim_end().contains('\n') {
        bounds.push(text.len());
        return cut(text, &lexed, &bounds);
    }
    let mut commands = cut(text, &lexed, &bounds);
    let mut start = last;
    while start < text.len() {
        let end = start + joined_lines(&text[start..]);
        let part = lex(&text[start..end]);
        commands.extend(
            cut(&text[start..end], &part, &[end - start])
                .into_iter()
                .map(|command| shift(command, start)),
        );
        start = end;
    }
    number(text, &mut commands);
    commands
}

/// Returns the length of the first line and those that backslashes join to it.
fn joined_lines(text: &str) -> usize {
    let mut len = 0;
    for line in text.split_inclusive('\n') {
        len += line.len();
        if !line.trim_end_matches(['\n', '\r']).ends_with('\\') {
            break;
        }
    }
    len
}

fn shift(command: LogicalCommand, by: usize) -> LogicalCommand {
    LogicalCommand {
        span: command.span.start + by..command.span.end + by,
        words: command
            .words
            .into_iter()
            .map(|word| word.start + by..word.end + by)
            .collect(),
        ..command
    }
}

/// Cuts at `bounds`, which are ends of segments in order.
fn cut(text: &str, lexed: &Lexed, bounds: &[usize]) -> Vec<LogicalCommand> {
    let mut commands = Vec::new();
    let mut tokens = lexed
        .tokens
        .iter()
        .filter(|token| token.kind != TokenKind::Comment)
        .peekable();
    let mut words = lexed.words.iter().peekable();
    for end in bounds.iter().copied() {
        let mut span: Option<Span> = None;
        while let Some(token) = tokens.next_if(|token| token.span.start < end) {
            span = Some(span.map_or(token.span.start, |span| span.start)..token.span.end);
        }
        let mut own = Vec::new();
        while let Some(word) = words.next_if(|word| word.start < end) {
            own.push(word.clone());
        }
        if let Some(mut span) = span {
            // A word may end in a comment: that of an expansion that never closes.
            span.end = own.last().map_or(span.end, |word| word.end.max(span.end));
            commands.push(LogicalCommand {
                lines: 0..0,
                span,
                words: own,
            });
        }
    }
    number(text, &mut commands);
    commands
}

/// Fills in the lines of the commands, which are in order.
fn number(text: &str, commands: &mut [LogicalCommand]) {
    let (mut line, mut at) = (0, 0);
    for command in commands {
        line += newlines(&text[at..command.span.start]);
        at = command.span.start;
        let span_end = command.span.start + text[command.span.clone()].trim_end().len();
        command.lines = line..line + newlines(&text[at..span_end]) + 1;
    }
}

fn newlines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}
