//! What a status of 0 does not say of a script: programs that go on by themselves, and heads of pipelines. Pure.

use crate::foreign::Remark;
use crate::shell;
use crate::source::Span;

/// Says what the result of a script that runs does not cover.
pub(super) fn uncertain(script: &str, line: usize, remark: &mut Remark) {
    if let Some(program) = on_its_own(script).filter(|_| !remark.background) {
        remark
            .notes
            .push(format!("`{program}` goes on by itself: only its start was seen"));
        remark.advice.push(format!(
            "line {line}: put it into a fence of its own with `background=NAME ready=port:PORT`"
        ));
    }
    if let Some(program) = shell::piped_download(script) {
        remark.notes.push(format!(
            "whether `{program}` failed: of a pipeline, only the last status counts"
        ));
        remark.advice.push(format!(
            "line {line}: say `set -o pipefail` first, or download into a file"
        ));
    }
}

/// A program that is started with `&` and that the script does not wait for.
fn on_its_own(script: &str) -> Option<String> {
    let commands = shell::simple_commands(script);
    let name = |words: &[Span]| words.first().map(|word| &script[word.clone()]);
    let started = commands.iter().position(|command| command.background)?;
    let waits = commands[started..]
        .iter()
        .any(|command| name(&command.words) == Some("wait"));
    name(&commands[started].words).filter(|_| !waits).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_said() {
        let noted = |script: &str| {
            let mut remark = Remark::default();
            uncertain(script, 1, &mut remark);
            remark.notes.len()
        };
        assert_eq!(noted("redis-server &"), 1);
        assert_eq!(noted("sleep 1 &\nwait"), 0);
        assert_eq!(noted("curl -fsSL https://a.example | sh"), 1);
        assert_eq!(noted("set -o pipefail\ncurl -fsSL https://a.example | sh"), 0);
        assert_eq!(noted("curl -fsSL https://a.example -o x"), 0);
    }
}
