//! Colours of all other languages, by syntect's grammars.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use crate::render::highlight::{Class, Plain, Span};

/// The grammars: constant data, loaded when the first block needs them.
static GRAMMARS: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// Scopes by prefix and their class; `None` ends the search with "plain". The first that fits wins, inner scopes first.
static CLASSES: LazyLock<Vec<(Scope, Option<Class>)>> = LazyLock::new(|| {
    let table = [
        ("comment", Some(Class::Comment)),
        ("punctuation.definition.comment", Some(Class::Comment)),
        ("constant.character.escape", Some(Class::Constant)),
        ("string.unquoted", None),
        ("string.ipaddress", Some(Class::Constant)),
        ("string", Some(Class::Text)),
        ("entity.name.tag", Some(Class::Key)),
        ("meta.mapping.key", Some(Class::Key)),
        ("entity.other.attribute-name", Some(Class::Key)),
        ("support.type.property-name", Some(Class::Key)),
        ("entity.name.section", Some(Class::Type)),
        ("entity.name.function", Some(Class::Function)),
        ("entity.name", Some(Class::Type)),
        ("variable.parameter.option", Some(Class::Key)),
        ("variable.parameter", None),
        ("variable.other.key", Some(Class::Key)),
        ("variable.function", Some(Class::Function)),
        ("variable", Some(Class::Variable)),
        ("support.function", Some(Class::Function)),
        ("support.constant", Some(Class::Constant)),
        ("support.type", Some(Class::Type)),
        ("keyword.operator", Some(Class::Operator)),
        ("keyword", Some(Class::Keyword)),
        ("storage", Some(Class::Keyword)),
        ("constant", Some(Class::Constant)),
    ];
    table
        .into_iter()
        .filter_map(|(name, class)| Some((Scope::new(name).ok()?, class)))
        .collect()
});

/// Returns the coloured parts of `text`; none if no grammar knows `token`.
pub(super) fn spans(token: &str, text: &str) -> Result<Vec<Span>, Plain> {
    let Some(syntax) = GRAMMARS.find_syntax_by_token(token) else {
        return Ok(Vec::new());
    };
    // A foreign grammar's regular expression may fail in ways of its own, and says so by a panic.
    catch_unwind(AssertUnwindSafe(|| parse(syntax, text)))
        .ok()
        .flatten()
        .ok_or(Plain::Failed)
}

fn parse(syntax: &SyntaxReference, text: &str) -> Option<Vec<Span>> {
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut spans: Vec<Span> = Vec::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let ops = state.parse_line(line, &GRAMMARS).ok()?;
        let mut at = 0;
        for (end, op) in &ops {
            push(&mut spans, line_start + at..line_start + end, class_of(&stack));
            at = *end;
            stack.apply(op).ok()?;
        }
        push(
            &mut spans,
            line_start + at..line_start + line.trim_end_matches('\n').len(),
            class_of(&stack),
        );
        line_start += line.len();
    }
    Some(spans)
}

/// Adds a span; neighbours of equal class become one.
fn push(spans: &mut Vec<Span>, range: std::ops::Range<usize>, class: Option<Class>) {
    let Some(class) = class else { return };
    if range.start >= range.end {
        return;
    }
    match spans.last_mut() {
        Some((last, same)) if *same == class && last.end == range.start => last.end = range.end,
        _ => spans.push((range, class)),
    }
}

fn class_of(stack: &ScopeStack) -> Option<Class> {
    stack
        .as_slice()
        .iter()
        .rev()
        .find_map(|scope| CLASSES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)))
        .and_then(|(_, class)| *class)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(token: &str, text: &'static str) -> Vec<(&'static str, Class)> {
        spans(token, text)
            .expect("it parses")
            .into_iter()
            .map(|(range, class)| (&text[range], class))
            .collect()
    }

    #[test]
    fn toml_and_ini_are_known() {
        let toml = classes("toml", "[a]\nport = 443 # tls\n");
        assert!(toml.contains(&("443", Class::Constant)), "{toml:?}");
        assert!(toml.contains(&("# tls", Class::Comment)), "{toml:?}");
        assert!(!classes("ini", "[Unit]\nAfter=x\n").is_empty());
        assert_eq!(spans("no-such-language", "x"), Ok(Vec::new()));
    }
}
