//! How much Slack takes, and when: one message a second in a channel, and what its refusals say of a
//! method, a channel or the whole workspace. Never sleeps: who must wait is told until when.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::platform::pause::Pause;

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

#[derive(Default)]
pub struct Limiter {
    /// What Slack refused, by method, and for posts by method and channel.
    closed: HashMap<String, Pause>,
    /// Channels that have had their message of the second.
    paced: HashMap<String, Pause>,
    workspace: Option<Pause>,
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
        self.is_open(method, channel, now)?;
        let Some(channel) = channel else { return Ok(()) };
        if let Some(paced) = self.paced.get(channel).filter(|paced| paced.holds(now)) {
            return wait(paced.until, "one message a second in a channel");
        }
        self.pace(channel, now);
        Ok(())
    }

    /// Takes a place for an answer, which waits for Slack's refusals there alone; the queue's next message
    /// waits its second after it.
    ///
    /// # Errors
    /// The time before which Slack would refuse it.
    pub fn take_answer(&mut self, method: &str, channel: &str, now: Timestamp) -> Result<(), Wait> {
        self.is_open(method, Some(channel), now)?;
        if self.paced.get(channel).is_none_or(|paced| !paced.holds(now)) {
            self.pace(channel, now);
        }
        Ok(())
    }

    fn is_open(&self, method: &str, channel: Option<&str>, now: Timestamp) -> Result<(), Wait> {
        match self.closed.get(&key(method, channel)).filter(|closed| closed.holds(now)) {
            Some(closed) => Err(Wait { until: closed.until, why: "Slack's rate limit" }),
            None => Ok(()),
        }
    }

    /// Learns from a refusal of an answer. Whoever asks too much somewhere holds up that channel, and
    /// nothing else.
    pub fn refused_answer(
        &mut self,
        method: &str,
        channel: &str,
        retry_after: Option<SignedDuration>,
        now: Timestamp,
    ) -> Timestamp {
        let closed = closed_for(retry_after, now);
        make_room(&mut self.closed, now).insert(key(method, Some(channel)), closed);
        closed.until
    }

    /// Learns from a refusal (429), and says until when it holds.
    pub fn refused(
        &mut self,
        method: &str,
        channel: Option<&str>,
        retry_after: Option<SignedDuration>,
        now: Timestamp,
    ) -> Timestamp {
        let closed = closed_for(retry_after, now);
        make_room(&mut self.closed, now).insert(key(method, channel), closed);
        if let Some(channel) = channel {
            self.refused.retain(|(at, _)| *at <= now && now.duration_since(*at) < TOGETHER);
            self.refused.push_back((now, channel.to_owned()));
            if self.refused.iter().any(|(_, other)| other != channel) {
                self.workspace = Some(closed);
            }
        }
        closed.until
    }

    fn pace(&mut self, channel: &str, now: Timestamp) {
        let paced = Pause::new(now, POST_EVERY);
        make_room(&mut self.paced, now).insert(channel.to_owned(), paced);
    }
}

fn closed_for(retry_after: Option<SignedDuration>, now: Timestamp) -> Pause {
    let pause = retry_after.unwrap_or(WAIT_UNTOLD).clamp(SignedDuration::ZERO, WAIT_MAX);
    Pause::new(now, pause)
}

fn make_room(places: &mut HashMap<String, Pause>, now: Timestamp) -> &mut HashMap<String, Pause> {
    if places.len() >= PLACES_MAX {
        places.retain(|_, known| known.holds(now));
    }
    places
}

fn key(method: &str, channel: Option<&str>) -> String {
    format!("{method} {}", channel.unwrap_or_default())
}
