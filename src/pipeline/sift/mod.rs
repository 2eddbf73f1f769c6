//! What of a parsed feed is new? Decides by what was seen before, never by dates.
//!
//! An item is named by its guid, else its link, else its content, by one rule per feed that is
//! chosen at the first poll and kept. Edited titles and dates are updates. Items that come back,
//! move or are renamed are not news; a feed that rewrites all its ids is absorbed.

mod identity;
mod known;
mod names;

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::parse::plain::cut;
use super::parse::plain_entry;
use crate::model::feed::{Body, Entry, FeedRecord, Identity, ParsedFeed};
use crate::model::id::ItemId;
use crate::model::item::{Item, Source};
use crate::model::seen::{Seen, SeenSet};

use known::{Fate, judge, marks};
use names::{key_of, names_of, whole_key_of};

/// New items taken in of one poll; the rest is taken by the next.
pub const ITEMS_MAX: usize = 200;
/// Bytes of an item's body that are kept.
pub const BODY_BYTES_MAX: usize = 24 * 1024;
/// Bytes of a whole item as it is written down: the store takes values of 64 KB.
pub const ITEM_BYTES_MAX: usize = 60 * 1024;
/// Bytes of an address or a language that is kept; longer ones are none.
const URL_BYTES_MAX: usize = 2048;
const LANG_BYTES_MAX: usize = 64;
/// Bytes that are left of a title where nothing else helps.
const TITLE_BYTES_MAX: usize = 4000;
/// Seen items are remembered at least this long after the feed last had them, and at least
/// [`SEEN_WINDOWS_MIN`] times as many as the feed has (failures, row 6).
const SEEN_DAYS_MIN: u16 = 90;
const SEEN_WINDOWS_MIN: usize = 4;
/// In a smaller window nobody is surprised that most is new.
const SURGE_WINDOW_MIN: usize = 4;

/// What one poll brought.
#[derive(Clone, Debug)]
pub struct Sifted {
    pub items: Vec<Item>,
    pub seen: SeenSet,
    pub identity: Identity,
    pub guid_churn: u32,
    /// Entries that are remembered without being announced: the first poll.
    pub baseline: usize,
    /// Entries known under another name, absorbed.
    pub absorbed: usize,
    /// New entries beyond [`ITEMS_MAX`]: they are left for the next poll.
    pub left: usize,
    /// More than half of the feed is new at once: either much has happened, or the feed has
    /// renamed its items beyond recognition.
    pub is_surge: bool,
}

/// Tells the new entries of `parsed` from the known.
///
/// `seen` is `None` when nothing is remembered: before the first poll, or after the memory was
/// lost, which must not turn into a flood.
pub fn sift(record: &FeedRecord, parsed: &ParsedFeed, seen: Option<SeenSet>, now: Timestamp) -> Sifted {
    let day = day_of(now);
    let is_baseline = !record.state.has_baseline || seen.is_none();
    let mut seen = seen.unwrap_or_default();
    let identity = if seen.is_empty() { identity::choose(&parsed.entries) } else { record.state.identity };
    let (entries, window) = distinct(&parsed.entries, identity, day);
    let judged = judge(seen.entries(), &window, identity);
    let mut fresh: Vec<(&Entry, Seen, bool)> = Vec::new();
    for ((entry, names), fate) in entries.into_iter().zip(&window).zip(judged.fates) {
        match fate {
            Fate::Known(position) => refresh(&mut seen, position, names),
            Fate::New { has_name } => fresh.push((entry, *names, has_name)),
        }
    }
    let left = if is_baseline { 0 } else { fresh.len().saturating_sub(ITEMS_MAX) };
    let is_surge = !is_baseline && fresh.len() * 2 > window.len() && window.len() >= SURGE_WINDOW_MIN;
    // Feeds list the newest first: what is left for the next poll is the newest, so that items
    // are announced in the order in which they appeared.
    let taken: Vec<_> = fresh.into_iter().skip(left).rev().collect();
    taken.iter().for_each(|(_, names, _)| seen.push(*names));
    seen.forget_before(day.saturating_sub(SEEN_DAYS_MIN), SEEN_WINDOWS_MIN * parsed.entries.len());
    let is_churned = !is_baseline && (judged.renamed + judged.doubtful) * 2 > window.len();
    let guid_churn = if is_churned { record.state.guid_churn + 1 } else { 0 };
    let baseline = if is_baseline { taken.len() } else { 0 };
    let announced = if is_baseline { Vec::new() } else { taken };
    let items = announced.into_iter().map(|(entry, _, has_name)| {
        let key = if has_name { key_of(entry, identity) } else { whole_key_of(entry) };
        item(record, parsed, entry, &key, now)
    });
    Sifted {
        items: items.collect(),
        seen,
        identity: identity::settle(identity, guid_churn, &parsed.entries),
        guid_churn,
        baseline,
        absorbed: judged.renamed,
        left,
        is_surge,
    }
}

/// Days since 1970-01-01.
pub fn day_of(now: Timestamp) -> u16 {
    u16::try_from(now.as_second() / SignedDuration::from_hours(24).as_secs()).unwrap_or_default()
}

/// The entries with their names. The same item twice in one document is one item, and an entry
/// without any name or word says nothing.
fn distinct(entries: &[Entry], identity: Identity, day: u16) -> (Vec<&Entry>, Vec<Seen>) {
    let mut known = HashSet::new();
    let named = entries.iter().map(|entry| (entry, names_of(entry, day)));
    let is_something = |names: &Seen| (names.guid, names.link, names.content) != (0, 0, 0);
    let mut is_first = |names: &Seen| {
        let marks = marks(names, identity);
        let is_first = !marks.iter().any(|mark| *mark != 0 && known.contains(mark));
        known.extend(marks);
        is_first
    };
    named.filter(|(_, names)| is_something(names)).filter(|(_, names)| is_first(names)).unzip()
}

/// Brings what is known of an item up to date.
fn refresh(seen: &mut SeenSet, position: usize, names: &Seen) {
    if let Some(known) = seen.get_mut(position) {
        *known = Seen {
            guid: if names.guid == 0 { known.guid } else { names.guid },
            link: if names.link == 0 { known.link } else { names.link },
            ..*names
        };
    }
}

/// An entry as an item, by the feed's present rule.
pub fn item_of(record: &FeedRecord, parsed: &ParsedFeed, entry: &Entry, now: Timestamp) -> Item {
    item(record, parsed, entry, &key_of(entry, record.state.identity), now)
}

fn item(record: &FeedRecord, parsed: &ParsedFeed, entry: &Entry, key: &str, now: Timestamp) -> Item {
    let entry = plain_entry(entry.clone());
    let text = |body: &Option<Body>| body.as_ref().map(|body| body.as_written().to_owned()).unwrap_or_default();
    let text = longer(text(&entry.content), text(&entry.summary));
    let body = cut(&text, BODY_BYTES_MAX).to_owned();
    let title = entry.title.clone().unwrap_or_else(|| headline_of(&body));
    let short = |text: &Option<String>, max: usize| text.clone().filter(|text| text.len() <= max);
    fitted(Item {
        id: ItemId::of_key(&record.feed.id, key),
        feed: record.feed.id.clone(),
        title,
        body,
        url: short(&entry.url, URL_BYTES_MAX),
        authors: entry.authors.clone(),
        categories: entry.categories.clone(),
        image: short(&entry.image, URL_BYTES_MAX),
        lang: short(&parsed.language, LANG_BYTES_MAX),
        published: entry.published.or(entry.updated),
        collected: now,
        source: source(record, parsed),
        rights: parsed.rights.clone(),
        topics: record.feed.topics.clone(),
    })
}

/// The item, cut to what can be written down: its text first, then what is only said about it.
fn fitted(mut item: Item) -> Item {
    let excess = |item: &Item| {
        let bytes = serde_json::to_vec(item).expect("an item has no map keys but text");
        bytes.len().saturating_sub(ITEM_BYTES_MAX)
    };
    let over = excess(&item);
    if over > 0 {
        item.body = shortened(&item.body, over).to_owned();
    }
    if excess(&item) > 0 {
        item = Item { authors: Vec::new(), categories: Vec::new(), rights: None, image: None, ..item };
        item.title = cut(&item.title, TITLE_BYTES_MAX).to_owned();
    }
    item
}

/// The text without its end: by at least `bytes` of what is written down of it.
fn shortened(text: &str, bytes: usize) -> &str {
    let mut saved = 0;
    let end = text.char_indices().rev().find(|(_, letter)| {
        let is_escaped = matches!(letter, '"' | '\\' | '\n');
        saved += if is_escaped { 2 } else { letter.len_utf8() };
        saved >= bytes
    });
    text.get(..end.map_or(0, |(at, _)| at)).unwrap_or_default()
}

/// The publication that an entry of `parsed` is credited to.
pub fn source(record: &FeedRecord, parsed: &ParsedFeed) -> Source {
    let own = parsed.title.as_deref().filter(|title| !title.is_empty());
    let name = record.feed.name.as_deref().or(own).unwrap_or_else(|| record.title());
    Source { name: name.to_owned(), url: parsed.home_url.clone() }
}

fn longer(content: String, summary: String) -> String {
    if content.len() >= summary.len() { content } else { summary }
}

/// The first words of a text that has no title.
fn headline_of(body: &str) -> String {
    let line = body.lines().next().unwrap_or_default();
    let short: String = line.chars().take(90).collect();
    if short.len() < line.len() { format!("{}…", short.trim_end()) } else { short }
}
