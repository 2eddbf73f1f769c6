//! The reader's own time, in every zone and through every change of the clock.

use std::collections::HashSet;
use std::sync::LazyLock;

use jiff::civil::{Date, DateTime, Weekday, time};
use jiff::tz::{Offset, TimeZone, TimeZoneTransition};
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;
use tidings::model::settings::{Period, Quiet, Schedule};
use tidings::pipeline::calendar::{latest, next, quiet_until};

fn schedule(period: Period, hour: i8, minute: i8, zone: &str) -> Schedule {
    Schedule { period, time: time(hour, minute, 0, 0), zone: zone.to_owned(), since: Timestamp::UNIX_EPOCH }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn recaps_are_due_at_the_readers_own_time() {
    let berlin = schedule(Period::Week(Weekday::Monday), 9, 0, "Europe/Berlin");
    let turn = latest(&berlin, at("2026-11-25T12:00:00Z")).unwrap();
    assert_eq!((turn.at, turn.key.as_str()), (at("2026-11-23T08:00:00Z"), "2026-W48 09:00"));
    assert_eq!(turn.since, at("2026-11-16T08:00:00Z"));
    assert_eq!(next(&berlin, turn.at), Some(at("2026-11-30T08:00:00Z")));
    // A minute before, the latest is a week old.
    assert_eq!(latest(&berlin, at("2026-11-23T07:59:59Z")).unwrap().key, "2026-W47 09:00");
    // Clocks go forward on 29 March: 02:30 does not exist, 03:00 is the first time after it.
    let daily = schedule(Period::Day, 2, 30, "Europe/Berlin");
    assert_eq!(latest(&daily, at("2026-03-29T12:00:00Z")).unwrap().at, at("2026-03-29T01:00:00Z"));
    // They go back on 25 October: 02:30 comes twice, and counts once, the first time.
    let turn = latest(&daily, at("2026-10-25T12:00:00Z")).unwrap();
    assert_eq!((turn.at, turn.key.as_str()), (at("2026-10-25T00:30:00Z"), "2026-10-25 02:30"));
}

/// Every zone of the database, those with the same clock once.
fn zones() -> Vec<(String, TimeZone)> {
    let mut clocks = HashSet::new();
    let mut zones = Vec::new();
    for name in jiff::tz::db().available() {
        let zone = TimeZone::get(name.as_str()).unwrap();
        let changes: Vec<(Timestamp, Offset)> =
            changes(&zone).map(|change| (change.timestamp(), change.offset())).collect();
        if clocks.insert((zone.to_offset(at(BEGIN)), changes)) {
            zones.push((name.to_string(), zone));
        }
    }
    assert!(zones.len() > 200, "{}", zones.len());
    zones
}

const BEGIN: &str = "2000-01-01T00:00:00Z";
const END: &str = "2050-01-01T00:00:00Z";

/// The changes of a zone's clock.
fn changes(zone: &TimeZone) -> impl Iterator<Item = TimeZoneTransition<'_>> {
    zone.following(at(BEGIN)).take_while(|change| change.timestamp() < at(END))
}

/// When the clock shows this time for the first time; if never, when it jumps over it. Told from the
/// offsets that hold around `near`, by trying each.
fn first_shown(local: DateTime, zone: &TimeZone, near: Timestamp) -> Timestamp {
    let around = zone.following(near - SignedDuration::from_hours(24 * 20));
    let around: Vec<_> =
        around.take_while(|one| one.timestamp() < near + SignedDuration::from_hours(24 * 20)).collect();
    let before = [zone.to_offset(near - SignedDuration::from_hours(24 * 20))];
    let offsets = before.into_iter().chain(around.iter().map(|change| change.offset()));
    let shown =
        offsets.filter_map(|offset| offset.to_timestamp(local).ok()).filter(|at| zone.to_datetime(*at) == local);
    shown.min().unwrap_or_else(|| {
        let jumps = around.iter().map(|change| change.timestamp());
        let over = |at: &Timestamp| zone.to_datetime(*at - 1.nanosecond()) < local && local < zone.to_datetime(*at);
        jumps.filter(over).min().unwrap()
    })
}

/// The turns of a schedule around a change of the clock, worked out day by day.
fn turns_around(schedule: &Schedule, zone: &TimeZone, change: Timestamp) -> Vec<(Timestamp, Date)> {
    let span = if schedule.period == Period::Day { 1.day() } else { 7.days() };
    let reach = if schedule.period == Period::Day { 3.days() } else { 15.days() };
    let day = zone.to_datetime(change).date();
    let is_meant = |date: &Date| match schedule.period {
        // A day that no clock ever shows is none.
        Period::Day => zone.to_datetime(first_shown(date.at(0, 0, 0, 0), zone, change)).date() == *date,
        Period::Week(weekday) => date.weekday() == weekday,
    };
    let first = (day - reach).series(1.day()).find(is_meant).unwrap();
    let dates = first.series(span).take_while(|date| *date <= day + reach).filter(is_meant);
    dates.map(|date| (first_shown(date.to_datetime(schedule.time), zone, change), date)).collect()
}

/// Walks around every change of every zone's clock: each period has one turn, at the first valid time,
/// and both ways of asking agree.
fn walk(periods: &[Period], times: &[(i8, i8)]) {
    for (name, zone) in zones() {
        for (number, change) in changes(&zone).map(|change| change.timestamp()).enumerate() {
            let period = periods[number % periods.len()];
            let (hour, minute) = times[(number / periods.len()) % times.len()];
            // Whatever hour the clock changes at, some turn is to fall into it.
            let local = zone.to_datetime(change - 1.second()).time();
            for time in [time(hour, minute, 0, 0), local.with().second(0).subsec_nanosecond(0).build().unwrap()] {
                let schedule = Schedule { time, ..schedule(period, 0, 0, &name) };
                let turns = turns_around(&schedule, &zone, change);
                let mut keys = HashSet::new();
                for pair in turns.windows(2) {
                    let ((before, _), (due, date)) = (pair[0], pair[1]);
                    let context = format!("{name} {date} {time} around {change}");
                    assert!(before < due, "{context}: turns go forward");
                    assert_eq!(next(&schedule, before), Some(due), "{context}");
                    assert_eq!(next(&schedule, due - 1.second()), Some(due), "{context}");
                    let turn = latest(&schedule, due).unwrap();
                    assert_eq!((turn.at, turn.since), (due, before), "{context}");
                    assert_eq!(latest(&schedule, due - 1.second()).unwrap().at, before, "{context}");
                    let week = date.iso_week_date();
                    let day = match period {
                        Period::Day => date.to_string(),
                        Period::Week(_) => format!("{}-W{:02}", week.year(), week.week()),
                    };
                    assert_eq!(turn.key, format!("{day} {}", time.strftime("%H:%M")), "{context}");
                    assert!(keys.insert(turn.key), "{context}: a key comes once");
                }
            }
        }
    }
}

#[test]
fn in_every_zone_each_day_has_one_turn() {
    walk(&[Period::Day], &[(2, 30), (0, 0), (8, 30), (23, 59), (0, 30), (3, 0)]);
}

#[test]
fn in_every_zone_each_week_has_one_turn() {
    let days = [Weekday::Sunday, Weekday::Monday, Weekday::Saturday, Weekday::Friday, Weekday::Thursday];
    walk(&days.map(Period::Week), &[(2, 30), (0, 0), (9, 0), (23, 59), (0, 30)]);
}

#[test]
fn a_day_that_is_skipped_has_no_recap_and_its_week_has_one() {
    // Samoa went over the date line: 30 December 2011, a Friday, did not exist.
    let daily = schedule(Period::Day, 8, 30, "Pacific/Apia");
    let turn = latest(&daily, at("2011-12-30T18:00:00Z")).unwrap();
    assert_eq!(turn.key, "2011-12-29 08:30");
    assert_eq!(next(&daily, turn.at), Some(at("2011-12-30T18:30:00Z")));
    let turn = latest(&daily, at("2011-12-30T18:30:00Z")).unwrap();
    assert_eq!((turn.key.as_str(), turn.since), ("2011-12-31 08:30", at("2011-12-29T18:30:00Z")));
    let weekly = schedule(Period::Week(Weekday::Friday), 9, 0, "Pacific/Apia");
    let turn = latest(&weekly, at("2011-12-30T12:00:00Z")).unwrap();
    assert_eq!((turn.key.as_str(), turn.at), ("2011-W52 09:00", at("2011-12-30T10:00:00Z")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn at_any_moment_the_last_turn_and_the_next_meet(
        zone in any::<prop::sample::Index>(),
        seconds in 946_684_800_i64..2_524_608_000,
        hour in 0..24_i8,
        minute in 0..60_i8,
        day in 0..8_i8,
    ) {
        static NAMES: LazyLock<Vec<String>> =
            LazyLock::new(|| jiff::tz::db().available().map(|name| name.to_string()).collect());
        let period = Weekday::from_monday_one_offset(day).map_or(Period::Day, Period::Week);
        let schedule = schedule(period, hour, minute, zone.get::<String>(&NAMES));
        let now = Timestamp::from_second(seconds).unwrap();
        let last = latest(&schedule, now).unwrap();
        let due = next(&schedule, now).unwrap();
        prop_assert!(last.since < last.at && last.at <= now && now < due);
        let turn = latest(&schedule, due).unwrap();
        prop_assert_eq!((turn.at, turn.since), (due, last.at));
        prop_assert!(turn.key > last.key, "{} after {}", turn.key, last.key);
        prop_assert_eq!(next(&schedule, last.at), Some(due));
    }
}

#[test]
fn quiet_hours_end_in_the_morning() {
    let night = Quiet { from: time(22, 0, 0, 0), to: time(7, 0, 0, 0) };
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    let until = |text: &str| quiet_until(night, &berlin, at(text));
    assert_eq!(until("2026-11-23T20:59:59Z"), None);
    assert_eq!(until("2026-11-23T21:00:00Z"), Some(at("2026-11-24T06:00:00Z")));
    assert_eq!(until("2026-11-24T05:59:59Z"), Some(at("2026-11-24T06:00:00Z")));
    assert_eq!(until("2026-11-24T06:00:00Z"), None);
    let noon = Quiet { from: time(12, 0, 0, 0), to: time(13, 0, 0, 0) };
    assert_eq!(quiet_until(noon, &berlin, at("2026-11-24T11:30:00Z")), Some(at("2026-11-24T12:00:00Z")));
    assert_eq!(quiet_until(noon, &berlin, at("2026-11-24T12:30:00Z")), None);
    // The night in which the clock goes back is an hour longer.
    assert_eq!(until("2026-10-24T20:00:00Z"), Some(at("2026-10-25T06:00:00Z")));
}

#[test]
fn what_is_held_is_told_at_the_readers_own_hour_through_changes_of_the_clock() {
    use tidings::model::delivery::RecapKind;
    use tidings::model::settings::{Quiet, Settings};
    use tidings::model::subscription::Address;
    use tidings::pipeline::summary::due;
    let zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
    let night = Quiet { from: jiff::civil::time(22, 0, 0, 0), to: jiff::civil::time(7, 0, 0, 0) };
    let settings = Settings { quiet: Some(night), ..Settings::new(Address::terminal()) };
    let due = |kind: RecapKind, since: &str| {
        let since: jiff::Timestamp = since.parse().unwrap();
        due(kind, since, &settings, &zone, since).to_string()
    };
    // The clock goes forward in the night to 29 March, and back in the night to 25 October.
    assert_eq!(due(RecapKind::Quiet, "2026-03-28T22:30:00Z"), "2026-03-29T05:00:00Z");
    assert_eq!(due(RecapKind::Quiet, "2026-10-24T21:30:00Z"), "2026-10-25T06:00:00Z");
    assert_eq!(due(RecapKind::Quiet, "2026-10-24T10:00:00Z"), "2026-10-24T10:00:00Z", "by day at once");
    assert_eq!(due(RecapKind::Overflow, "2026-03-28T10:00:00Z"), "2026-03-29T06:00:00Z");
    assert_eq!(due(RecapKind::Overflow, "2026-10-24T10:00:00Z"), "2026-10-25T07:00:00Z");
}
