//! When to poll a feed again, and when to give one up.

use jiff::{SignedDuration, Timestamp};

use crate::model::feed::{FeedState, Health, Pace, PendingMove};

/// The operator's bounds on polling.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The pace of a feed that brings [`TYPICAL_GAP`] apart.
    pub interval: SignedDuration,
    pub min_interval: SignedDuration,
}

/// What a server asks of those who poll it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints {
    pub max_age: Option<SignedDuration>,
    pub ttl: Option<SignedDuration>,
    pub retry_after: Option<SignedDuration>,
}

/// No feed is left alone for longer.
pub const POLL_MAX: SignedDuration = SignedDuration::from_hours(24);
/// The longest `Retry-After` that is obeyed (failures, row 15).
pub const RETRY_AFTER_MAX: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The gap between new items at which a feed is polled every `interval`.
const TYPICAL_GAP: SignedDuration = SignedDuration::from_hours(6);
/// This many times what a feed was expected to bring is sudden.
const SUDDEN_FACTOR: f64 = 5.0;
/// Observations fade by half in this time.
const PACE_HALF_LIFE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// A permanent redirect is followed for good after this many polls in at least this time
/// (failures, row 16).
const MOVE_TIMES: u32 = 3;
const MOVE_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// A feed that is "410 Gone" this often in at least this time is parked (failures, row 17).
const GONE_TIMES: u32 = 3;
const GONE_AFTER: SignedDuration = SignedDuration::from_hours(48);

impl Pace {
    /// Takes in that `elapsed` brought `new` items.
    pub fn observe(&mut self, elapsed: SignedDuration, new: usize) {
        let elapsed = elapsed.as_secs_f64().max(0.0);
        let kept = 0.5_f64.powf(elapsed / PACE_HALF_LIFE.as_secs_f64());
        self.observed_secs = self.observed_secs * kept + elapsed;
        self.new_items = self.new_items * kept + new as f64;
    }

    /// The expected time between new items, starting from [`TYPICAL_GAP`] as if one had been seen.
    pub fn gap(&self) -> SignedDuration {
        let secs = (self.observed_secs + TYPICAL_GAP.as_secs_f64()) / (self.new_items + 1.0);
        SignedDuration::from_millis((secs * 1000.0) as i64)
    }
}

/// Whether `new` items are far more than a feed of this pace brings in `elapsed`.
pub fn is_sudden(pace: &Pace, elapsed: SignedDuration, new: usize) -> bool {
    let expected = elapsed.as_secs_f64().max(0.0) / pace.gap().as_secs_f64().max(1.0);
    new as f64 > SUDDEN_FACTOR * (expected + 1.0)
}

/// The time between polls that suits a feed's own pace.
///
/// At a given number of requests the mean delay of an item is least when each feed is polled in
/// proportion to the square root of its rate.
pub fn pace(pace: &Pace, bounds: Bounds) -> SignedDuration {
    let factor = (pace.gap().as_secs_f64() / TYPICAL_GAP.as_secs_f64()).sqrt();
    let wanted = SignedDuration::from_millis((bounds.interval.as_secs_f64() * factor * 1000.0) as i64);
    wanted.clamp(bounds.min_interval.min(POLL_MAX), POLL_MAX.max(bounds.min_interval))
}

/// The next poll after one that worked. `jitter` is a random number from 0 to 1 that spreads
/// feeds over a tenth of their pace.
pub fn after_success(state: &FeedState, bounds: Bounds, hints: Hints, now: Timestamp, jitter: f64) -> Timestamp {
    let own = pace(&state.pace, bounds);
    let asked = hints.max_age.max(hints.ttl).unwrap_or_default().min(POLL_MAX);
    later(now, spread(own.max(asked), jitter))
}

/// The next poll after one that failed: twice as long for each failure in a row, and what the
/// server asks for.
pub fn after_failure(health: &Health, bounds: Bounds, hints: Hints, now: Timestamp, jitter: f64) -> Timestamp {
    let doublings = health.failures.saturating_sub(1).min(16);
    let backoff =
        SignedDuration::from_secs(bounds.interval.as_secs().max(1).saturating_mul(1 << doublings)).min(POLL_MAX);
    let asked = hints.retry_after.unwrap_or_default().min(RETRY_AFTER_MAX);
    later(now, spread(backoff, jitter).max(asked))
}

fn spread(duration: SignedDuration, jitter: f64) -> SignedDuration {
    let extra = duration.as_secs_f64() * 0.1 * jitter.clamp(0.0, 1.0);
    duration + SignedDuration::from_millis((extra * 1000.0) as i64)
}

/// `now`, so much later.
pub fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// Notes where the permanent redirects of a poll led; `Some` once they have led there often and
/// long enough to be believed.
pub fn permanent_move(pending: &mut Option<PendingMove>, to: Option<&str>, now: Timestamp) -> Option<String> {
    let Some(to) = to else {
        *pending = None;
        return None;
    };
    let known = pending.take().filter(|known| known.to == to);
    let mut current = known.unwrap_or_else(|| PendingMove { to: to.to_owned(), since: now, times: 0 });
    current.times += 1;
    if current.times >= MOVE_TIMES && now.duration_since(current.since) >= MOVE_AFTER {
        return Some(current.to);
    }
    *pending = Some(current);
    None
}

/// Notes an answer "410 Gone"; true once it has been said often and long enough.
pub fn gone_for_good(health: &mut Health, now: Timestamp) -> bool {
    health.gone += 1;
    let since = *health.gone_since.get_or_insert(now);
    health.gone >= GONE_TIMES && now.duration_since(since) >= GONE_AFTER
}
