//! Does a day that is written as programs write them exist: there is no 30th of February.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::{Captures, Regex};

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A year with a 29th of February, for days without a year.
const LEAP: i16 = 2024;

/// Returns whether the day of a date or time exists. A time of day alone has none, so nothing is wrong with it.
pub(super) fn exists(text: &str) -> bool {
    static NUMBERS: LazyLock<Regex> = LazyLock::new(|| pattern("^([0-9]{1,4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,4})"));
    static DAY_FIRST: LazyLock<Regex> = LazyLock::new(|| pattern("([0-9]{1,2})[ /-](MONTH)[a-z]*(?:[ /-]([0-9]{4}))?"));
    static MONTH_FIRST: LazyLock<Regex> = LazyLock::new(|| pattern("(MONTH)[a-z]* +([0-9]{1,2})(?:,? ([0-9]{4}))?"));
    if let Some(found) = NUMBERS.captures(text) {
        return by_numbers(&found);
    }
    if let Some(found) = DAY_FIRST.captures(text) {
        return by_name(&found[2], number(&found, 1), number(&found, 3));
    }
    match MONTH_FIRST.captures(text) {
        Some(found) => by_name(&found[1], number(&found, 2), number(&found, 3)),
        None => true,
    }
}

fn pattern(pattern: &str) -> Regex {
    Regex::new(&pattern.replace("MONTH", &MONTHS.join("|"))).expect("the patterns are constants")
}

fn number(found: &Captures<'_>, group: usize) -> Option<i16> {
    found.get(group)?.as_str().parse().ok()
}

/// Year, month and day, or the day and the month in either order and the year; of two digits, any of it may be meant.
fn by_numbers(found: &Captures<'_>) -> bool {
    let (Some(first), Some(second), Some(third)) = (number(found, 1), number(found, 2), number(found, 3)) else {
        return false;
    };
    let year = |year: i16, length: usize| if length == 4 { year } else { 2000 + year };
    let last = year(third, found[3].len());
    match found[1].len() {
        4 => is_day(first, second, third),
        _ if is_day(last, second, first) || is_day(last, first, second) => true,
        _ => found[3].len() == 2 && is_day(year(first, 2), second, third),
    }
}

fn by_name(month: &str, day: Option<i16>, year: Option<i16>) -> bool {
    let month = MONTHS.iter().position(|name| *name == month).map(|index| index + 1);
    let month = month.and_then(|month| i16::try_from(month).ok());
    match (month, day) {
        (Some(month), Some(day)) => is_day(year.unwrap_or(LEAP), month, day),
        _ => false,
    }
}

fn is_day(year: i16, month: i16, day: i16) -> bool {
    match (i8::try_from(month), i8::try_from(day)) {
        (Ok(month), Ok(day)) => Date::new(year, month, day).is_ok(),
        _ => false,
    }
}
