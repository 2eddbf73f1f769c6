//! What a card says of its story: who else reports it, what it follows, what came before.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::locale::Words;
use crate::model::card::{Card, Claim, ClaimKind, Dated, Insight, Quote, Related};
use crate::model::doc::{Block, Doc, Link, Plain};
use crate::model::id::ItemId;
use crate::model::item::Item;
use crate::model::story::{Development, DevelopmentKind, Report, Story};

/// Updates that a card refers to, of its story and beside it.
const RELATED_MAX: usize = 5;
/// Entries of a timeline.
const TIMELINE_MAX: usize = 6;
/// Sources that are named beside a card, and reports behind it.
const SOURCES_MAX: usize = 5;
const REPORTS_MAX: usize = 10;

/// A card with what the archive has on it: the earlier reports of its story, and items that may be of it.
/// Every line is a title as its publisher wrote it, with its place in that item.
pub fn with_archive(mut card: Card, earlier: &[Report], possible: &[Item]) -> Card {
    let of_story = earlier.iter().rev().map(|report| Related {
        title: report.title.clone(),
        url: report.url.clone(),
        source: report.source.clone(),
        published: Some(report.at()),
        item: Some(report.item.clone()),
    });
    let beside = possible.iter().map(|item| Related {
        title: item.title.clone(),
        url: item.url.clone(),
        source: item.source.name.clone(),
        published: item.published.or(Some(item.collected)),
        item: Some(item.id.clone()),
    });
    let room = RELATED_MAX.saturating_sub(possible.len().min(2));
    let mut seen = BTreeSet::from([card.headline.to_lowercase()]);
    let is_new = |one: &Related| seen.insert(one.title.to_lowercase());
    let related: Vec<Related> = of_story.take(room).chain(beside).filter(is_new).take(RELATED_MAX).collect();
    card.related = related;
    add_timeline(&mut card, earlier);
    card
}

/// The story's own earlier reports, in the order of their dates, up to this one.
fn add_timeline(card: &mut Card, earlier: &[Report]) {
    let own =
        (card.published.unwrap_or(card.collected).min(card.collected), &card.id, card.headline.as_str(), &card.url);
    let before = earlier.iter().map(|report| (report.at(), &report.item, report.title.as_str(), &report.url));
    let mut entries: Vec<Dated> =
        before.chain([own]).map(|(at, item, title, url)| dated(at, item, title, url)).collect();
    entries.dedup_by(|one, other| one.event.text == other.event.text);
    // One report alone is no line.
    if entries.len() < 2 {
        return;
    }
    let timeline = &mut card.insight.get_or_insert_with(Insight::default).timeline;
    let room = TIMELINE_MAX.saturating_sub(timeline.len()).max(2);
    // The beginning and what came last say most.
    let skipped = entries.len().saturating_sub(room);
    let kept = entries.into_iter().enumerate().filter(|(n, _)| *n == 0 || *n > skipped);
    let before = timeline.len();
    timeline.extend(kept.map(|(_, entry)| entry));
    card.provenance.claims_kept += u32::try_from(timeline.len() - before).unwrap_or_default();
    timeline.sort_by(|one, other| one.date.cmp(&other.date));
}

fn dated(at: Timestamp, item: &ItemId, title: &str, url: &Option<String>) -> Dated {
    let quote = Quote { text: title.to_owned(), start: 0, end: title.chars().count(), item: item.clone() };
    let event = Claim { text: title.to_owned(), kind: ClaimKind::Quoted, evidence: vec![quote] };
    Dated { date: at.strftime("%Y-%m-%d").to_string(), event, url: url.clone() }
}

/// The other items that a card refers to.
pub fn referred(card: &Card) -> BTreeSet<ItemId> {
    let related = card.related.iter().filter_map(|one| one.item.clone());
    let timeline = card.insight.iter().flat_map(|insight| &insight.timeline).flat_map(|entry| &entry.event.evidence);
    related.chain(timeline.map(|quote| quote.item.clone())).filter(|item| *item != card.id).collect()
}

/// A card without what it says of these other items.
pub fn without(mut card: Card, items: &BTreeSet<ItemId>) -> Card {
    card.related.retain(|one| one.item.as_ref().is_none_or(|item| !items.contains(item)));
    if let Some(insight) = &mut card.insight {
        insight.timeline.retain(|entry| entry.event.evidence.iter().all(|quote| !items.contains(&quote.item)));
        // One entry alone is no line.
        if insight.timeline.len() < 2 {
            insight.timeline.clear();
        }
    }
    card.insight = card.insight.filter(|insight| !insight.is_empty());
    card
}

/// How a story stands around one of its cards at an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Telling {
    pub story: Option<Story>,
    /// Reports that have no message of their own there.
    pub also: Vec<Report>,
    /// The report in whose thread this card comes.
    pub follows: Option<Report>,
}

impl Telling {
    fn development(&self, card: &ItemId) -> Option<&Development> {
        self.story.as_ref()?.report(card)?.development.as_ref()
    }
}

/// A card's message with what is to be said of its story.
pub fn tell(mut doc: Doc, card: &Card, telling: &Telling, words: Words) -> Doc {
    if let (Some(follows), Some(development)) = (&telling.follows, telling.development(&card.id)) {
        let args = [("title", follows.title.as_str().into()), ("source", follows.source.as_str().into())];
        let line = words.with(of(development.kind), &args).into();
        match doc.blocks.first_mut() {
            Some(Block::Context(parts)) => parts.insert(0, line),
            _ => doc.blocks.insert(0, Block::Context(vec![line])),
        }
    }
    // What follows another card leaves to that one who else reports the story.
    if !telling.also.is_empty() && telling.follows.is_none() {
        let at = doc.blocks.iter().position(is_depth).unwrap_or(doc.blocks.len());
        let is_new = |report: &&Report| card.related.iter().all(|one| one.title != report.title);
        let new: Vec<Report> = telling.also.iter().filter(is_new).cloned().collect();
        let behind = Block::Section { title: words.say("story-reports").into(), blocks: vec![reports(&new)] };
        let behind = (!new.is_empty()).then_some(behind);
        doc.blocks.splice(at..at, [also(&telling.also, words)].into_iter().chain(behind));
    }
    mark_possible(&mut doc.blocks, card, telling, words);
    doc
}

/// The depth of a card on its own, with the other reports of its story.
pub fn deepen(mut doc: Doc, card: &Card, telling: &Telling, words: Words) -> Doc {
    mark_possible(&mut doc.blocks, card, telling, words);
    if !telling.also.is_empty() {
        let at = doc.blocks.iter().position(|block| matches!(block, Block::Footer(_))).unwrap_or(doc.blocks.len());
        let heading = Block::Heading(words.say("story-reports").into());
        doc.blocks.splice(at..at, [heading, reports(&telling.also)]);
    }
    doc
}

/// What an edit adds, in a line.
pub fn change(by: &Report, words: Words) -> Plain {
    let args = [("source", by.source.as_str().into()), ("title", by.title.as_str().into())];
    words.with("story-change", &args).into()
}

/// The same for programs.
pub fn record(card: &ItemId, by: &Report) -> String {
    serde_json::json!({ "amended": card, "also_reported_by": by }).to_string()
}

fn of(kind: DevelopmentKind) -> &'static str {
    match kind {
        DevelopmentKind::Update => "story-update-of",
        DevelopmentKind::Correction => "story-correction-of",
        DevelopmentKind::Denial => "story-denial-of",
    }
}

/// Where the short part of a card ends.
fn is_depth(block: &Block) -> bool {
    matches!(block, Block::Section { .. } | Block::Buttons(_) | Block::Footer(_))
}

/// The sources by name, each once.
fn also(reports: &[Report], words: Words) -> Block {
    let mut sources: Vec<&str> = Vec::new();
    for report in reports {
        if !sources.contains(&report.source.as_str()) {
            sources.push(&report.source);
        }
    }
    let more = sources.len().saturating_sub(SOURCES_MAX);
    let mut values: Vec<Plain> = sources.into_iter().take(SOURCES_MAX).map(Plain::from).collect();
    if more > 0 {
        values.push(words.with("story-more-sources", &[("count", more.into())]).into());
    }
    Block::Tags { label: words.say("story-also").into(), values }
}

/// Reports with link, source and date.
pub fn reports(reports: &[Report]) -> Block {
    let link = |report: &Report| Link {
        label: report.title.as_str().into(),
        url: report.url.clone(),
        note: Some(format!("{}, {}", report.source, report.at().strftime("%Y-%m-%d")).into()),
    };
    Block::Links(reports.iter().take(REPORTS_MAX).map(link).collect())
}

/// What is related but not surely of the story says so.
fn mark_possible(blocks: &mut [Block], card: &Card, telling: &Telling, words: Words) {
    let reports = telling.story.as_ref().map(|story| story.reports.as_slice()).unwrap_or_default();
    let is_possible = |label: &Plain| {
        card.related.iter().any(|one| one.title == label.as_str())
            && !reports.iter().any(|report| report.title == label.as_str())
    };
    for block in blocks {
        if let Block::Section { blocks, .. } = block {
            mark_possible(blocks, card, telling, words);
        } else if let Block::Links(links) = block {
            for link in links.iter_mut().filter(|link| is_possible(&link.label)) {
                let note = link.note.as_ref().map(Plain::as_str).unwrap_or_default();
                link.note = Some(words.with("story-possibly", &[("note", note.into())]).into());
            }
        }
    }
}
