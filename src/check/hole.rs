//! What each type of hole accepts, as regular expressions, and the values that a pattern alone cannot judge.

use std::net::IpAddr;
use std::sync::LazyLock;

use crate::check::day;
use crate::model::expectation::HoleType;

const DAY: &str = concat!(
    r"(?:[0-9]{4}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12][0-9]|3[01])",
    r"|(?:0?[1-9]|[12][0-9]|3[01])[-/.](?:0?[1-9]|[12][0-9]|3[01])[-/.](?:[0-9]{4}|[0-9]{2})",
    r"|(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? +)?(?:",
    r"(?:0?[1-9]|[12][0-9]|3[01])[ /-](?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}(?:[ /-](?:[0-9]{4}|[0-9]{2}))?",
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6} +(?:0?[1-9]|[12][0-9]|3[01])(?:,? [0-9]{4})?",
    r"))"
);
const CLOCK: &str = concat!(
    r"(?:(?:[01]?[0-9]|2[0-4]):[0-5][0-9](?::(?:[0-5][0-9]|60)(?:[.,][0-9]{1,9})?)?(?: ?[AaPp][Mm])?",
    r"(?: ?(?:Z|[A-Z]{3,4}|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9]))*)"
);
const SPAN: &str = concat!(
    r"(?:[0-9]+(?:[.,][0-9]+)?|[Aa]bout an?|[Ll]ess than an?|an?) ?",
    r"(?:nanoseconds?|microseconds?|milliseconds?|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?",
    r"|ns|us|µs|μs|ms|s|m|h|d|w|y)"
);

/// Returns the pattern of a type: no anchors, no capturing groups.
pub(super) fn pattern(kind: HoleType) -> &'static str {
    static DATE: LazyLock<String> =
        LazyLock::new(|| format!("(?:{DAY}(?:(?:[T ,:]|, | at ){CLOCK}(?: [0-9]{{4}})?)?)"));
    static TIME: LazyLock<String> =
        LazyLock::new(|| format!("(?:(?:{DAY}(?:[T ,:]|, | at ))?{CLOCK}(?: [0-9]{{4}})?)"));
    static DUR: LazyLock<String> = LazyLock::new(|| format!("(?:{SPAN}(?:(?:,? | and )?{SPAN})*)"));
    match kind {
        HoleType::Any => "(?:.*?)",
        HoleType::Word => r"(?:\S+)",
        HoleType::Int => "(?:[+-]?[0-9]+)",
        HoleType::Float => r"(?:[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)",
        HoleType::Hex => "(?:(?:0[xX])?[0-9a-fA-F]+)",
        HoleType::Uuid => "(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})",
        HoleType::Ip => r"(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*)",
        HoleType::Port => "(?:[0-9]{1,5})",
        HoleType::Date => &DATE,
        HoleType::Time => &TIME,
        HoleType::Dur => &DUR,
        HoleType::Version => {
            r"(?:(?:[0-9]+:)?(?:[vV][0-9]+|[0-9]+\.[0-9A-Za-z]+)(?:\.[0-9A-Za-z]+)*(?:[-+~_][0-9A-Za-z][0-9A-Za-z.+~_-]*)?)"
        }
        HoleType::Path => r#"(?:(?:~|\.\.?)?/[^\s'"`]*|[^\s'"`/]+/[^\s'"`]*)"#,
        HoleType::Url => r#"(?:[a-zA-Z][a-zA-Z0-9+.-]*://[^\s'"<>`]+)"#,
        HoleType::Base64 => "(?:[A-Za-z0-9+/_-]{4,}={0,2})",
        HoleType::Jwt => r"(?:eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*)",
        HoleType::Str => r"(?:\S(?:.*?\S)??)",
    }
}

/// Returns whether a value that fits the pattern of its type is one.
pub(super) fn is_valid(kind: HoleType, value: &str) -> bool {
    match kind {
        HoleType::Ip => value.parse::<IpAddr>().is_ok(),
        HoleType::Port => value.parse::<u16>().is_ok_and(|port| port > 0),
        HoleType::Date | HoleType::Time => day::exists(value),
        _ => true,
    }
}

/// Returns whether `value` as a whole is of the type.
pub(super) fn is(kind: HoleType, value: &str) -> bool {
    at_a_glance(kind, value).unwrap_or_else(|| is_by_pattern(kind, value))
}

/// The answer for the types that a look at each character decides: a pattern takes ten times as long for a short value.
fn at_a_glance(kind: HoleType, value: &str) -> Option<bool> {
    let all = |fits: fn(&u8) -> bool| !value.is_empty() && value.as_bytes().iter().all(fits);
    match kind {
        HoleType::Any => Some(!value.contains('\n')),
        HoleType::Word => Some(all(u8::is_ascii_graphic) || !value.is_empty() && !value.contains(char::is_whitespace)),
        HoleType::Int => {
            let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
            Some(!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        }
        HoleType::Hex => {
            let digits = value.strip_prefix("0x").or_else(|| value.strip_prefix("0X"));
            let digits = digits.unwrap_or(value);
            Some(!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
        }
        HoleType::Port => Some(value.len() <= 5 && all(u8::is_ascii_digit) && is_valid(kind, value)),
        HoleType::Str => {
            let outer =
                value.is_empty() || value.starts_with(char::is_whitespace) || value.ends_with(char::is_whitespace);
            Some(!outer && !value.contains('\n'))
        }
        _ => None,
    }
}

fn is_by_pattern(kind: HoleType, value: &str) -> bool {
    static WHOLE: LazyLock<Vec<regex::Regex>> = LazyLock::new(|| {
        let whole = |kind| regex::Regex::new(&format!("^{}$", pattern(kind))).expect("the patterns are constants");
        HoleType::ALL.into_iter().map(whole).collect()
    });
    let index = HoleType::ALL.iter().position(|known| *known == kind);
    index.is_some_and(|index| WHOLE[index].is_match(value)) && is_valid(kind, value)
}

/// Returns how much a type says about its value: 0 for any text. Rules that say more choose their lines first.
pub(super) fn weight(kind: HoleType) -> usize {
    match kind {
        HoleType::Any => 0,
        HoleType::Str => 1,
        HoleType::Word => 2,
        HoleType::Base64 | HoleType::Path => 3,
        HoleType::Hex | HoleType::Float | HoleType::Version => 4,
        HoleType::Int | HoleType::Url | HoleType::Dur | HoleType::Time | HoleType::Date => 5,
        HoleType::Port | HoleType::Ip | HoleType::Jwt | HoleType::Uuid => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_glance_agrees_with_the_pattern(value in "[+-]?(0[xX])?[0-9a-fgä \u{a0}\t\n]{0,6}") {
            for kind in HoleType::ALL {
                if let Some(glance) = at_a_glance(kind, &value) {
                    prop_assert_eq!(glance, is_by_pattern(kind, &value), "{} and {:?}", kind.word(), value);
                }
            }
        }
    }

    #[test]
    fn each_type_accepts_its_values_and_no_others() {
        let table: &[(HoleType, &[&str], &[&str])] = &[
            (HoleType::Any, &["", "a b", " "], &[]),
            (HoleType::Word, &["a", "ä-1.x"], &["", "a b"]),
            (HoleType::Int, &["0", "-12", "+3"], &["", "1.0", "x"]),
            (HoleType::Float, &["1", "1.5", "-.5", "6e-7"], &["", ".", "1,5"]),
            (HoleType::Hex, &["deadBEEF", "0x1f"], &["", "xyz"]),
            (HoleType::Uuid, &["123e4567-e89b-12d3-a456-426614174000"], &["123e4567"]),
            (
                HoleType::Ip,
                &["127.0.0.1", "::1", "fe80::1:2", "::ffff:1.2.3.4"],
                &["256.0.0.1", "1.2.3", ":", "12:30"],
            ),
            (HoleType::Port, &["1", "65535"], &["0", "65536", "-1"]),
            (
                HoleType::Date,
                &[
                    "2026-11-23",
                    "2026-11-23T20:11:05.123456789Z",
                    "2026-11-23 20:11:05 +0000 UTC",
                    "23/Nov/2026:20:11:05 +0000",
                    "Mon, 23 Nov 2026 20:11:05 GMT",
                    "Mon Nov 23 20:11:11 UTC 2026",
                    "Nov 23 20:11:05",
                    "Nov 23, 2026",
                    "November 3, 2026",
                    "23.11.2026",
                    "11/23/26",
                    "26/11/23",
                    "2024-02-29",
                    "Feb 29",
                    "31/12/2026",
                    "Sunday, 31-Dec-26 23:59:60 GMT",
                    "Sat Jan  3 00:00:00 CET 2026",
                ],
                &[
                    "2026",
                    "20:11",
                    "tomorrow",
                    "2026-13-45",
                    "2026-02-29",
                    "2026-00-10",
                    "31.04.2026",
                    "13/13/26",
                    "32 Jan 2026",
                    "Feb 30",
                    "Wed, 31 Nov 2026 20:11:05 GMT",
                    "2026-11-23T25:11:05Z",
                ],
            ),
            (
                HoleType::Time,
                &[
                    "20:11",
                    "8:11 PM",
                    "20:11:05.123Z",
                    "2026-11-23T20:11:05+01:00",
                    "Mon, 23 Nov 2026 20:11:05 GMT",
                ],
                &[
                    "20",
                    "2026-11-23",
                    "25:61:00",
                    "20:60",
                    "20:11:61",
                    "2026-02-30T20:11:05Z",
                ],
            ),
            (
                HoleType::Dur,
                &[
                    "350ms",
                    "1m2.5s",
                    "2 hours",
                    "About a minute",
                    "1 hour, 2 minutes and 3 seconds",
                    "0.2 s",
                    "less than a second",
                    "3µs",
                ],
                &["5", "ms", "2 apples"],
            ),
            (
                HoleType::Version,
                &["1.2", "v2", "v1.11.10", "2.0.0-rc.1", "1:2.36.1-8+deb12u1"],
                &["2", "a.b", "v"],
            ),
            (
                HoleType::Path,
                &["/", "/etc/x", "~/.ssh/id", "../a", "a/b"],
                &["etc", "/a b", "\"/a\""],
            ),
            (
                HoleType::Url,
                &["https://a.example/x?y=1", "postgres://u:p@h:5432/d"],
                &["a.example", "//x"],
            ),
            (HoleType::Base64, &["aGVsbG8=", "tCjDF3BX_-"], &["a=", "a b c d"]),
            (
                HoleType::Jwt,
                &["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "eyJh.eyJz."],
                &["abc.def.ghi", "eyJh.eyJz"],
            ),
            (HoleType::Str, &["a", "a b", "\"x\""], &["", " a", "a "]),
        ];
        for (kind, yes, no) in table {
            for value in *yes {
                assert!(is(*kind, value), "{} should accept {value:?}", kind.word());
            }
            for value in *no {
                assert!(!is(*kind, value), "{} should refuse {value:?}", kind.word());
            }
        }
    }

    #[test]
    fn an_opaque_token_of_hydra_is_a_word_and_a_str_but_no_base64() {
        let token = format!("{}.{}", "tCjDF3BXa-".repeat(4) + "abc", "WdiOhcuD_z".repeat(4) + "abc");
        assert!(is(HoleType::Word, &token) && is(HoleType::Str, &token));
        assert!(!is(HoleType::Base64, &token) && !is(HoleType::Jwt, &token));
    }
}
