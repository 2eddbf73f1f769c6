//! What waits to be told together: the cards of quiet hours, and alerts beyond the day's limit.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::delivery::{Anchor, Delivery, Notice, RecapKind};
use super::id::{DeliveryId, ItemId};
use super::subscription::Address;

/// A card that is kept for the next summary of an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub to: Address,
    pub item: ItemId,
    /// `Quiet`: until the quiet hours end. `Overflow`: until the next morning.
    pub kind: RecapKind,
    pub since: Timestamp,
    /// The one who is told has asked for it as an alert.
    pub is_alert: bool,
    /// Who is called by it, in the platform's own words.
    pub mention: Option<String>,
    /// The channel's followers elsewhere get it as well.
    pub to_followers: bool,
    /// The card in whose thread it comes, if it is news on what was told before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
    /// What has told it; until then it waits.
    pub told: Option<DeliveryId>,
}

impl Held {
    /// What would be sent now is kept instead.
    pub fn instead_of(delivery: &Delivery, item: &ItemId, kind: RecapKind) -> Self {
        Self {
            to: delivery.to.clone(),
            item: item.clone(),
            kind,
            since: delivery.created,
            is_alert: delivery.is_alert,
            mention: delivery.mention.clone(),
            to_followers: delivery.to_followers,
            anchor: delivery.anchor.clone(),
            told: None,
        }
    }

    /// The card on its own.
    pub fn card(&self, now: Timestamp) -> Delivery {
        Delivery {
            mention: self.mention.clone(),
            to_followers: self.to_followers,
            is_alert: self.is_alert,
            anchor: self.anchor.clone(),
            ..Delivery::new(Notice::Card(self.item.clone()), self.to.clone(), now)
        }
    }
}
