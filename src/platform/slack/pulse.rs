//! Whether the sockets live: which are open, since when, and when they were last heard of. Times are
//! counted from a start, so that a clock that is set changes nothing.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// So long without any open socket is too long: the library tries again every half minute.
pub const CLOSED_MAX: Duration = Duration::from_secs(150);
/// Slack ends every socket after some hours, and says after how many; one that outlives that by so
/// much is dead without anybody having noticed (failures, row 43).
const OVERTIME: Duration = Duration::from_secs(600);
/// Where Slack does not say it.
const AGE_MAX: Duration = Duration::from_secs(6 * 3600);
/// A socket that ends sooner was no good one.
const SHORT: Duration = Duration::from_secs(30);
/// Sockets that are remembered after their end.
const REPLACED_MAX: usize = 1000;
const PAUSE_MIN: Duration = Duration::from_secs(2);
const PAUSE_MAX: Duration = Duration::from_secs(120);

#[derive(Clone, Copy)]
struct Open {
    since: Duration,
    heard: Duration,
    lives: Duration,
}

#[derive(Default)]
pub struct Pulse {
    open: HashMap<String, Open>,
    /// Those that have been replaced: their end is told twice.
    replaced: HashSet<String>,
    /// Since when none is open.
    closed_since: Duration,
    short_lives: u32,
}

impl Pulse {
    /// A socket is open. `lives`: how long Slack keeps it about, if it says so.
    pub fn opened(&mut self, socket: &str, lives: Option<Duration>, now: Duration) {
        let lives = lives.unwrap_or(AGE_MAX).min(AGE_MAX * 4);
        self.replaced.remove(socket);
        self.open.insert(socket.to_owned(), Open { since: now, heard: now, lives });
    }

    pub fn heard(&mut self, socket: &str, now: Duration) {
        if let Some(open) = self.open.get_mut(socket) {
            open.heard = now;
        }
    }

    /// A socket is closed. How long to wait before another is opened in its place: longer and longer
    /// where none of them lives.
    pub fn closed(&mut self, socket: &str, now: Duration) -> Duration {
        // Its end is told again at once, if at all.
        if self.replaced.len() >= REPLACED_MAX {
            self.replaced.clear();
        }
        if !self.replaced.insert(socket.to_owned()) {
            return Duration::ZERO;
        }
        let lived = self.open.remove(socket).map_or(Duration::ZERO, |open| now.saturating_sub(open.since));
        if self.open.is_empty() {
            self.closed_since = now;
        }
        if lived > SHORT {
            self.short_lives = 0;
            return Duration::ZERO;
        }
        self.short_lives += 1;
        match self.short_lives {
            // One may fall for any reason.
            1 => Duration::ZERO,
            times => PAUSE_MIN.saturating_mul(2u32.saturating_pow(times - 2)).min(PAUSE_MAX),
        }
    }

    pub fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// What is wrong with them, if all should be begun anew.
    pub fn complaint(&self, now: Duration) -> Option<&'static str> {
        if self.open.is_empty() && now.saturating_sub(self.closed_since) > CLOSED_MAX {
            return Some("no connection could be opened");
        }
        let is_dead = |open: &Open| {
            now.saturating_sub(open.since) > open.lives + OVERTIME && now.saturating_sub(open.heard) > OVERTIME
        };
        self.open.values().any(is_dead).then_some("a connection has been silent beyond its time")
    }
}
