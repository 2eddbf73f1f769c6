//! Who it concerns, what it is about, what kind of event, how urgent.

use super::lexicon::{Family, Lexicon, Scores};
use crate::model::item::Item;
use crate::model::label::{Event, Label, Urgency};

/// Bytes of the body that labels are read from: the lead says what a report is about.
const LEAD_BYTES: usize = 3000;
/// A score at which we are about two thirds sure.
const SCORE_SCALE: f32 = 8.0;
/// Further audiences and topics are named when they come this close to the first.
const AUDIENCE_SHARE: f32 = 0.5;
const TOPIC_SHARE: f32 = 0.3;
/// Scores below these are chance.
const AUDIENCE_MIN: f32 = 2.0;
const TOPIC_MIN: f32 = 3.0;
const EVENT_MIN: f32 = 3.0;
/// Labels of one kind on a card.
const LABELS_MAX: usize = 3;
/// How much must speak for an urgency.
const ACT_NOW_MIN: f32 = 6.0;
const THIS_WEEK_MIN: f32 = 4.0;

/// The labels of one item.
pub struct Labelling {
    pub audiences: Vec<Label>,
    pub topics: Vec<Label>,
    pub event: Event,
    pub urgency: Urgency,
}

const EVENTS: &[Event] = &[
    Event::Release,
    Event::Deprecation,
    Event::Vulnerability,
    Event::Breach,
    Event::Threat,
    Event::Outage,
    Event::Legal,
    Event::Report,
    Event::Acquisition,
    Event::Funding,
    Event::ResearchPaper,
    Event::Policy,
    Event::Partnership,
    Event::Pricing,
    Event::Earnings,
    Event::HiringLayoffs,
    Event::OpinionTutorial,
];

/// Labels an item.
pub fn label(lexicon: &Lexicon, item: &Item) -> Labelling {
    let lead = item.body.get(..item.body.floor_char_boundary(LEAD_BYTES)).unwrap_or_default();
    let scores = lexicon.weigh(&item.title, lead, &item.source.name);
    let event = event(&scores);
    Labelling {
        audiences: audiences(&scores),
        topics: topics(&scores, &item.topics),
        event,
        urgency: urgency(&scores, event),
    }
}

fn confidence(score: f32) -> f32 {
    let confidence = 1.0 - (-score / SCORE_SCALE).exp();
    (confidence * 1000.0).round() / 1000.0
}

fn best(ranked: &[(&str, f32)], min: f32, share: f32) -> Vec<Label> {
    let top = ranked.first().map_or(0.0, |(_, score)| *score);
    ranked
        .iter()
        .filter(|(_, score)| *score >= min && *score >= top * share)
        .take(LABELS_MAX)
        .map(|(name, score)| Label { name: (*name).to_owned(), score: confidence(*score) })
        .collect()
}

fn audiences(scores: &Scores) -> Vec<Label> {
    let found = best(&scores.ranked(Family::Audience), AUDIENCE_MIN, AUDIENCE_SHARE);
    if found.is_empty() { vec![Label { name: "general".to_owned(), score: 0.0 }] } else { found }
}

/// The feed's own topics, then the found ones.
fn topics(scores: &Scores, of_feed: &[String]) -> Vec<Label> {
    let mut topics: Vec<Label> = of_feed.iter().map(|name| Label { name: name.clone(), score: 1.0 }).collect();
    for found in best(&scores.ranked(Family::Topic), TOPIC_MIN, TOPIC_SHARE) {
        if !topics.iter().any(|topic| topic.name == found.name) {
            topics.push(found);
        }
    }
    if topics.is_empty() {
        topics.push(Label { name: "other".to_owned(), score: 0.0 });
    }
    topics
}

fn event(scores: &Scores) -> Event {
    let ranked = scores.ranked(Family::Event);
    let top = ranked.first().filter(|(_, score)| *score >= EVENT_MIN);
    let named = top.and_then(|(name, _)| EVENTS.iter().find(|event| event.name() == *name));
    named.copied().unwrap_or(Event::Other)
}

/// Only something that threatens is urgent: a launch that happens "immediately" is not.
fn urgency(scores: &Scores, event: Event) -> Urgency {
    let threatens = matches!(event, Event::Vulnerability | Event::Threat | Event::Breach);
    let changes = matches!(event, Event::Deprecation | Event::Outage | Event::Pricing | Event::Policy);
    let act_now = scores.of(Family::Urgency, "act-now");
    let this_week = scores.of(Family::Urgency, "this-week");
    if threatens && event != Event::Breach && act_now >= ACT_NOW_MIN {
        Urgency::ActNow
    } else if (threatens || changes) && this_week + act_now >= THIS_WEEK_MIN {
        Urgency::ThisWeek
    } else {
        Urgency::Fyi
    }
}
