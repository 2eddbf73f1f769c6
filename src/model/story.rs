//! Stories: what several items report of the same event.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::{FeedId, ItemId, StoryId};
use super::item::Item;

/// Reports that a story names. More are part of it, and counted.
pub const REPORTS_MAX: usize = 50;
/// What the reports of a story may take together, in bytes: a store's value is 64 kB at most, and a character
/// may take six there.
const SIZE_MAX: usize = 48 * 1024;
/// Characters of a report's title and of its source's name.
const TITLE_CHARS_MAX: usize = 300;
const NAME_CHARS_MAX: usize = 100;
const URL_BYTES_MAX: usize = 2048;

/// An event, and who reported it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Story {
    pub id: StoryId,
    /// In the order in which they came.
    pub reports: Vec<Report>,
    /// Reports beyond [`REPORTS_MAX`].
    #[serde(default)]
    pub more: usize,
}

/// One item's part in a story: what is said of it beside the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub item: ItemId,
    /// The feed that it is from: only those who subscribe that are told of it.
    pub feed: FeedId,
    pub source: String,
    pub title: String,
    pub url: Option<String>,
    pub published: Option<Timestamp>,
    pub collected: Timestamp,
    /// The names, numbers and words that tie it to the report it is most like.
    #[serde(default)]
    pub shared: Vec<String>,
    /// What is new in it, if it is more than one report more.
    #[serde(default)]
    pub development: Option<Development>,
}

impl Report {
    pub fn of(item: &Item, shared: Vec<String>, development: Option<Development>) -> Self {
        let cut = |text: &str, max: usize| text.chars().take(max).collect::<String>();
        Self {
            item: item.id.clone(),
            feed: item.feed.clone(),
            source: cut(&item.source.name, NAME_CHARS_MAX),
            title: cut(&item.title, TITLE_CHARS_MAX),
            url: item.url.clone().filter(|url| url.len() <= URL_BYTES_MAX),
            published: item.published,
            collected: item.collected,
            shared: shared.iter().map(|word| cut(word, NAME_CHARS_MAX)).collect(),
            development,
        }
    }

    /// The bytes that it may take in a store.
    fn size(&self) -> usize {
        let texts = [&self.source, &self.title].into_iter().chain(&self.url).chain(&self.shared);
        let cue = self.development.iter().map(|development| &development.cue);
        // A control character takes six.
        let bytes = |text: &String| text.len() + 5 * text.chars().filter(|c| c.is_control() || *c == '"').count();
        300 + texts.chain(cue).map(bytes).sum::<usize>()
    }

    /// When it was told, as far as its publisher says.
    pub fn at(&self) -> Timestamp {
        self.published.unwrap_or(self.collected).min(self.collected)
    }
}

impl Story {
    pub fn new(id: StoryId) -> Self {
        Self { id, reports: Vec::new(), more: 0 }
    }

    pub fn add(&mut self, report: Report) {
        if self.reports.iter().any(|known| known.item == report.item) {
            return;
        }
        let size: usize = self.reports.iter().map(Report::size).sum();
        if self.reports.len() < REPORTS_MAX && size + report.size() <= SIZE_MAX {
            self.reports.push(report);
        } else {
            self.more += 1;
        }
    }

    pub fn report(&self, item: &ItemId) -> Option<&Report> {
        self.reports.iter().find(|report| report.item == *item)
    }

    /// How many report it.
    pub fn len(&self) -> usize {
        self.reports.len() + self.more
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes out an item that is no longer kept.
    pub fn forget(&mut self, item: &ItemId) {
        let before = self.reports.len();
        self.reports.retain(|report| report.item != *item);
        if self.reports.len() == before {
            self.more = self.more.saturating_sub(1);
        }
    }
}

/// Why a later report of a story is news of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Development {
    pub kind: DevelopmentKind,
    /// The words of the item that say so.
    pub cue: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DevelopmentKind {
    /// Something happened since.
    Update,
    /// What was reported was wrong.
    Correction,
    /// Somebody says that it is not so.
    Denial,
}
