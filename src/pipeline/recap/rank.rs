//! What matters to an address: a weighted sum of few terms, each with its reason.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Entry, Period};
use crate::model::label::Urgency;
use crate::model::settings::{Muted, Settings};
use crate::model::subscription::Wants;
use crate::pipeline::route::Reader;

/// To act now is worth more than everything else but a strong dislike: who reads one line should read
/// this one.
const ACT_NOW: f64 = 6.0;
const THIS_WEEK: f64 = 3.0;
/// It concerns those whom the address has named, in its alerts or in a filter.
const AUDIENCE: f64 = 2.0;
/// A story of twice as many reports is worth one more: what many report matters, and the tenth report
/// says less than the second.
const SIZE_MAX: f64 = 3.0;
/// For each point that readers here have given its source or one of its topics.
const FEEDBACK: f64 = 0.5;
const FEEDBACK_POINTS_MAX: f64 = 10.0;
/// For the newest of the period, falling to nothing for the oldest: of two alike the newer one is less
/// likely to be known.
const FRESHNESS: f64 = 2.0;

/// What an address cares for.
pub struct Taste<'a> {
    /// Points by `source:x` and `topic:x`.
    pub weights: &'a BTreeMap<String, i32>,
    pub audiences: BTreeSet<String>,
    /// Stories that are muted there.
    pub muted: BTreeSet<&'a str>,
}

impl<'a> Taste<'a> {
    /// As its settings and all of its subscriptions say.
    pub fn of(settings: &'a Settings, readers: &[Reader], now: Timestamp) -> Self {
        let mut audiences = BTreeSet::new();
        for reader in readers {
            if let Wants::Alerts { audiences: named, .. } = &reader.subscription.wants {
                audiences.extend(named.iter().cloned());
            }
            if let Some(Ok(query)) = &reader.query {
                audiences.extend(query.audiences().into_iter().map(str::to_owned));
            }
        }
        let holds = settings.mutes.iter().filter(|mute| mute.until.is_none_or(|until| until > now));
        let muted = holds.filter_map(|mute| match &mute.what {
            Muted::Story(story) => Some(story.as_str()),
            Muted::Source(_) | Muted::Topic(_) | Muted::All => None,
        });
        Self { weights: &settings.weights, audiences, muted: muted.collect() }
    }

    /// What an entry of a story of so many reports is worth.
    pub(super) fn weight(&self, entry: &Entry<'_>, reports: usize, period: &Period<'_>) -> f64 {
        let urgency = match entry.card.urgency {
            Urgency::ActNow => ACT_NOW,
            Urgency::ThisWeek => THIS_WEEK,
            Urgency::Fyi => 0.0,
        };
        let concerns = entry.card.tldr.who_should_care.iter().any(|name| self.audiences.contains(name));
        let audience = if concerns { AUDIENCE } else { 0.0 };
        let size = (reports.max(1) as f64).log2().min(SIZE_MAX);
        urgency + audience + size + FEEDBACK * self.points(entry) + FRESHNESS * freshness(entry, period)
    }

    fn points(&self, entry: &Entry<'_>) -> f64 {
        let points = |key: String| f64::from(self.weights.get(&key).copied().unwrap_or(0));
        let topics: f64 = entry.card.topics.iter().map(|topic| points(format!("topic:{}", topic.name))).sum();
        let all = topics + points(format!("source:{}", entry.card.source.name));
        all.clamp(-FEEDBACK_POINTS_MAX, FEEDBACK_POINTS_MAX)
    }
}

/// Where in the period it came, from 0 to 1.
fn freshness(entry: &Entry<'_>, period: &Period<'_>) -> f64 {
    let whole = period.to.duration_since(period.from).as_secs_f64();
    let after = entry.item.collected.duration_since(period.from).as_secs_f64();
    if whole > 0.0 { (after / whole).clamp(0.0, 1.0) } else { 0.0 }
}

/// By weight; of equals the newer one is greater, then the one whose id comes first: the same cards
/// always give the same order.
pub(super) fn order(one: (f64, &Entry<'_>), other: (f64, &Entry<'_>)) -> Ordering {
    let by_time = || one.1.item.collected.cmp(&other.1.item.collected);
    one.0.total_cmp(&other.0).then_with(by_time).then_with(|| other.1.item.id.cmp(&one.1.item.id))
}
