//! The reader's own time: quiet hours, and when recaps are due. Through changes of the clock: a time
//! that does not exist that day is the first one after it, a time that comes twice is the first of
//! the two.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::model::settings::{Period, Quiet, Schedule};

/// The zone of a name; UTC for one that is not known any more.
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// When the silence ends that `now` lies in. `None` outside quiet hours.
pub fn quiet_until(quiet: Quiet, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let local = zone.to_datetime(now);
    let (time, date) = (local.time(), local.date());
    let end_date = if quiet.from <= quiet.to {
        (quiet.from <= time && time < quiet.to).then_some(date)
    } else if time >= quiet.from {
        date.tomorrow().ok()
    } else {
        (time < quiet.to).then_some(date)
    }?;
    Some(instant(end_date.to_datetime(quiet.to), zone)).filter(|end| *end > now)
}

/// One turn of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    pub at: Timestamp,
    /// What the turn before it left off at.
    pub since: Timestamp,
    /// Names it, in the reader's time: `2026-W48 09:00`, `2026-11-25 08:30`.
    pub key: String,
}

/// The latest turn at or before `now`.
pub fn latest(schedule: &Schedule, now: Timestamp) -> Option<Turn> {
    let zone = zone(&schedule.zone);
    let today = zone.to_datetime(now).date();
    let mut date = on_or_before(schedule.period, today)?;
    if at(schedule, date, &zone) > now {
        date = before(schedule.period, date, &zone)?;
    }
    Some(turn(schedule, date, &zone))
}

/// The first turn after `now`.
pub fn next(schedule: &Schedule, now: Timestamp) -> Option<Timestamp> {
    let zone = zone(&schedule.zone);
    let mut date = on_or_before(schedule.period, zone.to_datetime(now).date())?;
    // At most one period lies between the date before and the one sought, and a day that does not exist.
    for _ in 0..4 {
        let at = at(schedule, date, &zone);
        if at > now && has_turn(schedule.period, date, &zone) {
            return Some(at);
        }
        date = date.checked_add(span(schedule.period)).ok()?;
    }
    None
}

fn at(schedule: &Schedule, date: Date, zone: &TimeZone) -> Timestamp {
    instant(date.to_datetime(schedule.time), zone)
}

fn turn(schedule: &Schedule, date: Date, zone: &TimeZone) -> Turn {
    let since = before(schedule.period, date, zone).map(|date| at(schedule, date, zone));
    let at = at(schedule, date, zone);
    let time = schedule.time.strftime("%H:%M");
    let key = match schedule.period {
        Period::Day => format!("{date} {time}"),
        Period::Week(_) => {
            let week = date.iso_week_date();
            format!("{}-W{:02} {time}", week.year(), week.week())
        }
    };
    Turn { at, since: since.unwrap_or(at), key }
}

fn span(period: Period) -> jiff::Span {
    match period {
        Period::Day => 1.day(),
        Period::Week(_) => 1.week(),
    }
}

fn on_or_before(period: Period, date: Date) -> Option<Date> {
    match period {
        Period::Day => Some(date),
        Period::Week(day) if date.weekday() == day => Some(date),
        Period::Week(day) => date.nth_weekday(-1, day).ok(),
    }
}

/// The date of the turn before that of `date`.
fn before(period: Period, date: Date, zone: &TimeZone) -> Option<Date> {
    let before = date.checked_sub(span(period)).ok()?;
    if has_turn(period, before, zone) { Some(before) } else { before.checked_sub(span(period)).ok() }
}

/// Whether a date has a turn. A zone that crosses the date line skips a day (Samoa, 30 December 2011),
/// which then has no recap; a week has one even if its day is skipped.
fn has_turn(period: Period, date: Date, zone: &TimeZone) -> bool {
    match period {
        Period::Week(_) => true,
        Period::Day => zone.to_datetime(instant(date.to_datetime(Time::midnight()), zone)).date() == date,
    }
}

/// The instant at which a zone's clocks show this time.
fn instant(local: DateTime, zone: &TimeZone) -> Timestamp {
    let ambiguous = zone.to_ambiguous_timestamp(local);
    let after_gap = match ambiguous.offset() {
        AmbiguousOffset::Gap { before, .. } => before.to_timestamp(local).ok(),
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => None,
    };
    match after_gap {
        // By the old offset that time lies after the change: the change itself is the first valid time.
        Some(shifted) => {
            let later = shifted.checked_add(SignedDuration::from_nanos(1)).unwrap_or(shifted);
            zone.preceding(later).next().map_or(shifted, |change| change.timestamp())
        }
        None => ambiguous.compatible().unwrap_or(Timestamp::MAX),
    }
}
