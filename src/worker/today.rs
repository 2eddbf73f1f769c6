//! Alerts that went to people today, each in their own zone: what their daily limits are held against.

use std::collections::{HashMap, HashSet};

use super::book::Known;
use super::enrich::Enrich;
use crate::model::card::Card;
use crate::model::id::ItemId;
use crate::model::item::Item;
use crate::model::settings::Settings;
use crate::model::subscription::{Address, Wants};
use crate::pipeline::route::{Candidate, Newness, Routed};
use crate::pipeline::summary::{day_began, zone_of};
use crate::port::StoreError;

/// How many, with those of the batch that is being made.
#[derive(Default)]
pub struct Today {
    counts: HashMap<Address, usize>,
    held: HashSet<(Address, ItemId)>,
}

impl Today {
    pub fn at(&self, address: &Address) -> usize {
        self.counts.get(address).copied().unwrap_or(0)
    }

    /// Counts for those whom a card may alert and who were not looked at yet.
    pub async fn look(
        &mut self,
        enrich: &Enrich,
        known: &Known,
        (item, card): (&Item, &Card),
    ) -> Result<(), StoreError> {
        let now = enrich.clock.now();
        for reader in known.readers.wanting(&Candidate::new(item, card, Newness::New)) {
            let to = &reader.subscription.to;
            if !matches!(reader.subscription.wants, Wants::Alerts { .. }) || self.counts.contains_key(to) {
                continue;
            }
            let settings = known.readers.settings(to).cloned().unwrap_or_else(|| Settings::new(to.clone()));
            let since = day_began(&zone_of(&settings, &enrich.zone), now);
            let sent = enrich.store.deliveries_to(to, since, usize::MAX).await?;
            // A summary of alerts is one message, and none of those that are counted.
            let alerts = sent.iter().filter(|one| one.is_alert && one.item().is_some());
            self.counts.insert(to.clone(), alerts.count());
        }
        Ok(())
    }

    /// Whether an earlier item of the batch is kept there for a summary.
    pub fn is_held(&self, address: &Address, item: &ItemId) -> bool {
        self.held.contains(&(address.clone(), item.clone()))
    }

    /// What has just been routed counts as well.
    pub fn add(&mut self, routed: &Routed) {
        self.held.extend(routed.held.iter().map(|one| (one.to.clone(), one.item.clone())));
        for delivery in routed.deliveries.iter().filter(|one| one.is_alert) {
            *self.counts.entry(delivery.to.clone()).or_default() += 1;
        }
    }
}
