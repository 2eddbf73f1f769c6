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
use tokio::sync::Mutex;

use super::book::{Book, Known};
use super::stories::{Assigned, Stories};
use super::today::Today;
use super::{Hint, Progress, Worker};
use crate::metrics::Metrics;
use crate::model::card::Card;
use crate::model::delivery::{Delivery, DeliveryState, Notice};
use crate::model::id::{DeliveryId, StoryId};
use crate::model::item::Item;
use crate::model::story::Story;
use crate::model::subscription::{Address, PlatformKind};
use crate::pipeline::route::{Candidate, Circumstances, Newness, Reader, Routed, Told, route};
use crate::pipeline::story::{self, Sketch};
use crate::pipeline::{present, telling};
use crate::port::{Analyst, Clock, Filing, Publication, Store, StoreError};

/// Items that are analysed side by side.
const BATCH: usize = 16;
/// Deliveries in one transaction; a card with more readers takes several.
const DELIVERIES_MAX: usize = 500;

pub struct Enrich {
    pub store: Arc<dyn Store>,
    pub analyst: Arc<dyn Analyst>,
    pub clock: Arc<dyn Clock>,
    pub metrics: Metrics,
    pub book: Arc<Book>,
    pub stories: Mutex<Stories>,
    /// Platforms that are switched on; nothing is queued for the others.
    pub platforms: Vec<PlatformKind>,
    /// The zone of addresses that have chosen none.
    pub zone: TimeZone,
    /// Wakes the deliver worker.
    pub outbox: Hint,
}

impl Enrich {
    /// The card of an item, and what its story is found by.
    async fn read(&self, item: &Item) -> (Card, Sketch) {
        // A date that cannot be does not take an item out of its story.
        let earliest = item.collected.checked_sub(SignedDuration::from_hours(72)).unwrap_or(item.collected);
        let published = item.published.map(|at| at.clamp(earliest, item.collected));
        let owned = Item { published, ..item.clone() };
        let sketch = tokio::task::spawn_blocking(move || story::sketch(&owned));
        let (card, sketch) = tokio::join!(self.card(item), sketch);
        // An item that its sketch dies of is like no other.
        let nothing = || story::sketch(&Item { title: String::new(), body: String::new(), ..item.clone() });
        (card, sketch.unwrap_or_else(|_| nothing()))
    }

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
                let bare = portions.into_iter().map(|one| Publication { card: card.clone(), filing: None, ..one });
                join_all(bare.map(|one| self.store.publish(one))).await.into_iter().collect()
            }
            outcome => outcome,
        }
    }

    /// Decides where a card goes. `queued`: what earlier items of the same batch have queued.
    async fn route(
        &self,
        (item, card, story): (&Item, &Card, &Story),
        known: &Known,
        queued: &HashMap<DeliveryId, Address>,
        today: &Today,
    ) -> Result<Routed, StoreError> {
        let candidate = Candidate::new(item, card, Newness::New).of_story(Some(story));
        let mut readers = known.readers.wanting(&candidate);
        readers.retain(|reader| self.platforms.contains(&reader.subscription.to.platform));
        let told = self.told((item, story), &readers, queued, today).await?;
        let last_hour = self.last_hour(&readers, known, queued).await?;
        let now = self.clock.now();
        Ok(route(&candidate, &readers, |address| Circumstances {
            settings: known.readers.settings(address),
            zone: &self.zone,
            told: told.get(address).cloned(),
            last_hour: last_hour.get(address).copied().unwrap_or(0),
            today: today.at(address),
            now,
        }))
    }

    /// The addresses that had an earlier report of the story, and which.
    async fn told(
        &self,
        (item, story): (&Item, &Story),
        readers: &[&Reader],
        queued: &HashMap<DeliveryId, Address>,
        today: &Today,
    ) -> Result<HashMap<Address, Told>, StoreError> {
        let mut found = HashMap::new();
        let mut open: BTreeSet<&Address> = readers.iter().map(|reader| &reader.subscription.to).collect();
        for report in story.reports.iter().filter(|report| report.item != item.id) {
            for to in open.clone() {
                let id = Delivery::id_of(&Notice::Card(report.item.clone()), to);
                let is_told = match self.store.delivery(&id).await? {
                    Some(delivery) => !matches!(delivery.state, DeliveryState::Dead { .. }),
                    None => queued.contains_key(&id),
                };
                // In a summary that is told or still comes.
                let held = if is_told { None } else { self.store.held_item(to, &report.item).await? };
                if today.is_held(to, &report.item) || held.is_some() {
                    let summary = held.and_then(|held| held.told);
                    found.insert(to.clone(), Told { summary, ..Told::by(report, None) });
                    open.remove(to);
                } else if is_told {
                    found.insert(to.clone(), Told::by(report, Some(id)));
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

    /// Everything that becomes of the items, each in portions that fit a transaction, in the order in which
    /// they are told.
    async fn publications<'a>(&self, items: &'a [Item]) -> Result<Vec<(&'a Item, Vec<Publication>)>, StoreError> {
        let read = join_all(items.iter().map(|item| self.read(item))).await;
        let mut stories = self.stories.lock().await;
        stories.begin(self.clock.now()).await?;
        let mut assigned = Vec::new();
        for (item, (card, sketch)) in items.iter().zip(read) {
            assigned.push((item, card, stories.assign(item, sketch).await?));
        }
        let known = self.book.open().await?;
        let mut today = Today::default();
        let mut queued = HashMap::new();
        let mut publications = Vec::new();
        for (item, card, assigned) in in_order(assigned) {
            let placed = stories.file(item, assigned).await?;
            let card = telling::with_archive(card, &placed.earlier, &placed.possible);
            today.look(self, &known, (item, &card)).await?;
            let routed = self.route((item, &card, &placed.story), &known, &queued, &today).await?;
            today.add(&routed);
            let cards = routed.deliveries.iter().filter(|delivery| delivery.item().is_some());
            queued.extend(cards.map(|delivery| (delivery.id.clone(), delivery.to.clone())));
            publications.push((item, in_portions(card, routed, placed.filing)));
        }
        Ok(publications)
    }
}

/// The best version of a story leads, where several came at once.
fn in_order(items: Vec<(&Item, Card, Assigned)>) -> Vec<(&Item, Card, Assigned)> {
    let mut places: HashMap<StoryId, Vec<usize>> = HashMap::new();
    for (place, (_, _, assigned)) in items.iter().enumerate() {
        places.entry(assigned.story.clone()).or_default().push(place);
    }
    let mut ranked: Vec<_> = items.into_iter().enumerate().collect();
    ranked.sort_by(|(_, (one, _, _)), (_, (other, _, _))| story::leads(one, other));
    // Each story keeps the places that it has, and fills them with its best first.
    let mut ordered: Vec<_> = ranked
        .into_iter()
        .map(|(own, item)| {
            let free = places.get_mut(&item.2.story).filter(|places| !places.is_empty());
            (free.map_or(own, |places| places.remove(0)), item)
        })
        .collect();
    ordered.sort_by_key(|(place, _)| *place);
    ordered.into_iter().map(|(_, item)| item).collect()
}

fn bare_card(item: &Item, error: &dyn Display) -> Card {
    tracing::error!(item.id = %item.id, "No analysis of \"{}\": {error}; its title and link are posted", item.title);
    present::bare_card(item)
}

/// The item counts as published with the last portion.
fn in_portions(card: Card, routed: Routed, filing: Filing) -> Vec<Publication> {
    let Routed { mut decisions, mut deliveries, mut held } = routed;
    let mut portions = Vec::new();
    loop {
        let rest = (decisions.len() > DELIVERIES_MAX).then(|| decisions.split_off(DELIVERIES_MAX));
        let later = (deliveries.len() > DELIVERIES_MAX).then(|| deliveries.split_off(DELIVERIES_MAX));
        let waiting = (held.len() > DELIVERIES_MAX).then(|| held.split_off(DELIVERIES_MAX));
        let is_part = rest.is_some() || later.is_some() || waiting.is_some();
        let filing = Some(filing.clone());
        portions.push(Publication { card: card.clone(), decisions, deliveries, held, is_part, filing });
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
        let publications = match self.publications(&items).await {
            Ok(publications) => publications,
            Err(error) => {
                self.stories.lock().await.distrust();
                return Err(error);
            }
        };
        // Handed over in order and made durable together; what fails fails alone.
        let published = join_all(publications.into_iter().map(|(item, portions)| self.publish(item, portions))).await;
        if published.iter().any(Result::is_err) {
            self.stories.lock().await.distrust();
        }
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
