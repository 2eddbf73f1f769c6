//! Whose turn it is: feeds wait by host, hosts take turns, and no host is asked too much at once.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::port::DueFeed;

/// Polls of one host side by side (failures, row 24).
const PER_HOST: usize = 2;
/// The pause between polls of a host that the operator does not vouch for (failures, section 4).
const HOST_PAUSE: SignedDuration = SignedDuration::from_secs(2);

/// What a host can bear, whatever lane its feeds wait in.
#[derive(Default)]
struct Host {
    in_flight: usize,
    free_at: Option<Timestamp>,
}

/// Feeds that wait, and how many of them are polled side by side. A host with waiting feeds is in
/// exactly one of `ready`, `paused` and `blocked`.
struct Lane {
    capacity: usize,
    in_flight: usize,
    waiting: HashMap<String, VecDeque<DueFeed>>,
    /// Hosts that may be polled, first come first served.
    ready: VecDeque<String>,
    /// Hosts that may be polled later.
    paused: BTreeSet<(Timestamp, String)>,
    /// Hosts that may be polled when a poll of theirs has ended.
    blocked: HashSet<String>,
}

/// Feeds that are due and wait.
pub struct Turns {
    hosts: HashMap<String, Host>,
    healthy: Lane,
    /// Feeds that timed out last time: a few of them at once, so that they delay only each other.
    slow: Lane,
}

/// The host by which a feed waits.
fn host_of(feed: &DueFeed) -> String {
    Url::parse(&feed.url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

impl Turns {
    /// `capacity`: polls side by side; a quarter as many again for slow feeds.
    pub fn new(capacity: usize) -> Self {
        Self { hosts: HashMap::new(), healthy: Lane::new(capacity.max(1)), slow: Lane::new((capacity / 4).max(1)) }
    }

    pub fn add(&mut self, feed: DueFeed) {
        let host = host_of(&feed);
        self.lane(&feed).add(host, feed);
    }

    /// The next feed that may be polled now.
    pub fn take(&mut self, now: Timestamp, trusts: impl Fn(&str) -> bool) -> Option<DueFeed> {
        let hosts = &mut self.hosts;
        let (name, feed) = self.healthy.take(hosts, now).or_else(|| self.slow.take(hosts, now))?;
        let host = hosts.entry(name).or_default();
        host.in_flight += 1;
        if !trusts(&feed.url) {
            host.free_at = host.free_at.max(now.checked_add(HOST_PAUSE).ok());
        }
        Some(feed)
    }

    /// A poll has ended. `not_before`: its host asked everybody to wait.
    pub fn done(&mut self, feed: &DueFeed, not_before: Option<Timestamp>, now: Timestamp) {
        let name = host_of(feed);
        let host = self.hosts.entry(name.clone()).or_default();
        host.in_flight = host.in_flight.saturating_sub(1);
        host.free_at = host.free_at.max(not_before);
        if host.in_flight == 0 && host.free_at.is_none_or(|at| at <= now) {
            self.hosts.remove(&name);
        }
        self.lane(feed).in_flight -= 1;
        for lane in [&mut self.healthy, &mut self.slow] {
            lane.unblock(&name);
        }
    }

    /// When a paused host is free again for which there is room.
    pub fn next_time(&self) -> Option<Timestamp> {
        let lanes = [&self.healthy, &self.slow].into_iter().filter(|lane| lane.has_room());
        lanes.filter_map(|lane| lane.paused.first()).map(|(at, _)| *at).min()
    }

    fn lane(&mut self, feed: &DueFeed) -> &mut Lane {
        if feed.is_slow { &mut self.slow } else { &mut self.healthy }
    }
}

impl Lane {
    fn new(capacity: usize) -> Self {
        Self {
            capacity,
            in_flight: 0,
            waiting: HashMap::new(),
            ready: VecDeque::new(),
            paused: BTreeSet::new(),
            blocked: HashSet::new(),
        }
    }

    fn has_room(&self) -> bool {
        self.in_flight < self.capacity
    }

    fn add(&mut self, host: String, feed: DueFeed) {
        let waiting = self.waiting.entry(host.clone()).or_default();
        waiting.push_back(feed);
        if waiting.len() == 1 {
            self.ready.push_back(host);
        }
    }

    /// The next feed whose host can bear it. Hosts that cannot yet are put where they wait.
    fn take(&mut self, hosts: &HashMap<String, Host>, now: Timestamp) -> Option<(String, DueFeed)> {
        if !self.has_room() {
            return None;
        }
        while self.paused.first().is_some_and(|(at, _)| *at <= now)
            && let Some((_, name)) = self.paused.pop_first()
        {
            self.ready.push_back(name);
        }
        while let Some(name) = self.ready.pop_front() {
            let host = hosts.get(&name);
            if host.is_some_and(|host| host.in_flight >= PER_HOST) {
                self.blocked.insert(name);
            } else if let Some(at) = host.and_then(|host| host.free_at).filter(|at| *at > now) {
                self.paused.insert((at, name));
            } else if let Some(feed) = self.waiting.get_mut(&name).and_then(VecDeque::pop_front) {
                self.in_flight += 1;
                if self.waiting.get(&name).is_some_and(VecDeque::is_empty) {
                    self.waiting.remove(&name);
                } else {
                    self.ready.push_back(name.clone());
                }
                return Some((name, feed));
            }
        }
        None
    }

    fn unblock(&mut self, host: &str) {
        if let Some(name) = self.blocked.take(host) {
            self.ready.push_back(name);
        }
    }
}
