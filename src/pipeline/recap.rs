//! The news of a period for one address: ranked by what matters there, grouped by topic.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::route::{Candidate, Circumstances, Newness, Reader, decide};
use crate::model::card::Card;
use crate::model::delivery::{Group, Recap, RecapKind};
use crate::model::id::ItemId;
use crate::model::item::Item;
use crate::model::label::Urgency;
use crate::model::settings::Settings;

/// Cards looked at for one recap.
pub const CARDS_MAX: usize = 5_000;
/// Entries of one recap, and of one topic in it: no topic floods the others.
const ENTRIES_MAX: usize = 20;
const ENTRIES_OF_TOPIC_MAX: usize = 5;

/// Whose recap it is.
pub struct Audience<'a> {
    /// The subscriptions that are collected into it.
    pub readers: &'a [Reader],
    pub settings: &'a Settings,
}

/// The items of `cards` that any of the subscriptions wants, newest first in, most important first
/// out. `None` when there is nothing to tell.
pub fn recap(
    cards: &[(Item, Card)],
    audience: &Audience<'_>,
    (key, is_weekly): (&str, bool),
    (from, to): (Timestamp, Timestamp),
) -> Option<Recap> {
    let mut ranked: Vec<(f64, &Item, &Card)> = cards
        .iter()
        .filter(|(item, card)| is_wanted(item, card, audience, to))
        .map(|(item, card)| (weight(card, audience, to), item, card))
        .collect();
    ranked.sort_by(|one, other| other.0.total_cmp(&one.0));
    let mut order: Vec<String> = Vec::new();
    let mut groups: HashMap<String, Vec<ItemId>> = HashMap::new();
    let mut told = BTreeSet::new();
    let mut entries = 0;
    let mut left_out = 0;
    for (_, item, card) in ranked {
        // The same headline from two feeds is told once.
        if !told.insert(card.headline.to_lowercase()) {
            continue;
        }
        let topic = card.topics.first().map_or("other", |topic| topic.name.as_str());
        let group = groups.entry(topic.to_owned()).or_default();
        if entries == ENTRIES_MAX || group.len() == ENTRIES_OF_TOPIC_MAX {
            left_out += 1;
            continue;
        }
        if group.is_empty() {
            order.push(topic.to_owned());
        }
        group.push(item.id.clone());
        entries += 1;
    }
    if entries == 0 {
        return None;
    }
    let groups = order.into_iter().filter_map(|topic| groups.remove_entry(&topic));
    let groups = groups.map(|(topic, items)| Group { topic, items }).collect();
    let kind = if is_weekly { RecapKind::Week } else { RecapKind::Day };
    Some(Recap { key: key.to_owned(), kind, from, to, groups, left_out, part: 0, parts: 1 })
}

fn is_wanted(item: &Item, card: &Card, audience: &Audience<'_>, now: Timestamp) -> bool {
    let candidate = Candidate::new(item, card, Newness::New);
    // Silence and limits are for posts; what was muted stays muted.
    let settings = Settings { quiet: None, hourly_max: None, ..audience.settings.clone() };
    let at =
        Circumstances { settings: Some(&settings), zone: &TimeZone::UTC, told_as: None, last_hour: 0, today: 0, now };
    audience.readers.iter().any(|reader| decide(&candidate, reader, &at).outcome.is_heard())
}

/// Urgency first, then what readers here found useful, then freshness within the period.
fn weight(card: &Card, audience: &Audience<'_>, to: Timestamp) -> f64 {
    let urgency = match card.urgency {
        Urgency::ActNow => 6.0,
        Urgency::ThisWeek => 3.0,
        Urgency::Fyi => 0.0,
    };
    let vote = |key: String| f64::from(audience.settings.weights.get(&key).copied().unwrap_or(0).clamp(-5, 5));
    let topics: f64 = card.topics.iter().map(|topic| vote(format!("topic:{}", topic.name))).sum();
    let liking = 0.5 * (vote(format!("source:{}", card.source.name)) + topics);
    let hours = to.duration_since(card.collected).as_secs_f64() / 3600.0;
    let substance = if card.insight.is_some() { 1.0 } else { 0.0 };
    urgency + liking + substance - hours / 48.0
}
