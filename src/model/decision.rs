//! Why a card goes, or does not go, to a subscription.

use serde::{Deserialize, Serialize};

use super::id::{ItemId, SubscriptionId};

/// The trace of one card through one subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub item: ItemId,
    pub subscription: SubscriptionId,
    pub outcome: Outcome,
    pub steps: Vec<Step>,
}

/// What became of it, in the words of MonitoRSS's delivery preview.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    WouldDeliver,
    Filtered,
}

/// One stage of the way, and what happened there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub stage: Stage,
    pub passed: bool,
    /// What was looked at and found, in words.
    pub why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Not seen before, and not part of the feed's baseline.
    New,
    /// The item's feed is the one subscribed to.
    Feed,
}
