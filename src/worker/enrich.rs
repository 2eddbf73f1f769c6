//! Items to cards, cards to subscriptions: the second commit.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::join_all;

use super::{Hint, Progress, Worker};
use crate::metrics::Metrics;
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
        let card = match self.analyst.analyse(item).await {
            Ok(card) => card,
            Err(error) => {
                tracing::error!(item.id = %item.id, "No analysis of \"{}\": {error}; its title and link are posted", item.title);
                present::bare_card(item)
            }
        };
        let subscriptions = self.store.subscriptions_to(&item.feed).await?;
        let (decisions, deliveries) = route::route(item, &subscriptions, self.clock.now());
        Ok(Publication { card, decisions, deliveries })
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
        let publications = join_all(items.iter().map(|item| self.publication(item))).await;
        let publications = publications.into_iter().collect::<Result<Vec<_>, _>>()?;
        // Handed over in order and made durable together.
        let published = join_all(publications.into_iter().map(|one| self.store.publish(one))).await;
        published.into_iter().collect::<Result<(), _>>()?;
        self.metrics.cards.inc_by(items.len() as u64);
        self.outbox.notify_one();
        Ok(Progress { is_busy: true, next: Some(self.clock.now()) })
    }

    async fn drain(&mut self) {}
}
