//! What was taken already: Slack says things again when it doubts that they were heard (failures,
//! row 44), and somebody may say again what they have overheard.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Remembers names for a while, and a bounded number of them.
pub struct Once {
    age: SignedDuration,
    max: usize,
    taken: Mutex<HashMap<String, Timestamp>>,
}

impl Once {
    pub fn new(age: SignedDuration, max: usize) -> Self {
        Self { age, max, taken: Mutex::default() }
    }

    /// Whether this name is heard for the first time. Where there is no room, the oldest are forgotten.
    pub fn is_first(&self, name: &str, now: Timestamp) -> bool {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back must not keep anything for years.
        let is_kept = |at: &Timestamp| now.duration_since(*at).abs() < self.age;
        if taken.len() >= self.max {
            taken.retain(|_, at| is_kept(at));
        }
        if taken.len() >= self.max {
            let mut times: Vec<Timestamp> = taken.values().copied().collect();
            times.sort_unstable();
            let middle = times.get(times.len() / 2).copied().unwrap_or(now);
            taken.retain(|_, at| *at > middle);
        }
        let known = taken.insert(name.to_owned(), now);
        known.is_none_or(|at| !is_kept(&at))
    }
}
