//! A store that refuses what it is told to refuse.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use tidings::model::card::Card;
use tidings::model::decision::Decision;
use tidings::model::delivery::{Delivery, Verdict};
use tidings::model::feed::{Feed, FeedRecord};
use tidings::model::id::{DeliveryId, FeedId, ItemId};
use tidings::model::item::Item;
use tidings::model::seen::SeenSet;
use tidings::model::subscription::{Address, Subscription};
use tidings::port::{Counts, DueFeed, Intake, Lease, Publication, Store, StoreError};

pub struct Faulty {
    inner: Arc<dyn Store>,
    is_full: AtomicBool,
    /// URLs of feeds whose intake is too large, and of those whose memory is fatal to look at.
    too_large: Mutex<HashSet<String>>,
    deadly: Mutex<HashSet<FeedId>>,
    parsed: AtomicUsize,
}

impl Faulty {
    pub fn new(inner: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Self {
            inner,
            is_full: AtomicBool::new(false),
            too_large: Mutex::default(),
            deadly: Mutex::default(),
            parsed: AtomicUsize::new(0),
        })
    }

    pub fn fill_up(&self) {
        self.is_full.store(true, Ordering::SeqCst);
    }

    pub fn make_room(&self) {
        self.is_full.store(false, Ordering::SeqCst);
    }

    pub fn refuse_items_of(&self, url: &str) {
        self.too_large.lock().unwrap().insert(url.to_owned());
    }

    pub fn die_at(&self, url: &str) {
        self.deadly.lock().unwrap().insert(FeedId::of_url(url));
    }

    /// How many documents were parsed.
    pub fn parsed_count(&self) -> usize {
        self.parsed.load(Ordering::SeqCst)
    }

    fn room(&self) -> Result<(), StoreError> {
        if self.is_full.load(Ordering::SeqCst) {
            return Err(StoreError::DiskFull { path: "data".into(), free_bytes: 1, needed_bytes: 2 });
        }
        Ok(())
    }
}

#[async_trait]
impl Store for Faulty {
    async fn sync_feeds(&self, feeds: &[Feed], address: &Address, now: Timestamp) -> Result<(), StoreError> {
        self.inner.sync_feeds(feeds, address, now).await
    }
    async fn feeds(&self) -> Result<Vec<FeedRecord>, StoreError> {
        self.inner.feeds().await
    }
    async fn feed(&self, id: &FeedId) -> Result<Option<FeedRecord>, StoreError> {
        self.inner.feed(id).await
    }
    async fn due_feeds(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<(Vec<DueFeed>, Option<Timestamp>), StoreError> {
        self.inner.due_feeds(since, now).await
    }
    async fn seen(&self, feed: &FeedId) -> Result<Option<SeenSet>, StoreError> {
        assert!(!self.deadly.lock().unwrap().contains(feed), "this feed is deadly");
        self.inner.seen(feed).await
    }
    async fn commit_intake(&self, intake: Intake) -> Result<(), StoreError> {
        self.room()?;
        let is_too_large = self.too_large.lock().unwrap().contains(&intake.record.feed.url);
        if is_too_large && !intake.items.is_empty() {
            return Err(StoreError::TooLarge { what: "an item".to_owned(), size: 70_000, max: 65_536 });
        }
        self.inner.commit_intake(intake).await
    }
    async fn note_polls(&self, records: Vec<FeedRecord>) -> Result<(), StoreError> {
        self.room()?;
        self.inner.note_polls(records).await
    }
    async fn pending_items(&self, max: usize) -> Result<Vec<Item>, StoreError> {
        self.inner.pending_items(max).await
    }
    async fn subscriptions_to(&self, feed: &FeedId) -> Result<Vec<Subscription>, StoreError> {
        self.inner.subscriptions_to(feed).await
    }
    async fn publish(&self, publication: Publication) -> Result<(), StoreError> {
        self.inner.publish(publication).await
    }
    async fn card(&self, item: &ItemId) -> Result<Option<Card>, StoreError> {
        self.inner.card(item).await
    }
    async fn decisions(&self, item: &ItemId) -> Result<Vec<Decision>, StoreError> {
        self.inner.decisions(item).await
    }
    async fn lease(&self, now: Timestamp, max: usize) -> Result<(Vec<Lease>, Option<Timestamp>), StoreError> {
        self.inner.lease(now, max).await
    }
    async fn settle(&self, lease: Lease, verdict: Verdict, now: Timestamp) -> Result<Delivery, StoreError> {
        self.inner.settle(lease, verdict, now).await
    }
    async fn deliveries(&self, max: usize) -> Result<Vec<Delivery>, StoreError> {
        self.inner.deliveries(max).await
    }
    async fn retry_dead(&self, id: &DeliveryId, now: Timestamp) -> Result<Delivery, StoreError> {
        self.inner.retry_dead(id, now).await
    }
    fn parsing(&self, feed: &FeedId, document: &[u8]) -> Result<(), StoreError> {
        self.parsed.fetch_add(1, Ordering::SeqCst);
        self.inner.parsing(feed, document)
    }
    fn parsed(&self, feed: &FeedId) {
        self.inner.parsed(feed);
    }
    async fn counts(&self) -> Result<Counts, StoreError> {
        self.inner.counts().await
    }
    async fn forget_before(&self, before: Timestamp, max: usize) -> Result<usize, StoreError> {
        self.inner.forget_before(before, max).await
    }
}
