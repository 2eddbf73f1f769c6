//! When feeds are polled.

use jiff::SignedDuration;
use tidings::model::feed::Pace;
use tidings::pipeline::timing::{Bounds, POLL_MAX, is_sudden, pace};

use crate::world::{hours, minutes};

fn bounds() -> Bounds {
    Bounds { interval: minutes(15), min_interval: minutes(5) }
}

/// The pace after `days` of polling with `per_day` new items.
fn after(days: i64, per_day: usize) -> SignedDuration {
    let mut own = Pace::default();
    for _ in 0..days {
        own.observe(hours(24), per_day);
    }
    pace(&own, bounds())
}

#[test]
fn the_pace_follows_the_feed_between_its_bounds() {
    assert_eq!(pace(&Pace::default(), bounds()), minutes(15), "a new feed is polled at the interval");
    assert_eq!(after(30, 1000), minutes(5), "never more often than min_interval");
    assert!(after(30, 24) < minutes(8));
    assert!(after(30, 4) > minutes(13) && after(30, 4) < minutes(17));
    assert!(after(60, 0) > minutes(60), "a silent feed is asked more rarely");
    assert!(after(3650, 0) <= POLL_MAX);
}

#[test]
fn a_feed_that_wakes_up_is_polled_more_often_again() {
    let mut own = Pace::default();
    (0..60).for_each(|_| own.observe(hours(24), 0));
    let asleep = pace(&own, bounds());
    (0..3).for_each(|_| own.observe(hours(1), 10));
    assert!(pace(&own, bounds()) < asleep / 4);
}

#[test]
fn much_at_once_is_sudden_for_a_quiet_feed_and_not_for_a_busy_one() {
    let mut quiet = Pace::default();
    (0..60).for_each(|day| quiet.observe(hours(24), usize::from(day % 10 == 0)));
    assert!(is_sudden(&quiet, minutes(30), 10));
    assert!(!is_sudden(&quiet, minutes(30), 3));
    let mut busy = Pace::default();
    (0..60).for_each(|_| busy.observe(hours(24), 100));
    assert!(!is_sudden(&busy, hours(12), 40));
    assert!(!is_sudden(&Pace::default(), hours(1), 4));
}

#[test]
fn clocks_that_jump_do_no_harm() {
    let mut own = Pace::default();
    own.observe(SignedDuration::MIN, 5);
    own.observe(SignedDuration::MAX, 5);
    let wanted = pace(&own, bounds());
    assert!(wanted >= minutes(5) && wanted <= POLL_MAX);
}
