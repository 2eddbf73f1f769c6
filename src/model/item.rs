//! An item: one entry of a feed, normalised, with an identity that lasts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::{FeedId, ItemId};

/// The publication an item comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub name: String,
    pub url: Option<String>,
}

/// One item, as it was when it was collected. Never changed afterwards: an edited title does not
/// change what was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    pub id: ItemId,
    pub feed: FeedId,
    pub title: String,
    /// Plain text: the entry's content, else its summary.
    pub body: String,
    pub url: Option<String>,
    pub authors: Vec<String>,
    pub categories: Vec<String>,
    pub image: Option<String>,
    pub lang: Option<String>,
    pub published: Option<Timestamp>,
    /// When we first saw it. Orders items; in-feed dates never do.
    pub collected: Timestamp,
    pub source: Source,
    pub rights: Option<String>,
    /// Topics that the feed vouches for.
    pub topics: Vec<String>,
}

impl Item {
    /// The text that every quote on a card points into: title, blank line, body.
    pub fn text(&self) -> String {
        format!("{}\n\n{}", self.title, self.body)
    }
}
