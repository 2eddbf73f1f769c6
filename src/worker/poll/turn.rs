//! Whose turn it is: feeds wait by host, hosts take turns, and no host is asked too much at once.

use std::collections::{BTreeSet, HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::port::DueFeed;

/// Polls of one host side by side (failures, row 24).
const PER_HOST: usize = 2;
/// The pause between polls of a host that the operator does not vouch for (failures, section 4).
const HOST_PAUSE: SignedDuration = SignedDuration::from_secs(2);

#[derive(Default)]
struct Host {
    in_flight: usize,
    free_at: Option<Timestamp>,
    waiting: VecDeque<DueFeed>,
}

/// Feeds that are due and wait.
#[derive(Default)]
pub struct Turns {
    hosts: HashMap<String, Host>,
    /// Hosts that may be polled, first come first served.
    ready: VecDeque<String>,
    /// Hosts that may be polled later.
    paused: BTreeSet<(Timestamp, String)>,
}

/// The host by which a feed waits.
pub fn host_of(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

impl Turns {
    pub fn add(&mut self, feed: DueFeed, now: Timestamp) {
        let name = host_of(&feed.url);
        let host = self.hosts.entry(name.clone()).or_default();
        host.waiting.push_back(feed);
        if host.waiting.len() == 1 {
            self.line_up(&name, now);
        }
    }

    /// The next feed that may be polled now.
    pub fn take(&mut self, now: Timestamp, trusts: impl Fn(&str) -> bool) -> Option<DueFeed> {
        while self.paused.first().is_some_and(|(at, _)| *at <= now)
            && let Some((_, name)) = self.paused.pop_first()
        {
            self.ready.push_back(name);
        }
        let name = self.ready.pop_front()?;
        let host = self.hosts.get_mut(&name)?;
        let feed = host.waiting.pop_front()?;
        host.in_flight += 1;
        if !trusts(&feed.url) {
            host.free_at = now.checked_add(HOST_PAUSE).ok();
        }
        self.line_up(&name, now);
        Some(feed)
    }

    /// A poll has ended. `not_before`: the host asked everybody to wait.
    pub fn done(&mut self, host: &str, not_before: Option<Timestamp>, now: Timestamp) {
        let Some(entry) = self.hosts.get_mut(host) else { return };
        let was_blocked = entry.in_flight >= PER_HOST;
        entry.in_flight = entry.in_flight.saturating_sub(1);
        entry.free_at = entry.free_at.max(not_before);
        if was_blocked {
            self.line_up(host, now);
        }
        self.forget_if_idle(host, now);
    }

    /// When a paused host is free again.
    pub fn next_time(&self) -> Option<Timestamp> {
        self.paused.first().map(|(at, _)| *at)
    }

    /// Puts a host with waiting feeds in its place. One that is polled to its limit comes back
    /// through [`Turns::done`].
    fn line_up(&mut self, name: &str, now: Timestamp) {
        let Some(host) = self.hosts.get(name) else { return };
        if host.waiting.is_empty() || host.in_flight >= PER_HOST {
            return;
        }
        match host.free_at.filter(|at| *at > now) {
            Some(at) => {
                self.paused.insert((at, name.to_owned()));
            }
            None => self.ready.push_back(name.to_owned()),
        }
    }

    fn forget_if_idle(&mut self, name: &str, now: Timestamp) {
        let is_idle = self.hosts.get(name).is_some_and(|host| {
            host.in_flight == 0 && host.waiting.is_empty() && host.free_at.is_none_or(|at| at <= now)
        });
        if is_idle {
            self.hosts.remove(name);
        }
    }
}
