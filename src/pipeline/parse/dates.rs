//! Dates as feeds write them: RFC 3339 and RFC 2822 first, then whatever can be told apart.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::{Offset, TimeZone};
use regex::Regex;

/// Longer texts are not dates.
const DATE_CHARS_MAX: usize = 80;

/// Reads a date; without a zone it is taken as UTC, without a time as midnight.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > DATE_CHARS_MAX {
        return None;
    }
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp);
    }
    static RFC2822: rfc2822::DateTimeParser = rfc2822::DateTimeParser::new().relaxed_weekday(true);
    if let Ok(timestamp) = RFC2822.parse_timestamp(text) {
        return Some(timestamp);
    }
    let date = date_part(text)?;
    let (clock, offset) = clock_part(text);
    let (hour, minute, second) = clock.unwrap_or_default();
    let (year, month, day) = date;
    let civil = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    civil.to_zoned(TimeZone::fixed(offset)).ok().map(|zoned| zoned.timestamp())
}

type Ymd = (i16, i8, i8);

static ISO: LazyLock<Regex> = LazyLock::new(|| regex(r"^\D{0,12}(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:\D|$)"));
static CJK: LazyLock<Regex> = LazyLock::new(|| regex(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})"));
static COMPACT: LazyLock<Regex> = LazyLock::new(|| regex(r"^(\d{4})(\d{2})(\d{2})(?:$|T)"));
static ORDINAL: LazyLock<Regex> = LazyLock::new(|| regex(r"^(\d{4})-?(\d{3})(?:$|T)"));
static DAY_MONTH: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(\d{1,2})(?:st|nd|rd|th|\.)?[\s-]+(?:de\s+)?(\p{L}+)\.?[\s,-]+(?:de\s+)?(\d{2,4})"));
static MONTH_DAY: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(\p{L}+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(?:.*\s)?(\d{4})\b"));
static SLASHED: LazyLock<Regex> = LazyLock::new(|| regex(r"^\D{0,12}(\d{1,2})/(\d{1,2})/(\d{2,4})"));
static DOTTED: LazyLock<Regex> = LazyLock::new(|| regex(r"^\D{0,12}(\d{1,2})\.(\d{1,2})\.(\d{4})"));
static YEAR: LazyLock<Regex> = LazyLock::new(|| regex(r"^(\d{4})$"));
static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)(오전|오후|上午|下午|am|pm)?\s*(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*([ap]\.?m\b)?\s*(.*)$")
});
static OFFSET: LazyLock<Regex> = LazyLock::new(|| regex(r"^(?:GMT|UTC)?\s*([+-])(\d{1,2}):?(\d{2})?"));

/// The patterns above are literals; a wrong one fails the first test that reads a date.
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the date patterns of this file are valid")
}

fn date_part(text: &str) -> Option<Ymd> {
    let number = |captures: &regex::Captures<'_>, index: usize| captures.get(index)?.as_str().parse::<i16>().ok();
    if let Some(found) = CJK.captures(text).or_else(|| COMPACT.captures(text)).or_else(|| ISO.captures(text)) {
        let day = if found.get(3).is_some() { number(&found, 3)? } else { 1 };
        return ymd(number(&found, 1)?, number(&found, 2)?, day);
    }
    if let Some(found) = ORDINAL.captures(text) {
        let first = jiff::civil::Date::new(number(&found, 1)?, 1, 1).ok()?;
        let date = first.checked_add(jiff::Span::new().days(number(&found, 2)? - 1)).ok()?;
        return Some((date.year(), date.month(), date.day()));
    }
    if let Some(found) = DAY_MONTH.captures(text)
        && let Some(month) = month(found.get(2)?.as_str())
    {
        return ymd(full_year(found.get(3)?.as_str())?, month.into(), number(&found, 1)?);
    }
    if let Some(found) = MONTH_DAY.captures(text)
        && let Some(month) = month(found.get(1)?.as_str())
    {
        return ymd(number(&found, 3)?, month.into(), number(&found, 2)?);
    }
    if let Some(found) = DOTTED.captures(text) {
        return ymd(number(&found, 3)?, number(&found, 2)?, number(&found, 1)?);
    }
    if let Some(found) = SLASHED.captures(text) {
        let (first, second) = (number(&found, 1)?, number(&found, 2)?);
        let (month, day) = if first > 12 { (second, first) } else { (first, second) };
        return ymd(full_year(found.get(3)?.as_str())?, month, day);
    }
    YEAR.captures(text).and_then(|found| ymd(number(&found, 1)?, 1, 1))
}

fn ymd(year: i16, month: i16, day: i16) -> Option<Ymd> {
    Some((year, i8::try_from(month).ok()?, i8::try_from(day).ok()?))
}

/// Two-digit years as RFC 2822, section 4.3 reads them.
fn full_year(text: &str) -> Option<i16> {
    let year: i16 = text.parse().ok()?;
    Some(match text.len() {
        2 if year < 50 => 2000 + year,
        2 | 3 => 1900 + year,
        _ => year,
    })
}

/// Month names of the languages whose feeds do not write English.
const MONTHS: &[(i8, &[&str])] = &[
    (1, &["jan", "ene", "gen", "ian", "ιαν", "янв", "sty", "led"]),
    (2, &["feb", "fév", "fev", "φεβ", "фев", "lut", "úno"]),
    (3, &["mar", "mär", "mrt", "μάρ", "μαρ", "мар", "már"]),
    (4, &["apr", "avr", "abr", "απρ", "апр", "kwi", "dub", "ápr"]),
    (5, &["may", "mai", "mag", "mei", "maj", "μάι", "μαϊ", "мая", "май", "máj"]),
    (6, &["jun", "juin", "giu", "ιού", "ιουν", "июн", "cze", "jún"]),
    (7, &["jul", "juil", "lug", "ιούλ", "ιουλ", "июл", "lip", "júl"]),
    (8, &["aug", "aoû", "aou", "ago", "αύγ", "αυγ", "авг", "sie"]),
    (9, &["sep", "set", "σεπ", "сен", "wrz", "zář", "szep"]),
    (10, &["oct", "okt", "out", "ott", "οκτ", "окт", "paź", "říj"]),
    (11, &["nov", "νοέ", "νοε", "ноя", "lis"]),
    (12, &["dec", "dez", "dic", "déc", "δεκ", "дек", "gru", "pro"]),
];

fn month(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    // The longest match wins: "juil" is July although "jui" starts June in French.
    let matches = MONTHS.iter().flat_map(|(month, starts)| starts.iter().map(move |start| (*month, *start)));
    matches.filter(|(_, start)| name.starts_with(start)).max_by_key(|(_, start)| start.len()).map(|(month, _)| month)
}

fn clock_part(text: &str) -> (Option<(i8, i8, i8)>, Offset) {
    let Some(found) = CLOCK.captures(text) else { return (None, Offset::UTC) };
    let number = |index: usize| found.get(index).and_then(|part| part.as_str().parse::<i8>().ok());
    let half = [1, 5].iter().find_map(|index| found.get(*index)).map(|part| part.as_str().to_lowercase());
    let (hour, minute, second) = (number(2).unwrap_or_default(), number(3).unwrap_or_default(), number(4));
    let hour = match half.as_deref().map(|half| half.starts_with('p') || matches!(half, "오후" | "下午")) {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        // Some feeds write midnight as 24:00 of the same day.
        _ if hour == 24 => 0,
        _ => hour,
    };
    let offset = found.get(6).map_or(Offset::UTC, |rest| offset(rest.as_str().trim()));
    // A leap second is the last second of its minute here.
    (Some((hour, minute, second.unwrap_or_default().min(59))), offset)
}

/// Zone names in feeds, with the meaning RFC 2822 (section 4.3) gives them and the common others.
const ZONES: &[(&str, i32)] = &[
    ("EDT", -4),
    ("EST", -5),
    ("CDT", -5),
    ("CST", -6),
    ("MDT", -6),
    ("MST", -7),
    ("PDT", -7),
    ("PST", -8),
    ("AKDT", -8),
    ("AKST", -9),
    ("HST", -10),
    ("AST", -4),
    ("ADT", -3),
    ("BST", 1),
    ("IST", 5),
    ("WEST", 1),
    ("CET", 1),
    ("CEST", 2),
    ("MEZ", 1),
    ("MESZ", 2),
    ("MET", 1),
    ("EET", 2),
    ("EEST", 3),
    ("MSK", 3),
    ("JST", 9),
    ("KST", 9),
    ("AEST", 10),
    ("AEDT", 11),
    ("NZST", 12),
    ("NZDT", 13),
];

fn offset(text: &str) -> Offset {
    let seconds = if let Some(found) = OFFSET.captures(text) {
        let part = |index: usize| found.get(index).and_then(|part| part.as_str().parse::<i32>().ok()).unwrap_or(0);
        let magnitude = part(2) * 3600 + part(3) * 60;
        if found.get(1).is_some_and(|sign| sign.as_str() == "-") { -magnitude } else { magnitude }
    } else {
        let name = text.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        let hours = ZONES.iter().find(|(zone, _)| *zone == name).map_or(0, |(_, hours)| *hours);
        // India is the one half-hour zone that feeds name.
        hours * 3600 + if name == "IST" { 1800 } else { 0 }
    };
    Offset::from_seconds(seconds).unwrap_or(Offset::UTC)
}
