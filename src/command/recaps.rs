//! `digest weekly`, `digest daily`, `digest schedule`, `digest off`.

use std::collections::HashMap;

use jiff::SignedDuration;

use super::places::schedule;
use super::{Answer, Call, Commands, refuse};
use crate::model::doc::Doc;
use crate::model::settings::Period;
use crate::model::subscription::Subscription;
use crate::pipeline::recap::{Audience, CARDS_MAX, recap};
use crate::pipeline::route::Reader;
use crate::pipeline::{calendar, present, timing};
use crate::port::Reply;

impl Commands {
    pub(super) async fn digest_now(&self, call: &Call<'_>, is_weekly: bool) -> Answer {
        let length = SignedDuration::from_hours(if is_weekly { 7 * 24 } else { 24 });
        let from = call.now.checked_sub(length).unwrap_or(call.now);
        let subscriptions = self.store.subscriptions_of(call.at()).await?;
        if subscriptions.is_empty() {
            return refuse("Nothing is subscribed here yet, so there is nothing to sum up.");
        }
        let is_awake = |subscription: &Subscription| subscription.pause.is_none();
        let readers: Vec<Reader> = subscriptions.into_iter().filter(is_awake).map(Reader::new).collect();
        let settings = self.store.settings(call.at()).await?;
        // What came at this very moment belongs to it.
        let to = timing::later(call.now, SignedDuration::from_millis(1));
        let cards = self.store.cards_between(from, to, CARDS_MAX).await?;
        let audience = Audience { readers: &readers, settings: &settings };
        let Some(recap) = recap(&cards, &audience, ("now", is_weekly), (from, call.now)) else {
            let period = if is_weekly { "seven days" } else { "24 hours" };
            return Ok(Reply::private(Doc::says(format!("Nothing new came here in the last {period}."))));
        };
        let cards: HashMap<_, _> = cards.into_iter().map(|(item, card)| (item.id, card)).collect();
        Ok(Reply::public(present::recap(&recap, &cards, &self.labels, &self.zone_of(call.at()).await?)))
    }

    pub(super) async fn digest_schedule(&self, call: &Call<'_>) -> Answer {
        let own = self.store.settings(call.at()).await?.zone;
        let in_zone = |default: &crate::model::settings::Schedule| {
            let zone = own.clone().unwrap_or_else(|| default.zone.clone());
            crate::model::settings::Schedule { zone, ..default.clone() }
        };
        let wanted = schedule(call.required("when")?, &in_zone(&self.daily), &in_zone(&self.weekly), call.now)?;
        let next = calendar::next(&wanted, call.now);
        let day = match wanted.period {
            Period::Day => "every day".to_owned(),
            Period::Week(day) => format!("every {day:?}"),
        };
        let first = next.map(|next| {
            let local = calendar::zone(&wanted.zone).to_datetime(next);
            format!(" The first is on {}.", local.strftime("%A, %-d %B, %H:%M"))
        });
        let text = format!(
            "A recap comes here {day} at {}, {} time.{}",
            wanted.time.strftime("%H:%M"),
            wanted.zone,
            first.unwrap_or_default()
        );
        self.store.change_settings(call.at(), Box::new(move |settings| settings.recap = Some(wanted))).await?;
        Ok(Reply::private(Doc::says(text)))
    }

    pub(super) async fn digest_off(&self, call: &Call<'_>) -> Answer {
        if self.store.settings(call.at()).await?.recap.is_none() {
            return refuse("No recap comes here by itself.");
        }
        self.store.change_settings(call.at(), Box::new(|settings| settings.recap = None)).await?;
        Ok(Reply::private(Doc::says("No recap comes here by itself any more.")))
    }
}
