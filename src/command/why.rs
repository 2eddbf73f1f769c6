//! `why`: the trace of a card through the subscriptions here.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::places::address;
use super::{Answer, Call, CommandError, Commands, refuse, words};
use crate::locale::Words;
use crate::model::card::Card;
use crate::model::decision::{Decision, Outcome, Stage, Step, StepResult};
use crate::model::delivery::{Delivery, DeliveryState, Notice};
use crate::model::doc::{Block, Doc};
use crate::model::id::{ItemId, SubscriptionId};
use crate::model::item::{Item, link_fingerprint};
use crate::model::phrase::Phrase;
use crate::model::subscription::{Address, Subscription};
use crate::pipeline::route::{Candidate, Circumstances, Newness, Reader, decide};
use crate::port::Reply;

/// Cards that can be named by number.
const CARDS_MAX: usize = 100;

impl Commands {
    pub(super) async fn why(&self, call: &Call<'_>) -> Answer {
        let at = call.at();
        let named = call.text("card").unwrap_or("1");
        if let Ok(number) = named.trim_start_matches('#').parse::<usize>() {
            return match self.latest_card(at, number).await? {
                Some(item) => self.why_item(&item, at, call.now, call.words).await,
                None if number <= 1 => refuse(Phrase::of("why-no-card-yet")),
                None => refuse(Phrase::of("why-no-card").count("number", number)),
            };
        }
        let Some(url) = address(named) else {
            return refuse(Phrase::of("why-no-name").and("text", named));
        };
        let items = self.store.items_with_link(link_fingerprint(&url)).await?;
        let items = self.of_this_place(items, at).await?;
        match self.told_first(&items, at).await? {
            Some(item) => self.why_item(&item, at, call.now, call.words).await,
            None => self.why_unknown(&url, call).await,
        }
    }

    /// The items that this place has to do with: what others alone subscribe is theirs.
    async fn of_this_place(&self, items: Vec<ItemId>, at: &Address) -> Result<Vec<ItemId>, CommandError> {
        let subscriptions = self.store.subscriptions_of(at).await?;
        let is_general = subscriptions.iter().any(|one| one.feed().is_none());
        let mut own = Vec::new();
        for id in items {
            let is_told = self.store.delivery(&Delivery::id_of(&Notice::Card(id.clone()), at)).await?.is_some();
            let Some(item) = self.store.item(&id).await? else { continue };
            if is_told || is_general || subscriptions.iter().any(|one| one.feed() == Some(&item.feed)) {
                own.push(id);
            }
        }
        Ok(own)
    }

    async fn latest_card(&self, at: &Address, number: usize) -> Result<Option<ItemId>, CommandError> {
        let deliveries = self.store.deliveries_to(at, Timestamp::UNIX_EPOCH, CARDS_MAX).await?;
        Ok(deliveries.iter().filter_map(Delivery::item).nth(number.saturating_sub(1)).cloned())
    }

    /// Of items with the same link, the one that was posted here, else any.
    async fn told_first(&self, items: &[ItemId], at: &Address) -> Result<Option<ItemId>, CommandError> {
        for item in items {
            if self.store.delivery(&Delivery::id_of(&Notice::Card(item.clone()), at)).await?.is_some() {
                return Ok(Some(item.clone()));
            }
        }
        Ok(items.first().cloned())
    }

    /// Why an item came here, or did not.
    pub(super) async fn why_item(&self, id: &ItemId, at: &Address, now: Timestamp, words: Words) -> Answer {
        let (Some(item), Some(card)) = (self.store.item(id).await?, self.store.card(id).await?) else {
            return refuse(Phrase::of("words-card-not-kept"));
        };
        let delivery = self.store.delivery(&Delivery::id_of(&Notice::Card(id.clone()), at)).await?;
        let mut blocks = vec![Block::Headline { text: card.headline.as_str().into(), url: card.url.clone() }];
        let held = match &delivery {
            None => self.store.held_item(at, id).await?,
            Some(_) => None,
        };
        blocks.push(words::paragraph(match &held {
            Some(held) => self.fate_of_held(held, now).await?,
            None => words.phrase(&fate(delivery.as_ref())),
        }));
        let story = self.store.story_of(id).await?.filter(|story| story.len() > 1);
        if let Some(story) = &story {
            blocks.extend(self.story_here(story, at, words).await?);
        }
        let subscriptions = self.store.subscriptions_of(at).await?;
        if subscriptions.is_empty() {
            blocks.push(words::paragraph(words.say("why-nothing-subscribed")));
        }
        let decisions = self.decisions(&item, &card, &subscriptions, now).await?;
        for (subscription, decision) in ordered(&subscriptions, &decisions) {
            let name = self.name_of(subscription, words).await?;
            let meaning = words.say(words::meaning(decision.outcome));
            let outcome = words.labelled(decision.outcome.name(), &meaning);
            blocks.push(Block::Heading(format!("{}. {name}", subscription.number).into()));
            blocks.push(words::paragraph(outcome));
            blocks.push(words::trace(decision, words));
        }
        Ok(Reply::private(Doc::new(blocks)))
    }

    /// The decisions as they were made; for subscriptions that were not looked into then, as they
    /// would be made now.
    async fn decisions(
        &self,
        item: &Item,
        card: &Card,
        subscriptions: &[Subscription],
        now: Timestamp,
    ) -> Result<BTreeMap<SubscriptionId, Decision>, CommandError> {
        let stored = self.store.decisions(&item.id).await?;
        let mut found: BTreeMap<_, _> = stored.into_iter().map(|one| (one.subscription.clone(), one)).collect();
        let zone = self.default_zone();
        for subscription in subscriptions {
            if found.contains_key(&subscription.id) {
                continue;
            }
            let settings = self.store.settings(&subscription.to).await?;
            let at = Circumstances { settings: Some(&settings), zone: &zone, told: None, last_hour: 0, today: 0, now };
            let reader = Reader::new(subscription.clone());
            let mut decision = decide(&Candidate::new(item, card, Newness::New), &reader, &at);
            // What it would have had was there before it was subscribed.
            if decision.outcome.is_heard() && item.collected < subscription.created {
                decision = decide(&Candidate::new(item, card, Newness::Baseline), &reader, &at);
            }
            found.insert(subscription.id.clone(), decision);
        }
        Ok(found)
    }

    /// A link that no kept item has: it may have been there before its feed was added.
    async fn why_unknown(&self, url: &str, call: &Call<'_>) -> Answer {
        let link = link_fingerprint(url);
        for subscription in self.store.subscriptions_of(call.at()).await? {
            let Some(feed) = subscription.feed() else { continue };
            let seen = self.store.seen(feed).await?;
            if seen.is_some_and(|seen| seen.entries().iter().any(|known| known.link == link)) {
                let outcome = Outcome::FirstRunBaseline;
                let has = Phrase::of("why-baseline-has").and("feed", self.name_of(&subscription, call.words).await?);
                let text = call.words.labelled(outcome.name(), &call.words.phrase(&has));
                let trace = words::trace(&baseline_trace(&subscription), call.words);
                return Ok(Reply::private(Doc::new(vec![words::paragraph(text), trace])));
            }
        }
        refuse(Phrase::of("why-no-such-link"))
    }
}

fn ordered<'a>(
    subscriptions: &'a [Subscription],
    decisions: &'a BTreeMap<SubscriptionId, Decision>,
) -> impl Iterator<Item = (&'a Subscription, &'a Decision)> {
    subscriptions.iter().filter_map(|subscription| Some((subscription, decisions.get(&subscription.id)?)))
}

/// What became of the delivery here.
fn fate(delivery: Option<&Delivery>) -> Phrase {
    match delivery.map(|delivery| &delivery.state) {
        None => Phrase::of("why-not-posted-here"),
        Some(DeliveryState::Sent { at, .. }) => Phrase::of("why-posted-here").and("at", words::minute(*at)),
        Some(DeliveryState::Queued { due, .. }) => Phrase::of("why-waits-here").and("at", words::minute(*due)),
        Some(DeliveryState::Sending { .. }) => Phrase::of("why-being-posted-here"),
        Some(DeliveryState::Dead { reason, .. }) => Phrase::of("why-dead-here").and("reason", reason.as_str()),
    }
}

/// The trace of an item that was never taken in.
fn baseline_trace(subscription: &Subscription) -> Decision {
    let skipped = |stage: Stage| Step { stage, result: StepResult::Skipped, why: Phrase::of("why-decided-before") };
    let mut steps: Vec<Step> = Stage::ALL.into_iter().map(skipped).collect();
    if let Some(first) = steps.first_mut() {
        (first.result, first.why) = (StepResult::Failed, Phrase::of("why-new-baseline"));
    }
    let (item, subscription) = (ItemId::new(String::new()), subscription.id.clone());
    Decision { item, subscription, outcome: Outcome::FirstRunBaseline, steps }
}
