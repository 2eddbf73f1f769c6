//! What is kept for a summary here, and what became of it.

use jiff::Timestamp;

use super::{CommandError, Commands, words};
use crate::locale::Words;
use crate::model::delivery::{DeliveryState, RecapKind};
use crate::model::doc::Field;
use crate::model::held::Held;
use crate::model::settings::{ALERTS_DAILY_MAX, Settings};
use crate::model::subscription::{Address, Subscription, Wants};
use crate::pipeline::summary;

impl Commands {
    /// What waits here, and for when: `3 cards wait for 07:00`.
    pub(super) async fn waiting(&self, at: &Address, now: Timestamp) -> Result<Option<Field>, CommandError> {
        let held = self.store.held_at(at).await?;
        let settings = self.store.settings(at).await?;
        let words = Words::new(settings.language.unwrap_or_default());
        let zone = summary::zone_of(&settings, &self.default_zone());
        let of_kind = |kind: RecapKind| {
            let of_kind: Vec<&Held> = held.iter().filter(|one| one.kind == kind).collect();
            let at = summary::due(kind, of_kind.first()?.since, &settings, &zone, now);
            let when = zone.to_datetime(at).strftime("%H:%M").to_string();
            Some(words.with("quiet-waiting", &[("count", of_kind.len().into()), ("when", when.into())]))
        };
        let all: Vec<String> = [RecapKind::Quiet, RecapKind::Overflow].into_iter().filter_map(of_kind).collect();
        Ok((!all.is_empty()).then(|| words::field(words.say("quiet-waits-label"), all.join("; "))))
    }

    /// What became of a card that was kept for a summary here.
    pub(super) async fn fate_of_held(&self, held: &Held, now: Timestamp) -> Result<String, CommandError> {
        let settings = self.store.settings(&held.to).await?;
        let words = Words::new(settings.language.unwrap_or_default());
        let told = match &held.told {
            Some(id) => self.store.delivery(id).await?.map(|delivery| delivery.state),
            None => None,
        };
        let zone = summary::zone_of(&settings, &self.default_zone());
        let waits = words::minute(summary::due(held.kind, held.since, &settings, &zone, now));
        Ok(match told {
            None => words.with("quiet-held", &[("when", waits.into())]),
            Some(DeliveryState::Sent { at, .. }) => words.with("quiet-told", &[("when", words::minute(at).into())]),
            Some(DeliveryState::Dead { reason, .. }) => words.with("quiet-dead", &[("reason", reason.into())]),
            Some(DeliveryState::Queued { .. } | DeliveryState::Sending { .. }) => words.say("quiet-telling"),
        })
    }
}

/// How many alerts a day, where there are any.
pub fn cap(settings: &Settings, subscriptions: &[Subscription], words: Words) -> Option<Field> {
    let has_alerts = subscriptions.iter().any(|one| matches!(one.wants, Wants::Alerts { .. }));
    let max = settings.daily_max.unwrap_or(ALERTS_DAILY_MAX);
    has_alerts.then(|| words::field("cap", words.with("alerts-cap", &[("max", max.into())])))
}
