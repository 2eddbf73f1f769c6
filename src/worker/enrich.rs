//! Items to cards, cards to subscriptions: the second commit.

use std::fmt::Display;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::join_all;

use super::{Hint, Progress, Worker};
use crate::metrics::Metrics;
use crate::model::card::Card;
use crate::model::item::Item;
use crate::pipeline::{present, route};
use crate::port::{Analyst, Clock, Publication, Store, StoreError};

/// Items that are analysed side by side.
const BATCH: usize = 16;

pub struct Enrich {
    pub store: Arc<dyn Store>,
    pub analyst: Arc<dyn Analyst>,
    pub clock: Arc<dyn Clock>,
    pub metrics: Metrics,
    /// Wakes the deliver worker.
    pub outbox: Hint,
}

impl Enrich {
    async fn publication(&self, item: &Item) -> Result<Publication, StoreError> {
        // An analyst that dies of one item must not take the worker with it.
        let card = match AssertUnwindSafe(self.analyst.analyse(item)).catch_unwind().await {
            Ok(Ok(card)) => card,
            Ok(Err(error)) => bare_card(item, &error),
            Err(_) => bare_card(item, &"the analyst crashed"),
        };
        let subscriptions = self.store.subscriptions_to(&item.feed).await?;
        let (decisions, deliveries) = route::route(item, &subscriptions, self.clock.now());
        Ok(Publication { card, decisions, deliveries })
    }

    /// The second commit. A card that the store does not take gives way to the bare one.
    async fn publish(&self, item: &Item, publication: Publication) -> Result<(), StoreError> {
        let Publication { decisions, deliveries, .. } = publication.clone();
        match self.store.publish(publication).await {
            Err(error @ StoreError::TooLarge { .. }) => {
                let bare = Publication { card: bare_card(item, &error), decisions, deliveries };
                self.store.publish(bare).await
            }
            outcome => outcome,
        }
    }
}

fn bare_card(item: &Item, error: &dyn Display) -> Card {
    tracing::error!(item.id = %item.id, "No analysis of \"{}\": {error}; its title and link are posted", item.title);
    present::bare_card(item)
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
        let publications = join_all(items.iter().map(|item| self.publication(item))).await;
        // Handed over in order and made durable together; what fails fails alone.
        let published = join_all(
            items.iter().zip(publications).map(async |(item, publication)| self.publish(item, publication?).await),
        )
        .await;
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
