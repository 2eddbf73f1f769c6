//! Dates that stand in a text, as exact as they stand there.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::Span;
use jiff::civil::Date;
use regex::{Captures, Regex};

const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The patterns are literals; a wrong one fails the first test that reads a date.
fn regex(pattern: &str) -> Regex {
    Regex::new(&pattern.replace("YEAR", r"(?P<year>(?:19|20)\d\d)").replace("MONTH", MONTH))
        .expect("the date patterns of this file are valid")
}

const MONTH: &str = r"(?P<name>jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|jun(?:e|\.)?|jul(?:y|\.)?|aug(?:ust|\.)?|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)";
const HALF: &str = r"(?P<half>上半年|下半年|上半期|下半期|前半|後半|상반기|하반기)";

/// Every way to write a date, the parts by name.
static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"\bYEAR-(?P<month>\d{2})-(?P<day>\d{2})\b",
        r"YEAR\s*[年년]\s*(?:(?P<month>\d{1,2})\s*[月월]\s*)?(?:(?P<day>\d{1,2})\s*[日일号])?",
        r"(?i)\bMONTH\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+YEAR\b",
        r"(?i)\b(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+MONTH,?\s+YEAR\b",
        r"(?i)\bMONTH,?\s+YEAR\b",
        r"(?i)\b(?:in|since|by|until|of|early|late|mid)\s+YEAR\b",
        r"(?i)\bQ(?P<quarter>[1-4])\s+YEAR\b",
        r"(?i)\bYEAR\s*Q(?P<quarter>[1-4])\b",
        r"(?i)\b(?P<quarter>first|second|third|fourth)\s+quarter\s+of\s+YEAR\b",
        r"YEAR\s*[年년]?\s*第?(?P<quarter>[1-4一二三四])\s*(?:季度|四半期|분기)",
        r"(?i)\b(?P<half>first|second)\s+half\s+of\s+YEAR\b",
        r"(?i)\b(?P<half>H[12])\s+YEAR\b",
        r"(?i)\bYEAR\s*(?P<half>H[12])\b",
        &format!(r"YEAR\s*[年년]?\s*的?{HALF}"),
    ]
    .map(regex)
    .into()
});

/// Halves of years that are named from where the writer stands.
static NEAR_HALF: LazyLock<Regex> =
    LazyLock::new(|| regex(&format!(r"(?P<which>今年|本年|明年|来年|올해|내년)\s*的?{HALF}")));

/// Numbers that may be years.
static YEARS: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:^|[^\d.,])YEAR(?:\D|$)"));

/// A time that a text names.
struct Mention {
    at: Range<usize>,
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
    /// Its last day.
    end: Date,
}

/// The times that a text names, in its order; of two readings of a place the longer one.
fn mentions(words: &str) -> Vec<Mention> {
    if !YEARS.is_match(words) {
        return Vec::new();
    }
    let all = PATTERNS.iter().flat_map(|pattern| pattern.captures_iter(words));
    let mut all: Vec<Mention> = all.filter_map(|found| mention(&found)).collect();
    all.sort_by(|a, b| a.at.start.cmp(&b.at.start).then(b.at.end.cmp(&a.at.end)));
    let mut kept: Vec<Mention> = Vec::new();
    for one in all {
        match kept.last_mut() {
            Some(last) if one.at.start < last.at.end && one.at.len() <= last.at.len() => {}
            Some(last) if one.at.start < last.at.end => *last = one,
            _ => kept.push(one),
        }
    }
    kept
}

fn mention(found: &Captures<'_>) -> Option<Mention> {
    let part = |name: &str| found.name(name).map(|part| part.as_str());
    let year: i16 = part("year")?.parse().ok()?;
    let month = part("name").and_then(month_of).or_else(|| part("month")?.parse().ok());
    let day: Option<i8> = month.and(part("day")).and_then(|day| day.parse().ok());
    let last_month = match (month, part("quarter"), part("half")) {
        (Some(month), _, _) => month,
        (None, Some(quarter), _) => 3 * quarter_of(quarter)?,
        (None, None, Some(half)) => last_month_of_half(half),
        (None, None, None) => 12,
    };
    let end = match day {
        Some(day) => Date::new(year, last_month, day).ok()?,
        None => Date::new(year, last_month, 1).ok()?.last_of_month(),
    };
    Some(Mention { at: found.get(0)?.range(), year, month, day, end })
}

fn month_of(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    let position = MONTHS.iter().position(|month| name.starts_with(month))?;
    i8::try_from(position + 1).ok()
}

fn quarter_of(name: &str) -> Option<i8> {
    let names = [["1", "first", "一"], ["2", "second", "二"], ["3", "third", "三"], ["4", "fourth", "四"]];
    let name = name.to_lowercase();
    let position = names.iter().position(|names| names.contains(&name.as_str()))?;
    i8::try_from(position + 1).ok()
}

fn last_month_of_half(name: &str) -> i8 {
    let is_first = matches!(name.to_lowercase().as_str(), "first" | "h1" | "上半年" | "上半期" | "前半" | "상반기");
    if is_first { 6 } else { 12 }
}

/// The first date of a text as it is written on a card: `2018`, `2018-11` or `2018-11-28`.
pub fn written(words: &str) -> Option<String> {
    let first = mentions(words).into_iter().next()?;
    let year = first.year;
    Some(match (first.month, first.day) {
        (Some(month), Some(day)) => format!("{year:04}-{month:02}-{day:02}"),
        (Some(month), None) => format!("{year:04}-{month:02}"),
        _ => format!("{year:04}"),
    })
}

/// Whether everything that a text dates lies before `day`.
pub fn is_past(words: &str, day: Date) -> bool {
    let mut years = YEARS.captures_iter(words).filter_map(|found| found.name("year")?.as_str().parse::<i16>().ok());
    let mentions = mentions(words);
    years.any(|year| year < day.year())
        || (!mentions.is_empty() && mentions.iter().all(|one| one.end < day) && near_half(words, day).is_none())
}

/// The last day of the period that a statement about the future names, if it lies after `day`: the
/// day on which to look whether it came true.
pub fn check_by(words: &str, day: Date) -> Option<Date> {
    let horizon = day.checked_add(Span::new().years(30)).ok()?;
    let ends = near_half(words, day).into_iter().chain(mentions(words).into_iter().map(|one| one.end));
    ends.into_iter().find(|end| *end > day && *end < horizon)
}

/// The end of 今年上半年 and the like.
fn near_half(words: &str, day: Date) -> Option<Date> {
    let found = NEAR_HALF.captures(words)?;
    let is_next = matches!(found.name("which")?.as_str(), "明年" | "来年" | "내년");
    let month = last_month_of_half(found.name("half")?.as_str());
    Some(Date::new(day.year() + i16::from(is_next), month, 1).ok()?.last_of_month())
}
