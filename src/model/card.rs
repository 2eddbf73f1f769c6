//! What people see of an item. Every sentence is a [`Claim`] that carries its evidence.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::id::ItemId;
use super::item::Source;
use super::label::{Event, Label, Urgency};

/// A news card (design, section 6).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    pub id: ItemId,
    pub headline: String,
    /// One sentence that makes the reader stay; empty where the source has nothing to say beyond
    /// its headline.
    pub hook: String,
    pub tldr: Tldr,
    pub audiences: Vec<Label>,
    pub topics: Vec<Label>,
    pub event: Event,
    pub urgency: Urgency,
    pub insight: Option<Insight>,
    pub related: Vec<Related>,
    pub source: Source,
    pub url: Option<String>,
    pub image: Option<String>,
    pub lang: Option<String>,
    pub published: Option<Timestamp>,
    pub collected: Timestamp,
    /// The publisher's rights line. Shown, but no part of the card for programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rights: Option<String>,
    pub provenance: Provenance,
}

impl Card {
    /// The card for programs: one line of JSON with exactly the keys of the design, section 6.
    pub fn to_json(&self) -> String {
        let related = self.related.iter().map(|one| Related { item: None, ..one.clone() }).collect();
        let card = Self { rights: None, related, ..self.clone() };
        serde_json::to_string(&card).expect("a card has no map keys but text")
    }
}

/// The thirty-second summary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tldr {
    pub what_changed: Claim,
    pub why_it_matters: Option<Claim>,
    pub what_to_do_next: Option<Claim>,
    /// Names of audiences, the first one first.
    pub who_should_care: Vec<String>,
}

/// What stands behind a button: depth on demand.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Insight {
    pub takeaways: Vec<Claim>,
    pub comparison: Option<Comparison>,
    pub deep_dive: Vec<Claim>,
    pub implications: Vec<Implication>,
    pub timeline: Vec<Dated>,
}

impl Insight {
    pub fn is_empty(&self) -> bool {
        self.takeaways.is_empty()
            && self.comparison.is_none()
            && self.deep_dive.is_empty()
            && self.implications.is_empty()
            && self.timeline.is_empty()
    }
}

/// A table that stands in the source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
    pub evidence: Vec<Quote>,
}

/// A statement about the future, and when to look whether it came true.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Implication {
    pub prediction: Claim,
    pub rationale: Option<Claim>,
    pub check_by: Option<Date>,
}

/// A dated fact. The date is as exact as the source: `2018`, `2018-11` or `2018-11-28`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dated {
    pub date: String,
    pub event: Claim,
    pub url: Option<String>,
}

/// An earlier item on the same story.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Related {
    pub title: String,
    pub url: Option<String>,
    pub source: String,
    pub published: Option<Timestamp>,
    /// The item that it is. Not for programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
}

/// Who made the card, and how much of what they said could be shown in the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// `embedded`, or `<provider>/<model>`.
    pub analyst: String,
    pub claims_kept: u32,
    pub claims_dropped: u32,
}

/// One sentence on a card with its evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    pub text: String,
    pub kind: ClaimKind,
    pub evidence: Vec<Quote>,
}

impl Claim {
    /// Advice of ours, which states no fact.
    pub fn template(text: impl Into<String>) -> Self {
        Self { text: text.into(), kind: ClaimKind::Template, evidence: Vec::new() }
    }
}

/// Where a claim's words come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClaimKind {
    /// Taken from the source.
    Quoted,
    /// Reworded by a model, and found in its quotes.
    Derived,
    /// Advice of ours, which states no fact.
    Template,
}

/// Verbatim words of an item, and their place in its plain text (title, blank line, body), in
/// characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub text: String,
    pub start: usize,
    pub end: usize,
    /// The item quoted.
    pub item: ItemId,
}
