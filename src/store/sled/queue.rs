//! The outbox: deliveries in order by address, and which address is due when.

use std::path::Path;

use jiff::Timestamp;

use super::key;
use super::moving;
use super::people;
use super::tx::{Tx, decode, failure};
use crate::model::delivery::{Anchor, Delivery, DeliveryState, QUIET_HOURS, Verdict};
use crate::model::id::DeliveryId;
use crate::model::subscription::{Address, PlatformKind};
use crate::port::{Aftermath, Lease, RecapMade, StoreError};

/// Adds a delivery at the end of its address's queue, unless it was made before.
pub fn enqueue(tx: &mut Tx<'_>, mut delivery: Delivery) -> Result<(), StoreError> {
    if tx.get(&key::delivery(&delivery.id))?.is_some() {
        return Ok(());
    }
    if let Some(Anchor::Edits(below)) = &delivery.anchor
        && is_edit_open(tx, &delivery.to, below)?
    {
        // It says what the story is when it is sent, with this report in it.
        return Ok(());
    }
    delivery.sequence = tx.next_sequence()?;
    tx.put(key::history(&delivery.to, delivery.created, &delivery.id), Vec::new())?;
    put_open(tx, &delivery)?;
    refresh(tx, &delivery.to)
}

/// Deliveries of a queue that are looked at for an edit that says the same.
const EDITS_LOOKED_AT_MAX: usize = 100;

/// Whether an edit of that message waits to be sent.
fn is_edit_open(tx: &Tx<'_>, address: &Address, below: &DeliveryId) -> Result<bool, StoreError> {
    for queued in tx.keys(&key::queue_of(address), EDITS_LOOKED_AT_MAX)? {
        let Some(id) = tx.get(&queued)? else { continue };
        let id = DeliveryId::new(String::from_utf8_lossy(&id));
        let Some(open) = tx.load::<Delivery>(&key::delivery(&id))? else { continue };
        let is_of_it = open.anchor.as_ref().is_some_and(|anchor| *anchor == Anchor::Edits(below.clone()));
        if is_of_it && matches!(open.state, DeliveryState::Queued { .. }) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A recap with all of its messages, so that no death leaves half of it.
pub fn commit_recap(tx: &mut Tx<'_>, address: &Address, is_weekly: bool, made: RecapMade) -> Result<(), StoreError> {
    tx.save(key::recapped(address, is_weekly), &made.until)?;
    if let Some(told) = &made.told {
        tx.save(key::recalled(address, is_weekly), told)?;
    }
    // A recap that was made before, by a clock that was wrong, is not told in part again.
    if let Some(first) = made.deliveries.first()
        && tx.get(&key::delivery(&first.id))?.is_some()
    {
        return Ok(());
    }
    made.deliveries.into_iter().try_for_each(|delivery| enqueue(tx, delivery))
}

pub fn put_open(tx: &mut Tx<'_>, delivery: &Delivery) -> Result<(), StoreError> {
    tx.put(key::queued(&delivery.to, delivery.sequence), delivery.id.as_str().into())?;
    tx.save(key::delivery(&delivery.id), delivery)
}

/// Brings the due time of an address in line with its first open delivery.
pub fn refresh(tx: &mut Tx<'_>, address: &Address) -> Result<(), StoreError> {
    let due_key = key::due_of_address(address);
    if let Some(old) = tx.get(&due_key)? {
        tx.remove(old);
    }
    let Some(first) = first_of(tx, address)? else {
        tx.remove(due_key);
        return Ok(());
    };
    let due = match first.state {
        DeliveryState::Queued { due, .. } => due,
        DeliveryState::Sending { lease_until } => lease_until,
        DeliveryState::Sent { at, .. } | DeliveryState::Dead { at, .. } => at,
    };
    let wake = key::due_address(due, address);
    tx.put(wake.clone(), serde_json::to_vec(address).expect("an address is plain text"))?;
    tx.put(due_key, wake)
}

fn first_of(tx: &Tx<'_>, address: &Address) -> Result<Option<Delivery>, StoreError> {
    let Some(first) = tx.keys(&key::queue_of(address), 1)?.pop() else { return Ok(None) };
    let Some(id) = tx.get(&first)? else { return Ok(None) };
    tx.load(&key::delivery(&DeliveryId::new(String::from_utf8_lossy(&id))))
}

/// Due addresses that are looked at to find some of a platform that has room.
pub const LOOKED_AT_MAX: usize = 10_000;

/// Leases the first open delivery of each address that is due, but for platforms that have no room.
pub fn lease(
    tx: &mut Tx<'_>,
    path: &Path,
    now: Timestamp,
    max: usize,
    full: &[PlatformKind],
) -> Result<Vec<Lease>, StoreError> {
    let mut leases = Vec::new();
    let end = key::end_of_time(key::DUE_ADDRESSES, now);
    for wake in tx.keys(key::DUE_ADDRESSES, if full.is_empty() { max } else { LOOKED_AT_MAX })? {
        if wake >= end || leases.len() >= max {
            break;
        }
        if key::is_of(&wake, full) {
            continue;
        }
        let Some(bytes) = tx.get(&wake)? else { continue };
        let address: Address = decode(path, &wake, &bytes)?;
        leases.extend(lease_first(tx, &address, now)?);
        refresh(tx, &address)?;
    }
    Ok(leases)
}

fn lease_first(tx: &mut Tx<'_>, address: &Address, now: Timestamp) -> Result<Option<Lease>, StoreError> {
    while let Some(mut delivery) = first_of(tx, address)? {
        if let DeliveryState::Sending { lease_until } = delivery.state
            && lease_until <= now
        {
            delivery.orphaned(now);
        }
        let DeliveryState::Queued { due, in_doubt } = delivery.state else { return Ok(None) };
        if due > now {
            return Ok(None);
        }
        if delivery.begin(now) {
            tx.save(key::delivery(&delivery.id), &delivery)?;
            let receipt = receipt_below(tx, &delivery)?;
            return Ok(Some(Lease::new(delivery, in_doubt).on(receipt)));
        }
        close(tx, &delivery, now)?;
    }
    Ok(None)
}

/// The receipt of the delivery that this one stands on.
fn receipt_below(tx: &Tx<'_>, delivery: &Delivery) -> Result<Option<String>, StoreError> {
    let Some(anchor) = &delivery.anchor else { return Ok(None) };
    let below = tx.load::<Delivery>(&key::delivery(anchor.on()))?;
    Ok(below.and_then(|below| match below.state {
        DeliveryState::Sent { receipt, .. } => receipt,
        DeliveryState::Queued { .. } | DeliveryState::Sending { .. } | DeliveryState::Dead { .. } => None,
    }))
}

/// Takes in a verdict and gives up the lease. Only what is still as it was leased is changed: a
/// lease that has ended has another holder, or another verdict. That a message was accepted is a
/// fact, and taken from anyone (failures, section 3).
pub fn settle(
    tx: &mut Tx<'_>,
    leased: &Delivery,
    (verdict, aftermath): (Verdict, Aftermath),
    now: Timestamp,
    jitter: f64,
) -> Result<Delivery, StoreError> {
    let id = &leased.id;
    let unknown = || StoreError::Unknown { what: "delivery", id: id.to_string() };
    let mut delivery: Delivery = tx.load(&key::delivery(id))?.ok_or_else(unknown)?;
    let is_held = (&delivery.state, delivery.attempts) == (&leased.state, leased.attempts);
    let is_news = matches!(verdict, Verdict::Sent { .. }) && !matches!(delivery.state, DeliveryState::Sent { .. });
    if !is_held && !is_news {
        tracing::warn!(delivery.id = %id, "Delivery {id} has another holder or is settled; a late verdict changes nothing: {verdict:?}");
        return Ok(delivery);
    }
    if let DeliveryState::Dead { at, .. } = delivery.state {
        unbury(tx, id, at);
    }
    let address = delivery.to.clone();
    delivery.settle(verdict, now, jitter);
    if delivery.to != address {
        // With it goes everything else of that address.
        tx.save(key::delivery(id), &delivery)?;
        moving::move_address(tx, &address, &delivery.to)?;
    } else if delivery.is_open() {
        tx.save(key::delivery(id), &delivery)?;
    } else {
        close(tx, &delivery, now)?;
    }
    refresh(tx, &address)?;
    if let Some(pause) = aftermath.pause {
        people::pause(tx, &address, &pause)?;
    }
    for notice in aftermath.notices {
        enqueue(tx, notice)?;
    }
    Ok(delivery)
}

/// A settled delivery leaves the queue and is kept for a while.
fn close(tx: &mut Tx<'_>, delivery: &Delivery, now: Timestamp) -> Result<(), StoreError> {
    tx.remove(key::queued(&delivery.to, delivery.sequence));
    tx.put(key::settled(now, &delivery.id), Vec::new())?;
    if matches!(delivery.state, DeliveryState::Dead { .. }) {
        tx.put(key::dead(&delivery.id), Vec::new())?;
    }
    tx.save(key::delivery(&delivery.id), delivery)
}

/// A dead letter is no longer one.
fn unbury(tx: &mut Tx<'_>, id: &DeliveryId, died: Timestamp) {
    tx.remove(key::settled(died, id));
    tx.remove(key::dead(id));
}

/// Queues a dead letter again, behind what is open now.
pub fn retry_dead(tx: &mut Tx<'_>, id: &DeliveryId, now: Timestamp, is_insisted: bool) -> Result<Delivery, StoreError> {
    let unknown = || StoreError::Unknown { what: "dead delivery", id: id.to_string() };
    let mut delivery: Delivery = tx.load(&key::delivery(id))?.ok_or_else(unknown)?;
    let DeliveryState::Dead { at, .. } = delivery.state else { return Err(unknown()) };
    unbury(tx, id, at);
    tx.remove(key::history(&delivery.to, delivery.created, id));
    delivery.revive(now);
    delivery.is_insisted = is_insisted;
    tx.put(key::history(&delivery.to, delivery.created, id), Vec::new())?;
    delivery.sequence = tx.next_sequence()?;
    put_open(tx, &delivery)?;
    refresh(tx, &delivery.to)?;
    Ok(delivery)
}

/// Takes back what waits. An item that was published is not published again.
pub fn withdraw(tx: &mut Tx<'_>, deliveries: &[DeliveryId]) -> Result<usize, StoreError> {
    let mut withdrawn = 0;
    for id in deliveries {
        let Some(delivery) = tx.load::<Delivery>(&key::delivery(id))? else { continue };
        if !matches!(delivery.state, DeliveryState::Queued { in_doubt: false, .. }) {
            continue;
        }
        tx.remove(key::queued(&delivery.to, delivery.sequence));
        tx.remove(key::history(&delivery.to, delivery.created, id));
        tx.remove(key::delivery(id));
        refresh(tx, &delivery.to)?;
        withdrawn += 1;
    }
    Ok(withdrawn)
}

/// What was put off for quiet hours is looked at again: there are others now, or none.
pub fn hasten(tx: &mut Tx<'_>, address: &Address) -> Result<(), StoreError> {
    for queued in tx.keys(&key::queue_of(address), usize::MAX)? {
        let Some(id) = tx.get(&queued)? else { continue };
        let id = DeliveryId::new(String::from_utf8_lossy(&id));
        let Some(mut delivery) = tx.load::<Delivery>(&key::delivery(&id))? else { continue };
        if let DeliveryState::Queued { due, .. } = &mut delivery.state
            && delivery.last_error.as_deref() == Some(QUIET_HOURS)
        {
            *due = delivery.created;
            tx.save(key::delivery(&id), &delivery)?;
        }
    }
    refresh(tx, address)
}

/// What is queued for an address that takes nothing any more is dead, until it is revived. What is
/// being sent right now gets its own verdict.
pub fn bury(tx: &mut Tx<'_>, address: &Address, reason: &str, now: Timestamp) -> Result<(), StoreError> {
    for queued in tx.keys(&key::queue_of(address), usize::MAX)? {
        let Some(id) = tx.get(&queued)? else { continue };
        let id = DeliveryId::new(String::from_utf8_lossy(&id));
        let Some(mut delivery) = tx.load::<Delivery>(&key::delivery(&id))? else { continue };
        if matches!(delivery.state, DeliveryState::Queued { .. }) {
            delivery.state = DeliveryState::Dead { at: now, reason: reason.to_owned() };
            close(tx, &delivery, now)?;
        }
    }
    refresh(tx, address)
}

/// Queues again what died at an address from `since` on, oldest first.
pub fn revive_dead_at(
    tx: &mut Tx<'_>,
    address: &Address,
    since: Timestamp,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let mut dead: Vec<Delivery> = Vec::new();
    for key in tx.keys(key::DEAD, usize::MAX)? {
        let Some(id) = key.get(1..).and_then(|id| std::str::from_utf8(id).ok()) else { continue };
        let found = tx.load::<Delivery>(&key::delivery(&DeliveryId::new(id)))?;
        dead.extend(found.filter(|one| one.to == *address && one.created >= since));
    }
    dead.sort_by_key(|delivery| delivery.sequence);
    for delivery in &dead {
        retry_dead(tx, &delivery.id, now, false)?;
    }
    Ok(dead.len())
}

/// When the oldest open delivery was made. Queues are in order: the first of each is looked at.
pub fn oldest_open(db: &sled::Db, path: &Path) -> Result<Option<Timestamp>, StoreError> {
    let mut oldest: Option<Timestamp> = None;
    let mut queue = Vec::new();
    for pair in db.scan_prefix(key::QUEUES) {
        let (queued, id) = pair.map_err(|error| failure(path, &error))?;
        let own = queued.get(..queued.len().saturating_sub(size_of::<u64>())).unwrap_or_default();
        if own == queue {
            continue;
        }
        queue = own.to_vec();
        let key = key::delivery(&DeliveryId::new(String::from_utf8_lossy(&id)));
        let Some(bytes) = db.get(&key).map_err(|error| failure(path, &error))? else { continue };
        let created = decode::<Delivery>(path, &key, &bytes)?.created;
        oldest = Some(oldest.map_or(created, |oldest| oldest.min(created)));
    }
    Ok(oldest)
}

/// What was being sent when the last process ended is in doubt now, not in two minutes: nobody
/// else can hold a lease of a store that only one process can open.
pub fn release_orphans(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize, StoreError> {
    let mut released = 0;
    for queued in tx.keys(key::QUEUES, usize::MAX)? {
        let Some(id) = tx.get(&queued)? else { continue };
        let id = DeliveryId::new(String::from_utf8_lossy(&id));
        let Some(mut delivery) = tx.load::<Delivery>(&key::delivery(&id))? else { continue };
        if matches!(delivery.state, DeliveryState::Sending { .. }) {
            delivery.orphaned(now);
            tx.save(key::delivery(&id), &delivery)?;
            refresh(tx, &delivery.to)?;
            released += 1;
        }
    }
    Ok(released)
}
