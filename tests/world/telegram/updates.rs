//! What the bot is told, by long polling: one consumer, confirmed by the next offset.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncBufReadExt;
use tokio::time::Instant;

use super::api::{Refused, accepted, bad, refuse};
use super::faults::After;
use super::http::{Reply, Request};
use super::methods::Method;
use super::state::State;
use super::webhook::Webhook;
use super::{Inner, Telegram};
use crate::world::http::Stream;

const TIMEOUT_SECS_MAX: i64 = 50;
const LIMIT_MAX: i64 = 100;

pub const OTHER_POLLER: &str =
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
const HAS_WEBHOOK: &str =
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

/// What the bot is told only when it asks for it by name.
const UNASKED: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

/// One `getUpdates` that waits.
#[derive(Debug)]
pub struct Poll {
    number: u64,
    limit: usize,
    timeout: Duration,
    after: Option<After>,
}

impl Poll {
    /// What is to come instead of the answer.
    pub fn with(self, after: Option<After>) -> Self {
        Self { after, ..self }
    }
}

/// What became of the polling so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PollingStats {
    /// `getUpdates` that were accepted.
    pub polls: usize,
    /// That one of them waits now.
    pub is_waiting: bool,
    /// 409s.
    pub conflicts: usize,
    /// Updates that were handed out, again and again if they were not confirmed.
    pub handed_out: usize,
    /// Updates that nobody has confirmed yet.
    pub pending: usize,
}

pub struct Updates {
    pub queue: VecDeque<Value>,
    next_id: u64,
    pub allowed: Option<Vec<String>>,
    current_poll: u64,
    pub stats: PollingStats,
    pub webhook: Option<Webhook>,
    /// Other instances with the same token that poll.
    pub rivals: usize,
}

impl Default for Updates {
    fn default() -> Self {
        Self {
            queue: VecDeque::new(),
            next_id: 800_000_001,
            allowed: None,
            current_poll: 0,
            stats: PollingStats::default(),
            webhook: None,
            rivals: 0,
        }
    }
}

impl Updates {
    pub fn is_pending(&self, id: u64) -> bool {
        self.queue.iter().any(|update| update["update_id"] == id)
    }
}

impl State {
    /// Tells the bot, if it wants to hear of such a thing. The number of the update.
    pub fn tell(&mut self, kind: &str, what: Value) -> Option<u64> {
        let is_wanted = match &self.updates.allowed {
            Some(allowed) => allowed.iter().any(|one| one == kind),
            None => !UNASKED.contains(&kind),
        };
        if !is_wanted {
            return None;
        }
        let id = self.updates.next_id;
        self.updates.next_id += 1;
        self.updates.queue.push_back(json!({"update_id": id, kind: what}));
        Some(id)
    }

    /// Remembers which updates are wanted from now on, if a request says so.
    pub fn remember_allowed(&mut self, request: &Request) -> Result<(), Refused> {
        let Some(list) = request.json("allowed_updates", "allowed updates")? else { return Ok(()) };
        let list = list.as_array().ok_or_else(|| bad("can't parse allowed_updates: array expected"))?.clone();
        let names: Vec<String> = list.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
        self.updates.allowed = (!names.is_empty()).then_some(names);
        Ok(())
    }

    /// Confirms what comes before the offset, and takes the place of any other poll.
    pub fn get_updates(&mut self, request: &Request) -> Result<Poll, Refused> {
        self.check_polling()?;
        let offset = request.whole("offset")?.unwrap_or(0);
        let limit = request.whole("limit")?.filter(|limit| (1..=LIMIT_MAX).contains(limit)).unwrap_or(LIMIT_MAX);
        let timeout = request.whole("timeout")?.unwrap_or(0).clamp(0, TIMEOUT_SECS_MAX);
        self.remember_allowed(request)?;
        let queue = &mut self.updates.queue;
        if offset < 0 {
            let kept = queue.len().saturating_sub(offset.unsigned_abs() as usize);
            queue.drain(..kept);
        } else {
            queue.retain(|update| update["update_id"].as_i64() >= Some(offset));
        }
        self.updates.current_poll += 1;
        self.updates.stats.polls += 1;
        self.updates.stats.is_waiting = true;
        Ok(Poll {
            number: self.updates.current_poll,
            limit: limit as usize,
            timeout: Duration::from_secs(timeout as u64),
            after: None,
        })
    }

    fn check_polling(&mut self) -> Result<(), Refused> {
        let conflict = if self.updates.webhook.is_some() {
            HAS_WEBHOOK
        } else if self.updates.rivals > 0 {
            OTHER_POLLER
        } else {
            return Ok(());
        };
        self.updates.stats.conflicts += 1;
        Err(refuse(409, conflict))
    }

    /// What ends a poll that waits, if anything does.
    fn end_of_poll(&mut self, poll: &Poll) -> Option<Result<Value, Refused>> {
        if self.token.is_empty() {
            return Some(Err(refuse(401, "Unauthorized")));
        }
        if let Err(conflict) = self.check_polling() {
            return Some(Err(conflict));
        }
        if poll.number != self.updates.current_poll {
            self.updates.stats.conflicts += 1;
            return Some(Err(refuse(409, OTHER_POLLER)));
        }
        if let Some(before) = self.faults.take_before(Method::GetUpdates) {
            return Some(Err(before.refused()));
        }
        let updates: Vec<_> = self.updates.queue.iter().take(poll.limit).cloned().collect();
        if updates.is_empty() { None } else { Some(Ok(Value::Array(updates))) }
    }

    fn finish_poll(&mut self, poll: &Poll, outcome: Result<Value, Refused>) -> Reply {
        if poll.number == self.updates.current_poll {
            self.updates.stats.is_waiting = false;
        }
        match outcome {
            Ok(updates) => {
                self.updates.stats.handed_out += updates.as_array().map_or(0, Vec::len);
                let after = poll.after.or_else(|| self.faults.take_after(Method::GetUpdates));
                after.map_or_else(|| accepted(&updates), After::reply)
            }
            Err(refused) => {
                self.note_refusal(Method::GetUpdates, serde_json::Map::new(), &refused);
                refused.reply()
            }
        }
    }
}

/// Waits until there are updates, or something ends the poll.
pub async fn wait_for_updates(inner: &Inner, poll: &Poll, stream: &mut Stream) -> Reply {
    let mut changes = inner.changed.subscribe();
    let deadline = Instant::now() + poll.timeout;
    loop {
        changes.mark_unchanged();
        let ended = inner.look(|state| state.end_of_poll(poll));
        if let Some(outcome) = ended {
            return inner.with(|state| state.finish_poll(poll, outcome));
        }
        tokio::select! {
            changed = tokio::time::timeout_at(deadline, changes.changed()) => {
                if changed.is_err() {
                    return inner.with(|state| state.finish_poll(poll, Ok(json!([]))));
                }
            }
            _ = stream.fill_buf() => {
                // The other side is gone, and so is its poll.
                let gone = refuse(0, "the connection ended");
                inner.with(|state| state.finish_poll(poll, Err(gone)));
                return Reply::HangUp;
            }
        }
    }
}

/// Another instance that polls with the same token, as long as it lives.
pub struct Rival(std::sync::Arc<Inner>);

impl Drop for Rival {
    fn drop(&mut self) {
        self.0.with(|state| state.updates.rivals -= 1);
    }
}

impl Telegram {
    /// Another instance polls: 409 to the bot, at once and until it is dropped.
    pub fn second_poller(&self) -> Rival {
        self.inner.with(|state| state.updates.rivals += 1);
        Rival(self.inner.clone())
    }

    pub fn polling_stats(&self) -> PollingStats {
        self.inner.look(|state| PollingStats { pending: state.updates.queue.len(), ..state.updates.stats })
    }

    /// Waits until the bot polls.
    pub async fn connected(&self) {
        self.polling_when("the bot to poll", |stats| stats.is_waiting).await;
    }

    /// Waits until the polling is as told.
    pub async fn polling_when(&self, what: &str, is_so: impl Fn(&PollingStats) -> bool) -> PollingStats {
        let stats = |state: &mut State| PollingStats { pending: state.updates.queue.len(), ..state.updates.stats };
        self.inner.wait(what, |state| Some(stats(state)).filter(&is_so)).await
    }
}
