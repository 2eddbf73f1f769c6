//! What the bot counts, for `/metrics`. Names follow the Prometheus conventions.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Outcome {
    pub outcome: &'static str,
}

/// Counters since the start of the process. Cloning shares them.
#[derive(Clone, Default)]
pub struct Metrics {
    polls: Family<Outcome, Counter>,
    deliveries: Family<Outcome, Counter>,
    pub items: Counter,
    pub cards: Counter,
    doubts: Family<Outcome, Counter>,
}

impl Metrics {
    /// A poll ended: `new`, `unchanged` or `failed`.
    pub fn poll(&self, outcome: &'static str) {
        self.polls.get_or_create(&Outcome { outcome }).inc();
    }

    /// A send ended: `sent`, `later`, `retry`, `unsure`, `moved`, `gone` or `refused`.
    pub fn delivery(&self, outcome: &'static str) {
        self.deliveries.get_or_create(&Outcome { outcome }).inc();
    }

    /// A delivery in doubt was looked into: `found`, `missing`, `resent`, `dropped` or `unasked`.
    pub fn doubt(&self, outcome: &'static str) {
        self.doubts.get_or_create(&Outcome { outcome }).inc();
    }

    pub fn register(&self, registry: &mut Registry) {
        registry.register("tidings_polls", "Polls of feeds, by outcome", self.polls.clone());
        registry.register("tidings_items", "New items taken in", self.items.clone());
        registry.register("tidings_cards", "Cards made", self.cards.clone());
        registry.register("tidings_deliveries", "Attempts to deliver, by outcome", self.deliveries.clone());
        registry.register(
            "tidings_doubts",
            "Deliveries whose fate had to be looked into, by outcome",
            self.doubts.clone(),
        );
    }
}
