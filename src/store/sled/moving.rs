//! An address that has become another one: everything of the old is the new one's from then on.

use super::queue::put_open;
use super::tx::Tx;
use super::{change, held, key, people, queue};
use crate::model::delivery::Delivery;
use crate::model::feed::FeedRecord;
use crate::model::id::DeliveryId;
use crate::model::settings::Settings;
use crate::model::subscription::{Address, Subscription};
use crate::port::StoreError;

/// Subscriptions with their numbers, settings, recaps, and deliveries of every state. What the new
/// address has already stays as it is.
pub fn move_address(tx: &mut Tx<'_>, from: &Address, to: &Address) -> Result<(), StoreError> {
    if from == to {
        return Ok(());
    }
    for subscription in people::subscriptions_of(tx, from)? {
        move_subscription(tx, subscription, from, to)?;
    }
    if let Some(settings) = tx.load::<Settings>(&key::settings(from))? {
        tx.remove(key::settings(from));
        if tx.get(&key::settings(to))?.is_none() {
            people::put_settings(tx, &Settings { address: to.clone(), ..settings })?;
        }
    }
    held::move_address(tx, from, to)?;
    if let Some(told) = tx.get(&key::health(from))? {
        tx.remove(key::health(from));
        tx.put(key::health(to), told)?;
    }
    for is_weekly in [false, true] {
        for name in [key::recapped, key::recalled] {
            if let Some(known) = tx.get(&name(from, is_weekly))? {
                tx.remove(name(from, is_weekly));
                tx.put(name(to, is_weekly), known)?;
            }
        }
    }
    for history in tx.keys(&key::history_of(from), usize::MAX)? {
        tx.remove(history.clone());
        let Some(id) = key::delivery_of_history(&history, from) else { continue };
        move_delivery(tx, &DeliveryId::new(id), from, to)?;
    }
    queue::refresh(tx, from)?;
    queue::refresh(tx, to)
}

fn move_subscription(tx: &mut Tx<'_>, old: Subscription, from: &Address, to: &Address) -> Result<(), StoreError> {
    people::remove_subscription(tx, &old.id)?;
    let mut moved = Subscription::new(to.clone(), old.wants.clone(), old.origin, old.created);
    let owner = old.owner.map(|owner| if owner == *from { to.clone() } else { owner });
    moved = Subscription { filter: old.filter, mode: old.mode, pause: old.pause, owner, mention: old.mention, ..moved };
    if tx.get(&key::subscription(&moved.id))?.is_some() {
        return Ok(());
    }
    people::put_numbered(tx, &mut moved, old.number)?;
    if let Some(feed) = moved.feed()
        && let Some(record) = tx.load::<FeedRecord>(&key::feed(feed))?
    {
        change::put_awaited(tx, &record)?;
    }
    Ok(())
}

fn move_delivery(tx: &mut Tx<'_>, id: &DeliveryId, from: &Address, to: &Address) -> Result<(), StoreError> {
    let Some(mut delivery) = tx.load::<Delivery>(&key::delivery(id))? else { return Ok(()) };
    delivery.to = to.clone();
    tx.put(key::history(to, delivery.created, id), Vec::new())?;
    if delivery.is_open() {
        tx.remove(key::queued(from, delivery.sequence));
        return put_open(tx, &delivery);
    }
    tx.save(key::delivery(id), &delivery)
}
