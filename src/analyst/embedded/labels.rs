//! Who it concerns, what it is about, what kind of event, how urgent.

use super::domains::Domains;
use super::lexicon::{Family, Lexicon, Scores};
use crate::model::item::Item;
use crate::model::label::{Event, Label, Urgency};

/// Bytes of the body that labels are read from: the lead says what a report is about.
const LEAD_BYTES: usize = 3000;
/// Bytes of the body that tell what happened, and in which world: the first sentences.
const OPENING_BYTES: usize = 900;
/// A score at which we are about two thirds sure.
const SCORE_SCALE: f32 = 8.0;
/// Further audiences and topics are named when they come this close to the first.
const AUDIENCE_SHARE: f32 = 0.5;
const TOPIC_SHARE: f32 = 0.3;
/// Scores below these are chance.
const AUDIENCE_MIN: f32 = 2.0;
const TOPIC_MIN: f32 = 3.0;
const EVENT_MIN: f32 = 3.0;
/// How much must speak for an event, in all and in the headline, before advice is given.
const ADVICE_MIN: f32 = 6.0;
const HEADLINE_MIN: f32 = 5.0;
/// How much must make the advice fit.
const FIT_MIN: f32 = 3.0;
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
    /// Event and world are clear enough for advice.
    pub bears_advice: bool,
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
    let start = |bytes: usize| item.body.get(..item.body.floor_char_boundary(bytes)).unwrap_or_default();
    let lead = lexicon.weigh(&item.title, start(LEAD_BYTES), &item.source.name);
    let opening = lexicon.weigh(&item.title, start(OPENING_BYTES), &item.source.name);
    let headline = lexicon.weigh(&item.title, "", &item.source.name);
    let domains = Domains::of(&opening, &item.title);
    let event = event(&opening, &domains);
    Labelling {
        audiences: audiences(&lead),
        topics: topics(&lead, &item.topics),
        event,
        urgency: urgency(&lead, event, &domains),
        bears_advice: bears_advice(event, &domains, [&headline, &opening]),
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

/// The likeliest event that happens in the world of the text.
fn event(scores: &Scores, domains: &Domains) -> Event {
    let ranked = scores.ranked(Family::Event);
    let likely = ranked.iter().filter(|(_, score)| *score >= EVENT_MIN);
    let mut named = likely.filter_map(|(name, _)| EVENTS.iter().find(|event| event.name() == *name));
    let by_version = if domains.names_version { Event::Release } else { Event::Other };
    named.find(|event| domains.allow(**event)).copied().unwrap_or(by_version)
}

/// Advice is given where the headline names the event, its world is sure, and the advice fits.
fn bears_advice(event: Event, domains: &Domains, [headline, opening]: [&Scores; 2]) -> bool {
    let is_version = event == Event::Release && domains.names_version;
    let is_named = headline.of(Family::Event, event.name()) >= HEADLINE_MIN
        && opening.of(Family::Event, event.name()) >= ADVICE_MIN;
    let fits = opening.of(Family::Advice, event.name()) + if is_version { FIT_MIN } else { 0.0 };
    (is_named || is_version) && fits >= FIT_MIN && domains.are_sure_of(event)
}

/// Only something that threatens is urgent: a launch that happens "immediately" is not.
fn urgency(scores: &Scores, event: Event, domains: &Domains) -> Urgency {
    let threatens = matches!(event, Event::Vulnerability | Event::Threat | Event::Breach);
    let changes = matches!(event, Event::Deprecation | Event::Pricing | Event::Policy);
    let act_now = scores.of(Family::Urgency, "act-now");
    let this_week = scores.of(Family::Urgency, "this-week");
    if threatens && event != Event::Breach && act_now >= ACT_NOW_MIN && domains.are_sure_of(event) {
        Urgency::ActNow
    } else if (threatens || changes) && this_week + act_now >= THIS_WEEK_MIN {
        Urgency::ThisWeek
    } else {
        Urgency::Fyi
    }
}
