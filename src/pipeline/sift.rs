//! What of a parsed feed is new? Decides by what was seen before, never by dates.
//!
//! An item is named by its guid, else its link, else its content, by one rule per feed that is
//! chosen at the first poll and kept. Edited titles and dates are updates. Items that come back,
//! move or are renamed are not news; a feed that rewrites all its ids is absorbed.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::parse::plain::cut;
use super::parse::plain_entry;
use crate::model::feed::{Body, Entry, FeedRecord, Identity, ParsedFeed};
use crate::model::id::ItemId;
use crate::model::item::{Item, Source};
use crate::model::seen::{Seen, SeenIndex, SeenSet, fingerprint};

/// New items taken in of one poll; the rest is taken by the next.
pub const ITEMS_MAX: usize = 200;
/// Bytes of an item's body that are kept. Fits the store's values with every character escaped.
pub const BODY_BYTES_MAX: usize = 24 * 1024;
/// Seen items are remembered at least this long after the feed last had them, and at least
/// [`SEEN_WINDOWS_MIN`] times as many as the feed has (failures, row 6).
const SEEN_DAYS_MIN: u16 = 90;
const SEEN_WINDOWS_MIN: usize = 4;
/// Polls in a row with new guids on old items after which guids are no longer believed.
const GUID_CHURN_MAX: u32 = 2;
/// A smaller window tells nothing about a feed's habits.
const STORM_WINDOW_MIN: usize = 4;

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
}

/// The names one entry goes by.
struct Names {
    seen: Seen,
    /// What the item's id is made of.
    key: String,
}

/// Tells the new entries of `parsed` from the known.
///
/// `seen` is `None` when nothing is remembered: before the first poll, or after the memory was
/// lost, which must not turn into a flood.
pub fn sift(record: &FeedRecord, parsed: &ParsedFeed, seen: Option<SeenSet>, now: Timestamp) -> Sifted {
    let day = day_of(now);
    let is_baseline = !record.state.has_baseline || seen.is_none();
    let seen = seen.unwrap_or_default();
    let identity = if seen.is_empty() { choose_identity(&parsed.entries) } else { record.state.identity };
    let named: Vec<(&Entry, Names)> =
        parsed.entries.iter().map(|entry| (entry, Names::of(entry, identity, day))).collect();
    // An entry without any name or word says nothing.
    let named: Vec<_> = named.into_iter().filter(|(_, names)| !names.key.is_empty()).collect();
    let mut sifter = Sifter::new(seen, identity, day, named.iter().map(|(_, names)| names.seen.guid).collect());
    let mut fresh = Vec::new();
    for (entry, names) in named {
        if sifter.knows(&names.seen) {
            continue;
        }
        fresh.push((entry, names));
    }
    if !is_baseline && is_storm(&sifter, &fresh, parsed.entries.len()) {
        fresh.retain(|(_, names)| !sifter.absorb(&names.seen));
    }
    let fresh = distinct(fresh);
    let left = if is_baseline { 0 } else { fresh.len().saturating_sub(ITEMS_MAX) };
    // Feeds list the newest first: what is left for the next poll is the newest, so that items
    // are announced in the order in which they appeared.
    let taken: Vec<_> = fresh.into_iter().skip(left).collect();
    let renamed = sifter.renamed;
    let churned = renamed * 2 > parsed.entries.len() && parsed.entries.len() >= STORM_WINDOW_MIN;
    let guid_churn = if churned { record.state.guid_churn + 1 } else { 0 };
    for (_, names) in taken.iter().rev() {
        sifter.seen.push(names.seen);
    }
    let keep = SEEN_WINDOWS_MIN * parsed.entries.len();
    sifter.seen.forget_before(day.saturating_sub(SEEN_DAYS_MIN), keep);
    let baseline = if is_baseline { taken.len() } else { 0 };
    let items = if is_baseline {
        Vec::new()
    } else {
        taken.iter().rev().map(|(entry, names)| item(record, parsed, entry, &names.key, now)).collect()
    };
    Sifted {
        items,
        seen: sifter.seen,
        identity: settle_identity(identity, guid_churn, &parsed.entries),
        guid_churn,
        baseline,
        absorbed: renamed,
        left,
    }
}

/// Days since 1970-01-01.
pub fn day_of(now: Timestamp) -> u16 {
    u16::try_from(now.as_second() / SignedDuration::from_hours(24).as_secs()).unwrap_or_default()
}

struct Sifter {
    seen: SeenSet,
    identity: Identity,
    day: u16,
    by_guid: SeenIndex,
    by_link: SeenIndex,
    by_content: SeenIndex,
    /// The guids of the document at hand.
    present: HashSet<u64>,
    renamed: usize,
}

impl Sifter {
    fn new(seen: SeenSet, identity: Identity, day: u16, present: HashSet<u64>) -> Self {
        let by_guid = seen.index(|seen| seen.guid);
        let by_link = seen.index(|seen| seen.link);
        let by_content = seen.index(|seen| seen.content);
        Self { seen, identity, day, by_guid, by_link, by_content, present, renamed: 0 }
    }

    /// Whether the entry is known; if so, what is known of it is brought up to date.
    fn knows(&mut self, names: &Seen) -> bool {
        let Some(position) = self.by_rule(names).or_else(|| self.by_both(names)) else { return false };
        self.update(position, names);
        true
    }

    /// By the name that the feed's rule asks for; an entry that has none goes by its next one.
    fn by_rule(&self, names: &Seen) -> Option<usize> {
        let guid = (names.guid, &self.by_guid);
        let link = (names.link, &self.by_link);
        let content = (names.content, &self.by_content);
        let order = match self.identity {
            Identity::Guid => [guid, link, content],
            Identity::Link => [link, guid, content],
            Identity::Fingerprint => [content, link, guid],
        };
        let (name, index) = order.into_iter().find(|(name, _)| *name != 0)?;
        index.find(name)
    }

    /// The same link and the same title are the same item under a new guid, unless the item under
    /// its old guid is still there: then they are two.
    fn by_both(&mut self, names: &Seen) -> Option<usize> {
        let by_link = self.by_link.find(names.link)?;
        let known = self.seen.entries().get(by_link)?;
        let is_same = known.content == names.content && (known.guid == 0 || !self.present.contains(&known.guid));
        self.renamed += usize::from(is_same);
        is_same.then_some(by_link)
    }

    /// In a storm of new ids one matching name is enough.
    fn absorb(&mut self, names: &Seen) -> bool {
        let Some(position) = self.by_link.find(names.link).or_else(|| self.by_content.find(names.content)) else {
            return false;
        };
        self.renamed += 1;
        self.update(position, names);
        true
    }

    fn update(&mut self, position: usize, names: &Seen) {
        let day = self.day;
        if let Some(known) = self.seen.get_mut(position) {
            *known = Seen {
                guid: if names.guid == 0 { known.guid } else { names.guid },
                link: if names.link == 0 { known.link } else { names.link },
                content: names.content,
                last_day: day,
            };
        }
        self.by_guid.insert(names.guid, position);
    }
}

/// More than half of the window is new, and at least half of that has a link or a title that is
/// known: the feed has rewritten its ids.
fn is_storm(sifter: &Sifter, fresh: &[(&Entry, Names)], window: usize) -> bool {
    if window < STORM_WINDOW_MIN || fresh.len() * 2 <= window {
        return false;
    }
    let has_known_name =
        |names: &Seen| sifter.by_link.find(names.link).or_else(|| sifter.by_content.find(names.content)).is_some();
    fresh.iter().filter(|(_, names)| has_known_name(&names.seen)).count() * 2 >= fresh.len()
}

/// The same item twice in one document is one item.
fn distinct(fresh: Vec<(&Entry, Names)>) -> Vec<(&Entry, Names)> {
    let mut keys = HashSet::new();
    fresh.into_iter().filter(|(_, names)| keys.insert(names.key.clone())).collect()
}

/// The first rule that tells the entries apart: nearly all have such a name, and it means nearly
/// always the same entry.
fn choose_identity(entries: &[Entry]) -> Identity {
    let guid = |entry: &Entry| entry.id.clone();
    let link = |entry: &Entry| entry.url.as_deref().map(link_key);
    if entries.is_empty() || tells_apart(entries, guid, link) {
        Identity::Guid
    } else if tells_apart(entries, link, content_key) {
        Identity::Link
    } else if entries.iter().all(|entry| entry.id.is_none() && entry.url.is_none())
        || tells_apart(entries, content_key, content_key)
    {
        Identity::Fingerprint
    } else {
        Identity::Guid
    }
}

/// `other`: what differs between entries that are not the same.
fn tells_apart(
    entries: &[Entry],
    name: impl Fn(&Entry) -> Option<String>,
    other: impl Fn(&Entry) -> Option<String>,
) -> bool {
    let pairs: HashSet<(String, Option<String>)> =
        entries.iter().filter_map(|one| Some((name(one)?, other(one)))).collect();
    let named = entries.iter().filter(|one| name(one).is_some()).count();
    let names: HashSet<&String> = pairs.iter().map(|(name, _)| name).collect();
    !pairs.is_empty() && named * 10 >= entries.len() * 9 && names.len() * 10 >= pairs.len() * 9
}

fn settle_identity(identity: Identity, guid_churn: u32, entries: &[Entry]) -> Identity {
    if identity != Identity::Guid || guid_churn < GUID_CHURN_MAX {
        return identity;
    }
    let links: HashSet<&str> = entries.iter().filter_map(|entry| entry.url.as_deref()).collect();
    if links.len() * 10 >= entries.len() * 9 { Identity::Link } else { Identity::Fingerprint }
}

impl Names {
    fn of(entry: &Entry, identity: Identity, day: u16) -> Self {
        let guid = entry.id.as_deref().filter(|id| !id.is_empty());
        let link = entry.url.as_deref().map(link_key);
        let content = content_key(entry);
        let seen = Seen {
            guid: guid.map(fingerprint).unwrap_or_default(),
            link: link.as_deref().map(fingerprint).unwrap_or_default(),
            content: content.as_deref().map(fingerprint).unwrap_or_default(),
            last_day: day,
        };
        let guid = guid.map(|guid| format!("guid:{guid}"));
        let link = link.map(|link| format!("link:{link}"));
        let content = content.map(|content| format!("content:{content}"));
        let key = match identity {
            Identity::Guid => guid.or(link).or(content),
            Identity::Link => link.or(guid).or(content),
            Identity::Fingerprint => content.or(link).or(guid),
        };
        Self { seen, key: key.unwrap_or_default() }
    }
}

/// A link without what changes while the article stays: scheme, `www.`, fragment, tracking
/// parameters, a trailing slash.
fn link_key(link: &str) -> String {
    let Ok(url) = Url::parse(link) else { return link.to_owned() };
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let is_tracking =
        |name: &str| name.starts_with("utm_") || matches!(name, "fbclid" | "gclid" | "mc_cid" | "mc_eid" | "ref_src");
    let mut key = format!("{host}{}", url.path().trim_end_matches('/'));
    for (name, value) in url.query_pairs().filter(|(name, _)| !is_tracking(name)) {
        key.push_str(&format!("&{name}={value}"));
    }
    key
}

/// What an entry says, where it has no other name: its title, with the start of its text when it
/// has neither guid nor link.
fn content_key(entry: &Entry) -> Option<String> {
    let text = entry.content.as_ref().or(entry.summary.as_ref()).map(Body::as_written);
    let is_nameless = entry.id.is_none() && entry.url.is_none();
    match (&entry.title, text) {
        (Some(title), Some(text)) if is_nameless => Some(format!("{title}\n{}", cut(text, 256))),
        (Some(title), _) => Some(title.clone()),
        (None, Some(text)) => Some(cut(text, 256).to_owned()),
        (None, None) => None,
    }
}

/// An entry as an item, by the feed's present rule.
pub fn item_of(record: &FeedRecord, parsed: &ParsedFeed, entry: &Entry, now: Timestamp) -> Item {
    let names = Names::of(entry, record.state.identity, day_of(now));
    item(record, parsed, entry, &names.key, now)
}

fn item(record: &FeedRecord, parsed: &ParsedFeed, entry: &Entry, key: &str, now: Timestamp) -> Item {
    let entry = plain_entry(entry.clone());
    let text = |body: &Option<Body>| body.as_ref().map(|body| body.as_written().to_owned()).unwrap_or_default();
    let text = longer(text(&entry.content), text(&entry.summary));
    let body = cut(&text, BODY_BYTES_MAX).to_owned();
    let title = entry.title.clone().unwrap_or_else(|| headline_of(&body));
    Item {
        id: ItemId::of_key(&record.feed.id, key),
        feed: record.feed.id.clone(),
        title,
        body,
        url: entry.url.clone(),
        authors: entry.authors.clone(),
        categories: entry.categories.clone(),
        image: entry.image.clone(),
        lang: parsed.language.clone(),
        published: entry.published.or(entry.updated),
        collected: now,
        source: source(record, parsed),
        rights: parsed.rights.clone(),
        topics: record.feed.topics.clone(),
    }
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
