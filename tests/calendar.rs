//! The reader's own time, in every zone and through every change of the clock.

use jiff::civil::{Weekday, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
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

#[test]
fn in_every_zone_each_day_has_one_turn_and_turns_go_forward() {
    let begin = at("2000-01-01T00:00:00Z");
    let end = at("2050-01-01T00:00:00Z");
    let mut zones = 0;
    for name in jiff::tz::db().available() {
        let name = name.to_string();
        let zone = TimeZone::get(&name).unwrap();
        zones += 1;
        let daily = schedule(Period::Day, 2, 30, &name);
        // The changes of the clock are where it can go wrong; every one of them is walked around.
        for change in zone.following(begin).take_while(|change| change.timestamp() < end) {
            let mut now = change.timestamp() - SignedDuration::from_hours(48);
            let mut last = latest(&daily, now).unwrap();
            while now < change.timestamp() + SignedDuration::from_hours(48) {
                let due = next(&daily, now).unwrap();
                assert!(due > now, "{name}: {due} is not after {now}");
                let turn = latest(&daily, due).unwrap();
                assert_eq!(turn.at, due, "{name}");
                assert_ne!(turn.key, last.key, "{name}: {} twice", turn.key);
                assert!(turn.at > last.at, "{name}");
                // Nothing a second before, and the same all day long.
                assert_eq!(latest(&daily, due - 1.second()).unwrap().key, last.key, "{name}");
                last = turn;
                now = due;
            }
        }
    }
    assert!(zones > 300, "{zones}");
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
