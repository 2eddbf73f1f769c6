//! The layout of the tree: one letter per kind of record, big-endian numbers so that keys sort by
//! time.

use jiff::Timestamp;

use crate::model::id::{DeliveryId, FeedId, ItemId, StoryId, SubscriptionId};
use crate::model::subscription::{Address, PlatformKind};

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
/// Subscriptions, by subscription; those to a feed: `b<feed>/<subscription>`; those of an address:
/// `N<address>\0<number>` → subscription, and the last number given there: `n<address>`.
pub const SUBSCRIPTIONS: &[u8] = b"B";
pub const SUBSCRIPTIONS_OF_FEED: &[u8] = b"b";
pub const NUMBERS: &[u8] = b"N";
pub const LAST_NUMBER: &[u8] = b"n";
/// Settings, by address.
pub const SETTINGS: &[u8] = b"G";
/// What changed among subscriptions and settings, in order: `J<revision>`.
pub const JOURNAL: &[u8] = b"J";
/// Questions, by token; the last one put to a person: `k<address>\0<person>` → token.
pub const QUESTIONS: &[u8] = b"K";
pub const QUESTION_OF: &[u8] = b"k";
/// What people think of cards: `V<address>\0<person>\0<item>`.
pub const VOTES: &[u8] = b"V";
/// Until when an address has had its recaps: `Y<address>\0<d|w>`.
pub const RECAPS: &[u8] = b"Y";
/// What the last of them told: `y<address>\0<d|w>`.
pub const RECALLED: &[u8] = b"y";
/// Items, by item.
pub const ITEMS: &[u8] = b"I";
/// Items without a card, in the order of collection: `P<sequence>` → item; and back: `R<item>`.
pub const PENDING: &[u8] = b"P";
pub const PENDING_OF_ITEM: &[u8] = b"R";
/// Items by the time of collection: `T<collected><item>`.
pub const ITEMS_BY_TIME: &[u8] = b"T";
/// Items by what their links have in common: `U<fingerprint><item>`.
pub const LINKS: &[u8] = b"U";
/// Cards, by item.
pub const CARDS: &[u8] = b"C";
/// Stories, by story; the story of an item: `o<item>` → story; what it is compared by: `w<item>`.
pub const STORIES: &[u8] = b"O";
pub const STORY_OF_ITEM: &[u8] = b"o";
pub const SKETCHES: &[u8] = b"w";
/// Decisions: `X<item>/<subscription>`.
pub const DECISIONS: &[u8] = b"X";
/// What people were told of their feeds, by person.
pub const HEALTH: &[u8] = b"e";
/// Cards kept for summaries: `h<item>/<address>`; those that wait: `g<address>\0<item>`.
pub const HELD: &[u8] = b"h";
pub const WAITING: &[u8] = b"g";
/// Deliveries, by delivery.
pub const DELIVERIES: &[u8] = b"L";
/// Open deliveries in order, by address: `Q<address>\0<sequence>` → delivery.
pub const QUEUES: &[u8] = b"Q";
/// Addresses by when their first open delivery is due: `W<due><address>`; and back: `A<address>` → due.
pub const DUE_ADDRESSES: &[u8] = b"W";
pub const DUE_OF_ADDRESS: &[u8] = b"A";
/// Deliveries by address and the time they were made: `H<address>\0<created><delivery>`.
pub const HISTORY: &[u8] = b"H";
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

pub fn subscription(id: &SubscriptionId) -> Vec<u8> {
    join(SUBSCRIPTIONS, &[id.as_str().as_bytes()])
}

pub fn subscriptions_of_feed(feed: &FeedId) -> Vec<u8> {
    join(SUBSCRIPTIONS_OF_FEED, &[feed.as_str().as_bytes(), b"/"])
}

pub fn subscription_of_feed(feed: &FeedId, id: &SubscriptionId) -> Vec<u8> {
    join(SUBSCRIPTIONS_OF_FEED, &[feed.as_str().as_bytes(), b"/", id.as_str().as_bytes()])
}

/// A part of a key that ends where the next begins: addresses hold no zero byte.
fn of_address(prefix: &[u8], address: &Address, rest: &[u8]) -> Vec<u8> {
    join(prefix, &[address.to_string().as_bytes(), b"\0", rest])
}

pub fn numbers_of(address: &Address) -> Vec<u8> {
    of_address(NUMBERS, address, b"")
}

pub fn number(address: &Address, number: u32) -> Vec<u8> {
    of_address(NUMBERS, address, &number.to_be_bytes())
}

pub fn last_number(address: &Address) -> Vec<u8> {
    of_address(LAST_NUMBER, address, b"")
}

pub fn settings(address: &Address) -> Vec<u8> {
    of_address(SETTINGS, address, b"")
}

pub fn journal(revision: u64) -> Vec<u8> {
    join(JOURNAL, &[&revision.to_be_bytes()])
}

/// The revision in a key of the journal.
pub fn revision_of(key: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(*key.get(1..)?.first_chunk::<8>()?))
}

pub fn question(token: &str) -> Vec<u8> {
    join(QUESTIONS, &[token.as_bytes()])
}

pub fn question_of(address: &Address, person: &str) -> Vec<u8> {
    of_address(QUESTION_OF, address, person.as_bytes())
}

pub fn vote(address: &Address, person: &str, item: &ItemId) -> Vec<u8> {
    of_address(VOTES, address, &join(person.as_bytes(), &[b"\0", item.as_str().as_bytes()]))
}

pub fn recapped(address: &Address, is_weekly: bool) -> Vec<u8> {
    of_address(RECAPS, address, if is_weekly { b"w" } else { b"d" })
}

pub fn recalled(address: &Address, is_weekly: bool) -> Vec<u8> {
    of_address(RECALLED, address, if is_weekly { b"w" } else { b"d" })
}

pub fn story(id: &StoryId) -> Vec<u8> {
    join(STORIES, &[id.as_str().as_bytes()])
}

pub fn story_of_item(item: &ItemId) -> Vec<u8> {
    join(STORY_OF_ITEM, &[item.as_str().as_bytes()])
}

pub fn sketch(item: &ItemId) -> Vec<u8> {
    join(SKETCHES, &[item.as_str().as_bytes()])
}

pub fn links_of(link: u64) -> Vec<u8> {
    join(LINKS, &[&link.to_be_bytes()])
}

pub fn link(link: u64, item: &ItemId) -> Vec<u8> {
    join(LINKS, &[&link.to_be_bytes(), item.as_str().as_bytes()])
}

pub fn history_of(address: &Address) -> Vec<u8> {
    of_address(HISTORY, address, b"")
}

pub fn history(address: &Address, created: Timestamp, id: &DeliveryId) -> Vec<u8> {
    of_address(HISTORY, address, &join(&millis(created), &[id.as_str().as_bytes()]))
}

/// The delivery in a key of the history of an address.
pub fn delivery_of_history(key: &[u8], address: &Address) -> Option<String> {
    let after = key.get(history_of(address).len() + size_of::<u64>()..)?;
    String::from_utf8(after.to_vec()).ok()
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

pub fn health(person: &Address) -> Vec<u8> {
    of_address(HEALTH, person, b"")
}

pub fn held_of(item: &ItemId) -> Vec<u8> {
    join(HELD, &[item.as_str().as_bytes(), b"/"])
}

pub fn held(item: &ItemId, address: &Address) -> Vec<u8> {
    join(HELD, &[item.as_str().as_bytes(), b"/", address.to_string().as_bytes()])
}

pub fn waiting_at(address: &Address) -> Vec<u8> {
    of_address(WAITING, address, b"")
}

pub fn waiting(address: &Address, item: &ItemId) -> Vec<u8> {
    of_address(WAITING, address, item.as_str().as_bytes())
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
    of_address(QUEUES, address, b"")
}

pub fn queued(address: &Address, sequence: u64) -> Vec<u8> {
    of_address(QUEUES, address, &sequence.to_be_bytes())
}

pub fn due_address(due: Timestamp, address: &Address) -> Vec<u8> {
    join(DUE_ADDRESSES, &[&millis(round_up(due)), address.to_string().as_bytes()])
}

/// Whether the address in a key of [`DUE_ADDRESSES`] is on one of these platforms.
pub fn is_of(wake: &[u8], platforms: &[PlatformKind]) -> bool {
    let address = wake.get(9..).unwrap_or_default();
    platforms.iter().any(|kind| address.strip_prefix(kind.name().as_bytes()).is_some_and(|rest| rest.starts_with(b":")))
}

pub fn due_of_address(address: &Address) -> Vec<u8> {
    join(DUE_OF_ADDRESS, &[address.to_string().as_bytes()])
}

pub fn settled(at: Timestamp, id: &DeliveryId) -> Vec<u8> {
    join(SETTLED_BY_TIME, &[&millis(at), id.as_str().as_bytes()])
}
