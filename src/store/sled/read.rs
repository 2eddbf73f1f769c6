//! What is read of the tree in one go, off the async threads.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;

use super::key;
use super::people::Changed;
use super::queue;
use super::tx::{decode, failure};
use crate::model::card::Card;
use crate::model::delivery::{Delivery, Group, Notice};
use crate::model::id::{DeliveryId, ItemId};
use crate::model::item::Item;
use crate::model::recap::Told;
use crate::model::subscription::{Address, Subscription};
use crate::port::{Changes, Counts, DueFeed, StoreError};

pub fn load<T: DeserializeOwned>(db: &sled::Db, path: &Path, key: &[u8]) -> Result<Option<T>, StoreError> {
    let found = db.get(key).map_err(|error| failure(path, &error))?;
    found.map(|bytes| decode(path, key, &bytes)).transpose()
}

/// The records with this prefix.
pub fn scan<T: DeserializeOwned>(db: &sled::Db, path: &Path, prefix: &[u8]) -> Result<Vec<T>, StoreError> {
    let mut found = Vec::new();
    for pair in db.scan_prefix(prefix) {
        let (key, value) = pair.map_err(|error| failure(path, &error))?;
        found.push(decode(path, &key, &value)?);
    }
    Ok(found)
}

/// Feeds that fell due from `since` to `now`, and when the next one is.
pub fn due_feeds(
    db: &sled::Db,
    path: &Path,
    since: Timestamp,
    now: Timestamp,
) -> Result<(Vec<DueFeed>, Option<Timestamp>), StoreError> {
    let start = [key::DUE_FEEDS, &key::millis(since)].concat();
    let end = key::end_of_time(key::DUE_FEEDS, Timestamp::MAX);
    let mut due = Vec::new();
    for pair in db.range(start..end) {
        let (key, feed) = pair.map_err(|error| failure(path, &error))?;
        if let Some(at) = key::time_of(&key).filter(|at| *at > now) {
            return Ok((due, Some(at)));
        }
        due.push(decode(path, &key, &feed)?);
    }
    Ok((due, None))
}

/// What changed since a revision, read from the tree.
pub fn changes_since(db: &sled::Db, path: &Path, revision: Option<u64>) -> Result<Changes, StoreError> {
    let failed = |error: sled::Error| failure(path, &error);
    let keys = || db.scan_prefix(key::JOURNAL).keys();
    let last = keys().next_back().transpose().map_err(failed)?.and_then(|key| key::revision_of(&key)).unwrap_or(0);
    let oldest = keys().next().transpose().map_err(failed)?.and_then(|key| key::revision_of(&key)).unwrap_or(0);
    let Some(revision) = revision.filter(|known| *known >= oldest && *known <= last) else {
        let subscriptions: Vec<Subscription> = scan(db, path, key::SUBSCRIPTIONS)?;
        let subscriptions = subscriptions.into_iter().map(|one| (one.id.clone(), Some(one))).collect();
        let settings = scan(db, path, key::SETTINGS)?;
        return Ok(Changes { revision: last, subscriptions, settings, is_whole: true });
    };
    let mut changes = Changes { revision: last, ..Changes::default() };
    for pair in db.range(key::journal(revision + 1)..key::journal(u64::MAX)) {
        let (key, value) = pair.map_err(failed)?;
        match decode(path, &key, &value)? {
            Changed::Subscription(id) => {
                let found = load(db, path, &key::subscription(&id))?;
                changes.subscriptions.push((id, found));
            }
            Changed::Settings(address) => changes.settings.extend(load(db, path, &key::settings(&address))?),
        }
    }
    Ok(changes)
}

/// Items by the time of collection, newest first, with their cards.
pub fn cards_between(
    db: &sled::Db,
    path: &Path,
    (from, to): (Timestamp, Timestamp),
    max: usize,
) -> Result<Vec<(Item, Card)>, StoreError> {
    let start = [key::ITEMS_BY_TIME, &key::millis(from)].concat();
    let end = [key::ITEMS_BY_TIME, &key::millis(to)].concat();
    let mut found = Vec::new();
    for pair in db.range(start..end).rev() {
        let (key, _) = pair.map_err(|error| failure(path, &error))?;
        let Some(id) = key::text_after_time(&key).map(ItemId::new) else { continue };
        if let (Some(item), Some(card)) = (load(db, path, &key::item(&id))?, load(db, path, &key::card(&id))?) {
            found.push((item, card));
        }
        if found.len() >= max {
            break;
        }
    }
    Ok(found)
}

/// Deliveries to an address made from `since` on, newest first.
pub fn deliveries_to(
    db: &sled::Db,
    path: &Path,
    (address, since): (&Address, Timestamp),
    max: usize,
) -> Result<Vec<Delivery>, StoreError> {
    let prefix = key::history_of(address);
    let start = [prefix.as_slice(), &key::millis(since)].concat();
    let mut found = Vec::new();
    for pair in db.scan_prefix(&prefix).rev() {
        let (key, _) = pair.map_err(|error| failure(path, &error))?;
        if key.as_ref() < start.as_slice() || found.len() >= max {
            break;
        }
        let id = key.get(prefix.len() + 8..).and_then(|id| std::str::from_utf8(id).ok()).map(DeliveryId::new);
        if let Some(id) = id {
            found.extend(load::<Delivery>(db, path, &key::delivery(&id))?);
        }
    }
    Ok(found)
}

/// Items that an address was told of from `since` on, newest first.
pub fn told_to(db: &sled::Db, path: &Path, to: (&Address, Timestamp), max: usize) -> Result<Vec<Told>, StoreError> {
    let mut told = Vec::new();
    for delivery in deliveries_to(db, path, to, max)? {
        match delivery.notice {
            Notice::Card(item) => {
                let card = load::<Card>(db, path, &key::card(&item))?;
                let topic = card.and_then(|card| Some(card.topics.into_iter().next()?.name));
                told.push(Told { at: delivery.created, item, topic: topic.unwrap_or_else(|| "other".to_owned()) });
            }
            // What a recap tells belongs to the period that it is of.
            Notice::Recap(recap) => {
                let at = recap.to.checked_sub(SignedDuration::from_millis(1)).unwrap_or(recap.to);
                for Group { topic, items, .. } in recap.groups {
                    told.extend(items.into_iter().map(|item| Told { at, item, topic: topic.clone() }));
                }
            }
            // Both say more of what was told before, or nothing of news.
            Notice::Amended(_) | Notice::Resting(_) | Notice::Health(_) => {}
        }
    }
    Ok(told)
}

pub fn counts(db: &sled::Db, path: &Path) -> Result<Counts, StoreError> {
    let count = |prefix: &[u8]| db.scan_prefix(prefix).keys().count() as u64;
    Ok(Counts {
        feeds: count(key::FEEDS),
        items: count(key::ITEMS_BY_TIME),
        pending_items: count(key::PENDING),
        open_deliveries: count(key::QUEUES),
        dead_deliveries: count(key::DEAD),
        subscriptions: count(key::SUBSCRIPTIONS),
        held: count(key::WAITING),
        oldest_open: queue::oldest_open(db, path)?,
    })
}
