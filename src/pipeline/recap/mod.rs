//! The news of a period for one address: one entry a story, ranked by what matters there, grouped by
//! topic, in messages that fit every platform.

mod parts;
mod rank;
mod standing;
mod trend;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::route::{Candidate, Circumstances, Newness, Reader, decide};
use crate::model::card::Card;
use crate::model::id::{ItemId, StoryId};
use crate::model::item::Item;
use crate::model::recap::{About, Group, Recalled, Recap, RecapKind};
use crate::model::settings::Settings;

pub use parts::cost;
pub use rank::Taste;
pub use trend::{reach, trend};

/// Cards looked at for one recap.
pub const CARDS_MAX: usize = 5_000;
/// Told items looked at for the picture.
pub const TOLD_MAX: usize = 1_000;
/// Entries of one recap.
const ENTRIES_MAX: usize = 20;
/// Entries of one topic and of one source: none floods the others. Where there are no others, there
/// is more room.
const ENTRIES_OF_ONE_MAX: usize = 5;
const ENTRIES_OF_SOLE_TOPIC_MAX: usize = 10;

/// Whose recap it is.
pub struct Audience<'a> {
    /// The subscriptions that are collected into it.
    pub readers: &'a [Reader],
    pub settings: &'a Settings,
}

/// An item that may be told.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub item: &'a Item,
    pub card: &'a Card,
    /// Names the event; items of one story are told as one.
    pub story: &'a str,
    /// Items that report it, of whatever period.
    pub reports: usize,
}

/// The story of each item, and how many report it. An item without one is a story of its own.
pub type Stories = HashMap<ItemId, (StoryId, usize)>;

/// Which recap it is.
#[derive(Clone, Copy, Debug)]
pub struct Period<'a> {
    pub key: &'a str,
    pub kind: RecapKind,
    pub from: Timestamp,
    pub to: Timestamp,
}

/// The cards that any of the subscriptions wants.
pub fn wanted<'a>(cards: &'a [(Item, Card)], audience: &Audience<'_>, now: Timestamp) -> Vec<&'a (Item, Card)> {
    // Silence and limits are for posts; what was muted stays muted.
    let settings = Settings { quiet: None, hourly_max: None, ..audience.settings.clone() };
    let at = Circumstances { settings: Some(&settings), zone: &TimeZone::UTC, told: None, last_hour: 0, today: 0, now };
    let is_wanted = |(item, card): &&(Item, Card)| {
        let candidate = Candidate::new(item, card, Newness::New);
        audience.readers.iter().any(|reader| decide(&candidate, reader, &at).outcome.is_heard())
    };
    cards.iter().filter(is_wanted).collect()
}

/// The cards whose stories are not muted.
pub fn unmuted<'a>(cards: Vec<&'a (Item, Card)>, stories: &Stories, taste: &Taste<'_>) -> Vec<&'a (Item, Card)> {
    let is_muted = |item: &ItemId| stories.get(item).is_some_and(|(story, _)| taste.muted.contains(story.as_str()));
    cards.into_iter().filter(|(item, _)| !is_muted(&item.id)).collect()
}

/// Cards with their stories. For whoever sums up given cards, whatever is subscribed.
pub fn entries<'a>(cards: impl IntoIterator<Item = &'a (Item, Card)>, stories: &'a Stories) -> Vec<Entry<'a>> {
    let entry = |(item, card): &'a (Item, Card)| match stories.get(&item.id) {
        Some((story, reports)) => Entry { item, card, story: story.as_str(), reports: *reports },
        None => Entry { item, card, story: item.id.as_str(), reports: 1 },
    };
    cards.into_iter().map(entry).collect()
}

/// A story of the period, told by its best entry.
struct Story<'a> {
    best: Entry<'a>,
    topic: &'a str,
    about: About,
}

/// The recap in parts, each one message; none when there is nothing to tell. `last` is the recap of
/// that kind that the address had before.
pub fn recap(entries: &[Entry<'_>], taste: &Taste<'_>, period: &Period<'_>, last: Option<&Recalled>) -> Vec<Recap> {
    let told = stories(entries, taste, period, last);
    let (groups, left_out) = grouped(&told);
    if groups.is_empty() {
        return Vec::new();
    }
    let by_item: HashMap<&ItemId, &Story<'_>> = told.iter().map(|story| (&story.best.item.id, story)).collect();
    let (portions, more_left_out) = parts::portions(groups, |item| by_item.get(item).map(|story| story.best));
    let parts = u32::try_from(portions.len()).unwrap_or(u32::MAX);
    let listed = portions.iter().flatten().flat_map(|group| &group.items);
    let counts = standing::counts(listed.filter_map(|item| by_item.get(item)).map(|story| story.about));
    let part = |(number, groups): (u32, Vec<Group>)| Recap {
        key: period.key.to_owned(),
        kind: period.kind,
        from: period.from,
        to: period.to,
        about: abouts(&groups, &by_item),
        groups,
        left_out: left_out + more_left_out,
        part: number,
        parts,
        counts,
        trend: None,
    };
    (0..).zip(portions).map(part).collect()
}

fn abouts(groups: &[Group], by_item: &HashMap<&ItemId, &Story<'_>>) -> BTreeMap<ItemId, About> {
    let items = groups.iter().flat_map(|group| &group.items);
    let about = |item: &ItemId| Some((item.clone(), by_item.get(item)?.about));
    items.filter_map(about).filter(|(_, about)| about.standing.is_some() || about.reports > 1).collect()
}

/// What is to be kept of a recap for the next one.
pub fn recalled(parts: &[Recap], entries: &[Entry<'_>]) -> Option<Recalled> {
    let until = parts.first()?.to;
    let items: HashSet<&ItemId> = parts.iter().flat_map(|part| &part.groups).flat_map(|group| &group.items).collect();
    let stories = entries.iter().filter(|entry| items.contains(&entry.item.id)).map(|entry| StoryId::new(entry.story));
    Some(Recalled { until, stories: stories.collect() })
}

/// One entry a story, the most important first.
fn stories<'a>(
    entries: &[Entry<'a>],
    taste: &Taste<'_>,
    period: &Period<'_>,
    last: Option<&Recalled>,
) -> Vec<Story<'a>> {
    let mut of_story: HashMap<&str, Vec<&Entry<'a>>> = HashMap::new();
    for entry in entries.iter().filter(|entry| !taste.muted.contains(entry.story)) {
        of_story.entry(entry.story).or_default().push(entry);
    }
    let mut ranked: Vec<(f64, Story<'a>)> = Vec::new();
    for reports in of_story.values() {
        let size = reports.iter().map(|entry| entry.reports).max().unwrap_or(1).max(reports.len());
        let weighed = reports.iter().map(|entry| (taste.weight(entry, size, period), *entry));
        let Some((weight, best)) = weighed.max_by(|one, other| rank::order((one.0, one.1), (other.0, other.1))) else {
            continue;
        };
        let about = About { standing: standing::of(reports, last), reports: size };
        let topic = best.card.topics.first().map_or("other", |topic| topic.name.as_str());
        ranked.push((weight, Story { best: *best, topic, about }));
    }
    ranked.sort_by(|one, other| rank::order((other.0, &other.1.best), (one.0, &one.1.best)));
    // The same headline from two feeds is told once.
    let mut headlines = BTreeSet::new();
    ranked.retain(|(_, story)| headlines.insert(story.best.card.headline.to_lowercase()));
    ranked.into_iter().map(|(_, story)| story).collect()
}

/// The stories that find room, by topic, and how many do not.
fn grouped(told: &[Story<'_>]) -> (Vec<Group>, usize) {
    let count = |names: HashSet<&str>| names.len().max(1);
    let topics = count(told.iter().map(|story| story.topic).collect());
    let sources = count(told.iter().map(|story| story.best.card.source.name.as_str()).collect());
    let of_topic_max = if topics == 1 { ENTRIES_OF_SOLE_TOPIC_MAX } else { ENTRIES_OF_ONE_MAX };
    let of_source_max = (ENTRIES_MAX / sources).max(ENTRIES_OF_ONE_MAX);
    let mut groups: Vec<Group> = Vec::new();
    let mut of_source: HashMap<&str, usize> = HashMap::new();
    let (mut entries, mut left_out) = (0, 0);
    for story in told {
        let number = match groups.iter().position(|group| group.topic == story.topic) {
            Some(number) => number,
            None => {
                groups.push(Group { topic: story.topic.to_owned(), items: Vec::new(), left_out: 0 });
                groups.len() - 1
            }
        };
        let Some(group) = groups.get_mut(number) else { continue };
        let from_there = of_source.entry(&story.best.card.source.name).or_default();
        if entries == ENTRIES_MAX || group.items.len() == of_topic_max || *from_there == of_source_max {
            group.left_out += 1;
            left_out += 1;
            continue;
        }
        *from_there += 1;
        entries += 1;
        group.items.push(story.best.item.id.clone());
    }
    groups.retain(|group| !group.items.is_empty());
    (groups, left_out)
}
