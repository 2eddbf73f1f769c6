//! What is wrong with a feed, and what people were told of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::FeedId;
use super::subscription::Address;

/// A trouble that somebody should know of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trouble {
    Failing {
        since: Timestamp,
        error: String,
    },
    /// Nothing new for far longer than usual.
    Silent {
        since: Timestamp,
        /// The usual time between new items.
        gap_secs: i64,
    },
    Moved {
        to: String,
    },
    Parked {
        reason: String,
    },
}

impl Trouble {
    /// What makes it the same trouble again.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Failing { .. } => "failing",
            Self::Silent { .. } => "silent",
            Self::Moved { .. } => "moved",
            Self::Parked { .. } => "parked",
        }
    }
}

/// A feed in trouble, and where it is subscribed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedTrouble {
    pub title: String,
    pub places: Vec<Address>,
    pub trouble: Trouble,
}

/// The news of one day about the feeds that one person subscribed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthReport {
    /// When it was due.
    pub at: Timestamp,
    pub troubles: Vec<FeedTrouble>,
    /// Feeds that were in trouble and are well again.
    pub well: Vec<String>,
}

/// A trouble that a person was told of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldTrouble {
    pub feed: FeedId,
    /// [`Trouble::name`].
    pub name: String,
}

/// Everything that a person was told of and that is not over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldHealth {
    /// The last day that was told of.
    pub until: Option<Timestamp>,
    pub troubles: Vec<ToldTrouble>,
}
