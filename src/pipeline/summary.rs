//! What was kept while an address was silent, or beyond a day's alerts, as one message.

use jiff::civil::{Time, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::calendar::{self, quiet_until};
use super::recap::{Audience, Entry, Period as Told, Taste, recap};
use super::route::{Candidate, Circumstances, Reader, decide};
use crate::model::delivery::{Delivery, Notice, Recap, RecapKind};
use crate::model::held::Held;
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

/// Whether any of these subscriptions lets a card through now, whatever the hour and the rate.
pub fn is_wanted(candidate: &Candidate<'_>, audience: &Audience<'_>, now: Timestamp) -> bool {
    let settings = Settings { quiet: None, hourly_max: None, ..audience.settings.clone() };
    let zone = TimeZone::UTC;
    let at = Circumstances { settings: Some(&settings), zone: &zone, told: None, last_hour: 0, today: 0, now };
    audience.readers.iter().any(|reader: &Reader| decide(candidate, reader, &at).outcome.is_heard())
}

/// One message for all that is held, or several where it is long; the card itself where it is one alone.
pub fn summary(
    held: &[Held],
    entries: &[Entry<'_>],
    taste: &Taste<'_>,
    (kind, now): (RecapKind, Timestamp),
) -> Vec<Delivery> {
    let Some(first) = held.first() else { return Vec::new() };
    // What came at this very moment belongs to it.
    let to = now.checked_add(SignedDuration::from_millis(1)).unwrap_or(now);
    let key = key(kind, &first.to, first, now);
    let parts = recap(entries, taste, &Told { key: &key, kind, from: first.since, to }, None);
    let left_out = parts.first().map_or(0, |part| part.left_out);
    let mut all = parts.iter().flat_map(|part| &part.groups).flat_map(|group| &group.items);
    if let (Some(only), None, 0) = (all.next(), all.next(), left_out) {
        return held.iter().find(|one| one.item == *only).map(|one| one.card(now)).into_iter().collect();
    }
    let delivery = |part: Recap| Delivery {
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
