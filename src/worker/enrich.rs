//! Items to cards, cards to subscriptions: the second commit.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Display;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::join_all;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::book::{Book, Known};
use super::today::Today;
use super::{Hint, Progress, Worker};
use crate::metrics::Metrics;
use crate::model::card::Card;
use crate::model::delivery::{Delivery, DeliveryState, Notice};
use crate::model::id::DeliveryId;
use crate::model::item::{Item, link_fingerprint};
use crate::model::subscription::{Address, PlatformKind};
use crate::pipeline::present;
use crate::pipeline::route::{Candidate, Circumstances, Newness, Reader, Routed, route};
use crate::port::{Analyst, Clock, Publication, Store, StoreError};

/// Items that are analysed side by side.
const BATCH: usize = 16;
/// Items with the same link that are looked at: one that more have says little.
const COPIES_MAX: usize = 50;
/// Deliveries in one transaction; a card with more readers takes several.
const DELIVERIES_MAX: usize = 500;

pub struct Enrich {
    pub store: Arc<dyn Store>,
    pub analyst: Arc<dyn Analyst>,
    pub clock: Arc<dyn Clock>,
    pub metrics: Metrics,
    pub book: Arc<Book>,
    /// Platforms that are switched on; nothing is queued for the others.
    pub platforms: Vec<PlatformKind>,
    /// The zone of addresses that have chosen none.
    pub zone: TimeZone,
    /// Wakes the deliver worker.
    pub outbox: Hint,
}

impl Enrich {
    /// An analyst that dies of one item must not take the worker with it.
    async fn card(&self, item: &Item) -> Card {
        match AssertUnwindSafe(self.analyst.analyse(item)).catch_unwind().await {
            Ok(Ok(card)) => card,
            Ok(Err(error)) => bare_card(item, &error),
            Err(_) => bare_card(item, &"the analyst crashed"),
        }
    }

    /// The second commit. A card that the store does not take gives way to the bare one.
    async fn publish(&self, item: &Item, portions: Vec<Publication>) -> Result<(), StoreError> {
        let published = join_all(portions.iter().map(|one| self.store.publish(one.clone()))).await;
        match published.into_iter().collect() {
            Err(error @ StoreError::TooLarge { .. }) => {
                let card = bare_card(item, &error);
                let bare = portions.into_iter().map(|one| Publication { card: card.clone(), ..one });
                join_all(bare.map(|one| self.store.publish(one))).await.into_iter().collect()
            }
            outcome => outcome,
        }
    }

    /// Decides where a card goes. `told`: what earlier items of the same batch have queued.
    async fn route(
        &self,
        (item, card): (&Item, &Card),
        known: &Known,
        told: &HashMap<DeliveryId, Address>,
        today: &Today,
    ) -> Result<Routed, StoreError> {
        let candidate = Candidate::new(item, card, Newness::New);
        let mut readers = known.readers.wanting(&candidate);
        readers.retain(|reader| self.platforms.contains(&reader.subscription.to.platform));
        let told_as = self.told_as(item, &readers, told).await?;
        let last_hour = self.last_hour(&readers, known, told).await?;
        let now = self.clock.now();
        Ok(route(&candidate, &readers, |address| Circumstances {
            settings: known.readers.settings(address),
            zone: &self.zone,
            told_as: told_as.get(address).cloned(),
            last_hour: last_hour.get(address).copied().unwrap_or(0),
            today: today.at(address),
            now,
        }))
    }

    /// The addresses that had the same article from another feed, and its title there.
    async fn told_as(
        &self,
        item: &Item,
        readers: &[&Reader],
        told: &HashMap<DeliveryId, Address>,
    ) -> Result<HashMap<Address, String>, StoreError> {
        let mut found = HashMap::new();
        let Some(url) = &item.url else { return Ok(found) };
        let mut open: BTreeSet<&Address> = readers.iter().map(|reader| &reader.subscription.to).collect();
        let copies = self.store.items_with_link(link_fingerprint(url)).await?;
        for copy in copies.into_iter().filter(|copy| *copy != item.id).take(COPIES_MAX) {
            if open.is_empty() {
                break;
            }
            let Some(original) = self.store.item(&copy).await? else { continue };
            // A feed that gives all its items one link means them all.
            if original.feed == item.feed || original.title.to_lowercase() != item.title.to_lowercase() {
                continue;
            }
            for to in open.clone() {
                let id = Delivery::id_of(&Notice::Card(copy.clone()), to);
                let is_told = match self.store.delivery(&id).await? {
                    Some(delivery) => !matches!(delivery.state, DeliveryState::Dead { .. }),
                    None => told.contains_key(&id),
                };
                if is_told {
                    found.insert(to.clone(), original.title.clone());
                    open.remove(to);
                }
            }
        }
        Ok(found)
    }

    /// Cards of the last hour at the addresses that limit them.
    async fn last_hour(
        &self,
        readers: &[&Reader],
        known: &Known,
        told: &HashMap<DeliveryId, Address>,
    ) -> Result<HashMap<Address, usize>, StoreError> {
        let has_limit =
            |address: &&Address| known.readers.settings(address).is_some_and(|settings| settings.hourly_max.is_some());
        let limited: BTreeSet<&Address> = readers.iter().map(|one| &one.subscription.to).filter(has_limit).collect();
        let now = self.clock.now();
        let since = now.checked_sub(SignedDuration::from_hours(1)).unwrap_or(now);
        let mut found = HashMap::new();
        for address in limited {
            let deliveries = self.store.deliveries_to(address, since, usize::MAX).await?;
            let of_batch = told.values().filter(|to| *to == address).count();
            let stored = deliveries.iter().filter(|one| one.item().is_some()).count();
            found.insert(address.clone(), stored + of_batch);
        }
        Ok(found)
    }

    /// Everything that becomes of the items, each in portions that fit a transaction.
    async fn publications(&self, items: &[Item]) -> Result<Vec<Vec<Publication>>, StoreError> {
        let cards = join_all(items.iter().map(|item| self.card(item))).await;
        let known = self.book.open().await?;
        let mut today = Today::default();
        let mut told = HashMap::new();
        let mut publications = Vec::new();
        for (item, card) in items.iter().zip(cards) {
            today.look(self, &known, (item, &card)).await?;
            let routed = self.route((item, &card), &known, &told, &today).await?;
            today.add(&routed);
            told.extend(routed.deliveries.iter().map(|delivery| (delivery.id.clone(), delivery.to.clone())));
            publications.push(in_portions(card, routed));
        }
        Ok(publications)
    }
}

fn bare_card(item: &Item, error: &dyn Display) -> Card {
    tracing::error!(item.id = %item.id, "No analysis of \"{}\": {error}; its title and link are posted", item.title);
    present::bare_card(item)
}

/// The item counts as published with the last portion.
fn in_portions(card: Card, routed: Routed) -> Vec<Publication> {
    let Routed { mut decisions, mut deliveries, mut held } = routed;
    let mut portions = Vec::new();
    loop {
        let rest = (decisions.len() > DELIVERIES_MAX).then(|| decisions.split_off(DELIVERIES_MAX));
        let later = (deliveries.len() > DELIVERIES_MAX).then(|| deliveries.split_off(DELIVERIES_MAX));
        let waiting = (held.len() > DELIVERIES_MAX).then(|| held.split_off(DELIVERIES_MAX));
        let is_part = rest.is_some() || later.is_some() || waiting.is_some();
        portions.push(Publication { card: card.clone(), decisions, deliveries, held, is_part, filing: None });
        if !is_part {
            return portions;
        }
        (decisions, deliveries) = (rest.unwrap_or_default(), later.unwrap_or_default());
        held = waiting.unwrap_or_default();
    }
}

#[async_trait]
impl Worker for Enrich {
    fn name(&self) -> &'static str {
        "enrich"
    }

    async fn step(&mut self) -> Result<Progress, StoreError> {
        let items = self.store.pending_items(BATCH).await?;
        if items.is_empty() {
            return Ok(Progress::default());
        }
        let publications = self.publications(&items).await?;
        // Handed over in order and made durable together; what fails fails alone.
        let published = join_all(items.iter().zip(publications).map(|(item, portions)| self.publish(item, portions)));
        let published = published.await;
        let count = published.iter().filter(|outcome| outcome.is_ok()).count();
        if count > 0 {
            self.metrics.cards.inc_by(count as u64);
            self.outbox.notify_one();
        }
        published.into_iter().collect::<Result<(), _>>()?;
        Ok(Progress { is_busy: true, next: Some(self.clock.now()) })
    }

    async fn drain(&mut self) {}
}
