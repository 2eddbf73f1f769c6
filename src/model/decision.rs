//! Why a card goes, or does not go, to a subscription.

use serde::{Deserialize, Serialize};

use super::id::{ItemId, SubscriptionId};
use super::phrase::Phrase;

/// The trace of one card through one subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub item: ItemId,
    pub subscription: SubscriptionId,
    pub outcome: Outcome,
    /// Every stage, in order.
    pub steps: Vec<Step>,
}

/// What became of it. The names are those of MonitoRSS's delivery preview where it has the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    WouldDeliver,
    /// Goes into the next recap.
    WouldCollect,
    /// Goes out when the quiet hours end.
    QuietHours,
    /// Goes out together with the other alerts beyond the day's limit.
    DailyLimit,
    /// It was there when the feed was added.
    FirstRunBaseline,
    /// It was seen before.
    DuplicateId,
    /// The subscription is not to this, or its filter does not let it through.
    Filtered,
    Muted,
    /// The story was told here before.
    DuplicateStory,
    RateLimited,
    /// The subscription rests.
    Paused,
}

impl Outcome {
    pub fn name(self) -> &'static str {
        match self {
            Self::WouldDeliver => "would-deliver",
            Self::WouldCollect => "would-collect",
            Self::QuietHours => "quiet-hours",
            Self::DailyLimit => "daily-limit",
            Self::FirstRunBaseline => "first-run-baseline",
            Self::DuplicateId => "duplicate-id",
            Self::Filtered => "filtered",
            Self::Muted => "muted",
            Self::DuplicateStory => "duplicate-story",
            Self::RateLimited => "rate-limited",
            Self::Paused => "paused",
        }
    }

    /// Whether the reader hears of it, sooner or later.
    pub fn is_heard(self) -> bool {
        match self {
            Self::WouldDeliver | Self::WouldCollect | Self::QuietHours | Self::DailyLimit => true,
            Self::FirstRunBaseline
            | Self::DuplicateId
            | Self::Filtered
            | Self::Muted
            | Self::DuplicateStory
            | Self::RateLimited
            | Self::Paused => false,
        }
    }
}

/// One stage of the way, and what happened there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub stage: Stage,
    pub result: StepResult,
    /// What was looked at and found, with the matched text.
    pub why: Phrase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StepResult {
    Passed,
    Failed,
    /// Not asked for, or decided before.
    Skipped,
}

/// The stages in the order in which they decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Not seen before, and not part of the feed's baseline.
    New,
    Feed,
    Topic,
    Audience,
    Query,
    Mute,
    Story,
    Quiet,
    Rate,
}

impl Stage {
    pub const ALL: [Self; 9] = [
        Self::New,
        Self::Feed,
        Self::Topic,
        Self::Audience,
        Self::Query,
        Self::Mute,
        Self::Story,
        Self::Quiet,
        Self::Rate,
    ];
}
