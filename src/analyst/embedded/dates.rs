//! Dates that stand in a text, as exact as they stand there.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use regex::{Captures, Regex};

const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The patterns are literals; a wrong one fails the first test that reads a date.
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the date patterns of this file are valid")
}

const MONTH: &str = r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|jun(?:e|\.)?|jul(?:y|\.)?|aug(?:ust|\.)?|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)";

static MONTH_DAY_YEAR: LazyLock<Regex> =
    LazyLock::new(|| regex(&format!(r"(?i)\b({MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)\b")));
static DAY_MONTH_YEAR: LazyLock<Regex> =
    LazyLock::new(|| regex(&format!(r"(?i)\b(\d{{1,2}})(?:st|nd|rd|th)?\s+({MONTH}),?\s+((?:19|20)\d\d)\b")));
static MONTH_YEAR: LazyLock<Regex> = LazyLock::new(|| regex(&format!(r"(?i)\b({MONTH}),?\s+((?:19|20)\d\d)\b")));
static ISO: LazyLock<Regex> = LazyLock::new(|| regex(r"\b((?:19|20)\d\d)-(\d{2})-(\d{2})\b"));
static CJK: LazyLock<Regex> =
    LazyLock::new(|| regex(r"((?:19|20)\d\d)\s*[年년]\s*(?:(\d{1,2})\s*[月월]\s*)?(?:(\d{1,2})\s*[日일号])?"));
static YEAR: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\b(?:in|since|by|until|of|early|late|mid)\s+((?:19|20)\d\d)\b"));
static QUARTER: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\b(?:Q([1-4])\s+((?:19|20)\d\d)|((?:19|20)\d\d)\s*Q([1-4]))\b"));

/// A date as it is written on a card: `2018`, `2018-11` or `2018-11-28`.
pub fn written(words: &str) -> Option<String> {
    let (year, month, day) = find(words)?;
    Some(match (month, day) {
        (Some(month), Some(day)) => format!("{year:04}-{month:02}-{day:02}"),
        (Some(month), None) => format!("{year:04}-{month:02}"),
        _ => format!("{year:04}"),
    })
}

type Found = (i16, Option<i8>, Option<i8>);

fn find(words: &str) -> Option<Found> {
    let found = find_raw(words)?;
    let (year, month, day) = found;
    Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok().map(|_| found)
}

fn find_raw(words: &str) -> Option<Found> {
    let number =
        |found: &Captures<'_>, index: usize| found.get(index).and_then(|part| part.as_str().parse::<i16>().ok());
    let small = |found: &Captures<'_>, index: usize| number(found, index).and_then(|n| i8::try_from(n).ok());
    if let Some(found) = ISO.captures(words).or_else(|| CJK.captures(words)) {
        return Some((number(&found, 1)?, small(&found, 2), small(&found, 2).and(small(&found, 3))));
    }
    if let Some(found) = MONTH_DAY_YEAR.captures(words) {
        return Some((number(&found, 3)?, month(&found, 1), small(&found, 2)));
    }
    if let Some(found) = DAY_MONTH_YEAR.captures(words) {
        return Some((number(&found, 3)?, month(&found, 2), small(&found, 1)));
    }
    if let Some(found) = MONTH_YEAR.captures(words) {
        return Some((number(&found, 2)?, month(&found, 1), None));
    }
    YEAR.captures(words).and_then(|found| Some((number(&found, 1)?, None, None)))
}

fn month(found: &Captures<'_>, index: usize) -> Option<i8> {
    let name = found.get(index)?.as_str().to_lowercase();
    let position = MONTHS.iter().position(|month| name.starts_with(month))?;
    i8::try_from(position + 1).ok()
}

/// The last day of the period that a statement about the future names, if it lies after
/// `published`: the day on which to look whether it came true.
pub fn check_by(words: &str, published: Option<Timestamp>) -> Option<Date> {
    let end = match QUARTER.captures(words) {
        Some(found) => quarter_end(&found)?,
        None => {
            let (year, month, day) = find(words)?;
            match (month, day) {
                (Some(month), Some(day)) => Date::new(year, month, day).ok()?,
                (Some(month), None) => Date::new(year, month, 1).ok()?.last_of_month(),
                _ => Date::new(year, 12, 31).ok()?,
            }
        }
    };
    let published = published.map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date());
    let horizon = published?.checked_add(Span::new().years(30)).ok()?;
    (Some(end) > published && end < horizon).then_some(end)
}

fn quarter_end(found: &Captures<'_>) -> Option<Date> {
    let part = |index: usize| found.get(index).map(|part| part.as_str());
    let quarter: i8 = part(1).or(part(4))?.parse().ok()?;
    let year: i16 = part(2).or(part(3))?.parse().ok()?;
    Some(Date::new(year, quarter * 3, 1).ok()?.last_of_month())
}
