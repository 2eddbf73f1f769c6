//! How much Slack takes, and when: one message a second in a channel, and what its refusals say of a
//! method, a channel or the whole workspace. Never sleeps: who must wait is told until when.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

/// `chat.postMessage` in one channel (platforms, section E).
const POST_EVERY: SignedDuration = SignedDuration::from_secs(1);
/// Refusals on different channels within this time are meant for the workspace (failures, section 3).
const TOGETHER: SignedDuration = SignedDuration::from_secs(1);
/// No answer makes anybody wait longer.
const WAIT_MAX: SignedDuration = SignedDuration::from_hours(24);
/// A refusal that says no time.
const WAIT_UNTOLD: SignedDuration = SignedDuration::from_secs(30);
/// Places that are remembered.
const PLACES_MAX: usize = 50_000;

/// When to ask again, and why not now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    pub until: Timestamp,
    pub why: &'static str,
}

/// Closed until a time; learnt at another: a clock that was set back must not make anybody wait for
/// years.
#[derive(Clone, Copy)]
struct Closed {
    until: Timestamp,
    learnt: Timestamp,
}

impl Closed {
    fn holds(&self, now: Timestamp) -> bool {
        now < self.until && now >= self.learnt
    }
}

#[derive(Default)]
pub struct Limiter {
    /// By method, and for posts by method and channel.
    closed: HashMap<String, Closed>,
    workspace: Option<Closed>,
    /// Channels that refused lately, and when.
    refused: VecDeque<(Timestamp, String)>,
}

impl Limiter {
    /// Takes a place for a request, or says until when to wait. `channel`: where it posts, if it does.
    ///
    /// # Errors
    /// The time before which Slack would refuse it.
    pub fn take(&mut self, method: &str, channel: Option<&str>, now: Timestamp) -> Result<(), Wait> {
        let wait = |until: Timestamp, why: &'static str| Err(Wait { until, why });
        if let Some(closed) = self.workspace.filter(|closed| channel.is_some() && closed.holds(now)) {
            return wait(closed.until, "Slack's limit on the workspace");
        }
        let key = key(method, channel);
        if let Some(closed) = self.closed.get(&key).filter(|closed| closed.holds(now)) {
            return wait(closed.until, "Slack's rate limit");
        }
        if channel.is_some() {
            self.close(key, Closed { until: later(now, POST_EVERY), learnt: now });
        }
        Ok(())
    }

    /// A post that did not ask: the next one of the queue waits its second.
    pub fn note_post(&mut self, method: &str, channel: &str, now: Timestamp) {
        let key = key(method, Some(channel));
        if self.closed.get(&key).is_none_or(|closed| !closed.holds(now)) {
            self.close(key, Closed { until: later(now, POST_EVERY), learnt: now });
        }
    }

    /// Learns from a refusal (429), and says until when it holds.
    pub fn refused(
        &mut self,
        method: &str,
        channel: Option<&str>,
        retry_after: Option<SignedDuration>,
        now: Timestamp,
    ) -> Timestamp {
        let until = later(now, retry_after.unwrap_or(WAIT_UNTOLD).clamp(SignedDuration::ZERO, WAIT_MAX));
        let closed = Closed { until, learnt: now };
        self.close(key(method, channel), closed);
        if let Some(channel) = channel {
            self.refused.retain(|(at, _)| *at <= now && now.duration_since(*at) < TOGETHER);
            self.refused.push_back((now, channel.to_owned()));
            if self.refused.iter().any(|(_, other)| other != channel) {
                self.workspace = Some(closed);
            }
        }
        until
    }

    fn close(&mut self, key: String, closed: Closed) {
        if self.closed.len() >= PLACES_MAX {
            self.closed.retain(|_, known| known.holds(closed.learnt));
        }
        self.closed.insert(key, closed);
    }
}

fn key(method: &str, channel: Option<&str>) -> String {
    format!("{method} {}", channel.unwrap_or_default())
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
