//! A time in which nothing is asked. A clock that was set back must not make anybody wait for years.

use jiff::{SignedDuration, Timestamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    pub until: Timestamp,
    since: Timestamp,
}

impl Pause {
    pub fn new(now: Timestamp, length: SignedDuration) -> Self {
        Self { until: now.checked_add(length).unwrap_or(Timestamp::MAX), since: now }
    }

    /// Whether it lasts, and has begun: before its beginning the clock was set back.
    pub fn holds(self, now: Timestamp) -> bool {
        self.since <= now && now < self.until
    }
}
