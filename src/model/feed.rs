//! A feed as configured, as parsed, and what polling it has taught us.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::FeedId;

/// A feed that somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    pub id: FeedId,
    /// The URL as it was added; where it is polled today is [`FeedState::url`].
    pub url: String,
    /// The operator's name for it; else the feed's own title is shown.
    pub name: Option<String>,
    /// Topics that every item of this feed has, whatever the analyst finds.
    pub topics: Vec<String>,
}

impl Feed {
    pub fn new(url: &str) -> Self {
        Self { id: FeedId::of_url(url), url: url.to_owned(), name: None, topics: Vec::new() }
    }
}

/// A feed together with its state: what the store keeps under the feed's id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeedRecord {
    pub feed: Feed,
    pub state: FeedState,
}

impl FeedRecord {
    /// What people call this feed: the operator's name, else its own title, else its URL.
    pub fn title(&self) -> &str {
        let own = self.state.title.as_deref().filter(|title| !title.is_empty());
        self.feed.name.as_deref().or(own).unwrap_or(&self.feed.url)
    }

    /// How the feed is doing, in one word.
    pub fn standing(&self) -> &'static str {
        let health = &self.state.health;
        match (&health.parked, health.failures, self.state.last_poll) {
            (Some(_), ..) => "parked",
            (None, 1.., _) => "failing",
            (None, 0, None) => "new",
            (None, 0, Some(_)) => "ok",
        }
    }
}

/// Everything that polling has taught us about a feed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeedState {
    /// Where the feed is polled: its own URL, or where discovery or a permanent redirect led.
    pub url: String,
    pub title: Option<String>,
    pub home_url: Option<String>,
    pub language: Option<String>,
    pub rights: Option<String>,
    /// Minutes that the publisher asks strangers to wait between polls (RSS 2.0 `ttl`).
    #[serde(default)]
    pub ttl_minutes: Option<u32>,
    pub validators: Validators,
    pub next_poll: Timestamp,
    pub last_poll: Option<Timestamp>,
    /// The last poll that was answered with a feed, new or unchanged.
    pub last_success: Option<Timestamp>,
    /// The last poll that brought a new item.
    pub last_new: Option<Timestamp>,
    pub health: Health,
    pub pace: Pace,
    pub identity: Identity,
    /// Polls in a row in which the guids changed although the items did not.
    pub guid_churn: u32,
    /// True once the items of the first poll are remembered. A feed whose seen set is lost goes
    /// back to its baseline instead of announcing everything again.
    pub has_baseline: bool,
    pub pending_move: Option<PendingMove>,
    /// The last move for good to another host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
    /// The pace as it was when the last new item came: what silence is measured by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual: Option<Pace>,
}

/// Where a feed has gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    pub to: String,
    pub at: Timestamp,
}

impl FeedState {
    pub fn new(url: &str, next_poll: Timestamp) -> Self {
        Self {
            url: url.to_owned(),
            title: None,
            home_url: None,
            language: None,
            rights: None,
            ttl_minutes: None,
            validators: Validators::default(),
            next_poll,
            last_poll: None,
            last_success: None,
            last_new: None,
            health: Health::default(),
            pace: Pace::default(),
            identity: Identity::default(),
            guid_churn: 0,
            has_baseline: false,
            pending_move: None,
            moved: None,
            usual: None,
        }
    }
}

/// What the server gave us to ask "has it changed?" with. Echoed byte for byte
/// (RFC 9110, sections 13.1.2 and 13.1.3): a character stands for the byte of its number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// The URL that answered; validators are never sent to another one.
    pub url: Option<String>,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// Hash of the decoded body, for servers that send no validators or ignore them.
    pub body_hash: Option<u64>,
    /// When a full body was last received.
    pub at: Option<Timestamp>,
}

/// How the polls of a feed have gone lately.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Polls in a row without success.
    pub failures: u32,
    /// The first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    pub last_error: Option<String>,
    /// Timeouts in a row; a slow feed is polled in the slow lane.
    pub timeouts: u32,
    /// Answers "410 Gone" in a row, and the first of them.
    pub gone: u32,
    pub gone_since: Option<Timestamp>,
    /// Why this feed is no longer polled, until somebody adds it again.
    pub parked: Option<String>,
}

/// How often a feed brings something new, from our own observations, the old ones fading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    pub observed_secs: f64,
    pub new_items: f64,
}

/// What names an item of this feed. Chosen at the baseline and kept: a feed that is judged by
/// another rule at each poll repeats its items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Identity {
    #[default]
    Guid,
    Link,
    Fingerprint,
}

/// A permanent redirect that has been seen, but not often enough to follow for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingMove {
    pub to: String,
    pub since: Timestamp,
    pub times: u32,
}

/// The document format that a feed was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FeedKind {
    Atom,
    Json,
    Rss,
}

/// A feed document, normalised: titles plain, links absolute, document order kept.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ParsedFeed {
    pub kind: FeedKind,
    pub title: Option<String>,
    pub home_url: Option<String>,
    pub language: Option<String>,
    pub entries: Vec<Entry>,
    /// Minutes that the publisher asks us to wait between polls (RSS 2.0 `ttl`).
    #[serde(skip)]
    pub ttl_minutes: Option<u32>,
    #[serde(skip)]
    pub rights: Option<String>,
}

/// One entry of a feed document.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Entry {
    /// The guid or id as the feed states it.
    pub id: Option<String>,
    pub url: Option<String>,
    pub title: Option<String>,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub authors: Vec<String>,
    pub categories: Vec<String>,
    pub summary: Option<Body>,
    pub content: Option<Body>,
    pub image: Option<String>,
}

/// The words of an entry. Making plain text of HTML is the dearest part of reading a feed, so it is
/// done only for the entries that are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Body {
    Html(String),
    Plain(String),
}

impl Body {
    /// The words as they came.
    pub fn as_written(&self) -> &str {
        match self {
            Self::Html(text) | Self::Plain(text) => text,
        }
    }
}
