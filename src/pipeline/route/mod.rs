//! Which subscriptions a card goes to, and why. Every decision is a trace of stages, the same for
//! what is posted, for `why`, for `preview` and for `filter test`.

mod readers;
mod stages;

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::card::Card;
use crate::model::decision::{Decision, Outcome, Stage};
use crate::model::delivery::{Delivery, Notice, RecapKind};
use crate::model::held::Held;
use crate::model::item::Item;
use crate::model::settings::{ALERTS_DAILY_MAX, Settings};
use crate::model::subscription::{Address, Mode, Wants};

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
    /// Alerts sent there today, in the reader's time.
    pub today: usize,
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
    let subscription = &reader.subscription;
    let is_over = is_over_limit(reader, at);
    let if_failed = if is_over { Outcome::DailyLimit } else { Outcome::RateLimited };
    trace.stage(Stage::Rate, if_failed, || match silent_until {
        Some(_) => stages::unlimited(),
        None if is_over => stages::daily(at),
        None => stages::rate(at),
    });
    let outcome = match trace.failed {
        Some(outcome) => outcome,
        None if subscription.pause.is_some() => Outcome::Paused,
        None if subscription.mode != Mode::Instant => Outcome::WouldCollect,
        None if silent_until.is_some() => Outcome::QuietHours,
        None => Outcome::WouldDeliver,
    };
    Decision { item: candidate.item.id.clone(), subscription: subscription.id.clone(), outcome, steps: trace.steps }
}

/// Whether this would be an alert beyond those that the person wants in a day.
fn is_over_limit(reader: &Reader, at: &Circumstances<'_>) -> bool {
    matches!(reader.subscription.wants, Wants::Alerts { .. }) && at.today >= alerts_max(at.settings) as usize
}

/// Alerts in one day, at most.
fn alerts_max(settings: Option<&Settings>) -> u32 {
    settings.and_then(|settings| settings.daily_max).unwrap_or(ALERTS_DAILY_MAX)
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
    /// What is kept for a summary instead.
    pub held: Vec<Held>,
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
    let mut deliveries: HashMap<&Address, (Delivery, Option<RecapKind>)> = HashMap::new();
    for reader in readers {
        let to = &reader.subscription.to;
        let at = circumstances(to);
        let decision = decide(candidate, reader, &at);
        let kept = match decision.outcome {
            Outcome::WouldDeliver => Some(None),
            Outcome::QuietHours => Some(Some(RecapKind::Quiet)),
            Outcome::DailyLimit => Some(Some(RecapKind::Overflow)),
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
        let Some(kept) = kept else { continue };
        let new = || (Delivery::new(Notice::Card(candidate.item.id.clone()), to.clone(), at.now), kept);
        let (delivery, known) = deliveries.entry(to).or_insert_with(new);
        // What one of them wants now is not kept for the others.
        *known = known.and(kept);
        call_as_well(&mut delivery.mention, reader.subscription.mention.as_deref());
        delivery.to_followers |= at.settings.is_some_and(|settings| settings.crosspost);
        delivery.is_alert |= matches!(reader.subscription.wants, Wants::Alerts { .. });
    }
    let (mut held, mut now) = (Vec::new(), Vec::new());
    for (delivery, kept) in deliveries.into_values() {
        match kept {
            Some(kind) => held.push(Held::instead_of(&delivery, &candidate.item.id, kind)),
            None => now.push(delivery),
        }
    }
    now.sort_by(|one, other| one.to.cmp(&other.to));
    held.sort_by(|one, other| one.to.cmp(&other.to));
    Routed { decisions, deliveries: now, held }
}
