//! Which subscriptions a card goes to, and why. Every decision is a trace of stages, the same for
//! what is posted, for `why`, for `preview` and for `filter test`.

mod readers;
mod stages;

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::card::Card;
use crate::model::decision::{Decision, Outcome, Stage};
use crate::model::delivery::{Amended, Anchor, Delivery, Notice, RecapKind};
use crate::model::held::Held;
use crate::model::id::{DeliveryId, ItemId};
use crate::model::item::Item;
use crate::model::settings::{ALERTS_DAILY_MAX, Settings};
use crate::model::story::{Development, Report, Story};
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
    /// Its story, with its own report in it.
    pub story: Option<&'a Story>,
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
        Self { item, card, subject: Subject::new(item, card), newness, story: None }
    }

    pub fn of_story(self, story: Option<&'a Story>) -> Self {
        Self { story, ..self }
    }

    /// What is new in it, against the reports of its story before it.
    fn development(&self) -> Option<&'a Development> {
        self.story?.report(&self.item.id)?.development.as_ref()
    }
}

/// What is going on at an address at this moment.
#[derive(Clone, Debug)]
pub struct Circumstances<'a> {
    pub settings: Option<&'a Settings>,
    /// The zone of addresses that have chosen none.
    pub zone: &'a TimeZone,
    /// How the story was told there before.
    pub told: Option<Told>,
    /// Cards posted there in the last hour.
    pub last_hour: usize,
    /// Alerts sent there today, in the reader's time.
    pub today: usize,
    pub now: Timestamp,
}

/// The report of a story that came to an address first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub item: ItemId,
    pub title: String,
    pub source: String,
    /// Its message there. `None`: it is part of a summary.
    pub delivery: Option<DeliveryId>,
    /// That summary, once it is made.
    pub summary: Option<DeliveryId>,
}

impl Told {
    pub fn by(report: &Report, delivery: Option<DeliveryId>) -> Self {
        let (title, source) = (report.title.clone(), report.source.clone());
        Self { item: report.item.clone(), title, source, delivery, summary: None }
    }
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
    trace.stage(Stage::Story, Outcome::DuplicateStory, || stages::story(candidate, at));
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

/// Whether what it lets through is posted at once.
fn is_instant(reader: &Reader) -> bool {
    reader.subscription.mode == Mode::Instant && reader.subscription.pause.is_none()
}

/// The card on its own, or in the thread of the card that told its story before.
fn card_delivery(candidate: &Candidate<'_>, to: &Address, at: &Circumstances<'_>) -> Delivery {
    let delivery = Delivery::new(Notice::Card(candidate.item.id.clone()), to.clone(), at.now);
    let is_unfolded = at.settings.is_some_and(|settings| settings.is_unfolded);
    match at.told.as_ref().and_then(|told| told.delivery.clone().or_else(|| told.summary.clone())) {
        Some(below) if !is_unfolded => delivery.on(Anchor::Answers(below)),
        _ => delivery,
    }
}

/// The card that told the story there, with this report in it.
fn amendment(candidate: &Candidate<'_>, to: &Address, at: &Circumstances<'_>) -> Option<Delivery> {
    let told = at.told.as_ref()?;
    // A story of very many reports names the first of them.
    candidate.story?.report(&candidate.item.id)?;
    let notice = Notice::Amended(Amended { item: told.item.clone(), by: candidate.item.id.clone() });
    let below = told.delivery.clone()?;
    // In quiet hours it waits for their end when it is to be sent.
    Some(Delivery::new(notice, to.clone(), at.now).on(Anchor::Edits(below)))
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
    let mut folded: HashMap<&Address, Delivery> = HashMap::new();
    for reader in readers {
        let to = &reader.subscription.to;
        let at = circumstances(to);
        let decision = decide(candidate, reader, &at);
        if decision.outcome == Outcome::DuplicateStory && is_instant(reader) {
            folded.extend(amendment(candidate, to, &at).map(|delivery| (to, delivery)));
        }
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
        let (delivery, known) = deliveries.entry(to).or_insert_with(|| (card_delivery(candidate, to, &at), kept));
        // What one of them wants now is not kept for the others.
        *known = known.and(kept);
        call_as_well(&mut delivery.mention, reader.subscription.mention.as_deref());
        delivery.to_followers |= at.settings.is_some_and(|settings| settings.crosspost);
        delivery.is_alert |= matches!(reader.subscription.wants, Wants::Alerts { .. });
    }
    let (mut held, mut now): (Vec<Held>, Vec<Delivery>) = (Vec::new(), folded.into_values().collect());
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
