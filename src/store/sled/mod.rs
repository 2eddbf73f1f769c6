//! The store on one machine: sled 0.34.7, used as it has to be to keep its promises (bench,
//! section 3; failures, finding 4).

mod care;
mod change;
mod key;
mod open;
mod queue;
mod tx;
mod writer;

use std::collections::HashSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::model::card::Card;
use crate::model::decision::Decision;
use crate::model::delivery::{Delivery, DeliveryState, Verdict};
use crate::model::feed::{Feed, FeedRecord};
use crate::model::id::{DeliveryId, FeedId, ItemId};
use crate::model::item::Item;
use crate::model::seen::SeenSet;
use crate::model::subscription::{Address, Subscription};
use crate::port::{Counts, DueFeed, Intake, Lease, Publication, Store, StoreError};

pub use care::{Report, backup, check, restore};
use tx::{Tx, decode, failure};
use writer::{Purpose, Writer};

/// Feeds that are made known in one transaction.
const SYNC_CHUNK: usize = 100;

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
        // In portions: one batch of ten thousand feeds costs sled 150 MB.
        for portion in feeds.chunks(SYNC_CHUNK) {
            let (portion, address) = (portion.to_vec(), address.clone());
            self.writer.write(Purpose::Grow, move |tx| change::add_feeds(tx, &portion, &address, now)).await?;
        }
        let named: HashSet<FeedId> = feeds.iter().map(|feed| feed.id.clone()).collect();
        let address = address.clone();
        self.writer.write(Purpose::Settle, move |tx| change::remove_others(tx, &named, &address)).await
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
        self.writer.write(Purpose::Grow, move |tx| change::commit_intake(tx, &intake)).await
    }

    async fn note_polls(&self, records: Vec<FeedRecord>) -> Result<(), StoreError> {
        let note = move |tx: &mut Tx<'_>| records.iter().try_for_each(|record| change::put_awaited(tx, record));
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
        self.writer.write(Purpose::Grow, move |tx| change::publish(tx, publication)).await
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
        self.writer.write(Purpose::Settle, move |tx| change::forget_before(tx, before, max)).await
    }
}
