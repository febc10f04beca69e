//! What a fence is for, by its language and keys.

use crate::model::block::{Keys, Role};
use crate::parse::console;
use crate::shell::{self, ProblemKind};

/// Shells whose blocks run.
const SCRIPTS: &[&str] = &["sh", "bash", "shell"];
/// Languages of transcripts.
pub(super) const CONSOLES: &[&str] = &["console", "shell-session", "terminal"];

/// Returns the role of a fence; an output block does not know its owner yet.
pub(super) fn role(lang: &str, keys: &Keys, text: &str) -> Role {
    if lang == "output" || keys.output {
        return Role::Output(None);
    }
    if keys.file.is_some() {
        return Role::File;
    }
    let transcript = CONSOLES.contains(&lang) || (SCRIPTS.contains(&lang) && console::looks_like_transcript(text));
    if transcript {
        return Role::Console(console::commands(text, keys.prompt_root, shell_is_open));
    }
    match lang {
        "browser" => Role::Browser,
        lang if SCRIPTS.contains(&lang) => Role::Script,
        _ => Role::Other,
    }
}

/// Returns whether a reader's shell would wait for more lines after `script`.
fn shell_is_open(script: &str) -> bool {
    shell::problems(script)
        .iter()
        .any(|problem| matches!(problem.kind, ProblemKind::Unclosed(_)))
}
