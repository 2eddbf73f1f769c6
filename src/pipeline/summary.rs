//! What was kept while an address was silent, or beyond a day's alerts, as one message.

use jiff::Timestamp;
use jiff::civil::{Time, time};
use jiff::tz::TimeZone;

use super::calendar::{self, quiet_until};
use super::recap::{Period as Told, Stories, Taste, entries, recap};
use super::route::Reader;
use crate::model::card::Card;
use crate::model::delivery::{Delivery, Notice, RecapKind};
use crate::model::held::Held;
use crate::model::item::Item;
use crate::model::settings::{Period, Schedule, Settings};
use crate::model::subscription::Address;

/// When the alerts beyond a day's limit come, in the reader's time, unless that is a quiet hour.
const MORNING: Time = time(8, 0, 0, 0);

/// The zone of an address.
pub fn zone_of(settings: &Settings, default: &TimeZone) -> TimeZone {
    settings.zone.as_deref().map_or_else(|| default.clone(), calendar::zone)
}

/// When the silence ends that an address is in.
pub fn silent_until(settings: &Settings, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    quiet_until(settings.quiet?, zone, now)
}

/// When the reader's day began.
pub fn day_began(zone: &TimeZone, now: Timestamp) -> Timestamp {
    zone.to_datetime(now).date().to_zoned(zone.clone()).map_or(now, |start| start.timestamp())
}

/// From when on something that has been held since then may be told.
pub fn ripe(kind: RecapKind, since: Timestamp, zone: &TimeZone) -> Timestamp {
    match kind {
        RecapKind::Overflow => {
            let tomorrow = zone.to_datetime(since).date().tomorrow().ok();
            let noon = tomorrow.and_then(|date| date.to_datetime(time(12, 0, 0, 0)).to_zoned(zone.clone()).ok());
            let iana = zone.iana_name().unwrap_or("UTC").to_owned();
            let daily = Schedule { period: Period::Day, time: MORNING, zone: iana, since };
            noon.and_then(|noon| calendar::latest(&daily, noon.timestamp())).map_or(since, |turn| turn.at)
        }
        RecapKind::Quiet | RecapKind::Day | RecapKind::Week => since,
    }
}

/// When it is told, as far as can be told now.
pub fn due(kind: RecapKind, since: Timestamp, settings: &Settings, zone: &TimeZone, now: Timestamp) -> Timestamp {
    let ripe = ripe(kind, since, zone).max(now);
    silent_until(settings, zone, ripe).unwrap_or(ripe)
}

/// The messages that tell all that is held, in parts if it is much, or the card itself where it is one alone.
/// `cards`: of what is held, those that are wanted now; `all`: every subscription there.
pub fn summary(
    held: &[Held],
    (cards, stories): (&[(Item, Card)], &Stories),
    (settings, all): (&Settings, &[Reader]),
    (kind, now): (RecapKind, Timestamp),
) -> Vec<Delivery> {
    let Some(first) = held.first() else { return Vec::new() };
    if held.len() == 1 {
        return vec![first.card(now)];
    }
    let key = key(kind, &first.to, first, now);
    let period = Told { key: &key, kind, from: first.since, to: now };
    let parts = recap(&entries(cards, stories), &Taste::of(settings, all), &period, None);
    let mut told = parts.iter().flat_map(|part| &part.groups).flat_map(|group| &group.items);
    let left_out: usize = parts.iter().map(|part| part.left_out).sum();
    if let (Some(only), None, 0) = (told.next(), told.next(), left_out)
        && let Some(only) = held.iter().find(|one| one.item == *only)
    {
        return vec![only.card(now)];
    }
    let delivery = |part| Delivery {
        is_alert: held.iter().any(|one| one.is_alert),
        to_followers: held.iter().any(|one| one.to_followers),
        ..Delivery::new(Notice::Recap(part), first.to.clone(), now)
    };
    parts.into_iter().map(delivery).collect()
}

/// Names a summary: what it begins with is told by no other.
fn key(kind: RecapKind, to: &Address, first: &Held, now: Timestamp) -> String {
    let kind = match kind {
        RecapKind::Overflow => "overflow",
        RecapKind::Quiet | RecapKind::Day | RecapKind::Week => "quiet",
    };
    format!("{kind}:{to}:{}:{}", first.item, now.as_second())
}
