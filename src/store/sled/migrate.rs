//! From one key layout to the next. Each step can be broken off and begun again: the version is
//! written after everything else.

use jiff::Timestamp;
use serde::Deserialize;

use super::key;
use super::people;
use super::tx::{Tx, failure};
use super::writer::Disk;
use crate::model::delivery::{Delivery, DeliveryState};
use crate::model::id::FeedId;
use crate::model::item::{Item, link_fingerprint};
use crate::model::subscription::{Address, Origin, Subscription, Wants};
use crate::port::StoreError;

/// Records changed in one batch.
const CHUNK: usize = 500;

/// A subscription of layout 1: to a feed, under `B<feed>/<subscription>`.
#[derive(Deserialize)]
struct SubscriptionOf1 {
    to: Address,
    feed: FeedId,
}

/// Layout 1 to 2: subscriptions have numbers and can be to more than feeds, links and histories are
/// indexed, decisions have more stages (the old ones are let go).
pub fn from_1(disk: &Disk) -> Result<(), StoreError> {
    each(disk, key::SUBSCRIPTIONS, |tx, old| {
        if !old.contains(&b'/') {
            return Ok(());
        }
        if let Some(known) = tx.load::<SubscriptionOf1>(&old)? {
            let wants = Wants::Feed(known.feed);
            let mut new = Subscription::new(known.to, wants, Origin::Config, Timestamp::UNIX_EPOCH);
            people::put_subscription(tx, &mut new)?;
        }
        tx.remove(old);
        Ok(())
    })?;
    each(disk, key::DECISIONS, |tx, old| {
        tx.remove(old);
        Ok(())
    })?;
    each(disk, key::ITEMS, |tx, old| {
        let Some(item) = tx.load::<Item>(&old)? else { return Ok(()) };
        match &item.url {
            Some(url) => tx.put(key::link(link_fingerprint(url), &item.id), Vec::new()),
            None => Ok(()),
        }
    })?;
    each(disk, key::DELIVERIES, |tx, old| {
        let Some(delivery) = tx.load::<Delivery>(&old)? else { return Ok(()) };
        if matches!(delivery.state, DeliveryState::Dead { .. }) {
            tx.put(key::dead(&delivery.id), Vec::new())?;
        }
        tx.put(key::history(&delivery.to, delivery.created, &delivery.id), Vec::new())
    })
}

/// Runs over every key with a prefix, in batches.
fn each(
    disk: &Disk,
    prefix: &[u8],
    change: impl Fn(&mut Tx<'_>, Vec<u8>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let keys = disk.db.scan_prefix(prefix).keys().map(|key| key.map(|key| key.to_vec()));
    let keys: Vec<Vec<u8>> = keys.collect::<Result<_, _>>().map_err(|error| failure(&disk.path, &error))?;
    for portion in keys.chunks(CHUNK) {
        let mut tx = Tx::new(&disk.db, &disk.path);
        portion.iter().try_for_each(|key| change(&mut tx, key.clone()))?;
        tx.apply()?;
    }
    Ok(())
}
