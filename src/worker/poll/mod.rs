//! Feeds to items: the first commit. This file says who is polled when; what one poll does is in
//! [`one`].

mod one;
mod turn;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::task::{Id, JoinSet};

use super::{Hint, Progress, Worker};
use crate::model::id::FeedId;
use crate::port::{DueFeed, StoreError};

use one::Polled;
pub use one::Poller;
use turn::{Turns, host_of};

/// Due times are looked through again this far back, for feeds that were added meanwhile.
const SCAN_OVERLAP: SignedDuration = SignedDuration::from_secs(2);
/// A feed whose outcome could not be written down is polled again after this.
const STORE_PAUSE: SignedDuration = SignedDuration::from_secs(5);

/// Feeds that wait, and how many of them are polled side by side.
struct Lane {
    turns: Turns,
    capacity: usize,
    in_flight: usize,
}

impl Lane {
    fn new(capacity: usize) -> Self {
        Self { turns: Turns::default(), capacity, in_flight: 0 }
    }
}

pub struct Poll {
    poller: Arc<Poller>,
    hint: Hint,
    polling: JoinSet<Result<Polled, StoreError>>,
    by_task: HashMap<Id, DueFeed>,
    /// Feeds that are being polled or wait for their turn.
    taken: HashSet<FeedId>,
    healthy: Lane,
    /// Feeds that timed out last time: a few of them at once, so that they delay only each other.
    slow: Lane,
    /// Feeds that were due before this are taken.
    scanned_to: Timestamp,
}

impl Poll {
    /// `concurrency`: polls side by side; a quarter as many again for slow feeds.
    pub fn new(poller: Poller, hint: Hint, concurrency: usize) -> Self {
        Self {
            poller: Arc::new(poller),
            hint,
            polling: JoinSet::new(),
            by_task: HashMap::new(),
            taken: HashSet::new(),
            healthy: Lane::new(concurrency.max(1)),
            slow: Lane::new((concurrency / 4).max(1)),
            scanned_to: Timestamp::UNIX_EPOCH,
        }
    }

    fn lane(&mut self, feed: &DueFeed) -> &mut Lane {
        if feed.is_slow { &mut self.slow } else { &mut self.healthy }
    }

    fn reap(&mut self, now: Timestamp) {
        while let Some(ended) = self.polling.try_join_next_with_id() {
            let (id, outcome) = match ended {
                Ok((id, outcome)) => (id, outcome),
                Err(error) => (error.id(), Err(StoreError::Crashed { what: error.to_string() })),
            };
            let Some(feed) = self.by_task.remove(&id) else { continue };
            self.taken.remove(&feed.id);
            let lane = self.lane(&feed);
            lane.in_flight -= 1;
            let not_before = match outcome {
                Ok(polled) => polled.host_not_before,
                Err(error) => {
                    tracing::error!(feed.id = %feed.id, "The poll of {} could not be finished and is repeated: {error}", feed.url);
                    // Everything found since the last scan is looked at again.
                    self.scanned_to = Timestamp::UNIX_EPOCH;
                    now.checked_add(STORE_PAUSE).ok()
                }
            };
            self.lane(&feed).turns.done(&host_of(&feed.url), not_before, now);
        }
    }

    async fn scan(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let since = self.scanned_to.min(now).checked_sub(SCAN_OVERLAP).unwrap_or(Timestamp::MIN);
        let (due, next) = self.poller.store.due_feeds(since, now).await?;
        self.scanned_to = now;
        for feed in due {
            if self.taken.insert(feed.id.clone()) {
                self.lane(&feed).turns.add(feed, now);
            }
        }
        Ok(next)
    }

    fn start(&mut self, now: Timestamp) {
        let poller = self.poller.clone();
        for lane in [&mut self.healthy, &mut self.slow] {
            while lane.in_flight < lane.capacity
                && let Some(feed) = lane.turns.take(now, |url| poller.fetcher.trusts(url))
            {
                lane.in_flight += 1;
                let (poller, hint, id) = (poller.clone(), self.hint.clone(), feed.id.clone());
                let task = self.polling.spawn(async move {
                    let outcome = poller.poll(&id).await;
                    hint.notify_one();
                    outcome
                });
                self.by_task.insert(task.id(), feed);
            }
        }
    }
}

#[async_trait]
impl Worker for Poll {
    fn name(&self) -> &'static str {
        "poll"
    }

    async fn step(&mut self) -> Result<Progress, StoreError> {
        let now = self.poller.clock.now();
        self.reap(now);
        let next_due = self.scan(now).await?;
        self.start(now);
        let paused = [self.healthy.turns.next_time(), self.slow.turns.next_time()];
        let next = paused.into_iter().chain([next_due]).flatten().min();
        Ok(Progress { is_busy: !self.polling.is_empty(), next })
    }

    /// Polls that are under way are given up: what they would have brought is still at the feed.
    async fn drain(&mut self) {
        self.polling.shutdown().await;
    }
}
