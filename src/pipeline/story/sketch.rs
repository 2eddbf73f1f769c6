//! What is compared of an item: small enough to keep for thousands of items. Must not know: other items.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::words::{Word, words};
use crate::embedding::{self, Vector};
use crate::model::item::{Item, link_fingerprint};
use crate::model::seen::fingerprint;

/// Characters of a title and of a text that are looked at.
const TITLE_CHARS: usize = 300;
const TEXT_CHARS: usize = 900;

/// Characters of the beginning whose meaning is compared.
const MEANING_CHARS: usize = 300;

/// Words kept of an item, and how many of them for people to read.
const TERMS_MAX: usize = 72;
const SHOWN_MAX: usize = 24;

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
    pub(super) title: u64,
    pub(super) series: u64,
    /// It tells of many events, as a weekly round-up does.
    pub(super) is_roundup: bool,
    /// Rarest names first; as the item writes them.
    pub(super) shown: Vec<String>,
    /// The first of them are those shown.
    #[serde(with = "packed")]
    pub(super) terms: Vec<Term>,
    #[serde(with = "meaning")]
    pub(super) vector: Option<Vector>,
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

    pub(super) fn is(self, mark: u8) -> bool {
        self.marks & mark != 0
    }

    /// The logarithm of how many documents one has to read to meet it.
    pub(super) fn prior(self) -> f32 {
        f32::from(self.rarity) / RARITY_STEPS
    }
}

/// Reduces an item to what is compared of it.
pub fn sketch(item: &Item) -> Sketch {
    let title: String = item.title.chars().take(TITLE_CHARS).collect();
    let text: String = item.body.chars().take(TEXT_CHARS).collect();
    let lang = item.lang.as_deref().unwrap_or_default().split(['-', '_']).next().unwrap_or_default().to_lowercase();
    let (terms, shown) = terms(&title, &text);
    let beginning: String = format!("{title}. {text}").chars().take(MEANING_CHARS).collect();
    Sketch {
        time: item.published.unwrap_or(item.collected),
        source: cut(&item.source.name.to_lowercase(), SOURCE_BYTES),
        link: item.url.as_deref().map(link_fingerprint),
        title: fingerprint(&plain(&title, |c| c.is_alphanumeric())),
        series: fingerprint(&plain(&title, char::is_alphabetic)),
        is_roundup: false,
        vector: embedding::embed_in(&beginning, &lang),
        lang: cut(&lang, 3),
        shown,
        terms,
    }
}

fn cut(text: &str, bytes: usize) -> String {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    text.get(..end).unwrap_or_default().to_owned()
}

/// A title's letters, without what differs between copies.
fn plain(title: &str, keeps: impl Fn(char) -> bool) -> String {
    title.chars().flat_map(char::to_lowercase).filter(|c| keeps(*c)).collect()
}

fn terms(title: &str, text: &str) -> (Vec<Term>, Vec<String>) {
    let mut known: HashMap<u32, (Term, String)> = HashMap::new();
    let in_title = words(title).into_iter().map(|word| (word, Term::TITLE));
    for (word, place) in in_title.chain(words(text).into_iter().map(|word| (word, 0))) {
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
    let shown = all
        .iter()
        .take_while(|(term, shown)| is_shown(*term, shown))
        .take(SHOWN_MAX)
        .map(|(_, shown)| shown.clone())
        .collect();
    (all.into_iter().map(|(term, _)| term).collect(), shown)
}

fn is_shown(term: Term, shown: &str) -> bool {
    term.is(Term::NAME | Term::NUMBER) || (term.is(Term::TITLE) && shown.chars().count() > 3)
}

fn first(word: &Word) -> Term {
    let rarity = if word.form.ends_with('~') { 1.0 } else { (embedding::rarity(&word.shown) - 5.7).clamp(0.5, 10.0) };
    let marks = if word.is_number { Term::NUMBER } else { 0 };
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
