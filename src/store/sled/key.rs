//! The layout of the tree: one letter per kind of record, big-endian numbers so that keys sort by
//! time.

use jiff::Timestamp;

use crate::model::id::{DeliveryId, FeedId, ItemId, SubscriptionId};
use crate::model::subscription::Address;

/// The schema version, and the last sequence number given out.
pub const SCHEMA: &[u8] = b"Mschema";
pub const SEQUENCE: &[u8] = b"Msequence";
/// There while a restore fills a store.
pub const RESTORING: &[u8] = b"Mrestoring";

/// Feed records, by feed.
pub const FEEDS: &[u8] = b"F";
/// Polls, by time: `D<due><feed>` → URL. Only feeds with subscribers are here.
pub const DUE_FEEDS: &[u8] = b"D";
/// Packed seen entries in chunks: `S<feed><chunk>`.
pub const SEEN: &[u8] = b"S";
/// Subscriptions by feed: `B<feed>/<subscription>`.
pub const SUBSCRIPTIONS: &[u8] = b"B";
/// Items, by item.
pub const ITEMS: &[u8] = b"I";
/// Items without a card, in the order of collection: `P<sequence>` → item; and back: `R<item>`.
pub const PENDING: &[u8] = b"P";
pub const PENDING_OF_ITEM: &[u8] = b"R";
/// Items by the time of collection: `T<collected><item>`.
pub const ITEMS_BY_TIME: &[u8] = b"T";
/// Cards, by item.
pub const CARDS: &[u8] = b"C";
/// Decisions: `X<item>/<subscription>`.
pub const DECISIONS: &[u8] = b"X";
/// Deliveries, by delivery.
pub const DELIVERIES: &[u8] = b"L";
/// Open deliveries in order, by address: `Q<address>\0<sequence>` → delivery.
pub const QUEUES: &[u8] = b"Q";
/// Addresses by when their first open delivery is due: `W<due><address>`; and back: `A<address>` → due.
pub const DUE_ADDRESSES: &[u8] = b"W";
pub const DUE_OF_ADDRESS: &[u8] = b"A";
/// Dead deliveries: `E<delivery>`.
pub const DEAD: &[u8] = b"E";
/// Settled deliveries by time: `Z<settled><delivery>`.
pub const SETTLED_BY_TIME: &[u8] = b"Z";

fn join(prefix: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut key = prefix.to_vec();
    for part in parts {
        key.extend_from_slice(part);
    }
    key
}

/// Milliseconds since 1970 as a sortable number; what lies before it is 1970.
pub fn millis(at: Timestamp) -> [u8; 8] {
    u64::try_from(at.as_millisecond()).unwrap_or_default().to_be_bytes()
}

/// The time in a key of the form `<letter><millis>...`, rounded up so that it is never early.
pub fn time_of(key: &[u8]) -> Option<Timestamp> {
    let millis = u64::from_be_bytes(*key.get(1..)?.first_chunk::<8>()?);
    Timestamp::from_millisecond(i64::try_from(millis).ok()?).ok()
}

/// The text in a key after its letter and time.
pub fn text_after_time(key: &[u8]) -> Option<&str> {
    std::str::from_utf8(key.get(9..)?).ok()
}

/// The first key of a time index that is later than `at`.
pub fn end_of_time(prefix: &[u8], at: Timestamp) -> Vec<u8> {
    let millis = u64::try_from(at.as_millisecond()).unwrap_or_default().saturating_add(1);
    join(prefix, &[&millis.to_be_bytes()])
}

pub fn feed(id: &FeedId) -> Vec<u8> {
    join(FEEDS, &[id.as_str().as_bytes()])
}

/// Times in indexes are rounded up to the millisecond: what is due is then really due.
pub fn due_feed(due: Timestamp, id: &FeedId) -> Vec<u8> {
    join(DUE_FEEDS, &[&millis(round_up(due)), id.as_str().as_bytes()])
}

fn round_up(at: Timestamp) -> Timestamp {
    let exact = at.subsec_nanosecond() % 1_000_000 == 0;
    if exact { at } else { at.checked_add(jiff::SignedDuration::from_millis(1)).unwrap_or(at) }
}

pub fn seen_of(feed: &FeedId) -> Vec<u8> {
    join(SEEN, &[feed.as_str().as_bytes(), b"/"])
}

pub fn seen_chunk(feed: &FeedId, chunk: u32) -> Vec<u8> {
    join(SEEN, &[feed.as_str().as_bytes(), b"/", &chunk.to_be_bytes()])
}

pub fn subscriptions_of(feed: &FeedId) -> Vec<u8> {
    join(SUBSCRIPTIONS, &[feed.as_str().as_bytes(), b"/"])
}

pub fn subscription(feed: &FeedId, id: &SubscriptionId) -> Vec<u8> {
    join(SUBSCRIPTIONS, &[feed.as_str().as_bytes(), b"/", id.as_str().as_bytes()])
}

pub fn item(id: &ItemId) -> Vec<u8> {
    join(ITEMS, &[id.as_str().as_bytes()])
}

pub fn pending(sequence: u64) -> Vec<u8> {
    join(PENDING, &[&sequence.to_be_bytes()])
}

pub fn pending_of_item(id: &ItemId) -> Vec<u8> {
    join(PENDING_OF_ITEM, &[id.as_str().as_bytes()])
}

pub fn item_by_time(collected: Timestamp, id: &ItemId) -> Vec<u8> {
    join(ITEMS_BY_TIME, &[&millis(collected), id.as_str().as_bytes()])
}

pub fn card(id: &ItemId) -> Vec<u8> {
    join(CARDS, &[id.as_str().as_bytes()])
}

pub fn decisions_of(item: &ItemId) -> Vec<u8> {
    join(DECISIONS, &[item.as_str().as_bytes(), b"/"])
}

pub fn decision(item: &ItemId, subscription: &SubscriptionId) -> Vec<u8> {
    join(DECISIONS, &[item.as_str().as_bytes(), b"/", subscription.as_str().as_bytes()])
}

pub fn delivery(id: &DeliveryId) -> Vec<u8> {
    join(DELIVERIES, &[id.as_str().as_bytes()])
}

pub fn dead(id: &DeliveryId) -> Vec<u8> {
    join(DEAD, &[id.as_str().as_bytes()])
}

pub fn queue_of(address: &Address) -> Vec<u8> {
    join(QUEUES, &[address.to_string().as_bytes(), b"\0"])
}

pub fn queued(address: &Address, sequence: u64) -> Vec<u8> {
    join(QUEUES, &[address.to_string().as_bytes(), b"\0", &sequence.to_be_bytes()])
}

pub fn due_address(due: Timestamp, address: &Address) -> Vec<u8> {
    join(DUE_ADDRESSES, &[&millis(round_up(due)), address.to_string().as_bytes()])
}

pub fn due_of_address(address: &Address) -> Vec<u8> {
    join(DUE_OF_ADDRESS, &[address.to_string().as_bytes()])
}

pub fn settled(at: Timestamp, id: &DeliveryId) -> Vec<u8> {
    join(SETTLED_BY_TIME, &[&millis(at), id.as_str().as_bytes()])
}
