//! Whether a later report of a story brings real news: a correction, a denial, an update. In doubt it does
//! not: another publisher's report of the same is no news. Must not know: who is told.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::words::is_dense;
use crate::model::item::Item;
use crate::model::story::{Development, DevelopmentKind};

/// Characters of a title that are read.
const TITLE: usize = 300;

/// Characters of a text that are its beginning, and those in which an earlier report may say it already.
const BEGINNING: usize = 240;
const EARLIER: usize = 4000;

/// A number has changed if it differs by more than this part.
const CHANGED: f64 = 0.15;

/// Numbers below say too little: three days, two flaws.
const LEAST: f64 = 20.0;

/// Words by language; the last by what they say.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cues {
    correction: BTreeMap<String, Vec<String>>,
    denial: BTreeMap<String, Vec<String>>,
    update: BTreeMap<String, Vec<String>>,
    later: BTreeMap<String, Vec<String>>,
}

/// A table that cannot be read, which a test would tell, finds no news.
static CUES: LazyLock<Cues> =
    LazyLock::new(|| toml::from_str(include_str!("../../../assets/developments.toml")).unwrap_or_default());

/// What a later report of a story brings, if it is more than the same again.
pub fn development(earlier: &[&Item], item: &Item) -> Option<Development> {
    let title: String = item.title.chars().take(TITLE).collect();
    let beginning: String = item.body.chars().take(BEGINNING).collect();
    let known: Vec<String> = earlier.iter().map(|item| lower(&begun(item))).collect();
    let lang = item.lang.as_deref().unwrap_or_default();
    let said = |cues: &BTreeMap<String, Vec<String>>, text: &str| {
        let spoken = cues.iter().filter(|(tag, _)| lang.is_empty() || lang.starts_with(tag.as_str()));
        spoken.flat_map(|(_, cues)| cues).filter(|cue| !is_said(&known, cue)).find_map(|cue| quoted(text, cue))
    };
    let kinds = [
        (DevelopmentKind::Correction, &CUES.correction),
        (DevelopmentKind::Denial, &CUES.denial),
        (DevelopmentKind::Update, &CUES.update),
    ];
    for text in [title.as_str(), beginning.as_str()] {
        let found = kinds.iter().find_map(|(kind, cues)| said(cues, text).map(|cue| (*kind, cue)));
        if let Some((kind, cue)) = found {
            return Some(Development { kind, cue });
        }
    }
    let cue = happened(&known, &title).or_else(|| changed(earlier, &title))?;
    Some(Development { kind: DevelopmentKind::Update, cue })
}

/// Title and text of an earlier report, as far as it is read.
fn begun(item: &Item) -> String {
    item.title.chars().take(TITLE).chain(['\n', '\n']).chain(item.body.chars().take(EARLIER)).collect()
}

/// Something that the title says has happened, and no earlier report.
fn happened(known: &[String], title: &str) -> Option<String> {
    if known.is_empty() {
        return None;
    }
    let news = CUES.later.values().filter(|cues| !cues.iter().any(|cue| is_said(known, root(cue))));
    news.flatten().find_map(|cue| quoted(title, cue))
}

/// What a verb and its other forms begin with: an earlier "patched" or "confirmed" says it already.
fn root(cue: &str) -> &str {
    let first = cue.split(' ').next().unwrap_or_default();
    if cue.contains(' ') || !cue.is_ascii() {
        return cue;
    }
    first.strip_suffix("es").or_else(|| first.strip_suffix('s')).or_else(|| first.strip_suffix("ed")).unwrap_or(first)
}

fn is_said(known: &[String], cue: &str) -> bool {
    known.iter().any(|text| text.contains(cue))
}

/// A cue in a text, as the text writes it, where it is not a part of other words.
fn quoted(text: &str, cue: &str) -> Option<String> {
    let lower = lower(text);
    let is_free = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() || is_dense(c));
    let (at, _) = lower.match_indices(cue).find(|(at, found)| {
        let before = lower.get(..*at).and_then(|before| before.chars().next_back());
        let after = lower.get(at + found.len()..).and_then(|after| after.chars().next());
        is_free(before) && is_free(after)
    })?;
    text.get(at..at + cue.len()).map(str::to_owned)
}

/// Lower case, every character at the place where it was.
fn lower(text: &str) -> String {
    text.chars()
        .map(|c| c.to_lowercase().next().filter(|small| small.len_utf8() == c.len_utf8()).unwrap_or(c))
        .collect()
}

/// A number of the title with what it counts, where all earlier reports that count it have another.
fn changed(earlier: &[&Item], title: &str) -> Option<String> {
    counts(title).into_iter().find_map(|(value, unit, shown)| {
        let known = earlier.iter().flat_map(|item| counts(&begun(item)));
        let before: Vec<f64> = known.filter(|(_, other, _)| *other == unit).map(|(value, _, _)| value).collect();
        let is_other = before.iter().all(|known| (known - value).abs() > CHANGED * known.max(value));
        (!before.is_empty() && is_other).then_some(shown)
    })
}

/// Numbers with the word after them: value, word, both as they stand.
fn counts(text: &str) -> Vec<(f64, String, String)> {
    let words: Vec<&str> = text.split([' ', '\n']).filter(|word| !word.is_empty()).collect();
    let scales = [
        ("million", 1e6),
        ("millions", 1e6),
        ("millionen", 1e6),
        ("millones", 1e6),
        ("billion", 1e9),
        ("milliarden", 1e9),
    ];
    let mut found = Vec::new();
    for (place, word) in words.iter().enumerate() {
        let Some(number) = number(word) else { continue };
        let next = words.get(place + 1).copied().unwrap_or_default();
        let scale = scales.iter().find(|(name, _)| *name == next.to_lowercase()).map(|(_, scale)| *scale);
        let unit_at = place + if scale.is_some() { 2 } else { 1 };
        let Some(unit) = words.get(unit_at).map(|unit| unit.trim_end_matches(|c: char| !c.is_alphabetic())) else {
            continue;
        };
        let value = number * scale.unwrap_or(1.0);
        let is_counted = unit.chars().count() > 3 && unit.chars().all(char::is_alphabetic) && !is_time(unit);
        if is_counted && value >= LEAST {
            let shown: Vec<&str> = words.iter().skip(place).take(unit_at - place).copied().chain([unit]).collect();
            let shown = shown.join(" ");
            if text.contains(&shown) {
                found.push((value, unit.to_lowercase().trim_end_matches('s').to_owned(), shown));
            }
        }
    }
    found
}

/// `14,500`, `3.6`; no version and no year.
fn number(word: &str) -> Option<f64> {
    let is_grouped = word.split(',').skip(1).all(|group| group.len() == 3);
    let plain = word.trim_end_matches('+').replace(',', "");
    let value = plain.parse::<f64>().ok().filter(|value| value.is_finite() && is_grouped)?;
    let is_year = !word.contains([',', '.']) && (1900.0..2100.0).contains(&value);
    (plain.starts_with(|c: char| c.is_ascii_digit()) && !is_year).then_some(value)
}

fn is_time(unit: &str) -> bool {
    let unit = unit.to_lowercase();
    ["minute", "hour", "day", "week", "month", "year", "percent", "stund", "tag", "woche", "monat", "jahr", "prozent"]
        .iter()
        .any(|one| unit.starts_with(one))
}
