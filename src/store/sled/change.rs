//! What the writes of the store change, one function each. They run inside a transaction.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::held;
use super::key;
use super::people;
use super::queue;
use super::stories;
use super::tx::{Tx, VALUE_BYTES_MAX};
use crate::model::delivery::Delivery;
use crate::model::feed::FeedRecord;
use crate::model::id::{DeliveryId, FeedId, ItemId};
use crate::model::item::{Item, link_fingerprint};
use crate::model::seen::{PACKED_BYTES, SeenSet};
use crate::model::subscription::{Address, Origin};
use crate::port::{DueFeed, Intake, Publication, StoreError};

/// No poll is put off for longer than a week (`Retry-After`) and its jitter.
pub const POLL_AHEAD_MAX: SignedDuration = SignedDuration::from_hours(8 * 24);
/// Seen entries in one value.
const SEEN_CHUNK: usize = VALUE_BYTES_MAX / PACKED_BYTES;

/// Ends the configuration's subscriptions to feeds that are not named.
pub fn remove_others(tx: &mut Tx<'_>, named: &HashSet<FeedId>, address: &Address) -> Result<(), StoreError> {
    for subscription in people::subscriptions_of(tx, address)? {
        let is_gone = subscription.feed().is_some_and(|feed| !named.contains(feed));
        if subscription.origin == Origin::Config && is_gone {
            people::remove_subscription(tx, &subscription.id)?;
        }
    }
    Ok(())
}

pub fn stop_polling_unheard(tx: &mut Tx<'_>, feed: &FeedId) -> Result<(), StoreError> {
    if !people::is_awaited(tx, feed)?
        && let Some(record) = tx.load::<FeedRecord>(&key::feed(feed))?
    {
        tx.remove(key::due_feed(record.state.next_poll, feed));
    }
    Ok(())
}

/// Saves a record and, unless the feed is parked, its next poll.
pub fn put_record(tx: &mut Tx<'_>, record: &FeedRecord) -> Result<(), StoreError> {
    let id = &record.feed.id;
    if let Some(old) = tx.load::<FeedRecord>(&key::feed(id))? {
        tx.remove(key::due_feed(old.state.next_poll, id));
    }
    if record.state.health.parked.is_none() {
        let state = &record.state;
        let due = DueFeed { id: id.clone(), url: state.url.clone(), is_slow: state.health.timeouts > 0 };
        tx.save(key::due_feed(state.next_poll, id), &due)?;
    }
    tx.save(key::feed(id), record)
}

/// Saves a record and, if anybody listens, its next poll.
pub fn put_awaited(tx: &mut Tx<'_>, record: &FeedRecord) -> Result<(), StoreError> {
    put_record(tx, record)?;
    if !people::is_awaited(tx, &record.feed.id)? {
        tx.remove(key::due_feed(record.state.next_poll, &record.feed.id));
    }
    Ok(())
}

pub fn commit_intake(tx: &mut Tx<'_>, intake: &Intake) -> Result<(), StoreError> {
    let id = &intake.record.feed.id;
    put_awaited(tx, &intake.record)?;
    if let Some(seen) = &intake.seen {
        put_seen(tx, id, seen)?;
    }
    take_items(tx, &intake.items)
}

/// Items that wait for their cards from now on.
pub fn take_items(tx: &mut Tx<'_>, items: &[Item]) -> Result<(), StoreError> {
    for item in items {
        if tx.get(&key::item(&item.id))?.is_some() {
            continue;
        }
        let sequence = tx.next_sequence()?;
        tx.save(key::item(&item.id), item)?;
        tx.put(key::pending(sequence), item.id.as_str().into())?;
        tx.put(key::pending_of_item(&item.id), key::pending(sequence))?;
        tx.put(key::item_by_time(item.collected, &item.id), Vec::new())?;
        if let Some(url) = &item.url {
            tx.put(key::link(link_fingerprint(url), &item.id), Vec::new())?;
        }
    }
    Ok(())
}

/// Replaces the chunks of a feed's seen set. An empty set is one empty chunk: it is remembered
/// that there was nothing.
pub fn put_seen(tx: &mut Tx<'_>, feed: &FeedId, seen: &SeenSet) -> Result<(), StoreError> {
    for old in tx.keys(&key::seen_of(feed), usize::MAX)? {
        tx.remove(old);
    }
    let bytes = seen.to_bytes();
    tx.put(key::seen_chunk(feed, 0), Vec::new())?;
    for (number, chunk) in (0u32..).zip(bytes.chunks(SEEN_CHUNK * PACKED_BYTES)) {
        tx.put(key::seen_chunk(feed, number), chunk.to_vec())?;
    }
    Ok(())
}

pub fn publish(tx: &mut Tx<'_>, publication: Publication) -> Result<(), StoreError> {
    let item = publication.card.id.clone();
    tx.save(key::card(&item), &publication.card)?;
    for decision in &publication.decisions {
        tx.save(key::decision(&item, &decision.subscription), decision)?;
    }
    for delivery in publication.deliveries {
        queue::enqueue(tx, delivery)?;
    }
    if let Some(filing) = publication.filing {
        stories::file(tx, &item, filing)?;
    }
    publication.held.into_iter().try_for_each(|held| held::keep(tx, held))?;
    if !publication.is_part
        && let Some(pending) = tx.get(&key::pending_of_item(&item))?
    {
        tx.remove(pending);
        tx.remove(key::pending_of_item(&item));
    }
    Ok(())
}

pub fn forget_before(tx: &mut Tx<'_>, before: Timestamp, max: usize) -> Result<usize, StoreError> {
    let mut forgotten = 0;
    let end = key::end_of_time(key::ITEMS_BY_TIME, before);
    for by_time in tx.keys(key::ITEMS_BY_TIME, max)?.into_iter().filter(|key| *key < end) {
        let Some(id) = key::text_after_time(&by_time).map(ItemId::new) else { continue };
        if tx.get(&key::pending_of_item(&id))?.is_some() {
            continue;
        }
        for decision in tx.keys(&key::decisions_of(&id), usize::MAX)? {
            tx.remove(decision);
        }
        held::forget(tx, &id)?;
        if let Some(url) = tx.load::<Item>(&key::item(&id))?.and_then(|item| item.url) {
            tx.remove(key::link(link_fingerprint(&url), &id));
        }
        stories::forget(tx, &id)?;
        tx.remove(key::card(&id));
        tx.remove(key::item(&id));
        tx.remove(by_time);
        forgotten += 1;
    }
    let end = key::end_of_time(key::SETTLED_BY_TIME, before);
    for by_time in tx.keys(key::SETTLED_BY_TIME, max)?.into_iter().filter(|key| *key < end) {
        let Some(id) = key::text_after_time(&by_time).map(DeliveryId::new) else { continue };
        if let Some(delivery) = tx.load::<Delivery>(&key::delivery(&id))? {
            tx.remove(key::history(&delivery.to, delivery.created, &id));
        }
        tx.remove(key::delivery(&id));
        tx.remove(key::dead(&id));
        tx.remove(by_time);
        forgotten += 1;
    }
    Ok(forgotten)
}
