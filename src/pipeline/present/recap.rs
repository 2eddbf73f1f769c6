//! A recap as a message.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::headline;
use crate::locale::Words;
use crate::model::card::Card;
use crate::model::doc::{Block, Doc, Link, Picture};
use crate::model::id::ItemId;
use crate::model::label::{Labels, Urgency};
use crate::model::recap::{About, Group, Recap, RecapKind, Standing, Trend};
use crate::pipeline::chart::{self, Chart};

/// Of those who should care, so many are named, and so much of a source's name.
const AUDIENCES_MAX: usize = 3;
const SOURCE_CHARS_MAX: usize = 60;

/// A recap, or one part of it; `cards` holds those that are still kept.
pub fn recap(recap: &Recap, cards: &HashMap<ItemId, Card>, labels: &Labels, (zone, words): (&TimeZone, Words)) -> Doc {
    let title = title(recap, zone, words);
    let mut blocks = vec![
        Block::Context(head(recap, words).into_iter().map(Into::into).collect()),
        Block::Headline { text: title.into(), url: None },
    ];
    for group in &recap.groups {
        let known = group.items.iter().filter_map(|item| cards.get(item));
        let mut links: Vec<Link> = known.map(|card| entry(card, recap.about.get(&card.id), (labels, words))).collect();
        if links.is_empty() {
            continue;
        }
        links.extend(more(group, labels, words));
        blocks.push(Block::Heading(words.topic(labels, &group.topic).into()));
        blocks.push(Block::Links(links));
    }
    blocks.push(Block::Footer(vec![words.say("recap-rights").into()]));
    let picture = recap.trend.as_ref().and_then(|trend| picture(trend, recap.kind, (labels, words)));
    Doc { record: Some(record(recap)), picture, ..Doc::new(blocks) }
}

fn title(recap: &Recap, zone: &TimeZone, words: Words) -> String {
    let day = |at: Timestamp| date(zone.to_datetime(at).date(), words);
    let time = zone.to_datetime(recap.to).strftime("%H:%M").to_string();
    let id = match recap.kind {
        RecapKind::Week => "recap-week",
        RecapKind::Day => "recap-day",
        RecapKind::Quiet => "recap-quiet",
        RecapKind::Overflow => "recap-overflow",
    };
    words.with(id, &[("from", day(recap.from).into()), ("to", day(recap.to).into()), ("time", time.into())])
}

/// `23 November`
pub fn date(date: Date, words: Words) -> String {
    words.with("recap-date", &[("day", date.day().into()), ("month", date.month().into())])
}

/// Which part it is; what all of them tell, and how it stands to the recap before.
fn head(recap: &Recap, words: Words) -> Vec<String> {
    let count = |id: &str, count: usize| words.with(id, &[("count", count.into())]);
    let mut head = Vec::new();
    if recap.parts > 1 {
        let numbers = [("part", (recap.part + 1).into()), ("parts", recap.parts.into())];
        head.push(words.with("recap-part", &numbers));
    }
    if recap.part > 0 {
        return head;
    }
    let counts = recap.counts;
    // Recaps that were made before stories were counted count their entries.
    let listed: usize = recap.groups.iter().map(|group| group.items.len()).sum();
    head.push(count("recap-stories", counts.stories.max(listed)));
    let standings =
        [("recap-new", counts.new), ("recap-continued", counts.continued), ("recap-resolved", counts.resolved)];
    head.extend(standings.into_iter().filter(|(_, number)| *number > 0).map(|(id, number)| count(id, number)));
    head.extend((recap.left_out > 0).then(|| count("recap-left-out", recap.left_out)));
    head
}

fn entry(card: &Card, about: Option<&About>, (labels, words): (&Labels, Words)) -> Link {
    let standing = about.and_then(|about| about.standing).map(|standing| match standing {
        Standing::New => words.say("recap-is-new"),
        Standing::Continued => words.say("recap-is-continued"),
        Standing::Resolved => words.say("recap-is-resolved"),
    });
    let source: String = card.source.name.chars().take(SOURCE_CHARS_MAX).collect();
    let source = Some(source).filter(|name| !name.is_empty());
    let urgency = match card.urgency {
        Urgency::ActNow => Some(words.say("recap-act-now")),
        Urgency::ThisWeek => Some(words.say("recap-this-week")),
        Urgency::Fyi => None,
    };
    let who = card.tldr.who_should_care.iter().take(AUDIENCES_MAX);
    let who = who.map(|name| words.audience(labels, name));
    let others = about.map_or(0, |about| about.reports.saturating_sub(1));
    let also = (others > 0).then(|| words.with("recap-also", &[("count", others.into())]));
    let note: Vec<String> = [standing, source, urgency].into_iter().flatten().chain(who).chain(also).collect();
    Link { label: headline(card), url: card.url.clone(), note: Some(note.join(" · ").into()) }
}

/// What found no room, at the end of its group.
fn more(group: &Group, labels: &Labels, words: Words) -> Option<Link> {
    let args = [("count", group.left_out.into()), ("topic", words.topic(labels, &group.topic).into())];
    (group.left_out > 0).then(|| Link { label: words.with("recap-more-on", &args).into(), url: None, note: None })
}

/// The topics over the last periods, drawn, and the same numbers in words.
fn picture(trend: &Trend, kind: RecapKind, (labels, words): (&Labels, Words)) -> Option<Picture> {
    let title = words.say(if kind == RecapKind::Week { "recap-chart-weeks" } else { "recap-chart-days" });
    let label =
        |date: &Date| words.with("recap-date-short", &[("day", date.day().into()), ("month", date.month().into())]);
    // Letters that our font has not are told by the names, which are plain.
    let drawn = |text: String, plain: String| if chart::can_write(&text) { text } else { plain };
    let periods: Vec<String> = trend.periods.iter().map(&label).collect();
    let series = trend.topics.iter().map(|(topic, counts)| (words.topic(labels, topic), counts.clone()));
    let series: Vec<(String, Vec<u32>)> = series.collect();
    let drawn_series = trend.topics.iter().zip(&series);
    let chart = Chart {
        title: drawn(title.clone(), String::new()),
        periods: trend.periods.iter().map(|date| drawn(label(date), date.strftime("%m-%d").to_string())).collect(),
        series: drawn_series
            .map(|((topic, counts), (title, _))| (drawn(title.clone(), topic.clone()), counts.clone()))
            .collect(),
    };
    let numbers = periods.iter().enumerate().filter_map(|(number, period)| {
        let told = series.iter().filter_map(|(topic, counts)| {
            let count = counts.get(number).filter(|count| **count > 0)?;
            Some(format!("{topic} {count}"))
        });
        let told: Vec<String> = told.collect();
        (!told.is_empty()).then(|| format!("{period}: {}", told.join(", ")))
    });
    let alt = format!("{title}. {}.", numbers.collect::<Vec<_>>().join("; "));
    let png = chart::draw(&chart)?;
    Some(Picture { png: Arc::new(png), name: "topics.png", alt: alt.into() })
}

/// The recap for programs.
fn record(recap: &Recap) -> String {
    serde_json::json!({ "recap": recap }).to_string()
}
