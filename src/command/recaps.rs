//! `digest weekly`, `digest daily`, `digest schedule`, `digest off`.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::places::schedule;
use super::{Answer, Call, CommandError, Commands, refuse};
use crate::locale::Words;
use crate::model::doc::Doc;
use crate::model::recap::{Recap, RecapKind};
use crate::model::settings::{Period, Schedule, Settings};
use crate::pipeline::recap::{
    Audience, CARDS_MAX, Period as Told, TOLD_MAX, Taste, entries, reach, recap, trend, unmuted, wanted,
};
use crate::pipeline::route::Reader;
use crate::pipeline::{calendar, present, timing};
use crate::port::Reply;

impl Commands {
    pub(super) async fn digest_now(&self, call: &Call<'_>, is_weekly: bool) -> Answer {
        let settings = self.store.settings(call.at()).await?;
        let words = words_of(&settings);
        let all: Vec<Reader> = self.store.subscriptions_of(call.at()).await?.into_iter().map(Reader::new).collect();
        if all.is_empty() {
            return refuse(words.say("recap-nothing-subscribed"));
        }
        let length = SignedDuration::from_hours(if is_weekly { 7 * 24 } else { 24 });
        let from = call.now.checked_sub(length).unwrap_or(call.now);
        // What came at this very moment belongs to it.
        let to = timing::later(call.now, SignedDuration::from_millis(1));
        let cards = self.store.cards_between(from, to, CARDS_MAX).await?;
        let awake: Vec<Reader> = all.iter().filter(|one| one.subscription.pause.is_none()).cloned().collect();
        let wanted = wanted(&cards, &Audience { readers: &awake, settings: &settings }, call.now);
        let mut stories = self.store.stories_of(wanted.iter().map(|(item, _)| item.id.clone()).collect()).await?;
        let taste = Taste::of(&settings, &all, call.now);
        let wanted = unmuted(wanted, &stories, &taste);
        // Who wants each report for itself gets it so.
        if settings.is_unfolded {
            stories.clear();
        }
        let kind = if is_weekly { RecapKind::Week } else { RecapKind::Day };
        let period = Told { key: "now", kind, from, to: call.now };
        let last = self.store.last_recap(call.at(), is_weekly).await?;
        let mut parts = recap(&entries(wanted, &stories), &taste, &period, last.as_ref());
        if parts.is_empty() {
            let id = if is_weekly { "recap-nothing-in-week" } else { "recap-nothing-in-day" };
            return Ok(Reply::private(Doc::says(words.say(id))));
        }
        let zone = self.zone_of(call.at()).await?;
        self.add_trend(call, &mut parts, &period, &zone).await?;
        let cards: HashMap<_, _> = cards.into_iter().map(|(item, card)| (item.id, card)).collect();
        let docs = parts.iter().map(|part| present::recap(part, &cards, &self.labels, (&zone, words)));
        let mut docs: Vec<Doc> = docs.collect();
        let first = docs.remove(0);
        Ok(Reply { more: docs, ..Reply::public(first) })
    }

    /// What was told of which topic before, for the picture.
    async fn add_trend(
        &self,
        call: &Call<'_>,
        parts: &mut [Recap],
        period: &Told<'_>,
        zone: &TimeZone,
    ) -> Result<(), CommandError> {
        let Some(since) = reach(period.kind, period.to, zone) else { return Ok(()) };
        let told = self.store.told_to(call.at(), since, TOLD_MAX).await?;
        let trend = trend(&told, parts, period, zone);
        parts.iter_mut().take(1).for_each(|first| first.trend = trend.clone());
        Ok(())
    }

    pub(super) async fn digest_schedule(&self, call: &Call<'_>) -> Answer {
        let settings = self.store.settings(call.at()).await?;
        let in_zone = |default: &Schedule| {
            let zone = settings.zone.clone().unwrap_or_else(|| default.zone.clone());
            Schedule { zone, ..default.clone() }
        };
        let wanted = schedule(call.required("when")?, &in_zone(&self.daily), &in_zone(&self.weekly), call.now)?;
        let text = scheduled(&wanted, words_of(&settings), call.now);
        self.store.change_settings(call.at(), Box::new(move |settings| settings.recap = Some(wanted))).await?;
        Ok(Reply::private(Doc::says(text)))
    }

    pub(super) async fn digest_off(&self, call: &Call<'_>) -> Answer {
        let settings = self.store.settings(call.at()).await?;
        let words = words_of(&settings);
        if settings.recap.is_none() {
            return refuse(words.say("recap-none-comes"));
        }
        self.store.change_settings(call.at(), Box::new(|settings| settings.recap = None)).await?;
        Ok(Reply::private(Doc::says(words.say("recap-ended"))))
    }
}

fn words_of(settings: &Settings) -> Words {
    Words::new(settings.language.unwrap_or_default())
}

/// When the recap comes, and when for the first time.
fn scheduled(wanted: &Schedule, words: Words, now: Timestamp) -> String {
    let time = wanted.time.strftime("%H:%M").to_string();
    let weekday = |number: i8| words.with("recap-weekday", &[("weekday", number.into())]);
    let (id, day) = match wanted.period {
        Period::Day => ("recap-comes-daily", String::new()),
        Period::Week(day) => ("recap-comes-weekly", weekday(day.to_monday_one_offset())),
    };
    let zone = wanted.zone.as_str();
    let comes = words.with(id, &[("weekday", day.into()), ("time", time.into()), ("zone", zone.into())]);
    let first = calendar::next(wanted, now).map(|next| {
        let local = calendar::zone(zone).to_datetime(next);
        let weekday = weekday(local.weekday().to_monday_one_offset());
        let (date, time) = (present::date(local.date(), words), local.strftime("%H:%M").to_string());
        words.with("recap-first", &[("weekday", weekday.into()), ("date", date.into()), ("time", time.into())])
    });
    [Some(comes), first].into_iter().flatten().collect::<Vec<_>>().join(" ")
}
