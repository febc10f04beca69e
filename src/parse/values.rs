//! The small values of keys: durations, sizes, permission bits, ready conditions, name lists.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::model::block::{Answer, ExitRule, Fill, Ready};

/// Reads `30s`, `500ms`, `2m`, `1h`, `1m30s`; a bare number is seconds.
///
/// # Errors
/// Says what was expected.
pub fn duration(text: &str) -> Result<Duration, String> {
    let fault = || format!("`{text}` is not a duration; write it as `30s`, `500ms`, `2m` or `1m30s`");
    let mut rest = text.trim();
    let mut total = Duration::ZERO;
    if rest.is_empty() {
        return Err(fault());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let number: u64 = rest[..digits].parse().map_err(|_| fault())?;
        let unit_end = rest[digits..]
            .find(|c: char| c.is_ascii_digit())
            .map_or(rest.len(), |at| digits + at);
        let millis = match &rest[digits..unit_end] {
            "ms" => 1,
            "s" | "" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            _ => return Err(fault()),
        };
        total += number
            .checked_mul(millis)
            .map(Duration::from_millis)
            .ok_or_else(fault)?;
        rest = &rest[unit_end..];
    }
    Ok(total)
}

/// Reads `512m`, `2g`, `64k` or plain bytes.
///
/// # Errors
/// Says what was expected.
pub fn size(text: &str) -> Result<u64, String> {
    let fault = || format!("`{text}` is not a size; write it as `512m` or `2g`");
    let lower = text.trim().to_ascii_lowercase();
    let lower = lower.trim_end_matches('b').trim_end_matches('i');
    let digits = lower.find(|c: char| !c.is_ascii_digit()).unwrap_or(lower.len());
    let number: u64 = lower[..digits].parse().map_err(|_| fault())?;
    let unit = match lower[digits..].trim() {
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        _ => return Err(fault()),
    };
    number.checked_mul(unit).ok_or_else(fault)
}

/// Reads line numbers: `3`, `5-7`, `3,5-7`.
///
/// # Errors
/// Says what was expected.
pub fn lines(text: &str) -> Result<Vec<RangeInclusive<usize>>, String> {
    let fault = || format!("`{text}` are no lines; write them as `3`, `5-7` or `3,5-7`, the first line being 1");
    let range = |part: &str| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to) = (line_number(from).ok()?, line_number(to).ok()?);
        (from <= to).then_some(from..=to)
    };
    text.split(',').map(|part| range(part).ok_or_else(fault)).collect()
}

/// Reads the number of a line, from 1 on.
///
/// # Errors
/// Says what was expected.
pub fn line_number(text: &str) -> Result<usize, String> {
    let number = text.trim().parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| format!("`{text}` is no line's number; they begin with 1"))
}

/// Reads permission bits in octal: `644`, `0755`.
///
/// # Errors
/// Says what was expected.
pub fn mode(text: &str) -> Result<u32, String> {
    u32::from_str_radix(text, 8)
        .ok()
        .filter(|bits| *bits <= 0o7777)
        .ok_or_else(|| format!("`{text}` is not a file mode; write it in octal as `644` or `0755`"))
}

/// Reads `any`, `1` or `0,2`.
///
/// # Errors
/// Says what was expected.
pub fn exit_rule(text: &str) -> Result<ExitRule, String> {
    if text == "any" {
        return Ok(ExitRule::Any);
    }
    let statuses: Option<Vec<i32>> = text
        .split(',')
        .map(|part| part.trim().parse().ok().filter(|status| (0..=255).contains(status)))
        .collect();
    statuses
        .map(ExitRule::OneOf)
        .ok_or_else(|| format!("`{text}` is not an exit status; write `1`, `0,2` or `any`"))
}

/// Reads `port:8080`, `log:text`, `http://…`, `cmd:…`.
///
/// # Errors
/// Says what was expected.
pub fn ready(text: &str) -> Result<Ready, String> {
    let unquoted = |value: &str| value.trim_matches('"').to_owned();
    if let Some(port) = text.strip_prefix("port:") {
        return port
            .parse()
            .map(Ready::Port)
            .map_err(|_| format!("`{port}` is not a port; write `port:8080`"));
    }
    if let Some(log) = text.strip_prefix("log:").filter(|log| !log.is_empty()) {
        return Ok(Ready::Log(unquoted(log)));
    }
    if let Some(command) = text.strip_prefix("cmd:").filter(|command| !command.is_empty()) {
        return Ok(Ready::Command(unquoted(command)));
    }
    if text.starts_with("http://") || text.starts_with("https://") {
        return Ok(Ready::Http(text.to_owned()));
    }
    Err(format!(
        "`{text}` is not a ready condition; write `port:8080`, `log:text`, `http://…` or `cmd:…`"
    ))
}

/// Reads `PROMPT => TEXT`.
///
/// # Errors
/// Says what was expected.
pub fn answer(text: &str) -> Result<Answer, String> {
    let (prompt, reply) = text
        .split_once("=>")
        .filter(|(prompt, _)| !prompt.trim().is_empty())
        .ok_or_else(|| format!("`{text}` is not an answer; write `answer=\"PROMPT => TEXT\"`"))?;
    Ok(Answer {
        prompt: prompt.trim().to_owned(),
        text: reply.trim().to_owned(),
    })
}

/// Reads `LITERAL = capture`; the last `=` counts, since the literal may hold some.
///
/// # Errors
/// Says what was expected.
pub fn fill(text: &str) -> Result<Fill, String> {
    let (literal, capture) = text
        .rsplit_once('=')
        .map(|(literal, capture)| (literal.trim(), capture.trim()))
        .filter(|(literal, capture)| !literal.is_empty() && is_name(capture))
        .ok_or_else(|| format!("`{text}` is not a fill; write `fill=\"TEXT IN THE BLOCK = capture\"`"))?;
    Ok(Fill {
        literal: literal.to_owned(),
        capture: capture.to_owned(),
    })
}

/// Returns whether `text` can name a capture, a machine or a terminal.
pub fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// Returns whether `text` can be an anchor: lower-case words joined by `-`.
pub fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// Returns whether `text` looks like an ISO date, `2027-01-31`.
pub fn is_date(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10
}

/// Returns the scheme of an address in lower case, as browsers find it: blanks and control characters do not count.
pub fn scheme(address: &str) -> Option<String> {
    let address: String = address.chars().filter(|c| *c > ' ').collect();
    let (scheme, _) = address.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    is_scheme.then(|| scheme.to_ascii_lowercase())
}

/// Returns the entry of `known` that `word` was probably meant to be.
pub fn suggestion<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let scored = known
        .iter()
        .map(|entry| (strsim::damerau_levenshtein(word, entry), *entry));
    scored
        .min()
        .filter(|(distance, entry)| *distance <= 1 + entry.len() / 4)
        .map(|(_, entry)| entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read() {
        assert_eq!(duration("1m30s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert!(duration("soon").is_err() && duration("").is_err() && duration("99999999999999999999s").is_err());
        assert_eq!(size("2g"), Ok(2 << 30));
        assert_eq!(lines("3,5-7"), Ok(vec![3..=3, 5..=7]));
        assert!(
            ["", "0", "3-", "7-5", "{1}", "1,,2"]
                .iter()
                .all(|text| lines(text).is_err())
        );
        assert_eq!(mode("0755"), Ok(0o755));
        assert!(mode("9").is_err());
        assert_eq!(exit_rule("0,2"), Ok(ExitRule::OneOf(vec![0, 2])));
        assert!(exit_rule("256").is_err());
        assert_eq!(ready("port:80"), Ok(Ready::Port(80)));
        assert_eq!(fill(">A=B< = token").map(|f| f.literal), Ok(">A=B<".to_owned()));
        assert_eq!(scheme(" Java\tScript:alert(1)"), Some("javascript".to_owned()));
        assert_eq!(scheme("a/b:c"), None);
        assert_eq!(suggestion("idd", &["id", "exit"]), Some("id"));
        assert_eq!(suggestion("banana", &["id", "exit"]), None);
    }
}
