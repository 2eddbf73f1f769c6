//! How much Discord takes, and when: the global limit, the buckets that its answers name, and the
//! budget of requests that it refuses. Never sleeps: who must wait is told until when.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::platform::pause::Pause;

/// Requests a second, over all routes (platforms, section E).
const GLOBAL_MAX: usize = 50;
const SECOND: SignedDuration = SignedDuration::from_secs(1);
/// Refusals (401, 403, 429) in ten minutes after which nothing is asked any more. Discord bans an
/// address at 10,000; a healthy bot has next to none (failures, row 35).
const INVALID_MAX: usize = 100;
const INVALID_WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// No answer makes anybody wait longer.
const WAIT_MAX: SignedDuration = SignedDuration::from_hours(24);
/// Routes whose buckets are remembered.
const ROUTES_MAX: usize = 50_000;

/// What an answer says about its bucket.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RateHeaders {
    pub bucket: Option<String>,
    pub remaining: Option<u32>,
    pub reset_after: Option<SignedDuration>,
    pub retry_after: Option<SignedDuration>,
    pub is_global: bool,
}

/// When to ask again, and why not now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    pub until: Timestamp,
    pub why: String,
}

#[derive(Clone, Copy)]
struct Bucket {
    remaining: u32,
    resets: Timestamp,
    /// When `resets` was learnt: a clock that was set back must not make anybody wait for years.
    learnt: Timestamp,
}

#[derive(Default)]
pub struct Limiter {
    sent: VecDeque<Timestamp>,
    invalid: VecDeque<Timestamp>,
    blocked: Option<Pause>,
    buckets: HashMap<String, Bucket>,
    /// The bucket of a route, once an answer has named it. Routes of one channel can share one.
    names: HashMap<String, String>,
}

impl Limiter {
    /// Takes a place for a request, or says until when to wait.
    pub fn take(&mut self, route: &str, now: Timestamp) -> Result<(), Wait> {
        let wait = |until: Timestamp, why: &str| Err(Wait { until, why: why.to_owned() });
        if let Some(blocked) = self.blocked.filter(|blocked| blocked.holds(now)) {
            return wait(blocked.until, "Discord takes nothing for a while");
        }
        forget(&mut self.invalid, now, INVALID_WINDOW);
        if self.invalid.len() >= INVALID_MAX
            && let Some(first) = self.invalid.front()
        {
            return wait(later(*first, INVALID_WINDOW), "too many refused requests in ten minutes");
        }
        forget(&mut self.sent, now, SECOND);
        if self.sent.len() >= GLOBAL_MAX
            && let Some(first) = self.sent.front()
        {
            return wait(later(*first, SECOND), "50 requests in a second");
        }
        let name = self.names.get(route).map_or(route, String::as_str);
        if let Some(bucket) = self.buckets.get_mut(name) {
            let is_open = now < bucket.resets && now >= bucket.learnt;
            if is_open && bucket.remaining == 0 {
                return wait(bucket.resets, "the rate limit of the channel");
            }
            bucket.remaining = bucket.remaining.saturating_sub(1);
        }
        self.sent.push_back(now);
        Ok(())
    }

    /// Nothing is asked meanwhile.
    pub fn block(&mut self, pause: Pause) {
        self.blocked = Some(pause);
    }

    /// Learns from an answer.
    pub fn learn(&mut self, route: &str, status: u16, headers: &RateHeaders, now: Timestamp) {
        if matches!(status, 401 | 403 | 429) {
            self.invalid.push_back(now);
        }
        let name = match &headers.bucket {
            Some(bucket) => format!("{bucket} {}", owner(route)),
            None => self.names.get(route).cloned().unwrap_or_else(|| route.to_owned()),
        };
        if headers.bucket.is_some() {
            if self.names.len() >= ROUTES_MAX {
                self.names.clear();
            }
            self.names.insert(route.to_owned(), name.clone());
        }
        if status == 429 {
            let pause = Pause::new(now, headers.retry_after.unwrap_or(SECOND).min(WAIT_MAX));
            if headers.is_global {
                self.block(pause);
            } else {
                self.put(&name, Bucket { remaining: 0, resets: pause.until, learnt: now });
            }
            return;
        }
        if let (Some(remaining), Some(reset_after)) = (headers.remaining, headers.reset_after) {
            let resets = later(now, reset_after.min(WAIT_MAX));
            // Of answers that overtake each other the one that leaves least is right.
            let known = self.buckets.get(&name).filter(|known| known.resets > now && known.learnt <= now);
            let remaining = known.map_or(remaining, |known| known.remaining.min(remaining));
            self.put(&name, Bucket { remaining, resets, learnt: now });
        }
    }

    fn put(&mut self, name: &str, bucket: Bucket) {
        if self.buckets.len() >= ROUTES_MAX {
            self.buckets.retain(|_, known| known.resets > bucket.learnt);
        }
        self.buckets.insert(name.to_owned(), bucket);
    }
}

/// The channel or guild that a route is about: `/channels/1/messages` and others with the same
/// bucket count together for each of them.
fn owner(route: &str) -> &str {
    route.split('/').find(|part| part.len() >= 15 && part.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or("")
}

/// Drops what is older than the window, or lies ahead of a clock that was set back.
fn forget(times: &mut VecDeque<Timestamp>, now: Timestamp, window: SignedDuration) {
    times.retain(|at| *at <= now && now.duration_since(*at) < window);
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
