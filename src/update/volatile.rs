//! Writes real lines as expected ones: as they are, or with holes for values that will be others next time.

use std::sync::LazyLock;

use regex::Regex;

/// Values that look volatile, by the type of hole proposed; the first that fits a place is taken.
const VOLATILE: &[(&str, &str)] = &[
    ("jwt", r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"),
    ("uuid", r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"),
    (
        "date",
        concat!(
            r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?",
            r"(?:Z|(?: ?[+-][0-9]{2}:?[0-9]{2})?(?: UTC)?))?\b",
            r"|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? (?:[0-9]{1,2} [A-Z][a-z]{2}|[A-Z][a-z]{2} +[0-9]{1,2})(?: [0-9]{4})?",
            r"(?: [0-9]{2}:[0-9]{2}:[0-9]{2}(?: (?:GMT|UTC))?(?: [0-9]{4})?)?\b",
        ),
    ),
    ("time", r"\b[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?\b"),
    (
        "dur",
        concat!(
            r"\b(?:[0-9]+h)?(?:[0-9]+m)?[0-9]+(?:\.[0-9]+)?(?:ns|µs|ms|s)\b",
            r"|\b[0-9]+(?:\.[0-9]+)? (?:milliseconds?|seconds?|minutes?|hours?|days?)\b|\bAbout an? (?:minute|hour)\b",
            r"|\bLess than a second\b",
        ),
    ),
    ("ip", r"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b"),
    ("hex", r"\b(?:[0-9a-f]{12,}|[0-9A-F]{12,})\b"),
    ("word", r"\b[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_.-]{20,}"),
    ("base64", r"\b[A-Za-z0-9_-]{24,}={0,2}"),
    ("int", r"\b1[6-9][0-9]{8}\b"),
];

/// Writes a real line with holes for what looks volatile.
pub(super) fn proposed(real: &str, console: bool) -> String {
    if needs_pattern(real, console) {
        return literal(real, console);
    }
    let mut line = String::new();
    let mut done = 0;
    for (kind, start, end) in values(real) {
        line.push_str(&escaped(&real[done..start]));
        line.push_str(&format!("{{{{{kind}}}}}"));
        done = end;
    }
    line + &escaped(&real[done..])
}

/// Writes a real line so that only it is accepted.
pub(super) fn literal(real: &str, console: bool) -> String {
    if !needs_pattern(real, console) {
        return escaped(real);
    }
    let mut pattern = String::new();
    for (index, c) in real.chars().enumerate() {
        match c {
            '`' | '~' | '$' | '>' | '#' => pattern.push_str(&format!("[{c}]")),
            '\t' => pattern.push_str(r"\t"),
            // A line of spaces is a blank one to Markdown, and trailing spaces are taken off.
            ' ' if index == 0 => pattern.push_str("[ ]"),
            c if c.is_control() => pattern.push_str(&format!(r"\x{{{:x}}}", u32::from(c))),
            c => pattern.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    pattern + " (re)"
}

/// Lines that mean something else when they are written as they are.
fn needs_pattern(real: &str, console: bool) -> bool {
    let text = real.trim_start();
    let prompt = |mark: &str| text == mark || text.strip_prefix(mark).is_some_and(|rest| rest.starts_with(' '));
    text == "..."
        || real.ends_with(" (re)")
        || real.ends_with(" (glob)")
        || text.starts_with("```")
        || text.starts_with("~~~")
        || real.chars().any(|c| c.is_control() && c != '\t')
        || (console && ["$", ">", "#"].into_iter().any(prompt))
}

/// Two braces are taken as they are behind a backslash.
fn escaped(text: &str) -> String {
    text.replace("{{", "\\{{")
}

/// The places that look volatile: type, start and end, in order.
fn values(real: &str) -> Vec<(&'static str, usize, usize)> {
    static ALL: LazyLock<Regex> = LazyLock::new(|| {
        let parts: Vec<String> = VOLATILE.iter().map(|(_, pattern)| format!("({pattern})")).collect();
        Regex::new(&parts.join("|")).expect("the patterns are constants")
    });
    let mut places = Vec::new();
    for groups in ALL.captures_iter(real) {
        let found = (1..groups.len()).find_map(|index| Some((VOLATILE[index - 1].0, groups.get(index)?)));
        let Some((kind, place)) = found else { continue };
        if is_volatile(kind, place.as_str()) {
            places.push((kind, place.start(), place.end()));
        }
        let port = ephemeral_port(&real[place.end()..]);
        if let (true, Some(length)) = (kind == "ip", port) {
            places.push(("port", place.end() + 1, place.end() + 1 + length));
        }
    }
    places
}

/// Whether a value of this form is really one that changes.
fn is_volatile(kind: &str, value: &str) -> bool {
    let has = |wanted: fn(char) -> bool| value.chars().any(wanted);
    match kind {
        "ip" => !["127.0.0.1", "0.0.0.0"].contains(&value) && value.parse::<std::net::IpAddr>().is_ok(),
        "hex" => has(|c| c.is_ascii_digit()) && has(|c| c.is_ascii_alphabetic()),
        "word" | "base64" => {
            has(|c| c.is_ascii_digit()) && has(|c| c.is_ascii_lowercase()) && has(|c| c.is_ascii_uppercase())
        }
        _ => true,
    }
}

/// The length of a port above the registered ones, after an address and a colon.
fn ephemeral_port(rest: &str) -> Option<usize> {
    let digits: String = rest
        .strip_prefix(':')?
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let port: u16 = digits.parse().ok()?;
    (port >= 32768).then_some(digits.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volatile_values_become_holes_and_others_stay() {
        for (real, line) in [
            ("id 123e4567-e89b-12d3-a456-426614174000 ok", "id {{uuid}} ok"),
            ("2026-11-23T20:11:05.123Z started", "{{date}} started"),
            ("took 1m2.5s, 350ms", "took {{dur}}, {{dur}}"),
            ("172.18.0.2:49153 -> 127.0.0.1:80", "{{ip}}:{{port}} -> 127.0.0.1:80"),
            ("sha256:3fa85f6457174562b3fc2c963f66afa6", "sha256:{{hex}}"),
            ("Up 2 seconds", "Up {{dur}}"),
            ("\"exp\": 1700000000,", "\"exp\": {{int}},"),
            ("version 1.11.10 on port 8080", "version 1.11.10 on port 8080"),
            ("tCjDF3BXtCjDF3BXtCjDF3BX.WdiOhcuDWdiOhcuDWdiOhcuD", "{{word}}"),
            (
                "a_very_long_identifier_without_digits",
                "a_very_long_identifier_without_digits",
            ),
            ("{{x}}", "\\{{x}}"),
        ] {
            assert_eq!(proposed(real, false), line, "{real}");
        }
    }

    #[test]
    fn lines_that_mean_something_else_become_patterns() {
        assert_eq!(literal("...", false), r"\.\.\. (re)");
        assert_eq!(literal("```sh", false), "[`][`][`]sh (re)");
        assert_eq!(literal("$ ls", true), "[$] ls (re)");
        assert_eq!(literal("$ ls", false), "$ ls");
        assert_eq!(literal("a (re)", false), r"a \(re\) (re)");
    }
}
