//! Which subscriptions a card goes to, and why.

use jiff::Timestamp;

use crate::model::decision::{Decision, Outcome, Stage, Step};
use crate::model::delivery::{Delivery, Notice};
use crate::model::item::Item;
use crate::model::subscription::Subscription;

/// Decides for each subscription to the item's feed.
pub fn route(item: &Item, subscriptions: &[Subscription], now: Timestamp) -> (Vec<Decision>, Vec<Delivery>) {
    let decisions: Vec<Decision> = subscriptions.iter().map(|subscription| decide(item, subscription)).collect();
    let deliveries = subscriptions
        .iter()
        .zip(&decisions)
        .filter(|(_, decision)| decision.outcome == Outcome::WouldDeliver)
        .map(|(subscription, _)| Delivery::new(Notice::Card(item.id.clone()), subscription.to.clone(), now))
        .collect();
    (decisions, deliveries)
}

fn decide(item: &Item, subscription: &Subscription) -> Decision {
    let is_of_feed = subscription.feed == item.feed;
    let steps = vec![
        Step { stage: Stage::New, passed: true, why: format!("first seen at {}", item.collected) },
        Step { stage: Stage::Feed, passed: is_of_feed, why: format!("the item is from {}", item.source.name) },
    ];
    Decision {
        item: item.id.clone(),
        subscription: subscription.id.clone(),
        outcome: if is_of_feed { Outcome::WouldDeliver } else { Outcome::Filtered },
        steps,
    }
}
