//! The store on one machine: sled 0.34.7, used as it has to be to keep its promises (bench,
//! section 3; failures, finding 4).

mod access;
mod backup;
mod care;
mod change;
mod held;
mod key;
mod migrate;
mod moving;
mod note;
mod open;
mod people;
mod queue;
mod read;
mod stories;
mod suspects;
mod tx;
mod writer;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use jiff::Timestamp;

use crate::model::card::Card;
use crate::model::decision::Decision;
use crate::model::delivery::{Delivery, Verdict};
use crate::model::feed::{Feed, FeedRecord};
use crate::model::health::ToldHealth;
use crate::model::held::Held;
use crate::model::id::{DeliveryId, FeedId, ItemId, StoryId, SubscriptionId};
use crate::model::item::Item;
use crate::model::recap::{Recalled, Told};
use crate::model::seen::SeenSet;
use crate::model::settings::Settings;
use crate::model::story::Story;
use crate::model::subscription::{Address, Origin, PlatformKind, Subscription, Wants};
use crate::port::{
    Aftermath, Body, Change, Changes, Counts, DueFeed, Enrolment, Intake, Lease, Publication, Question, RecapMade,
    Store, StoreError, Summary, Vote,
};

pub use backup::{backup, restore};
pub use care::{Report, check};
pub use note::Note;
pub use open::is_there;
pub use suspects::Suspect;
use tx::{Tx, guarded};
use writer::{Purpose, Writer};

/// Feeds that are made known in one transaction.
const SYNC_CHUNK: usize = 100;
/// Items with one link that are named.
const LINKED_MAX: usize = 1000;

pub struct SledStore {
    db: sled::Db,
    path: PathBuf,
    writer: Writer,
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
}

#[async_trait]
impl Store for SledStore {
    async fn sync_feeds(&self, feeds: &[Feed], address: &Address, now: Timestamp) -> Result<(), StoreError> {
        // In portions: one batch of ten thousand feeds costs sled 150 MB.
        for portion in feeds.chunks(SYNC_CHUNK) {
            let (portion, address) = (portion.to_vec(), address.clone());
            let sync = move |tx: &mut Tx<'_>| {
                portion.iter().try_for_each(|feed| {
                    let wants = Wants::Feed(feed.id.clone());
                    let subscription = Subscription::new(address.clone(), wants, Origin::Config, now);
                    people::sync_feed(tx, feed, &subscription, now)
                })
            };
            self.writer.write(Purpose::Grow, sync).await?;
        }
        let named: HashSet<FeedId> = feeds.iter().map(|feed| feed.id.clone()).collect();
        let address = address.clone();
        self.writer.write(Purpose::Settle, move |tx| change::remove_others(tx, &named, &address)).await
    }

    async fn feeds(&self) -> Result<Vec<FeedRecord>, StoreError> {
        self.read_aside(|db, path| read::scan(db, path, key::FEEDS)).await
    }

    async fn feed(&self, id: &FeedId) -> Result<Option<FeedRecord>, StoreError> {
        self.get(&key::feed(id))
    }

    async fn due_feeds(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<(Vec<DueFeed>, Option<Timestamp>), StoreError> {
        guarded(&self.path, || read::due_feeds(&self.db, &self.path, since, now))
    }

    async fn seen(&self, feed: &FeedId) -> Result<Option<SeenSet>, StoreError> {
        let mut seen = None;
        for (_, value) in self.pairs(&key::seen_of(feed), usize::MAX)? {
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
        for (_, id) in self.pairs(key::PENDING, max)? {
            items.extend(self.get::<Item>(&key::item(&ItemId::new(String::from_utf8_lossy(&id))))?);
        }
        Ok(items)
    }

    async fn publish(&self, publication: Publication) -> Result<(), StoreError> {
        self.writer.write(Purpose::Grow, move |tx| change::publish(tx, publication)).await
    }

    async fn item(&self, item: &ItemId) -> Result<Option<Item>, StoreError> {
        self.get(&key::item(item))
    }

    async fn card(&self, item: &ItemId) -> Result<Option<Card>, StoreError> {
        self.get(&key::card(item))
    }

    async fn decisions(&self, item: &ItemId) -> Result<Vec<Decision>, StoreError> {
        let prefix = key::decisions_of(item);
        self.read_aside(move |db, path| read::scan(db, path, &prefix)).await
    }

    async fn cards_between(&self, from: Timestamp, to: Timestamp, max: usize) -> Result<Vec<(Item, Card)>, StoreError> {
        self.read_aside(move |db, path| read::cards_between(db, path, (from, to), max)).await
    }

    async fn story(&self, story: &StoryId) -> Result<Option<Story>, StoreError> {
        self.get(&key::story(story))
    }

    async fn story_of(&self, item: &ItemId) -> Result<Option<Story>, StoreError> {
        guarded(&self.path, || stories::of_item(&self.db, &self.path, item))
    }

    async fn stories_of(&self, items: Vec<ItemId>) -> Result<HashMap<ItemId, (StoryId, usize)>, StoreError> {
        self.read_aside(move |db, path| stories::of_items(db, path, items)).await
    }

    async fn sketches_since(&self, from: Timestamp, max: usize) -> Result<Vec<(ItemId, StoryId, Vec<u8>)>, StoreError> {
        self.read_aside(move |db, path| stories::sketches_since(db, path, from, max)).await
    }

    async fn items_with_link(&self, link: u64) -> Result<Vec<ItemId>, StoreError> {
        let pairs = self.pairs(&key::links_of(link), LINKED_MAX)?;
        Ok(pairs.iter().filter_map(|(key, _)| key::text_after_time(key)).map(ItemId::new).collect())
    }

    async fn enrol(&self, enrolment: Enrolment) -> Result<(Subscription, bool), StoreError> {
        self.writer.write(Purpose::Grow, move |tx| people::enrol(tx, enrolment)).await
    }

    async fn unsubscribe(&self, id: &SubscriptionId) -> Result<Option<Subscription>, StoreError> {
        let id = id.clone();
        self.writer.write(Purpose::Settle, move |tx| people::remove_subscription(tx, &id)).await
    }

    async fn subscriptions_of(&self, address: &Address) -> Result<Vec<Subscription>, StoreError> {
        let mut found = Vec::new();
        for (_, id) in self.pairs(&key::numbers_of(address), usize::MAX)? {
            let id = SubscriptionId::new(String::from_utf8_lossy(&id));
            found.extend(self.get::<Subscription>(&key::subscription(&id))?);
        }
        Ok(found)
    }

    async fn subscriptions(&self) -> Result<Vec<Subscription>, StoreError> {
        self.read_aside(|db, path| read::scan(db, path, key::SUBSCRIPTIONS)).await
    }

    async fn settings(&self, address: &Address) -> Result<Settings, StoreError> {
        Ok(self.get(&key::settings(address))?.unwrap_or_else(|| Settings::new(address.clone())))
    }

    async fn change_settings(&self, address: &Address, change: Change<Settings>) -> Result<Settings, StoreError> {
        let address = address.clone();
        self.writer.write(Purpose::Settle, move |tx| people::change_settings(tx, &address, change)).await
    }

    async fn change_subscription(
        &self,
        id: &SubscriptionId,
        change: Change<Subscription>,
    ) -> Result<Option<Subscription>, StoreError> {
        let id = id.clone();
        self.writer.write(Purpose::Settle, move |tx| people::change_subscription(tx, &id, change)).await
    }

    async fn withdraw(&self, deliveries: Vec<DeliveryId>) -> Result<usize, StoreError> {
        self.writer.write(Purpose::Settle, move |tx| queue::withdraw(tx, &deliveries)).await
    }

    async fn move_address(&self, from: &Address, to: &Address) -> Result<(), StoreError> {
        let (from, to) = (from.clone(), to.clone());
        self.writer.write(Purpose::Settle, move |tx| moving::move_address(tx, &from, &to)).await
    }

    async fn changes_since(&self, revision: Option<u64>) -> Result<Changes, StoreError> {
        self.read_aside(move |db, path| read::changes_since(db, path, revision)).await
    }

    async fn ask(&self, question: Question) -> Result<(), StoreError> {
        self.writer.write(Purpose::Settle, move |tx| people::ask(tx, &question)).await
    }

    async fn take_question(&self, token: &str) -> Result<Option<Question>, StoreError> {
        let token = token.to_owned();
        self.writer.write(Purpose::Settle, move |tx| people::take_question(tx, &token)).await
    }

    async fn question_of(&self, at: &Address, person: &str) -> Result<Option<Question>, StoreError> {
        let Some((_, token)) = self.pairs(&key::question_of(at, person), 1)?.pop() else { return Ok(None) };
        self.get(&key::question(&String::from_utf8_lossy(&token)))
    }

    async fn vote(&self, vote: Vote) -> Result<Option<bool>, StoreError> {
        self.writer.write(Purpose::Settle, move |tx| people::vote(tx, &vote)).await
    }

    async fn recapped_until(&self, address: &Address, is_weekly: bool) -> Result<Option<Timestamp>, StoreError> {
        self.get(&key::recapped(address, is_weekly))
    }

    async fn last_recap(&self, address: &Address, is_weekly: bool) -> Result<Option<Recalled>, StoreError> {
        self.get(&key::recalled(address, is_weekly))
    }

    async fn commit_recap(&self, address: &Address, is_weekly: bool, made: RecapMade) -> Result<(), StoreError> {
        let address = address.clone();
        self.writer.write(Purpose::Grow, move |tx| queue::commit_recap(tx, &address, is_weekly, made)).await
    }

    async fn told_to(&self, address: &Address, since: Timestamp, max: usize) -> Result<Vec<Told>, StoreError> {
        let address = address.clone();
        self.read_aside(move |db, path| read::told_to(db, path, (&address, since), max)).await
    }

    async fn held(&self) -> Result<Vec<Held>, StoreError> {
        self.read_aside(|db, path| held::waiting(db, path, key::WAITING)).await
    }

    async fn held_at(&self, address: &Address) -> Result<Vec<Held>, StoreError> {
        let prefix = key::waiting_at(address);
        self.read_aside(move |db, path| held::waiting(db, path, &prefix)).await
    }

    async fn held_item(&self, address: &Address, item: &ItemId) -> Result<Option<Held>, StoreError> {
        self.get(&key::held(item, address))
    }

    async fn commit_summary(&self, summary: Summary) -> Result<(), StoreError> {
        self.writer.write(Purpose::Settle, move |tx| held::tell(tx, summary)).await
    }

    async fn told_health(&self, person: &Address) -> Result<ToldHealth, StoreError> {
        Ok(self.get(&key::health(person))?.unwrap_or_default())
    }

    async fn commit_health(
        &self,
        person: &Address,
        told: ToldHealth,
        delivery: Option<Delivery>,
    ) -> Result<(), StoreError> {
        let person = person.clone();
        self.writer.write(Purpose::Settle, move |tx| held::tell_health(tx, &person, &told, delivery)).await
    }

    async fn lease_beside(
        &self,
        now: Timestamp,
        max: usize,
        full: &[PlatformKind],
    ) -> Result<(Vec<Lease>, Option<Timestamp>), StoreError> {
        let first = || {
            let keys = self.pairs(key::DUE_ADDRESSES, if full.is_empty() { 1 } else { queue::LOOKED_AT_MAX })?;
            let free = keys.iter().find(|(wake, _)| !key::is_of(wake, full));
            Ok(free.and_then(|(wake, _)| key::time_of(wake)))
        };
        match first()? {
            None => Ok((Vec::new(), None)),
            Some(due) if due > now => Ok((Vec::new(), Some(due))),
            Some(_) => {
                let (path, full) = (self.path.clone(), full.to_vec());
                let lease = move |tx: &mut Tx<'_>| queue::lease(tx, &path, now, max, &full);
                let leases = self.writer.write(Purpose::Settle, lease).await?;
                Ok((leases, first()?))
            }
        }
    }

    async fn settle_with(
        &self,
        lease: Lease,
        verdict: Verdict,
        aftermath: Aftermath,
        now: Timestamp,
    ) -> Result<Delivery, StoreError> {
        let delivery = lease.delivery().clone();
        let jitter = fastrand::f64();
        self.writer
            .write(Purpose::Settle, move |tx| queue::settle(tx, &delivery, (verdict, aftermath), now, jitter))
            .await
    }

    async fn delivery(&self, id: &DeliveryId) -> Result<Option<Delivery>, StoreError> {
        self.get(&key::delivery(id))
    }

    async fn deliveries(&self, max: usize) -> Result<Vec<Delivery>, StoreError> {
        let mut all: Vec<Delivery> = self.read_aside(|db, path| read::scan(db, path, key::DELIVERIES)).await?;
        all.sort_by_key(|delivery| std::cmp::Reverse(delivery.sequence));
        all.truncate(max);
        Ok(all)
    }

    async fn deliveries_to(
        &self,
        address: &Address,
        since: Timestamp,
        max: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        let address = address.clone();
        self.read_aside(move |db, path| read::deliveries_to(db, path, (&address, since), max)).await
    }

    async fn retry_dead(&self, id: &DeliveryId, now: Timestamp) -> Result<Delivery, StoreError> {
        let id = id.clone();
        self.writer.write(Purpose::Settle, move |tx| queue::retry_dead(tx, &id, now, true)).await
    }

    async fn revive_dead_at(&self, address: &Address, since: Timestamp, now: Timestamp) -> Result<usize, StoreError> {
        let address = address.clone();
        self.writer.write(Purpose::Settle, move |tx| queue::revive_dead_at(tx, &address, since, now)).await
    }

    fn parsing(&self, feed: &FeedId, document: &Body, base: &str) -> Result<(), StoreError> {
        // The page cache outlives the process, which is all that is asked of this note.
        note::write(&self.parsing_file(feed), document, base).map_err(|error| self.unnoted(document, &error))
    }

    fn parsed(&self, feed: &FeedId) {
        note::forget(&self.parsing_file(feed));
    }

    async fn counts(&self) -> Result<Counts, StoreError> {
        self.read_aside(read::counts).await
    }

    async fn forget_before(&self, before: Timestamp, max: usize) -> Result<usize, StoreError> {
        self.writer.write(Purpose::Settle, move |tx| change::forget_before(tx, before, max)).await
    }
}
