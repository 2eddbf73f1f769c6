//! The traits that the rooms meet at. Each error says what the caller can do about it.

mod chat;
mod fetcher;
mod store;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::model::card::Card;
use crate::model::item::Item;

pub use chat::{
    Attachment, BY_LINK, CanCall, Check, Choice, Content, Desk, FILE_BYTES_MAX, Found, Invocation, Lease, Line, Person,
    Place, Platform, Reply, Said, Suggestion, Target, Value, WebAnswer, WebCall, Webhook,
};
pub use fetcher::{Body, FetchError, FetchRequest, Fetched, Fetcher};
pub use store::{
    Aftermath, Change, Changes, Counts, DueFeed, Enrolment, Filing, Intake, Publication, Question, RecapMade, Store,
    StoreError, Summary, Vote,
};

/// The only source of the present time.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

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
