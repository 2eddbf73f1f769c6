//! Subscriptions by what must be true of a card for them to match, so that a card costs what its
//! matches cost and not what everybody's subscriptions do.
//!
//! Each subscription is filed under a scope (a feed, a topic, an audience, or all) together with one
//! condition that its filter cannot do without (a word, a label), or with none.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::xxh3_64;

use super::Candidate;
use super::stages::concerned;
use crate::model::id::SubscriptionId;
use crate::model::settings::Settings;
use crate::model::subscription::{Address, Subscription, Wants};
use crate::pipeline::filter::{Anchor, Query, QueryError};

/// A subscription with its filter read.
#[derive(Clone, Debug)]
pub struct Reader {
    pub subscription: Subscription,
    pub query: Option<Result<Query, QueryError>>,
}

impl Reader {
    pub fn new(subscription: Subscription) -> Self {
        let query = subscription.filter.as_deref().map(Query::parse);
        Self { subscription, query }
    }

    /// Whether the card is what the subscription is to and its filter lets it through: what
    /// [`decide`](super::decide) finds, without the words.
    pub fn wants(&self, candidate: &Candidate<'_>) -> bool {
        let card = candidate.card;
        let is_meant = match &self.subscription.wants {
            Wants::Feed(feed) => *feed == candidate.item.feed,
            Wants::Topics(topics) => card.topics.iter().any(|topic| topics.contains(&topic.name)),
            Wants::All => true,
            Wants::Alerts { audiences, .. } => {
                audiences.is_empty() || concerned(card).iter().any(|name| audiences.contains(*name))
            }
        };
        is_meant && self.admits(candidate)
    }

    /// The part of that which no scope says.
    fn admits(&self, candidate: &Candidate<'_>) -> bool {
        let least = match &self.subscription.wants {
            Wants::Alerts { urgency, .. } => *urgency,
            Wants::Feed(_) | Wants::Topics(_) | Wants::All => None,
        };
        least.is_none_or(|least| candidate.card.urgency >= least)
            && match &self.query {
                None => true,
                Some(Ok(query)) => query.admits(&candidate.subject),
                Some(Err(_)) => false,
            }
    }

    /// Whether what it is filed under is all that it asks for.
    fn is_certain(&self) -> bool {
        let is_whole = match &self.subscription.wants {
            Wants::Feed(_) | Wants::Topics(_) | Wants::All => true,
            Wants::Alerts { urgency, .. } => urgency.is_none(),
        };
        is_whole
            && match &self.query {
                None => true,
                Some(Ok(query)) => query.is_its_anchor(),
                Some(Err(_)) => false,
            }
    }

    fn scopes(&self) -> Vec<u64> {
        match &self.subscription.wants {
            Wants::Feed(feed) => vec![scope("feed", feed.as_str())],
            Wants::Topics(topics) => topics.iter().map(|topic| scope("topic", topic)).collect(),
            Wants::All => vec![scope("all", "")],
            Wants::Alerts { audiences, .. } if audiences.is_empty() => vec![scope("all", "")],
            Wants::Alerts { audiences, .. } => audiences.iter().map(|name| scope("audience", name)).collect(),
        }
    }

    fn conditions(&self) -> Vec<u64> {
        let anchors = self.query.as_ref().and_then(|query| query.as_ref().ok()).and_then(Query::anchors);
        anchors.map_or_else(|| vec![ALWAYS], |anchors| anchors.into_iter().map(condition).collect())
    }

    /// Where it is filed.
    fn keys(&self) -> HashSet<u64> {
        let conditions = self.conditions();
        self.scopes().iter().flat_map(|scope| conditions.iter().map(|condition| join(*scope, *condition))).collect()
    }
}

/// The condition that always holds.
const ALWAYS: u64 = 0;

fn scope(kind: &str, name: &str) -> u64 {
    xxh3_64(format!("{kind}/{name}").as_bytes())
}

fn condition(anchor: Anchor) -> u64 {
    match anchor {
        Anchor::Token(token) => token,
        Anchor::Topic(name) => join(scope("is", "topic"), name),
        Anchor::Audience(name) => join(scope("is", "audience"), name),
        Anchor::Event(event) => scope("is-event", event.name()),
    }
}

/// A fixed mixture of two hashes.
fn join(scope: u64, condition: u64) -> u64 {
    (scope ^ condition.rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Where a reader is, with the lowest bit set if whoever finds it there need not ask it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Filed(u32);

impl Filed {
    fn new(slot: u32, is_certain: bool) -> Self {
        Self(slot << 1 | u32::from(is_certain))
    }

    fn slot(self) -> u32 {
        self.0 >> 1
    }

    fn is_certain(self) -> bool {
        self.0 & 1 == 1
    }
}

/// Keys are hashes already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// Everybody's subscriptions and settings, in memory.
#[derive(Default)]
pub struct Readers {
    slots: Vec<Option<Reader>>,
    free: Vec<u32>,
    by_id: HashMap<SubscriptionId, u32>,
    filed: HashMap<u64, Vec<Filed>, BuildHasherDefault<AsItIs>>,
    settings: HashMap<Address, Settings>,
}

impl Readers {
    pub fn put(&mut self, subscription: Subscription) {
        self.remove(&subscription.id);
        let id = subscription.id.clone();
        let reader = Reader::new(subscription);
        let slot = self.free.pop().unwrap_or_else(|| u32::try_from(self.slots.len()).unwrap_or(u32::MAX));
        for key in reader.keys() {
            self.filed.entry(key).or_default().push(Filed::new(slot, reader.is_certain()));
        }
        match self.slots.get_mut(slot as usize) {
            Some(place) => *place = Some(reader),
            None => self.slots.push(Some(reader)),
        }
        self.by_id.insert(id, slot);
    }

    pub fn remove(&mut self, id: &SubscriptionId) {
        let Some(slot) = self.by_id.remove(id) else { return };
        let Some(reader) = self.slots.get_mut(slot as usize).and_then(Option::take) else { return };
        for key in reader.keys() {
            if let Some(filed) = self.filed.get_mut(&key) {
                filed.retain(|other| other.slot() != slot);
                if filed.is_empty() {
                    self.filed.remove(&key);
                }
            }
        }
        self.free.push(slot);
    }

    pub fn put_settings(&mut self, settings: Settings) {
        self.settings.insert(settings.address.clone(), settings);
    }

    pub fn settings(&self, address: &Address) -> Option<&Settings> {
        self.settings.get(address)
    }

    pub fn all_settings(&self) -> impl Iterator<Item = &Settings> {
        self.settings.values()
    }

    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Reader> {
        self.slots.iter().flatten()
    }

    /// The subscriptions that want a card.
    pub fn wanting(&self, candidate: &Candidate<'_>) -> Vec<&Reader> {
        self.matches(candidate).into_iter().filter_map(|slot| self.at(slot)).collect()
    }

    /// Where they are. Only those are asked whose filter is more than what they are filed under.
    pub fn matches(&self, candidate: &Candidate<'_>) -> Vec<u32> {
        let mut found = Vec::new();
        let mut is_seen = vec![false; self.slots.len()];
        let conditions = conditions_of(candidate);
        for scope in scopes_of(candidate) {
            for condition in &conditions {
                for filed in self.filed.get(&join(scope, *condition)).into_iter().flatten() {
                    let slot = filed.slot();
                    let Some(seen) = is_seen.get_mut(slot as usize) else { continue };
                    if !std::mem::replace(seen, true)
                        && (filed.is_certain() || self.at(slot).is_some_and(|reader| reader.admits(candidate)))
                    {
                        found.push(slot);
                    }
                }
            }
        }
        found
    }

    fn at(&self, slot: u32) -> Option<&Reader> {
        self.slots.get(slot as usize)?.as_ref()
    }
}

fn scopes_of(candidate: &Candidate<'_>) -> Vec<u64> {
    let mut scopes = vec![scope("all", ""), scope("feed", candidate.item.feed.as_str())];
    scopes.extend(candidate.card.topics.iter().map(|topic| scope("topic", &topic.name)));
    scopes.extend(concerned(candidate.card).into_iter().map(|name| scope("audience", name)));
    scopes
}

fn conditions_of(candidate: &Candidate<'_>) -> Vec<u64> {
    let mut conditions: Vec<u64> = candidate.subject.anchors().map(condition).chain([ALWAYS]).collect();
    conditions.sort_unstable();
    conditions.dedup();
    conditions
}
