//! Which subscriptions a card goes to, and why. Every decision is a trace of stages, the same for
//! what is posted, for `why`, for `preview` and for `filter test`.

mod readers;
mod stages;

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::card::Card;
use crate::model::decision::{Decision, Outcome, Stage};
use crate::model::delivery::{Delivery, Notice};
use crate::model::item::Item;
use crate::model::settings::Settings;
use crate::model::subscription::{Address, Mode};

use super::calendar::quiet_until;
use super::filter::Subject;
pub use readers::{Reader, Readers};
use stages::Trace;
pub use stages::name_of;

/// A card that is looked at.
pub struct Candidate<'a> {
    pub item: &'a Item,
    pub card: &'a Card,
    pub subject: Subject<'a>,
    pub newness: Newness,
}

/// Whether an item is news to the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Newness {
    New,
    /// Supposed to be new, for previews.
    Supposed,
    /// It was there when its feed was added.
    Baseline,
    /// It was seen before; the id it was seen under.
    Known(String),
}

impl<'a> Candidate<'a> {
    pub fn new(item: &'a Item, card: &'a Card, newness: Newness) -> Self {
        Self { item, card, subject: Subject::new(item, card), newness }
    }
}

/// What is going on at an address at this moment.
#[derive(Clone, Debug)]
pub struct Circumstances<'a> {
    pub settings: Option<&'a Settings>,
    /// The zone of addresses that have chosen none.
    pub zone: &'a TimeZone,
    /// The title under which the story was told there before.
    pub told_as: Option<String>,
    /// Cards posted there in the last hour.
    pub last_hour: usize,
    pub now: Timestamp,
}

/// Decides for one subscription.
pub fn decide(candidate: &Candidate<'_>, reader: &Reader, at: &Circumstances<'_>) -> Decision {
    let mut trace = Trace::default();
    trace.stage(Stage::New, stages::not_new(&candidate.newness), || stages::new(candidate));
    trace.stage(Stage::Feed, Outcome::Filtered, || stages::feed(candidate, reader));
    trace.stage(Stage::Topic, Outcome::Filtered, || stages::topic(candidate, reader));
    trace.stage(Stage::Audience, Outcome::Filtered, || stages::audience(candidate, reader));
    trace.stage(Stage::Query, Outcome::Filtered, || stages::query(candidate, reader));
    trace.stage(Stage::Mute, Outcome::Muted, || stages::mute(candidate, at));
    trace.stage(Stage::Story, Outcome::DuplicateStory, || stages::story(at));
    let silent_until = silent_until(at);
    trace.stage(Stage::Quiet, Outcome::QuietHours, || stages::quiet(at, silent_until));
    trace.stage(Stage::Rate, Outcome::RateLimited, || stages::rate(at));
    let subscription = &reader.subscription;
    let outcome = match trace.failed {
        Some(outcome) => outcome,
        None if subscription.pause.is_some() => Outcome::Paused,
        None if subscription.mode != Mode::Instant => Outcome::WouldCollect,
        None if silent_until.is_some() => Outcome::QuietHours,
        None => Outcome::WouldDeliver,
    };
    Decision { item: candidate.item.id.clone(), subscription: subscription.id.clone(), outcome, steps: trace.steps }
}

fn silent_until(at: &Circumstances<'_>) -> Option<Timestamp> {
    let settings = at.settings?;
    let own = settings.zone.as_deref().map(super::calendar::zone);
    quiet_until(settings.quiet?, own.as_ref().unwrap_or(at.zone), at.now)
}

/// Those whom one post calls.
const CALLS_MAX: usize = 10;

/// Several subscriptions of a place can want a card, each for readers of its own.
fn call_as_well(called: &mut Option<String>, more: Option<&str>) {
    let Some(more) = more else { return };
    let known = called.get_or_insert_default();
    let mut calls: Vec<&str> = known.split_whitespace().collect();
    if calls.len() < CALLS_MAX && !calls.contains(&more) {
        calls.push(more);
        *known = calls.join(" ");
    }
}

/// What becomes of a card: every decision that was looked into, and the deliveries that follow.
#[derive(Clone, Debug, Default)]
pub struct Routed {
    pub decisions: Vec<Decision>,
    pub deliveries: Vec<Delivery>,
}

/// Decides for the subscriptions that want the card ([`Readers::wanting`]); what the others' decisions
/// would say can be made again from card and subscription. An address gets a card once, however many of its subscriptions
/// want it.
pub fn route<'a>(
    candidate: &Candidate<'_>,
    readers: &[&Reader],
    circumstances: impl Fn(&Address) -> Circumstances<'a>,
) -> Routed {
    let mut decisions = Vec::new();
    let mut deliveries: HashMap<&Address, Delivery> = HashMap::new();
    for reader in readers {
        let to = &reader.subscription.to;
        let at = circumstances(to);
        let decision = decide(candidate, reader, &at);
        let due = match decision.outcome {
            Outcome::WouldDeliver => Some(at.now),
            Outcome::QuietHours => silent_until(&at),
            Outcome::WouldCollect
            | Outcome::FirstRunBaseline
            | Outcome::DuplicateId
            | Outcome::Filtered
            | Outcome::Muted
            | Outcome::DuplicateStory
            | Outcome::RateLimited
            | Outcome::Paused => None,
        };
        decisions.push(decision);
        let Some(due) = due else { continue };
        let delivery = deliveries.entry(to).or_insert_with(|| {
            Delivery::new(Notice::Card(candidate.item.id.clone()), to.clone(), at.now).not_before(due)
        });
        call_as_well(&mut delivery.mention, reader.subscription.mention.as_deref());
        delivery.to_followers |= at.settings.is_some_and(|settings| settings.crosspost);
    }
    let mut deliveries: Vec<Delivery> = deliveries.into_values().collect();
    deliveries.sort_by(|one, other| one.to.cmp(&other.to));
    Routed { decisions, deliveries }
}
