//! What must not be lost.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Body;
use super::chat::Lease;
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
use crate::model::story::{Report, Story};
use crate::model::subscription::{Address, Pause, PlatformKind, Subscription};

/// Why the store did not do it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the store at {path} is in use by another tidings; stop it first, or give this one another [store] path")]
    Locked { path: PathBuf },
    #[error("the store at {path} cannot be used: {why}")]
    Unusable { path: PathBuf, why: String },
    #[error(
        "the store at {path} is damaged ({why}); run `tidings store restore DIR` with a backup, or move the folder away to start from a new baseline"
    )]
    Damaged { path: PathBuf, why: String },
    #[error(
        "the disk under {path} has {free_bytes} bytes left, {needed_bytes} are needed; free some space, nothing is lost meanwhile"
    )]
    DiskFull { path: PathBuf, free_bytes: u64, needed_bytes: u64 },
    #[error(
        "the store at {path} was written by a newer tidings (schema {found}, this one knows {known}); update tidings"
    )]
    Newer { path: PathBuf, found: u32, known: u32 },
    #[error("the store cannot take {what}: {size} bytes, at most {max}")]
    TooLarge { what: String, size: usize, max: usize },
    #[error("a task of the bot crashed: {what}")]
    Crashed { what: String },
    #[error("there is no {what} {id}")]
    Unknown { what: &'static str, id: String },
    #[error("there are {max} subscriptions here already, and no more fit; end one first")]
    TooMany { max: usize },
}

impl StoreError {
    /// Whether only a new start can help: the store does not take anything any more.
    pub fn is_fatal(&self) -> bool {
        match self {
            Self::Unusable { .. } | Self::Damaged { .. } | Self::Locked { .. } | Self::Newer { .. } => true,
            Self::DiskFull { .. }
            | Self::TooLarge { .. }
            | Self::Crashed { .. }
            | Self::Unknown { .. }
            | Self::TooMany { .. } => false,
        }
    }

    /// Whether the store takes nothing more from anybody, rather than not this one thing.
    pub fn is_of_all(&self) -> bool {
        self.is_fatal() || matches!(self, Self::DiskFull { .. })
    }
}

/// The first commit: new items, their seen keys, validators and next poll time, all at once.
#[derive(Clone, Debug)]
pub struct Intake {
    pub record: FeedRecord,
    /// `None`: nothing of it changed.
    pub seen: Option<SeenSet>,
    pub items: Vec<Item>,
}

/// The second commit: the card, the decisions, the deliveries; the item is published by it.
#[derive(Clone, Debug)]
pub struct Publication {
    pub card: Card,
    pub decisions: Vec<Decision>,
    pub deliveries: Vec<Delivery>,
    /// Where the card is kept for a summary instead.
    pub held: Vec<Held>,
    /// More deliveries of this card follow: it is not published yet.
    pub is_part: bool,
    /// Its place among the stories.
    pub filing: Option<Filing>,
}

/// Where an item belongs among the stories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filing {
    pub story: StoryId,
    pub report: Report,
    /// What later items are compared with, in the words of those who compare.
    pub sketch: Vec<u8>,
}

/// A recap that an address gets.
#[derive(Clone, Debug)]
pub struct RecapMade {
    pub until: Timestamp,
    /// Its messages; none when there was nothing to tell.
    pub deliveries: Vec<Delivery>,
    /// What the next one is compared with.
    pub told: Option<Recalled>,
}

/// How much there is of everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub feeds: u64,
    pub items: u64,
    /// Items that have no card yet.
    pub pending_items: u64,
    /// Deliveries queued or being sent.
    pub open_deliveries: u64,
    pub dead_deliveries: u64,
    pub subscriptions: u64,
    /// Cards that are kept for a summary.
    #[serde(default)]
    pub held: u64,
    /// When the oldest open delivery was made.
    pub oldest_open: Option<Timestamp>,
}

/// A feed that is due, without its record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueFeed {
    pub id: FeedId,
    /// Where it is polled, for taking turns by host.
    pub url: String,
    /// It timed out last time.
    pub is_slow: bool,
}

/// A subscription, new or changed, with what was found where it points.
#[derive(Clone, Debug)]
pub struct Enrolment {
    pub subscription: Subscription,
    /// The feed and its baseline, when the store has not polled it yet. Its items are those to
    /// catch up on.
    pub intake: Option<Intake>,
    /// Cards that the address catches up on.
    pub catch_up: Vec<Publication>,
    /// Subscriptions that one address may have.
    pub max: usize,
}

/// What changed among subscriptions and settings since a revision.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    pub revision: u64,
    /// `None`: it is no more.
    pub subscriptions: Vec<(SubscriptionId, Option<Subscription>)>,
    pub settings: Vec<Settings>,
    /// The changes are everything there is: what was known before is to be forgotten.
    pub is_whole: bool,
}

/// A change that is made to what is there at that moment.
pub type Change<T> = Box<dyn FnOnce(&mut T) + Send>;

/// A question that waits for a yes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    pub token: String,
    pub at: Address,
    /// The id of the person who was asked.
    pub person: String,
    /// The word that is done when the answer is yes, with its arguments.
    #[serde(default)]
    pub word: String,
    #[serde(default)]
    pub arguments: Vec<(String, String)>,
    /// The file that came with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    pub expires: Timestamp,
}

/// What a person thinks of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    pub at: Address,
    pub person: String,
    pub item: ItemId,
    pub is_useful: bool,
}

/// What follows from a verdict, all at once with it.
#[derive(Clone, Debug, Default)]
pub struct Aftermath {
    /// Subscriptions of the address rest; what is queued for it is dead until they are resumed.
    pub pause: Option<Pause>,
    /// What is said about it elsewhere.
    pub notices: Vec<Delivery>,
}

/// What was held at an address, told together.
#[derive(Clone, Debug)]
pub struct Summary {
    pub to: Address,
    /// What the deliveries tell.
    pub told: Vec<ItemId>,
    /// What nothing there wants any more.
    pub dropped: Vec<ItemId>,
    /// One message, or several where it is long.
    pub deliveries: Vec<Delivery>,
}

/// What must not be lost. Every method that writes returns after the write is durable.
#[async_trait]
pub trait Store: Send + Sync {
    /// Makes the operator's feeds known and subscribed for `address`; forgets the subscriptions
    /// of the configuration to feeds that are no longer named.
    async fn sync_feeds(&self, feeds: &[Feed], address: &Address, now: Timestamp) -> Result<(), StoreError>;
    async fn feeds(&self) -> Result<Vec<FeedRecord>, StoreError>;
    async fn feed(&self, id: &FeedId) -> Result<Option<FeedRecord>, StoreError>;
    /// Feeds with subscribers whose poll fell due from `since` to `now`, earliest first, and when
    /// the next one is.
    async fn due_feeds(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<(Vec<DueFeed>, Option<Timestamp>), StoreError>;
    /// `None` when nothing is remembered of this feed, not even that it was empty.
    async fn seen(&self, feed: &FeedId) -> Result<Option<SeenSet>, StoreError>;
    async fn commit_intake(&self, intake: Intake) -> Result<(), StoreError>;
    /// Writes down polls that brought nothing. May become durable a little later than it returns:
    /// losing it means only that those feeds are asked again early. With no records it asks whether
    /// there is room for any.
    async fn note_polls(&self, records: Vec<FeedRecord>) -> Result<(), StoreError>;

    /// Items without a card, oldest first.
    async fn pending_items(&self, max: usize) -> Result<Vec<Item>, StoreError>;
    async fn publish(&self, publication: Publication) -> Result<(), StoreError>;
    async fn item(&self, item: &ItemId) -> Result<Option<Item>, StoreError>;
    async fn card(&self, item: &ItemId) -> Result<Option<Card>, StoreError>;
    async fn decisions(&self, item: &ItemId) -> Result<Vec<Decision>, StoreError>;
    /// Items collected from `from` on, before `to`, with their cards, newest first.
    async fn cards_between(&self, from: Timestamp, to: Timestamp, max: usize) -> Result<Vec<(Item, Card)>, StoreError>;
    async fn story(&self, story: &StoryId) -> Result<Option<Story>, StoreError>;
    /// The story of an item.
    async fn story_of(&self, item: &ItemId) -> Result<Option<Story>, StoreError>;
    /// The stories of these items, and how many report each.
    async fn stories_of(&self, items: Vec<ItemId>) -> Result<HashMap<ItemId, (StoryId, usize)>, StoreError>;
    /// Items collected from `from` on with their stories and sketches, oldest first; the newest `max` of them.
    async fn sketches_since(&self, from: Timestamp, max: usize) -> Result<Vec<(ItemId, StoryId, Vec<u8>)>, StoreError>;
    /// Items whose link has this fingerprint ([`crate::model::item::link_fingerprint`]), a thousand at most.
    async fn items_with_link(&self, link: u64) -> Result<Vec<ItemId>, StoreError>;

    /// Makes or changes a subscription; true when it is new.
    async fn enrol(&self, enrolment: Enrolment) -> Result<(Subscription, bool), StoreError>;
    async fn unsubscribe(&self, id: &SubscriptionId) -> Result<Option<Subscription>, StoreError>;
    /// The subscriptions of an address, by number.
    async fn subscriptions_of(&self, address: &Address) -> Result<Vec<Subscription>, StoreError>;
    async fn subscriptions(&self) -> Result<Vec<Subscription>, StoreError>;
    /// The feeds that an address subscribes; nothing where it hears of every feed.
    async fn feeds_of(&self, address: &Address) -> Result<Option<BTreeSet<FeedId>>, StoreError> {
        Ok(self.subscriptions_of(address).await?.iter().map(|one| one.feed().cloned()).collect())
    }
    /// Those of the items that only others hear of: an address is told nothing of feeds that it does not subscribe.
    async fn foreign_to(&self, address: &Address, items: BTreeSet<ItemId>) -> Result<BTreeSet<ItemId>, StoreError> {
        let mut foreign = BTreeSet::new();
        let Some(own) = self.feeds_of(address).await? else { return Ok(foreign) };
        for id in items {
            if self.item(&id).await?.is_none_or(|item| !own.contains(&item.feed)) {
                foreign.insert(id);
            }
        }
        Ok(foreign)
    }
    async fn settings(&self, address: &Address) -> Result<Settings, StoreError>;
    /// Changes the settings of an address, whatever else is changed in them meanwhile; returns what
    /// they are then.
    async fn change_settings(&self, address: &Address, change: Change<Settings>) -> Result<Settings, StoreError>;
    /// The same with a subscription; `None` when it has ended.
    async fn change_subscription(
        &self,
        id: &SubscriptionId,
        change: Change<Subscription>,
    ) -> Result<Option<Subscription>, StoreError>;
    /// Takes back what waits to be sent, as if it had never been made; what is being sent gets its
    /// verdict. Returns how many.
    async fn withdraw(&self, deliveries: Vec<DeliveryId>) -> Result<usize, StoreError>;
    /// Everything of an address is another one's from now on: subscriptions, settings, what is queued.
    async fn move_address(&self, from: &Address, to: &Address) -> Result<(), StoreError>;
    /// What changed after `revision`; everything for `None`.
    async fn changes_since(&self, revision: Option<u64>) -> Result<Changes, StoreError>;
    async fn ask(&self, question: Question) -> Result<(), StoreError>;
    /// A question, which is answered by that.
    async fn take_question(&self, token: &str) -> Result<Option<Question>, StoreError>;
    /// The last question that waits for this person at this address.
    async fn question_of(&self, at: &Address, person: &str) -> Result<Option<Question>, StoreError>;
    /// What this person thought of that card before, if anything.
    async fn vote(&self, vote: Vote) -> Result<Option<bool>, StoreError>;

    /// Until when an address has had its recaps.
    async fn recapped_until(&self, address: &Address, is_weekly: bool) -> Result<Option<Timestamp>, StoreError>;
    /// What the last of them that had anything to tell told.
    async fn last_recap(&self, address: &Address, is_weekly: bool) -> Result<Option<Recalled>, StoreError>;
    /// Notes that an address has had its recap until then, with all of its messages if there was anything
    /// to tell.
    async fn commit_recap(&self, address: &Address, is_weekly: bool, made: RecapMade) -> Result<(), StoreError>;
    /// Items that an address was told of from `since` on, newest first: at most so many as `max` deliveries
    /// tell.
    async fn told_to(&self, address: &Address, since: Timestamp, max: usize) -> Result<Vec<Told>, StoreError>;

    /// Everything that waits for a summary, by address.
    async fn held(&self) -> Result<Vec<Held>, StoreError>;
    /// What waits at an address for its summary, oldest first.
    async fn held_at(&self, address: &Address) -> Result<Vec<Held>, StoreError>;
    /// The card of an item at an address that keeps it, or kept it, for a summary.
    async fn held_item(&self, address: &Address, item: &ItemId) -> Result<Option<Held>, StoreError>;
    /// Empties what is held of what is told or dropped, and queues what tells it.
    async fn commit_summary(&self, summary: Summary) -> Result<(), StoreError>;

    /// What a person was told of their feeds.
    async fn told_health(&self, person: &Address) -> Result<ToldHealth, StoreError>;
    /// Writes down what a person is told, with what tells it.
    async fn commit_health(
        &self,
        person: &Address,
        told: ToldHealth,
        delivery: Option<Delivery>,
    ) -> Result<(), StoreError>;

    /// Leases the first open delivery of each address that is due, and says when the next is.
    async fn lease(&self, now: Timestamp, max: usize) -> Result<(Vec<Lease>, Option<Timestamp>), StoreError> {
        self.lease_beside(now, max, &[]).await
    }
    /// The same, but for platforms that have no room for more.
    async fn lease_beside(
        &self,
        now: Timestamp,
        max: usize,
        full: &[PlatformKind],
    ) -> Result<(Vec<Lease>, Option<Timestamp>), StoreError>;
    async fn settle(&self, lease: Lease, verdict: Verdict, now: Timestamp) -> Result<Delivery, StoreError> {
        self.settle_with(lease, verdict, Aftermath::default(), now).await
    }
    /// Settles, with what follows from the verdict.
    async fn settle_with(
        &self,
        lease: Lease,
        verdict: Verdict,
        aftermath: Aftermath,
        now: Timestamp,
    ) -> Result<Delivery, StoreError>;
    async fn delivery(&self, id: &DeliveryId) -> Result<Option<Delivery>, StoreError>;
    async fn deliveries(&self, max: usize) -> Result<Vec<Delivery>, StoreError>;
    /// Deliveries to an address made from `since` on, newest first.
    async fn deliveries_to(&self, address: &Address, since: Timestamp, max: usize)
    -> Result<Vec<Delivery>, StoreError>;
    async fn retry_dead(&self, id: &DeliveryId, now: Timestamp) -> Result<Delivery, StoreError>;
    /// Queues again what died at an address from `since` on; returns how many.
    async fn revive_dead_at(&self, address: &Address, since: Timestamp, now: Timestamp) -> Result<usize, StoreError>;

    /// A document from `base` is about to be parsed. Survives the death of the process, so that the
    /// next one can tell which document may have killed it.
    fn parsing(&self, feed: &FeedId, document: &Body, base: &str) -> Result<(), StoreError>;
    fn parsed(&self, feed: &FeedId);

    async fn counts(&self) -> Result<Counts, StoreError>;
    /// Forgets items, cards and settled deliveries from before `before`; returns how many.
    async fn forget_before(&self, before: Timestamp, max: usize) -> Result<usize, StoreError>;
}
