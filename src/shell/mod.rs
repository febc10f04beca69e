//! The shell lexer: tokens, words, logical commands, prompts. Pure; used by parse, align, render and lints.
//!
//! 1. [`lex`] walks a script once, in linear time and with bounded nesting, and never fails (`lexer`, `list_word`, `word`, `heredoc`).
//! 2. [`tokens`] is what colours need, [`commands`] what pairing needs, [`problems`] what `shell-syntax` says.
//! 3. [`simple_commands`] is which programs are called with what; [`opens_a_shell`] knows those that somebody types into.
//! 4. [`prompt()`] tells the prompt of a transcript's line from its command.
//!
//! The lexer knows enough of the shell's grammar to find where things begin and end. It does not judge a script:
//! what it cannot place is plain text.

mod again;
mod command;
mod cursor;
mod heredoc;
mod inside;
mod lexer;
mod list_word;
mod prompt;
mod simple;
mod token;
mod word;

pub use again::reads_again;
pub use command::{LogicalCommand, commands};
pub use inside::{leaves, opens_a_shell, shell_of_words, ssh_logs_in};
pub use lexer::{Lexed, lex};
pub use prompt::{Prompt, PromptKind, prompt};
pub use simple::{SimpleCommand, piped_download, simple_commands};
pub use token::{Opener, Problem, ProblemKind, Region, RegionKind, Token, TokenKind};

/// Returns the coloured pieces of `text`, in order and without overlap; what lies between them is blank.
pub fn tokens(text: &str) -> Vec<Token> {
    lex(text).tokens
}

/// Returns what is certainly wrong with `text` as a script: constructs that never close, closers that open nothing.
pub fn problems(text: &str) -> Vec<Problem> {
    lex(text).problems
}

/// Returns whether `lang`, the first word of an info string, is a language that this lexer reads.
pub fn is_shell(lang: &str) -> bool {
    const NAMES: [&str; 11] = [
        "sh",
        "bash",
        "shell",
        "zsh",
        "ksh",
        "dash",
        "console",
        "shell-session",
        "shellsession",
        "sh-session",
        "terminal",
    ];
    NAMES.iter().any(|name| lang.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests;
