//! The traits that the rooms meet at. Each error says what the caller can do about it.

use std::path::PathBuf;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::card::Card;
use crate::model::decision::Decision;
use crate::model::delivery::{Delivery, Verdict};
use crate::model::doc::Doc;
use crate::model::feed::{Feed, FeedRecord, Validators};
use crate::model::id::{DeliveryId, FeedId, ItemId};
use crate::model::item::Item;
use crate::model::seen::SeenSet;
use crate::model::subscription::{Address, PlatformKind, Subscription};

/// The only source of the present time.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

// ---------------------------------------------------------------------------------------------
// Fetcher

/// A conditional GET.
#[derive(Clone, Debug)]
pub struct FetchRequest {
    pub url: String,
    /// Sent only to the URL that gave them.
    pub validators: Validators,
}

impl FetchRequest {
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), validators: Validators::default() }
    }
}

/// An answer that is not an error.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// Where the answer came from, after redirects.
    pub url: String,
    /// Where the first redirects, as far as they were permanent (301, 308), led.
    pub moved_to: Option<String>,
    /// How long the server asks us to wait before asking again (Cache-Control max-age), in seconds.
    pub max_age_secs: Option<u64>,
    /// `None`: not modified.
    pub body: Option<Body>,
}

/// A decoded body.
#[derive(Clone, Debug)]
pub struct Body {
    pub bytes: Vec<u8>,
    pub content_type: Option<String>,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

/// Why there is no answer to use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error("{url} is not an address to fetch: {why}")]
    BadUrl { url: String, why: String },
    #[error("{host} is refused: {why}; to trust it, add it to [watch] allow_private")]
    Refused { host: String, why: String },
    #[error("{host} cannot be found: {why}")]
    UnknownHost { host: String, why: String },
    #[error("cannot connect to {host}: {why}")]
    Unreachable { host: String, why: String },
    #[error("{host} took too long ({stage})")]
    Timeout { host: String, stage: &'static str },
    #[error("{host} answered {status}{}", retry_text(.retry_after_secs))]
    Status { host: String, status: u16, retry_after_secs: Option<u64> },
    #[error("the answer of {host} is larger than {max_bytes} bytes ([watch] max_bytes)")]
    TooLarge { host: String, max_bytes: u64 },
    #[error("{host} redirects {why}")]
    Redirect { host: String, why: String },
    #[error("the answer of {host} is broken: {why}")]
    Broken { host: String, why: String },
}

fn retry_text(secs: &Option<u64>) -> String {
    secs.map(|secs| format!(" and asks to wait {secs} s")).unwrap_or_default()
}

/// The only way out to addresses that others name.
#[async_trait]
pub trait Fetcher: Send + Sync {
    /// # Errors
    /// [`FetchError`] in words for people.
    async fn fetch(&self, request: &FetchRequest) -> Result<Fetched, FetchError>;

    /// Whether the operator vouches for this host (`allow_private`): it is then polled at the
    /// operator's pace instead of a stranger's.
    fn trusts(&self, url: &str) -> bool;
}

// ---------------------------------------------------------------------------------------------
// Analyst

/// Why there is no card.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnalystError {
    #[error("the analyst gave up on it: {why}")]
    Failed { why: String },
}

/// Makes a card from an item.
#[async_trait]
pub trait Analyst: Send + Sync {
    /// # Errors
    /// When no card can be made; the caller falls back to the embedded analyst.
    async fn analyse(&self, item: &Item) -> Result<Card, AnalystError>;
}

// ---------------------------------------------------------------------------------------------
// Platform

/// The right to send one delivery. Not `Clone`; [`Store::settle`] consumes it.
#[derive(Debug)]
pub struct Lease {
    delivery: Delivery,
    in_doubt: bool,
}

impl Lease {
    /// Only a store makes leases, after the `Sending` state is durable.
    pub fn new(delivery: Delivery, in_doubt: bool) -> Self {
        Self { delivery, in_doubt }
    }

    pub fn delivery(&self) -> &Delivery {
        &self.delivery
    }

    /// Whether an earlier send of this delivery may have been accepted.
    pub fn in_doubt(&self) -> bool {
        self.in_doubt
    }
}

/// What a platform knows of a delivery in doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    Yes {
        receipt: Option<String>,
    },
    No,
    /// The platform cannot tell. `resend`: whether twice is better than not at all there.
    Unknown {
        resend: bool,
    },
}

/// A place where messages are read.
#[async_trait]
pub trait Platform: Send + Sync {
    fn kind(&self) -> PlatformKind;

    /// Sends one message. Every outcome is a verdict, so that none is lost on the way.
    async fn send(&self, lease: &Lease, doc: &Doc) -> Verdict;

    /// Looks whether a delivery in doubt has arrived.
    async fn find(&self, lease: &Lease) -> Found;
}

// ---------------------------------------------------------------------------------------------
// Store

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
}

impl StoreError {
    /// Whether only a new start can help: the store does not take anything any more.
    pub fn is_fatal(&self) -> bool {
        match self {
            Self::Unusable { .. } | Self::Damaged { .. } | Self::Locked { .. } | Self::Newer { .. } => true,
            Self::DiskFull { .. } | Self::TooLarge { .. } | Self::Crashed { .. } | Self::Unknown { .. } => false,
        }
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
}

/// How much there is of everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub feeds: u64,
    pub items: u64,
    /// Items that have no card yet.
    pub pending_items: u64,
    /// Deliveries queued or being sent.
    pub open_deliveries: u64,
    pub dead_deliveries: u64,
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

/// What must not be lost. Every method that writes returns after the write is durable.
#[async_trait]
pub trait Store: Send + Sync {
    /// Makes the operator's feeds known and subscribed for `address`; forgets the subscriptions
    /// of `address` to feeds that are no longer named.
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
    /// losing it means only that those feeds are asked again early.
    async fn note_polls(&self, records: Vec<FeedRecord>) -> Result<(), StoreError>;

    /// Items without a card, oldest first.
    async fn pending_items(&self, max: usize) -> Result<Vec<Item>, StoreError>;
    async fn subscriptions_to(&self, feed: &FeedId) -> Result<Vec<Subscription>, StoreError>;
    async fn publish(&self, publication: Publication) -> Result<(), StoreError>;
    async fn card(&self, item: &ItemId) -> Result<Option<Card>, StoreError>;
    async fn decisions(&self, item: &ItemId) -> Result<Vec<Decision>, StoreError>;

    /// Leases the first open delivery of each address that is due, and says when the next is.
    async fn lease(&self, now: Timestamp, max: usize) -> Result<(Vec<Lease>, Option<Timestamp>), StoreError>;
    async fn settle(&self, lease: Lease, verdict: Verdict, now: Timestamp) -> Result<Delivery, StoreError>;
    async fn deliveries(&self, max: usize) -> Result<Vec<Delivery>, StoreError>;
    async fn retry_dead(&self, id: &DeliveryId, now: Timestamp) -> Result<Delivery, StoreError>;

    /// A document from `base` is about to be parsed. Survives the death of the process, so that the
    /// next one can tell which document may have killed it.
    fn parsing(&self, feed: &FeedId, document: &Body, base: &str) -> Result<(), StoreError>;
    /// It has been, whatever came of it.
    fn parsed(&self, feed: &FeedId);

    async fn counts(&self) -> Result<Counts, StoreError>;
    /// Forgets items, cards and settled deliveries from before `before`; returns how many.
    async fn forget_before(&self, before: Timestamp, max: usize) -> Result<usize, StoreError>;
}
