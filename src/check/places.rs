//! What surrounds a place of a shell script: one layer for each time that a shell reads it, the innermost first.
//!
//! `"$(cmd 'x')"` is one layer: what stands in `$(…)` is a script of its own. Within backticks it is two, because their
//! text is unescaped before it is read; so is the text after `sh -c`, which a second shell reads.

use crate::shell::{Region, RegionKind, lex, reads_again};
use crate::source::Span;

/// What a shell does with the text at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Layer {
    /// It stands outside of quotes.
    Bare,
    /// `'…'`
    Single,
    /// `$'…'`
    Escaped,
    /// `"…"`
    Double,
    /// `"${x:-…}"`
    DoubleBraces,
    /// Backticks take their backslashes away.
    Backticks,
    /// It is calculated with.
    Number,
    /// The body of a here-document.
    Document {
        /// Nothing is expanded in it.
        literal: bool,
        /// What stands before the place on its line.
        before: String,
        /// What stands after it.
        after: String,
        /// The line that ends the document.
        tag: String,
    },
    /// Nobody reads it.
    Comment,
    /// It cannot be told.
    Unclear,
    /// It would be a name or a mark of the shell's grammar.
    Never,
}

/// Returns the layers around a place.
pub(super) fn layers(script: &str, place: Span) -> Vec<Layer> {
    let regions = lex(script).regions;
    if regions.iter().any(|region| region.kind == RegionKind::Unread) {
        return vec![Layer::Unclear];
    }
    let mut around: Vec<&Region> = regions
        .iter()
        .filter(|region| region.span.start <= place.start && place.end <= region.span.end)
        .collect();
    around.sort_by_key(|region| (region.span.start, std::cmp::Reverse(region.span.end)));
    let scripts = |region: &&Region| matches!(region.kind, RegionKind::Substitution | RegionKind::Backticks);
    if let Some(outermost) = around.iter().position(scripts) {
        return inside(script, &around[..=outermost], place);
    }
    let own = own_layer(script, &around, &place);
    let reads = match around.last().map(|region| (&region.span, region.kind)) {
        Some((_, RegionKind::Document { announced, .. })) => reads_again(script, &(announced..announced + 2)),
        Some((_, RegionKind::Comment)) => false,
        _ => reads_again(script, &place),
    };
    if reads && !matches!(own, Layer::Never | Layer::Number) {
        return again(script, &regions, around.last().copied(), place, own);
    }
    vec![own]
}

/// What is read within `$(…)` or backticks.
fn inside(script: &str, around: &[&Region], place: Span) -> Vec<Layer> {
    let Some((region, outer)) = around.split_last() else {
        return vec![Layer::Unclear];
    };
    if region.kind == RegionKind::Substitution {
        let start = region.span.start;
        return layers(&script[region.span.clone()], place.start - start..place.end - start);
    }
    let quoted = outer.last().is_some_and(|region| region.kind == RegionKind::Double);
    let (text, place) = unescaped(script, &region.span, &place, if quoted { "\\$`\"" } else { "\\$`" });
    let mut found = layers(&text, place);
    found.push(Layer::Backticks);
    found
}

/// What a second shell reads of a quoted text, then what the first one does.
fn again(script: &str, regions: &[Region], region: Option<&Region>, place: Span, own: Layer) -> Vec<Layer> {
    let special = match own {
        Layer::Single | Layer::Document { literal: true, .. } => "",
        Layer::Double => "\\$`\"",
        Layer::Document { .. } => "\\$`",
        _ => return vec![Layer::Unclear],
    };
    let Some(region) = region else {
        return vec![Layer::Unclear];
    };
    let within = |other: &Region| region.span.start <= other.span.start && other.span.end <= region.span.end;
    let expands = regions.iter().any(|other| other != region && within(other));
    if expands || (!matches!(own, Layer::Document { .. }) && !stands_alone(script, &region.span)) {
        return vec![Layer::Unclear];
    }
    let (text, place) = unescaped(script, &region.span, &place, special);
    let mut found = layers(&text, place);
    found.push(own);
    found
}

/// Returns whether a quoted text is a whole word.
fn stands_alone(script: &str, span: &Span) -> bool {
    let blank = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || ";&|<>()".contains(c));
    let before = script[..span.start - 1].chars().next_back();
    blank(before) && blank(script[span.end..].chars().nth(1))
}

/// Returns a part of a script without the backslashes before `special`, and where the place is in it.
fn unescaped(script: &str, span: &Span, place: &Span, special: &str) -> (String, Span) {
    let plain = |text: &str| {
        let mut plain = String::with_capacity(text.len());
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            match rest.peek() {
                Some(&next) if c == '\\' && special.contains(next) => {
                    plain.push(next);
                    rest.next();
                }
                Some('\n') if c == '\\' && !special.is_empty() => drop(rest.next()),
                _ => plain.push(c),
            }
        }
        plain
    };
    let before = plain(&script[span.start..place.start]);
    let own = &script[place.clone()];
    let found = before.len()..before.len() + own.len();
    (before + own + &plain(&script[place.end..span.end]), found)
}

/// What the shell that reads the script does with the place; `around` holds no script inside of the script.
fn own_layer(script: &str, around: &[&Region], place: &Span) -> Layer {
    let Some(innermost) = around.last() else {
        return escaped_or(script, place, Layer::Bare);
    };
    if let Some(at) = around.iter().position(|region| region.kind == RegionKind::Braces) {
        return in_braces(script, around, at, place);
    }
    match innermost.kind {
        RegionKind::Single => Layer::Single,
        RegionKind::Escaped => escaped_or(script, place, Layer::Escaped),
        RegionKind::Double => escaped_or(script, place, Layer::Double),
        RegionKind::Arithmetic => Layer::Number,
        RegionKind::Comment => Layer::Comment,
        RegionKind::Document { literal, .. } => {
            let layer = document(script, &innermost.span, place, literal);
            if literal {
                layer
            } else {
                escaped_or(script, place, layer)
            }
        }
        RegionKind::Variable | RegionKind::Tag => Layer::Never,
        RegionKind::Braces | RegionKind::Substitution | RegionKind::Backticks | RegionKind::Unread => Layer::Unclear,
    }
}

/// A backslash before a place would take the first character of what is pasted.
fn escaped_or(script: &str, place: &Span, layer: Layer) -> Layer {
    let before = &script[..place.start];
    let backslashes = before.len() - before.trim_end_matches('\\').len();
    if backslashes % 2 == 1 { Layer::Never } else { layer }
}

/// A place in `${name:-…}`; the braces are the region `at`.
fn in_braces(script: &str, around: &[&Region], at: usize, place: &Span) -> Layer {
    let before = &script[around[at].span.start..place.start];
    let operator = before.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let word = operator.strip_prefix(':').unwrap_or(operator);
    if !word.starts_with(['-', '+', '=', '?']) {
        return Layer::Never;
    }
    let kinds: Vec<RegionKind> = around.iter().map(|region| region.kind).collect();
    let layer = match kinds[..] {
        [RegionKind::Braces] => Layer::Bare,
        [RegionKind::Braces, RegionKind::Single] => return Layer::Single,
        [RegionKind::Braces, RegionKind::Double] => Layer::Double,
        [RegionKind::Double, RegionKind::Braces] => Layer::DoubleBraces,
        _ => return Layer::Unclear,
    };
    escaped_or(script, place, layer)
}

fn document(script: &str, body: &Span, place: &Span, literal: bool) -> Layer {
    let line = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    let before = &script[body.start..place.start];
    Layer::Document {
        literal,
        before: before[before.rfind('\n').map_or(0, |at| at + 1)..].to_owned(),
        after: line(&script[place.end..body.end]),
        tag: line(&script[body.end..]).trim_start_matches('\t').to_owned(),
    }
}
