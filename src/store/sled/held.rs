//! Cards that are kept for a summary, until it is made. What was told stays known as long as its item.

use std::path::Path;

use super::key;
use super::queue;
use super::tx::{Tx, decode, failure};
use crate::model::delivery::Delivery;
use crate::model::health::ToldHealth;
use crate::model::held::Held;
use crate::model::id::ItemId;
use crate::model::subscription::Address;
use crate::port::{StoreError, Summary};

/// Keeps a card, unless it is kept there or was posted there.
pub fn keep(tx: &mut Tx<'_>, held: Held) -> Result<(), StoreError> {
    let key = key::held(&held.item, &held.to);
    let posted = key::delivery(&held.card(held.since).id);
    if tx.get(&key)?.is_some() || tx.load::<Delivery>(&posted)?.is_some() {
        return Ok(());
    }
    tx.put(key::waiting(&held.to, &held.item), key.clone())?;
    tx.save(key, &held)
}

/// Takes what is told or dropped out of what waits.
pub fn tell(tx: &mut Tx<'_>, summary: Summary) -> Result<(), StoreError> {
    let Summary { to, told, dropped, deliveries } = summary;
    for item in told {
        let key = key::held(&item, &to);
        tx.remove(key::waiting(&to, &item));
        if let (Some(held), Some(delivery)) = (tx.load::<Held>(&key)?, deliveries.first()) {
            tx.save(key, &Held { told: Some(delivery.id.clone()), ..held })?;
        }
    }
    for item in dropped {
        tx.remove(key::waiting(&to, &item));
        tx.remove(key::held(&item, &to));
    }
    deliveries.into_iter().try_for_each(|delivery| queue::enqueue(tx, delivery))
}

/// Writes down what a person is told of their feeds, with what tells it.
pub fn tell_health(
    tx: &mut Tx<'_>,
    person: &Address,
    told: &ToldHealth,
    delivery: Option<Delivery>,
) -> Result<(), StoreError> {
    tx.save(key::health(person), told)?;
    delivery.map_or(Ok(()), |delivery| queue::enqueue(tx, delivery))
}

/// What waits under a prefix of [`key::WAITING`], the oldest of each address first.
pub fn waiting(db: &sled::Db, path: &Path, prefix: &[u8]) -> Result<Vec<Held>, StoreError> {
    let mut found: Vec<Held> = Vec::new();
    for pair in db.scan_prefix(prefix) {
        let (_, key) = pair.map_err(|error| failure(path, &error))?;
        let Some(bytes) = db.get(&key).map_err(|error| failure(path, &error))? else { continue };
        found.push(decode(path, &key, &bytes)?);
    }
    found.sort_by(|one, other| (&one.to, one.since).cmp(&(&other.to, other.since)));
    Ok(found)
}

/// An item that is no longer kept is held nowhere.
pub fn forget(tx: &mut Tx<'_>, item: &ItemId) -> Result<(), StoreError> {
    for key in tx.keys(&key::held_of(item), usize::MAX)? {
        if let Some(held) = tx.load::<Held>(&key)? {
            tx.remove(key::waiting(&held.to, item));
        }
        tx.remove(key);
    }
    Ok(())
}

/// What waits at one address waits at another from now on.
pub fn move_address(tx: &mut Tx<'_>, from: &Address, to: &Address) -> Result<(), StoreError> {
    for waiting in tx.keys(&key::waiting_at(from), usize::MAX)? {
        let Some(key) = tx.get(&waiting)? else { continue };
        tx.remove(waiting);
        let Some(held) = tx.load::<Held>(&key)? else { continue };
        tx.remove(key);
        keep(tx, Held { to: to.clone(), ..held })?;
    }
    Ok(())
}
