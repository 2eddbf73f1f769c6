//! Subscriptions that rest and wake, and what waits to be said at a place that wants it no more.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::subscribe::{SUBSCRIPTIONS_MAX, catch_up};
use super::{Answer, Call, CommandError, Commands, refuse};
use crate::model::card::Card;
use crate::model::delivery::{Delivery, DeliveryState, GIVE_UP_AFTER, Notice};
use crate::model::id::{DeliveryId, ItemId};
use crate::model::item::Item;
use crate::model::phrase::Phrase;
use crate::model::settings::Settings;
use crate::model::subscription::{Address, Mode, Pause, Subscription};
use crate::pipeline::recap::CARDS_MAX;
use crate::pipeline::route::{Candidate, Circumstances, Newness, Reader, decide};
use crate::pipeline::timing;
use crate::port::{Enrolment, Reply, Summary};

/// What could not be posted while a place was gone is posted when it is back, unless it is older.
const KEPT_FOR_RESUME: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Posts that one resting subscription catches up on, the newest.
const CATCH_UP_MAX: usize = 50;

impl Commands {
    /// Lets subscriptions rest, or wakes them.
    pub(super) async fn rest(&self, call: &Call<'_>, named: &str, is_pause: bool) -> Answer {
        let chosen = match named.eq_ignore_ascii_case("all") {
            true => self.store.subscriptions_of(call.at()).await?,
            false => vec![self.subscription(call, named).await?],
        };
        let changing: Vec<Subscription> = chosen.into_iter().filter(|one| one.pause.is_some() != is_pause).collect();
        if changing.is_empty() {
            return refuse(Phrase::of(if is_pause { "words-nothing-to-pause" } else { "words-nothing-rests" }));
        }
        let count = changing.len();
        if is_pause {
            let pause = Pause::as_asked(call.now);
            for subscription in changing {
                let pause = pause.clone();
                self.change(&subscription, move |one| one.pause = Some(pause)).await?;
            }
            self.withdraw_unwanted(call.at(), call.now).await?;
            return Ok(Reply::private(call.says(Phrase::of("words-paused").count("count", count))));
        }
        let mut followed = 0;
        for subscription in changing {
            followed += self.wake(&subscription, call).await?;
        }
        let resumed = Phrase::of("words-resumed").count("count", count);
        Ok(Reply::private(call.says(following(resumed, followed))))
    }

    /// Wakes a subscription. What died at its place meanwhile is queued again, and what came while the
    /// place was gone is posted now; what came while people wanted silence is not. Returns how many
    /// posts follow.
    pub(super) async fn wake(&self, subscription: &Subscription, call: &Call<'_>) -> Result<usize, CommandError> {
        let Some(pause) = &subscription.pause else { return Ok(0) };
        let oldest = call.now.checked_sub(KEPT_FOR_RESUME).unwrap_or(call.now);
        // Before it wakes: should the bot end in between, it still rests and can be woken again.
        let revived = self.store.revive_dead_at(&subscription.to, oldest, call.now).await?;
        let awake = Subscription { pause: None, ..subscription.clone() };
        let missed = match pause.is_asked() || awake.mode != Mode::Instant {
            true => Vec::new(),
            false => self.missed(&awake, pause.since.max(oldest), call.now).await?,
        };
        let settings = self.store.settings(&awake.to).await?;
        let catch_up = catch_up(missed, &awake, &settings, call);
        let followed = revived + catch_up.len();
        self.enrol(Enrolment { subscription: awake, intake: None, catch_up, max: SUBSCRIPTIONS_MAX }).await?;
        Ok(followed)
    }

    /// What a subscription would have brought since then, newest first.
    async fn missed(
        &self,
        awake: &Subscription,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<(Item, Card)>, CommandError> {
        let settings = self.store.settings(&awake.to).await?;
        let reader = Reader::new(awake.clone());
        // What came at this very moment belongs to it.
        let to = timing::later(now, SignedDuration::from_millis(1));
        let mut missed = Vec::new();
        let mut stories = BTreeSet::new();
        for (item, card) in self.store.cards_between(since, to, CARDS_MAX).await? {
            if !self.is_wanted((&item, &card), &[&reader], &settings, now).await? {
                continue;
            }
            let story = self.story_named(item.id.clone()).await?;
            if self.is_told(&item.id, &settings).await? || (!settings.is_unfolded && !stories.insert(story)) {
                continue;
            }
            missed.push((item, card));
        }
        missed.truncate(CATCH_UP_MAX);
        Ok(missed)
    }

    /// Whether the item, or another report of its story where stories are folded, was posted there.
    async fn is_told(&self, item: &ItemId, settings: &Settings) -> Result<bool, CommandError> {
        let story = if settings.is_unfolded { None } else { self.store.story_of(item).await? };
        let reports = story.iter().flat_map(|story| &story.reports).map(|report| &report.item);
        for report in reports.chain([item]) {
            let id = Delivery::id_of(&Notice::Card(report.clone()), &settings.address);
            let is_held = self.store.held_item(&settings.address, report).await?.is_some();
            if is_held || self.store.delivery(&id).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Takes back what waits to be posted at a place where nothing wants it any more.
    pub(super) async fn withdraw_unwanted(&self, at: &Address, now: Timestamp) -> Result<usize, CommandError> {
        let since = now.checked_sub(GIVE_UP_AFTER * 2).unwrap_or(now);
        let waiting = self.store.deliveries_to(at, since, usize::MAX).await?;
        let waiting: Vec<&Delivery> =
            waiting.iter().filter(|one| matches!(one.state, DeliveryState::Queued { .. })).collect();
        let held = self.store.held_at(at).await?;
        if waiting.is_empty() && held.is_empty() {
            return Ok(0);
        }
        let settings = self.store.settings(at).await?;
        let awake = self.store.subscriptions_of(at).await?.into_iter().filter(|one| one.pause.is_none());
        let readers: Vec<Reader> = awake.map(Reader::new).collect();
        let readers: Vec<&Reader> = readers.iter().collect();
        let mut unwanted: Vec<DeliveryId> = Vec::new();
        for delivery in waiting {
            let Some(id) = delivery.item() else { continue };
            let (Some(item), Some(card)) = (self.store.item(id).await?, self.store.card(id).await?) else { continue };
            if !self.is_wanted((&item, &card), &readers, &settings, now).await? {
                unwanted.push(delivery.id.clone());
            }
        }
        let mut dropped = Vec::new();
        for one in held {
            let found = (self.store.item(&one.item).await?, self.store.card(&one.item).await?);
            let (Some(item), Some(card)) = found else { continue };
            if !self.is_wanted((&item, &card), &readers, &settings, now).await? {
                dropped.push(one.item);
            }
        }
        if !dropped.is_empty() {
            let to = at.clone();
            self.store.commit_summary(Summary { to, told: Vec::new(), dropped, deliveries: Vec::new() }).await?;
        }
        Ok(self.store.withdraw(unwanted).await?)
    }

    /// Whether any of these subscriptions lets a card through, whatever the hour and the rate.
    async fn is_wanted(
        &self,
        (item, card): (&Item, &Card),
        readers: &[&Reader],
        settings: &Settings,
        now: Timestamp,
    ) -> Result<bool, CommandError> {
        let settings = Settings { quiet: None, hourly_max: None, ..settings.clone() };
        let zone = self.default_zone();
        let at = Circumstances { settings: Some(&settings), zone: &zone, told: None, last_hour: 0, today: 0, now };
        let story = self.store.story_of(&item.id).await?;
        let candidate = Candidate::new(item, card, Newness::New).of_story(story.as_ref());
        Ok(readers.iter().any(|reader| decide(&candidate, reader, &at).outcome.is_heard()))
    }
}

/// What was said, and what a reader is told of posts that come late.
pub fn following(said: Phrase, count: usize) -> Phrase {
    match count {
        0 => said,
        count => Phrase::of("words-posts-follow").and("said", said).count("count", count),
    }
}
