//! The store on one machine: sled 0.34.7, used as it has to be to keep its promises (bench,
//! section 3; failures, finding 4).

mod care;
mod key;
mod open;
mod queue;
mod tx;
mod writer;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;

use crate::model::card::Card;
use crate::model::decision::Decision;
use crate::model::delivery::{Delivery, DeliveryState, Verdict};
use crate::model::feed::{Feed, FeedRecord, FeedState};
use crate::model::id::{DeliveryId, FeedId, ItemId};
use crate::model::item::Item;
use crate::model::seen::{PACKED_BYTES, SeenSet};
use crate::model::subscription::{Address, Subscription};
use crate::port::{Counts, DueFeed, Intake, Lease, Publication, Store, StoreError};

pub use care::{Report, backup, check, restore};
use tx::{Tx, VALUE_BYTES_MAX, decode, failure};
use writer::{Purpose, Writer};

/// No poll is put off for longer than a week (`Retry-After`) and its jitter.
const POLL_AHEAD_MAX: SignedDuration = SignedDuration::from_hours(8 * 24);
/// Seen entries in one value.
const SEEN_CHUNK: usize = VALUE_BYTES_MAX / PACKED_BYTES;

pub struct SledStore {
    db: sled::Db,
    path: PathBuf,
    writer: Writer,
}

/// A document whose parsing never ended.
pub struct Suspect {
    pub feed: FeedId,
    /// The document as it was fetched.
    pub document: PathBuf,
}

impl SledStore {
    /// Opens the store, or makes it, and frees what the last process held.
    ///
    /// # Errors
    /// See [`StoreError`]; nothing is changed when the store is locked, damaged or newer.
    pub async fn open(path: &Path, now: Timestamp) -> Result<Self, StoreError> {
        let disk = open::open(path)?;
        let db = disk.db.clone();
        let failed = |error: std::io::Error| StoreError::Unusable { path: path.to_owned(), why: error.to_string() };
        let writer = Writer::start(disk).map_err(failed)?;
        let released = writer.write(Purpose::Settle, move |tx| queue::release_orphans(tx, now)).await?;
        if released > 0 {
            tracing::info!(deliveries = released, "{released} deliveries were in flight when the last process ended");
        }
        Ok(Self { db, path: path.to_owned(), writer })
    }

    /// Documents that were being parsed when the last process ended. Empty after a clean stop.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn suspects(&self) -> Result<Vec<Suspect>, StoreError> {
        let failed = |error: std::io::Error| StoreError::Unusable { path: self.path.clone(), why: error.to_string() };
        let mut suspects = Vec::new();
        for entry in fs::read_dir(self.path.join(open::PARSING_FOLDER)).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let feed = FeedId::new(entry.file_name().to_string_lossy());
            suspects.push(Suspect { feed, document: entry.path() });
        }
        Ok(suspects)
    }

    fn get<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, StoreError> {
        let found = self.db.get(key).map_err(|error| failure(&self.path, &error))?;
        found.map(|bytes| decode(&self.path, key, &bytes)).transpose()
    }

    fn scan<T: DeserializeOwned>(&self, prefix: &[u8], max: usize) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        for pair in self.db.scan_prefix(prefix).take(max) {
            let (key, value) = pair.map_err(|error| failure(&self.path, &error))?;
            found.push(decode(&self.path, &key, &value)?);
        }
        Ok(found)
    }

    fn count(&self, prefix: &[u8]) -> u64 {
        self.db.scan_prefix(prefix).keys().count() as u64
    }

    fn parsing_file(&self, feed: &FeedId) -> PathBuf {
        self.path.join(open::PARSING_FOLDER).join(feed.as_str())
    }
}

#[async_trait]
impl Store for SledStore {
    async fn sync_feeds(&self, feeds: &[Feed], address: &Address, now: Timestamp) -> Result<(), StoreError> {
        let (feeds, address) = (feeds.to_vec(), address.clone());
        self.writer.write(Purpose::Grow, move |tx| sync_feeds(tx, &feeds, &address, now)).await
    }

    async fn feeds(&self) -> Result<Vec<FeedRecord>, StoreError> {
        self.scan(key::FEEDS, usize::MAX)
    }

    async fn feed(&self, id: &FeedId) -> Result<Option<FeedRecord>, StoreError> {
        self.get(&key::feed(id))
    }

    async fn due_feeds(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<(Vec<DueFeed>, Option<Timestamp>), StoreError> {
        let mut due = Vec::new();
        let start = [key::DUE_FEEDS, &key::millis(since)].concat();
        let end = key::end_of_time(key::DUE_FEEDS, Timestamp::MAX);
        for pair in self.db.range(start..end) {
            let (key, feed) = pair.map_err(|error| failure(&self.path, &error))?;
            if let Some(at) = key::time_of(&key).filter(|at| *at > now) {
                return Ok((due, Some(at)));
            }
            due.push(decode(&self.path, &key, &feed)?);
        }
        Ok((due, None))
    }

    async fn seen(&self, feed: &FeedId) -> Result<Option<SeenSet>, StoreError> {
        let mut seen = None;
        for pair in self.db.scan_prefix(key::seen_of(feed)) {
            let (_, value) = pair.map_err(|error| failure(&self.path, &error))?;
            let set = seen.get_or_insert_with(SeenSet::default);
            if set.extend_from_bytes(&value).is_none() {
                // Damaged memory is no memory: the feed goes back to its baseline.
                tracing::error!(feed.id = %feed, "The memory of feed {feed} is damaged; it starts from a new baseline");
                return Ok(None);
            }
        }
        Ok(seen)
    }

    async fn commit_intake(&self, intake: Intake) -> Result<(), StoreError> {
        self.writer.write(Purpose::Grow, move |tx| commit_intake(tx, &intake)).await
    }

    async fn note_polls(&self, records: Vec<FeedRecord>) -> Result<(), StoreError> {
        let note = move |tx: &mut Tx<'_>| records.iter().try_for_each(|record| put_awaited(tx, record));
        self.writer.write(Purpose::Note, note).await
    }

    async fn pending_items(&self, max: usize) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        for pair in self.db.scan_prefix(key::PENDING).take(max) {
            let (_, id) = pair.map_err(|error| failure(&self.path, &error))?;
            items.extend(self.get::<Item>(&key::item(&ItemId::new(String::from_utf8_lossy(&id))))?);
        }
        Ok(items)
    }

    async fn subscriptions_to(&self, feed: &FeedId) -> Result<Vec<Subscription>, StoreError> {
        self.scan(&key::subscriptions_of(feed), usize::MAX)
    }

    async fn publish(&self, publication: Publication) -> Result<(), StoreError> {
        self.writer.write(Purpose::Grow, move |tx| publish(tx, publication)).await
    }

    async fn card(&self, item: &ItemId) -> Result<Option<Card>, StoreError> {
        self.get(&key::card(item))
    }

    async fn decisions(&self, item: &ItemId) -> Result<Vec<Decision>, StoreError> {
        self.scan(&key::decisions_of(item), usize::MAX)
    }

    async fn lease(&self, now: Timestamp, max: usize) -> Result<(Vec<Lease>, Option<Timestamp>), StoreError> {
        let mut first = self.db.scan_prefix(key::DUE_ADDRESSES).keys();
        let is_due = |key: &[u8]| key < key::end_of_time(key::DUE_ADDRESSES, now).as_slice();
        let leases = match first.next().transpose().map_err(|error| failure(&self.path, &error))? {
            None => return Ok((Vec::new(), None)),
            Some(key) if !is_due(&key) => Vec::new(),
            Some(_) => {
                let path = self.path.clone();
                self.writer.write(Purpose::Settle, move |tx| queue::lease(tx, &path, now, max)).await?
            }
        };
        let next = self.db.scan_prefix(key::DUE_ADDRESSES).keys().next().transpose();
        let next = next.map_err(|error| failure(&self.path, &error))?;
        Ok((leases, next.and_then(|key| key::time_of(&key))))
    }

    async fn settle(&self, lease: Lease, verdict: Verdict, now: Timestamp) -> Result<Delivery, StoreError> {
        let delivery = lease.delivery().clone();
        let jitter = fastrand::f64();
        self.writer.write(Purpose::Settle, move |tx| queue::settle(tx, delivery, verdict, now, jitter)).await
    }

    async fn deliveries(&self, max: usize) -> Result<Vec<Delivery>, StoreError> {
        let mut all: Vec<Delivery> = self.scan(key::DELIVERIES, usize::MAX)?;
        all.sort_by_key(|delivery| std::cmp::Reverse(delivery.sequence));
        all.truncate(max);
        Ok(all)
    }

    async fn retry_dead(&self, id: &DeliveryId, now: Timestamp) -> Result<Delivery, StoreError> {
        let id = id.clone();
        self.writer.write(Purpose::Settle, move |tx| queue::retry_dead(tx, &id, now)).await
    }

    fn parsing(&self, feed: &FeedId, document: &[u8]) -> Result<(), StoreError> {
        // The page cache outlives the process, which is all that is asked of this note.
        fs::write(self.parsing_file(feed), document).map_err(|error| match error.kind() {
            ErrorKind::StorageFull => {
                StoreError::DiskFull { path: self.path.clone(), free_bytes: 0, needed_bytes: document.len() as u64 }
            }
            _ => StoreError::Unusable { path: self.path.clone(), why: format!("cannot note what is parsed: {error}") },
        })
    }

    fn parsed(&self, feed: &FeedId) {
        if let Err(error) = fs::remove_file(self.parsing_file(feed)) {
            tracing::warn!(feed.id = %feed, %error, "Cannot remove the note that feed {feed} is being parsed");
        }
    }

    async fn counts(&self) -> Result<Counts, StoreError> {
        let dead = |delivery: &Delivery| matches!(delivery.state, DeliveryState::Dead { .. });
        Ok(Counts {
            feeds: self.count(key::FEEDS),
            items: self.count(key::ITEMS_BY_TIME),
            pending_items: self.count(key::PENDING),
            open_deliveries: self.count(key::QUEUES),
            dead_deliveries: self.scan::<Delivery>(key::DELIVERIES, usize::MAX)?.iter().filter(|one| dead(one)).count()
                as u64,
        })
    }

    async fn forget_before(&self, before: Timestamp, max: usize) -> Result<usize, StoreError> {
        self.writer.write(Purpose::Settle, move |tx| forget_before(tx, before, max)).await
    }
}

fn sync_feeds(tx: &mut Tx<'_>, feeds: &[Feed], address: &Address, now: Timestamp) -> Result<(), StoreError> {
    for feed in feeds {
        let subscription = Subscription::new(address.clone(), feed.id.clone());
        let is_awaited = !tx.keys(&key::subscriptions_of(&feed.id), 1)?.is_empty();
        let known: Option<FeedRecord> = tx.load(&key::feed(&feed.id))?;
        let state = match known {
            // A poll that lies further ahead than any rule puts it comes from a clock that was wrong.
            Some(known) if is_awaited && known.state.next_poll.duration_since(now) > POLL_AHEAD_MAX => {
                FeedState { next_poll: now, ..known.state }
            }
            Some(known) if is_awaited && known.feed == *feed => continue,
            Some(known) if is_awaited => known.state,
            Some(known) => {
                // Nobody was listening: what appeared meanwhile is old by now.
                tx.remove(key::due_feed(known.state.next_poll, &feed.id));
                FeedState { title: known.state.title, ..FeedState::new(&feed.url, now) }
            }
            None => FeedState::new(&feed.url, now),
        };
        put_record(tx, &FeedRecord { feed: feed.clone(), state })?;
        tx.save(key::subscription(&feed.id, &subscription.id), &subscription)?;
    }
    for found in tx.keys(key::SUBSCRIPTIONS, usize::MAX)? {
        let Some(subscription) = tx.load::<Subscription>(&found)? else { continue };
        let is_named = feeds.iter().any(|feed| feed.id == subscription.feed);
        if subscription.to == *address && !is_named {
            tx.remove(found);
            stop_polling_unheard(tx, &subscription.feed)?;
        }
    }
    Ok(())
}

fn stop_polling_unheard(tx: &mut Tx<'_>, feed: &FeedId) -> Result<(), StoreError> {
    if tx.keys(&key::subscriptions_of(feed), 1)?.is_empty()
        && let Some(record) = tx.load::<FeedRecord>(&key::feed(feed))?
    {
        tx.remove(key::due_feed(record.state.next_poll, feed));
    }
    Ok(())
}

/// Saves a record and, unless the feed is parked, its next poll.
fn put_record(tx: &mut Tx<'_>, record: &FeedRecord) -> Result<(), StoreError> {
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
fn put_awaited(tx: &mut Tx<'_>, record: &FeedRecord) -> Result<(), StoreError> {
    put_record(tx, record)?;
    if tx.keys(&key::subscriptions_of(&record.feed.id), 1)?.is_empty() {
        tx.remove(key::due_feed(record.state.next_poll, &record.feed.id));
    }
    Ok(())
}

fn commit_intake(tx: &mut Tx<'_>, intake: &Intake) -> Result<(), StoreError> {
    let id = &intake.record.feed.id;
    put_awaited(tx, &intake.record)?;
    if let Some(seen) = &intake.seen {
        put_seen(tx, id, seen)?;
    }
    for item in &intake.items {
        if tx.get(&key::item(&item.id))?.is_some() {
            continue;
        }
        let sequence = tx.next_sequence()?;
        tx.save(key::item(&item.id), item)?;
        tx.put(key::pending(sequence), item.id.as_str().into())?;
        tx.put(key::pending_of_item(&item.id), key::pending(sequence))?;
        tx.put(key::item_by_time(item.collected, &item.id), Vec::new())?;
    }
    Ok(())
}

/// Replaces the chunks of a feed's seen set. An empty set is one empty chunk: it is remembered
/// that there was nothing.
fn put_seen(tx: &mut Tx<'_>, feed: &FeedId, seen: &SeenSet) -> Result<(), StoreError> {
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

fn publish(tx: &mut Tx<'_>, publication: Publication) -> Result<(), StoreError> {
    let item = publication.card.id.clone();
    tx.save(key::card(&item), &publication.card)?;
    for decision in &publication.decisions {
        tx.save(key::decision(&item, &decision.subscription), decision)?;
    }
    for delivery in publication.deliveries {
        queue::enqueue(tx, delivery)?;
    }
    if let Some(pending) = tx.get(&key::pending_of_item(&item))? {
        tx.remove(pending);
        tx.remove(key::pending_of_item(&item));
    }
    Ok(())
}

fn forget_before(tx: &mut Tx<'_>, before: Timestamp, max: usize) -> Result<usize, StoreError> {
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
        tx.remove(key::card(&id));
        tx.remove(key::item(&id));
        tx.remove(by_time);
        forgotten += 1;
    }
    let end = key::end_of_time(key::SETTLED_BY_TIME, before);
    for by_time in tx.keys(key::SETTLED_BY_TIME, max)?.into_iter().filter(|key| *key < end) {
        let Some(id) = key::text_after_time(&by_time).map(DeliveryId::new) else { continue };
        tx.remove(key::delivery(&id));
        tx.remove(by_time);
        forgotten += 1;
    }
    Ok(forgotten)
}
