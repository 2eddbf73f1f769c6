//! What is compared of an item: small enough to keep for thousands of items. Must not know: other items.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::everyday;
use super::roundup;
use super::words::{Word, is_dense, words};
use crate::embedding::{self, Vector};
use crate::model::item::{Item, link_fingerprint, link_key};
use crate::model::seen::fingerprint;

/// Characters of a title and of a text that are looked at.
const TITLE_CHARS: usize = 300;
const TEXT_CHARS: usize = 900;

/// What a word at most tells that news uses all the time: one item in fifteen has it.
const EVERYDAY: f32 = 2.7;

/// Characters of the beginning whose meaning is compared.
const MEANING_CHARS: usize = 300;

/// Words kept of an item, and how many of them for people to read.
const TERMS_MAX: usize = 72;
const SHOWN_MAX: usize = 24;

/// Letters of a title that tell a copy; a character of a script without spaces counts three.
const TITLE_TELLS: usize = 24;

/// Bytes of a publisher's name, and characters of a shown word, that are kept.
const SOURCE_BYTES: usize = 16;
const SHOWN_CHARS: usize = 24;

/// Words of so many documents are known before the first one is seen.
const RARITY_STEPS: f32 = 16.0;

/// What is compared of an item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sketch {
    /// `en`, `zh`; empty if unknown.
    pub(super) lang: String,
    /// When it was published, else collected.
    pub(super) time: Timestamp,
    /// The publisher's name.
    pub(super) source: String,
    /// The link and the normalised title, to tell copies; the title without digits, to tell series.
    pub(super) link: Option<u64>,
    pub(super) title: Option<u64>,
    pub(super) series: u64,
    /// It tells of many events, as a weekly round-up does.
    pub(super) is_roundup: bool,
    /// The first terms as the item writes them, with spaces between.
    pub(super) shown: String,
    /// The rarest names first.
    #[serde(with = "packed")]
    pub(super) terms: Vec<Term>,
    #[serde(with = "meaning")]
    pub(super) vector: Option<Vector>,
}

impl Sketch {
    pub fn time(&self) -> Timestamp {
        self.time
    }

    pub(super) fn find(&self, key: u32) -> Option<Term> {
        self.terms.iter().find(|term| term.key == key).copied()
    }
}

/// A word of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) key: u32,
    /// How rare it is in writing of any kind, in 16ths.
    pub(super) rarity: u8,
    pub(super) count: u8,
    pub(super) marks: u8,
}

impl Term {
    pub(super) const NAME: u8 = 1;
    pub(super) const NUMBER: u8 = 2;
    pub(super) const TITLE: u8 = 4;
    /// A name with digits: a version, a CVE.
    pub(super) const DIGITS: u8 = 8;
    /// Of what the title says to have happened before.
    pub(super) const BEFORE: u8 = 16;

    pub(super) fn is(self, mark: u8) -> bool {
        self.marks & mark != 0
    }

    /// Is it, in the title, only part of what happened before?
    pub(super) fn is_before(self) -> bool {
        self.is(Self::BEFORE) && !self.is(Self::TITLE)
    }

    /// The logarithm of how many documents one has to read to meet it.
    pub(super) fn prior(self) -> f32 {
        f32::from(self.rarity) / RARITY_STEPS
    }
}

/// Reduces an item to what is compared of it.
pub fn sketch(item: &Item) -> Sketch {
    let title: String = item.title.chars().take(TITLE_CHARS).collect();
    let text: String = without_source(&item.body, &item.source.name).chars().take(TEXT_CHARS).collect();
    let lang = language(item, &title);
    let (terms, shown) = terms(&title, &text);
    let beginning: String = format!("{title}. {text}").chars().take(MEANING_CHARS).collect();
    Sketch {
        time: item.published.unwrap_or(item.collected).min(item.collected),
        source: cut(&item.source.name.to_lowercase(), SOURCE_BYTES),
        link: item.url.as_deref().filter(|url| names_a_page(url)).map(link_fingerprint),
        title: telling_title(&title),
        series: series(&title),
        is_roundup: roundup::is_one(&title),
        vector: embedding::embed_in(&beginning, &lang),
        lang: cut(&lang, 3),
        shown,
        terms,
    }
}

/// The language that a feed names, else what the title's script tells.
fn language(item: &Item, title: &str) -> String {
    let named = item.lang.as_deref().unwrap_or_default().split(['-', '_']).next().unwrap_or_default().to_lowercase();
    let has = |from: char, to: char| title.chars().any(|c| (from..=to).contains(&c));
    let told = match (has('\u{3040}', '\u{30ff}'), has('\u{ac00}', '\u{d7af}'), has('\u{4e00}', '\u{9fff}')) {
        (true, _, _) => "ja",
        (_, true, _) => "ko",
        (_, _, true) => "zh",
        _ => "",
    };
    // Many feeds of other languages say "en".
    let is_doubtful = named.is_empty() || (named == "en" && !told.is_empty());
    if is_doubtful { told.to_owned() } else { named }
}

/// A text without its publisher's name, which says nothing of the event where it is more than one word.
fn without_source(text: &str, name: &str) -> String {
    let beginning: String = text.chars().take(TEXT_CHARS).collect();
    let says_little = name.contains(' ') || !name.is_ascii();
    if says_little && name.len() > 3 { beginning.replace(name, " ") } else { beginning }
}

fn cut(text: &str, bytes: usize) -> String {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    text.get(..end).unwrap_or_default().to_owned()
}

/// A site's front page is the link of many items.
fn names_a_page(url: &str) -> bool {
    link_key(url).contains(['/', '&', '#'])
}

/// A title's letters and digits, if they are enough to tell a copy by.
fn telling_title(title: &str) -> Option<u64> {
    let plain: String = title.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect();
    let weight: usize = plain.chars().map(|c| if is_dense(c) { 3 } else { 1 }).sum();
    (weight >= TITLE_TELLS).then(|| fingerprint(&plain))
}

/// What the titles of a series have in common: all but numbers, versions and dates.
fn series(title: &str) -> u64 {
    let says =
        |word: &Word| !word.is_number && !word.form.contains(|c: char| c.is_ascii_digit()) && !is_count(&word.form);
    let forms: Vec<String> = words(title).into_iter().filter(says).map(|word| word.form).collect();
    fingerprint(&forms.join(" "))
}

/// A number in words, a month, a day of the week: what changes from one of a series to the next.
fn is_count(form: &str) -> bool {
    const COUNTS: &str = " on two thre four fiv six seven eight nin ten eleven twelv dozen first second third january february \
        march april may jun july august september october november december monday tuesday wednesday thursday friday saturday \
        sunday ein eins zwei drei vier fünf sechs sieben acht neun zehn januar februar märz mai juni juli oktober dezember \
        un deux trois quatre cinq janvier février mars avril juin juillet août septembre octobre novembre décembre \
        uno dos tres cuatro cinco enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre ";
    COUNTS.contains(&format!(" {form} "))
}

/// Where a headline turns to what happened before its own event: "A sues B after C".
fn turn(title: &str) -> usize {
    const TURNS: &[&str] = &[
        " after ",
        " following ",
        " amid ",
        " in wake of ",
        " in the wake of ",
        " nach ",
        " après ",
        " tras ",
        " después de ",
    ];
    let lower = title.to_ascii_lowercase();
    TURNS.iter().filter_map(|turn| lower.find(turn)).min().unwrap_or(title.len())
}

fn terms(title: &str, text: &str) -> (Vec<Term>, String) {
    let mut known: HashMap<u32, (Term, String)> = HashMap::new();
    let (title, before) = title.split_at_checked(turn(title)).unwrap_or((title, ""));
    let in_title = words(title).into_iter().map(|word| (word, Term::TITLE));
    let in_text =
        words(before).into_iter().map(|word| (word, Term::BEFORE)).chain(words(text).into_iter().map(|word| (word, 0)));
    for (word, place) in in_title.chain(in_text) {
        let (term, _) = known
            .entry(key(&word.form))
            .or_insert_with(|| (first(&word), word.shown.chars().take(SHOWN_CHARS).collect()));
        term.count = term.count.saturating_add(1);
        term.marks |= place | if word.is_name { Term::NAME } else { 0 };
    }
    let mut all: Vec<(Term, String)> = known.into_values().collect();
    let weight = |term: &Term| {
        u32::from(term.rarity)
            * if term.is(Term::TITLE) { 3 } else { 2 }
            * if term.is(Term::NAME | Term::NUMBER) { 2 } else { 1 }
    };
    all.sort_by_key(|(term, _)| (std::cmp::Reverse(weight(term)), term.key));
    all.truncate(TERMS_MAX);
    all.sort_by_key(|(term, shown)| !is_shown(*term, shown));
    let shown = all.iter().take_while(|(term, shown)| is_shown(*term, shown)).take(SHOWN_MAX);
    let shown: Vec<&str> = shown.map(|(_, shown)| shown.as_str()).collect();
    let shown = shown.join(" ");
    (all.into_iter().map(|(term, _)| term).collect(), shown)
}

fn is_shown(term: Term, shown: &str) -> bool {
    term.is(Term::NAME | Term::NUMBER) || (term.is(Term::TITLE) && shown.chars().count() > 3)
}

fn first(word: &Word) -> Term {
    let most = if everyday::is_one(&word.form) { EVERYDAY } else { 10.0 };
    let rarity = if word.form.ends_with('~') { 1.0 } else { (embedding::rarity(&word.shown) - 5.7).clamp(0.5, most) };
    let has_digits = !word.is_number && word.form.contains(|c: char| c.is_ascii_digit());
    let marks = if word.is_number { Term::NUMBER } else { 0 } | if has_digits { Term::DIGITS } else { 0 };
    Term { key: key(&word.form), rarity: (rarity * RARITY_STEPS) as u8, count: 0, marks }
}

/// Half a fingerprint: two words of a few thousand hardly ever share it.
fn key(form: &str) -> u32 {
    (fingerprint(form) >> 32) as u32
}

/// Terms as 7 bytes each, in base64.
mod packed {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{Engine, STANDARD_NO_PAD, Term};

    pub fn serialize<S: Serializer>(terms: &[Term], to: S) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::with_capacity(terms.len() * 7);
        for term in terms {
            bytes.extend(term.key.to_be_bytes());
            bytes.extend([term.rarity, term.count, term.marks]);
        }
        to.serialize_str(&STANDARD_NO_PAD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Term>, D::Error> {
        let bytes = STANDARD_NO_PAD.decode(String::deserialize(from)?).map_err(D::Error::custom)?;
        let (terms, rest) = bytes.as_chunks::<7>();
        if !rest.is_empty() {
            return Err(D::Error::custom("terms are cut off"));
        }
        Ok(terms
            .iter()
            .map(|[a, b, c, d, rarity, count, marks]| Term {
                key: u32::from_be_bytes([*a, *b, *c, *d]),
                rarity: *rarity,
                count: *count,
                marks: *marks,
            })
            .collect())
    }
}

/// A vector as base64.
mod meaning {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{Engine, STANDARD_NO_PAD, Vector};

    pub fn serialize<S: Serializer>(vector: &Option<Vector>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&vector.as_ref().map(|vector| STANDARD_NO_PAD.encode(vector.to_bytes())).unwrap_or_default())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vector>, D::Error> {
        let bytes = STANDARD_NO_PAD.decode(String::deserialize(from)?).map_err(D::Error::custom)?;
        Ok(Vector::from_bytes(&bytes))
    }
}
